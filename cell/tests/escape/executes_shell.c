//! attack: becomes a shell, where the view has one; a compiled program may execute nothing but itself
//! status: exited
//! stdout: refused
//! view: toolchain
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    const char *const programs[] = {"/bin/sh", "/usr/bin/sh", "/usr/bin/bash", "/usr/bin/python3", "/usr/bin/true"};
    for (unsigned i = 0; i < sizeof programs / sizeof *programs; i++)
        execl(programs[i], programs[i], "-c", "print('became it')", (char *)NULL);
    return puts("refused") < 0;
}
