/* watch.c: a run while it lives.
 *
 * The keeper sleeps in ppoll until the earliest of: a report of the child, a byte of output, an OOM, a hostile call, the client's
 * going away, the wall-clock deadline, and the moment at which the CPU budget could first be used up (what is left of it,
 * divided by the cores). So nothing is polled at a fixed rate, and an overrun stays within milliseconds.
 */
#include "run_state.h"

#include "launch.h"
#include "packet.h"
#include "syscalls.h"
#include "zygote.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
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
static const int64_t end_grace_ns = INT64_C(30000000000); /* for the kernel to take a run apart */

int64_t run_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* After the word to go nothing is reported but a failure; the end of the socket is the program's execve. */
static void read_report(struct run *run)
{
    struct report report;
    struct packet_fds fds;
    const ssize_t got = packet_receive(run->report, &report, sizeof report, &fds, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return;
    packet_fds_close(&fds);
    if (got == (ssize_t)sizeof report)
        run_note_failure(run, &report);
    close_fd(&run->report);
}

/* When init is killed by somebody else, as the machine's OOM killer may do, the kernel kills the main process first and lets us
 * see init's end only afterwards. What tells already is that its pid namespace takes no process any more. */
static bool init_is_dying(struct run *run)
{
    struct clone_args args = {.exit_signal = SIGCHLD};
    if (setns(run->pid_ns, CLONE_NEWPID) < 0)
        return true;
    const pid_t probe = sys_fork3(&args);
    if (probe == 0)
        _exit(0);
    if (setns(run->keeper->pidfd, CLONE_NEWPID) < 0)
        run->in_doubt = true; /* the slot cannot be used on */
    return probe < 0 || waitpid(probe, NULL, __WALL) != probe;
}

static void note_init_lost(struct run *run)
{
    struct fault why;
    fault_set(&why, "the run's init ended unexpectedly");
    run_blame(run, &why);
    run->in_doubt = true;
}

/* The main process is over: what it has left behind, init's end ends. */
static void main_ended(struct run *run, int status, int64_t noted_ns)
{
    run->ended = true;
    run->wait_status = status;
    run->ended_ns = noted_ns;
    if (run->ending_ns == 0)
        run->ending_ns = run->ended_ns;
    if (!run->killed && !run->rest_killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && init_is_dying(run))
        note_init_lost(run);
    if (!run->killed && !run_cgroup_is_empty(run->keeper->tree, &run->group))
        run_kill_rest(run);
}

static void child_ready(struct run *run, int64_t noted_ns)
{
    int status = 0;
    if (run->child > 0 && waitpid(run->child, &status, __WALL) == run->child)
        main_ended(run, status, noted_ns);
    else if (run->child == 0 && zygote_child_ended(run, &status))
        main_ended(run, status, noted_ns);
}

static void init_ready(struct run *run)
{
    run->init_gone = waitpid(run->init, NULL, __WALL) == run->init;
    if (!run->killed && !run->rest_killed)
        note_init_lost(run);
}

static void check_budget(struct run *run, int64_t now)
{
    const struct run_limits *limits = &run->request->limits;
    if (now - run->started_ns >= (int64_t)limits->wall_time_ms * 1000000)
        run_stop(run, CAUSE_WALL_TIME);
    run_cgroup_sample(run->keeper->tree, &run->group);
    if (now < run->next_cpu_ns)
        return;
    uint64_t used_us = 0;
    if (run_cgroup_cpu_us(run->keeper->tree, &run->group, &used_us) < 0) {
        struct fault why;
        fault_errno(&why, "reading the CPU time");
        run->in_doubt = true;
        run_blame(run, &why);
        run_stop(run, 0);
        return;
    }
    const uint64_t limit_us = run->base_cpu_us + limits->cpu_time_ms * 1000;
    if (used_us >= limit_us) {
        run_stop(run, CAUSE_CPU_TIME);
        return;
    }
    const int64_t left_ns = (int64_t)((limit_us - used_us) * 1000 / run->group.core_count);
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
    if (run->ending_ns != 0)
        until = run->ending_ns + end_grace_ns;
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
    struct fault why;
    switch (stream_pump(stream, &why)) {
    case STREAM_OPEN:
    case STREAM_ENDED:
        break;
    case STREAM_OVER:
        run_stop(run, CAUSE_OUTPUT);
        stream_close(stream);
        break;
    case STREAM_FAILED:
        run_blame(run, &why);
        run_stop(run, 0);
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
    if (policy_take_hostile(run->listener, call, sizeof call) < 0)
        return;
    if ((run->causes & (CAUSE_INTERNAL | CAUSE_FORBIDDEN)) == 0)
        snprintf(run->detail.text, sizeof run->detail.text, "%s", call);
    run_stop(run, CAUSE_FORBIDDEN);
}

static void wait_for_events(struct run *run)
{
    enum { REPORT, CHILD, INIT, CLIENT, OOM, LISTENER, OUT, ERR, POLL_COUNT };
    struct keeper *keeper = run->keeper;
    struct pollfd ready[POLL_COUNT] = {
        [REPORT] = {.fd = run->report, .events = POLLIN},
        [CHILD] = {.fd = run->ended ? -1 : run->child_fd, .events = POLLIN},
        [INIT] = {.fd = run->init_gone ? -1 : run->init_pidfd, .events = POLLIN},
        [CLIENT] = {.fd = run->client_gone ? -1 : keeper->connection, .events = POLLRDHUP},
        [OOM] = {.fd = run->ending_ns == 0 ? run->group.oom_fd : -1, .events = run->group.oom_poll},
        [LISTENER] = {.fd = run->listener, .events = POLLIN},
        [OUT] = stream_poll(&run->out),
        [ERR] = stream_poll(&run->err),
    };
    const int64_t now = run_now_ns();
    const struct timespec sleep = time_to_sleep(run, now);
    if (ppoll(ready, POLL_COUNT, &sleep, NULL) < 0)
        return; /* a signal; the loop comes back */
    /* before any output is passed on: who answers to it does so later */
    const int64_t noted_ns = run_now_ns();
    if (ready[REPORT].revents != 0)
        read_report(run);
    if ((ready[LISTENER].revents & POLLIN) != 0)
        hostile_call(run);
    if ((ready[LISTENER].revents & POLLHUP) != 0) { /* no filtered process is left */
        if (!run->listener_is_shared)
            close_fd(&run->listener);
        run->listener = -1;
    }
    if ((ready[OOM].revents & ready[OOM].events) != 0 && run_cgroup_oom_seen(keeper->tree, &run->group))
        run_stop(run, CAUSE_MEMORY);
    pump_if_ready(run, &run->out, &ready[OUT]);
    pump_if_ready(run, &run->err, &ready[ERR]);
    if (ready[CLIENT].revents != 0) {
        run->client_gone = true;
        run_stop(run, 0);
    }
    if (ready[INIT].revents != 0) /* before the child, whose end it may have been */
        init_ready(run);
    if (ready[CHILD].revents != 0)
        child_ready(run, noted_ns);
    run->dead = run->ended && (run->init_gone || !run->rest_killed);
}

void run_watch(struct run *run)
{
    while (!run->dead) {
        const int64_t now = run_now_ns();
        if (run->ending_ns == 0) {
            check_budget(run, now);
        } else if (now - run->ending_ns > end_grace_ns) {
            struct fault why;
            fault_set(&why, "the processes of the run did not end");
            run_blame(run, &why);
            run->in_doubt = true;
            break;
        }
        wait_for_events(run);
    }
    if (run->killed)
        run->ended_ns = run->ending_ns;
}

void run_drain(struct run *run)
{
    const int64_t deadline = run_now_ns() + drain_grace_ns;
    for (;;) {
        pump(run, &run->out);
        pump(run, &run->err);
        if ((!run->out.blocked && !run->err.blocked) || run->client_gone)
            break;
        const int64_t left_ns = deadline - run_now_ns();
        if (left_ns <= 0) {
            run->out.truncated = run->out.truncated || run->out.blocked;
            run->err.truncated = run->err.truncated || run->err.blocked;
            struct fault why;
            fault_set(&why, "the reader of the output did not take it in time");
            run_blame(run, &why);
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
