/* zygote_start.c: whether there can be a zygote, and its process before it is the interpreter. */
#include "zygote.h"

#include "packet.h"
#include "run.h"
#include "syscalls.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* What is started ahead must not be the candidate's: neither a program of the box nor one that can execute such. Nor can it be
 * one that is to get what the library needs for itself. */
bool zygote_is_possible(const struct keeper *keeper, const struct run_request *request)
{
    if (keeper->config->warm_library == NULL || !layers_have(keeper->config->layers, LAYER_SECCOMP)
        || keeper->place.wants.execute_box || keeper->place.wants.execute_tmp
        || keeper->config->surroundings.apparmor[0] != '\0') /* its profile has no capability for anything in a run */
        return false;
    for (char *const *entry = request->env; *entry != NULL; entry++)
        if (strncmp(*entry, "LD_", 3) == 0 || strncmp(*entry, WARM_VARIABLE "=", sizeof WARM_VARIABLE) == 0)
            return false;
    return true;
}

static int keep_one_capability(unsigned user)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) < 0)
        return -1;
    /* inheritable first: nothing can become so that is not in the bounding set */
    sets[0].inheritable = 1u << CAP_SYS_ADMIN;
    if (syscall(SYS_capset, &header, sets) < 0 || drop_bounding_set() < 0)
        return -1;
    memset(sets, 0, sizeof sets);
    sets[0].effective = sets[0].permitted = sets[0].inheritable = 1u << CAP_SYS_ADMIN;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0
        || setresuid(user, user, user) < 0 || syscall(SYS_capset, &header, sets) < 0)
        return -1;
    /* ambient: so that it survives execve of a program without file capabilities */
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0) < 0)
        return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* The interpreter's environment and the library's two entries. */
static char **environment(char *const *env)
{
    static char preload[] = "LD_PRELOAD=" WARM_LIBRARY;
    static char wanted[] = WARM_VARIABLE "=1";
    size_t count = 0;
    while (env[count] != NULL)
        count++;
    char **all = calloc(count + 3, sizeof *all);
    if (all == NULL)
        return NULL;
    memcpy(all, env, count * sizeof *all);
    all[count] = preload;
    all[count + 1] = wanted;
    return all;
}

/* Nothing to read, but of the kind that the program will have. The pipe's other end is closed with the rest of our fds. */
static int empty_stdin(bool piped)
{
    int ends[2];
    if (!piped)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    return pipe2(ends, O_CLOEXEC) < 0 ? -1 : ends[0];
}

void zygote_main(const struct run *run, const struct launch *launch, const struct run_cgroup *group, int end, int output)
{
    const struct keeper *keeper = run->keeper;
    const struct rlimit stack = {.rlim_cur = launch->limits.memory_bytes, .rlim_max = launch->limits.memory_bytes};
    for (size_t i = 0; i < JOINS_MAX; i++)
        if (group->join_fds[i] >= 0 && write(group->join_fds[i], "0", 1) != 1)
            _exit(1);
    char **env = environment(run->request->env);
    /* the kernel lays out the memory of a program by the stack's limit: at execve, which is now */
    if (env == NULL || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || setns(launch->place, CLONE_NEWNS) < 0
        || setrlimit(RLIMIT_STACK, &stack) < 0 || setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1}) < 0 || chdir("/tmp") < 0
        || setsid() < 0)
        _exit(1);
    /* the three streams are of the kind that the program will have: what a runtime finds out about them at its start holds */
    const int empty = empty_stdin(keeper->planned->piped);
    if (empty < 0 || dup2(empty, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 || dup2(end, ZYGOTE_FD) < 0
        || sys_close_range(3, ZYGOTE_FD - 1, 0) < 0 || sys_close_range(ZYGOTE_FD + 1, ~0u, 0) < 0)
        _exit(1);
    umask(022);
    if (keep_one_capability(keeper->user) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0
        || signal(SIGPIPE, SIG_DFL) == SIG_ERR)
        _exit(1);
    sigset_t none;
    sigemptyset(&none);
    const int listener = sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -1 : policy_load(keeper->policies, launch->family, true);
    const struct zygote_report report = {.kind = ZYGOTE_READY};
    if (listener < 0 || packet_send(ZYGOTE_FD, &report, sizeof report, listener) < 0)
        _exit(1);
    close(listener);
    execve(run->request->argv[0], run->request->argv, env);
    _exit(1);
}
