//! attack: sends sockets through themselves until the kernel must collect them; the number in flight is limited
//! status: exited
//! stdout: untouched
//! policy: managed
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static int send_descriptors(int through, const int *what, int count)
{
    char byte = 0, control[CMSG_SPACE(sizeof(int) * 64)];
    memset(control, 0, sizeof control);
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count)};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    memcpy(CMSG_DATA(rights), what, sizeof(int) * (size_t)count);
    return (int)sendmsg(through, &message, MSG_DONTWAIT);
}
int main(void)
{
    long sent = 0;
    for (int round = 0; round < 2000; round++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
            break;
        const int both[2] = {pair[0], pair[1]};
        while (send_descriptors(pair[0], both, 2) > 0 && send_descriptors(pair[1], both, 2) > 0)
            sent++;
        close(pair[0]);
        close(pair[1]);
    }
    return puts(sent < 1 << 20 ? "untouched" : "no limit") < 0;
}
