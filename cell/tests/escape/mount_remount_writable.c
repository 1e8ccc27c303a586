//! attack: makes the read-only root writable by a remount; seccomp refuses mount and ends the run
//! status: forbidden
//! detail: mount
//! quick: yes
#include <stdio.h>
#include <sys/mount.h>
int main(void) { return printf("the call was made: %d\n", mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0)) < 0; }
