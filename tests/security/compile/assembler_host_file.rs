//! attack: put a file of the host into the program by the assembler
//! verdict: CE
std::arch::global_asm!(".globl stolen", "stolen: .incbin \"@HOST_FILE@\"", ".byte 0");
extern "C" { static stolen: u8; }
fn main() { unsafe { println!("{}", stolen) } }
