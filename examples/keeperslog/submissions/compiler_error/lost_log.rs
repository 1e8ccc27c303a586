// The log is moved into the closure, and then used again: the borrow checker says no.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let log: Vec<u32> = (1u32..1 << line.trim().parse::<u32>().unwrap()).collect();
    let count = move || log.len();
    for step in log {
        println!("{} {}", step.trailing_zeros() + 1, count());
    }
}
