//! attack: be a compiler plugin: a crate of macros that the compiler executes; it is told to build a program
//! verdict: CE
#![crate_type = "proc-macro"]
extern crate proc_macro;
#[proc_macro]
pub fn steal(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    std::fs::write("/box/stolen", "x").unwrap();
    proc_macro::TokenStream::new()
}
fn main() {}
