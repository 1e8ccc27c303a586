/* supervisor.c: start-up in an order that fails closed, then one poll loop.
 *
 *   probe ─▶ cgroup tree ─▶ socket ─▶ filter ─▶ roots (the host's file system is left) ─▶ slots ─▶ "ready" ─▶ loop
 *
 * It never takes part in a run: a client's connection is handed to an idle keeper, and that is all.
 */
#include "supervisor.h"

#include "cgroup.h"
#include "door.h"
#include "landlock.h"
#include "own_limits.h"
#include "pool.h"
#include "probe.h"
#include "protocol.h"
#include "roots.h"
#include "seccomp_policy.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum {
    UNSETTLED_MS = 10,     /* how often to look whether a dead slot's cgroups are free */
    INFO_BYTES_MAX = 8192,
};

struct supervisor {
    struct config *config;
    struct cgroup_tree tree;
    struct policies policies;
    struct pool pool;
    struct door door;
    int signals;
    int64_t next_expiry_ms; /* when the next client has waited for too long with its hello; -1: there is none */
    bool ready; /* said so */
    bool ending;
    char info[INFO_BYTES_MAX];
    struct pollfd polled[3 + SLOTS_MAX + SPARE_MAX + WAITING_MAX];
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Tell whoever waits for --ready: "ready", or why not. */
static void announce(struct supervisor *self, const char *words)
{
    if (self->config->ready_fd < 0 || self->ready)
        return;
    dprintf(self->config->ready_fd, "%s\n", words); /* a parent that is gone is noticed by the lifeline */
    close(self->config->ready_fd);
    self->ready = true;
}

static int take_signals(struct supervisor *self, struct fault *why)
{
    /* what a parent made us ignore would be ignored by every program too */
    for (int number = 1; number < NSIG; number++)
        if (number != SIGKILL && number != SIGSTOP)
            (void)signal(number, SIG_DFL); /* fails only for the C library's own */
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGHUP);
    if (sigprocmask(SIG_SETMASK, &wanted, NULL) < 0)
        return fault_errno(why, "sigprocmask");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        return fault_errno(why, "signal");
    self->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    return self->signals < 0 ? fault_errno(why, "signalfd") : 0;
}

/* Our own fds: nothing inherited but the two we were told of, and 0, 1, 2 taken so that no fd of ours becomes one. */
static int tidy_fds(const struct config *config, struct fault *why)
{
    const int kept[] = {config->lifeline_fd, config->ready_fd};
    close_all_but(kept, sizeof kept / sizeof *kept);
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            return fault_errno(why, "/dev/null");
    return 0;
}

/* Those in force; what the kernel has not, cannot be. */
static void add_layers(const struct supervisor *self, struct text *text)
{
    text_add(text, ", \"isolation\": [");
    const char *separator = "";
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        if (!layers_have(self->config->layers, (enum layer)layer))
            continue;
        text_add(text, "%s\"%s", separator, layer_name((enum layer)layer));
        if (layer == LAYER_CORE_PINNING && self->tree.cpuset.dir < 0 && !self->tree.cpuset.v2)
            text_add(text, ":affinity"); /* which a program can widen again */
        if (layer == LAYER_LANDLOCK)
            text_add(text, ":%d", self->config->landlock);
        if (layer == LAYER_SECCOMP)
            text_add(text, ":%016" PRIx64, policies_digest(&self->policies));
        text_add(text, "\"");
        separator = ", ";
    }
    if (self->config->surroundings.user_namespace)
        text_add(text, ", \"user_namespace\"");
    if (self->config->surroundings.apparmor[0] != '\0')
        text_add(text, ", \"apparmor\"");
    text_add(text, "]");
}

static int write_info(struct supervisor *self, struct fault *why)
{
    const struct config *config = self->config;
    struct utsname name;
    if (uname(&name) < 0)
        return fault_errno(why, "uname");
    struct text text = text_in(self->info, sizeof self->info);
    text_add(&text, "{\"protocol\": %d, \"version\": \"%s\", \"kernel\": ", PROTOCOL_VERSION, CELL_VERSION);
    text_add_quoted(&text, name.release);
    text_add(&text, ", \"architecture\": ");
    text_add_quoted(&text, name.machine);
    text_add(&text, ", \"cgroup_version\": %d, \"memory_peak\": \"%s\", \"slots\": %u, \"box_bytes\": %llu", self->tree.version,
             self->tree.exact_peak ? "exact" : "sampled", config->slots, (unsigned long long)config->box_bytes);
    add_layers(self, &text);
    text_add(&text, ", \"views\": [");
    for (size_t i = 0; i < config->view_count; i++) {
        text_add(&text, i == 0 ? "" : ", ");
        text_add_quoted(&text, config->views[i].name);
    }
    text_add(&text, "]}");
    return text.cut ? fault_set(why, "the names of the views are too long") : 0;
}

static int check_machine(struct cgroup_place *place, struct fault *why)
{
    struct findings findings;
    probe(&findings);
    for (size_t i = 0; i < findings.count; i++)
        if (!findings.checks[i].ok)
            return fault_set(why, "%s: %s; remedy: %s", findings.checks[i].name, findings.checks[i].found,
                             findings.checks[i].remedy);
    *place = findings.place;
    return 0;
}

