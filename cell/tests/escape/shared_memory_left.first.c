//! attack: leaves System V shared memory, semaphores and a message queue for the next run in the same slot
//! status: exited
//! stdout: left
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
int main(void)
{
    const int segment = shmget(4711, 4096, IPC_CREAT | 0666);
    char *memory = shmat(segment, NULL, 0);
    if (segment >= 0 && memory != (void *)-1)
        strcpy(memory, "an answer");
    struct { long kind; char text[16]; } message = {1, "an answer"};
    const int queue = msgget(4711, IPC_CREAT | 0666);
    msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT);
    semget(4711, 8, IPC_CREAT | 0666);
    return puts("left") < 0;
}
