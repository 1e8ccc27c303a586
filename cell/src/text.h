/* text.h: building JSON into a fixed buffer. What does not fit is cut, and `cut` says so. */
#ifndef CELL_TEXT_H
#define CELL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *bytes; /* always NUL-terminated */
    size_t size;
    size_t used;
    bool cut;
};

struct text text_in(char *bytes, size_t size);
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A JSON string literal, quotes and all. */
void text_add_quoted(struct text *text, const char *value);

#endif
