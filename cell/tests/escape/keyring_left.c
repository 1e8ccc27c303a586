//! attack: leaves a key for the next run of the same user; seccomp refuses add_key and ends the run
//! status: forbidden
//! detail: add_key
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_add_key, "user", "left", "x", 1, -4)) < 0; }
