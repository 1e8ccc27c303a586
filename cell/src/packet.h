/* packet.h: packets with file descriptors over unix SOCK_SEQPACKET sockets. */
#ifndef CELL_PACKET_H
#define CELL_PACKET_H

#include <stddef.h>
#include <sys/types.h>

enum { PACKET_FDS_MAX = 12 };

struct packet_fds {
    int fds[PACKET_FDS_MAX]; /* all close-on-exec; owned by whoever received them; -1: closed already */
    size_t count;
};

/* Receive one packet. Returns its size; 0 at the end of the connection; -1 with errno (EMSGSIZE when packet or fds were cut).
 * On failure no fd is left open. */
ssize_t packet_receive(int socket, void *bytes, size_t size, struct packet_fds *fds, int flags);

/* Send one packet with at most one fd (-1: none). Never raises SIGPIPE. 0, or -1 with errno. */
int packet_send(int socket, const void *bytes, size_t size, int fd);

/* The same with `count` fds, at most PACKET_FDS_MAX. */
int packet_send_fds(int socket, const void *bytes, size_t size, const int *fds, size_t count);

void packet_fds_close(struct packet_fds *fds);

#endif
