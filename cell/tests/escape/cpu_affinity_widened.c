//! attack: takes more cores than the run may use, by affinity and by threads; the cpuset holds
//! status: exited
//! stdout: 1
//! limits: cores=1
//! quick: yes
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
static void *count(void *cores)
{
    cpu_set_t all, mine;
    memset(&all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    sched_getaffinity(0, sizeof mine, &mine);
    *(int *)cores = CPU_COUNT(&mine);
    return NULL;
}
int main(void)
{
    int cores = 0, most = 0;
    for (int i = 0; i < 8; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, count, &cores);
        pthread_join(thread, NULL);
        most = cores > most ? cores : most;
    }
    return printf("%d\n", most) < 0;
}
