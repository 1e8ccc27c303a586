/* packet.c: see packet.h. */
#include "packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union fd_control {
    char bytes[CMSG_SPACE(sizeof(int) * PACKET_FDS_MAX)];
    struct cmsghdr align;
};

void packet_fds_close(struct packet_fds *fds)
{
    for (size_t i = 0; i < fds->count; i++)
        if (fds->fds[i] >= 0)
            close(fds->fds[i]);
    fds->count = 0;
}

static void take_fds(struct msghdr *message, struct packet_fds *fds)
{
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item != NULL; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS)
            continue;
        const size_t count = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd = -1;
            memcpy(&fd, CMSG_DATA(item) + i * sizeof fd, sizeof fd);
            if (fds->count < PACKET_FDS_MAX)
                fds->fds[fds->count++] = fd;
            else
                close(fd);
        }
    }
}

ssize_t packet_receive(int socket, void *bytes, size_t size, struct packet_fds *fds, int flags)
{
    union fd_control control;
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    fds->count = 0;
    ssize_t got;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    take_fds(&message, fds);
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        packet_fds_close(fds);
        errno = EMSGSIZE;
        return -1;
    }
    return got;
}

int packet_send(int socket, const void *bytes, size_t size, int fd)
{
    return packet_send_fds(socket, bytes, size, &fd, fd >= 0 ? 1 : 0);
}

int packet_send_fds(int socket, const void *bytes, size_t size, const int *fds, size_t count)
{
    union fd_control control = {.bytes = {0}};
    struct iovec part = {.iov_base = (void *)(size_t)bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof *fds * count);
        struct cmsghdr *item = CMSG_FIRSTHDR(&message);
        item->cmsg_level = SOL_SOCKET;
        item->cmsg_type = SCM_RIGHTS;
        item->cmsg_len = CMSG_LEN(sizeof *fds * count);
        memcpy(CMSG_DATA(item), fds, sizeof *fds * count);
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)size ? 0 : -1;
}
