//! attack: throw the view's files out of the page cache, so that every other run must read them from the disk again
//! status: exited
//! stdout: refused
//! quick: yes
/* Nobody needs the advice. That it reaches the kernel shows in what only the kernel can know: a pipe has no pages. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    return puts(posix_fadvise(ends[0], 0, 0, POSIX_FADV_DONTNEED) == ESPIPE ? "evicted" : "refused") < 0;
}
