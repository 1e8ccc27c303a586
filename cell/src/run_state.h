/* run_state.h: a run from its preparation to its facts; shared by prepare.c (before it goes), run.c, watch.c and stop.c (while
 * it lives) and facts.c (after). */
#ifndef CELL_RUN_STATE_H
#define CELL_RUN_STATE_H

#include "keeper.h"
#include "output.h"
#include "protocol.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { STEP_TIMEOUT_MS = 30000 }; /* a machine that needs longer for a fork and some mounts is of no use */

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
    struct run_cgroup group;
    struct stream out;
    struct stream err;
    pid_t init;
    int init_pidfd;
    int pid_ns;              /* init's namespaces */
    int ipc_ns;
    pid_t child;             /* a child of ours, or 0: the zygote's, which tells of its end */
    int child_fd;            /* readable when the child ends: its pidfd, or a copy of our end of the pair with the zygote */
    int report;              /* our end of the pair */
    int listener;            /* hostile calls; -1 after the end */
    bool listener_is_shared; /* it is the zygote's, and stays open */
    uint64_t base_cpu_us;    /* used by the set-up, before the program */
    int64_t started_ns;      /* execve, as near as it can be known */
    int64_t ended_ns;        /* the main process's end, as it was noted; 0: not yet */
    int64_t next_cpu_ns;     /* when to look at the CPU time again */
    int64_t ending_ns;       /* killed, or the main process ended: now it is the kernel's to end the rest; 0: not yet */
    bool killed;             /* by us, for a cause */
    bool rest_killed;        /* init was, and with it what the main process has left behind */
    bool init_gone;          /* init is reaped, and so everything in its pid namespace is dead */
    bool ended;              /* the main process is reaped; its wait_status is known unless `killed` */
    bool dead;               /* nothing of the run is alive */
    bool client_gone;
    bool in_doubt;           /* throw the slot away */
    int wait_status;
    unsigned causes;
    struct fault detail;     /* for CAUSE_INTERNAL and CAUSE_FORBIDDEN */
};

/* The monotonic clock. */
int64_t run_now_ns(void);

/* Our fault or the caller's, in words. The first one stays: the next may be no more than a consequence of it. */
void run_blame(struct run *run, const struct fault *why);

/* Note a cause (0: none) and kill everything in the run, once. */
void run_stop(struct run *run, unsigned cause);

/* Kill init, and with it what is left in its pid namespace. */
void run_kill_rest(struct run *run);

/* A step of the set-up failed. */
struct report;
void run_note_failure(struct run *run, const struct report *report);

/* Give a group of the slot the cores that a request wants. */
int run_pin(const struct keeper *keeper, struct run_cgroup *group, const struct run_request *request, struct fault *why);

/* Make everything up to the word to go. -1 with run->detail and run->causes: then only run_clear may follow. */
int run_prepare(struct run *run, struct keeper *keeper, const struct run_request *request, int view,
                enum policy_family family);

/* End it if it lives, wait until it is dead, and give back all that it holds. */
void run_clear(struct run *run);

/* Watch until every process of the run is dead. */
void run_watch(struct run *run);

/* Everything is dead: deliver what is still in the pipes, to a reader that may be slow. */
void run_drain(struct run *run);

/* Read the counters and say what happened. */
void run_conclude(struct run *run, struct run_facts *facts);

#endif
