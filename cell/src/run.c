/* run.c: launch a run, have it watched, and clean up after it. */
#include "run.h"

#include "launch.h"
#include "run_state.h"
#include "syscalls.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static int start(struct run *run, int view, enum policy_family family, const int stdio[3])
{
    struct keeper *keeper = run->keeper;
    const struct run_limits *limits = &run->request->limits;
    int out_end = -1;
    int err_end = -1;
    int pair[2] = {-1, -1};
    int outcome = -1;
    if (stream_open(&run->out, stdio[1], limits->stdout_bytes, keeper->user, &out_end, &run->detail) < 0
        || stream_open(&run->err, stdio[2], limits->stderr_bytes, keeper->user, &err_end, &run->detail) < 0)
        goto done;
    if (run_cgroup_limit(keeper->tree, &keeper->group, limits->memory_bytes, limits->processes, &run->detail) < 0)
        goto done;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        fault_errno(&run->detail, "socketpair");
        goto done;
    }
    const struct launch launch = {
        .config = keeper->config, .policies = keeper->policies, .family = family, .tree = keeper->tree, .group = &keeper->group,
        .request = run->request, .view = view, .user = keeper->user, .init_user = config_init_user(keeper->config), .stdio = {stdio[0], out_end, err_end},
        .report = pair[1], .keeper_pidfd = keeper->pidfd};
    struct clone_args args = {.flags = CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS | CLONE_PIDFD,
                              .pidfd = (uint64_t)(uintptr_t)&run->init_pidfd, .exit_signal = SIGCHLD};
    run->started_ns = run->next_cpu_ns = run_now_ns();
    run->init = sys_fork3(&args);
    if (run->init == 0)
        init_main(&launch);
    if (run->init < 0) {
        fault_errno(&run->detail, "clone3 of a run's init");
        goto done;
    }
    run->report = pair[0];
    pair[0] = -1;
    outcome = 0;
done:
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
    if (out_end >= 0)
        close(out_end);
    if (err_end >= 0)
        close(err_end);
    return outcome;
}

enum run_outcome run_program(struct keeper *keeper, const struct run_request *request, int view, enum policy_family family, const int stdio[3],
                             struct run_facts *facts)
{
    struct run run = {.keeper = keeper, .request = request, .init_pidfd = -1, .report = -1, .listener = -1,
                      .out = {.source = -1}, .err = {.source = -1}};
    if (start(&run, view, family, stdio) < 0) {
        run.causes |= CAUSE_INTERNAL;
        run.in_doubt = true;
        run.wait_status = 0;
    } else {
        run_watch(&run);
        run_drain(&run);
    }
    run_conclude(&run, facts);
    stream_close(&run.out);
    stream_close(&run.err);
    const int fds[] = {run.init_pidfd, run.report, run.listener};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    if (run.client_gone)
        return RUN_CLIENT_GONE;
    return run.in_doubt ? RUN_FACTS_LAST : RUN_FACTS;
}
