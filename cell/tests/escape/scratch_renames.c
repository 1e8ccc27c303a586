//! attack: rename without end from several threads, with exchange and whiteout, for the machine's one lock on renames
//! status: cpu_time
//! limits: memory_bytes=67108864 cpu_time_ms=300
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *storm(void *unused)
{
    (void)unused;
    for (unsigned flags = 0;; flags = (flags + 1) % 5) { /* 1: only if free, 2: exchange, 4: leave a whiteout */
        syscall(SYS_renameat2, AT_FDCWD, "/tmp/a/x", AT_FDCWD, "/tmp/b/y", flags);
        syscall(SYS_renameat2, AT_FDCWD, "/tmp/b/y", AT_FDCWD, "/tmp/a/x", flags);
        rename("/tmp/a", "/tmp/b/a"); /* a folder into a folder needs the whole file system's lock */
        rename("/tmp/b/a", "/tmp/a");
    }
}
int main(void)
{
    mkdir("/tmp/a", 0700);
    mkdir("/tmp/b", 0700);
    close(open("/tmp/a/x", O_CREAT | O_WRONLY, 0600));
    pthread_t thread;
    for (int i = 0; i < 3; i++)
        pthread_create(&thread, NULL, storm, NULL);
    storm(NULL);
}
