/* box.c: see box.h.
 *
 * An earlier run may have written to the box, so nothing in it is believed: every part of a name is opened beneath the box
 * without following links, and the file itself is always new.
 */
#include "box.h"

#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int box_mount(const struct config *config, unsigned owner, struct fault *why)
{
    char options[128];
    snprintf(options, sizeof options, "mode=0755,size=%" PRIu64 ",nr_inodes=%" PRIu64 ",uid=%u,gid=%u", config->box_bytes,
             config->box_inodes + 1 /* its root */, owner, owner);
    if (mount("tmpfs", "/box", "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return fault_errno(why, "mount of /box");
    return 0;
}

int box_open_below(int dir, const char *name)
{
    const struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    return sys_openat2(dir, name, &how);
}

int box_open_parent(char *name, unsigned owner, char **last, struct fault *why)
{
    int dir = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return fault_errno(why, "/box");
    for (char *slash = strchr(name, '/'); slash != NULL; slash = strchr(name, '/')) {
        *slash = '\0';
        const bool made = mkdirat(dir, name, 0755) == 0;
        if (!made && errno != EEXIST) {
            fault_errno(why, "folder %s in the box", name);
            close(dir);
            return -1;
        }
        const int child = box_open_below(dir, name);
        if (child < 0 || (made && fchown(child, owner, owner) < 0)) {
            fault_errno(why, "folder %s in the box", name);
            if (child >= 0)
                close(child);
            close(dir);
            return -1;
        }
        close(dir);
        dir = child;
        name = slash + 1;
    }
    *last = name;
    return dir;
}

static int copy_whole(int to, int from, off_t size, struct fault *why)
{
    off_t at = 0;
    while (at < size) {
        const ssize_t moved = sendfile(to, from, &at, (size_t)(size - at));
        if (moved < 0 && errno == EINTR)
            continue;
        if (moved < 0)
            return fault_errno(why, "copying a file to or from the box");
        if (moved == 0)
            return fault_set(why, "the file became shorter while it was copied");
    }
    return 0;
}

static int create(int dir, const char *name, const struct put_request *request, int source, off_t size, unsigned owner,
                  struct fault *why)
{
    if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
        return fault_errno(why, "replacing what is there");
    const int file = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_errno(why, "creating the file");
    int outcome = copy_whole(file, source, size, why);
    if (outcome == 0 && (fchmod(file, request->executable ? 0755 : 0644) < 0 || fchown(file, owner, owner) < 0))
        outcome = fault_errno(why, "handing the file over");
    close(file);
    if (outcome < 0)
        unlinkat(dir, name, 0);
    return outcome;
}

int box_put(const struct put_request *request, int source, unsigned owner, struct fault *why)
{
    struct stat status;
    const int flags = fcntl(source, F_GETFL);
    if (flags < 0 || fstat(source, &status) < 0)
        return fault_errno(why, "the file to put");
    if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_WRONLY || !S_ISREG(status.st_mode))
        return fault_set(why, "the file to put is not a regular file open for reading");
    char name[BOX_NAME_BYTES_MAX + 1];
    snprintf(name, sizeof name, "%s", request->name);
    char *last = name;
    const int dir = box_open_parent(name, owner, &last, why);
    if (dir < 0)
        return -1;
    const int outcome = create(dir, last, request, source, status.st_size, owner, why);
    close(dir);
    return outcome;
}

/* Regular, and not more than is wanted; what is opened here may have been made by a hostile program. */
static int open_regular(const struct get_request *request, off_t *size, struct fault *why)
{
    const int box = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (box < 0)
        return fault_errno(why, "/box");
    /* O_NONBLOCK: a FIFO without a writer would hold us up for ever */
    const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    const int file = sys_openat2(box, request->name, &how);
    close(box);
    if (file < 0)
        return fault_errno(why, "%s in the box", request->name);
    struct stat status;
    int outcome = 0;
    if (fstat(file, &status) < 0)
        outcome = fault_errno(why, "%s in the box", request->name);
    else if (!S_ISREG(status.st_mode))
        outcome = fault_set(why, "%s in the box is not a regular file", request->name);
    else if ((uint64_t)status.st_size > request->bytes_max)
        outcome = fault_set(why, "%s in the box has %lld bytes, more than %llu", request->name, (long long)status.st_size,
                            (unsigned long long)request->bytes_max);
    if (outcome < 0) {
        close(file);
        return -1;
    }
    *size = status.st_size;
    return file;
}

int64_t box_get(const struct get_request *request, int target, struct fault *why)
{
    off_t size = 0;
    const int file = open_regular(request, &size, why);
    if (file < 0)
        return -1;
    const int outcome = copy_whole(target, file, size, why);
    close(file);
    return outcome < 0 ? -1 : (int64_t)size;
}
