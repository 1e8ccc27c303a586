//! attack: makes a handle of a file, to open it outside the root later; seccomp refuses name_to_handle_at and ends the run
//! status: forbidden
//! detail: name_to_handle_at
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
int main(void)
{
    static struct { struct file_handle head; char bytes[128]; } handle = {{128, 0}, {0}};
    int mount = 0;
    return printf("the call was made: %d\n", name_to_handle_at(AT_FDCWD, "/", &handle.head, &mount, 0)) < 0;
}
