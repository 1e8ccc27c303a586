//! attack: waits in a vfork that no signal but SIGKILL can break, while its child sleeps; the wall limit does
//! status: wall_time
//! limits: wall_time_ms=200
//! policy: toolchain
#include <unistd.h>
int main(void)
{
    if (vfork() == 0)
        for (;;)
            pause();
    return 0;
}
