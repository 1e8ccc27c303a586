//! attack: the judge's environment at compile time; there is none of it
//! verdict: ok
//! stdout: /usr/bin:/bin /tmp None None
fn main() {
    println!("{} {} {:?} {:?}", env!("PATH"), env!("HOME"), option_env!("USER"), option_env!("ASSAY_DATA_DIR"));
}
