/* keeper.c: see keeper.h.
 *
 *   made ──▶ idle ──client──▶ serving (put | get | folder | list | remove | run)* ──client closes, or doubt──▶ exit
 *
 * A slot is never used for a second client. What the keeper leaves behind (processes by accident, cgroups) the supervisor
 * removes before the slot's user id is used again.
 */
#include "keeper.h"

#include "box.h"
#include "packet.h"
#include "protocol.h"
#include "run.h"
#include "serve.h"
#include "syscalls.h"
#include "zygote.h"

#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Of root's capabilities, those that making runs needs; everything else is given up for good. */
static const int kept_capabilities[] = {
    CAP_SYS_ADMIN,    /* namespaces, mounts, seccomp before no_new_privs */
    CAP_SETUID,       /* a run becomes the slot's user */
    CAP_SETGID,
    CAP_SETPCAP,      /* a run empties its bounding set */
    CAP_KILL,         /* a run's init has another user */
    CAP_CHOWN,        /* files put into the box */
    CAP_FOWNER,
    CAP_DAC_OVERRIDE, /* folders that a run made in the box */
    CAP_SYS_CHROOT,   /* entering a mount namespace */
};

static bool is_kept(int capability)
{
    for (size_t i = 0; i < sizeof kept_capabilities / sizeof *kept_capabilities; i++)
        if (kept_capabilities[i] == capability)
            return true;
    return false;
}

static int keep_few_capabilities(struct fault *why)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2] = {{0, 0, 0}, {0, 0, 0}};
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
        if (is_kept(capability)) {
            sets[capability / 32].effective |= 1u << (capability % 32);
            sets[capability / 32].permitted |= 1u << (capability % 32);
        } else if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
            return fault_errno(why, "dropping capability %d", capability);
        }
    }
    if (syscall(SYS_capset, &header, sets) < 0)
        return fault_errno(why, "capset");
    return 0;
}

static int make_slot(struct keeper *keeper, struct fault *why)
{
    /* the pair of control sockets tells as well whether the supervisor died before this */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return fault_errno(why, "PR_SET_PDEATHSIG");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        return fault_errno(why, "signal");
    if (layers_have(keeper->config->layers, LAYER_UTS_NAMESPACE) && sethostname("cell", 4) < 0)
        return fault_errno(why, "sethostname");
    if (box_mount(keeper->config, keeper->user, why) < 0)
        return -1;
    keeper->pidfd = sys_pidfd_open(getpid());
    if (keeper->pidfd < 0)
        return fault_errno(why, "pidfd_open");
    place_init(&keeper->place);
    return keep_few_capabilities(why);
}

static int wait_for_client(struct keeper *keeper)
{
    struct keeper_message message = {.kind = KEEPER_READY};
    struct packet_fds fds;
    if (packet_send(keeper->control, &message, sizeof message, -1) < 0)
        return -1;
    if (packet_receive(keeper->control, &message, sizeof message, &fds, 0) != (ssize_t)sizeof message
        || message.kind != KEEPER_CLIENT || fds.count != 1)
        return -1;
    keeper->core = message.core;
    keeper->connection = fds.fds[0];
    return 0;
}

void keeper_main(struct keeper *keeper)
{
    struct fault why;
    if (make_slot(keeper, &why) < 0) {
        log_line("slot %u: %s", keeper->slot, why.text);
        _exit(1);
    }
    if (wait_for_client(keeper) < 0)
        _exit(0); /* the supervisor is ending */
    uint8_t *buffer = malloc(MESSAGE_BYTES_MAX);
    keeper->planned = calloc(1, sizeof *keeper->planned);
    if (buffer == NULL || keeper->planned == NULL)
        _exit(1);
    if (packet_send(keeper->connection, buffer, encode_empty(buffer, MESSAGE_READY), -1) == 0)
        while (serve_one(keeper, buffer) == 0)
            ;
    planned_clear(keeper->planned);
    zygote_stop(keeper);
    if (keeper->spare.name[0] != '\0')
        (void)run_cgroup_remove(keeper->tree, &keeper->spare);
    _exit(0);
}
