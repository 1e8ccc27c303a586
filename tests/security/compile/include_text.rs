//! attack: macros that run at compile time: read a file of the host into the program
//! verdict: CE
fn main() { print!("{}", include_str!("@HOST_FILE@")); }
