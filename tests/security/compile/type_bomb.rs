//! attack: types twice as large with each line
//! verdict: CE
//! limits: compile_time_ms=1000 compile_memory_bytes=536870912
fn two<T: Clone>(x: T) -> (T, T) { (x.clone(), x) }
fn main() {
    let a = 1u8;
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    let a = two(a);
    std::mem::forget(a);
}
