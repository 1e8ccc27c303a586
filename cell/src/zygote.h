/* zygote.h: warm starts. An interpreter that was started once, up to where it opens its first file in /box, and is forked for
 * each run from there.
 *
 *   keeper ──fork, execve──▶ zygote   runs the library of warm.c (LD_PRELOAD), which stops it and waits
 *      │  struct launch, fds ──▶  │
 *      │  ◀── FORKED              ├──fork──▶ child   prepares itself like any other, goes, and is the program
 *      │  ◀── ENDED, wait status ─┘
 *
 * A zygote belongs to one slot and one request, so to one submission, and has no secrets. It is no more trusted than a
 * program: it has the slot's user, the family's seccomp filter, no_new_privs, and of root's capabilities only SYS_ADMIN,
 * which the filter leaves one use for: setns(2) into a run's pid and ipc namespaces. That call and its child's unshare(2) of
 * the cgroup namespace come to the keeper as hostile ones do, which lets them happen while it waits for a fork, and only then.
 */
#ifndef CELL_ZYGOTE_H
#define CELL_ZYGOTE_H

#include "keeper.h"
#include "launch.h"
#include "protocol.h"
#include "run_state.h"

#include <stdbool.h>

enum { ZYGOTE_FD = 200 }; /* its end of the pair: above what an interpreter opens by itself */

/* Where a view has the library, and the variable that tells it that it is wanted; it takes both out of the environment. */
#define WARM_LIBRARY "/.warm.so"
#define WARM_VARIABLE "CELL_WARM"

enum zygote_kind { ZYGOTE_READY, ZYGOTE_LOADED, ZYGOTE_FORKED, ZYGOTE_ENDED, ZYGOTE_FAILED };

struct zygote_report {
    enum zygote_kind kind;
    int value; /* wait status, or errno */
};

/* May this be started ahead, in the slot's present place? */
bool zygote_is_possible(const struct keeper *keeper, const struct run_request *request);

/* Is there one for this run's request, or can it be started? False: start the program plainly. `run` has its init. */
bool zygote_ready(struct run *run, const struct launch *launch);

/* Fork the run's child from it. -1 with run->detail; 1: it could not, and is no more, so start the program plainly. */
int zygote_fork(struct run *run, const struct launch *launch);

/* Wait until what it has forked is ready to go. -1 with run->detail. */
int zygote_await_child(struct run *run);

/* The zygote's process, in its cgroup or about to join it: become the interpreter. */
_Noreturn void zygote_main(const struct run *run, const struct launch *launch, const struct run_cgroup *group, int end,
                           int output);

/* Its end of the pair is readable: has the run's child ended? */
bool zygote_child_ended(struct run *run, int *status);

/* The run's init was killed before its child was waited for: take the news of it. */
void zygote_forget_child(struct run *run);

void zygote_stop(struct keeper *keeper);

#endif
