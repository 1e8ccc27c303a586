//! attack: makes a POSIX message queue that outlives the run; there are none
//! status: exited
//! stdout: refused
//! quick: yes
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const long queue = syscall(SYS_mq_open, "left", O_RDWR | O_CREAT, 0600, 0);
    return puts(queue < 0 ? "refused" : "made") < 0;
}
