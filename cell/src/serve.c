/* serve.c: see serve.h. A request is checked whole before anything is done for it. */
#include "serve.h"

#include "box.h"
#include "own_limits.h"
#include "packet.h"
#include "protocol.h"
#include "run.h"
#include "stdio_fds.h"
#include "zygote.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

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

/* A client that wants nothing more; what is made ahead for it may be given up for that. */
static bool client_is_gone(const struct keeper *keeper)
{
    struct pollfd client = {.fd = keeper->connection, .events = POLLRDHUP};
    return poll(&client, 1, 0) > 0;
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
    if (own_limits_fit(&planned->request.limits, keeper->config->box_bytes, why) < 0)
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
        if (!client_is_gone(keeper))
            log_line("slot %u: the next run cannot be made: %s", keeper->slot, planned->run.detail.text);
        return -1;
    }
    return 0;
}

int serve_one(struct keeper *keeper, uint8_t *buffer)
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
