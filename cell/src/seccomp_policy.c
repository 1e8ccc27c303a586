/* seccomp_policy.c: the allow-list.
 *
 * allowed             what compilers and runtimes do, and nothing with power over other processes or the machine
 * anything unnamed    ENOSYS: a runtime that probes for it falls back, and a call added to the kernel later is not open
 * hostile             told to the keeper, which kills the run and names the call (status forbidden). The call never happens:
 *                     it is not answered, and the process in it dies. No legitimate program of a judged language makes one.
 * foreign calls       (i386, x32) kill the process: SIGSYS
 */
#include "seccomp_policy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Names that an architecture does not have are skipped. */
static const char *const allowed[] = {
    /* files */
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2", "open", "openat",
    "openat2", "creat", "close", "close_range", "lseek", "stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs",
    "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "chdir", "fchdir",
    "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "umask", "truncate",
    "ftruncate", "fallocate", "fsync", "fdatasync", "sync_file_range", "utime", "utimes", "utimensat", "futimesat", "flock",
    "fcntl", "dup", "dup2", "dup3", "pipe", "pipe2", "splice", "tee", "vmsplice", "sendfile", "copy_file_range", "fadvise64",
    "readahead", "ioctl", "memfd_create", "mknod", "mknodat", "inotify_init", "inotify_init1", "inotify_add_watch",
    "inotify_rm_watch", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
    /* waiting */
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime",
    /* memory */
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "msync", "mincore", "mlock", "mlock2", "munlock", "mlockall",
    "munlockall", "membarrier", "pkey_mprotect", "pkey_alloc", "pkey_free", "shmget", "shmat", "shmdt", "shmctl", "semget",
    "semop", "semtimedop", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl", "get_mempolicy", "set_mempolicy", "mbind",
    /* processes and threads; clone is ruled below */
    "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "kill", "tkill", "tgkill", "pidfd_open",
    "pidfd_send_signal", "set_tid_address", "set_robust_list", "get_robust_list", "futex", "futex_waitv", "rseq", "gettid",
    "getpid", "getppid", "getpgrp", "getpgid", "setpgid", "getsid", "setsid", "sched_yield", "sched_getaffinity",
    "sched_setaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
    "sched_rr_get_interval", "sched_getattr", "getpriority", "setpriority", "ioprio_get", "getrlimit", "setrlimit",
    "prlimit64", "getrusage", "times", "getcpu", "arch_prctl", "restart_syscall",
    /* identity: can only stay what it is, without capabilities */
    "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "setuid", "setgid", "setreuid",
    "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "capget", "capset",
    /* signals */
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo", "sigaltstack", "pause", "alarm", "setitimer", "getitimer",
    /* time */
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "timer_create", "timer_settime",
    "timer_gettime", "timer_getoverrun", "timer_delete",
    /* machine, read only */
    "uname", "sysinfo", "getrandom",
    /* unix sockets (socket and socketpair are ruled below); there is no other family to reach anything with */
    "bind", "listen", "accept", "accept4", "connect", "getsockname", "getpeername", "getsockopt", "setsockopt", "shutdown",
    "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg",
};

static const char *const hostile[] = {
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "mount", "umount", "umount2",
    "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "pivot_root", "chroot", "setns",
    "unshare", "bpf", "perf_event_open", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    "create_module", "add_key", "request_key", "keyctl", "userfaultfd", "open_by_handle_at", "name_to_handle_at", "reboot",
    "swapon", "swapoff", "quotactl", "quotactl_fd", "acct", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "stime", "sethostname", "setdomainname", "iopl", "ioperm", "modify_ldt", "syslog", "lookup_dcookie", "nfsservctl",
    "vhangup", "_sysctl", "fanotify_init", "fanotify_mark", "move_pages", "migrate_pages",
};

static const int prctl_options[] = {
    PR_SET_NAME,    PR_GET_NAME,     PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE,        PR_SET_DUMPABLE,
    PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, PR_GET_NO_NEW_PRIVS, PR_SET_NO_NEW_PRIVS, PR_GET_SECCOMP, PR_CAPBSET_READ,
    PR_GET_KEEPCAPS, PR_GET_SECUREBITS, PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER, PR_SET_THP_DISABLE,
    PR_GET_THP_DISABLE, PR_GET_TID_ADDRESS, 0x53564d41 /* PR_SET_VMA: names of anonymous memory */,
};

/* CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET; CLONE_NEWTIME shares its bit with clone's signal number. */
static const uint64_t namespace_flags[] = {CLONE_NEWNS,  0x02000000,   CLONE_NEWUTS, CLONE_NEWIPC,
                                           CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET};

