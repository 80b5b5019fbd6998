//! The `success-agent` program.

fn main() {}
