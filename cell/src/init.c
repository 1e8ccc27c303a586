/* init.c: pid 1 of a run.
 *
 * It is outside the measured cgroup, so the OOM killer of the run never meets it and its time is not counted. Its only ways
 * to end are SIGKILL from the keeper and the keeper's death; with it the kernel kills everything left in the pid namespace.
 */
#include "init.h"

#include "landlock.h"
#include "launch.h"
#include "packet.h"
#include "syscalls.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Die with the keeper; if it died before that was arranged, die now. */
static int tie_to_keeper(int keeper_pidfd)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -1;
    struct pollfd keeper = {.fd = keeper_pidfd, .events = POLLIN};
    return poll(&keeper, 1, 0) == 0 ? 0 : -1;
}

static void enter_place(const struct keeper *keeper, const struct place_work *work, int report)
{
    if (work->enter) {
        if (setns(keeper->place.ns, CLONE_NEWNS) < 0)
            launch_fail(report, STEP_PLACE);
        if (umount2("/proc", MNT_DETACH) < 0)
            launch_fail(report, STEP_PROC);
        if (work->replace_tmp && umount2("/tmp", MNT_DETACH) < 0)
            launch_fail(report, STEP_SCRATCH);
        return;
    }
    /* the view's own namespace, which has the view alone; then a copy of it that is this slot's */
    if (setns(keeper->config->view_namespaces[keeper->place.wants.view], CLONE_NEWNS) < 0 || unshare(CLONE_NEWNS) < 0)
        launch_fail(report, STEP_PLACE);
}

static void fill_place(const struct keeper *keeper, const struct place_work *work, int report)
{
    if (work->box >= 0 && sys_move_mount(work->box, "/box") < 0)
        launch_fail(report, STEP_BOX);
    if (work->tmp >= 0 && sys_move_mount(work->tmp, "/tmp") < 0)
        launch_fail(report, STEP_SCRATCH);
    const char *options =
        layers_have(keeper->config->layers, LAYER_PRIVATE_PROC) ? "subset=pid,hidepid=invisible" : "";
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, options) < 0)
        launch_fail(report, STEP_PROC);
}

static int make_ruleset(const struct keeper *keeper, const char *program)
{
    const struct landlock_wants wants = {.program = program,
                                         .execute_view = keeper->place.wants.execute_view,
                                         .execute_scratch = keeper->place.wants.execute_tmp,
                                         .write_box = keeper->place.wants.box_writable};
    return landlock_make(keeper->config->landlock, &wants);
}

static int open_namespace(const char *path, struct report *report, int bit, int report_fd)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        launch_fail(report_fd, STEP_PLACE);
    report->value |= bit;
    return fd;
}

static void tell_ready(const struct keeper *keeper, const struct place_work *work, const char *program,
                       int report_fd)
{
    struct report report = {.kind = REPORT_INIT_READY};
    int fds[4];
    size_t count = 0;
    /* the keeper could not open them: init is not its to look into once it has given up everything */
    fds[count++] = open_namespace("/proc/self/ns/pid", &report, INIT_HAS_PIDS, report_fd);
    if (layers_have(keeper->config->layers, LAYER_IPC_NAMESPACE))
        fds[count++] = open_namespace("/proc/self/ns/ipc", &report, INIT_HAS_IPC, report_fd);
    if (!work->enter)
        fds[count++] = open_namespace("/proc/self/ns/mnt", &report, INIT_MADE_PLACE, report_fd);
    if (work->make_ruleset && keeper->config->landlock > 0) {
        report.value |= INIT_MADE_RULESET;
        if ((fds[count++] = make_ruleset(keeper, program)) < 0)
            launch_fail(report_fd, STEP_LANDLOCK);
    }
    if (packet_send_fds(report_fd, &report, sizeof report, fds, count) < 0)
        _exit(1);
}

/* From here on init can do nothing but wait; the program can neither trace, signal nor limit it: it is another user's. */
static void give_up_everything(const struct keeper *keeper)
{
    enum { KEPT_KEEPER = 0 };
    if (dup2(keeper->pidfd, KEPT_KEEPER) < 0 || sys_close_range(KEPT_KEEPER + 1, ~0u, 0) < 0
        || drop_privileges(LAYERS_ALL, config_init_user(keeper->config)) < 0
        || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || tie_to_keeper(KEPT_KEEPER) < 0 /* changing ids untied it */)
        _exit(1);
}

void init_main(const struct keeper *keeper, const struct place_work *work, const char *program, int report)
{
    if (tie_to_keeper(keeper->pidfd) < 0)
        launch_fail(report, STEP_LIFELINE);
    if (signal(SIGCHLD, SIG_IGN) == SIG_ERR) /* the kernel reaps what is orphaned to us */
        launch_fail(report, STEP_LIFELINE);
    enter_place(keeper, work, report);
    fill_place(keeper, work, report);
    tell_ready(keeper, work, program, report);
    give_up_everything(keeper);
    for (;;)
        pause();
}
