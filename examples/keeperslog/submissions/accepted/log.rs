use std::io::{self, BufWriter, Write};

fn main() -> io::Result<()> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    let n: u32 = line.trim().parse().unwrap();
    let mut out = BufWriter::new(io::stdout());
    for step in 1u32..1 << n {
        writeln!(out, "{} {}", step.trailing_zeros() + 1, (step ^ (step >> 1)).count_ones())?;
    }
    out.flush()
}
