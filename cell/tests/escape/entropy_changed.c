//! attack: changes the kernel's random numbers: adds entropy that it knows, clears the pool; needs a capability
//! status: exited
//! stdout: refused
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <sys/ioctl.h>
int main(void)
{
    int bits = 8;
    struct { struct rand_pool_info head; int data; } known = {{8, 4}, 0};
    const int fds[2] = {open("/dev/random", O_RDWR), open("/dev/urandom", O_RDWR)};
    for (int i = 0; i < 2; i++)
        if (ioctl(fds[i], RNDADDTOENTCNT, &bits) == 0 || ioctl(fds[i], RNDADDENTROPY, &known) == 0 || ioctl(fds[i], RNDCLEARPOOL, 0) == 0
            || ioctl(fds[i], RNDRESEEDCRNG, 0) == 0)
            printf("device %d\n", i);
    return puts("refused") < 0;
}
