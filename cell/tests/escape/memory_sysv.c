//! attack: System V segments, messages and semaphores, which outlive their process as kernel memory; there are none
//! status: exited
//! stdout: refused
//! policy: toolchain
//! quick: yes
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
int main(void)
{
    if (shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0600) >= 0)
        return puts("a segment") < 0;
    if (msgget(IPC_PRIVATE, IPC_CREAT | 0600) >= 0)
        return puts("a queue of messages") < 0;
    if (semget(IPC_PRIVATE, 32000, IPC_CREAT | 0600) >= 0)
        return puts("32,000 semaphores") < 0;
    return puts("refused") < 0;
}
