//! attack: executes itself with ever larger arguments, which the kernel copies; their size is bounded, and they count as memory
//! status: exited
//! stdout: refused
//! limits: memory_bytes=268435456
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void)
{
    enum { LARGE = 128 * 1024 - 1, MANY = 4096 };
    static char *arguments[MANY + 1];
    char *large = malloc(LARGE);
    memset(large, 'x', LARGE);
    large[LARGE - 1] = 0;
    for (int i = 0; i < MANY; i++)
        arguments[i] = large;
    execv("/box/program", arguments);
    const int error = errno;
    char *longer = malloc(4 * LARGE), *two[] = {"program", longer, NULL};
    memset(longer, 'x', 4 * LARGE);
    longer[4 * LARGE - 1] = 0;
    execv("/box/program", two);
    return puts(error == E2BIG && errno == E2BIG ? "refused" : "executed") < 0;
}
