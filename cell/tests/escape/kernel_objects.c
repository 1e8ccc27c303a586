//! attack: every kind of kernel object that has a descriptor, until there are no more; the limit of open files holds for all
//! status: exited
//! stdout: bounded
//! policy: toolchain
//! limits: memory_bytes=67108864 open_files=256
//! quick: yes
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
static sigset_t none;
static int make(int kind)
{
    int pair[2];
    switch (kind) {
    case 0: return eventfd(0, 0);
    case 1: return timerfd_create(CLOCK_MONOTONIC, 0);
    case 2: return signalfd(-1, &none, 0);
    case 3: return inotify_init1(0);
    case 4: return epoll_create1(0);
    case 5: return memfd_create("x", 0);
    case 6: return (int)syscall(434 /* pidfd_open */, getpid(), 0);
    case 7: return socket(AF_UNIX, SOCK_STREAM, 0);
    default: return socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0 ? -1 : pair[1];
    }
}
int main(void)
{
    sigemptyset(&none);
    for (int kind = 0; kind < 9; kind++) {
        int last = 0;
        for (int fd; last < 100000 && (fd = make(kind)) >= 0;)
            last = fd;
        if (last >= 256)
            return printf("kind %d: %d\n", kind, last) < 0;
        close_range(3, ~0u, 0);
    }
    return puts("bounded") < 0;
}
