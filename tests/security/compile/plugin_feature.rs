//! attack: load a compiler plugin, and turn on what is not stable
//! verdict: CE
#![feature(plugin, rustc_private)]
#![plugin(stolen)]
fn main() {}
