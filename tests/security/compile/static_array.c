//! attack: a program of 2 GB
//! verdict: CE
//! limits: compile_time_ms=5000 compile_memory_bytes=268435456
char all[2u << 30] = {1};
int main(void) { return all[1u << 30]; }
