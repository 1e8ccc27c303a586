//! attack: blocks every signal and sleeps; the wall limit's SIGKILL cannot be blocked
//! status: wall_time
//! limits: wall_time_ms=200
#include <signal.h>
#include <unistd.h>
int main(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, 0);
    for (;;)
        sigwaitinfo(&all, 0);
}
