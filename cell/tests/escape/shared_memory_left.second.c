//! attack: finds what the run before left in System V shared memory, semaphores or a message queue; each run has an ipc namespace
//! status: exited
//! stdout: nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
int main(void)
{
    if (shmget(4711, 0, 0) >= 0)
        puts("shared memory");
    if (msgget(4711, 0) >= 0)
        puts("a message queue");
    if (semget(4711, 0, 0) >= 0)
        puts("semaphores");
    struct shmid_ds segment;
    struct shminfo info;
    const int last = shmctl(0, IPC_INFO, (struct shmid_ds *)&info);
    for (int i = 0; i <= last; i++)
        if (shmctl(i, SHM_STAT, &segment) >= 0)
            puts("a segment by its index");
    return puts("nothing") < 0;
}
