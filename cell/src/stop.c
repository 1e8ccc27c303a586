/* stop.c: why a run is stopped, and stopping it; see run_state.h. */
#include "run_state.h"

#include "launch.h"
#include "syscalls.h"

#include <string.h>

void run_kill_rest(struct run *run)
{
    run->rest_killed = true;
    (void)sys_pidfd_kill(run->init_pidfd); /* the only error is that it is dead already */
}

void run_blame(struct run *run, const struct fault *why)
{
    if ((run->causes & CAUSE_INTERNAL) == 0)
        run->detail = *why;
    run->causes |= CAUSE_INTERNAL;
}

void run_stop(struct run *run, unsigned cause)
{
    run->causes |= cause;
    if (run->killed || run->dead)
        return;
    run->killed = true;
    if (run->ending_ns == 0)
        run->ending_ns = run_now_ns();
    run_kill_rest(run);
}

void run_note_failure(struct run *run, const struct report *report)
{
    const bool exec = report->step == STEP_EXECVE;
    struct fault why;
    fault_set(&why, "%s%s%.200s: %s", launch_step_words(report->step), exec ? " " : "", exec ? run->request->argv[0] : "",
              strerror(report->value));
    run->in_doubt = run->in_doubt || !exec;
    run_blame(run, &why);
    run_stop(run, 0);
}
