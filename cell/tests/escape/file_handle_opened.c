//! attack: opens the host's root by its handle, inode 2 ("shocker"); seccomp refuses open_by_handle_at and ends the run
//! status: forbidden
//! detail: open_by_handle_at
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
int main(void)
{
    static struct { struct file_handle head; unsigned char bytes[8]; } handle = {{8, 1}, {2}};
    return printf("the call was made: %d\n", open_by_handle_at(open("/", O_RDONLY), &handle.head, O_RDONLY)) < 0;
}
