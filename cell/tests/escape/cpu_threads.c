//! attack: spreads its CPU time over threads; the cgroup adds all of it up
//! status: cpu_time
//! limits: cpu_time_ms=200
//! quick: yes
#include <pthread.h>
#include <stddef.h>
static void *spin(void *unused) { (void)unused; for (volatile int i = 0;; i++); }
int main(void)
{
    pthread_t thread;
    for (int i = 0; i < 4; i++)
        pthread_create(&thread, NULL, spin, NULL);
    spin(NULL);
}
