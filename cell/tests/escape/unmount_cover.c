//! attack: unmounts what covers the old root; seccomp refuses umount2 and ends the run
//! status: forbidden
//! detail: umount2
#include <stdio.h>
#include <sys/mount.h>
int main(void) { return printf("the call was made: %d\n", umount2("/", MNT_DETACH)) < 0; }
