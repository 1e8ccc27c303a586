//! attack: an endless loop of the assembler
//! verdict: CE
//! limits: compile_time_ms=2000 compile_memory_bytes=268435456
__asm__(".macro again\nagain\nagain\n.endm\n.rept 1000000000\n.long 1\n.endr");
int main(void) {}
