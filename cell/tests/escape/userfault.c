//! attack: handles page faults of the kernel itself, which holds it at a point of the attacker's choice; seccomp ends the run
//! status: forbidden
//! detail: userfaultfd
//! quick: yes
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_userfaultfd, 1 /* user mode only */)) < 0; }
