/* used by test_collection.py: a program that tries to be another one in the next test */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
static void gained(const char *what, int result)
{
    if (result >= 0)
        puts(what);
}
int main(void)
{
    static const char *const names[] = {"/box/program", "/proc/self/exe", "/proc/self/cwd/../box/program"};
    for (int i = 0; i < 3; i++) {
        gained("write", open(names[i], O_WRONLY));
        gained("read and write", open(names[i], O_RDWR));
        gained("truncate by name", truncate(names[i], 0));
        gained("chmod", chmod(names[i], 0777));
        gained("times", utimensat(AT_FDCWD, names[i], NULL, 0));
    }
    gained("unlink", unlink("/box/program"));
    gained("rename away", rename("/box/program", "/box/gone"));
    gained("rename over", rename("/box/program.c", "/box/program"));
    gained("link", link("/box/program", "/box/second"));
    gained("symlink", symlink("/box/program", "/box/second"));
    gained("create", open("/box/new", O_WRONLY | O_CREAT, 0644));
    gained("mkdir", mkdir("/box/folder", 0777));
    gained("mode of the box", chmod("/box", 0777));
    const int file = open("/box/program", O_RDONLY);
    gained("truncate", ftruncate(file, 0));
    gained("fchmod", fchmod(file, 0777));
    gained("map", mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED ? -1 : 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    gained("reopen", open(path, O_RDWR));
    gained("lock away", fcntl(file, F_SETLEASE, F_WRLCK));
    puts("as it was");
    return 0;
}
