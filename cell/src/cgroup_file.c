/* cgroup_file.c: the directory of a group, and reading and writing control files. */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

int group_make(int parent, const char *name, int *fd, struct fault *why)
{
    /* two v1 controllers may share a hierarchy: then the directory is there already */
    if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
        return fault_errno(why, "mkdir of cgroup %s; remedy: run as root in a cgroup of its own that is writable", name);
    *fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return fault_errno(why, "open of cgroup %s", name);
    return 0;
}

void group_kill(int dir)
{
    if (control_write(dir, "cgroup.kill", "1") == 0)
        return; /* v2: all at once, so that none can fork away, and those of pid namespaces that we do not see */
    char pids[16384];
    if (control_read(dir, "cgroup.procs", pids, sizeof pids) < 0)
        return;
    char *rest = pids;
    for (char *line = strtok_r(pids, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        const long pid = strtol(line, NULL, 10);
        if (pid > 1 && pid <= INT_MAX) /* 0 is a process of a pid namespace that we do not see */
            kill((pid_t)pid, SIGKILL);
    }
}
