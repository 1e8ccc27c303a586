//! attack: include an endless device
//! verdict: CE
//! limits: compile_time_ms=2000 compile_memory_bytes=268435456
#include </dev/urandom>
int main(void) {}
