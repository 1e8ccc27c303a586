//! attack: reads the session's keys, which are shared by whoever has the same session; seccomp refuses keyctl and ends the run
//! status: forbidden
//! detail: keyctl
//! quick: yes
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_keyctl, 0, -3, 1)) < 0; }
