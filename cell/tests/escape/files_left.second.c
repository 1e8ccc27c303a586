//! attack: finds files that the run before left; /tmp is new for each run and nothing else can be written
//! status: exited
//! stdout: nothing
#include <stdio.h>
#include <sys/stat.h>
int main(void)
{
    const char *const paths[] = {"/tmp/.left", "/dev/shm/.left", "/box/.left", "/var/tmp/.left", "/run/.left", "/.left", "/etc/.left", "/dev/.left", "/proc/.left"};
    struct stat status;
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        if (lstat(paths[i], &status) == 0)
            puts(paths[i]);
    return puts("nothing") < 0;
}
