//! The convener binary.

fn main() {}
