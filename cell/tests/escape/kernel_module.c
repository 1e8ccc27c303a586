//! attack: loads a kernel module from a file of its own; seccomp refuses finit_module and ends the run
//! status: forbidden
//! detail: finit_module
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_finit_module, open("/tmp/module", O_RDWR | O_CREAT, 0600), "", 0)) < 0; }
