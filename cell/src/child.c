/* child.c: the program's process, before it is the program's. */
#include "launch.h"

#include "packet.h"
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

const char *launch_step_words(enum launch_step step)
{
    switch (step) {
    case STEP_LIFELINE: return "the keeper is gone";
    case STEP_SCRATCH: return "cannot mount the scratch folder";
    case STEP_BOX: return "cannot mount the box";
    case STEP_PROC: return "cannot mount /proc";
    case STEP_ROOT: return "cannot enter the view's root";
    case STEP_CLONE: return "cannot create the program's process";
    case STEP_CGROUP: return "cannot enter the run's cgroup";
    case STEP_STDIO: return "cannot set up standard input and output";
    case STEP_RLIMIT: return "cannot set a resource limit";
    case STEP_CWD: return "cannot enter the working folder";
    case STEP_PRIVILEGES: return "cannot drop privileges";
    case STEP_SECCOMP: return "cannot load the seccomp filter";
    case STEP_EXECVE: return "cannot execute";
    }
    return "unknown step";
}

void launch_fail(const struct launch *launch, enum launch_step step)
{
    const struct report report = {.kind = REPORT_FAILED, .step = step, .value = errno};
    (void)packet_send(launch->report, &report, sizeof report, -1); /* if this fails the keeper sees init's end */
    _exit(1);
}

static int set_stdio(const struct launch *launch)
{
    int fds[3];
    /* out of the way of 0, 1 and 2 first, so that no dup2 overwrites one that is still needed */
    for (int i = 0; i < 3; i++)
        if ((fds[i] = fcntl(launch->stdio[i], F_DUPFD_CLOEXEC, 3)) < 0)
            return -1;
    for (int i = 0; i < 3; i++)
        if (dup2(fds[i], i) < 0)
            return -1;
    return sys_close_range(3, ~0u, CELL_CLOSE_RANGE_CLOEXEC);
}

static int set_limit(int resource, uint64_t value)
{
    const struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    return setrlimit((__rlimit_resource_t)resource, &limit);
}

/* Memory, processes and CPU time are the cgroup's business; these are the things it cannot count, and a backstop. */
static int set_limits(const struct launch *launch)
{
    const struct run_limits *limits = &launch->request->limits;
    const uint64_t file_bytes =
        limits->scratch_bytes > launch->config->box_bytes ? limits->scratch_bytes : launch->config->box_bytes;
    if (set_limit(RLIMIT_CORE, 0) < 0 || set_limit(RLIMIT_STACK, limits->memory_bytes) < 0
        || set_limit(RLIMIT_FSIZE, file_bytes) < 0
        || set_limit(RLIMIT_CPU, limits->cpu_time_ms / 1000 + 3) < 0 /* a process's; the keeper is earlier */
        || set_limit(RLIMIT_MEMLOCK, 64 * 1024) < 0 || set_limit(RLIMIT_MSGQUEUE, 0) < 0
        || set_limit(RLIMIT_NICE, 0) < 0 || set_limit(RLIMIT_RTPRIO, 0) < 0)
        return -1;
    return 0;
}

int drop_bounding_set(void)
{
    for (int capability = 0;; capability++) {
        const int held = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (held < 0)
            return 0; /* past the last one that the kernel knows */
        if (held > 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
            return -1;
    }
}

int drop_privileges(unsigned user)
{
    if (drop_bounding_set() < 0)
        return -1;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return -1;
    if (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0)
        return -1;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, none) < 0)
        return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    /* the supervisor reset all others at its start; an ignored signal would stay ignored across execve */
    if (signal(SIGPIPE, SIG_DFL) == SIG_ERR)
        return -1;
    return sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The checklist. Each step needs what a later one takes away. */
void child_main(const struct launch *launch)
{
    const struct run_request *request = launch->request;
    /* 1. Into the measured group, while the tasks files may be written (v1); from here on all is counted. */
    if (run_cgroup_join(launch->tree, launch->group) < 0)
        launch_fail(launch, STEP_CGROUP);
    /* 2. Hide the group's path on the host; after 1, so that the group is the root of what is seen. */
    if (unshare(CLONE_NEWCGROUP) < 0)
        launch_fail(launch, STEP_CGROUP);
    /* 3. Nothing but 0, 1 and 2 will survive execve; the report socket is still open until then. */
    if (set_stdio(launch) < 0)
        launch_fail(launch, STEP_STDIO);
    /* 4. A session without a terminal, so that no signal comes from or goes to one. */
    if (setsid() < 0)
        launch_fail(launch, STEP_PRIVILEGES);
    /* 5. Limits, while a hard limit may still be what it is; no later step needs more than they leave. */
    if (set_limits(launch) < 0)
        launch_fail(launch, STEP_RLIMIT);
    /* 6. The working folder; both belong to the slot's user. */
    if (chdir(request->box_writable ? "/box" : "/tmp") < 0)
        launch_fail(launch, STEP_CWD);
    umask(022);
    /* 7. Privileges, after the last step that needs one. */
    if (drop_privileges(launch->user) < 0)
        launch_fail(launch, STEP_PRIVILEGES);
    /* 8. Signals as a fresh program expects them. */
    if (reset_signals() < 0)
        launch_fail(launch, STEP_PRIVILEGES);
    /* 9. The filter: it refuses what the steps above needed. It allows sendmsg, so the keeper gets its fd. */
    const int listener = policy_load(launch->policies, launch->family);
    if (listener < 0)
        launch_fail(launch, STEP_SECCOMP);
    const struct report report = {.kind = REPORT_LISTENER};
    if (packet_send(launch->report, &report, sizeof report, listener) < 0)
        _exit(1);
    /* 10. Open files, after the filter, whose fd is beyond a small limit; the filter allows it. */
    if (set_limit(RLIMIT_NOFILE, request->limits.open_files) < 0)
        launch_fail(launch, STEP_RLIMIT);
    /* 11. */
    execve(request->argv[0], request->argv, request->env);
    launch_fail(launch, STEP_EXECVE);
}
