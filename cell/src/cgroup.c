/* cgroup.c: a run's group. What v1 and v2 have in common; the rest is dispatched by version. */
#include "cgroup.h"

#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int run_cgroup_make(const struct cgroup_tree *tree, unsigned slot, unsigned serial, struct run_cgroup *group,
                    struct fault *why)
{
    *group = (struct run_cgroup){.cpu_fd = -1, .oom_fd = -1};
    for (size_t i = 0; i < HIERARCHIES_MAX; i++)
        group->fds[i] = -1;
    for (size_t i = 0; i < JOINS_MAX; i++)
        group->join_fds[i] = -1;
    snprintf(group->name, sizeof group->name, "s%u-%u", slot, serial);
    for (size_t i = 0; i < tree->count; i++)
        if (group_make(tree->cell_fds[i], group->name, &group->fds[i], why) < 0)
            return -1;
    return tree->version == 1 ? v1_open(group, why) : v2_open(tree, group, why);
}

int run_cgroup_pin(const struct cgroup_tree *tree, struct run_cgroup *group, uint64_t count, unsigned nth, struct fault *why)
{
    const struct cpuset *cpuset = &tree->cpuset;
    const unsigned wanted = count < cpuset->count ? (unsigned)count : cpuset->count;
    if (group->pinned && group->core_count == wanted && group->first_core == nth)
        return 0; /* it was, for the run before */
    group->core_count = wanted;
    group->first_core = nth;
    if (tree->version == 2) {
        group->pinned = cpuset->v2;
        return cpuset->v2 && cpuset_v2_confine(cpuset, group->fds[0], nth, group->core_count) < 0
                   ? fault_errno(why, "cpuset.cpus")
                   : 0;
    }
    if (cpuset->dir < 0)
        return 0;
    close_fd(&group->join_fds[HIERARCHIES_MAX]);
    group->join_fds[HIERARCHIES_MAX] = cpuset_v1_group(cpuset, nth, group->core_count);
    group->pinned = true;
    return group->join_fds[HIERARCHIES_MAX] < 0 ? fault_errno(why, "the cpuset of a run") : 0;
}

int run_cgroup_limit(const struct cgroup_tree *tree, struct run_cgroup *group, uint64_t memory_bytes,
                     uint64_t processes, struct fault *why)
{
    if (group->memory_bytes == memory_bytes && group->processes == processes)
        return 0;
    group->memory_bytes = memory_bytes;
    group->processes = processes;
    return tree->version == 1 ? v1_limit(tree, group, memory_bytes, processes, why)
                              : v2_limit(tree, group, memory_bytes, processes, why);
}

bool run_cgroup_is_fresh(const struct cgroup_tree *tree, const struct run_cgroup *group)
{
    enum { LEFT_BYTES_MAX = 512 * 1024 }; /* what the kernel holds ready for the next charges, on each core */
    uint64_t left = 0;
    return tree->version == 1 && run_cgroup_is_empty(tree, group) && run_cgroup_memory(tree, group, &left) == 0
           && left <= LEFT_BYTES_MAX;
}

int run_cgroup_begin(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t *cpu_time_us, struct fault *why)
{
    if (run_cgroup_cpu_us(tree, group, cpu_time_us) < 0)
        return fault_errno(why, "reading the CPU time that a run's set-up took");
    if (tree->version == 1 && control_write(group->fds[V1_MEMORY], "memory.max_usage_in_bytes", "0") < 0)
        return fault_errno(why, "resetting the peak of a run's memory");
    return 0;
}

int run_cgroup_memory(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t *bytes)
{
    return control_read_number(group->fds[0], tree->version == 1 ? "memory.usage_in_bytes" : "memory.current", bytes);
}

bool run_cgroup_is_empty(const struct cgroup_tree *tree, const struct run_cgroup *group)
{
    uint64_t count = 0;
    return control_read_number(group->fds[tree->version == 1 ? V1_PIDS : 0], "pids.current", &count) == 0 && count == 0;
}

void run_cgroup_kill(const struct cgroup_tree *tree, const struct run_cgroup *group)
{
    const int dir = group->fds[tree->version == 1 ? V1_PIDS : 0];
    for (int attempt = 0; dir >= 0 && attempt < 100 && !run_cgroup_is_empty(tree, group); attempt++) {
        group_kill(dir);
        usleep(1000);
    }
}

int run_cgroup_cpu_us(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t *cpu_time_us)
{
    return tree->version == 1 ? v1_cpu_us(group, cpu_time_us) : v2_cpu_us(group, cpu_time_us);
}

bool run_cgroup_oom_seen(const struct cgroup_tree *tree, const struct run_cgroup *group)
{
    return tree->version == 1 ? v1_oom_seen(group) : v2_oom_seen(group);
}

void run_cgroup_sample(const struct cgroup_tree *tree, struct run_cgroup *group)
{
    uint64_t bytes = 0;
    if (!tree->exact_peak && control_read_number(group->fds[0], "memory.current", &bytes) == 0
        && bytes > group->sampled_peak_bytes)
        group->sampled_peak_bytes = bytes;
}

int run_cgroup_count(const struct cgroup_tree *tree, const struct run_cgroup *group, struct run_counters *counters,
                     struct fault *why)
{
    return tree->version == 1 ? v1_count(group, counters, why) : v2_count(tree, group, counters, why);
}

int run_cgroup_remove(const struct cgroup_tree *tree, struct run_cgroup *group)
{
    int outcome = 0;
    for (size_t i = 0; i < tree->count; i++) {
        if (group->fds[i] < 0)
            continue;
        close_fd(&group->fds[i]);
        if (unlinkat(tree->cell_fds[i], group->name, AT_REMOVEDIR) < 0 && errno != ENOENT)
            outcome = -1;
    }
    for (size_t i = 0; i < JOINS_MAX; i++)
        close_fd(&group->join_fds[i]);
    close_fd(&group->cpu_fd);
    close_fd(&group->oom_fd);
    return outcome;
}
