//! attack: starts threads without end; they count as processes
//! status: exited
//! stdout: no more threads
//! limits: processes=16
//! quick: yes
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static void *wait_forever(void *unused) { (void)unused; for (;;) pause(); }
int main(void)
{
    pthread_t thread;
    for (int i = 0; i < 100; i++)
        if (pthread_create(&thread, NULL, wait_forever, NULL) != 0)
            return puts("no more threads") < 0;
    return 1;
}
