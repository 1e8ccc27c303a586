//! attack: takes a personality that weakens its memory's protection or lies about the machine; only Linux, and no randomisation
//! status: exited
//! stdout: refused
#include <errno.h>
#include <stdio.h>
#include <sys/personality.h>
int main(void)
{
    const unsigned long wanted[] = {READ_IMPLIES_EXEC, ADDR_COMPAT_LAYOUT, MMAP_PAGE_ZERO, PER_LINUX32, UNAME26, WHOLE_SECONDS, STICKY_TIMEOUTS, PER_SVR4};
    for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (personality(wanted[i]) >= 0)
            printf("%#lx\n", wanted[i]);
    return puts("refused") < 0;
}
