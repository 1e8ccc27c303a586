/* warm.c: the library that a zygote carries; see zygote.h.
 *
 * It stops the interpreter in the first open(2) or fopen(3) of a file in /box: then everything is done that an interpreter
 * does before it looks at the program, and nothing of what it does afterwards. What a fork comes back from here with is the
 * very state of a plain start, so argv, __main__, tracebacks, recursion, buffering and exit codes need no imitation.
 */
#include "launch.h"
#include "own_memory.h"
#include "packet.h"
#include "zygote.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static bool wanted; /* until the first file */
static bool alone = true; /* without other threads, which a fork would not take along */

static void tell(enum zygote_kind kind, int value)
{
    const struct zygote_report report = {.kind = kind, .value = value};
    if (packet_send(ZYGOTE_FD, &report, sizeof report, -1) < 0)
        _exit(1);
}

__attribute__((constructor)) static void take_from_environment(void)
{
    wanted = getenv(WARM_VARIABLE) != NULL;
    unsetenv(WARM_VARIABLE);
    unsetenv("LD_PRELOAD");
    if (!wanted)
        return;
    /* /box is closed until the keeper knows that somebody is here to stop the interpreter */
    char byte = 0;
    struct packet_fds fds;
    tell(ZYGOTE_LOADED, 0);
    if (packet_receive(ZYGOTE_FD, &byte, 1, &fds, 0) != 1)
        _exit(1);
}

/* In the child: become the run's program, up to the point where the interpreter goes on. */
static void be_the_program(const struct launch *launch, struct packet_fds *fds)
{
    close(ZYGOTE_FD);
    child_prepare(launch);
    own_memory();
    const struct report ready = {.kind = REPORT_CHILD_READY};
    if (packet_send(launch->report, &ready, sizeof ready, -1) < 0)
        _exit(1);
    child_wait(launch);
    packet_fds_close(fds); /* the report among them */
}

/* One run: true in the child. */
static bool fork_once(void)
{
    struct launch launch;
    struct packet_fds fds;
    if (packet_receive(ZYGOTE_FD, &launch, sizeof launch, &fds, 0) != (ssize_t)sizeof launch)
        _exit(0); /* the keeper is gone, or needs us no more */
    launch_unpack(&launch, fds.fds, fds.count);
    if (setns(launch.pid_ns, CLONE_NEWPID) < 0 || (launch.ipc_ns >= 0 && setns(launch.ipc_ns, CLONE_NEWIPC) < 0))
        _exit(1);
    const pid_t child = fork();
    if (child == 0) {
        be_the_program(&launch, &fds);
        return true;
    }
    packet_fds_close(&fds);
    tell(child < 0 ? ZYGOTE_FAILED : ZYGOTE_FORKED, errno);
    int status = 0;
    pid_t ended = 0;
    while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR)
        ;
    if (ended < 0)
        _exit(1); /* an interpreter that has its children reaped: how this one ended nobody knows */
    if (child > 0)
        tell(ZYGOTE_ENDED, status);
    return false;
}

/* CPython looks at every object that its collector knows when it ends. Those of its own start are no garbage of the program's:
 * gc.freeze() spares each run the look. Its C interface has no such call, so this is `import gc; gc.freeze()`, without the
 * import being seen afterwards. Other interpreters have none of these symbols.
 *
 * All but __main__'s names: they will be the program's, in a cycle with its functions, so it is the collector that ends what is
 * left in them, such as a file that was not closed. */