static int start(struct supervisor *self, struct fault *why)
{
    struct cgroup_place place;
    if (tidy_fds(self->config, why) < 0 || take_signals(self, why) < 0)
        return -1;
    own_limits_raise();
    /* a keeper's death makes its run's init our child, so that we can wait for its end */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        return fault_errno(why, "PR_SET_CHILD_SUBREAPER");
    if (surroundings_check_ids((unsigned)self->config->first_slot_uid, self->config->slots + self->config->spare + 1, why) < 0)
        return -1;
    if (check_machine(&place, why) < 0 || policies_compile(&self->policies, why) < 0)
        return -1;
    self->door.buffer = malloc(MESSAGE_BYTES_MAX);
    if (self->door.buffer == NULL)
        return fault_errno(why, "malloc");
    if (door_open(&self->door, self->config, why) < 0)
        return -1;
    if (cgroup_tree_make(&self->tree, &place, why) < 0)
        return -1;
    self->config->landlock = layers_have(self->config->layers, LAYER_LANDLOCK) ? landlock_version() : 0;
    if (self->config->landlock == 0)
        self->config->layers &= ~((layers)1 << LAYER_LANDLOCK);
    if (write_info(self, why) < 0 || roots_build(self->config, why) < 0)
        return -1;
    self->door.info = self->info;
    self->pool = (struct pool){.config = self->config, .policies = &self->policies, .tree = &self->tree,
                               .count = self->config->slots + self->config->spare};
    return 0;
}

static void read_signals(struct supervisor *self)
{
    struct signalfd_siginfo signal_info;
    while (read(self->signals, &signal_info, sizeof signal_info) == (ssize_t)sizeof signal_info)
        if (signal_info.ssi_signo != SIGCHLD)
            self->ending = true;
    pool_reap(&self->pool, now_ms());
}

static void hand_over(struct supervisor *self)
{
    for (;;) {
        const int first = door_first_waiting(&self->door);
        if (first < 0
            || !pool_hand_over(&self->pool, self->door.waiting[first].connection, self->door.waiting[first].for_jury))
            return;
        door_remove(&self->door, (size_t)first);
    }
}

static bool any_idle(const struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->slots[i].state == SLOT_IDLE)
            return true;
    return false;
}

/* One turn of the loop: wait, then attend to everything that is ready. */
static void turn(struct supervisor *self)
{
    enum { SIGNALS, LIFELINE, LISTENER, FIRST_SLOT };
    struct pool *pool = &self->pool;
    struct door *door = &self->door;
    const size_t first_waiting = FIRST_SLOT + pool->count;
    self->polled[SIGNALS] = (struct pollfd){.fd = self->signals, .events = POLLIN};
    self->polled[LIFELINE] = (struct pollfd){.fd = self->config->lifeline_fd, .events = POLLIN};
    self->polled[LISTENER] = (struct pollfd){.fd = door->count < WAITING_MAX ? door->listener : -1, .events = POLLIN};
    for (unsigned i = 0; i < pool->count; i++)
        self->polled[FIRST_SLOT + i] = (struct pollfd){.fd = pool->slots[i].control, .events = POLLIN};
    for (size_t i = 0; i < door->count; i++)
        self->polled[first_waiting + i] = (struct pollfd){.fd = door->waiting[i].connection, .events = POLLIN};
    const int64_t left = self->next_expiry_ms - now_ms();
    int timeout = self->next_expiry_ms < 0 ? -1 : left < 0 ? 0 : (int)left + 1;
    if (pool_unsettled(pool) && (timeout < 0 || timeout > UNSETTLED_MS))
        timeout = UNSETTLED_MS;
    const size_t polled_clients = door->count;
    if (poll(self->polled, (nfds_t)(first_waiting + polled_clients), timeout) < 0)
        return;
    if (self->polled[LIFELINE].revents != 0)
        self->ending = true; /* nobody writes to it: readable means that the parent is gone */
    for (unsigned i = 0; i < pool->count; i++)
        if (self->polled[FIRST_SLOT + i].revents != 0)
            pool_control_ready(pool, i);
    for (size_t i = polled_clients; i-- > 0;) /* backwards: attending may remove one */
        if (self->polled[first_waiting + i].revents != 0)
            (void)door_attend(door, i);
    if (self->polled[LISTENER].revents != 0)
        door_accept(door, now_ms());
    /* only now: who has spoken while we were busy with something else is not late */
    self->next_expiry_ms = door_expire(door, now_ms());
    if (self->polled[SIGNALS].revents != 0)
        read_signals(self);
}

static int serve(struct supervisor *self, struct fault *why)
{
    enum { START_FAILURES_MAX = 3 }; /* before the first slot was ever ready: then it will not get better */
    while (!self->ending) {
        pool_tend(&self->pool, now_ms());
        hand_over(self);
        turn(self);
        if (any_idle(&self->pool))
            announce(self, "ready");
        if (!self->ready && self->config->ready_fd >= 0 && self->pool.failures >= START_FAILURES_MAX)
            return fault_set(why, "no slot can be made; the reason is on stderr");
    }
    return 0;
}

int supervise(struct config *config)
{
    struct supervisor *self = calloc(1, sizeof *self);
    if (self == NULL)
        return 1;
    self->config = config;
    self->door.listener = -1;
    self->next_expiry_ms = -1;
    for (size_t i = 0; i < HIERARCHIES_MAX; i++)
        self->tree.cell_fds[i] = self->tree.parent_fds[i] = -1;
    self->tree.cpuset.dir = self->tree.cpuset.parent = -1;
    struct fault why = {.text = ""};
    const int outcome = start(self, &why) < 0 ? -1 : serve(self, &why);
    if (outcome < 0) {
        log_line("%s", why.text);
        announce(self, why.text);
    }
    door_close(&self->door);
    if (self->pool.tree != NULL ? pool_destroy(&self->pool) < 0 : cgroup_tree_remove(&self->tree) < 0)
        log_line("cgroups of ours stay behind: %s", self->tree.name);
    policies_free(&self->policies);
    free(self->door.buffer);
    free(self);
    return outcome < 0 ? 1 : 0;
}
