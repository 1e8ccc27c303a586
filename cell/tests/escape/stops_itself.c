//! attack: stops itself for ever; wall time goes on
//! status: wall_time
//! limits: wall_time_ms=200
//! quick: yes
#include <signal.h>
int main(void) { for (;;) raise(SIGSTOP); }
