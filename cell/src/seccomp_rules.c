/* seccomp_rules.c: the allow-lists.
 *
 * allowed             what programs, runtimes and compilers do, and nothing with power over other processes or the machine
 * refused             with an errno that every program expects: new processes (EPERM) where a family needs none, sockets
 *                     (EAFNOSUPPORT) everywhere
 * pretended           what would only reach the host's disk: 0, as if it had been done
 * anything unnamed    ENOSYS: a runtime that probes for it falls back, and a call added to the kernel later is not open
 * hostile             told to the keeper, which kills the run and names the call (status forbidden). The call never happens:
 *                     it is not answered, and the process in it dies. No legitimate program of a judged language makes one.
 * foreign calls       (i386, x32) kill the process: SIGSYS
 */
#include "seccomp_rules.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

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
    "brk", "munmap", "mremap", "mprotect", "madvise", "mincore", "mlock", "mlock2", "munlock", "mlockall",
    "munlockall", "membarrier", "pkey_mprotect", "pkey_alloc", "pkey_free",
    /* processes and threads; new ones are ruled below */
    "execve", "exit", "exit_group", "wait4", "waitid", "kill", "tkill", "tgkill", "set_tid_address", "set_robust_list",
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
static const char *const shell[] = {"fork", "vfork", "execveat", "pidfd_open", "pidfd_send_signal", "mknod", "mknodat"};

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

static const unsigned personas[] = {PER_LINUX, ADDR_NO_RANDOMIZE, 0xffffffff /* ask */};

/* CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET; CLONE_NEWTIME shares its bit with clone's signal number. */
static const uint64_t namespace_flags[] = {CLONE_NEWNS,  0x02000000,   CLONE_NEWUTS, CLONE_NEWIPC,
                                           CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct rule_list {
    struct rule *rules;
    size_t count;
};

static void add(struct rule_list *list, struct rule rule)
{
    if (list->count == RULES_MAX)
        abort(); /* the lists above are constants: whoever makes them longer meets this at once */
    list->rules[list->count++] = rule;
}

static void add_names(struct rule_list *list, enum rule_action action, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(list, (struct rule){.name = names[i], .action = action});
}

static struct argument_test equal(unsigned argument, uint64_t value)
{
    return (struct argument_test){.test = TEST_EQUAL, .argument = argument, .value = value};
}

static struct argument_test not_equal(unsigned argument, uint64_t value)
{
    return (struct argument_test){.test = TEST_NOT_EQUAL, .argument = argument, .value = value};
}

static struct argument_test masked(unsigned argument, uint64_t mask, uint64_t value)
{
    return (struct argument_test){.test = TEST_MASKED, .argument = argument, .mask = mask, .value = value};
}

static void allow_if(struct rule_list *list, const char *name, struct argument_test test)
{
    add(list, (struct rule){.name = name, .action = RULE_ALLOW, .tests = {test}});
}

static void refuse_if(struct rule_list *list, const char *name, int error, struct argument_test test)
{
    add(list, (struct rule){.name = name, .action = RULE_REFUSE, .error = error, .tests = {test}});
}

static void refuse(struct rule_list *list, const char *name, int error)
{
    add(list, (struct rule){.name = name, .action = RULE_REFUSE, .error = error});
}

static void allow_equals(struct rule_list *list, const char *name, unsigned argument, const unsigned *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        allow_if(list, name, equal(argument, values[i]));
}

static void add_clone(struct rule_list *list, bool may_fork, bool zygote)
{
    uint64_t all = 0;
    for (size_t i = 0; i < COUNT(namespace_flags); i++) {
        all |= namespace_flags[i];
        add(list, (struct rule){.name = "clone", .action = RULE_HOSTILE,
                                .tests = {masked(0, namespace_flags[i], namespace_flags[i])}});
    }
    /* a sibling would be the keeper's child, which does not know it */
    refuse_if(list, "clone", EINVAL, masked(0, all | CLONE_PARENT | CLONE_THREAD, CLONE_PARENT));
    all |= CLONE_PARENT;
    /* clone3 hides its flags behind a pointer: it stays ENOSYS, and every C library falls back to clone */
    if (may_fork) {
        allow_if(list, "clone", masked(0, all, 0));
        return;
    }
    all |= CLONE_THREAD;
    allow_if(list, "clone", masked(0, all, CLONE_THREAD));
    add(list, (struct rule){.name = "clone", .action = zygote ? RULE_HOSTILE : RULE_REFUSE, .error = EPERM,
                            .tests = {masked(0, all, 0)}});
    refuse(list, "fork", EPERM);
    refuse(list, "vfork", EPERM);
}

/* There is nobody to talk to: a pair within the run is all that some runtimes need. */
static void add_sockets(struct rule_list *list, bool pairs)
{
    refuse(list, "socket", EAFNOSUPPORT);
    if (!pairs) {
        refuse(list, "socketpair", EAFNOSUPPORT);
        return;
    }
    allow_if(list, "socketpair", equal(0, AF_UNIX));
    refuse_if(list, "socketpair", EAFNOSUPPORT, not_equal(0, AF_UNIX));
}

/* Huge pages that an administrator has reserved are counted by no memory cgroup. */
static void add_memory(struct rule_list *list, bool memory_files)
{
    allow_if(list, "mmap", masked(3, MAP_HUGETLB, 0));
    refuse_if(list, "mmap", ENOMEM, masked(3, MAP_HUGETLB, MAP_HUGETLB));
    if (!memory_files)
        return;
    allow_if(list, "memfd_create", masked(1, MFD_HUGETLB, 0));
    refuse_if(list, "memfd_create", ENOMEM, masked(1, MFD_HUGETLB, MFD_HUGETLB));
}

/* Record locks are kernel memory that is not counted either, without a bound. Locks of flock(2) can be had on the view's files:
 * runs could signal each other by them, and hold up whoever locks these on the host. Only compilers lock what they cache. */
static void add_locks(struct rule_list *list, bool locks)
{
    static const unsigned record_locks[] = {F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW};
    if (locks)
        add(list, (struct rule){.name = "flock", .action = RULE_ALLOW});
    else
        refuse(list, "flock", ENOLCK);
    allow_equals(list, "fcntl", 1, fcntl_commands, COUNT(fcntl_commands));
    for (size_t i = 0; i < COUNT(record_locks); i++) {
        if (locks)
            allow_if(list, "fcntl", equal(1, record_locks[i]));
        else
            refuse_if(list, "fcntl", ENOLCK, equal(1, record_locks[i]));
    }
}

/* All resource limits may be read and lowered but that of core dumps: see set_limits in child.c. */
static void add_limits(struct rule_list *list)
{
    allow_if(list, "setrlimit", not_equal(0, RLIMIT_CORE));
    refuse_if(list, "setrlimit", EPERM, equal(0, RLIMIT_CORE));
    allow_if(list, "prlimit64", not_equal(1, RLIMIT_CORE));
    add(list, (struct rule){.name = "prlimit64", .action = RULE_ALLOW, .tests = {equal(1, RLIMIT_CORE), equal(2, 0)}});
    add(list, (struct rule){.name = "prlimit64", .action = RULE_REFUSE, .error = EPERM,
                            .tests = {equal(1, RLIMIT_CORE), not_equal(2, 0)}});
}

size_t seccomp_rules(enum policy_family family, bool zygote, struct rule rules[RULES_MAX])
{
    struct rule_list list = {.rules = rules};
    add_names(&list, RULE_ALLOW, native, COUNT(native));
    if (family >= POLICY_MANAGED)
        add_names(&list, RULE_ALLOW, managed, COUNT(managed));
    if (family >= POLICY_SHELL)
        add_names(&list, RULE_ALLOW, shell, COUNT(shell));
    add_names(&list, RULE_HOSTILE, hostile, COUNT(hostile));
    if (zygote) /* its child enters the run's ruleset after the fork, and so under the filter */
        add(&list, (struct rule){.name = "landlock_restrict_self", .action = RULE_ALLOW});
    for (size_t i = 0; i < COUNT(pretended); i++)
        refuse(&list, pretended[i], 0);
    add_clone(&list, family >= POLICY_SHELL, zygote);
    add_sockets(&list, family >= POLICY_MANAGED);
    add_memory(&list, family == POLICY_TOOLCHAIN); /* memory files can be executed */
    add_locks(&list, family == POLICY_TOOLCHAIN);
    add_limits(&list);
    allow_equals(&list, "prctl", 0, prctl_options, COUNT(prctl_options));
    allow_equals(&list, "personality", 0, personas, COUNT(personas));
    allow_equals(&list, "ioctl", 1, ioctl_requests, COUNT(ioctl_requests));
    return list.count;
}

static const char *const names[POLICY_COUNT] = {"native", "managed", "shell", "toolchain"};

const char *policy_family_name(enum policy_family family)
{
    return names[family];
}

int policy_family_find(const char *name)
{
    for (int family = 0; family < POLICY_COUNT; family++)
        if (strcmp(names[family], name) == 0)
            return family;
    return -1;
}
