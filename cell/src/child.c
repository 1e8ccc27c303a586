/* child.c: the program's process, before it is the program's. Also part of the library that zygotes carry (warm.c). */
#include "launch.h"

#include "landlock.h"
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

void launch_fail(int report_fd, enum launch_step step)
{
    const struct report report = {.kind = REPORT_FAILED, .step = step, .value = errno};
    (void)packet_send(report_fd, &report, sizeof report, -1); /* if this fails the keeper sees init's end */
    _exit(1);
}

/* Into the measured group, while the tasks files may be written (v1); from here on all is counted. */
static int join_groups(const struct launch *launch)
{
    for (size_t i = 0; i < JOINS_MAX; i++)
        if (launch->joins[i] >= 0 && write(launch->joins[i], "0", 1) != 1)
            return -1;
    if (launch->pin && sched_setaffinity(0, sizeof launch->cores, &launch->cores) < 0)
        return -1;
    return 0;
}

static int set_limit(int resource, uint64_t value)
{
    const struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    return setrlimit((__rlimit_resource_t)resource, &limit);
}

/* 0 would not do: a host's crash handler (core_pattern "|…") is started for 0, as root; for 1 it is not, see core(5). The filter
 * keeps programs from changing it, and a zygote's child too, for which the zygote has done it. */
static int forbid_core_dumps(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) < 0)
        return -1;
    return limit.rlim_cur == 1 && limit.rlim_max == 1 ? 0 : set_limit(RLIMIT_CORE, 1);
}

/* Memory, processes and CPU time are the cgroup's business; these are the things it cannot count, and a backstop. */
static int set_limits(const struct launch *launch)
{
    const struct run_limits *limits = &launch->limits;
    if (forbid_core_dumps() < 0 || set_limit(RLIMIT_STACK, limits->memory_bytes) < 0)
        return -1;
    if (!layers_have(launch->layers, LAYER_RESOURCE_LIMITS))
        return 0;
    if (set_limit(RLIMIT_FSIZE, launch->file_bytes) < 0
        || set_limit(RLIMIT_CPU, limits->cpu_time_ms / 1000 + CPU_BACKSTOP_S) < 0
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

static int drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    return (int)syscall(SYS_capset, &header, none); /* what is not permitted cannot be ambient either */
}

int drop_privileges(layers set, unsigned user)
{
    const bool no_capabilities = layers_have(set, LAYER_NO_CAPABILITIES);
    const bool root = geteuid() == 0; /* a zygote's child is the slot's user already, and has no bounding set */
    if (no_capabilities && root && drop_bounding_set() < 0)
        return -1;
    /* else the change of user would take the capabilities along */
    if (!no_capabilities && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        return -1;
    if (layers_have(set, LAYER_USER_PER_SLOT) && root
        && (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0))
        return -1;
    if (no_capabilities && drop_capabilities() < 0)
        return -1;
    if (!layers_have(set, LAYER_NO_NEW_PRIVILEGES))
        return 0;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* The checklist. Each step needs what a later one takes away. */
void child_prepare(const struct launch *launch)
{
    /* 1. Counted from here on. */
    if (join_groups(launch) < 0)
        launch_fail(launch->report, STEP_CGROUP);
    /* 2. Hide the group's path on the host; after 1, so that the group is the root of what is seen. */
    if (layers_have(launch->layers, LAYER_CGROUP_NAMESPACE) && unshare(CLONE_NEWCGROUP) < 0)
        launch_fail(launch->report, STEP_CGROUP);
    /* 3. The output pipes. Both ends are above 2, so neither overwrites the other. */
    if (dup2(launch->out, 1) < 0 || dup2(launch->err, 2) < 0)
        launch_fail(launch->report, STEP_STDIO);
    /* 4. A session without a terminal, so that no signal comes from or goes to one. */
    if (setsid() < 0)
        launch_fail(launch->report, STEP_PRIVILEGES);
    /* 5. Limits, while a hard limit may still be what it is; no later step needs more than they leave. */
    if (set_limits(launch) < 0)
        launch_fail(launch->report, STEP_RLIMIT);
    /* 6. The working folder. */
    if (chdir(launch->in_box ? "/box" : "/tmp") < 0)
        launch_fail(launch->report, STEP_CWD);
    umask(022);
    /* 7. Privileges, after the last step that needs one. */
    if (drop_privileges(launch->layers, launch->user) < 0)
        launch_fail(launch->report, STEP_PRIVILEGES);
    /* 8. What may be opened and executed; needs no_new_privs, which 7 has set. */
    if (launch->ruleset >= 0 && landlock_enter(launch->ruleset) < 0)
        launch_fail(launch->report, STEP_LANDLOCK);
}

/* Stdin to 0, the files to 3 and on. None is overwritten before it was moved: they came in order, at the lowest numbers from
 * 3 on that were free, so each file at a higher number than its own. */
static int place_given(const struct packet_fds *fds)
{
    for (size_t i = 0; i < fds->count; i++) {
        if (dup2(fds->fds[i], i == 0 ? 0 : FIRST_FILE_FD + (int)i - 1) < 0)
            return -1;
        close(fds->fds[i]);
    }
    return 0;
}

void child_wait(const struct launch *launch)
{
    char byte = 0;
    struct packet_fds fds;
    if (packet_receive(launch->report, &byte, 1, &fds, 0) != 1 || fds.count < 1)
        _exit(1); /* the keeper does not want this run any more */
    if (place_given(&fds) < 0)
        launch_fail(launch->report, STEP_STDIO);
    /* only now: with a small limit no fd above it could have come, neither this one nor the filter's */
    if (layers_have(launch->layers, LAYER_RESOURCE_LIMITS) && set_limit(RLIMIT_NOFILE, launch->limits.open_files) < 0)
        launch_fail(launch->report, STEP_RLIMIT);
}
