//! status: wall_time
//! limits: wall_time_ms=200
#include <unistd.h>
int main(void) { for (;;) sleep(1000); }
