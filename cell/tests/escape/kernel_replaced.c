//! attack: loads another kernel; seccomp refuses kexec_load and ends the run
//! status: forbidden
//! detail: kexec_load
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_kexec_load, 0, 0, 0, 0)) < 0; }
