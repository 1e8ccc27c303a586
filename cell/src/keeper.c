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
#include "stdio_fds.h"
#include "syscalls.h"
#include "zygote.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

static int reply_error(const struct keeper *keeper, uint8_t *buffer, enum error_code code, const struct fault *why)
{
    return packet_send(keeper->connection, buffer, encode_error(buffer, code, why->text), -1);
}

/* What comes with a put and with a get: one fd, to be read or to be written, and a name in the box. */
static int check_file(enum message_kind kind, const char *name, const struct packet_fds *fds, enum error_code *code,
                      struct fault *why)
{
    *code = ERROR_BAD_FD;
    if (fds->count != 1)
        return fault_set(why, "%s needs one fd, not %zu", kind == MESSAGE_GET ? "get" : "put", fds->count);
    if (kind == MESSAGE_GET && output_check(fds->fds[0], "the target", why) < 0)
        return -1;
    *code = ERROR_BAD_NAME;
    if (!box_name_is_good(name))
        return fault_set(why, "not a good name for a file in the box: \"%.300s\"", name);
    return 0;
}

static int serve_put(struct keeper *keeper, uint8_t *buffer, size_t size, const struct packet_fds *fds)
{
    struct put_request request;
    struct fault why;
    enum error_code code;
    if (decode_put(buffer, size, &request, &why) < 0)
        return reply_error(keeper, buffer, ERROR_BAD_REQUEST, &why);
    if (check_file(MESSAGE_PUT, request.name, fds, &code, &why) < 0)
        return reply_error(keeper, buffer, code, &why);
    /* what is prepared, and what may be executed, was the program before this */
    planned_clear(keeper->planned);
    place_forget_program(&keeper->place);
    zygote_stop(keeper); /* it may have looked for files, though it has opened none */
    if (box_put(&request, fds->fds[0], keeper->user, &why) < 0)
        return reply_error(keeper, buffer, ERROR_BOX, &why);
    return packet_send(keeper->connection, buffer, encode_empty(buffer, MESSAGE_DONE), -1);
}

static int serve_get(struct keeper *keeper, uint8_t *buffer, size_t size, const struct packet_fds *fds)
{
    struct get_request request;
    struct fault why;
    enum error_code code;
    if (decode_get(buffer, size, &request, &why) < 0)
        return reply_error(keeper, buffer, ERROR_BAD_REQUEST, &why);
    if (check_file(MESSAGE_GET, request.name, fds, &code, &why) < 0)
        return reply_error(keeper, buffer, code, &why);
    const int64_t got = box_get(&request, fds->fds[0], &why);
    if (got < 0)
        return reply_error(keeper, buffer, ERROR_BOX, &why);
    return packet_send(keeper->connection, buffer, encode_got(buffer, (uint64_t)got), -1);
}

static int serve_list(struct keeper *keeper, uint8_t *buffer, const char *name)
{
    static struct box_entry entries[BOX_LIST_MAX];
    struct fault why;
    const int count = box_list(name, entries, &why);
    if (count < 0)
        return reply_error(keeper, buffer, ERROR_BOX, &why);
    return packet_send(keeper->connection, buffer, encode_listed(buffer, entries, (size_t)count), -1);
}

/* folder, list and remove: a name in the box and nothing else. */
static int serve_name(struct keeper *keeper, enum message_kind kind, uint8_t *buffer, size_t size, const struct packet_fds *fds)
{
    const char *name;
    struct fault why;
    if (decode_name(buffer, size, &name, &why) < 0)
        return reply_error(keeper, buffer, ERROR_BAD_REQUEST, &why);
    if (fds->count != 0) {
        fault_set(&why, "a name alone takes no fd, not %zu", fds->count);
        return reply_error(keeper, buffer, ERROR_BAD_FD, &why);
    }
    if (!box_name_is_good(name)) {
        fault_set(&why, "not a good name for a file in the box: \"%.300s\"", name);
        return reply_error(keeper, buffer, ERROR_BAD_NAME, &why);
    }
    if (kind == MESSAGE_LIST)
        return serve_list(keeper, buffer, name);
    if (keeper->zygote != NULL) { /* as above; a plain run that is prepared has looked at nothing in the box yet */
        planned_clear(keeper->planned);
        zygote_stop(keeper);
    }
    if ((kind == MESSAGE_FOLDER ? box_folder(name, keeper->user, &why) : box_remove(name, &why)) < 0)
        return reply_error(keeper, buffer, ERROR_BOX, &why);
    return packet_send(keeper->connection, buffer, encode_empty(buffer, MESSAGE_DONE), -1);
}

