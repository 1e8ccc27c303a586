/* cpuset.h: on which cores a run may be.
 *
 *   v1   <our own cpuset>/assay-cell.…/k<first>x<count>/   shared by all runs on the same cores; joined like the others
 *   v2   cpuset.cpus of the run's own group
 *   neither: sched_setaffinity, which a program can widen again; `info` then says core_pinning:affinity
 */
#ifndef CELL_CPUSET_H
#define CELL_CPUSET_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>

enum { CORES_MAX = 1024 };

struct cpuset {
    int parent; /* v1: our own group in its hierarchy; -1: there is none */
    int dir;    /* v1: assay-cell.… in it */
    bool v2;    /* the controller is enabled for the runs' groups */
    unsigned count;
    unsigned short cores[CORES_MAX]; /* numbers of those that we may use */
};

/* Note which cores there are. */
int cpuset_find_cores(struct cpuset *cpuset, struct fault *why);

/* v1: make our directory. `path` is our own group's, "" if there is no such hierarchy. */
int cpuset_v1_make(struct cpuset *cpuset, const char *path, const char *name, struct fault *why);

/* The number of the nth core, counted round and round. */
unsigned cpuset_core(const struct cpuset *cpuset, unsigned nth);

/* v1: the tasks file of the group of `count` cores from the nth on, opened for writing, or -1 with errno. */
int cpuset_v1_group(const struct cpuset *cpuset, unsigned nth, unsigned count);

/* v2: confine a run's group. -1 with errno. */
int cpuset_v2_confine(const struct cpuset *cpuset, int group, unsigned nth, unsigned count);

#endif
