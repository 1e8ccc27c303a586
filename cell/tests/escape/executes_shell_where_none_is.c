//! attack: becomes a shell in a view that has libraries only; there is none to execute
//! status: exited
//! stdout: refused
//! policy: toolchain
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(void)
{
    execl("/bin/sh", "sh", "-c", "echo became it", (char *)NULL);
    execl("/usr/bin/sh", "sh", "-c", "echo became it", (char *)NULL);
    system("echo became it");
    return puts("refused") < 0;
}
