//! attack: a file that includes itself twice: two to the power of two hundred
//! verdict: CE
//! limits: compile_time_ms=2000
#include __FILE__
#include __FILE__
int main(void) {}
