//! attack: loads a program into the kernel; seccomp refuses bpf and ends the run
//! status: forbidden
//! detail: bpf
//! quick: yes
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    static const uint64_t code[2] = {0xb7, 0x95}; /* return 0 */
    struct { uint32_t kind, count; uint64_t code, licence; uint64_t rest[12]; } attributes = {1, 2, (uintptr_t)code, (uintptr_t)"GPL", {0}};
    return printf("the call was made: %ld\n", syscall(SYS_bpf, 5, &attributes, sizeof attributes)) < 0;
}
