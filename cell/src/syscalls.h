/* syscalls.h: system calls that the C library of the oldest supported distribution has no wrapper for, and close(2) as it is
 * wanted for variables that hold an fd or none. */
#ifndef CELL_SYSCALLS_H
#define CELL_SYSCALLS_H

#include <linux/openat2.h>
#include <linux/sched.h> /* struct clone_args, and the flag of clone3 that <sched.h> does not have: CLONE_INTO_CGROUP */
#include <signal.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Values of the kernel's interface, <linux/mount.h>; that header and <sys/mount.h> exclude each other on older glibc. */
enum {
    CELL_OPEN_TREE_CLONE = 1,
    CELL_OPEN_TREE_CLOEXEC = 02000000,
    CELL_MOVE_MOUNT_F_EMPTY_PATH = 0x4,
    CELL_AT_RECURSIVE = 0x8000,
    CELL_MOUNT_ATTR_RDONLY = 0x1,
    CELL_MOUNT_ATTR_NOSUID = 0x2,
    CELL_MOUNT_ATTR_NODEV = 0x4,
    CELL_MOUNT_ATTR_NOEXEC = 0x8,
    CELL_MOUNT_ATTR_NOATIME = 0x10,
    CELL_MOUNT_ATTR_NOSYMFOLLOW = 0x200000,
    CELL_FSCONFIG_SET_STRING = 1,
    CELL_FSCONFIG_CMD_CREATE = 6,
    CELL_CLOSE_RANGE_CLOEXEC = 0x4,
};

struct cell_mount_attr {
    uint64_t set;
    uint64_t clear;
    uint64_t propagation;
    uint64_t userns_fd;
};

static inline int sys_open_tree(int dir, const char *path, unsigned flags)
{
    return (int)syscall(SYS_open_tree, dir, path, flags);
}

static inline int sys_move_mount(int tree, const char *target)
{
    return (int)syscall(SYS_move_mount, tree, "", -100 /* AT_FDCWD */, target, CELL_MOVE_MOUNT_F_EMPTY_PATH);
}

static inline int sys_mount_setattr(const char *path, unsigned flags, uint64_t set)
{
    struct cell_mount_attr attr = {.set = set};
    return (int)syscall(SYS_mount_setattr, -100 /* AT_FDCWD */, path, flags, &attr, sizeof attr);
}

/* The same for a detached mount. */
static inline int sys_mount_setattr_fd(int mount, uint64_t set)
{
    struct cell_mount_attr attr = {.set = set};
    return (int)syscall(SYS_mount_setattr, mount, "", 0x1000 /* AT_EMPTY_PATH */, &attr, sizeof attr);
}

static inline int sys_fsopen(const char *type)
{
    return (int)syscall(SYS_fsopen, type, 1 /* FSOPEN_CLOEXEC */);
}

static inline int sys_fsconfig_string(int context, const char *key, const char *value)
{
    return (int)syscall(SYS_fsconfig, context, CELL_FSCONFIG_SET_STRING, key, value, 0);
}

static inline int sys_fsconfig_create(int context)
{
    return (int)syscall(SYS_fsconfig, context, CELL_FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

static inline int sys_fsmount(int context, uint64_t attributes)
{
    return (int)syscall(SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, attributes);
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}

static inline int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
    return (int)syscall(SYS_close_range, first, last, flags);
}

static inline int sys_openat2(int dir, const char *path, const struct open_how *how)
{
    return (int)syscall(SYS_openat2, dir, path, how, sizeof *how);
}

static inline int sys_pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int sys_pidfd_kill(int pidfd)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

/* A fork with clone3's flags: the child continues on a copy of the caller's memory. */
static inline pid_t sys_fork3(struct clone_args *args)
{
    return (pid_t)syscall(SYS_clone3, args, sizeof *args);
}

/* -1 is none, before and afterwards. */
static inline void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

#endif
