/* cgroup.c: what v1 and v2 have in common; the rest is dispatched by version. */
#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char cell_prefix[] = "assay-cell.";

/* The kernel's start time of a process in clock ticks since boot (field 22 of stat); 0 if there is no such process.
 * With the pid it names a process for as long as the machine is up. */
static unsigned long long start_time(pid_t pid)
{
    char path[64];
    char text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (control_read(AT_FDCWD, path, text, sizeof text) < 0)
        return 0;
    const char *at = strrchr(text, ')'); /* the command name before it may hold anything */
    if (at == NULL)
        return 0;
    for (int field = 2; field < 22; field++) {
        at = strchr(at + 1, ' ');
        if (at == NULL)
            return 0;
    }
    return strtoull(at + 1, NULL, 10);
}

static DIR *open_list(int dir)
{
    const int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    DIR *list = fdopendir(fd);
    if (list == NULL)
        close(fd);
    return list;
}

static void kill_members(int dir)
{
    if (control_write(dir, "cgroup.kill", "1") == 0)
        return; /* v2: all at once, so that none can fork away, and those of pid namespaces that we do not see */
    char pids[16384];
    if (control_read(dir, "cgroup.procs", pids, sizeof pids) < 0)
        return;
    char *rest = pids;
    for (char *line = strtok_r(pids, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        const long pid = strtol(line, NULL, 10);
        if (pid > 1 && pid <= INT_MAX) /* 0 is a process of a pid namespace that we do not see */
            kill((pid_t)pid, SIGKILL);
    }
}

/* Remove the groups in `dir` whose names begin with `prefix`, killing what is inside. -1 while one is in use. */
static int remove_children(int dir, const char *prefix)
{
    DIR *list = open_list(dir);
    if (list == NULL)
        return errno == ENOENT ? 0 : -1;
    int outcome = 0;
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (entry->d_name[0] == '.' || entry->d_type != DT_DIR || strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        if (unlinkat(dir, entry->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT)
            continue;
        const int child = openat(dir, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (child >= 0) {
            kill_members(child);
            close(child);
        }
        outcome = -1;
    }
    closedir(list);
    return outcome;
}

/* Remove what dead supervisors left in our own group. Best effort, except that a live one's is never touched. */
static void remove_stale(int parent)
{
    DIR *list = open_list(parent);
    if (list == NULL)
        return;
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        int pid = 0;
        unsigned long long started = 0;
        if (strncmp(entry->d_name, cell_prefix, strlen(cell_prefix)) != 0
            || sscanf(entry->d_name + strlen(cell_prefix), "%d.%llu", &pid, &started) != 2 || start_time(pid) == started)
            continue;
        const int dir = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir < 0)
            continue;
        for (int attempt = 0; attempt < 100 && remove_children(dir, "") < 0; attempt++)
            usleep(10000);
        close(dir);
        if (unlinkat(parent, entry->d_name, AT_REMOVEDIR) < 0 && errno != ENOENT)
            log_line("a dead supervisor's cgroup %s stays: %s", entry->d_name, strerror(errno));
    }
    closedir(list);
}

static int make_dir(int parent, const char *name, int *fd, struct fault *why)
{
    /* two v1 controllers may share a hierarchy: then the directory is there already */
    if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
        return fault_errno(why, "mkdir of cgroup %s; remedy: run as root in a cgroup of its own that is writable", name);
    *fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return fault_errno(why, "open of cgroup %s", name);
    return 0;
}

/* Facts of v2 that show only in a group below the root. */
static int inspect_v2(struct cgroup_tree *tree, struct fault *why)
{
    if (v2_enable(tree, why) < 0)
        return -1;
    tree->exact_peak = control_exists(tree->cell_fds[0], "memory.peak");
    tree->swap_limit = control_exists(tree->cell_fds[0], "memory.swap.max");
    tree->cpuset.v2 = v2_enable_cpuset(tree);
    if (!tree->swap_limit && machine_has_swap())
        return fault_set(why, "swap is on but cannot be limited; remedy: swapoff -a, or boot with swapaccount=1");
    return 0;
}

int cgroup_tree_make(struct cgroup_tree *tree, const struct cgroup_place *place, struct fault *why)
{
    *tree = (struct cgroup_tree){.version = place->version, .count = place->count};
    const pid_t self = getpid();
    snprintf(tree->name, sizeof tree->name, "%s%d.%llu", cell_prefix, (int)self, start_time(self));
    for (size_t i = 0; i < tree->count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s", place->paths[i]);
        /* an earlier supervisor may have moved our parent, and so us, to the leaf: build beside it */
        char *last = strrchr(path, '/');
        if (tree->version == 2 && last != NULL && strcmp(last, "/assay-main") == 0)
            *last = '\0';
        tree->parent_fds[i] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (tree->parent_fds[i] < 0)
            return fault_errno(why, "our own cgroup %s", path);
        remove_stale(tree->parent_fds[i]);
    }
    if ((tree->version == 1 ? v1_prepare(tree, why) : v2_prepare(tree, why)) < 0)
        return -1;
    for (size_t i = 0; i < tree->count; i++)
        if (make_dir(tree->parent_fds[i], tree->name, &tree->cell_fds[i], why) < 0)
            return -1;
    if (cpuset_find_cores(&tree->cpuset, why) < 0)
        return -1;
    if (tree->version == 2)
        return inspect_v2(tree, why);
    if (cpuset_v1_make(&tree->cpuset, place->cpuset_path, tree->name, why) < 0)
        return -1;
    if (tree->cpuset.parent >= 0)
        remove_stale(tree->cpuset.parent);
    return 0;
}

int cgroup_tree_remove_slot(const struct cgroup_tree *tree, unsigned slot)
{
    char prefix[16];
    snprintf(prefix, sizeof prefix, "s%u-", slot);
    int outcome = 0;
    for (size_t i = 0; i < tree->count; i++)
        if (remove_children(tree->cell_fds[i], prefix) < 0)
            outcome = -1;
    return outcome;
}

static int remove_tree(int parent, int dir, const char *name)
{
    if (dir < 0)
        return 0;
    if (remove_children(dir, "") < 0)
        return -1;
    return unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -1 : 0;
}

int cgroup_tree_remove(const struct cgroup_tree *tree)
{
    int outcome = remove_tree(tree->cpuset.parent, tree->cpuset.dir, tree->name);
    for (size_t i = 0; i < tree->count; i++)
        if (remove_tree(tree->parent_fds[i], tree->cell_fds[i], tree->name) < 0)
            outcome = -1;
    return outcome;
}

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
        if (make_dir(tree->cell_fds[i], group->name, &group->fds[i], why) < 0)
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
    if (group->join_fds[HIERARCHIES_MAX] >= 0)
        close(group->join_fds[HIERARCHIES_MAX]);
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

int run_cgroup_begin(const struct cgroup_tree *tree, const struct run_cgroup *group, uint64_t *cpu_time_us)
{
    if (run_cgroup_cpu_us(tree, group, cpu_time_us) < 0)
        return -1;
    return tree->version == 1 ? control_write(group->fds[V1_MEMORY], "memory.max_usage_in_bytes", "0") : 0;
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
        kill_members(dir);
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
        close(group->fds[i]);
        group->fds[i] = -1;
        if (unlinkat(tree->cell_fds[i], group->name, AT_REMOVEDIR) < 0 && errno != ENOENT)
            outcome = -1;
    }
    for (size_t i = 0; i < JOINS_MAX; i++) {
        if (group->join_fds[i] >= 0)
            close(group->join_fds[i]);
        group->join_fds[i] = -1;
    }
    if (group->cpu_fd >= 0)
        close(group->cpu_fd);
    if (group->oom_fd >= 0)
        close(group->oom_fd);
    group->cpu_fd = group->oom_fd = -1;
    return outcome;
}
