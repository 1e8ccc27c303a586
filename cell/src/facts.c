/* facts.c: what a run's end means. A function of counters and causes alone, so that the same run always gets the same status. */
#include "run_state.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

/* One status out of what happened, always the first that applies in the order of protocol.md. */
static enum run_status classify(const struct run *run)
{
    if ((run->causes & CAUSE_INTERNAL) != 0)
        return STATUS_INTERNAL;
    if ((run->causes & CAUSE_FORBIDDEN) != 0)
        return STATUS_FORBIDDEN;
    if ((run->causes & CAUSE_MEMORY) != 0)
        return STATUS_MEMORY;
    if ((run->causes & CAUSE_OUTPUT) != 0)
        return STATUS_OUTPUT;
    if ((run->causes & CAUSE_CPU_TIME) != 0)
        return STATUS_CPU_TIME;
    if ((run->causes & CAUSE_WALL_TIME) != 0)
        return STATUS_WALL_TIME;
    return WIFEXITED(run->wait_status) ? STATUS_EXITED : STATUS_SIGNALLED;
}

void run_conclude(struct run *run, struct run_facts *facts)
{
    struct run_counters counters = {0};
    struct fault why;
    if (run_cgroup_count(run->keeper->tree, &run->group, &counters, &why) < 0) {
        run_blame(run, &why);
        run->in_doubt = true;
    }
    counters.cpu_time_us -= counters.cpu_time_us < run->base_cpu_us ? counters.cpu_time_us : run->base_cpu_us;
    const uint64_t wall_us = (uint64_t)(run->ended_ns > run->started_ns ? run->ended_ns - run->started_ns : 0) / 1000;
    if (counters.oom_kills > 0 && counters.limit_hit)
        run->causes |= CAUSE_MEMORY;
    if (counters.oom_kills > 0 && !counters.limit_hit && run->causes == 0) {
        fault_set(&why, "the machine ran out of memory, or a cgroup above ours did");
        run_blame(run, &why);
    }
    if (counters.cpu_time_us > run->request->limits.cpu_time_ms * 1000)
        run->causes |= CAUSE_CPU_TIME;
    if (wall_us > run->request->limits.wall_time_ms * 1000)
        run->causes |= CAUSE_WALL_TIME;
    if (run->ended && WIFSIGNALED(run->wait_status) && WTERMSIG(run->wait_status) == SIGSYS
        && (run->causes & (CAUSE_INTERNAL | CAUSE_FORBIDDEN)) == 0) {
        fault_set(&run->detail, "a system call of a foreign architecture");
        run->causes |= CAUSE_FORBIDDEN;
    }
    *facts = (struct run_facts){
        .status = classify(run), .exit_code = -1, .signal = -1, .cpu_time_us = counters.cpu_time_us,
        .wall_time_us = wall_us, .memory_bytes = counters.memory_peak_bytes, .stdout_bytes = run->out.delivered,
        .stderr_bytes = run->err.delivered, .stdout_truncated = run->out.truncated,
        .stderr_truncated = run->err.truncated, .oom_kills = counters.oom_kills,
        /* of a program that never went: now */
        .ended_at_us = (uint64_t)(run->ended_ns > 0 ? run->ended_ns : run_now_ns()) / 1000};
    if (facts->status == STATUS_EXITED)
        facts->exit_code = WEXITSTATUS(run->wait_status);
    if (facts->status == STATUS_SIGNALLED)
        facts->signal = WTERMSIG(run->wait_status);
    if (facts->status == STATUS_INTERNAL || facts->status == STATUS_FORBIDDEN)
        snprintf(facts->detail, sizeof facts->detail, "%s", run->detail.text);
}
