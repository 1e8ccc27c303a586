//! attack: have the compiler compute for ever
//! verdict: CE
//! limits: compile_time_ms=2000 compile_memory_bytes=536870912
constexpr long spin() { long n = 0; for (;;) ++n; return n; }
constexpr long forever = spin();
int main() { return forever; }
