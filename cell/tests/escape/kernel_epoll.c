//! attack: descriptors that wait for each other, in a chain and all for all, to make each wake-up costly; time is counted
//! status: exited | memory | cpu_time
//! policy: toolchain
//! limits: memory_bytes=67108864 open_files=512 cpu_time_ms=2000
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
enum { COUNT = 200 };
int main(void)
{
    int events[COUNT];
    int polls[COUNT];
    for (int i = 0; i < COUNT; i++) {
        events[i] = eventfd(0, 0);
        polls[i] = epoll_create1(0);
    }
    struct epoll_event edge = {.events = EPOLLIN | EPOLLET};
    for (int i = 0; i < COUNT; i++)
        for (int k = 0; k < COUNT; k++)
            epoll_ctl(polls[i], EPOLL_CTL_ADD, events[k], &edge);
    for (int i = 1; i < COUNT; i++)
        epoll_ctl(polls[i - 1], EPOLL_CTL_ADD, polls[i], &edge); /* the kernel allows five in a row */
    for (int i = 0; i < 50; i++)
        eventfd_write(events[i], 1);
    return puts("bounded") < 0;
}
