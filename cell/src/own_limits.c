/* own_limits.c: see own_limits.h. */
#include "own_limits.h"

#include "launch.h"

#include <sys/resource.h>

enum {
    OPEN_FILES_MAX = 1 << 20, /* the most that a request may want, and that the kernel grants unless told otherwise */
    OWN_OPEN_FILES = 2048,    /* what the supervisor may come to: two for each slot, one for each client that waits */
};

static void raise_one(int resource, rlim_t wanted)
{
    struct rlimit own;
    if (getrlimit((__rlimit_resource_t)resource, &own) < 0 || own.rlim_max >= wanted)
        return;
    own.rlim_max = wanted;
    (void)setrlimit((__rlimit_resource_t)resource, &own); /* if not, requests are held to what it is */
}

/* Every system lets a process go up to 4,096 if it asks; without being asked, many allow 1,024. */
static void allow_own_files(void)
{
    struct rlimit own;
    if (getrlimit(RLIMIT_NOFILE, &own) < 0 || own.rlim_cur >= OWN_OPEN_FILES)
        return;
    own.rlim_cur = own.rlim_max < OWN_OPEN_FILES ? own.rlim_max : OWN_OPEN_FILES;
    (void)setrlimit(RLIMIT_NOFILE, &own); /* if not, many slots at once are all that suffers */
}

void own_limits_raise(void)
{
    raise_one(RLIMIT_NOFILE, OPEN_FILES_MAX);
    allow_own_files();
    raise_one(RLIMIT_STACK, RLIM_INFINITY);
    raise_one(RLIMIT_FSIZE, RLIM_INFINITY);
    raise_one(RLIMIT_CPU, RLIM_INFINITY);
}

uint64_t own_limits_file_bytes(const struct run_limits *limits, uint64_t box_bytes)
{
    return limits->scratch_bytes > box_bytes ? limits->scratch_bytes : box_bytes;
}

static int fits(int resource, const char *name, uint64_t wanted, const char *setting, struct fault *why)
{
    struct rlimit own;
    if (getrlimit((__rlimit_resource_t)resource, &own) < 0)
        return fault_errno(why, "getrlimit for %s", name);
    if (own.rlim_max == RLIM_INFINITY || wanted <= own.rlim_max)
        return 0;
    return fault_set(why, "%s would need a limit of %llu, and the cell's own is %llu; remedy: %s=infinity in the systemd unit, "
                          "or a higher ulimit where it is started", name, (unsigned long long)wanted,
                     (unsigned long long)own.rlim_max, setting);
}

int own_limits_fit(const struct run_limits *limits, uint64_t box_bytes, struct fault *why)
{
    if (fits(RLIMIT_NOFILE, "open_files", limits->open_files, "LimitNOFILE", why) < 0
        || fits(RLIMIT_STACK, "memory_bytes (of the stack)", limits->memory_bytes, "LimitSTACK", why) < 0
        || fits(RLIMIT_FSIZE, "scratch_bytes (of a file)", own_limits_file_bytes(limits, box_bytes), "LimitFSIZE", why) < 0)
        return -1;
    return fits(RLIMIT_CPU, "cpu_time_ms (of a process)", limits->cpu_time_ms / 1000 + CPU_BACKSTOP_S, "LimitCPU", why);
}
