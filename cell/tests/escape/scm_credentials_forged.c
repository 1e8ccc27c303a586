//! attack: sends a message that claims to come from pid 1 and root; the kernel checks credentials
//! status: exited
//! stdout: refused
//! policy: managed
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static int claim(int through, struct ucred who)
{
    char byte = 0, control[CMSG_SPACE(sizeof who)];
    memset(control, 0, sizeof control);
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *credentials = CMSG_FIRSTHDR(&message);
    credentials->cmsg_level = SOL_SOCKET;
    credentials->cmsg_type = SCM_CREDENTIALS;
    credentials->cmsg_len = CMSG_LEN(sizeof who);
    memcpy(CMSG_DATA(credentials), &who, sizeof who);
    return (int)sendmsg(through, &message, 0);
}
int main(void)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
        return puts("no pair of sockets") < 0;
    if (claim(pair[0], (struct ucred){1, 0, 0}) > 0 || claim(pair[0], (struct ucred){getpid(), 0, 0}) > 0
        || claim(pair[0], (struct ucred){1, getuid(), getgid()}) > 0)
        return puts("forged") < 0;
    return puts("refused") < 0;
}
