/* launch.h: from a keeper to a running program.
 *
 *   keeper ──clone3(new pid and ipc namespace)──▶ init    pid 1 of the run, in the slot's place; reaps orphans, and with it
 *      │                                                   everything ends
 *      ├──clone3(into init's pid namespace)──────▶ child   prepares itself, waits for "go", becomes the program
 *      └──(warm start) asks the zygote to fork ──▶ child   the same, but it is a started interpreter already
 *
 * All of this can happen before anybody asks for the run. Both report over one SOCK_SEQPACKET pair; the program never holds
 * an end of it.
 */
#ifndef CELL_LAUNCH_H
#define CELL_LAUNCH_H

#include "layers.h"
#include "protocol.h"
#include "seccomp_policy.h"

#include <sched.h>
#include <stddef.h>
#include <sys/types.h>

enum { CPU_BACKSTOP_S = 3 }; /* what a single process may use beyond the run's limit: the keeper is earlier */
enum { FIRST_FILE_FD = 3 }; /* of the program's further files; after its three streams */
enum { JOINS_MAX = 4 }; /* v1: memory, pids, cpuacct, cpuset; v2: none */

/* All that a child needs to know, in a form that can be sent to a zygote. Fds are -1 where there is none. */
struct launch {
    layers layers;
    unsigned user; /* uid and gid of the slot */
    enum policy_family family;
    bool in_box; /* the working folder */
    struct run_limits limits;
    uint64_t file_bytes; /* of the largest file that can be written */
    bool pin;            /* to these cores, where there is no cpuset to do it */
    cpu_set_t cores;
    int joins[JOINS_MAX]; /* v1: tasks files of the measured groups */
    int out;
    int err;
    int report;
    int pid_ns; /* of the run; children are born in it */
    int ipc_ns;
    int place;  /* mount namespace */
    int ruleset; /* Landlock */
};

enum { LAUNCH_FDS_MAX = 6 + JOINS_MAX }; /* those that travel to a zygote: all but the place, which it lives in */

/* Before it is sent: put those fds into `fds`, and into their fields the places that they have there. Returns how many. */
size_t launch_pack(struct launch *launch, int fds[LAUNCH_FDS_MAX]);

/* As it was received, with `count` fds: put them back into their fields. */
void launch_unpack(struct launch *launch, const int *fds, size_t count);

/* A step of setting up, for telling which one failed. */
enum launch_step {
    STEP_LIFELINE,
    STEP_PLACE,
    STEP_SCRATCH,
    STEP_BOX,
    STEP_PROC,
    STEP_CGROUP,
    STEP_STDIO,
    STEP_RLIMIT,
    STEP_CWD,
    STEP_PRIVILEGES,
    STEP_LANDLOCK,
    STEP_SECCOMP,
    STEP_EXECVE,
};

enum report_kind {
    REPORT_FAILED,      /* a step failed with an errno: the program never ran */
    REPORT_INIT_READY,  /* with fds: see init.h */
    REPORT_CHILD_READY, /* with the fd where the kernel tells of hostile calls, if it has one of its own */
};

struct report {
    enum report_kind kind;
    enum launch_step step; /* of REPORT_FAILED */
    int value;             /* errno of REPORT_FAILED; bits of REPORT_INIT_READY */
};

const char *launch_step_words(enum launch_step step);

/* Everything from a fork to readiness except what only a child of the keeper has to do: the checklist. Exits on failure. */
void child_prepare(const struct launch *launch);

/* Wait for the word to go, and take the run's stdin from it, and its further files. A zygote's child gets none: their places
 * may be its interpreter's. */
void child_wait(const struct launch *launch);

/* A child of the keeper: prepare, wait, execute. `policies` holds the filters. */
_Noreturn void child_main(const struct launch *launch, const struct policies *policies, char *const *argv, char *const *env);

/* Empty the bounding set: nothing that this process or its children execute can gain a capability. -1 with errno. */
int drop_bounding_set(void);

/* Give up all privileges for good: groups, ids, every capability, and the way back to them. -1 with errno. */
int drop_privileges(layers set, unsigned user);

/* Tell the keeper that a step failed (errno says how), and exit. */
_Noreturn void launch_fail(int report, enum launch_step step);

#endif
