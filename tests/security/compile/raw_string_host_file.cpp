//! attack: swallow a file whole between the marks of a raw string
//! verdict: CE
//! says: No such file
#include <cstdio>
const char *stolen = R"EOF(
)EOF"
#include "@HOST_FILE@"
;
int main() { std::puts(stolen); }
