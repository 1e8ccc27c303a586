/* stdio_fds.c: see stdio_fds.h.
 *
 * Only pipes, regular files and /dev/null are taken: a terminal could be typed into (TIOCSTI), a device or a socket is more
 * than a stream. A regular file to read is handed over as it is only if the program could neither write to it nor fail
 * to open it again, as /dev/stdin or /proc/self/fd/3; any other is copied into a sealed memfd.
 */
#include "stdio_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { COPY_BYTES_MAX = 1 << 30 }; /* of each: what a keeper will hold in memory for a caller */
static const int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

static bool is_null_device(const struct stat *status)
{
    return S_ISCHR(status->st_mode) && major(status->st_rdev) == 1 && minor(status->st_rdev) == 3;
}

/* What the program is given in the place of a file: from `at` on to the end. The offset itself is left alone. */
static int copy_sealed(int *fd, off_t at, off_t size, const char *label, struct fault *why)
{
    if (size - at > COPY_BYTES_MAX)
        return fault_set(why, "%s: a file of more than %d bytes must be opened read-only, be readable by others and not "
                              "writable by them", label, COPY_BYTES_MAX);
    const int copy = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (copy < 0)
        return fault_errno(why, "%s: memfd_create", label);
    while (at < size) {
        const ssize_t moved = sendfile(copy, *fd, &at, (size_t)(size - at));
        if (moved < 0 && errno == EINTR)
            continue;
        if (moved < 0) {
            fault_errno(why, "%s: reading the caller's file", label);
            close(copy);
            return -1;
        }
        if (moved == 0)
            break; /* it became shorter meanwhile */
    }
    if (fchmod(copy, 0444) < 0 || fcntl(copy, F_ADD_SEALS, all_seals) < 0 || lseek(copy, 0, SEEK_SET) < 0) {
        fault_errno(why, "%s: sealing the copy", label);
        close(copy);
        return -1;
    }
    close(*fd);
    *fd = copy;
    return 0;
}

/* Could the program neither change it by this fd nor by opening it again, and can it open it again to read? A memory file is
 * ruled by its seals: unlike the mount of a host's file, nothing else would keep anybody from writing to it, or executing it. */
static bool is_safe(int fd, int flags, const struct stat *status, bool copy_files)
{
    const int seals = fcntl(fd, F_GET_SEALS);
    if ((status->st_mode & S_IROTH) == 0)
        return false;
    if (seals >= 0 && (seals & all_seals) == all_seals)
        return (status->st_mode & 0111) == 0;
    return !copy_files && (flags & O_ACCMODE) == O_RDONLY && (status->st_mode & 0022) == 0;
}

/* Open for reading, whatever it is. */
static int look(int fd, const char *label, int *flags, struct stat *status, struct fault *why)
{
    *flags = fcntl(fd, F_GETFL);
    if (*flags < 0 || fstat(fd, status) < 0)
        return fault_errno(why, "%s", label);
    if ((*flags & O_PATH) != 0 || (*flags & O_ACCMODE) == O_WRONLY)
        return fault_set(why, "%s is not open for reading", label);
    return 0;
}

int stdin_prepare(int *fd, bool copy_files, struct fault *why)
{
    struct stat status;
    int flags = 0;
    if (look(*fd, "stdin", &flags, &status, why) < 0)
        return -1;
    if (is_null_device(&status))
        return 0;
    if (S_ISFIFO(status.st_mode)) {
        if ((flags & O_ACCMODE) != O_RDONLY)
            return fault_set(why, "stdin: a pipe must be its reading end");
        /* so that the program may open it again as /dev/stdin, to read */
        return fchmod(*fd, 0444 | (status.st_mode & 0200)) < 0 ? fault_errno(why, "stdin: fchmod of the pipe") : 0;
    }
    if (!S_ISREG(status.st_mode))
        return fault_set(why, "stdin is neither a regular file, nor a pipe, nor /dev/null");
    if (is_safe(*fd, flags, &status, copy_files))
        return 0;
    const off_t at = lseek(*fd, 0, SEEK_CUR);
    return at < 0 ? fault_errno(why, "stdin: lseek") : copy_sealed(fd, at, status.st_size, "stdin", why);
}

int file_prepare(int *fd, bool copy_files, struct fault *why)
{
    struct stat status;
    int flags = 0;
    if (look(*fd, "a further file", &flags, &status, why) < 0)
        return -1;
    if (!S_ISREG(status.st_mode))
        return fault_set(why, "a further file is not a regular one");
    return is_safe(*fd, flags, &status, copy_files) ? 0 : copy_sealed(fd, 0, status.st_size, "a further file", why);
}

int output_check(int fd, const char *label, struct fault *why)
{
    struct stat status;
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &status) < 0)
        return fault_errno(why, "%s", label);
    if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_RDONLY)
        return fault_set(why, "%s is not open for writing", label);
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode) && !is_null_device(&status))
        return fault_set(why, "%s is neither a regular file, nor a pipe, nor /dev/null", label);
    return 0;
}
