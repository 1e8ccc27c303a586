/* pool.c: see pool.h. */
#include "pool.h"

#include "keeper.h"
#include "packet.h"
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    RETRY_MS_MIN = 20,
    RETRY_MS_MAX = 2000, /* a machine short of memory should not be kept busy with failing to make slots */
    KEPT_FDS_MAX = 8,
    DESTROY_ATTEMPTS = 500, /* of 10 ms */
};

void close_all_but(const int *fds, unsigned count)
{
    unsigned from = 3;
    for (;;) {
        unsigned next = ~0u; /* the smallest kept fd from `from` on */
        for (unsigned i = 0; i < count; i++)
            if (fds[i] >= 0 && (unsigned)fds[i] >= from && (unsigned)fds[i] < next)
                next = (unsigned)fds[i];
        if (next == ~0u) {
            (void)sys_close_range(from, ~0u, 0);
            return;
        }
        if (next > from)
            (void)sys_close_range(from, next - 1, 0);
        from = next + 1;
    }
}

_Noreturn static void become_keeper(const struct pool *pool, unsigned index, int control)
{
    const struct cgroup_tree *tree = pool->tree;
    int kept[2 + HIERARCHIES_MAX + VIEWS_MAX] = {control, tree->cpuset.dir};
    unsigned count = 2;
    for (size_t i = 0; i < tree->count; i++)
        kept[count++] = tree->cell_fds[i];
    for (size_t i = 0; i < pool->config->view_count; i++)
        kept[count++] = pool->config->view_namespaces[i];
    close_all_but(kept, count);
    struct keeper keeper = {.config = pool->config, .policies = pool->policies, .tree = tree, .slot = index,
                            .user = (unsigned)pool->config->first_slot_uid + index, .control = control};
    keeper_main(&keeper);
}

static int start_keeper(struct pool *pool, unsigned index)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -1;
    const layers set = pool->config->layers;
    struct clone_args args = {.flags = CLONE_NEWNS | (layers_have(set, LAYER_NETWORK_NAMESPACE) ? CLONE_NEWNET : 0u)
                                       | (layers_have(set, LAYER_UTS_NAMESPACE) ? CLONE_NEWUTS : 0u),
                              .exit_signal = SIGCHLD};
    const pid_t keeper = sys_fork3(&args);
    if (keeper == 0)
        become_keeper(pool, index, pair[1]);
    close(pair[1]);
    if (keeper < 0) {
        close(pair[0]);
        return -1;
    }
    pool->slots[index] = (struct slot){.state = SLOT_STARTING, .keeper = keeper, .control = pair[0], .client = -1};
    return 0;
}

static void note_failure(struct pool *pool, int64_t now_ms)
{
    const unsigned shift = pool->failures < 6 ? pool->failures : 6;
    const int64_t delay = (int64_t)RETRY_MS_MIN << shift;
    pool->failures++;
    pool->retry_at_ms = now_ms + (delay < RETRY_MS_MAX ? delay : RETRY_MS_MAX);
}

void pool_tend(struct pool *pool, int64_t now_ms)
{
    for (unsigned i = 0; i < pool->count; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->state == SLOT_CLEANING && cgroup_tree_remove_slot(pool->tree, i) == 0)
            slot->state = SLOT_EMPTY;
        if (slot->state == SLOT_EMPTY && now_ms >= pool->retry_at_ms && start_keeper(pool, i) < 0) {
            log_line("slot %u: no keeper: %s", i, strerror(errno));
            note_failure(pool, now_ms);
        }
    }
}

bool pool_unsettled(const struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->slots[i].state == SLOT_CLEANING || pool->slots[i].state == SLOT_EMPTY)
            return true;
    return false;
}

/* A client that gives up a slot and asks for another is heard before the keeper of the first has ended or is waited for. */
static bool has_been_given_up(const struct slot *slot)
{
    if (slot->control < 0)
        return true; /* its keeper is exiting */
    struct pollfd client = {.fd = slot->client};
    return poll(&client, 1, 0) == 1 && (client.revents & POLLHUP) != 0;
}

/* The core that the fewest busy slots use; of those that are as good, the one with the fewest of the jury's. So two programs
 * that are measured share a core only where there are more of them than cores, however many others there are. */
static unsigned quietest_core(const struct pool *pool)
{
    unsigned users[CORES_MAX] = {0};
    const unsigned count = pool->tree->cpuset.count;
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->slots[i].state == SLOT_BUSY && !has_been_given_up(&pool->slots[i]))
            users[pool->slots[i].core] += pool->slots[i].for_jury ? 1 : SLOTS_MAX;
    unsigned best = 0;
    for (unsigned core = 1; core < count; core++)
        if (users[core] < users[best])
            best = core;
    return best;
}

bool pool_hand_over(struct pool *pool, int connection, bool for_jury)
{
    unsigned busy = 0;
    for (unsigned i = 0; i < pool->count; i++)
        busy += pool->slots[i].state == SLOT_BUSY;
    const struct keeper_message message = {.kind = KEEPER_CLIENT, .core = quietest_core(pool)};
    for (unsigned i = 0; i < pool->count && busy < pool->config->slots; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->state != SLOT_IDLE || packet_send(slot->control, &message, sizeof message, connection) < 0)
            continue;
        slot->state = SLOT_BUSY;
        slot->for_jury = for_jury;
        slot->core = message.core;
        slot->client = fcntl(connection, F_DUPFD_CLOEXEC, 0); /* -1: then it counts until its keeper has ended */
        return true;
    }
    return false;
}

void pool_control_ready(struct pool *pool, unsigned index)
{
    struct slot *slot = &pool->slots[index];
    struct keeper_message message;
    struct packet_fds fds;
    const ssize_t got = packet_receive(slot->control, &message, sizeof message, &fds, MSG_DONTWAIT);
    packet_fds_close(&fds);
    if (got == (ssize_t)sizeof message && message.kind == KEEPER_READY && slot->state == SLOT_STARTING) {
        slot->state = SLOT_IDLE;
        pool->failures = 0;
    } else if (got == 0 || (got < 0 && errno != EAGAIN)) {
        close_fd(&slot->control); /* the keeper is exiting; its SIGCHLD does the rest */
        close_fd(&slot->client);  /* which tells the client, if it does not know */
    }
}

void pool_reap(struct pool *pool, int64_t now_ms)
{
    for (;;) {
        int status = 0;
        const pid_t dead = waitpid(-1, &status, WNOHANG | __WALL);
        if (dead <= 0)
            return;
        for (unsigned i = 0; i < pool->count; i++) {
            struct slot *slot = &pool->slots[i];
            if (slot->keeper != dead || slot->state == SLOT_EMPTY || slot->state == SLOT_CLEANING)
                continue;
            if (slot->state == SLOT_STARTING)
                note_failure(pool, now_ms);
            if (WIFSIGNALED(status))
                log_line("slot %u: its keeper was killed by signal %d", i, WTERMSIG(status));
            close_fd(&slot->control);
            close_fd(&slot->client);
            *slot = (struct slot){.state = SLOT_CLEANING, .control = -1, .client = -1};
        }
    }
}

int pool_destroy(struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->slots[i].keeper > 0)
            kill(pool->slots[i].keeper, SIGKILL);
    for (int attempt = 0; attempt < DESTROY_ATTEMPTS; attempt++) {
        while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
            ; /* keepers, and the inits that they leave to us */
        if (cgroup_tree_remove(pool->tree) == 0 && waitpid(-1, NULL, WNOHANG | __WALL) < 0 && errno == ECHILD)
            return 0;
        usleep(10000);
    }
    return -1;
}
