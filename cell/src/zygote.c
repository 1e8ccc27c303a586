/* zygote.c: the keeper's side of warm starts; see zygote.h. */
#include "zygote.h"

#include "packet.h"
#include "run.h"
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

static const int64_t timeout_ns = INT64_C(10000000000); /* an interpreter that needs longer is not worth waiting for */

struct zygote {
    pid_t pid;      /* 0: it could not be started, and will not be tried again for this request */
    int connection; /* our end of the pair */
    int listener;
    int output;     /* what it writes before it is forked is nobody's output */
    unsigned place; /* serial of the place that it lives in */
    bool forked;    /* a child of it is alive, or its end was not taken yet */
    struct run_cgroup group;
    uint64_t memory_bytes; /* held when it was ready */
    size_t size;
    uint8_t message[MESSAGE_BYTES_MAX]; /* of the request that it was started for */
};

static void forget(struct keeper *keeper, struct zygote *zygote)
{
    if (zygote->pid > 0) {
        (void)kill(zygote->pid, SIGKILL);
        (void)waitpid(zygote->pid, NULL, __WALL);
    }
    if (zygote->connection >= 0)
        close(zygote->connection);
    if (zygote->listener >= 0)
        close(zygote->listener);
    if (zygote->output >= 0)
        close(zygote->output);
    zygote->pid = 0;
    zygote->connection = zygote->listener = zygote->output = -1;
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

static int keep_one_capability(unsigned user)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) < 0)
        return -1;
    /* inheritable first: nothing can become so that is not in the bounding set */
    sets[0].inheritable = 1u << CAP_SYS_ADMIN;
    if (syscall(SYS_capset, &header, sets) < 0 || drop_bounding_set() < 0)
        return -1;
    memset(sets, 0, sizeof sets);
    sets[0].effective = sets[0].permitted = sets[0].inheritable = 1u << CAP_SYS_ADMIN;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0
        || setresuid(user, user, user) < 0 || syscall(SYS_capset, &header, sets) < 0)
        return -1;
    /* ambient: so that it survives execve of a program without file capabilities */
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0) < 0)
        return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* The interpreter's environment and the library's two entries. */
static char **environment(char *const *env)
{
    static char preload[] = "LD_PRELOAD=" WARM_LIBRARY;
    static char wanted[] = WARM_VARIABLE "=1";
    size_t count = 0;
    while (env[count] != NULL)
        count++;
    char **all = calloc(count + 3, sizeof *all);
    if (all == NULL)
        return NULL;
    memcpy(all, env, count * sizeof *all);
    all[count] = preload;
    all[count + 1] = wanted;
    return all;
}

_Noreturn static void zygote_main(const struct run *run, const struct launch *launch, const struct run_cgroup *group, int end,
                                  int output)
{
    const struct keeper *keeper = run->keeper;
    const struct rlimit stack = {.rlim_cur = launch->limits.memory_bytes, .rlim_max = launch->limits.memory_bytes};
    for (size_t i = 0; i < JOINS_MAX; i++)
        if (group->join_fds[i] >= 0 && write(group->join_fds[i], "0", 1) != 1)
            _exit(1);
    char **env = environment(run->request->env);
    /* the kernel lays out the memory of a program by the stack's limit: at execve, which is now */
    if (env == NULL || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || setns(launch->place, CLONE_NEWNS) < 0
        || setrlimit(RLIMIT_STACK, &stack) < 0 || setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1}) < 0 || chdir("/tmp") < 0
        || setsid() < 0)
        _exit(1);
    /* the three streams are of the kind that the program will have: what a runtime finds out about them at its start holds */
    const int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (empty < 0 || dup2(empty, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 || dup2(end, ZYGOTE_FD) < 0
        || sys_close_range(3, ZYGOTE_FD - 1, 0) < 0 || sys_close_range(ZYGOTE_FD + 1, ~0u, 0) < 0)
        _exit(1);
    umask(022);
    if (keep_one_capability(keeper->user) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0
        || signal(SIGPIPE, SIG_DFL) == SIG_ERR)
        _exit(1);
    sigset_t none;
    sigemptyset(&none);
    const int listener = sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -1 : policy_load(keeper->policies, launch->family, true);
    const struct zygote_report report = {.kind = ZYGOTE_READY};
    if (listener < 0 || packet_send(ZYGOTE_FD, &report, sizeof report, listener) < 0)
        _exit(1);
    close(listener);
    execve(run->request->argv[0], run->request->argv, env);
    _exit(1);
}

/* Wait for a word on `socket`, letting the zygote and its child do what they need privileges for if `forking`. */
static int await(const struct zygote *zygote, int socket, bool forking, int64_t deadline_ns)
{
    for (;;) {
        struct pollfd ready[2] = {{.fd = socket, .events = POLLIN}, {.fd = zygote->listener, .events = POLLIN}};
        const int64_t left_ms = (deadline_ns - run_now_ns()) / 1000000;
        const int count = left_ms <= 0 ? 0 : poll(ready, 2, (int)left_ms);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return -1;
        if ((ready[1].revents & POLLIN) != 0 && policy_let_enter(zygote->listener, forking) < 0)
            return -1; /* it tries something else: it is not what it was meant to be */
        if (ready[0].revents != 0)
            return 0;
    }
}

