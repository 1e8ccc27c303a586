//! attack: vforks without end, each child in turn stopping its parent; CPU time of all counts together
//! status: cpu_time
//! limits: cpu_time_ms=300 processes=32
//! policy: toolchain
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    for (;;) {
        const pid_t child = vfork();
        if (child == 0)
            _exit(0);
        waitpid(-1, 0, WNOHANG);
    }
}
