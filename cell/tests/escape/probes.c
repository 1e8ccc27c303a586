//! attack: probes for kernel interfaces of large attack surface; they are as if not built in
//! status: exited
//! stdout: ENOSYS
//! quick: yes
/* what runtimes probe for is not there, rather than fatal */
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const int numbers[] = {425 /* io_uring_setup */, 426, 427, 435 /* clone3 */, 444 /* landlock_create_ruleset */, 463};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        errno = 0;
        if (syscall(numbers[i], 0, 0, 0, 0, 0) != -1 || errno != ENOSYS)
            return printf("%d: errno %d\n", numbers[i], errno) < 0;
    }
    return puts("ENOSYS") < 0;
}
