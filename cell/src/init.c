/* init.c: pid 1 of a run.
 *
 * It is outside the measured cgroup, so the OOM killer of the run never meets it and its time is not counted. Its only ways
 * to end are the program's end and SIGKILL; with it the kernel kills everything left in the pid namespace.
 */
#include "launch.h"

#include "packet.h"
#include "roots.h"
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

/* Die with the keeper; if it died before that was arranged, die now. */
static int tie_to_keeper(int keeper_pidfd)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -1;
    struct pollfd keeper = {.fd = keeper_pidfd, .events = POLLIN};
    return poll(&keeper, 1, 0) == 0 ? 0 : -1;
}

static void mount_scratch(const struct launch *launch, const char *root)
{
    char path[VIEW_ROOT_PATH_MAX + 8];
    char options[160];
    snprintf(path, sizeof path, "%s/tmp", root);
    snprintf(options, sizeof options, "mode=0700,size=%" PRIu64 ",nr_inodes=%" PRIu64 ",uid=%u,gid=%u",
             launch->request->limits.scratch_bytes, launch->request->limits.scratch_inodes + 1 /* its root */, launch->user,
             launch->user);
    if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        launch_fail(launch, STEP_SCRATCH);
}

static void mount_box(const struct launch *launch, const char *root)
{
    char path[VIEW_ROOT_PATH_MAX + 8];
    snprintf(path, sizeof path, "%s/box", root);
    if (mount("/box", path, NULL, MS_BIND, NULL) < 0)
        launch_fail(launch, STEP_BOX);
    if (!launch->request->box_writable
        && mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
        launch_fail(launch, STEP_BOX);
}

static void mount_proc(const struct launch *launch, const char *root)
{
    char path[VIEW_ROOT_PATH_MAX + 8];
    snprintf(path, sizeof path, "%s/proc", root);
    if (mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "subset=pid,hidepid=invisible") < 0)
        launch_fail(launch, STEP_PROC);
}

static void enter_root(const struct launch *launch, const char *root)
{
    /* the new root is stacked on the old one, which is then detached: nothing of it can be named any more */
    if (chdir(root) < 0 || sys_pivot_root(".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        launch_fail(launch, STEP_ROOT);
}

static pid_t start_child(const struct launch *launch)
{
    struct clone_args args = {.exit_signal = SIGCHLD};
    if (launch->tree->version == 2) {
        args.flags = CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)launch->group->fds[0];
    }
    const pid_t child = sys_fork3(&args);
    if (child < 0)
        launch_fail(launch, STEP_CLONE);
    if (child == 0)
        child_main(launch);
    return child;
}

enum { KEPT_REPORT = 0, KEPT_KEEPER = 1 }; /* the fds that init keeps */

/* From here on init can do nothing but wait; the program can neither trace, signal nor limit it: it is another user's. */
static void give_up_everything(const struct launch *launch)
{
    if (dup2(launch->report, KEPT_REPORT) < 0 || dup2(launch->keeper_pidfd, KEPT_KEEPER) < 0
        || sys_close_range(KEPT_KEEPER + 1, ~0u, 0) < 0 || drop_privileges(launch->init_user) < 0
        || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || tie_to_keeper(KEPT_KEEPER) < 0 /* changing ids untied it */)
        _exit(1);
}

void init_main(const struct launch *launch)
{
    char root[VIEW_ROOT_PATH_MAX];
    roots_view_path(launch->view, root);
    if (tie_to_keeper(launch->keeper_pidfd) < 0)
        launch_fail(launch, STEP_LIFELINE);
    mount_scratch(launch, root);
    mount_box(launch, root);
    mount_proc(launch, root);
    enter_root(launch, root);
    if (drop_bounding_set() < 0) /* once, here: the child inherits it */
        launch_fail(launch, STEP_PRIVILEGES);
    const pid_t child = start_child(launch);
    give_up_everything(launch);
    for (;;) {
        int status = 0;
        const pid_t reaped = wait4(-1, &status, __WALL, NULL);
        if (reaped < 0 && errno != EINTR)
            _exit(1);
        if (reaped == child) {
            const struct report report = {.kind = REPORT_ENDED, .value = status};
            (void)packet_send(KEPT_REPORT, &report, sizeof report, -1); /* the keeper sees init's end if this is lost */
            _exit(0);
        }
    }
}
