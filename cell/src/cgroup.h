/* cgroup.h: measured and limited groups of processes, the same for cgroup v1 and v2.
 *
 *   <our own cgroup>/assay-cell.<pid>.<start time>/     the supervisor's, made at its start, removed at its end
 *       s<slot>-<serial>/                               one a run: all of its counters begin at zero
 *
 * Only a run's program is ever inside such a group; neither its init nor its keeper is. All directories are held as fds,
 * because the supervisor leaves the host's file system behind.
 */
#ifndef CELL_CGROUP_H
#define CELL_CGROUP_H

#include "cpuset.h"
#include "fault.h"
#include "launch.h"
#include "layers.h"
#include "protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HIERARCHIES_MAX = 3 }; /* v1: memory, pids, cpuacct; v2: one for all */

/* Indices of the hierarchies under v1. */
enum { V1_MEMORY, V1_PIDS, V1_CPUACCT };

/* Where our own cgroup is, found before anything is changed. */
struct cgroup_place {
    int version;                           /* 1 or 2 */
    size_t count;                          /* hierarchies in use */
    char paths[HIERARCHIES_MAX][512];      /* our own cgroup in each, as a path of the host */
    char cpuset_path[512];                 /* v1: the same; "" where there is no such hierarchy */
};

struct cgroup_tree {
    int version;
    size_t count;
    int parent_fds[HIERARCHIES_MAX]; /* our own cgroup */
    int cell_fds[HIERARCHIES_MAX];   /* assay-cell.… in it */
    char name[64];
    bool swap_limit;  /* the group's swap can be limited (if not, the machine has no swap at all) */
    bool exact_peak;  /* the kernel keeps the peak itself */
    struct cpuset cpuset;
};

struct run_cgroup {
    char name[32];
    int fds[HIERARCHIES_MAX];      /* the group's directories */
    int join_fds[JOINS_MAX];       /* v1: its tasks files and its cpuset's, written by the child; v2: unused (-1) */
    uint64_t memory_bytes;         /* its limits, 0 before they are set */
    uint64_t processes;
    unsigned first_core;           /* it may be on `core_count` cores from this one on */
    unsigned core_count;
    bool pinned;                   /* by a cpuset; else it is the child that has to */
    int cpu_fd;                    /* counter of CPU time */
    int oom_fd;                    /* v1: eventfd; v2: memory.events */
    short oom_poll;                /* the poll event by which oom_fd tells of an OOM */
    uint64_t sampled_peak_bytes;   /* only where the kernel keeps no peak */
};

struct run_counters {
    uint64_t cpu_time_us;
    uint64_t memory_peak_bytes;
    uint64_t oom_kills; /* of processes in the group, whoever's limit it was */
    bool limit_hit;     /* the group's own limit, not that of a group above it or of the machine */
};

/* Find our own cgroup and check that every controller needed is there. */
int cgroup_find(struct cgroup_place *place, struct fault *why);

/* Make the supervisor's directory below our own; remove those that dead supervisors left. */
int cgroup_tree_make(struct cgroup_tree *tree, const struct cgroup_place *place, struct fault *why);

/* Remove every group of one slot (whose processes are dead or dying): 0, or -1 while one is still in use. */
int cgroup_tree_remove_slot(const struct cgroup_tree *tree, unsigned slot);

/* Remove the supervisor's directory and all in it, killing what is inside. -1 while something is still in use. */
int cgroup_tree_remove(const struct cgroup_tree *tree);

int run_cgroup_make(const struct cgroup_tree *tree, unsigned slot, unsigned serial, struct run_cgroup *group,
                    struct fault *why);
/* Give it `count` cores from the nth on, counted as in cpuset.h; unless `pinned` afterwards, the child has to see to it. */
int run_cgroup_pin(const struct cgroup_tree *tree, struct run_cgroup *group, uint64_t count, unsigned nth, struct fault *why);
int run_cgroup_limit(const struct cgroup_tree *tree, struct run_cgroup *group, uint64_t memory_bytes,
                     uint64_t processes, struct fault *why);
/* The set-up is over: what was used up to now is not the program's. */
int run_cgroup_begin(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t *cpu_time_us, struct fault *why);
/* Bytes in use now. */
int run_cgroup_memory(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t *bytes);
/* Is no process in it, not even a dead one that nobody has waited for? */
bool run_cgroup_is_empty(const struct cgroup_tree *tree, const struct run_cgroup *group);
/* Kill what is in it, and wait a little until it is empty. */
void run_cgroup_kill(const struct cgroup_tree *tree, const struct run_cgroup *group);
int run_cgroup_cpu_us(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t *cpu_time_us);
/* Has the group hit its own memory limit? Called when oom_fd is ready; a spurious call says false. */
bool run_cgroup_oom_seen(const struct cgroup_tree *tree, const struct run_cgroup *group);
/* Remember the present use of memory, where the kernel keeps no peak. */
void run_cgroup_sample(const struct cgroup_tree *tree, struct run_cgroup *group);
int run_cgroup_count(const struct cgroup_tree *tree, const struct run_cgroup *group, struct run_counters *counters,
                     struct fault *why);
/* Everything in it is dead: is it as good as a new one? Counters can be reset (v1), memory that is still charged cannot. */
bool run_cgroup_is_fresh(const struct cgroup_tree *tree, const struct run_cgroup *group);
/* Close and remove; an error is left to the supervisor, which removes what a slot leaves behind. */
int run_cgroup_remove(const struct cgroup_tree *tree, struct run_cgroup *group);

/* Of cgroup_v1.c and cgroup_v2.c: what differs. */
int v1_prepare(struct cgroup_tree *tree, struct fault *why);
int v1_open(struct run_cgroup *group, struct fault *why);
int v1_limit(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t memory_bytes, uint64_t processes,
             struct fault *why);
int v1_cpu_us(const struct run_cgroup *group, uint64_t *cpu_time_us);
int v1_count(const struct run_cgroup *group, struct run_counters *counters, struct fault *why);
bool v1_oom_seen(const struct run_cgroup *group);
int v2_prepare(struct cgroup_tree *tree, struct fault *why);
int v2_enable(const struct cgroup_tree *tree, struct fault *why);
bool v2_enable_cpuset(const struct cgroup_tree *tree); /* false: it is not delegated to us */
int v2_open(struct cgroup_tree const *tree, struct run_cgroup *group, struct fault *why);
int v2_limit(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t memory_bytes, uint64_t processes,
             struct fault *why);
int v2_cpu_us(const struct run_cgroup *group, uint64_t *cpu_time_us);
int v2_count(const struct cgroup_tree *tree, const struct run_cgroup *group, struct run_counters *counters,
             struct fault *why);
bool v2_oom_seen(const struct run_cgroup *group);

/* Of cgroup_file.c: the group `name` in `parent`, which may be there already, and its directory's fd. */
int group_make(int parent, const char *name, int *fd, struct fault *why);
/* Kill what is in a group now. The killed may need a while to be gone, and under v1 one may have forked away. */
void group_kill(int dir);

/* A control file below an open directory. Errors: -1 with errno. */
int control_write(int dir, const char *file, const char *text);
int control_write_number(int dir, const char *file, uint64_t value);
int control_read(int dir, const char *file, char *text, size_t size);
int control_read_number(int dir, const char *file, uint64_t *value);
bool control_exists(int dir, const char *file);
/* The number after `key` in a flat keyed text such as memory.events; 0 if the key is not there. */
uint64_t keyed_number(const char *text, const char *key);
/* Is any swap space in use on this machine? */
bool machine_has_swap(void);

#endif