static void settle_python(void)
{
    int (*const take_lock)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "PyGILState_Ensure");
    void (*const give_lock)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "PyGILState_Release");
    void *(*const import)(const char *) = (void *(*)(const char *))dlsym(RTLD_DEFAULT, "PyImport_ImportModule");
    void *(*const modules)(void) = (void *(*)(void))dlsym(RTLD_DEFAULT, "PyImport_GetModuleDict");
    void *(*const module)(const char *) = (void *(*)(const char *))dlsym(RTLD_DEFAULT, "PyImport_AddModule");
    void *(*const names_of)(void *) = (void *(*)(void *))dlsym(RTLD_DEFAULT, "PyModule_GetDict");
    int (*const is_tracked)(void *) = (int (*)(void *))dlsym(RTLD_DEFAULT, "PyObject_GC_IsTracked");
    void (*const track)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "PyObject_GC_Track");
    void (*const untrack)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "PyObject_GC_UnTrack");
    int (*const forget)(void *, const char *) = (int (*)(void *, const char *))dlsym(RTLD_DEFAULT, "PyDict_DelItemString");
    void *(*const call)(void *, const char *, const char *, ...) =
        (void *(*)(void *, const char *, const char *, ...))dlsym(RTLD_DEFAULT, "PyObject_CallMethod");
    if (take_lock == NULL || give_lock == NULL || import == NULL || modules == NULL || module == NULL || names_of == NULL
        || is_tracked == NULL || track == NULL || untrack == NULL || forget == NULL || call == NULL)
        return;
    const int lock = take_lock();
    void *collector = import("gc");
    void *own = module("__main__");
    void *names = own == NULL ? NULL : names_of(own);
    if (collector == NULL || names == NULL)
        _exit(1); /* an exception would be the program's: let it be started plainly */
    const int tracked = is_tracked(names);
    untrack(names);
    if (call(collector, "freeze", NULL) == NULL || forget(modules(), "gc") < 0)
        _exit(1);
    if (tracked)
        track(names);
    give_lock(lock);
}

/* Would what is forked be like a start of its own, and would we be told of its end? */
static bool can_be_forked(void)
{
    struct sigaction action;
    return alone && sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler != SIG_IGN
           && (action.sa_flags & SA_NOCLDWAIT) == 0;
}

static void stop_at(const char *path)
{
    if (!wanted || path == NULL || strncmp(path, "/box/", 5) != 0)
        return;
    const int error = errno;
    wanted = false;
    /* its working folder would keep the first run's /tmp, with all that is in it; a run enters its own */
    if (!can_be_forked() || chdir("/") < 0)
        _exit(1); /* and started plainly */
    settle_python();
    tell(ZYGOTE_READY, 0);
    while (!fork_once())
        ;
    errno = error;
}

/* The next definition of a function: the C library's. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static mode_t mode_argument(int flags, va_list arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? (mode_t)va_arg(arguments, unsigned) : 0;
}

EXPORTED int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    alone = false;
    return NEXT(pthread_create)(thread, attributes, start, argument);
}

#define DEFINE_OPEN(name)                                                                                                        \
    EXPORTED int name(const char *path, int flags, ...)                                                                          \
    {                                                                                                                            \
        va_list arguments;                                                                                                       \
        va_start(arguments, flags);                                                                                              \
        const mode_t mode = mode_argument(flags, arguments);                                                                     \
        va_end(arguments);                                                                                                       \
        stop_at(path);                                                                                                           \
        return NEXT(name)(path, flags, mode);                                                                                    \
    }

/* What open(2) becomes in programs that are built with _FORTIFY_SOURCE. */
#define DEFINE_CHECKED_OPEN(name)                                                                                                \
    EXPORTED int name(const char *path, int flags);                                                                              \
    EXPORTED int name(const char *path, int flags)                                                                               \
    {                                                                                                                            \
        stop_at(path);                                                                                                           \
        return NEXT(name)(path, flags);                                                                                          \
    }

#define DEFINE_OPENAT(name)                                                                                                      \
    EXPORTED int name(int dir, const char *path, int flags, ...)                                                                 \
    {                                                                                                                            \
        va_list arguments;                                                                                                       \
        va_start(arguments, flags);                                                                                              \
        const mode_t mode = mode_argument(flags, arguments);                                                                     \
        va_end(arguments);                                                                                                       \
        stop_at(path);                                                                                                           \
        return NEXT(name)(dir, path, flags, mode);                                                                               \
    }

#define DEFINE_FOPEN(name)                                                                                                       \
    EXPORTED FILE *name(const char *path, const char *mode)                                                                      \
    {                                                                                                                            \
        stop_at(path);                                                                                                           \
        return NEXT(name)(path, mode);                                                                                           \
    }

DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_CHECKED_OPEN(__open_2)
DEFINE_CHECKED_OPEN(__open64_2)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)
DEFINE_FOPEN(fopen)
DEFINE_FOPEN(fopen64)
