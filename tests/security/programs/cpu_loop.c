//! status: cpu_time
//! limits: cpu_time_ms=200
int main(void) { for (volatile int i = 0;; i++); }
