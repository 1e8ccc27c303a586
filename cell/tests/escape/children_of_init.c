//! attack: makes its children pid 1's (CLONE_PARENT), which end first, with a code of their own; only the main process counts
//! status: exited
//! exit_code: 3
//! stdout: main
//! policy: toolchain
//! quick: yes
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    for (int i = 0; i < 20; i++)
        if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) {
            if (i % 2)
                kill(getpid(), SIGKILL);
            _exit(77);
        }
    usleep(50000);
    puts("main");
    return 3;
}
