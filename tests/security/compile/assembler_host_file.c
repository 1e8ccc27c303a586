//! attack: put a file of the host into the program, past the preprocessor
//! verdict: CE
__asm__(".globl stolen\nstolen: .incbin \"@HOST_FILE@\"\n.byte 0");
extern const char stolen[];
int puts(const char *);
int main(void) { return puts(stolen); }
