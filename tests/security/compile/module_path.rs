//! attack: a file of the host as a module, so that its words stand in the errors
//! verdict: CE
#[path = "@HOST_FILE@"]
mod stolen;
#[path = "/etc/shadow"]
mod shadow;
fn main() {}
