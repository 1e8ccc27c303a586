/* text.c: see text.h. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

struct text text_in(char *bytes, size_t size)
{
    bytes[0] = '\0';
    return (struct text){.bytes = bytes, .size = size};
}

void text_add(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int wrote = vsnprintf(text->bytes + text->used, text->size - text->used, format, args);
    va_end(args);
    if (wrote < 0 || (size_t)wrote >= text->size - text->used) {
        text->cut = true;
        text->used = text->size - 1;
    } else {
        text->used += (size_t)wrote;
    }
}

void text_add_quoted(struct text *text, const char *value)
{
    text_add(text, "\"");
    for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            text_add(text, "\\%c", *at);
        else if (*at < 0x20 || *at >= 0x7f) /* a path of the host may hold anything; keep the text ASCII */
            text_add(text, "\\u%04x", *at);
        else
            text_add(text, "%c", *at);
    }
    text_add(text, "\"");
}
