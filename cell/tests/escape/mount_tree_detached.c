//! attack: copies the tree of mounts to a detached one, without what covers it here; seccomp refuses open_tree and ends the run
//! status: forbidden
//! detail: open_tree
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(428, AT_FDCWD, "/", 1 | 0x8000)) < 0; }
