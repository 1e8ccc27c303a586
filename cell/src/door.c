/* door.c: see door.h. */
#include "door.h"

#include "packet.h"
#include "protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { HELLO_MS = 10000 };

static int remove_dead_socket(const struct sockaddr_un *address, struct fault *why)
{
    struct stat status;
    if (lstat(address->sun_path, &status) < 0)
        return errno == ENOENT ? 0 : fault_errno(why, "%s", address->sun_path);
    if (!S_ISSOCK(status.st_mode))
        return fault_set(why, "%s is there already and is not a socket", address->sun_path);
    const int try = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (try < 0)
        return fault_errno(why, "socket");
    const int outcome = connect(try, (const struct sockaddr *)address, sizeof *address);
    const int error = errno;
    close(try);
    if (outcome == 0 || error != ECONNREFUSED)
        return fault_set(why, "another supervisor listens on %s; remedy: stop it", address->sun_path);
    return unlink(address->sun_path) < 0 ? fault_errno(why, "unlink %s", address->sun_path) : 0;
}

static int split_path(struct door *door, const char *path, struct fault *why)
{
    const char *slash = strrchr(path, '/');
    char folder[sizeof door->name + 1];
    snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);
    snprintf(door->name, sizeof door->name, "%s", slash + 1);
    door->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return door->folder < 0 ? fault_errno(why, "the socket's folder %s", folder) : 0;
}

int door_open(struct door *door, const struct config *config, struct fault *why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, config->socket_path, strlen(config->socket_path) + 1); /* its length was checked */
    door->client_uid = config->client_uid;
    if (split_path(door, config->socket_path, why) < 0 || remove_dead_socket(&address, why) < 0)
        return -1;
    door->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (door->listener < 0)
        return fault_errno(why, "socket");
    const mode_t before = umask(0177);
    const int bound = bind(door->listener, (const struct sockaddr *)&address, sizeof address);
    umask(before);
    if (bound < 0)
        return fault_errno(why, "bind to %s", config->socket_path);
    door->bound = true;
    if (chown(config->socket_path, config->client_uid, config->client_gid) < 0)
        return fault_errno(why, "chown of %s", config->socket_path);
    if (listen(door->listener, SOMAXCONN) < 0)
        return fault_errno(why, "listen");
    return 0;
}

void door_close(struct door *door)
{
    while (door->count > 0)
        door_remove(door, door->count - 1);
    if (door->listener >= 0)
        close(door->listener);
    if (door->bound && unlinkat(door->folder, door->name, 0) < 0 && errno != ENOENT)
        log_line("the socket stays: %s", strerror(errno));
}

void door_remove(struct door *door, size_t index)
{
    close(door->waiting[index].connection);
    memmove(&door->waiting[index], &door->waiting[index + 1], (door->count - index - 1) * sizeof *door->waiting);
    door->count--;
}

void door_accept(struct door *door, int64_t now_ms)
{
    while (door->count < WAITING_MAX) {
        const int connection = accept4(door->listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0)
            return; /* nobody else, or nobody just now: poll tells when to try again */
        struct ucred peer;
        socklen_t size = sizeof peer;
        if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != door->client_uid) {
            log_line("refused a connection of user %u", size == sizeof peer ? (unsigned)peer.uid : 0);
            close(connection);
            continue;
        }
        door->waiting[door->count++] = (struct waiting){.connection = connection, .hello_by_ms = now_ms + HELLO_MS};
    }
}

/* The first message. True if the client is to wait for a slot; else it has had its answer. */
static bool greet(struct door *door, struct waiting *client)
{
    struct packet_fds fds;
    struct fault why;
    unsigned version = 0;
    enum hello_want want = WANT_INFO;
    size_t answer;
    const ssize_t got = packet_receive(client->connection, door->buffer, MESSAGE_BYTES_MAX, &fds, MSG_DONTWAIT);
    if (got <= 0)
        return false;
    packet_fds_close(&fds);
    const int kind = decode_kind(door->buffer, (size_t)got, &version, &why);
    if (kind < 0) {
        answer = encode_error(door->buffer, ERROR_BAD_REQUEST, why.text);
    } else if (version != PROTOCOL_VERSION) {
        fault_set(&why, "this cell speaks protocol version %d, not %u", PROTOCOL_VERSION, version);
        answer = encode_error(door->buffer, ERROR_VERSION, why.text);
    } else if (kind != MESSAGE_HELLO) {
        answer = encode_error(door->buffer, ERROR_BAD_REQUEST, "the first message must be a hello");
    } else if (decode_hello(door->buffer, (size_t)got, &want, &why) < 0) {
        answer = encode_error(door->buffer, ERROR_BAD_REQUEST, why.text);
    } else if (want != WANT_INFO) {
        client->for_jury = want == WANT_JURY_SLOT;
        return true;
    } else {
        answer = encode_text(door->buffer, MESSAGE_INFO, door->info);
    }
    (void)packet_send(client->connection, door->buffer, answer, -1); /* whoever asked may be gone: their loss */
    return false;
}

bool door_attend(struct door *door, size_t index)
{
    struct waiting *client = &door->waiting[index];
    if (!client->greeted && greet(door, client)) {
        client->greeted = true;
        return true;
    }
    /* a client in the queue has nothing to say before it has a slot: it went away, or breaks the protocol */
    door_remove(door, index);
    return false;
}

int64_t door_expire(struct door *door, int64_t now_ms)
{
    int64_t next = -1;
    for (size_t i = door->count; i-- > 0;) {
        const struct waiting *client = &door->waiting[i];
        if (client->greeted)
            continue;
        if (client->hello_by_ms <= now_ms)
            door_remove(door, i);
        else if (next < 0 || client->hello_by_ms < next)
            next = client->hello_by_ms;
    }
    return next;
}

int door_first_waiting(const struct door *door)
{
    for (size_t i = 0; i < door->count; i++)
        if (door->waiting[i].greeted)
            return (int)i;
    return -1;
}
