//! attack: adds filters of its own: with a listener that answers for the kernel, with a log, by prctl; none can be added
//! status: exited
//! stdout: refused
//! quick: yes
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)};
    struct sock_fprog program = {1, code};
    const unsigned flags[] = {0, SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW};
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags[i], &program) >= 0)
            return printf("flags %u\n", flags[i]) < 0;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
        return puts("prctl") < 0;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 0) == 0)
        return 1;
    return puts("refused") < 0;
}
