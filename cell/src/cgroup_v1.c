/* cgroup_v1.c: memory, pids and cpuacct as three hierarchies.
 *
 * There is no way to kill a whole group on OOM: the kernel kills one process. So an eventfd tells the keeper, which kills
 * the run. There is no birth into a group either: the child writes "0" to its tasks files, which for a single thread moving
 * itself takes no global lock.
 */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

int v1_prepare(struct cgroup_tree *tree, struct fault *why)
{
    tree->exact_peak = true;
    tree->swap_limit = control_exists(tree->parent_fds[V1_MEMORY], "memory.memsw.limit_in_bytes");
    if (!tree->swap_limit && machine_has_swap())
        return fault_set(why, "swap is on but cannot be limited; remedy: swapoff -a, or boot with swapaccount=1");
    return 0;
}

static int watch_oom(struct run_cgroup *group, struct fault *why)
{
    group->oom_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    group->oom_poll = POLLIN;
    if (group->oom_fd < 0)
        return fault_errno(why, "eventfd");
    const int control = openat(group->fds[V1_MEMORY], "memory.oom_control", O_RDONLY | O_CLOEXEC);
    if (control < 0)
        return fault_errno(why, "memory.oom_control");
    char text[32];
    snprintf(text, sizeof text, "%d %d", group->oom_fd, control);
    const int outcome = control_write(group->fds[V1_MEMORY], "cgroup.event_control", text);
    if (outcome < 0)
        fault_errno(why, "cgroup.event_control");
    close(control);
    return outcome;
}

int v1_open(struct run_cgroup *group, struct fault *why)
{
    for (size_t i = 0; i < HIERARCHIES_MAX; i++) {
        group->join_fds[i] = openat(group->fds[i], "tasks", O_WRONLY | O_CLOEXEC);
        if (group->join_fds[i] < 0)
            return fault_errno(why, "tasks of a run's cgroup");
    }
    group->cpu_fd = openat(group->fds[V1_CPUACCT], "cpuacct.usage", O_RDONLY | O_CLOEXEC);
    if (group->cpu_fd < 0)
        return fault_errno(why, "cpuacct.usage");
    return watch_oom(group, why);
}

int v1_limit(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t memory_bytes, uint64_t processes,
             struct fault *why)
{
    const int memory = group->fds[V1_MEMORY];
    /* Memory's limit may at no moment exceed that of memory and swap. A group that served a run before may have a lower one:
     * then the latter is raised first. Where it is to be lowered (or new, and without limits) that is refused, and comes after. */
    if (tree->swap_limit && control_write_number(memory, "memory.memsw.limit_in_bytes", memory_bytes) < 0 && errno != EINVAL)
        return fault_errno(why, "memory.memsw.limit_in_bytes");
    if (control_write_number(memory, "memory.limit_in_bytes", memory_bytes) < 0)
        return fault_errno(why, "memory.limit_in_bytes");
    if (tree->swap_limit && control_write_number(memory, "memory.memsw.limit_in_bytes", memory_bytes) < 0)
        return fault_errno(why, "memory.memsw.limit_in_bytes");
    if (control_write_number(group->fds[V1_PIDS], "pids.max", processes) < 0)
        return fault_errno(why, "pids.max");
    return 0;
}

int v1_cpu_us(const struct run_cgroup *group, uint64_t *cpu_time_us)
{
    char text[32];
    const ssize_t got = pread(group->cpu_fd, text, sizeof text - 1, 0);
    if (got <= 0)
        return -1;
    text[got] = '\0';
    *cpu_time_us = strtoull(text, NULL, 10) / 1000;
    return 0;
}

static uint64_t v1_oom_kills(const struct run_cgroup *group)
{
    char text[256];
    if (control_read(group->fds[V1_MEMORY], "memory.oom_control", text, sizeof text) < 0)
        return 0;
    return keyed_number(text, "oom_kill");
}

/* An OOM is told to all groups below the one whose limit it was, and its kills are counted in all of them. What is our own
 * shows in the peak: what failed was a charge of a few pages (of a kernel stack or a slab at most), and failcnt is no
 * longer kept. */
static int v1_limit_hit(const struct run_cgroup *group, bool *hit)
{
    enum { CHARGE_BYTES_MAX = 1024 * 1024 };
    uint64_t limit = 0;
    uint64_t peak = 0;
    if (control_read_number(group->fds[V1_MEMORY], "memory.limit_in_bytes", &limit) < 0
        || control_read_number(group->fds[V1_MEMORY], "memory.max_usage_in_bytes", &peak) < 0)
        return -1;
    *hit = peak + CHARGE_BYTES_MAX >= limit;
    return 0;
}

int v1_count(const struct run_cgroup *group, struct run_counters *counters, struct fault *why)
{
    if (v1_cpu_us(group, &counters->cpu_time_us) < 0)
        return fault_errno(why, "cpuacct.usage");
    if (control_read_number(group->fds[V1_MEMORY], "memory.max_usage_in_bytes", &counters->memory_peak_bytes) < 0)
        return fault_errno(why, "memory.max_usage_in_bytes");
    counters->oom_kills = v1_oom_kills(group);
    if (v1_limit_hit(group, &counters->limit_hit) < 0)
        return fault_errno(why, "memory.limit_in_bytes");
    return 0;
}

bool v1_oom_seen(const struct run_cgroup *group)
{
    uint64_t events = 0;
    bool hit = false;
    return read(group->oom_fd, &events, sizeof events) == (ssize_t)sizeof events && events > 0
           && v1_limit_hit(group, &hit) == 0 && hit;
}
