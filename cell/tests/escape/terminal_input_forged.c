//! attack: types into the operator's terminal (TIOCSTI), or pastes (TIOCLINUX); there is no terminal
//! status: exited
//! stdout: refused
//! quick: yes
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
int main(void)
{
    char key = 'x';
    int fds[6] = {0, 1, 2, open("/dev/tty", O_RDWR), open("/dev/console", O_RDWR), open("/dev/ptmx", O_RDWR)};
    for (int i = 0; i < 6; i++) {
        if (ioctl(fds[i], TIOCSTI, &key) == 0 || ioctl(fds[i], TIOCLINUX, &key) == 0 || ioctl(fds[i], TIOCSCTTY, 1) == 0
            || ioctl(fds[i], TIOCCONS, 0) == 0)
            printf("descriptor %d\n", i);
        if (isatty(fds[i]))
            printf("%d is a terminal\n", i);
    }
    return puts("refused") < 0;
}