static int add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int number = seccomp_syscall_resolve_name(names[i]);
        if (number < 0)
            continue;
        const int error = seccomp_rule_add(filter, action, number, 0);
        if (error < 0)
            return error;
    }
    return 0;
}

/* Comparisons of a call's first argument. All 64 bits count: one with high bits set equals nothing below, and is refused. */
static struct scmp_arg_cmp first_argument(enum scmp_compare how, uint64_t value)
{
    return (struct scmp_arg_cmp){.arg = 0, .op = how, .datum_a = value, .datum_b = 0};
}

static struct scmp_arg_cmp first_argument_masked(uint64_t mask, uint64_t value)
{
    return (struct scmp_arg_cmp){.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

static int add_clone(scmp_filter_ctx filter)
{
    uint64_t all = 0;
    for (size_t i = 0; i < sizeof namespace_flags / sizeof *namespace_flags; i++) {
        all |= namespace_flags[i];
        const int error = seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(clone), 1,
                                           first_argument_masked(namespace_flags[i], namespace_flags[i]));
        if (error < 0)
            return error;
    }
    /* clone3 hides its flags behind a pointer: it stays ENOSYS, and every C library falls back to clone */
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, first_argument_masked(all, 0));
}

static int add_sockets(scmp_filter_ctx filter)
{
    const int calls[] = {SCMP_SYS(socket), SCMP_SYS(socketpair)};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1, first_argument(SCMP_CMP_EQ, AF_UNIX));
        if (error == 0)
            error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), calls[i], 1,
                                     first_argument(SCMP_CMP_NE, AF_UNIX));
        if (error < 0)
            return error;
    }
    return 0;
}

static int add_arguments(scmp_filter_ctx filter)
{
    int error = add_clone(filter);
    if (error == 0)
        error = add_sockets(filter);
    for (size_t i = 0; error == 0 && i < sizeof prctl_options / sizeof *prctl_options; i++)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                                 first_argument(SCMP_CMP_EQ, (uint32_t)prctl_options[i]));
    const uint32_t personas[] = {PER_LINUX, ADDR_NO_RANDOMIZE, 0xffffffff /* ask */};
    for (size_t i = 0; error == 0 && i < sizeof personas / sizeof *personas; i++)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(personality), 1,
                                 first_argument(SCMP_CMP_EQ, personas[i]));
    return error;
}

static int build(scmp_filter_ctx filter)
{
    int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a binary tree: 62 µs to load, not 290 */
    if (error == 0)
        error = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (error == 0)
        error = add_names(filter, SCMP_ACT_ALLOW, allowed, sizeof allowed / sizeof *allowed);
    if (error == 0)
        error = add_names(filter, SCMP_ACT_NOTIFY, hostile, sizeof hostile / sizeof *hostile);
    if (error == 0)
        error = add_arguments(filter);
    return error;
}

static int export(scmp_filter_ctx filter, struct policy *policy, struct fault *why)
{
    const int file = memfd_create("seccomp", MFD_CLOEXEC);
    if (file < 0)
        return fault_errno(why, "memfd_create");
    int outcome = -1;
    struct stat status;
    const int error = seccomp_export_bpf(filter, file);
    if (error < 0) {
        fault_set(why, "seccomp_export_bpf: %s", strerror(-error));
    } else if (fstat(file, &status) < 0) {
        fault_errno(why, "fstat");
    } else {
        const size_t size = (size_t)status.st_size;
        struct sock_filter *code = malloc(size);
        if (code != NULL && pread(file, code, size, 0) == (ssize_t)size) {
            policy->program.filter = code;
            policy->program.len = (unsigned short)(size / sizeof *code);
            outcome = 0;
        } else {
            fault_errno(why, "reading the compiled filter");
            free(code);
        }
    }
    close(file);
    return outcome;
}

int policy_compile(struct policy *policy, struct fault *why)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (filter == NULL)
        return fault_set(why, "seccomp_init failed");
    const int error = build(filter);
    const int outcome =
        error < 0 ? fault_set(why, "building the seccomp filter: %s", strerror(-error)) : export(filter, policy, why);
    seccomp_release(filter);
    return outcome;
}

uint64_t policy_digest(const struct policy *policy)
{
    const unsigned char *bytes = (const unsigned char *)policy->program.filter;
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < policy->program.len * sizeof *policy->program.filter; i++)
        digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
    return digest;
}

int policy_load(const struct policy *policy)
{
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &policy->program);
}

int policy_describe_refused(int listener, char *text, size_t size)
{
    struct seccomp_notif notification;
    memset(&notification, 0, sizeof notification); /* the kernel insists */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) < 0)
        return -1;
    char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), notification.data.nr);
    snprintf(text, size, "%s (system call %d)", name == NULL ? "?" : name, notification.data.nr);
    free(name);
    return 0;
}
