//! attack: have the linker take a file of the host as a library
//! verdict: CE
#[link(name = "/../../../../..@HOST_FILE@", kind = "static")]
extern "C" { fn stolen(); }
fn main() { unsafe { stolen() } }
