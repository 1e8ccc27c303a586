use std::io;

fn sort_and_count(speeds: &mut [u32], spare: &mut [u32]) -> u64 {
    let n = speeds.len();
    if n < 2 {
        return 0;
    }
    let middle = n / 2;
    let mut toasts = sort_and_count(&mut speeds[..middle], spare) + sort_and_count(&mut speeds[middle..], spare);
    let (mut left, mut right) = (0, middle);
    for slot in spare[..n].iter_mut() {
        if right == n || (left < middle && speeds[left] < speeds[right]) {
            *slot = speeds[left];
            left += 1;
        } else {
            *slot = speeds[right];
            right += 1;
            toasts += left as u64;
        }
    }
    speeds.copy_from_slice(&spare[..n]);
    toasts
}

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let numbers: Vec<u64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let mut speed = numbers[1];
    let mut speeds = Vec::new();
    for _ in 0..numbers[0] {
        speeds.push(speed as u32);
        speed = speed * 48271 % 2147483647;
    }
    let mut spare = vec![0; speeds.len()];
    println!("{}", sort_and_count(&mut speeds, &mut spare));
}
