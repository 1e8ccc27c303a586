//! attack: an endless device in the program
//! verdict: CE
//! limits: compile_time_ms=5000 compile_memory_bytes=268435456
fn main() { println!("{}", include_bytes!("/dev/zero").len()); }
