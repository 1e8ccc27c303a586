//! attack: stops pid 1 through a descriptor of it, so that nobody reports the end; pid 1 is another user's
//! status: exited
//! stdout: untouched
//! policy: toolchain
//! quick: yes
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const int numbers[] = {SIGSTOP, SIGKILL, SIGTERM, SIGCHLD, 0};
    const long init = syscall(SYS_pidfd_open, 1, 0);
    for (unsigned i = 0; init >= 0 && i < sizeof numbers / sizeof *numbers; i++)
        if (syscall(SYS_pidfd_send_signal, init, numbers[i], 0, 0) == 0)
            printf("sent %d\n", numbers[i]);
    return puts("untouched") < 0;
}
