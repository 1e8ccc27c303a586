/* cpuset.c: see cpuset.h. */
#include "cpuset.h"

#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int cpuset_find_cores(struct cpuset *cpuset, struct fault *why)
{
    cpu_set_t cores;
    *cpuset = (struct cpuset){.parent = -1, .dir = -1};
    if (sched_getaffinity(0, sizeof cores, &cores) < 0)
        return fault_errno(why, "sched_getaffinity");
    for (unsigned core = 0; core < CORES_MAX; core++)
        if (CPU_ISSET(core, &cores))
            cpuset->cores[cpuset->count++] = (unsigned short)core;
    return 0;
}

/* A new v1 cpuset is empty, and nothing can join it: it takes its parent's memory nodes. */
static int copy_nodes(int from, int to)
{
    char nodes[256];
    if (control_read(from, "cpuset.mems", nodes, sizeof nodes) < 0)
        return -1;
    return control_write(to, "cpuset.mems", nodes);
}

int cpuset_v1_make(struct cpuset *cpuset, const char *path, const char *name, struct fault *why)
{
    if (path[0] == '\0')
        return 0;
    cpuset->parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cpuset->parent < 0)
        return fault_errno(why, "our own cpuset %s", path);
    if (mkdirat(cpuset->parent, name, 0755) < 0 && errno != EEXIST)
        return fault_errno(why, "mkdir of cpuset %s", name);
    cpuset->dir = openat(cpuset->parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cpuset->dir < 0)
        return fault_errno(why, "open of cpuset %s", name);
    char cores[4096];
    if (control_read(cpuset->parent, "cpuset.cpus", cores, sizeof cores) < 0
        || control_write(cpuset->dir, "cpuset.cpus", cores) < 0 || copy_nodes(cpuset->parent, cpuset->dir) < 0)
        return fault_errno(why, "filling cpuset %s", name);
    return 0;
}

unsigned cpuset_core(const struct cpuset *cpuset, unsigned nth)
{
    return cpuset->cores[nth % cpuset->count];
}

/* "3" or "3,4,0": no more than there are, so that none comes twice. */
static void write_list(const struct cpuset *cpuset, unsigned nth, unsigned count, char *text, size_t size)
{
    size_t at = 0;
    for (unsigned i = 0; i < count && i < cpuset->count && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%u", i == 0 ? "" : ",", cpuset_core(cpuset, nth + i));
}

int cpuset_v1_group(const struct cpuset *cpuset, unsigned nth, unsigned count)
{
    char name[32];
    char cores[8192];
    snprintf(name, sizeof name, "k%ux%u", cpuset_core(cpuset, nth), count);
    if (mkdirat(cpuset->dir, name, 0755) < 0 && errno != EEXIST)
        return -1;
    const int group = openat(cpuset->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (group < 0)
        return -1;
    write_list(cpuset, nth, count, cores, sizeof cores);
    /* written by everybody, not only by whoever made it: another keeper may be between mkdir and this */
    int tasks = -1;
    if (control_write(group, "cpuset.cpus", cores) == 0 && copy_nodes(cpuset->dir, group) == 0)
        tasks = openat(group, "tasks", O_WRONLY | O_CLOEXEC);
    const int error = errno;
    close(group);
    errno = error;
    return tasks;
}

int cpuset_v2_confine(const struct cpuset *cpuset, int group, unsigned nth, unsigned count)
{
    char cores[8192];
    write_list(cpuset, nth, count, cores, sizeof cores);
    return control_write(group, "cpuset.cpus", cores);
}
