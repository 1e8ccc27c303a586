//! attack: crash, so that the host's crash handler runs as root on what we were; a limit of 1 is the kernel's word for never
//! status: exited
//! stdout: refused
//! policy: toolchain
//! quick: yes
/* Where core_pattern is a pipe (systemd-coredump, apport), the kernel ignores a limit of 0 and starts the handler: core(5).
 * Only a limit of exactly 1 stops it (fs/coredump.c), so it must be 1, and must not be lowered. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
int main(void)
{
    struct rlimit core;
    if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 1 || core.rlim_max != 1)
        return puts("the limit is not 1") < 0;
    core.rlim_cur = 0;
    if (setrlimit(RLIMIT_CORE, &core) == 0 || prlimit(0, RLIMIT_CORE, &core, NULL) == 0)
        return puts("the limit was lowered") < 0;
    return puts("refused") < 0;
}
