//! status: cpu_time
//! limits: cpu_time_ms=300 processes=32
#include <unistd.h>
int main(void) { for (;;) fork(); }
