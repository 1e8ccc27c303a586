//! attack: the same with bytes, and relative to the source
//! verdict: CE
static STOLEN: &[u8] = include_bytes!("../../../../..@HOST_FILE@");
fn main() { println!("{:?}", STOLEN); }
