//! attack: makes a file system with fsopen, which needs no mount point; seccomp refuses it and ends the run
//! status: forbidden
//! detail: fsopen
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(430, "cgroup2", 0)) < 0; }
