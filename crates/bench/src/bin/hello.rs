//! Prints a line: what starting a program costs.

fn main() {
    println!("hello");
}
