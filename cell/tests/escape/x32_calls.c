//! attack: calls through the x32 table; seccomp kills
//! status: forbidden
//! detail: foreign
//! machine: x86_64
//! quick: yes
#include <unistd.h>
int main(void) { return syscall(0x40000000 | 39) < 0; }
