//! attack: computes between the kernel's ticks and sleeps across them, so that sampled accounting sees nothing; it is exact
//! status: cpu_time
//! limits: cpu_time_ms=200 wall_time_ms=15000
#include <time.h>
static long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
int main(void)
{
    const struct timespec moment = {0, 50000};
    for (;;) {
        const long began = now_us();
        while (now_us() - began < 700)
            ;
        nanosleep(&moment, 0);
    }
}
