//! status: wall_time
//! limits: wall_time_ms=200
#include <signal.h>
int main(void) { for (;;) raise(SIGSTOP); }
