//! attack: makes every call from the end of the table on; what the list does not name is not there
//! status: exited
//! stdout: refused
//! quick: yes
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    for (long number = 464; number < 1024; number++)
        if (syscall(number, 0, 0, 0, 0, 0, 0) != -1 || errno != ENOSYS)
            printf("%ld: errno %d\n", number, errno);
    return puts("refused") < 0;
}
