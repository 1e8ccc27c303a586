/* launch.h: from a keeper to a running program: init (pid 1 of the run) and the program's own process.
 *
 *   keeper ──clone3(new pid, ipc, mount namespaces)──▶ init ──clone3──▶ child ──execve──▶ the program
 *
 * Both report to the keeper over one SOCK_SEQPACKET pair; the program never holds an end of it.
 */
#ifndef CELL_LAUNCH_H
#define CELL_LAUNCH_H

#include "cgroup.h"
#include "config.h"
#include "protocol.h"
#include "seccomp_policy.h"

/* All that init and child need to know; made by the keeper, read only by them. */
struct launch {
    const struct config *config;
    const struct policies *policies;
    enum policy_family family;
    const struct cgroup_tree *tree;
    const struct run_cgroup *group;
    const struct run_request *request;
    int view;
    unsigned user;      /* uid and gid of the slot */
    unsigned init_user; /* of every init: another, so that the program has no say over it (prlimit, setpriority, kill) */
    int stdio[3];
    int report;       /* init's end of the pair */
    int keeper_pidfd; /* readable once the keeper is dead */
};

/* A step of setting up, for telling which one failed. */
enum launch_step {
    STEP_LIFELINE,
    STEP_SCRATCH,
    STEP_BOX,
    STEP_PROC,
    STEP_ROOT,
    STEP_CLONE,
    STEP_CGROUP,
    STEP_STDIO,
    STEP_RLIMIT,
    STEP_CWD,
    STEP_PRIVILEGES,
    STEP_SECCOMP,
    STEP_EXECVE,
};

enum report_kind {
    REPORT_FAILED,   /* a step failed with an errno: the program never ran */
    REPORT_LISTENER, /* with an fd: where the kernel tells of hostile calls; execve comes next */
    REPORT_ENDED,    /* the program's wait status */
};

struct report {
    enum report_kind kind;
    enum launch_step step; /* of REPORT_FAILED */
    int value;             /* errno, or the wait status */
};

const char *launch_step_words(enum launch_step step);

/* init: pid 1 of the run. Builds the run's root, starts the child, reaps, reports. */
_Noreturn void init_main(const struct launch *launch);

/* The child's set-up, up to and with execve. */
_Noreturn void child_main(const struct launch *launch);

/* Empty the bounding set: nothing that this process or its children execute can gain a capability. -1 with errno. */
int drop_bounding_set(void);

/* Give up all privileges for good: groups, ids, every capability, and the way back to them. -1 with errno. */
int drop_privileges(unsigned user);

/* Tell the keeper that a step failed (errno says how), and exit. */
_Noreturn void launch_fail(const struct launch *launch, enum launch_step step);

#endif
