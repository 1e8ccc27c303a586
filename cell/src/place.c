/* place.c: see place.h. */
#include "place.h"

#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

void place_init(struct place *place)
{
    *place = (struct place){.ns = -1, .scratch = -1, .ruleset = -1};
}

void place_drop(struct place *place)
{
    close_fd(&place->ns);
    close_fd(&place->scratch);
    close_fd(&place->ruleset);
}

void place_forget_program(struct place *place)
{
    close_fd(&place->ruleset);
}

struct place_wants place_wanted(int view, const struct run_request *request, enum policy_family family)
{
    return (struct place_wants){.view = view,
                                .box_writable = request->box_writable,
                                .execute_box = family == POLICY_TOOLCHAIN || strncmp(request->argv[0], "/box/", 5) == 0,
                                .execute_tmp = family == POLICY_TOOLCHAIN,
                                .execute_view = family == POLICY_SHELL || family == POLICY_TOOLCHAIN,
                                .scratch_bytes = request->limits.scratch_bytes,
                                .scratch_inodes = request->limits.scratch_inodes};
}

static bool same(const struct place_wants *a, const struct place_wants *b)
{
    return a->view == b->view && a->box_writable == b->box_writable && a->execute_box == b->execute_box
           && a->execute_tmp == b->execute_tmp && a->scratch_bytes == b->scratch_bytes
           && a->scratch_inodes == b->scratch_inodes;
}

static uint64_t scratch_attributes(layers set, bool executable)
{
    uint64_t attributes = CELL_MOUNT_ATTR_NOSUID | CELL_MOUNT_ATTR_NODEV;
    if (layers_have(set, LAYER_NO_SYMLINK_SCRATCH))
        attributes |= CELL_MOUNT_ATTR_NOSYMFOLLOW;
    if (layers_have(set, LAYER_NO_EXEC_SCRATCH) && !executable)
        attributes |= CELL_MOUNT_ATTR_NOEXEC;
    return attributes;
}

/* A clock that moves on every few milliseconds gives a file that is made and removed at once the time that the folder had before:
 * unless that lies in the past. */
static int backdate(int scratch)
{
    struct timespec past;
    if (clock_gettime(CLOCK_REALTIME, &past) < 0)
        return -1;
    past.tv_sec--;
    const struct timespec times[2] = {past, past};
    return utimensat(scratch, "", times, AT_EMPTY_PATH);
}

/* The root belongs to root and is sticky: whoever runs can make files in it, and not touch it without leaving marks. */
static int scratch_make(const struct config *config, const struct place_wants *wants, struct fault *why)
{
    char size[32];
    char inodes[32];
    snprintf(size, sizeof size, "%" PRIu64, wants->scratch_bytes);
    snprintf(inodes, sizeof inodes, "%" PRIu64, wants->scratch_inodes + 1 /* its root */);
    const int context = sys_fsopen("tmpfs");
    if (context < 0)
        return fault_errno(why, "fsopen of tmpfs");
    int made = -1;
    if (sys_fsconfig_string(context, "size", size) < 0 || sys_fsconfig_string(context, "nr_inodes", inodes) < 0
        || sys_fsconfig_string(context, "mode", "1777") < 0 || sys_fsconfig_create(context) < 0)
        fault_errno(why, "fsconfig of the scratch folder");
    else if ((made = sys_fsmount(context, scratch_attributes(config->layers, wants->execute_tmp) | CELL_MOUNT_ATTR_NOATIME)) < 0)
        fault_errno(why, "fsmount of the scratch folder");
    close(context);
    if (made >= 0 && backdate(made) < 0) {
        fault_errno(why, "the times of the scratch folder");
        close_fd(&made);
    }
    return made;
}

/* A file made, removed or renamed in the root changes its times; anything left anywhere takes a block or an inode. */
static int scratch_look(int scratch, struct scratch_marks *marks)
{
    struct stat status;
    struct statfs use;
    if (fstat(scratch, &status) < 0 || fstatfs(scratch, &use) < 0)
        return -1;
    *marks = (struct scratch_marks){.modified = status.st_mtim, .changed = status.st_ctim,
                                    .free_blocks = (uint64_t)use.f_bfree, .free_inodes = (uint64_t)use.f_ffree};
    return 0;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_untouched(const struct place *place)
{
    struct scratch_marks now;
    return place->scratch >= 0 && scratch_look(place->scratch, &now) == 0 && same_time(now.modified, place->fresh.modified)
           && same_time(now.changed, place->fresh.changed) && now.free_blocks == place->fresh.free_blocks
           && now.free_inodes == place->fresh.free_inodes;
}

/* A detached copy of the slot's box with this place's rules. */
static int box_copy(const struct config *config, const struct place_wants *wants, struct fault *why)
{
    const int copy = sys_open_tree(AT_FDCWD, "/box", CELL_OPEN_TREE_CLONE | CELL_OPEN_TREE_CLOEXEC);
    if (copy < 0)
        return fault_errno(why, "open_tree of the box");
    const uint64_t attributes =
        scratch_attributes(config->layers, wants->execute_box) | (wants->box_writable ? 0 : CELL_MOUNT_ATTR_RDONLY);
    if (sys_mount_setattr_fd(copy, attributes) < 0) {
        fault_errno(why, "mount_setattr of the box");
        close(copy);
        return -1;
    }
    return copy;
}

int place_plan(struct place *place, const struct config *config, const struct place_wants *wants, const char *program,
               struct place_work *work, struct fault *why)
{
    *work = (struct place_work){.box = -1, .tmp = -1};
    if (place->ns >= 0 && !same(&place->wants, wants))
        place_drop(place);
    if (place->wants.execute_view != wants->execute_view)
        close_fd(&place->ruleset);
    place->wants = *wants;
    work->enter = place->ns >= 0;
    if (!work->enter && (work->box = box_copy(config, wants, why)) < 0)
        return -1;
    if (!is_untouched(place)) {
        work->replace_tmp = work->enter;
        close_fd(&place->scratch);
        close_fd(&place->ruleset); /* its rule for /tmp was for the old one */
        work->tmp = scratch_make(config, wants, why);
        if (work->tmp < 0)
            return -1;
        place->scratch = fcntl(work->tmp, F_DUPFD_CLOEXEC, 3);
        if (place->scratch < 0 || scratch_look(place->scratch, &place->fresh) < 0)
            return fault_errno(why, "looking at the scratch folder");
    }
    if (strcmp(place->program, program) != 0)
        close_fd(&place->ruleset);
    work->make_ruleset = place->ruleset < 0;
    return 0;
}

void place_settle(struct place *place, int ns, int ruleset, const char *program)
{
    if (ns >= 0) {
        close_fd(&place->ns);
        place->ns = ns;
        place->serial++;
    }
    if (ruleset >= 0) {
        close_fd(&place->ruleset);
        place->ruleset = ruleset;
        snprintf(place->program, sizeof place->program, "%s", program);
    }
}
