//! attack: have the compiler use up memory
//! verdict: CE
//! limits: compile_time_ms=5000 compile_memory_bytes=134217728
#include <array>
constexpr auto fill() { std::array<long, (1 << 26)> all{}; for (auto &one : all) one = 7; return all; }
constexpr auto all = fill();
int main() { return all[5]; }
