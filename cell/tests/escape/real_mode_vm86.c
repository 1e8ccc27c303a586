//! attack: enters virtual-8086 mode through the 32-bit table; foreign tables kill
//! status: forbidden
//! detail: foreign
//! machine: x86_64
int main(void)
{
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(166 /* vm86 */), "b"(0), "c"(0) : "memory");
    return 0;
}
