/* cgroup_file.c: reading and writing control files. */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int control_write(int dir, const char *file, const char *text)
{
    const int fd = openat(dir, file, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const ssize_t wrote = write(fd, text, strlen(text));
    const int error = errno;
    close(fd);
    errno = error;
    return wrote == (ssize_t)strlen(text) ? 0 : -1;
}

int control_write_number(int dir, const char *file, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return control_write(dir, file, text);
}

int control_read(int dir, const char *file, char *text, size_t size)
{
    const int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const ssize_t got = read(fd, text, size - 1);
    const int error = errno;
    close(fd);
    errno = error;
    if (got < 0)
        return -1;
    text[got] = '\0';
    return 0;
}

int control_read_number(int dir, const char *file, uint64_t *value)
{
    char text[64];
    if (control_read(dir, file, text, sizeof text) < 0)
        return -1;
    char *end = NULL;
    *value = strtoull(text, &end, 10);
    if (end == text) {
        errno = EINVAL;
        return -1;
    }
    return 0;
}

bool control_exists(int dir, const char *file)
{
    return faccessat(dir, file, F_OK, 0) == 0;
}

uint64_t keyed_number(const char *text, const char *key)
{
    const size_t length = strlen(key);
    for (const char *line = text; *line != '\0';) {
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return strtoull(line + length + 1, NULL, 10);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return 0;
}

bool machine_has_swap(void)
{
    char text[512];
    if (control_read(AT_FDCWD, "/proc/swaps", text, sizeof text) < 0)
        return false; /* the file is absent only from kernels built without swap */
    const char *line_end = strchr(text, '\n');
    return line_end != NULL && line_end[1] != '\0';
}
