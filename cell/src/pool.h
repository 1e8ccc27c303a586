/* pool.h: the supervisor's slots, made ahead and replaced.
 *
 *   empty ──make──▶ starting ──ready──▶ idle ──client──▶ busy ──keeper exits──▶ cleaning ──cgroups gone──▶ empty
 */
#ifndef CELL_POOL_H
#define CELL_POOL_H

#include "cgroup.h"
#include "config.h"
#include "seccomp_policy.h"

#include <stdbool.h>
#include <sys/types.h>

enum slot_state { SLOT_EMPTY, SLOT_STARTING, SLOT_IDLE, SLOT_BUSY, SLOT_CLEANING };

struct slot {
    enum slot_state state;
    pid_t keeper;
    bool for_jury; /* of a busy slot: what it runs nobody measures */
    unsigned core; /* of a busy slot: the first of those that it uses */
    int control; /* to the keeper; -1 unless starting, idle or busy */
    int client; /* of a busy slot: our copy of its connection, only to see when the client gives it up; else -1 */
};

struct pool {
    const struct config *config;
    const struct policies *policies;
    const struct cgroup_tree *tree;
    struct slot slots[SLOTS_MAX + SPARE_MAX];
    unsigned count;           /* slots + spare of the configuration */
    unsigned failures;        /* keepers in a row that died before they were ready */
    int64_t retry_at_ms;      /* after failures: no new keeper before this */
};

/* Make keepers for empty slots, and clean up after dead ones. `busy` slots stay as they are. */
void pool_tend(struct pool *pool, int64_t now_ms);

/* Is something left that pool_tend must be called for again soon? */
bool pool_unsettled(const struct pool *pool);

/* Give a client's connection to an idle slot: true if one took it (the caller then closes its copy). */
bool pool_hand_over(struct pool *pool, int connection, bool for_jury);

/* The control socket of slot `index` has something to say. */
void pool_control_ready(struct pool *pool, unsigned index);

/* Reap dead children, keepers and orphaned inits alike. */
void pool_reap(struct pool *pool, int64_t now_ms);

/* Kill every keeper (their runs die with them), wait, and remove all cgroups. -1 if something stays. */
int pool_destroy(struct pool *pool);

/* Close every fd from 3 up except those named. */
void close_all_but(const int *fds, unsigned count);

#endif
