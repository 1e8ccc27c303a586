/* place.h: where the runs of a slot see the world: a mount namespace that lasts from run to run.
 *
 *   /       the view, read-only, shared by all slots
 *   /box    the slot's own, read-only or writable
 *   /tmp    a tmpfs; the next run gets it only if this one has left it untouched, and a new one otherwise
 *   /proc   of the run's pid namespace: mounted anew by each init
 *
 * A request for another view, or with other rules for /box and /tmp, gets another place.
 */
#ifndef CELL_PLACE_H
#define CELL_PLACE_H

#include "config.h"
#include "landlock.h"
#include "protocol.h"
#include "seccomp_rules.h"

#include <stdbool.h>
#include <sys/stat.h>

/* By what one place differs from another. */
struct place_wants {
    int view;
    bool box_writable;
    bool execute_box;
    bool execute_tmp;
    bool execute_view; /* by the ruleset alone: a place serves both */
    uint64_t scratch_bytes;
    uint64_t scratch_inodes;
};

/* What shows whether anybody has touched a tmpfs; see scratch_look. */
struct scratch_marks {
    struct timespec modified;
    struct timespec changed;
    uint64_t free_blocks;
    uint64_t free_inodes;
};

struct place {
    struct place_wants wants;
    unsigned serial; /* of the namespace, so that others can tell one from the next */
    int ns;      /* the mount namespace; -1: not made yet */
    int scratch; /* the tmpfs on /tmp */
    struct scratch_marks fresh;
    int ruleset;       /* Landlock's, made for `program`; -1: to be made */
    char program[256]; /* a longer one never equals the next, and gets a new ruleset each time */
};

/* What init has to do this time. */
struct place_work {
    bool enter;        /* the namespace is there: take the old /proc out of it */
    bool replace_tmp;  /* and the old /tmp */
    int box;           /* detached mount to attach; -1: it is there */
    int tmp;           /* detached mount to attach; -1: what is there is untouched */
    bool make_ruleset;
};

void place_init(struct place *place);
void place_drop(struct place *place);

/* A file was put into the box: the program may be another one. */
void place_forget_program(struct place *place);

struct place_wants place_wanted(int view, const struct run_request *request, enum policy_family family);

/* Before init is forked. Fds in `work` are the caller's to close. */
int place_plan(struct place *place, const struct config *config, const struct place_wants *wants, const char *program,
               struct place_work *work, struct fault *why);

/* After init is ready: `ns` and `ruleset` are what it made, or -1. */
void place_settle(struct place *place, int ns, int ruleset, const char *program);

#endif
