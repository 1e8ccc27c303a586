/* cgroup_tree.c: the supervisor's directory and what is in it, from its start to its end, and what dead ones left. */
#include "cgroup.h"

#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Remove the groups in `dir` whose names begin with `prefix`, killing what is inside. -1 while one is in use. */
static int remove_children(int dir, const char *prefix)
{
    DIR *list = directory_open(dir);
    if (list == NULL)
        return errno == ENOENT ? 0 : -1;
    int outcome = 0;
    for (struct dirent *entry = directory_next(list); entry != NULL; entry = directory_next(list)) {
        if (entry->d_type != DT_DIR || strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        if (unlinkat(dir, entry->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT)
            continue;
        const int child = openat(dir, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (child >= 0) {
            group_kill(child);
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
    DIR *list = directory_open(parent);
    if (list == NULL)
        return;
    for (struct dirent *entry = directory_next(list); entry != NULL; entry = directory_next(list)) {
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
        if (group_make(tree->parent_fds[i], tree->name, &tree->cell_fds[i], why) < 0)
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
