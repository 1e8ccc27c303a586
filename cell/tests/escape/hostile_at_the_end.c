//! attack: makes a hostile call in the moment in which the run ends, so that it might be overlooked or taken for our fault
//! status: exited | forbidden
#include <pthread.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <unistd.h>
static volatile int begun;
static void *call(void *unused)
{
    begun = 1;
    ptrace(PTRACE_SEIZE, 1, 0, 0);
    return unused;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, call, NULL);
    while (!begun)
        ;
    _exit(0);
}
