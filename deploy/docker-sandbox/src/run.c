/* run.c: one program, from a request on standard input to a report at the end of both outputs.
 *
 *   files     the run's further files; see files.c
 *   request   struct request, then its strings: argv, environment, each ended by a NUL
 *   then      standard input is the program's, and so are standard output and standard error, directly
 *   report    struct report, written to both outputs when every process of the run is dead, behind all that they wrote. It
 *             begins with the request's nonce, which the program never sees: so it cannot be forged.
 *
 * Then it stays for a while, idle, so that the container's cgroup can still be read; it is removed with the container.
 *
 * Ends the run when the wall time is over, when the main process has used up the CPU time, and when it is told to by SIGUSR1:
 * the client watches the cgroup, where all processes and the memory are counted.
 */
#include "files.h"
#include "filter.h"
#include "modes.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STRINGS_BYTES_MAX = 1 << 16,
    STRINGS_MAX = 1024 + 256,
    NONCE_BYTES = 16,
    CPU_POLL_US_MIN = 1000,  /* as fine as the kernel's own accounting */
    CPU_BACKSTOP_S = 3,      /* of a single process, should nobody else be watching */
    LINGER_S = 60,           /* a client that reads the figures needs milliseconds */
};

enum { WORK_IN_BOX = 1, WITHOUT_PROCESSES = 2, WITHOUT_MEMORY_FILES = 4 };

struct request {
    char nonce[NONCE_BYTES];
    uint64_t cpu_time_us;
    uint64_t wall_time_us;
    uint64_t open_files;
    uint64_t file_bytes;
    uint64_t stack_bytes;
    uint32_t flags;
    uint32_t cores;
    uint32_t argument_count;
    uint32_t environment_count;
    uint32_t strings_bytes;
    uint32_t unused;
};

enum end { END_ITSELF = 0, END_WALL_TIME = 1, END_CPU_TIME = 2, END_TOLD = 3 };

/* Steps of the set-up that can fail, for the words of the client. */
enum step { STEP_NONE = 0, STEP_EXECVE = 1, STEP_FORK = 2, STEP_LIMITS = 3, STEP_FOLDER = 4, STEP_FILTER = 5 };

struct report {
    char nonce[NONCE_BYTES];
    uint32_t end;
    uint32_t step; /* the one that failed, and then `error` says how */
    int32_t error;
    int32_t wait_status; /* of the main process */
    uint64_t wall_time_us;
};

struct failure {
    uint32_t step;
    int32_t error;
};

/* Shared between the two processes: when execve was called, on the monotonic clock. */
static volatile uint64_t *began_us;
static struct request request;
static char strings[STRINGS_BYTES_MAX + 1];
static char *vector[STRINGS_MAX + 2];

static uint64_t now_us(clockid_t clock)
{
    struct timespec time = {0};
    if (clock_gettime(clock, &time) < 0)
        return 0; /* the main process is reaped: it uses no more */
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* Reads the request and sorts its strings into `vector`: argv, NULL, environment, NULL. */
static bool receive_request(void)
{
    if (!read_whole(STDIN_FILENO, &request, sizeof request) || request.strings_bytes > STRINGS_BYTES_MAX
        || request.argument_count == 0 || request.argument_count > STRINGS_MAX
        || request.environment_count > STRINGS_MAX - request.argument_count
        || !read_whole(STDIN_FILENO, strings, request.strings_bytes))
        return false;
    size_t at = 0;
    size_t slot = 0;
    for (uint32_t i = 0; i < request.argument_count + request.environment_count; i++) {
        if (i == request.argument_count)
            slot++; /* the NULL between the two */
        if (at >= request.strings_bytes)
            return false;
        vector[slot++] = strings + at;
        at += strlen(strings + at) + 1; /* the last byte of `strings` is a NUL of ours */
    }
    return at == request.strings_bytes;
}

static int set_limit(int resource, uint64_t value)
{
    const struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    return setrlimit((__rlimit_resource_t)resource, &limit);
}

/* The engine has set it, and the policies' filters refuse to: see that it is so. */
static int check_core_dumps_are_off(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) < 0)
        return -1;
    errno = EINVAL;
    return limit.rlim_max == 0 ? 0 : -1;
}

/* Memory, processes and CPU time are the cgroup's business; these are the things it cannot count, and a backstop. */
static int set_limits(void)
{
    if (check_core_dumps_are_off() < 0 || set_limit(RLIMIT_STACK, request.stack_bytes) < 0
        || set_limit(RLIMIT_NOFILE, request.open_files) < 0 || set_limit(RLIMIT_FSIZE, request.file_bytes) < 0
        || set_limit(RLIMIT_CPU, request.cpu_time_us / 1000000 + CPU_BACKSTOP_S) < 0
        || set_limit(RLIMIT_MEMLOCK, 64 * 1024) < 0 || set_limit(RLIMIT_MSGQUEUE, 0) < 0 || set_limit(RLIMIT_NICE, 0) < 0
        || set_limit(RLIMIT_RTPRIO, 0) < 0)
        return -1;
    return 0;
}

/* So that the kernel, out of the container's memory, takes the program and not us. Raising one's own is always allowed. */
static int offer_to_oom_killer(void)
{
    const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    const bool written = write_whole(file, "1000", 4);
    close(file);
    return written ? 0 : -1;
}

static _Noreturn void fail(int tell, enum step step)
{
    const struct failure failure = {.step = step, .error = errno};
    (void)write_whole(tell, &failure, sizeof failure); /* if this is lost, pid 1 sees our exit code */
    _exit(1);
}

