fn main() { std::fs::write("/box/stolen", "x").unwrap(); }
