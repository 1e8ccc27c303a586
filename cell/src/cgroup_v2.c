/* cgroup_v2.c: one hierarchy.
 *
 * A group with controllers enabled for its children may hold no process itself (unless it is the real root). So where our
 * own group is not empty, everything in it moves to a leaf beside ours first, as container runtimes do.
 */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char leaf_name[] = "assay-main";

static int require_controllers(const struct cgroup_tree *tree, struct fault *why)
{
    char have[512];
    if (control_read(tree->parent_fds[0], "cgroup.controllers", have, sizeof have) < 0)
        return fault_errno(why, "cgroup.controllers");
    have[strcspn(have, "\n")] = '\0';
    static const char *const needed[] = {"memory", "pids"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        const char *at = strstr(have, needed[i]);
        if (at == NULL)
            return fault_set(why,
                             "the %s controller is not available in our own cgroup (it has: %s); remedy: Delegate=yes in the "
                             "systemd unit, or a container with its own writable cgroup namespace",
                             needed[i], have);
    }
    return 0;
}

static int empty_into_leaf(const struct cgroup_tree *tree, struct fault *why)
{
    const int own = tree->parent_fds[0];
    if (mkdirat(own, leaf_name, 0755) < 0 && errno != EEXIST)
        return fault_errno(why, "mkdir %s in our own cgroup", leaf_name);
    const int leaf = openat(own, leaf_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (leaf < 0)
        return fault_errno(why, "open %s", leaf_name);
    char pids[16384];
    int outcome = control_read(own, "cgroup.procs", pids, sizeof pids);
    if (outcome < 0)
        fault_errno(why, "cgroup.procs");
    for (char *line = strtok(pids, "\n"); outcome == 0 && line != NULL; line = strtok(NULL, "\n")) {
        if (strcmp(line, "0") == 0) /* how a process of a pid namespace that we do not see is listed */
            outcome = fault_set(why, "a process from outside our container is in our own cgroup and in the way; remedy: let the "
                                     "container's cgroup hold nothing else");
        else if (control_write(leaf, "cgroup.procs", line) < 0 && errno != ESRCH)
            outcome = fault_errno(why, "moving process %s into %s", line, leaf_name);
    }
    close(leaf);
    return outcome;
}

static int enable(int dir, struct fault *why)
{
    if (control_write(dir, "cgroup.subtree_control", "+memory +pids") < 0)
        return fault_errno(why, "cgroup.subtree_control; remedy: Delegate=yes in the systemd unit, or a container with its "
                                "own writable cgroup namespace");
    return 0;
}

int v2_prepare(struct cgroup_tree *tree, struct fault *why)
{
    if (require_controllers(tree, why) < 0)
        return -1;
    const int own = tree->parent_fds[0];
    if (control_write(own, "cgroup.subtree_control", "+memory +pids") == 0)
        return 0;
    if (errno != EBUSY)
        return enable(own, why); /* fails again, with the reason and the remedy */
    if (empty_into_leaf(tree, why) < 0)
        return -1;
    return enable(own, why);
}

int v2_enable(const struct cgroup_tree *tree, struct fault *why)
{
    return enable(tree->cell_fds[0], why);
}

bool v2_enable_cpuset(const struct cgroup_tree *tree)
{
    return control_write(tree->parent_fds[0], "cgroup.subtree_control", "+cpuset") == 0
           && control_write(tree->cell_fds[0], "cgroup.subtree_control", "+cpuset") == 0;
}

int v2_open(const struct cgroup_tree *tree, struct run_cgroup *group, struct fault *why)
{
    (void)tree;
    group->cpu_fd = openat(group->fds[0], "cpu.stat", O_RDONLY | O_CLOEXEC);
    if (group->cpu_fd < 0)
        return fault_errno(why, "cpu.stat");
    group->oom_fd = openat(group->fds[0], "memory.events", O_RDONLY | O_CLOEXEC);
    group->oom_poll = POLLPRI;
    if (group->oom_fd < 0)
        return fault_errno(why, "memory.events");
    /* kernfs reports every change after the last read; without this first one poll would return at once */
    char text[512];
    if (pread(group->oom_fd, text, sizeof text, 0) < 0)
        return fault_errno(why, "memory.events");
    return 0;
}

int v2_limit(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t memory_bytes, uint64_t processes,
             struct fault *why)
{
    const int dir = group->fds[0];
    if (control_write_number(dir, "memory.max", memory_bytes) < 0)
        return fault_errno(why, "memory.max");
    if (tree->swap_limit && control_write_number(dir, "memory.swap.max", 0) < 0)
        return fault_errno(why, "memory.swap.max");
    if (control_write_number(dir, "memory.oom.group", 1) < 0)
        return fault_errno(why, "memory.oom.group");
    if (control_write_number(dir, "pids.max", processes) < 0)
        return fault_errno(why, "pids.max");
    return 0;
}

int v2_cpu_us(const struct run_cgroup *group, uint64_t *cpu_time_us)
{
    char text[1024];
    const ssize_t got = pread(group->cpu_fd, text, sizeof text - 1, 0);
    if (got <= 0)
        return -1;
    text[got] = '\0';
    *cpu_time_us = keyed_number(text, "usage_usec");
    return 0;
}

int v2_count(const struct cgroup_tree *tree, const struct run_cgroup *group, struct run_counters *counters,
             struct fault *why)
{
    if (v2_cpu_us(group, &counters->cpu_time_us) < 0)
        return fault_errno(why, "cpu.stat");
    counters->memory_peak_bytes = group->sampled_peak_bytes;
    if (tree->exact_peak && control_read_number(group->fds[0], "memory.peak", &counters->memory_peak_bytes) < 0)
        return fault_errno(why, "memory.peak");
    char text[512];
    if (control_read(group->fds[0], "memory.events", text, sizeof text) < 0)
        return fault_errno(why, "memory.events");
    counters->oom_kills = keyed_number(text, "oom_kill");
    counters->limit_hit = keyed_number(text, "oom") > 0; /* counted where the limit is, and above; oom_kill at the victim's */
    return 0;
}

bool v2_oom_seen(const struct run_cgroup *group)
{
    char text[512];
    const ssize_t got = pread(group->oom_fd, text, sizeof text - 1, 0);
    if (got <= 0)
        return false;
    text[got] = '\0';
    return keyed_number(text, "oom_kill") > 0 && keyed_number(text, "oom") > 0;
}
