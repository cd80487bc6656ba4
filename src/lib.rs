//! Convener facilitates a community of practice on Discord.
//!
//! The house is drawn in `docs/architecture.md`: layers that depend downwards only, and in each
//! layer the same nouns as file names.

pub mod practice;
