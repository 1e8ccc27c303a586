//! attack: the main thread ends and another sleeps for ever: a zombie that has not ended; the wall limit does it
//! status: wall_time
//! limits: wall_time_ms=200
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>
static void *sleep_on(void *unused) { for (;;) pause(); return unused; }
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, sleep_on, NULL);
    pthread_exit(NULL);
}
