/* run.c: launch, watch, classify.
 *
 * While a program runs the keeper sleeps in ppoll until the earliest of: a report of init, a byte of output, an OOM, a hostile
 * call, the client's going away, the wall-clock deadline, and the moment at which the CPU budget could first be used up
 * (what is left of it, divided by the cores). So nothing is polled at a fixed rate, and an overrun stays near a millisecond.
 */
#include "run.h"

#include "launch.h"
#include "output.h"
#include "packet.h"
#include "syscalls.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    CPU_TICK_NS = 1000000,                 /* never look more often */
    SAMPLE_TICK_NS = 10000000,             /* for a kernel that keeps no peak of memory */
};
static const int64_t drain_grace_ns = INT64_C(5000000000); /* for a slow reader, once the program is dead */
static const int64_t kill_grace_ns = INT64_C(30000000000); /* for the kernel to take a killed run apart */

/* Why a run was stopped, or what was found out later. A run can have several; see classify. */
enum cause {
    CAUSE_INTERNAL = 1 << 0,
    CAUSE_FORBIDDEN = 1 << 1,
    CAUSE_MEMORY = 1 << 2,
    CAUSE_OUTPUT = 1 << 3,
    CAUSE_CPU_TIME = 1 << 4,
    CAUSE_WALL_TIME = 1 << 5,
};

struct run {
    struct keeper *keeper;
    const struct run_request *request;
    struct stream out;
    struct stream err;
    pid_t init;
    int init_pidfd;
    int report;          /* our end of the pair */
    int listener;        /* hostile calls; -1 before execve and after the end */
    int64_t started_ns;  /* execve, as near as it can be known */
    int64_t ended_ns;    /* the main process's end */
    int64_t next_cpu_ns; /* when to look at the CPU time again */
    int64_t killed_ns;   /* 0: not killed */
    bool dead;           /* init is reaped, and so everything is dead */
    bool ended;          /* wait_status is known */
    bool client_gone;
    bool in_doubt;       /* throw the slot away */
    int wait_status;
    unsigned causes;
    struct fault detail; /* for CAUSE_INTERNAL and CAUSE_FORBIDDEN */
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void stop(struct run *run, unsigned cause)
{
    run->causes |= cause;
    if (run->killed_ns != 0 || run->dead)
        return;
    run->killed_ns = now_ns();
    (void)sys_pidfd_kill(run->init_pidfd); /* the only error is that it is dead already */
}

static int start(struct run *run, int view, const int stdio[3])
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
        .config = keeper->config, .policy = keeper->policy, .tree = keeper->tree, .group = &keeper->group,
        .request = run->request, .view = view, .user = keeper->user, .stdio = {stdio[0], out_end, err_end},
        .report = pair[1], .keeper_pidfd = keeper->pidfd};
    struct clone_args args = {.flags = CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS | CLONE_PIDFD,
                              .pidfd = (uint64_t)(uintptr_t)&run->init_pidfd, .exit_signal = SIGCHLD};
    run->started_ns = run->next_cpu_ns = now_ns();
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

static void launch_failed(struct run *run, const struct report *report)
{
    const bool exec = report->step == STEP_EXECVE;
    snprintf(run->detail.text, sizeof run->detail.text, "%s%s%.200s: %s", launch_step_words(report->step), exec ? " " : "",
             exec ? run->request->argv[0] : "", strerror(report->value));
    run->in_doubt = run->in_doubt || !exec;
    stop(run, CAUSE_INTERNAL);
}

/* All reports that are there. */
static void read_reports(struct run *run)
{
    while (run->report >= 0) {
        struct report report;
        struct packet_fds fds;
        const ssize_t got = packet_receive(run->report, &report, sizeof report, &fds, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got != (ssize_t)sizeof report) {
            packet_fds_close(&fds);
            close(run->report);
            run->report = -1;
            return;
        }
        switch (report.kind) {
        case REPORT_FAILED:
            launch_failed(run, &report);
            break;
        case REPORT_LISTENER:
            run->started_ns = now_ns();
            if (fds.count == 1 && run->listener < 0) {
                run->listener = fds.fds[0];
                fds.count = 0;
            }
            break;
        case REPORT_ENDED:
            run->ended = true;
            run->ended_ns = now_ns();
            run->wait_status = report.value;
            break;
        }
        packet_fds_close(&fds);
    }
}

