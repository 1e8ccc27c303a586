/* roots.c: see roots.h. */
#include "roots.h"

#include "syscalls.h"
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* The tree is built on top of /tmp, which every distribution has, in a namespace where nobody else sees it. Every source is
 * opened first, so that a view may well show paths below /tmp. */
static const char base[] = "/tmp";

static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
enum { DEVICE_COUNT = sizeof devices / sizeof *devices };

/* Folders that a merged-/usr distribution has as links into /usr. */
static const char *const merged[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};
enum { MERGED_COUNT = sizeof merged / sizeof *merged };

struct sources {
    int warm; /* the library for warm starts, opened; -1: none */
    int paths[VIEWS_MAX][VIEW_PATHS_MAX]; /* detached copies of the host's mounts */
    int devices[VIEWS_MAX][DEVICE_COUNT];
    char links[MERGED_COUNT][128]; /* targets; empty where the host has a real folder or nothing */
};

static int open_source(const char *path, int *fd, struct fault *why)
{
    *fd = sys_open_tree(AT_FDCWD, path, CELL_OPEN_TREE_CLONE | CELL_OPEN_TREE_CLOEXEC | CELL_AT_RECURSIVE);
    if (*fd < 0)
        return fault_errno(why, "open_tree of %s", path);
    return 0;
}

static int open_sources(const struct config *config, struct sources *sources, struct fault *why)
{
    for (size_t v = 0; v < config->view_count; v++) {
        for (size_t p = 0; p < config->views[v].path_count; p++)
            if (open_source(config->views[v].paths[p], &sources->paths[v][p], why) < 0)
                return -1;
        for (size_t d = 0; d < DEVICE_COUNT; d++)
            if (open_source(devices[d], &sources->devices[v][d], why) < 0)
                return -1;
    }
    sources->warm = config->warm_library == NULL ? -1 : open(config->warm_library, O_RDONLY | O_CLOEXEC);
    if (config->warm_library != NULL && sources->warm < 0)
        return fault_errno(why, "%s", config->warm_library);
    for (size_t m = 0; m < MERGED_COUNT; m++) {
        char path[16];
        snprintf(path, sizeof path, "/%s", merged[m]);
        const ssize_t length = readlink(path, sources->links[m], sizeof sources->links[m] - 1);
        /* only links that stay inside a root whatever the root is */
        if (length <= 0 || sources->links[m][0] == '/' || strstr(sources->links[m], "..") != NULL)
            sources->links[m][0] = '\0';
    }
    return 0;
}

/* mkdir -p of everything before the last part, then the last part as a folder or an empty file. */
static int make_target(const char *path, bool folder, struct fault *why)
{
    char partial[1024];
    if ((size_t)snprintf(partial, sizeof partial, "%s", path) >= sizeof partial)
        return fault_set(why, "path too long: %s", path);
    for (char *slash = strchr(partial + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(partial, 0755) < 0 && errno != EEXIST && errno != EROFS)
            return fault_errno(why, "mkdir %s", partial);
        *slash = '/';
    }
    if (folder) {
        if (mkdir(path, 0755) < 0 && errno != EEXIST && errno != EROFS)
            return fault_errno(why, "mkdir %s", path);
        return 0;
    }
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 && errno != EROFS)
        return fault_errno(why, "create %s", path);
    if (fd >= 0)
        close(fd);
    return 0;
}

/* Attach a detached mount at root + path and take from it everything a run may not have. */
static int attach(int source, const char *root, const char *path, uint64_t attributes, struct fault *why)
{
    char target[1024];
    if ((size_t)snprintf(target, sizeof target, "%s%s", root, path) >= sizeof target)
        return fault_set(why, "path too long: %s", path);
    struct stat status;
    if (fstat(source, &status) < 0)
        return fault_errno(why, "fstat of %s", path);
    if (make_target(target, S_ISDIR(status.st_mode), why) < 0)
        return -1;
    if (sys_move_mount(source, target) < 0)
        return fault_errno(why, "move_mount to %s", path);
    if (sys_mount_setattr(target, CELL_AT_RECURSIVE, attributes) < 0)
        return fault_errno(why, "mount_setattr of %s", path);
    close(source);
    return 0;
}

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

