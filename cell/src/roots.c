/* roots.c: see roots.h. */
#include "roots.h"

#include "skeleton.h"
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* The tree is built on top of /tmp, which every distribution has, in a namespace where nobody else sees it. Every source is
 * opened first, so that a view may well show paths below /tmp. */
static const char base[] = "/tmp";

static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
enum { DEVICE_COUNT = sizeof devices / sizeof *devices };

struct sources {
    int warm; /* the library for warm starts, opened; -1: none */
    int paths[VIEWS_MAX][VIEW_PATHS_MAX]; /* detached copies of the host's mounts */
    int devices[VIEWS_MAX][DEVICE_COUNT];
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

static int build_view(const struct config *config, const struct sources *sources, size_t index, struct fault *why)
{
    char root[64];
    snprintf(root, sizeof root, "%s/view/%zu", base, index);
    if (mkdir(root, 0755) < 0)
        return fault_errno(why, "mkdir %s", root);
    if (mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m") < 0)
        return fault_errno(why, "mount of a view's root");
    if (skeleton_make(config, root, sources->warm, why) < 0)
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
 * kernel's fs/namespace.c). So the container's stays below a run's own, which covers it before anything of the run can look;
 * and it is made read-only, as the run's own is. */
static int keep_proc(const char *root, struct fault *why)
{
    char target[80];
    snprintf(target, sizeof target, "%s/proc", root);
    if (mount("/proc", target, NULL, MS_BIND | MS_REC, NULL) < 0)
        return fault_errno(why, "keeping the container's /proc");
    if (mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return fault_errno(why, "making the container's /proc read-only");
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
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    int outcome = proc < 0 || home < 0 ? fault_errno(why, "/proc") : 0;
    for (size_t v = 0; outcome == 0 && v < config->view_count; v++)
        outcome = split_off(config, v, proc, home, why);
    close_fd(&proc);
    close_fd(&home);
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
    close_fd(&sources->warm);
    free(sources);
    return outcome;
}
