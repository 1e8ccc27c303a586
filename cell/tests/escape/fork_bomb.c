//! attack: forks without end; the limit of processes and of CPU time hold
//! status: cpu_time
//! limits: cpu_time_ms=200 processes=32
//! policy: toolchain
//! quick: yes
#include <unistd.h>
int main(void) { for (;;) fork(); }
