//! attack: settings of one's own where the compiler works
//! verdict: ok
//! stdout: clean
fn main() { println!("clean"); }
