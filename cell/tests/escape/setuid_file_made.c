//! attack: sets the set-uid and set-gid bits on a program of its own and runs it; it stays the same user
//! status: exited
//! stdout: untouched
//! policy: toolchain
#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    if (argc > 1)
        return getuid() != geteuid() || getgid() != getegid() || geteuid() < 1000;
    const int from = open("/proc/self/exe", O_RDONLY), to = open("/tmp/copy", O_WRONLY | O_CREAT, 0755);
    while (sendfile(to, from, NULL, 1 << 20) > 0)
        ;
    fchmod(to, 06755);
    close(to);
    const pid_t child = fork();
    if (child == 0) {
        execl("/tmp/copy", "/tmp/copy", "again", (char *)NULL);
        _exit(0); /* refused: as good */
    }
    int status = 0;
    waitpid(child, &status, 0);
    return puts(status == 0 ? "untouched" : "another user") < 0;
}
