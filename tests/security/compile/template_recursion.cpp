//! attack: templates without end
//! verdict: CE
//! limits: compile_time_ms=3000 compile_memory_bytes=536870912
template <class T> struct Deeper { Deeper<Deeper<T>> *next() { return Deeper<Deeper<T>>().next(); } };
int main() { Deeper<int>().next(); }
