//! attack: arms alarms that wake the machine from sleep, and reads clocks of other processes; both are refused
//! status: exited
//! stdout: refused
#include <stdio.h>
#include <sys/timerfd.h>
#include <time.h>
int main(void)
{
    timer_t timer;
    struct timespec now;
    if (timer_create(CLOCK_REALTIME_ALARM, NULL, &timer) == 0 || timerfd_create(CLOCK_BOOTTIME_ALARM, 0) >= 0)
        puts("an alarm");
    clockid_t init;
    if (clock_getcpuclockid(1, &init) == 0 && clock_gettime(init, &now) == 0 && now.tv_sec > 1)
        puts("the clock of pid 1");
    return puts("refused") < 0;
}