/* The checklist of the program's process. Each step needs what a later one takes away. */
static _Noreturn void become_program(int tell)
{
    /* 1. A session of its own, and signals as a fresh program expects them. */
    sigset_t none;
    sigemptyset(&none);
    if (setsid() < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0)
        fail(tell, STEP_LIMITS);
    /* 2. While /proc/self still may be opened: pid 1 is not dumpable, and neither is its child before execve. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 || offer_to_oom_killer() < 0 || set_limits() < 0)
        fail(tell, STEP_LIMITS);
    /* 3. The working folder. */
    (void)umask(022);
    if (chdir((request.flags & WORK_IN_BOX) != 0 ? "/box" : "/tmp") < 0)
        fail(tell, STEP_FOLDER);
    /* 4. Nothing but 0, 1, 2 and the files survives execve. `tell` is closed by it, which tells pid 1 that all went well. */
    if (syscall(SYS_close_range, 3u + files_count(), ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) < 0)
        fail(tell, STEP_LIMITS);
    /* 5. The filter, last of all. */
    if (filter_load((request.flags & WITHOUT_PROCESSES) != 0, (request.flags & WITHOUT_MEMORY_FILES) != 0) < 0)
        fail(tell, STEP_FILTER);
    *began_us = now_us(CLOCK_MONOTONIC);
    execve(vector[0], vector, vector + request.argument_count + 1);
    fail(tell, STEP_EXECVE);
}

/* Starts the program and waits until it has been executed, or could not be. */
static pid_t start(struct failure *failure)
{
    int tell[2];
    if (pipe2(tell, O_CLOEXEC) < 0) {
        *failure = (struct failure){.step = STEP_FORK, .error = errno};
        return -1;
    }
    const pid_t child = fork();
    if (child == 0)
        become_program(tell[1]);
    if (child < 0)
        *failure = (struct failure){.step = STEP_FORK, .error = errno};
    close(tell[1]);
    if (child > 0 && !read_whole(tell[0], failure, sizeof *failure))
        failure->step = STEP_NONE; /* closed by execve */
    close(tell[0]);
    close(STDIN_FILENO); /* the program's alone: when it is gone, the client's writes fail */
    return child;
}

/* How long to sleep until a limit could be reached. */
static uint64_t next_look_us(uint64_t wall_left_us, uint64_t cpu_left_us)
{
    uint64_t pause_us = cpu_left_us / (request.cores == 0 ? 1 : request.cores);
    if (pause_us < CPU_POLL_US_MIN)
        pause_us = CPU_POLL_US_MIN;
    return pause_us < wall_left_us ? pause_us : wall_left_us;
}

/* Reaps what has ended. True if the main process is among it. */
static bool reap(pid_t child, int32_t *wait_status)
{
    bool ended = false;
    for (;;) {
        int status = 0;
        const pid_t reaped = waitpid(-1, &status, WNOHANG);
        if (reaped <= 0)
            return ended;
        if (reaped == child) {
            *wait_status = status;
            ended = true;
        }
    }
}

static enum end watch(pid_t child, const sigset_t *signals, int32_t *wait_status)
{
    clockid_t cpu_clock = 0;
    const bool has_clock = clock_getcpuclockid(child, &cpu_clock) == 0;
    for (;;) {
        if (reap(child, wait_status))
            return END_ITSELF;
        const uint64_t wall_us = now_us(CLOCK_MONOTONIC) - *began_us;
        const uint64_t cpu_us = has_clock ? now_us(cpu_clock) : 0;
        if (cpu_us > request.cpu_time_us)
            return END_CPU_TIME;
        if (wall_us >= request.wall_time_us)
            return END_WALL_TIME;
        const uint64_t pause_us = next_look_us(request.wall_time_us - wall_us, request.cpu_time_us - cpu_us);
        const struct timespec pause_for = {.tv_sec = (time_t)(pause_us / 1000000), .tv_nsec = (long)(pause_us % 1000000) * 1000};
        siginfo_t from;
        /* from outside of our pid namespace alone: a sender within has a pid */
        if (sigtimedwait(signals, &from, &pause_for) == SIGUSR1 && from.si_code == SI_USER && from.si_pid == 0)
            return END_TOLD;
    }
}

/* All but us, whatever they became: kill(-1) holds forks off while it goes through the list, so none slips away. */
static void end_all(pid_t child, int32_t *wait_status)
{
    (void)kill(-1, SIGKILL); /* ESRCH: nobody is left */
    for (;;) {
        int status = 0;
        const pid_t reaped = waitpid(-1, &status, 0);
        if (reaped < 0 && errno == ECHILD)
            return;
        if (reaped == child)
            *wait_status = status;
    }
}

int run_program(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGUSR1);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0 || !receive_files() || !receive_request())
        return 1;
    began_us = mmap(NULL, sizeof *began_us, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (began_us == MAP_FAILED)
        return 1;
    *began_us = now_us(CLOCK_MONOTONIC); /* for a program that never gets to execve */
    struct failure failure = {0};
    const pid_t child = start(&failure);
    struct report report = {.step = failure.step, .error = failure.error};
    memcpy(report.nonce, request.nonce, sizeof report.nonce);
    if (failure.step == STEP_NONE)
        report.end = watch(child, &signals, &report.wait_status);
    report.wall_time_us = now_us(CLOCK_MONOTONIC) - *began_us;
    end_all(child, &report.wait_status);
    if (!write_whole(STDOUT_FILENO, &report, sizeof report) || !write_whole(STDERR_FILENO, &report, sizeof report))
        return 1;
    sleep(LINGER_S);
    return 0;
}
