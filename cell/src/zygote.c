/* zygote.c: the keeper's side of warm starts; see zygote.h. */
#include "zygote.h"

#include "packet.h"
#include "run.h"
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY_SLACK_BYTES = 8 << 20 }; /* for forking: a zygote that is short of memory would be killed, not judged */
enum { START_TIMEOUT_MS = 10000 };       /* an interpreter that needs longer for a step of its start is not worth waiting for */

struct zygote {
    pid_t pid;      /* 0: it could not be started, and will not be tried again for this request */
    int connection; /* our end of the pair */
    int listener;
    int output;     /* what it writes before it is forked is nobody's output */
    unsigned place; /* serial of the place that it lives in */
    bool piped;     /* its stdin is a pipe */
    bool forked;    /* a child of it is alive, or its end was not taken yet */
    struct run_cgroup group;
    uint64_t memory_bytes; /* held when it was ready */
    size_t size;
    uint8_t message[MESSAGE_BYTES_MAX]; /* of the request that it was started for */
};

static void end(const struct keeper *keeper, struct zygote *zygote)
{
    if (zygote->pid > 0) {
        (void)kill(zygote->pid, SIGKILL);
        (void)waitpid(zygote->pid, NULL, __WALL);
        run_cgroup_kill(keeper->tree, &zygote->group); /* an interpreter may have started others */
    }
    zygote->pid = 0;
}

static void forget(struct keeper *keeper, struct zygote *zygote)
{
    end(keeper, zygote);
    close_fd(&zygote->connection);
    close_fd(&zygote->listener);
    close_fd(&zygote->output);
    (void)run_cgroup_remove(keeper->tree, &zygote->group); /* a remainder is the supervisor's to remove */
}

void zygote_stop(struct keeper *keeper)
{
    if (keeper->zygote == NULL)
        return;
    forget(keeper, keeper->zygote);
    free(keeper->zygote);
    keeper->zygote = NULL;
}

/* Wait for a word on `socket`, letting the zygote and its child do what they may. Not for a client that has gone. */
static int await(const struct keeper *keeper, int socket, enum zygote_right right, int timeout_ms)
{
    enum { SOCKET, LISTENER, CLIENT, POLL_COUNT };
    const struct zygote *zygote = keeper->zygote;
    const int64_t deadline_ns = run_now_ns() + (int64_t)timeout_ms * 1000000;
    for (;;) {
        struct pollfd ready[POLL_COUNT] = {[SOCKET] = {.fd = socket, .events = POLLIN},
                                           [LISTENER] = {.fd = zygote->listener, .events = POLLIN},
                                           [CLIENT] = {.fd = keeper->connection, .events = POLLRDHUP}};
        const int64_t left_ms = (deadline_ns - run_now_ns()) / 1000000;
        const int count = left_ms <= 0 ? 0 : poll(ready, POLL_COUNT, (int)left_ms);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return -1;
        if ((ready[LISTENER].revents & POLLIN) != 0) {
            if (policy_let(zygote->listener, right) < 0)
                return -1; /* it tries something else: it is not what it was meant to be */
            if (right == MAY_EXECUTE)
                right = MAY_NOTHING; /* itself, and no other program, which might be the candidate's */
        }
        if (ready[SOCKET].revents != 0)
            return 0;
        if (ready[LISTENER].revents == POLLHUP || ready[CLIENT].revents != 0)
            return -1;
    }
}

static int await_zygote(const struct keeper *keeper, enum zygote_right right, enum zygote_kind wanted, int timeout_ms,
                        struct packet_fds *fds)
{
    struct zygote_report report;
    const int connection = keeper->zygote->connection;
    if (await(keeper, connection, right, timeout_ms) < 0
        || packet_receive(connection, &report, sizeof report, fds, MSG_DONTWAIT) != (ssize_t)sizeof report)
        return -1;
    return report.kind == wanted ? 0 : -1;
}

/* The child that it has forked tells its readiness to us, like any other. */
int zygote_await_child(struct run *run)
{
    struct report report;
    struct packet_fds fds;
    if (await(run->keeper, run->report, MAY_FORK, STEP_TIMEOUT_MS) < 0
        || packet_receive(run->report, &report, sizeof report, &fds, MSG_DONTWAIT) != (ssize_t)sizeof report)
        return fault_set(&run->detail, "what was forked from the interpreter did not get ready");
    packet_fds_close(&fds);
    if (report.kind == REPORT_CHILD_READY)
        return 0;
    run_note_failure(run, &report);
    return -1;
}

/* Have it execute the interpreter, with the box closed until our library is in it: one that the loader passed over (a static
 * program has no loader) would go on to the candidate's files, outside of any run. */
static int load(const struct keeper *keeper)
{
    struct stat box;
    struct packet_fds fds;
    const char byte = 'g';
    if (stat("/box", &box) < 0 || chmod("/box", 0) < 0)
        return -1;
    const int outcome = await_zygote(keeper, MAY_EXECUTE, ZYGOTE_LOADED, START_TIMEOUT_MS, &fds);
    if (outcome < 0) /* before the box is open again: it must not find it */
        end(keeper, keeper->zygote);
    if (chmod("/box", box.st_mode & 07777) < 0)
        return -1;
    return outcome < 0 ? -1 : packet_send(keeper->zygote->connection, &byte, 1, -1);
}

