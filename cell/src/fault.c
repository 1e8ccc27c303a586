/* fault.c: see fault.h. */
#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fault_set(struct fault *why, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return -1;
}

int fault_errno(struct fault *why, const char *format, ...)
{
    const int error = errno;
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    const size_t used = strlen(why->text);
    snprintf(why->text + used, sizeof why->text - used, ": %s", strerror(error));
    return -1;
}

void log_line(const char *format, ...)
{
    char line[640];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    dprintf(2, "cell: %s\n", line); /* one write, so that lines of several processes do not mix */
}
