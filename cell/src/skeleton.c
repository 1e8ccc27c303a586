/* skeleton.c: see skeleton.h. */
#include "skeleton.h"

#include "zygote.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders that a merged-/usr distribution has as links into /usr. */
static const char *const merged[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};

static int make_link(const char *root, const char *name, const char *target, struct fault *why)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, name);
    if (symlink(target, path) < 0)
        return fault_errno(why, "symlink %s", name);
    return 0;
}

static int write_file(const char *root, const char *name, const char *text, struct fault *why)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return fault_errno(why, "create %s", name);
    const ssize_t wrote = write(fd, text, strlen(text));
    close(fd);
    return wrote == (ssize_t)strlen(text) ? 0 : fault_set(why, "write of %s failed", name);
}

static int link_merged(const char *root, struct fault *why)
{
    for (size_t m = 0; m < sizeof merged / sizeof *merged; m++) {
        char path[16];
        char target[128] = "";
        snprintf(path, sizeof path, "/%s", merged[m]);
        /* only links that stay inside a root whatever the root is */
        if (readlink(path, target, sizeof target - 1) <= 0 || target[0] == '/' || strstr(target, "..") != NULL)
            continue;
        if (make_link(root, merged[m], target, why) < 0)
            return -1;
    }
    return 0;
}

/* A name for every slot's user: runtimes look themselves up, and getpwuid should not fail. */
static int write_accounts(const struct config *config, const char *root, struct fault *why)
{
    enum { LINE_MAX_BYTES = 96 };
    const size_t count = config->slots + config->spare;
    const size_t size = (count + 2) * LINE_MAX_BYTES;
    char *passwd = calloc(2, size);
    if (passwd == NULL)
        return fault_errno(why, "calloc");
    char *group = passwd + size;
    int p = snprintf(passwd, size, "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n");
    int g = snprintf(group, size, "root:x:0:\nnogroup:x:65534:\n");
    for (size_t i = 0; i < count; i++) {
        const unsigned id = (unsigned)(config->first_slot_uid + i);
        p += snprintf(passwd + p, size - (size_t)p, "cell%zu:x:%u:%u:cell:/tmp:/bin/sh\n", i, id, id);
        g += snprintf(group + g, size - (size_t)g, "cell%zu:x:%u:\n", i, id);
    }
    const int outcome = write_file(root, "etc/passwd", passwd, why) < 0 || write_file(root, "etc/group", group, why) < 0;
    free(passwd);
    return outcome ? -1 : 0;
}

/* A copy, because a view shows nothing of the folder that the library is in. */
static int copy_library(int source, const char *root, struct fault *why)
{
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s%s", root, WARM_LIBRARY);
    const int copy = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    if (copy < 0 || fstat(source, &status) < 0)
        return fault_errno(why, "%s in a view", WARM_LIBRARY);
    off_t at = 0;
    while (at < status.st_size && sendfile(copy, source, &at, (size_t)(status.st_size - at)) > 0)
        ;
    close(copy);
    return at == status.st_size ? 0 : fault_set(why, "copying %s into a view failed", WARM_LIBRARY);
}

int skeleton_make(const struct config *config, const char *root, int library, struct fault *why)
{
    static const char *const folders[] = {"dev", "etc", "proc", "tmp", "box"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        if (mkdir(path, 0755) < 0)
            return fault_errno(why, "mkdir %s", path);
    }
    if (link_merged(root, why) < 0)
        return -1;
    if (make_link(root, "dev/fd", "/proc/self/fd", why) < 0 || make_link(root, "dev/stdin", "/proc/self/fd/0", why) < 0
        || make_link(root, "dev/stdout", "/proc/self/fd/1", why) < 0
        || make_link(root, "dev/stderr", "/proc/self/fd/2", why) < 0
        || make_link(root, "dev/shm", "/tmp", why) < 0) /* POSIX shared memory counts as scratch */
        return -1;
    if (write_accounts(config, root, why) < 0)
        return -1;
    return library >= 0 ? copy_library(library, root, why) : 0;
}
