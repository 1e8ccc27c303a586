//! attack: dies with a core dump, which the host's core_pattern might take out as root; no core is made
//! status: signalled
//! signal: 11
//! policy: toolchain
//! stdout: no core
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    const struct rlimit raised = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_CORE, &raised);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    const pid_t child = fork();
    if (child == 0) {
        raise(SIGSEGV);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    puts(WIFSIGNALED(status) && !WCOREDUMP(status) && access("core", F_OK) < 0 ? "no core" : "a core");
    fflush(stdout);
    raise(SIGSEGV);
    return 0;
}
