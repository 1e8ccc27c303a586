/* box.c: files into and out of /box, asked for on standard input, one after the other.
 *
 *   request   u8 'P' (put), u8 executable, u16 length of the name, u32 0, u64 size, name, contents
 *             u8 'G' (get), u8 0,          u16 length of the name, u32 0, u64 most bytes, name
 *             u8 'F' (make an empty folder), 'L' (list one) or 'D' (remove anything),
 *             u8 0, u16 length of the name, u32 0, u64 0, name
 *   answer    u32 errno (0: done), u32 1 if it is no regular file, u64 size, contents of what was got, or of the list: as in the
 *             cell's protocol
 *
 * An earlier run may have written to the box, so nothing in it is believed: every part of a name is opened beneath the box
 * without following links, and a file that is put is always new. No run is going on meanwhile.
 */
#include "box.h"
#include "modes.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NAME_BYTES_MAX = 255, CHUNK_BYTES = 1 << 16 };

struct request {
    uint8_t what;
    uint8_t executable;
    uint16_t name_bytes;
    uint32_t unused;
    uint64_t size;
};

static uint8_t chunk[CHUNK_BYTES];

int open_below(int dir, const char *name, uint64_t flags)
{
    const struct open_how how = {.flags = flags | O_CLOEXEC,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
}

/* A folder that a run closed to its own user is opened again: it is the same user's. */
static int open_folder_below(int dir, const char *name)
{
    const int child = open_below(dir, name, O_RDONLY | O_DIRECTORY);
    if (child >= 0)
        return faccessat(child, ".", W_OK | X_OK, 0) == 0 || fchmod(child, 0755) == 0 ? child : -1;
    if (errno != EACCES)
        return -1;
    struct stat status;
    if (fstatat(dir, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return -1;
    }
    if (fchmodat(dir, name, 0755, 0) < 0)
        return -1;
    return open_below(dir, name, O_RDONLY | O_DIRECTORY);
}

int open_parent(char *name, char **last)
{
    int dir = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (char *slash = strchr(name, '/'); dir >= 0 && slash != NULL; slash = strchr(name, '/')) {
        *slash = '\0';
        int child = -1;
        if (mkdirat(dir, name, 0755) == 0 || errno == EEXIST)
            child = open_folder_below(dir, name);
        const int error = errno;
        close(dir);
        errno = error;
        dir = child;
        name = slash + 1;
    }
    *last = name;
    return dir;
}

static int create(int dir, const char *name)
{
    if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
        return -1;
    return openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Reads all of the contents whatever happens, so that the next request is found. False if the client is gone. */
static bool receive(int file, uint64_t size, uint32_t *error)
{
    while (size > 0) {
        const size_t part = size < sizeof chunk ? (size_t)size : sizeof chunk;
        if (!read_whole(STDIN_FILENO, chunk, part))
            return false;
        if (*error == 0 && !write_whole(file, chunk, part))
            *error = (uint32_t)errno;
        size -= part;
    }
    return true;
}

static bool put(char *name, const struct request *request)
{
    struct answer answer = {0};
    char *last = name;
    int file = -1;
    const int dir = open_parent(name, &last);
    if (dir < 0 || (file = create(dir, last)) < 0)
        answer.error = (uint32_t)errno;
    if (!receive(file, request->size, &answer.error))
        return false;
    if (answer.error == 0 && fchmod(file, request->executable != 0 ? 0755 : 0644) < 0)
        answer.error = (uint32_t)errno;
    if (answer.error != 0 && file >= 0)
        (void)unlinkat(dir, last, 0); /* half a file is worse than none; the error is told anyway */
    if (file >= 0)
        close(file);
    if (dir >= 0)
        close(dir);
    return write_whole(STDOUT_FILENO, &answer, sizeof answer);
}

/* O_NONBLOCK: a FIFO without a writer would hold us up for ever. */
static int open_regular(const char *name, uint64_t bytes_max, struct answer *answer)
{
    const int box = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int file = box < 0 ? -1 : open_below(box, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) {
        answer->error = (uint32_t)errno;
    } else if (!S_ISREG(status.st_mode)) {
        answer->error = EINVAL;
        answer->irregular = 1;
    } else {
        answer->size = (uint64_t)status.st_size;
        if (answer->size > bytes_max)
            answer->error = EFBIG;
    }
    if (box >= 0)
        close(box);
    return file;
}

static bool get(const char *name, const struct request *request)
{
    struct answer answer = {0};
    const int file = open_regular(name, request->size, &answer);
    bool told = write_whole(STDOUT_FILENO, &answer, sizeof answer);
    for (uint64_t left = answer.error == 0 ? answer.size : 0; told && left > 0;) {
        const size_t part = left < sizeof chunk ? (size_t)left : sizeof chunk;
        /* nobody else writes now; if it became shorter all the same, ending here is the only honest answer left */
        told = read_whole(file, chunk, part) && write_whole(STDOUT_FILENO, chunk, part);
        left -= part;
    }
    if (file >= 0)
        close(file);
    return told;
}

int serve_box(void)
{
    struct request request;
    (void)umask(022);
    while (read_whole(STDIN_FILENO, &request, sizeof request)) {
        char name[NAME_BYTES_MAX + 1];
        if (request.name_bytes > NAME_BYTES_MAX || !read_whole(STDIN_FILENO, name, request.name_bytes))
            return 1;
        name[request.name_bytes] = '\0';
        bool good = false;
        switch (request.what) {
        case 'P': good = put(name, &request); break;
        case 'G': good = get(name, &request); break;
        case 'F': good = make_folder(name); break;
        case 'L': good = list_folder(name); break;
        case 'D': good = remove_any(name); break;
        default: break;
        }
        if (!good)
            return 1;
    }
    return 0;
}
