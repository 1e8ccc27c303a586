//! status: forbidden
//! detail: foreign
//! machine: x86_64
#include <unistd.h>
int main(void) { return syscall(0x40000000 | 39) < 0; }
