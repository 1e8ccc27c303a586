/* launch.c: a launch on its way to a zygote, and words for what can go wrong in any. Also part of the library that zygotes carry
 * (warm.c). */
#include "launch.h"

#include <string.h>

/* The fields that hold the fds which travel: the one list of them, for both ends. */
static void list_fds(struct launch *launch, int *fields[LAUNCH_FDS_MAX])
{
    int *const all[] = {&launch->out,      &launch->err,      &launch->report,   &launch->pid_ns,   &launch->ipc_ns,
                        &launch->ruleset,  &launch->joins[0], &launch->joins[1], &launch->joins[2], &launch->joins[3]};
    _Static_assert(sizeof all / sizeof *all == LAUNCH_FDS_MAX, "LAUNCH_FDS_MAX counts these");
    memcpy(fields, all, sizeof all);
}

size_t launch_pack(struct launch *launch, int fds[LAUNCH_FDS_MAX])
{
    int *fields[LAUNCH_FDS_MAX];
    size_t count = 0;
    list_fds(launch, fields);
    for (size_t i = 0; i < LAUNCH_FDS_MAX; i++) {
        if (*fields[i] < 0)
            continue;
        fds[count] = *fields[i];
        *fields[i] = (int)count++;
    }
    return count;
}

void launch_unpack(struct launch *launch, const int *fds, size_t count)
{
    int *fields[LAUNCH_FDS_MAX];
    list_fds(launch, fields);
    for (size_t i = 0; i < LAUNCH_FDS_MAX; i++)
        *fields[i] = *fields[i] >= 0 && (size_t)*fields[i] < count ? fds[*fields[i]] : -1;
}

const char *launch_step_words(enum launch_step step)
{
    switch (step) {
    case STEP_LIFELINE: return "the keeper is gone";
    case STEP_PLACE: return "cannot enter the slot's mount namespace";
    case STEP_SCRATCH: return "cannot mount the scratch folder";
    case STEP_BOX: return "cannot mount the box";
    case STEP_PROC: return "cannot mount /proc";
    case STEP_CGROUP: return "cannot enter the run's cgroup";
    case STEP_STDIO: return "cannot set up standard input and output";
    case STEP_RLIMIT: return "cannot set a resource limit";
    case STEP_CWD: return "cannot enter the working folder";
    case STEP_PRIVILEGES: return "cannot drop privileges";
    case STEP_LANDLOCK: return "cannot enter the Landlock ruleset";
    case STEP_SECCOMP: return "cannot load the seccomp filter";
    case STEP_EXECVE: return "cannot execute";
    }
    return "unknown step";
}
