//! attack: leaves a process that listens under an abstract name for the next run in the same slot
//! status: exited
//! stdout: left
//! policy: toolchain
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int main(void)
{
    int pair[2];
    const struct sockaddr_un name = {AF_UNIX, "\0left"};
    const socklen_t size = offsetof(struct sockaddr_un, sun_path) + 5;
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0)
        bind(pair[0], (const void *)&name, size); /* a pair can be given a name too */
    if (fork() == 0) {
        setsid();
        for (;;)
            pause();
    }
    return puts("left") < 0;
}
