//! attack: searches all descriptors for one of ours that survived execve: a socket, a folder, the filter's listener; only 0, 1, 2
//! status: exited
//! stdout: untouched
//! quick: yes
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
int main(void)
{
    for (int fd = 3; fd < 1 << 16; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf("%d is open\n", fd);
    for (int fd = 0; fd < 3; fd++) {
        struct stat status;
        if (fstat(fd, &status) < 0 || S_ISDIR(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISBLK(status.st_mode))
            printf("%d is of the wrong sort: %o\n", fd, status.st_mode);
    }
    DIR *open_ones = opendir("/proc/self/fd");
    for (struct dirent *one; open_ones != NULL && (one = readdir(open_ones)) != NULL;)
        if (atoi(one->d_name) > 2 && atoi(one->d_name) != dirfd(open_ones))
            printf("/proc shows %s\n", one->d_name);
    return puts("untouched") < 0;
}
