//! What a community with very many meetups costs: `cargo bench --bench meetups`.

#![expect(missing_docs, reason = "a benchmark has no readers")]
#![expect(clippy::unwrap_used, reason = "a benchmark fails where it can't go on")]

fn main() {}