static int await_zygote(const struct zygote *zygote, bool forking, enum zygote_kind wanted, struct packet_fds *fds)
{
    struct zygote_report report;
    if (await(zygote, zygote->connection, forking, run_now_ns() + timeout_ns) < 0
        || packet_receive(zygote->connection, &report, sizeof report, fds, MSG_DONTWAIT) != (ssize_t)sizeof report)
        return -1;
    return report.kind == wanted ? 0 : -1;
}

/* The child that it has forked tells its readiness to us, like any other. */
static int await_child(struct run *run, const struct zygote *zygote)
{
    struct report report;
    struct packet_fds fds;
    if (await(zygote, run->report, true, run_now_ns() + timeout_ns) < 0
        || packet_receive(run->report, &report, sizeof report, &fds, MSG_DONTWAIT) != (ssize_t)sizeof report)
        return fault_set(&run->detail, "what was forked from the interpreter did not get ready");
    packet_fds_close(&fds);
    if (report.kind == REPORT_CHILD_READY)
        return 0;
    run_note_failure(run, &report);
    return -1;
}

static int start(struct run *run, const struct launch *launch, struct zygote *zygote)
{
    struct keeper *keeper = run->keeper;
    const struct run_limits *limits = &run->request->limits;
    struct fault why;
    int pair[2];
    int output[2];
    if (run_cgroup_make(keeper->tree, keeper->slot, keeper->serial++, &zygote->group, &why) < 0
        || run_pin(keeper, &zygote->group, limits->cores, &why) < 0
        || run_cgroup_limit(keeper->tree, &zygote->group, limits->memory_bytes, limits->processes, &why) < 0
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
    if (zygote->pid < 0 || await_zygote(zygote, false, ZYGOTE_READY, &fds) < 0)
        return -1;
    if (fds.count == 1)
        zygote->listener = fds.fds[0];
    if (await_zygote(zygote, false, ZYGOTE_READY, &fds) < 0)
        return -1;
    return run_cgroup_memory(keeper->tree, &zygote->group, &zygote->memory_bytes);
}

bool zygote_ready(struct run *run, const struct launch *launch)
{
    struct keeper *keeper = run->keeper;
    const struct planned *planned = keeper->planned;
    struct zygote *zygote = keeper->zygote;
    if (keeper->config->warm_library == NULL || !layers_have(keeper->config->layers, LAYER_SECCOMP))
        return false;
    if (zygote != NULL && (zygote->place != keeper->place.serial || zygote->size != planned->size
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
        zygote->size = planned->size;
        memcpy(zygote->message, planned->message, planned->size);
        if (start(run, launch, zygote) < 0)
            forget(keeper, zygote);
    }
    /* with too little left, a plain start says exactly what happens */
    return zygote->pid > 0 && zygote->memory_bytes + (1 << 20) < run->request->limits.memory_bytes;
}

int zygote_fork(struct run *run, const struct launch *launch)
{
    enum { FIXED = 6 };
    struct zygote *zygote = run->keeper->zygote;
    struct launch message = *launch;
    int fds[FIXED + JOINS_MAX];
    size_t count = 0;
    int *const all[] = {&message.out, &message.err, &message.report, &message.pid_ns, &message.ipc_ns, &message.ruleset,
                        &message.joins[0], &message.joins[1], &message.joins[2], &message.joins[3]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (*all[i] < 0)
            continue;
        fds[count] = *all[i];
        *all[i] = (int)count++; /* its place among the fds that come along */
    }
    struct packet_fds none;
    if (packet_send_fds(zygote->connection, &message, sizeof message, fds, count) < 0
        || await_zygote(zygote, true, ZYGOTE_FORKED, &none) < 0) {
        forget(run->keeper, zygote);
        return fault_set(&run->detail, "the interpreter that was started ahead could not be forked");
    }
    zygote->forked = true;
    run->child_pidfd = fcntl(zygote->connection, F_DUPFD_CLOEXEC, 3);
    run->listener = zygote->listener;
    run->listener_is_shared = true;
    return run->child_pidfd < 0 ? fault_errno(&run->detail, "dup") : await_child(run, zygote);
}

bool zygote_child_ended(struct run *run, int *status)
{
    struct zygote *zygote = run->keeper->zygote;
    struct zygote_report report;
    struct packet_fds fds;
    const ssize_t got = packet_receive(run->child_pidfd, &report, sizeof report, &fds, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return false;
    packet_fds_close(&fds);
    zygote->forked = false;
    if (got == (ssize_t)sizeof report && report.kind == ZYGOTE_ENDED) {
        *status = report.value;
        return true;
    }
    fault_set(&run->detail, "the interpreter that was started ahead ended");
    run->in_doubt = true;
    run_stop(run, CAUSE_INTERNAL);
    *status = 0;
    return true;
}

void zygote_forget_child(struct run *run)
{
    struct zygote *zygote = run->keeper->zygote;
    struct packet_fds fds;
    if (zygote == NULL || !zygote->forked || run->child > 0)
        return;
    if (await_zygote(zygote, false, ZYGOTE_ENDED, &fds) < 0)
        forget(run->keeper, zygote);
    zygote->forked = false;
}
