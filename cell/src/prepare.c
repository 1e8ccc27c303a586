/* prepare.c: a run up to the word to go. Nothing here is on the way of a caller who asks for the same run again. */
#include "run_state.h"

#include "init.h"
#include "launch.h"
#include "own_limits.h"
#include "packet.h"
#include "run.h"
#include "syscalls.h"
#include "zygote.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Wait for the next report of init or child, or for init's end. */
static int await_report(struct run *run, enum report_kind wanted, struct report *report, struct packet_fds *fds)
{
    struct pollfd ready[2] = {{.fd = run->report, .events = POLLIN}, {.fd = run->init_pidfd, .events = POLLIN}};
    int count;
    do
        count = poll(ready, 2, STEP_TIMEOUT_MS);
    while (count < 0 && errno == EINTR);
    fds->count = 0;
    if (count <= 0)
        return fault_set(&run->detail, "the set-up of a run did not end");
    const ssize_t got = packet_receive(run->report, report, sizeof *report, fds, MSG_DONTWAIT);
    if (got != (ssize_t)sizeof *report) {
        packet_fds_close(fds);
        return fault_set(&run->detail, "a process ended while it set up a run");
    }
    if (report->kind == wanted)
        return 0;
    packet_fds_close(fds);
    run_note_failure(run, report);
    return -1;
}

static int start_init(struct run *run, const struct place_wants *wants, int report_end)
{
    struct keeper *keeper = run->keeper;
    const char *program = run->request->argv[0];
    struct place_work work;
    int outcome = -1;
    if (place_plan(&keeper->place, keeper->config, wants, program, &work, &run->detail) < 0)
        goto done;
    struct clone_args args = {.flags = CLONE_NEWPID | CLONE_PIDFD, .pidfd = (uint64_t)(uintptr_t)&run->init_pidfd,
                              .exit_signal = SIGCHLD};
    if (layers_have(keeper->config->layers, LAYER_IPC_NAMESPACE))
        args.flags |= CLONE_NEWIPC;
    run->init = sys_fork3(&args);
    if (run->init == 0)
        init_main(keeper, &work, program, report_end);
    if (run->init < 0) {
        fault_errno(&run->detail, "clone3 of a run's init");
        goto done;
    }
    struct report report;
    struct packet_fds fds;
    if (await_report(run, REPORT_INIT_READY, &report, &fds) < 0)
        goto done;
    size_t next = 0;
    run->pid_ns = (report.value & INIT_HAS_PIDS) != 0 && next < fds.count ? fds.fds[next++] : -1;
    run->ipc_ns = (report.value & INIT_HAS_IPC) != 0 && next < fds.count ? fds.fds[next++] : -1;
    const int ns = (report.value & INIT_MADE_PLACE) != 0 && next < fds.count ? fds.fds[next++] : -1;
    const int ruleset = (report.value & INIT_MADE_RULESET) != 0 && next < fds.count ? fds.fds[next++] : -1;
    place_settle(&keeper->place, ns, ruleset, program);
    outcome = 0;
done:
    close_fd(&work.box);
    close_fd(&work.tmp);
    return outcome;
}

/* A child of ours that is born in init's pid namespace, and under v2 in the run's cgroup. */
static int start_child(struct run *run, const struct launch *launch, int *report_end)
{
    const struct keeper *keeper = run->keeper;
    struct clone_args args = {.flags = CLONE_PIDFD, .pidfd = (uint64_t)(uintptr_t)&run->child_fd, .exit_signal = SIGCHLD};
    if (keeper->tree->version == 2) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)run->group.fds[0];
    }
    if (setns(run->pid_ns, CLONE_NEWPID) < 0)
        return fault_errno(&run->detail, "entering a run's pid namespace");
    const pid_t child = sys_fork3(&args);
    if (child == 0)
        child_main(launch, keeper->policies, run->request->argv, run->request->env);
    const int error = errno;
    close_fd(report_end); /* or we would not see the child's end */
    if (setns(keeper->pidfd, CLONE_NEWPID) < 0)
        return fault_errno(&run->detail, "leaving a run's pid namespace");
    errno = error;
    if (child < 0)
        return fault_errno(&run->detail, "clone3 of a program's process");
    run->child = child;
    struct report report;
    struct packet_fds fds;
    if (await_report(run, REPORT_CHILD_READY, &report, &fds) < 0)
        return -1;
    if (fds.count == 1)
        run->listener = fds.fds[0];
    return 0;
}

static struct launch describe(const struct run *run, enum policy_family family, int out_end, int err_end, int report_end)
{
    const struct keeper *keeper = run->keeper;
    const struct run_limits *limits = &run->request->limits;
    struct launch launch = {
        .layers = keeper->config->layers, .user = keeper->user, .family = family,
        .in_box = run->request->in_box || run->request->box_writable, .limits = *limits,
        .file_bytes = own_limits_file_bytes(limits, keeper->config->box_bytes),
        .out = out_end, .err = err_end, .report = report_end, .pid_ns = run->pid_ns, .ipc_ns = run->ipc_ns,
        .place = keeper->place.ns,
        .ruleset = layers_have(keeper->config->layers, LAYER_LANDLOCK) ? keeper->place.ruleset : -1};
    memcpy(launch.joins, run->group.join_fds, sizeof launch.joins);
    if (layers_have(keeper->config->layers, LAYER_CORE_PINNING) && !run->group.pinned) {
        launch.pin = true;
        CPU_ZERO(&launch.cores);
        for (unsigned i = 0; i < run->group.core_count; i++)
            CPU_SET(cpuset_core(&keeper->tree->cpuset, run->group.first_core + i), &launch.cores);
    }
    return launch;
}

