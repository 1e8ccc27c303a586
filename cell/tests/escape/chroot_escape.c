//! attack: the classic way out: chroot below an open folder, then climb; seccomp refuses chroot and ends the run
//! status: forbidden
//! detail: chroot
//! quick: yes
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    mkdir("/tmp/below", 0700);
    const int outside = open("/", O_RDONLY);
    const int made = chroot("/tmp/below");
    for (int i = 0; made == 0 && i < 64; i++)
        made + fchdir(outside) + chdir("..");
    return printf("the call was made: %d\n", made) < 0;
}
