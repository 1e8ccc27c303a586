//! attack: have the linker read a file of the host as a script or library, by names in the source
//! verdict: CE
#pragma comment(lib, "@HOST_FILE@")
__asm__(".section .drectve\n.ascii \" -T@HOST_FILE@ \"\n.section .deplibs,\"MS\",@progbits,1\n.asciz \"@HOST_FILE@\"");
extern int @HOST_NAME@;
int main(void) { return @HOST_NAME@; }
