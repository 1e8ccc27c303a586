//! attack: watches every file that is opened on a mount, those of other runs too; seccomp refuses fanotify_init and ends the run
//! status: forbidden
//! detail: fanotify_init
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_fanotify_init, 0x200, 0)) < 0; }
