//! attack: never ends; the CPU limit does it
//! status: cpu_time
//! limits: cpu_time_ms=200
//! quick: yes
int main(void) { for (volatile int i = 0;; i++); }
