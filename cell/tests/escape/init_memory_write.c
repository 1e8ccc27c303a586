//! attack: overwrites the memory of pid 1; seccomp refuses process_vm_writev and ends the run
//! status: forbidden
//! detail: process_vm_writev
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/uio.h>
int main(void)
{
    static char here[64];
    struct iovec from = {here, sizeof here}, to = {(void *)0x400000, sizeof here};
    return printf("the call was made: %zd bytes\n", process_vm_writev(1, &from, 1, &to, 1, 0)) < 0;
}
