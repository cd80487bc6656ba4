//! What the environment tells a bench.

/// The number that is set by this name, or the usual one.
pub(crate) fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}
