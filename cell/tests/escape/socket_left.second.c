//! attack: reaches what the run before left under an abstract name; its process is dead, and with it the name
//! status: exited
//! stdout: nothing
//! policy: managed
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
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0
        && (connect(pair[0], (const void *)&name, size) == 0 || sendto(pair[1], "x", 1, 0, (const void *)&name, size) == 1))
        puts("somebody listens");
    return puts("nothing") < 0;
}