static int start_processes(struct run *run, int view, enum policy_family family, int out_end, int err_end)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return fault_errno(&run->detail, "socketpair");
    run->report = pair[0];
    const struct place_wants wants = place_wanted(view, run->request, family);
    int outcome = start_init(run, &wants, pair[1]);
    if (outcome == 0) {
        const struct launch launch = describe(run, family, out_end, err_end, pair[1]);
        const bool warm = run->request->warm && !run->keeper->planned->files;
        outcome = warm && zygote_ready(run, &launch) ? zygote_fork(run, &launch) : 1;
        if (outcome == 1) {
            outcome = start_child(run, &launch, &pair[1]);
        } else if (outcome == 0) {
            close_fd(&pair[1]);
            outcome = zygote_await_child(run);
        }
    }
    close_fd(&pair[1]);
    return outcome;
}

int run_pin(const struct keeper *keeper, struct run_cgroup *group, const struct run_request *request, struct fault *why)
{
    if (!layers_have(keeper->config->layers, LAYER_CORE_PINNING)) {
        group->core_count = keeper->tree->cpuset.count;
        return 0;
    }
    return run_cgroup_pin(keeper->tree, group, request->limits.cores, keeper->core + (unsigned)request->core_shift, why);
}

/* The group of the run before, or a new one. */
static int take_group(struct keeper *keeper, struct run_cgroup *group, struct fault *why)
{
    if (keeper->spare.name[0] == '\0')
        return run_cgroup_make(keeper->tree, keeper->slot, keeper->serial++, group, why);
    *group = keeper->spare;
    keeper->spare.name[0] = '\0';
    return 0;
}

/* A run that ended by itself may have left its group as good as new. */
static void give_group(struct run *run)
{
    struct keeper *keeper = run->keeper;
    if (keeper->spare.name[0] == '\0' && run->ended && run->causes == 0 && !run->in_doubt
        && run_cgroup_is_fresh(keeper->tree, &run->group))
        keeper->spare = run->group;
    else
        (void)run_cgroup_remove(keeper->tree, &run->group); /* a remainder is the supervisor's to remove */
}

int run_prepare(struct run *run, struct keeper *keeper, const struct run_request *request, int view,
                enum policy_family family)
{
    *run = (struct run){.keeper = keeper, .request = request, .init_pidfd = -1, .pid_ns = -1, .ipc_ns = -1, .child_fd = -1,
                        .report = -1, .listener = -1, .out = {.source = -1}, .err = {.source = -1}};
    const struct run_limits *limits = &request->limits;
    int out_end = -1;
    int err_end = -1;
    int outcome = -1;
    if (take_group(keeper, &run->group, &run->detail) == 0
        && run_pin(keeper, &run->group, request, &run->detail) == 0
        && (!layers_have(keeper->config->layers, LAYER_CGROUP_LIMITS)
            || run_cgroup_limit(keeper->tree, &run->group, limits->memory_bytes, limits->processes, &run->detail) == 0)
        && stream_open(&run->out, limits->stdout_bytes, keeper->user, &out_end, &run->detail) == 0
        && stream_open(&run->err, limits->stderr_bytes, keeper->user, &err_end, &run->detail) == 0)
        outcome = start_processes(run, view, family, out_end, err_end);
    close_fd(&out_end);
    close_fd(&err_end);
    /* from here on the program's: what its process has used up to now was for us */
    if (outcome == 0)
        outcome = run_cgroup_begin(keeper->tree, &run->group, &run->base_cpu_us, &run->detail);
    if (outcome < 0) {
        run->causes |= CAUSE_INTERNAL;
        run->in_doubt = true;
    }
    return outcome;
}

void run_clear(struct run *run)
{
    if (run->init > 0 && !run->init_gone)
        (void)sys_pidfd_kill(run->init_pidfd); /* the only error is that it is dead already */
    if (run->init > 0 && !run->init_gone && !run->in_doubt) { /* in doubt, the keeper exits, and the supervisor waits */
        if (run->child > 0 && !run->ended)
            (void)waitpid(run->child, NULL, __WALL); /* or init would wait for us to do so */
        zygote_forget_child(run);
        (void)waitpid(run->init, NULL, __WALL);
        run->init_gone = run->ended = true;
    }
    stream_close(&run->out);
    stream_close(&run->err);
    close_fd(&run->init_pidfd);
    close_fd(&run->pid_ns);
    close_fd(&run->ipc_ns);
    close_fd(&run->child_fd);
    close_fd(&run->report);
    if (!run->listener_is_shared)
        close_fd(&run->listener);
    give_group(run);
}
