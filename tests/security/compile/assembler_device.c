//! attack: put an endless device into the program
//! verdict: CE
//! limits: compile_time_ms=2000 compile_memory_bytes=268435456
__asm__(".incbin \"/dev/zero\"\n.incbin \"/dev/urandom\"");
int main(void) {}
