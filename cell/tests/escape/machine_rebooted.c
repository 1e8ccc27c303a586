//! attack: asks for a reboot (with numbers that do nothing); seccomp refuses it and ends the run
//! status: forbidden
//! detail: reboot
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_reboot, 0xfee1dead, 0x28121969, 0 /* CAD off */, 0)) < 0; }
