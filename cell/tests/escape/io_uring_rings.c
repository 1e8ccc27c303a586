//! attack: sets up io_uring, whose calls no filter sees, and old asynchronous I/O; neither is there
//! status: exited
//! stdout: refused
//! quick: yes
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    static long parameters[64];
    long context = 0;
    for (int number = 425; number <= 427; number++)
        if (syscall(number, 8, parameters, 0, 0, 0, 0) >= 0 || errno != ENOSYS)
            printf("%d: errno %d\n", number, errno);
    if (syscall(SYS_io_setup, 1, &context) >= 0 || errno != ENOSYS)
        printf("io_setup: errno %d\n", errno);
    return puts("refused") < 0;
}
