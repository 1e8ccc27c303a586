//! attack: ignores every signal, SIGTERM and SIGXCPU too, and spins; SIGKILL cannot be ignored
//! status: cpu_time
//! limits: cpu_time_ms=200
//! quick: yes
#include <signal.h>
int main(void)
{
    for (int number = 1; number < 65; number++)
        signal(number, SIG_IGN);
    for (volatile int i = 0;; i++);
}
