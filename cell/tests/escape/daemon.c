//! attack: a grandchild in a session of its own holds stdout and outlives the run; it dies with the pid namespace
//! status: exited
//! stdout: parent
//! wall_time_under_ms: 1000
//! policy: toolchain
//! quick: yes
/* a grandchild in a session of its own holds stdout open and would write to it later */
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    puts("parent");
    fflush(stdout);
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            sleep(2);
            puts("daemon");
            fflush(stdout);
            for (;;)
                pause();
        }
        _exit(0);
    }
    usleep(20000);
    return 0;
}
