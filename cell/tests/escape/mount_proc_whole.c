//! attack: mounts a /proc of its own, with the host's /proc/sys in it; seccomp refuses mount and ends the run
//! status: forbidden
//! detail: mount
#include <stdio.h>
#include <sys/mount.h>
int main(void) { return printf("the call was made: %d\n", mount("proc", "/tmp", "proc", 0, "")) < 0; }
