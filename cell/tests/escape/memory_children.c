//! attack: the OOM killer picks a child and the parent wants to live on; the whole run dies
//! status: memory
//! limits: memory_bytes=67108864
//! wall_time_under_ms: 3000
//! policy: toolchain
/* the OOM killer picks a child; the parent must not survive it */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            for (;;)
                memset(malloc(1 << 20), 1, 1 << 20);
    while (wait(NULL) > 0)
        ;
    for (;;)
        pause();
}
