//! attack: folders in folders as deep as they go, for whoever must remove them; the mount goes as a whole
//! status: exited
//! stdout: refused
//! limits: memory_bytes=67108864 scratch_inodes=4000
//! wall_time_under_ms: 3000
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    char name[256];
    for (int i = 0; i < 255; i++)
        name[i] = 'd';
    name[255] = '\0';
    for (int depth = 0; depth < 100000; depth++)
        if (mkdir(name, 0700) < 0 || chdir(name) < 0) /* AppArmor wants a whole path, and 8 KiB of it are the most */
            return puts(errno == ENOSPC || (errno == ENAMETOOLONG && depth > 16) ? "refused" : "something else") < 0;
    return puts("without end") < 0;
}
