//! attack: takes read-only off a mount with mount_setattr; seccomp refuses it and ends the run
//! status: forbidden
//! detail: mount_setattr
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const uint64_t attributes[4] = {0, 1 /* clear read-only */, 0, 0};
    return printf("the call was made: %ld\n", syscall(442, AT_FDCWD, "/", 0x8000, attributes, sizeof attributes)) < 0;
}
