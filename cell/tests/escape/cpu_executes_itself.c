//! attack: executes itself again and again, so that each image has used little time; the cgroup adds all of it up
//! status: cpu_time
//! limits: cpu_time_ms=150
#include <unistd.h>
int main(int argc, char **argv)
{
    (void)argc;
    execv("/box/program", argv);
    return 1;
}
