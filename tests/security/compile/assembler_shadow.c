//! attack: the same with the password file, and by an assembler's include
//! verdict: CE
//! says: No such file or directory
__asm__(".include \"/etc/shadow\"\n.incbin \"/etc/shadow\"");
int main(void) {}
