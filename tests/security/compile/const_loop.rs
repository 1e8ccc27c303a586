//! attack: have the compiler compute for ever
//! verdict: CE
//! limits: compile_time_ms=3000 compile_memory_bytes=536870912
const fn spin() -> u64 { let mut n = 0u64; while n < u64::MAX { n += 1; } n }
const FOREVER: u64 = spin();
fn main() { println!("{}", FOREVER); }
