//! attack: have a terabyte written by one line
//! verdict: CE
//! limits: compile_time_ms=3000 compile_memory_bytes=268435456
__asm__(".data\n.fill 1000000000, 1000, 1");
int main(void) {}
