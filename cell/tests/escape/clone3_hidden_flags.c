//! attack: hides namespace flags, and the pid that it wants, behind clone3's pointer; clone3 is as if not built in
//! status: exited
//! stdout: refused
//! quick: yes
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
struct arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};
int main(void)
{
    const uint64_t flags[] = {0, 0x10000000 /* NEWUSER */, 0x20000000 /* NEWPID */, 0x80 /* NEWTIME */, 0x200000000 /* INTO_CGROUP */};
    int32_t wanted = 1;
    for (unsigned i = 0; i < 2 * sizeof flags / sizeof *flags; i++) {
        struct arguments arguments = {.flags = flags[i / 2], .exit_signal = 17};
        if (i % 2 == 1) {
            arguments.set_tid = (uintptr_t)&wanted;
            arguments.set_tid_size = 1;
        }
        const long child = syscall(435, &arguments, sizeof arguments);
        if (child == 0)
            _exit(0);
        if (child > 0 || errno != ENOSYS)
            return printf("flags %#lx: %ld, errno %d\n", (unsigned long)arguments.flags, child, errno) < 0;
    }
    return puts("refused") < 0;
}