static void check_budget(struct run *run, int64_t now)
{
    const struct run_limits *limits = &run->request->limits;
    if (now - run->started_ns >= (int64_t)limits->wall_time_ms * 1000000)
        stop(run, CAUSE_WALL_TIME);
    run_cgroup_sample(run->keeper->tree, &run->keeper->group);
    if (now < run->next_cpu_ns)
        return;
    uint64_t used_us = 0;
    if (run_cgroup_cpu_us(run->keeper->tree, &run->keeper->group, &used_us) < 0) {
        fault_errno(&run->detail, "reading the CPU time");
        run->in_doubt = true;
        stop(run, CAUSE_INTERNAL);
        return;
    }
    const uint64_t limit_us = limits->cpu_time_ms * 1000;
    if (used_us >= limit_us) {
        stop(run, CAUSE_CPU_TIME);
        return;
    }
    const int64_t left_ns = (int64_t)((limit_us - used_us) * 1000 / run->keeper->cores);
    run->next_cpu_ns = now + (left_ns > CPU_TICK_NS ? left_ns : CPU_TICK_NS);
}

/* How long may the keeper sleep? */
static struct timespec time_to_sleep(const struct run *run, int64_t now)
{
    int64_t until = run->started_ns + (int64_t)run->request->limits.wall_time_ms * 1000000;
    if (run->next_cpu_ns < until)
        until = run->next_cpu_ns;
    if (!run->keeper->tree->exact_peak && now + SAMPLE_TICK_NS < until)
        until = now + SAMPLE_TICK_NS;
    if (run->killed_ns != 0)
        until = run->killed_ns + kill_grace_ns;
    const int64_t left = until > now ? until - now : 0;
    return (struct timespec){.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
}

static struct pollfd stream_poll(const struct stream *stream)
{
    if (stream->blocked)
        return (struct pollfd){.fd = stream->target, .events = POLLOUT};
    return (struct pollfd){.fd = stream->source, .events = POLLIN};
}

static void pump(struct run *run, struct stream *stream)
{
    switch (stream_pump(stream, &run->detail)) {
    case STREAM_OPEN:
    case STREAM_ENDED:
        break;
    case STREAM_OVER:
        stop(run, CAUSE_OUTPUT);
        stream_close(stream);
        break;
    case STREAM_FAILED:
        stop(run, CAUSE_INTERNAL);
        stream_close(stream);
        break;
    }
}

static void pump_if_ready(struct run *run, struct stream *stream, const struct pollfd *ready)
{
    if (ready->revents == 0)
        return;
    pump(run, stream);
    /* at its limit and with no byte waiting, only the hang-up tells that the stream is over */
    if (ready->fd == stream->source && (ready->revents & (POLLHUP | POLLIN)) == POLLHUP)
        stream_close(stream);
}

static void hostile_call(struct run *run)
{
    char call[128];
    if (policy_describe_refused(run->listener, call, sizeof call) < 0)
        return;
    if ((run->causes & (CAUSE_INTERNAL | CAUSE_FORBIDDEN)) == 0)
        snprintf(run->detail.text, sizeof run->detail.text, "%s", call);
    stop(run, CAUSE_FORBIDDEN);
}

static void wait_for_events(struct run *run)
{
    enum { REPORT, INIT, CLIENT, OOM, LISTENER, OUT, ERR, POLL_COUNT };
    struct keeper *keeper = run->keeper;
    struct pollfd ready[POLL_COUNT] = {
        [REPORT] = {.fd = run->report, .events = POLLIN},
        [INIT] = {.fd = run->init_pidfd, .events = POLLIN},
        [CLIENT] = {.fd = run->client_gone ? -1 : keeper->connection, .events = POLLRDHUP},
        [OOM] = {.fd = run->killed_ns == 0 ? keeper->group.oom_fd : -1, .events = keeper->group.oom_poll},
        [LISTENER] = {.fd = run->listener, .events = POLLIN},
        [OUT] = stream_poll(&run->out),
        [ERR] = stream_poll(&run->err),
    };
    const int64_t now = now_ns();
    const struct timespec sleep = time_to_sleep(run, now);
    if (ppoll(ready, POLL_COUNT, &sleep, NULL) < 0)
        return; /* a signal; the loop comes back */
    if (ready[REPORT].revents != 0)
        read_reports(run);
    if ((ready[LISTENER].revents & POLLIN) != 0)
        hostile_call(run);
    if ((ready[LISTENER].revents & POLLHUP) != 0) { /* no filtered process is left */
        close(run->listener);
        run->listener = -1;
    }
    if ((ready[OOM].revents & ready[OOM].events) != 0 && run_cgroup_oom_seen(keeper->tree, &keeper->group))
        stop(run, CAUSE_MEMORY);
    pump_if_ready(run, &run->out, &ready[OUT]);
    pump_if_ready(run, &run->err, &ready[ERR]);
    if (ready[CLIENT].revents != 0) {
        run->client_gone = true;
        stop(run, 0);
    }
    if (ready[INIT].revents != 0)
        run->dead = waitpid(run->init, NULL, __WALL) == run->init;
}

static void watch(struct run *run)
{
    while (!run->dead) {
        const int64_t now = now_ns();
        if (run->killed_ns == 0 && !run->ended)
            check_budget(run, now);
        else if (run->killed_ns != 0 && now - run->killed_ns > kill_grace_ns) {
            fault_set(&run->detail, "the killed run did not end");
            run->causes |= CAUSE_INTERNAL;
            run->in_doubt = true;
            break;
        }
        wait_for_events(run);
    }
    read_reports(run);
    if (run->ended_ns == 0)
        run->ended_ns = run->killed_ns != 0 ? run->killed_ns : now_ns();
    if (!run->ended && run->killed_ns == 0) {
        fault_set(&run->detail, "the run's init ended unexpectedly");
        run->causes |= CAUSE_INTERNAL;
        run->in_doubt = true;
    }
}

/* Everything is dead: deliver what is still in the pipes, to a reader that may be slow. */
static void drain(struct run *run)
{
    const int64_t deadline = now_ns() + drain_grace_ns;
    for (;;) {
        pump(run, &run->out);
        pump(run, &run->err);
        if ((!run->out.blocked && !run->err.blocked) || run->client_gone)
            break;
        const int64_t left_ns = deadline - now_ns();
        if (left_ns <= 0) {
            run->out.truncated = run->out.truncated || run->out.blocked;
            run->err.truncated = run->err.truncated || run->err.blocked;
            fault_set(&run->detail, "the reader of the output did not take it in time");
            run->causes |= CAUSE_INTERNAL;
            break;
        }
        struct pollfd ready[3] = {{.fd = run->out.blocked ? run->out.target : -1, .events = POLLOUT},
                                  {.fd = run->err.blocked ? run->err.target : -1, .events = POLLOUT},
                                  {.fd = run->keeper->connection, .events = POLLRDHUP}};
        const struct timespec sleep = {.tv_sec = left_ns / 1000000000, .tv_nsec = left_ns % 1000000000};
        (void)ppoll(ready, 3, &sleep, NULL);
        run->client_gone = ready[2].revents != 0;
    }
}

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

static void conclude(struct run *run, struct run_facts *facts)
{
    struct run_counters counters = {0};
    if (run_cgroup_count(run->keeper->tree, &run->keeper->group, &counters, &run->detail) < 0) {
        run->causes |= CAUSE_INTERNAL;
        run->in_doubt = true;
    }
    const uint64_t wall_us = (uint64_t)(run->ended_ns > run->started_ns ? run->ended_ns - run->started_ns : 0) / 1000;
    if (counters.oom_kills > 0)
        run->causes |= CAUSE_MEMORY;
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
        .stderr_truncated = run->err.truncated, .oom_kills = counters.oom_kills};
    if (facts->status == STATUS_EXITED)
        facts->exit_code = WEXITSTATUS(run->wait_status);
    if (facts->status == STATUS_SIGNALLED)
        facts->signal = WTERMSIG(run->wait_status);
    if (facts->status == STATUS_INTERNAL || facts->status == STATUS_FORBIDDEN)
        snprintf(facts->detail, sizeof facts->detail, "%s", run->detail.text);
}

enum run_outcome run_program(struct keeper *keeper, const struct run_request *request, int view, const int stdio[3],
                             struct run_facts *facts)
{
    struct run run = {.keeper = keeper, .request = request, .init_pidfd = -1, .report = -1, .listener = -1,
                      .out = {.source = -1}, .err = {.source = -1}};
    if (start(&run, view, stdio) < 0) {
        run.causes |= CAUSE_INTERNAL;
        run.in_doubt = true;
        run.wait_status = 0;
    } else {
        watch(&run);
        drain(&run);
    }
    conclude(&run, facts);
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
