//! attack: takes every right to files from itself, so that a step of ours in its process fails; there is no such step
//! status: exited
//! stdout: untouched
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const uint64_t every = (1 << 13) - 1;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const long rules = syscall(444, &every, sizeof every, 0);
    if (rules >= 0)
        syscall(446, rules, 0);
    return puts("untouched") < 0;
}
