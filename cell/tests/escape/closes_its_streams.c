//! attack: closes its three streams and opens others in their place, so that the end of output is no sign of the end
//! status: exited
//! exit_code: 3
//! stdout: before
//! quick: yes
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    (void)!write(1, "before\n", 7);
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    for (int fd = 0; fd < 3; fd++)
        open("/dev/null", O_RDWR);
    usleep(50000);
    (void)!write(1, "after\n", 6);
    return 3;
}
