//! attack: calls through the 32-bit table, whose numbers mean other calls than the filter's; seccomp kills
//! status: forbidden
//! detail: foreign
//! machine: x86_64
//! quick: yes
/* getpid of the 32-bit table; its numbers mean other calls than the filter's */
int main(void)
{
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    return result < 0;
}
