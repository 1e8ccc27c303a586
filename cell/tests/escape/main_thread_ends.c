//! attack: the main thread ends and another goes on spinning; the process lives, and its time counts
//! status: cpu_time
//! limits: cpu_time_ms=200
#include <pthread.h>
#include <stddef.h>
static void *spin(void *unused) { (void)unused; for (volatile int i = 0;; i++); }
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, spin, NULL);
    pthread_exit(NULL);
}
