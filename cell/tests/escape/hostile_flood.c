//! attack: threads make hostile calls by the hundred, broken off by signals and made again; the first ends the run
//! status: forbidden
//! detail: ptrace
//! quick: yes
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <unistd.h>
static void nothing(int number) { (void)number; }
static void *call(void *unused)
{
    for (;;)
        ptrace(PTRACE_SEIZE, 1, 0, 0);
    return unused;
}
int main(void)
{
    const struct itimerval often = {{0, 100}, {0, 100}};
    signal(SIGALRM, nothing);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 32; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, call, NULL);
    }
    call(NULL);
    return puts("ended") < 0;
}