static int start(struct run *run, const struct launch *launch, struct zygote *zygote)
{
    struct keeper *keeper = run->keeper;
    const struct run_limits *limits = &run->request->limits;
    struct fault why;
    int pair[2];
    int output[2];
    int written = 0;
    if (run_cgroup_make(keeper->tree, keeper->slot, keeper->serial++, &zygote->group, &why) < 0
        || run_pin(keeper, &zygote->group, run->request, &why) < 0
        || run_cgroup_limit(keeper->tree, &zygote->group, limits->memory_bytes + MEMORY_SLACK_BYTES, limits->processes + 1,
                            &why) < 0
        || pipe2(output, O_CLOEXEC) < 0)
        return -1;
    zygote->output = output[0];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        close(output[1]);
        return -1;
    }
    struct clone_args args = {.exit_signal = SIGCHLD};
    if (keeper->tree->version == 2) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)zygote->group.fds[0];
    }
    zygote->pid = sys_fork3(&args);
    if (zygote->pid == 0)
        zygote_main(run, launch, &zygote->group, pair[1], output[1]);
    close(pair[1]);
    close(output[1]);
    zygote->connection = pair[0];
    struct packet_fds fds;
    /* first the filter's listener, before execve; then the interpreter has come to the file that it is to run */
    if (zygote->pid < 0 || await_zygote(keeper, MAY_NOTHING, ZYGOTE_READY, START_TIMEOUT_MS, &fds) < 0)
        return -1;
    if (fds.count == 1)
        zygote->listener = fds.fds[0];
    if (load(keeper) < 0 || await_zygote(keeper, MAY_NOTHING, ZYGOTE_READY, START_TIMEOUT_MS, &fds) < 0)
        return -1;
    if (ioctl(zygote->output, FIONREAD, &written) < 0 || written > 0)
        return -1; /* each run would have to write that */
    return run_cgroup_memory(keeper->tree, &zygote->group, &zygote->memory_bytes);
}

bool zygote_ready(struct run *run, const struct launch *launch)
{
    struct keeper *keeper = run->keeper;
    const struct planned *planned = keeper->planned;
    struct zygote *zygote = keeper->zygote;
    if (!zygote_is_possible(keeper, run->request))
        return false;
    if (zygote != NULL && (zygote->place != keeper->place.serial || zygote->piped != planned->piped || zygote->size != planned->size
                           || memcmp(zygote->message, planned->message, planned->size) != 0)) {
        zygote_stop(keeper);
        zygote = NULL;
    }
    if (zygote == NULL) {
        zygote = keeper->zygote = calloc(1, sizeof *zygote);
        if (zygote == NULL)
            return false;
        zygote->connection = zygote->listener = zygote->output = -1;
        zygote->place = keeper->place.serial;
        zygote->piped = planned->piped;
        zygote->size = planned->size;
        memcpy(zygote->message, planned->message, planned->size);
        if (start(run, launch, zygote) < 0)
            forget(keeper, zygote);
    }
    /* with too little left, a plain start says exactly what happens */
    return zygote->pid > 0 && zygote->memory_bytes + (1 << 20) < run->request->limits.memory_bytes;
}

/* It did not do it: is there nothing of it left in the run, so that the program can be started plainly instead? */
static int give_up(struct run *run)
{
    const struct keeper *keeper = run->keeper;
    forget(run->keeper, keeper->zygote);
    if (run_cgroup_is_empty(keeper->tree, &run->group))
        return 1;
    return fault_set(&run->detail, "the interpreter that was started ahead could not be forked");
}

int zygote_fork(struct run *run, const struct launch *launch)
{
    struct keeper *keeper = run->keeper;
    struct zygote *zygote = keeper->zygote;
    struct launch message = *launch;
    int fds[LAUNCH_FDS_MAX];
    _Static_assert((int)LAUNCH_FDS_MAX <= (int)PACKET_FDS_MAX, "a packet has to hold all fds of a launch");
    /* under v2 a child of ours is born in the run's group, but one of the zygote's in the zygote's */
    int procs = keeper->tree->version == 2 ? openat(run->group.fds[0], "cgroup.procs", O_WRONLY | O_CLOEXEC) : -1;
    if (keeper->tree->version == 2) {
        if (procs < 0)
            return fault_errno(&run->detail, "cgroup.procs of a run's group");
        message.joins[0] = procs;
    }
    const size_t count = launch_pack(&message, fds);
    struct packet_fds none;
    const int sent = packet_send_fds(zygote->connection, &message, sizeof message, fds, count);
    close_fd(&procs);
    if (sent < 0 || await_zygote(keeper, MAY_FORK, ZYGOTE_FORKED, STEP_TIMEOUT_MS, &none) < 0)
        return give_up(run);
    zygote->forked = true;
    run->child_fd = fcntl(zygote->connection, F_DUPFD_CLOEXEC, 3);
    run->listener = zygote->listener;
    run->listener_is_shared = true;
    return run->child_fd < 0 ? fault_errno(&run->detail, "dup") : 0;
}

bool zygote_child_ended(struct run *run, int *status)
{
    struct zygote *zygote = run->keeper->zygote;
    struct zygote_report report;
    struct packet_fds fds;
    const ssize_t got = packet_receive(run->child_fd, &report, sizeof report, &fds, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return false;
    packet_fds_close(&fds);
    zygote->forked = false;
    if (got == (ssize_t)sizeof report && report.kind == ZYGOTE_ENDED) {
        *status = report.value;
        return true;
    }
    struct fault why;
    fault_set(&why, "the interpreter that was started ahead ended");
    run->in_doubt = true;
    run_blame(run, &why);
    run_stop(run, 0);
    *status = 0;
    return true;
}

void zygote_forget_child(struct run *run)
{
    struct zygote *zygote = run->keeper->zygote;
    struct packet_fds fds;
    if (zygote == NULL || !zygote->forked || run->child > 0)
        return;
    if (await_zygote(run->keeper, MAY_NOTHING, ZYGOTE_ENDED, STEP_TIMEOUT_MS, &fds) < 0)
        forget(run->keeper, zygote);
    zygote->forked = false;
}
