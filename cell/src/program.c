/* program.c: a child of the keeper becomes the program. */
#include "launch.h"

#include "packet.h"
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

/* As a fresh program expects them; what a zygote forks keeps what its interpreter has made of them. */
static int reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    /* the supervisor reset all others at its start; an ignored signal would stay ignored across execve */
    if (signal(SIGPIPE, SIG_DFL) == SIG_ERR)
        return -1;
    return sigprocmask(SIG_SETMASK, &none, NULL);
}

void child_main(const struct launch *launch, const struct policies *policies, char *const *argv, char *const *env)
{
    enum { REPORT = FIRST_FILE_FD + RUN_FILES_MAX }; /* its files come when it has the word to go: below this */
    struct launch own = *launch;
    /* into init's namespaces; that of pids we were born in */
    if (setns(launch->place, CLONE_NEWNS) < 0 || (launch->ipc_ns >= 0 && setns(launch->ipc_ns, CLONE_NEWIPC) < 0))
        launch_fail(launch->report, STEP_PLACE);
    child_prepare(&own);
    if (reset_signals() < 0)
        launch_fail(launch->report, STEP_PRIVILEGES);
    /* nothing of the keeper's but 1, 2 and the report, which closes itself at execve */
    if (dup3(launch->report, REPORT, O_CLOEXEC) < 0 && launch->report != REPORT)
        launch_fail(launch->report, STEP_STDIO);
    own.report = REPORT;
    if (sys_close_range(FIRST_FILE_FD, REPORT - 1, 0) < 0 || sys_close_range(REPORT + 1, ~0u, 0) < 0)
        launch_fail(REPORT, STEP_STDIO);
    /* the filter, last of all: it refuses what the steps above needed, but not what follows */
    int listener = -1;
    if (layers_have(launch->layers, LAYER_SECCOMP) && (listener = policy_load(policies, launch->family, false)) < 0)
        launch_fail(REPORT, STEP_SECCOMP);
    const struct report ready = {.kind = REPORT_CHILD_READY};
    if (packet_send(REPORT, &ready, sizeof ready, listener) < 0)
        _exit(1);
    if (listener >= 0)
        close(listener);
    child_wait(&own);
    execve(argv[0], argv, env);
    launch_fail(REPORT, STEP_EXECVE);
}
