//! attack: plays with the pipe of its output: opens it again, grows it, takes its rights, asks for signals to pid 1; only bytes arrive
//! status: exited
//! stdout: untouched
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    signal(SIGIO, SIG_IGN);
    fcntl(1, F_SETOWN, 1);
    fcntl(1, F_SETSIG, SIGKILL);
    fcntl(1, F_SETFL, O_WRONLY | O_NONBLOCK | O_ASYNC | O_DIRECT);
    fcntl(1, F_SETPIPE_SZ, 1 << 30);
    fcntl(1, F_SETLK, &(struct flock){.l_type = F_WRLCK});
    /* its own pipe, which may be opened again (/dev/stdout); what it does to it harms nobody else */
    const int reader = open("/proc/self/fd/1", O_RDONLY | O_NONBLOCK);
    fcntl(reader, F_SETPIPE_SZ, 4096);
    fchmod(1, 0);
    fchown(1, 0, 0);
    fcntl(1, F_SETFL, O_WRONLY);
    return puts("untouched") < 0;
}
