use std::io::{self, Read};

const MODULUS: u32 = 1_000_000_007;

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    let numbers: Vec<usize> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let (h, w, a, b, p, t) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    let mut ways = vec![0u32; w];
    ways[0] = 1;
    for r in 0..h {
        let (mut value, step, mut west) = (a * r % p, (b + r) % p, 0u32);
        for (c, square) in ways.iter_mut().enumerate() {
            west += *square;
            if west >= MODULUS {
                west -= MODULUS;
            }
            if value < t && r + c > 0 && r + c < h + w - 2 {
                west = 0;
            }
            *square = west;
            value += step;
            if value >= p {
                value -= p;
            }
        }
    }
    println!("{}", ways[w - 1]);
}
