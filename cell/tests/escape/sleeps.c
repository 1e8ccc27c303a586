//! attack: sleeps past the wall limit; the run ends all the same
//! status: wall_time
//! limits: wall_time_ms=200
//! quick: yes
#include <unistd.h>
int main(void) { for (;;) sleep(1000); }
