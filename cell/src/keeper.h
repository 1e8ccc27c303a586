/* keeper.h: the process that owns a slot and serves one client with it. */
#ifndef CELL_KEEPER_H
#define CELL_KEEPER_H

#include "cgroup.h"
#include "config.h"
#include "seccomp_policy.h"

#include <stdbool.h>

struct keeper {
    const struct config *config;
    const struct policies *policies;
    const struct cgroup_tree *tree;
    unsigned slot;
    unsigned user;           /* uid and gid of everything that runs in the slot */
    unsigned cores;          /* how many a run can use at once: how fast it can use up CPU time */
    int pidfd;               /* our own, by which an init sees that we are dead */
    int control;             /* to the supervisor */
    int connection;          /* the client */
    unsigned serial;         /* of the next run's cgroup */
    struct run_cgroup group; /* made ahead for the next run */
};

/* What passes over the control socket: the keeper says KEEPER_READY once; the supervisor sends one byte with the client's fd. */
enum { KEEPER_READY = 'r', KEEPER_CLIENT = 'c' };

/* Make the slot, say so, wait for a client, serve it, exit. Runs in namespaces of its own already. */
_Noreturn void keeper_main(struct keeper *keeper);

#endif
