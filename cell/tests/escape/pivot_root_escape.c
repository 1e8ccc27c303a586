//! attack: puts the old root on top again; seccomp refuses pivot_root and ends the run
//! status: forbidden
//! detail: pivot_root
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_pivot_root, ".", ".")) < 0; }