static int fill_skeleton(const struct config *config, const struct sources *sources, const char *root, struct fault *why)
{
    static const char *const folders[] = {"dev", "etc", "proc", "tmp", "box"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        if (mkdir(path, 0755) < 0)
            return fault_errno(why, "mkdir %s", path);
    }
    for (size_t m = 0; m < MERGED_COUNT; m++)
        if (sources->links[m][0] != '\0' && make_link(root, merged[m], sources->links[m], why) < 0)
            return -1;
    if (make_link(root, "dev/fd", "/proc/self/fd", why) < 0 || make_link(root, "dev/stdin", "/proc/self/fd/0", why) < 0
        || make_link(root, "dev/stdout", "/proc/self/fd/1", why) < 0
        || make_link(root, "dev/stderr", "/proc/self/fd/2", why) < 0
        || make_link(root, "dev/shm", "/tmp", why) < 0) /* POSIX shared memory counts as scratch */
        return -1;
    return write_accounts(config, root, why);
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

static int build_view(const struct config *config, const struct sources *sources, size_t index, struct fault *why)
{
    char root[64];
    snprintf(root, sizeof root, "%s/view/%zu", base, index);
    if (mkdir(root, 0755) < 0)
        return fault_errno(why, "mkdir %s", root);
    if (mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m") < 0)
        return fault_errno(why, "mount of a view's root");
    if (fill_skeleton(config, sources, root, why) < 0)
        return -1;
    if (sources->warm >= 0 && copy_library(sources->warm, root, why) < 0)
        return -1;
    const uint64_t device = CELL_MOUNT_ATTR_NOSUID | CELL_MOUNT_ATTR_NOEXEC;
    for (size_t d = 0; d < DEVICE_COUNT; d++)
        if (attach(sources->devices[index][d], root, devices[d], device, why) < 0)
            return -1;
    const uint64_t readonly = CELL_MOUNT_ATTR_NOSUID | CELL_MOUNT_ATTR_NODEV
                              | (layers_have(config->layers, LAYER_READ_ONLY_ROOT) ? CELL_MOUNT_ATTR_RDONLY : 0);
    for (size_t p = 0; p < config->views[index].path_count; p++)
        if (attach(sources->paths[index][p], root, config->views[index].paths[p], readonly, why) < 0)
            return -1;
    if (mount(NULL, root, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
        return fault_errno(why, "making a view's root read-only");
    return 0;
}

/* Move from a tree into a part of it, for good. */
static int move_into(const char *root, struct fault *why)
{
    /* the new root is stacked on the old one, which is then detached: nothing of it can be named any more */
    if (chdir(root) < 0 || sys_pivot_root(".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return fault_errno(why, "moving into %s", root);
    return 0;
}

/* In a user namespace a proc can be mounted only where another, with nothing hidden, can be seen (mount_too_revealing in the
 * kernel's fs/namespace.c). So the container's stays below a run's own, which covers it before anything of the run can look. */
static int keep_proc(const char *root, struct fault *why)
{
    char target[80];
    snprintf(target, sizeof target, "%s/proc", root);
    if (mount("/proc", target, NULL, MS_BIND | MS_REC, NULL) < 0)
        return fault_errno(why, "keeping the container's /proc");
    return 0;
}

/* A namespace with nothing but the view in it. `proc` is the host's, `home` the namespace to come back to. */
static int split_off(struct config *config, size_t index, int proc, int home, struct fault *why)
{
    char root[64];
    snprintf(root, sizeof root, "%s/view/%zu", base, index);
    if (unshare(CLONE_NEWNS) < 0)
        return fault_errno(why, "a mount namespace for a view");
    if (config->surroundings.user_namespace && keep_proc(root, why) < 0)
        return -1;
    if (move_into(root, why) < 0)
        return -1;
    config->view_namespaces[index] = openat(proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (config->view_namespaces[index] < 0)
        return fault_errno(why, "/proc/self/ns/mnt");
    return setns(home, CLONE_NEWNS) < 0 ? fault_errno(why, "coming back from a view's mount namespace") : 0;
}

static int split_views(struct config *config, struct fault *why)
{
    const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    int outcome = proc < 0 || home < 0 ? fault_errno(why, "/proc") : 0;
    for (size_t v = 0; outcome == 0 && v < config->view_count; v++)
        outcome = split_off(config, v, proc, home, why);
    if (proc >= 0)
        close(proc);
    if (home >= 0)
        close(home);
    return outcome;
}

/* Our own tree, and all keepers': nothing but a folder to mount a box on. */
static int leave_host(const struct config *config, struct fault *why)
{
    char root[64];
    for (size_t v = 0; v < config->view_count; v++) {
        snprintf(root, sizeof root, "%s/view/%zu", base, v);
        if (umount2(root, MNT_DETACH) < 0)
            return fault_errno(why, "umount of %s", root);
    }
    if (mount(NULL, base, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
        return fault_errno(why, "making the base read-only");
    return move_into(base, why);
}

int roots_build(struct config *config, struct fault *why)
{
    struct sources *sources = calloc(1, sizeof *sources);
    if (sources == NULL)
        return fault_errno(why, "calloc");
    sources->warm = -1;
    umask(022);
    int outcome = -1;
    if (open_sources(config, sources, why) < 0)
        goto done;
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
        fault_errno(why, "a mount namespace of our own");
        goto done;
    }
    if (mount("tmpfs", base, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") < 0 || mkdir("/tmp/view", 0755) < 0
        || mkdir("/tmp/box", 0755) < 0) {
        fault_errno(why, "a tmpfs to build the roots on");
        goto done;
    }
    for (size_t v = 0; v < config->view_count; v++)
        if (build_view(config, sources, v, why) < 0)
            goto done;
    outcome = split_views(config, why) < 0 ? -1 : leave_host(config, why);
done:
    if (sources->warm >= 0)
        close(sources->warm);
    free(sources);
    return outcome;
}
