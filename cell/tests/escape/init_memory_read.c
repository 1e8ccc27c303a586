//! attack: reads the memory of pid 1, which is a copy of the keeper's; seccomp refuses process_vm_readv and ends the run
//! status: forbidden
//! detail: process_vm_readv
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/uio.h>
int main(void)
{
    static char here[4096];
    struct iovec to = {here, sizeof here}, from = {(void *)0x400000, sizeof here};
    return printf("the call was made: %zd bytes\n", process_vm_readv(1, &to, 1, &from, 1, 0)) < 0;
}
