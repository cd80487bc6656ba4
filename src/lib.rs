//! Convener.
