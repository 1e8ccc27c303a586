/* fault.h: how a failure travels. A function that can fail returns -1 and leaves the reason, in words, in a struct fault. */
#ifndef CELL_FAULT_H
#define CELL_FAULT_H

struct fault {
    char text[512]; /* one line, no newline at its end */
};

/* Set the reason; both return -1 so that a caller can write `return fault_set(...)`. */
int fault_set(struct fault *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, with ": " and the words for errno appended. */
int fault_errno(struct fault *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One line on stderr, for the operator. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
