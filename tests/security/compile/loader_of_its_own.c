//! attack: name another program as one's loader, which the kernel would execute; the linker puts the real one first
//! verdict: ok
const char loader[] __attribute__((section(".interp"))) = "/usr/bin/python3";
int main(void) {}
