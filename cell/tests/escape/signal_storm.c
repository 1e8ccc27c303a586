//! attack: threads storm pid 1, process group 0 and everyone (-1) with signals; only the run itself gets them
//! status: exited
//! stdout: untouched
//! limits: cpu_time_ms=5000
//! quick: yes
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static void *storm(void *unused)
{
    const int numbers[] = {SIGUSR1, SIGTERM, SIGHUP, SIGCHLD, SIGWINCH};
    for (int i = 0; i < 4000; i++) {
        kill(1, numbers[i % 5]);
        kill(-1, numbers[i % 5]);
        kill(0, numbers[i % 5]);
        if (i % 8 == 0)
            kill(1, SIGKILL);
    }
    return unused;
}
int main(void)
{
    pthread_t threads[4];
    for (int number = 1; number < 32; number++)
        signal(number, SIG_IGN);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, storm, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return puts("untouched") < 0;
}
