/* run_state.h: a run from its launch to its facts; shared by run.c (launch), watch.c (while it lives) and facts.c (after). */
#ifndef CELL_RUN_STATE_H
#define CELL_RUN_STATE_H

#include "keeper.h"
#include "output.h"
#include "protocol.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

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
    int64_t ending_ns;   /* killed, or the main process ended: now it is the kernel's to end the rest; 0: not yet */
    bool killed;         /* by us */
    bool dead;           /* init is reaped, and so everything is dead */
    bool ended;          /* wait_status is known */
    bool client_gone;
    bool in_doubt;       /* throw the slot away */
    int wait_status;
    unsigned causes;
    struct fault detail; /* for CAUSE_INTERNAL and CAUSE_FORBIDDEN */
};

/* The monotonic clock. */
int64_t run_now_ns(void);

/* Note a cause (0: none) and kill everything in the run, once. */
void run_stop(struct run *run, unsigned cause);

/* Watch until every process of the run is dead. */
void run_watch(struct run *run);

/* Everything is dead: deliver what is still in the pipes, to a reader that may be slow. */
void run_drain(struct run *run);

/* Read the counters and say what happened. */
void run_conclude(struct run *run, struct run_facts *facts);

#endif
