//! attack: gets 16-bit and 32-bit segments, the ground of many kernel bugs; seccomp refuses modify_ldt and ends the run
//! status: forbidden
//! detail: modify_ldt
//! machine: x86_64
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { static char entry[16]; return printf("the call was made: %ld\n", syscall(SYS_modify_ldt, 1, entry, 16)) < 0; }
