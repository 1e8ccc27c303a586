/* seccomp_lists.h: the names and numbers that seccomp_rules.c makes its rules of; included there alone. */
#ifndef CELL_SECCOMP_LISTS_H
#define CELL_SECCOMP_LISTS_H

#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>

/* Names that an architecture does not have are skipped. */
static const char *const native[] = {
    /* files */
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2", "open", "openat",
    "openat2", "creat", "close", "close_range", "lseek", "stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs",
    "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "chdir", "fchdir",
    "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "umask", "truncate",
    "ftruncate", "fallocate", "utime", "utimes", "utimensat", "futimesat",
    "dup", "dup2", "dup3", "pipe", "pipe2", "sendfile", "copy_file_range",
    "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
    /* waiting */
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime",
    /* memory */
    "brk", "munmap", "mremap", "mprotect", "mincore", "mlock", "mlock2", "munlock", "mlockall",
    "munlockall", "membarrier", "pkey_mprotect", "pkey_alloc", "pkey_free",
    /* processes and threads; new ones are ruled below */
    "exit", "exit_group", "wait4", "waitid", "kill", "tkill", "tgkill", "set_tid_address", "set_robust_list",
    "get_robust_list", "futex", "futex_waitv", "rseq", "gettid", "getpid", "getppid", "getpgrp", "getpgid", "setpgid",
    "getsid", "setsid", "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler",
    "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval", "sched_getattr", "getpriority",
    "setpriority", "ioprio_get", "getrlimit", "getrusage", "times", "getcpu", "arch_prctl",
    "restart_syscall",
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
    /* what the cell itself does between the filter and execve; a program has no socket to use them on */
    "sendmsg", "recvmsg",
};

/* What interpreters and virtual machines do besides. */
static const char *const managed[] = {
    "splice", "tee", "vmsplice",
    "get_mempolicy", "set_mempolicy", "mbind", "getsockname", "getpeername", "getsockopt", "setsockopt", "shutdown", "sendto",
    "sendmmsg", "recvfrom", "recvmmsg",
};

/* What programs do that start others. */
static const char *const shell[] = {"fork", "vfork", "pidfd_open", "pidfd_send_signal", "mknod", "mknodat"};

static const char *const hostile[] = {
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "mount", "umount", "umount2",
    "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "pivot_root", "chroot", "setns",
    "unshare", "bpf", "perf_event_open", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    "create_module", "add_key", "request_key", "keyctl", "userfaultfd", "open_by_handle_at", "name_to_handle_at", "reboot",
    "swapon", "swapoff", "quotactl", "quotactl_fd", "acct", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "stime", "sethostname", "setdomainname", "iopl", "ioperm", "modify_ldt", "syslog", "lookup_dcookie", "nfsservctl",
    "vhangup", "_sysctl", "fanotify_init", "fanotify_mark", "move_pages", "migrate_pages",
};

/* Answered with success and not done. All that a run writes is memory, so there is nothing to do; on a file of the view they would
 * make the host's disk flush its cache, or throw out of memory what other runs read. */
static const char *const pretended[] = {"fsync", "fdatasync", "sync_file_range", "msync", "fadvise64", "readahead"};

static const unsigned prctl_options[] = {
    PR_SET_NAME,    PR_GET_NAME,     PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE,        PR_SET_DUMPABLE,
    PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, PR_GET_NO_NEW_PRIVS, PR_SET_NO_NEW_PRIVS, PR_GET_SECCOMP, PR_CAPBSET_READ,
    PR_GET_KEEPCAPS, PR_GET_SECUREBITS, PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER, PR_SET_THP_DISABLE,
    PR_GET_THP_DISABLE, PR_GET_TID_ADDRESS, 0x53564d41 /* PR_SET_VMA: names of anonymous memory */,
};

/* Of files, pipes and terminals. Others reach into file systems (FIFREEZE) or devices, and no program needs them. */
static const unsigned ioctl_requests[] = {TCGETS,   TCSETS,  TCSETSW, TCSETSF,  TIOCGPGRP, TIOCSPGRP,       TIOCGWINSZ,
                                          FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, FIOASYNC,  FS_IOC_GETFLAGS, FIGETBSZ};

/* All but locks, leases and notices of directories: what they take of the kernel's memory is not counted. */
static const unsigned fcntl_commands[] = {F_DUPFD,      F_GETFD,         F_SETFD,       F_GETFL,       F_SETFL,     F_GETLK,
                                          F_SETOWN,     F_GETOWN,        F_SETSIG,      F_GETSIG,      F_SETOWN_EX, F_GETOWN_EX,
                                          F_OFD_GETLK,  F_DUPFD_CLOEXEC, F_SETPIPE_SZ,  F_GETPIPE_SZ,  F_ADD_SEALS, F_GET_SEALS};

/* All that the kernel knows but those that declare pages broken. */
static const unsigned advices[] = {0,  1,  2,  3,  4,  8,  9,  10, 11, 12, 13, 14,  15,
                                   16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 102, 103 /* MADV_GUARD_REMOVE */};

static const unsigned personas[] = {PER_LINUX, ADDR_NO_RANDOMIZE, 0xffffffff /* ask */};

/* Of clone(2). CLONE_NEWTIME is not among them: it shares its bit with clone's signal number. */
static const uint64_t namespace_flags[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                           CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};

#endif
