//! attack: adds high bits to arguments, which the kernel drops after the filter has compared all 64; nothing becomes allowed
//! status: exited
//! stdout: refused
//! quick: yes
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const long high = 1L << 32, families[] = {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, 38, 40};
    for (unsigned i = 0; i < sizeof families / sizeof *families; i++)
        for (int kind = SOCK_STREAM; kind <= SOCK_RAW; kind++)
            if (syscall(SYS_socket, high | families[i], kind, 0) >= 0 || syscall(SYS_socket, families[i], high | kind, 0) >= 0)
                printf("socket %ld\n", families[i]);
    if (syscall(SYS_prctl, high | PR_SET_SECCOMP, 1, 0, 0, 0) == 0 || syscall(SYS_prctl, high | PR_SET_MM, 1, 0, 0, 0) == 0)
        puts("prctl");
    if (syscall(SYS_personality, high | 0x0400000) >= 0)
        puts("personality");
    return puts("refused") < 0;
}
