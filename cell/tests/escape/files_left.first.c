//! attack: leaves files for the next run in the same slot, in every folder it may write to, hidden and without rights
//! status: exited
//! stdout: left
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    const char *const folders[] = {"/tmp", "/dev/shm", "/box", "/var/tmp", "/run", "/", "/etc", "/dev", "/proc"};
    for (unsigned i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/.left", folders[i]);
        mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/.left/answer", folders[i]);
        close(open(path, O_WRONLY | O_CREAT, 0));
    }
    chmod("/tmp/.left", 0);
    return puts("left") < 0;
}
