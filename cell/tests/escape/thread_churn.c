//! attack: starts and ends threads without end, so that each is too short to be seen; the cgroup adds all of them up
//! status: cpu_time
//! limits: cpu_time_ms=150
#include <pthread.h>
#include <stddef.h>
static void *nothing(void *unused) { return unused; }
int main(void)
{
    for (;;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, nothing, NULL) == 0)
            pthread_join(thread, NULL);
    }
}
