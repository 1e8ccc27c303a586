//! attack: watch every file of the view, so that the machine must keep each one's inode in memory; watches are counted
//! status: exited | memory
//! policy: toolchain
//! limits: memory_bytes=67108864
#define _GNU_SOURCE
#include <ftw.h>
#include <stdio.h>
#include <sys/inotify.h>
static int instance;
static long watches;
static int watch(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status, (void)type, (void)where;
    return inotify_add_watch(instance, path, IN_ALL_EVENTS) >= 0 && ++watches >= 500000;
}
int main(void)
{
    instance = inotify_init1(0);
    nftw("/usr", watch, 16, FTW_PHYS);
    return puts(watches < 500000 ? "bounded" : "without end") < 0;
}
