/* keeper.h: the process that owns a slot and serves one client with it. */
#ifndef CELL_KEEPER_H
#define CELL_KEEPER_H

#include "cgroup.h"
#include "config.h"
#include "place.h"
#include "seccomp_policy.h"

#include <stdbool.h>

struct planned;
struct zygote;

struct keeper {
    const struct config *config;
    const struct policies *policies;
    const struct cgroup_tree *tree;
    unsigned slot;
    unsigned user;           /* uid and gid of everything that runs in the slot */
    unsigned core;           /* the first of those that runs get, counted as in cpuset.h */
    int pidfd;               /* our own, by which an init sees that we are dead */
    int control;             /* to the supervisor */
    int connection;          /* the client */
    unsigned serial;         /* of the next run's cgroup */
    struct place place;
    struct run_cgroup spare; /* of the run before, if it is fresh; else its name is empty */
    struct planned *planned; /* what was last asked for, and perhaps the next run of it */
    struct zygote *zygote;   /* NULL: none has been asked for */
};

/* What passes over the control socket: the keeper says KEEPER_READY once; the supervisor sends the client's fd. */
enum { KEEPER_READY = 'r', KEEPER_CLIENT = 'c' };

struct keeper_message {
    char kind;
    unsigned core; /* of KEEPER_CLIENT: which the client's runs are to use */
};

/* Make the slot, say so, wait for a client, serve it, exit. Runs in namespaces of its own already. */
_Noreturn void keeper_main(struct keeper *keeper);

#endif