static int check_given(const struct keeper *keeper, struct packet_fds *fds, struct fault *why)
{
    const bool copy_files = keeper->config->surroundings.apparmor[0] != '\0';
    if (fds->count < RUN_STREAMS || fds->count > RUN_STREAMS + RUN_FILES_MAX)
        return fault_set(why, "run needs %d to %d fds, not %zu", RUN_STREAMS, RUN_STREAMS + RUN_FILES_MAX, fds->count);
    if (stdin_prepare(&fds->fds[0], copy_files, why) < 0)
        return -1;
    for (size_t i = RUN_STREAMS; i < fds->count; i++)
        if (file_prepare(&fds->fds[i], copy_files, why) < 0)
            return -1;
    if (output_check(fds->fds[1], "stdout", why) < 0)
        return -1;
    return output_check(fds->fds[2], "stderr", why);
}

static bool is_pipe(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/* The request that is to be run, kept where the run can go on using it. */
static int plan(struct keeper *keeper, uint8_t *buffer, size_t size, enum error_code *code, struct fault *why)
{
    struct planned *planned = keeper->planned;
    const bool repeat = take_repeat(buffer, size);
    if (planned_is(planned, buffer, size)) {
        planned->request.repeat = repeat;
        return 0;
    }
    planned_clear(planned);
    memcpy(planned->message, buffer, size);
    *code = ERROR_BAD_REQUEST;
    if (decode_run(planned->message, size, &planned->request, why) < 0)
        return -1;
    planned->view = config_find_view(keeper->config, planned->request.view);
    *code = ERROR_UNKNOWN_VIEW;
    if (planned->view < 0)
        return fault_set(why, "there is no view \"%.100s\"", planned->request.view);
    const int family = policy_family_find(planned->request.policy);
    *code = ERROR_UNKNOWN_POLICY;
    if (family < 0)
        return fault_set(why, "there is no policy \"%.100s\"", planned->request.policy);
    planned->family = (enum policy_family)family;
    planned->size = size;
    planned->request.repeat = repeat;
    return 0;
}

static int serve_run(struct keeper *keeper, uint8_t *buffer, size_t size, struct packet_fds *fds)
{
    struct planned *planned = keeper->planned;
    struct run_facts facts;
    struct fault why;
    enum error_code code;
    if (plan(keeper, buffer, size, &code, &why) < 0)
        return reply_error(keeper, buffer, code, &why);
    if (check_given(keeper, fds, &why) < 0)
        return reply_error(keeper, buffer, ERROR_BAD_FD, &why);
    planned_given(planned, is_pipe(fds->fds[0]), fds->count > RUN_STREAMS);
    const enum run_outcome outcome = planned_run(planned, keeper, fds, &facts);
    if (outcome == RUN_CLIENT_GONE)
        return -1;
    if (packet_send(keeper->connection, buffer, encode_facts(buffer, &facts), -1) < 0 || outcome == RUN_FACTS_LAST)
        return -1;
    /* the caller has what it wanted; from here on it is about the next run */
    run_clear(&planned->run);
    planned->prepared = false;
    if (planned->request.repeat && planned_prepare(planned, keeper) < 0) {
        log_line("slot %u: the next run cannot be made: %s", keeper->slot, planned->run.detail.text);
        return -1;
    }
    return 0;
}

/* One message, one answer. -1: the connection is over. */
static int serve_one(struct keeper *keeper, uint8_t *buffer)
{
    struct packet_fds fds;
    struct fault why;
    const ssize_t got = packet_receive(keeper->connection, buffer, MESSAGE_BYTES_MAX, &fds, 0);
    if (got < 0 && errno == EMSGSIZE) {
        fault_set(&why, "a message of more than %d bytes, or more than %d fds", MESSAGE_BYTES_MAX, PACKET_FDS_MAX);
        return reply_error(keeper, buffer, ERROR_BAD_REQUEST, &why);
    }
    if (got <= 0)
        return -1;
    unsigned version = 0;
    const int kind = decode_kind(buffer, (size_t)got, &version, &why);
    int outcome;
    if (kind == MESSAGE_PUT) {
        outcome = serve_put(keeper, buffer, (size_t)got, &fds);
    } else if (kind == MESSAGE_GET) {
        outcome = serve_get(keeper, buffer, (size_t)got, &fds);
    } else if (kind == MESSAGE_RUN) {
        outcome = serve_run(keeper, buffer, (size_t)got, &fds);
    } else if (kind == MESSAGE_FOLDER || kind == MESSAGE_LIST || kind == MESSAGE_REMOVE) {
        outcome = serve_name(keeper, (enum message_kind)kind, buffer, (size_t)got, &fds);
    } else {
        if (kind >= 0)
            fault_set(&why, "a message of kind %d is not a request to a slot", kind);
        outcome = reply_error(keeper, buffer, ERROR_BAD_REQUEST, &why);
    }
    packet_fds_close(&fds);
    return outcome;
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
