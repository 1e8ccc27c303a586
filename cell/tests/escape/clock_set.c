//! attack: sets the machine's clock; seccomp refuses clock_settime and ends the run
//! status: forbidden
//! detail: clock_settime
#include <stdio.h>
#include <time.h>
int main(void)
{
    const struct timespec then = {1, 0};
    return printf("the call was made: %d\n", clock_settime(CLOCK_REALTIME, &then)) < 0;
}
