//! attack: nests epoll descriptors in each other, whose wake-ups grow with every level; the kernel bounds them and the time is its own
//! status: exited | cpu_time
//! limits: cpu_time_ms=1000 open_files=1024
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
int main(void)
{
    enum { LEVELS = 5, WIDE = 50 };
    int fds[LEVELS][WIDE];
    const int event = eventfd(0, 0);
    for (int level = 0; level < LEVELS; level++)
        for (int i = 0; i < WIDE; i++) {
            fds[level][i] = epoll_create1(0);
            struct epoll_event wanted = {.events = EPOLLIN};
            for (int j = 0; j < WIDE; j++)
                epoll_ctl(fds[level][i], EPOLL_CTL_ADD, level == 0 ? event : fds[level - 1][j], &wanted);
        }
    const unsigned long long one = 1;
    for (int i = 0; i < 50; i++)
        (void)!write(event, &one, sizeof one);
    return puts("untouched") < 0;
}
