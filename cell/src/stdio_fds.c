/* stdio_fds.c: see stdio_fds.h.
 *
 * Only pipes, regular files and /dev/null are taken: a terminal could be typed into (TIOCSTI), a device or a socket is more
 * than a stream. A regular file as stdin is handed over as it is only if the program could neither write to it nor fail to
 * open it again as /dev/stdin; any other is copied into a sealed memfd.
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

enum { STDIN_COPY_BYTES_MAX = 1 << 30 }; /* what a keeper will hold in memory for a caller */

static bool is_null_device(const struct stat *status)
{
    return S_ISCHR(status->st_mode) && major(status->st_rdev) == 1 && minor(status->st_rdev) == 3;
}

/* From the caller's offset to the end; the offset itself is left alone. */
static int copy_sealed(int *fd, off_t size, struct fault *why)
{
    off_t at = lseek(*fd, 0, SEEK_CUR);
    if (at < 0)
        return fault_errno(why, "stdin: lseek");
    if (size - at > STDIN_COPY_BYTES_MAX)
        return fault_set(why, "stdin: a file of more than %d bytes must be opened read-only, be readable by others and not "
                              "writable by them", STDIN_COPY_BYTES_MAX);
    const int copy = memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (copy < 0)
        return fault_errno(why, "stdin: memfd_create");
    while (at < size) {
        const ssize_t moved = sendfile(copy, *fd, &at, (size_t)(size - at));
        if (moved < 0 && errno == EINTR)
            continue;
        if (moved < 0) {
            fault_errno(why, "stdin: reading the caller's file");
            close(copy);
            return -1;
        }
        if (moved == 0)
            break; /* it became shorter meanwhile */
    }
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (fchmod(copy, 0444) < 0 || fcntl(copy, F_ADD_SEALS, seals) < 0 || lseek(copy, 0, SEEK_SET) < 0) {
        fault_errno(why, "stdin: sealing the copy");
        close(copy);
        return -1;
    }
    close(*fd);
    *fd = copy;
    return 0;
}

int stdin_prepare(int *fd, bool copy_files, struct fault *why)
{
    struct stat status;
    const int flags = fcntl(*fd, F_GETFL);
    if (flags < 0 || fstat(*fd, &status) < 0)
        return fault_errno(why, "stdin");
    if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_WRONLY)
        return fault_set(why, "stdin is not open for reading");
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
    const int seals = fcntl(*fd, F_GET_SEALS);
    const bool sealed = seals >= 0 && (seals & F_SEAL_WRITE) != 0;
    const bool read_only = sealed || ((flags & O_ACCMODE) == O_RDONLY && (status.st_mode & 0022) == 0);
    if (read_only && (status.st_mode & S_IROTH) != 0 && (sealed || !copy_files))
        return 0;
    return copy_sealed(fd, status.st_size, why);
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
