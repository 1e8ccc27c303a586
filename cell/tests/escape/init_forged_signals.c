//! attack: queues pid 1 signals that claim to come from the kernel or from a child; pid 1 is another user's
//! status: exited
//! stdout: untouched
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const int codes[] = {SI_QUEUE, SI_USER, SI_KERNEL, CLD_EXITED, SI_TKILL};
    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++) {
        siginfo_t info;
        memset(&info, 0, sizeof info);
        info.si_signo = SIGCHLD;
        info.si_code = codes[i];
        info.si_pid = 2;
        if (syscall(SYS_rt_sigqueueinfo, 1, SIGCHLD, &info) == 0 || syscall(SYS_rt_tgsigqueueinfo, 1, 1, SIGCHLD, &info) == 0)
            printf("queued with code %d\n", codes[i]);
    }
    return puts("untouched") < 0;
}
