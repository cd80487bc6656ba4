//! The rooms of Convener that read what others wrote, and what must hold whatever that is.

pub mod conversation;
pub mod export;
#[path = "../../src/import/mod.rs"]
pub mod import;
#[path = "../../src/listening/mod.rs"]
pub mod listening;
#[path = "../../src/practice/mod.rs"]
pub mod practice;
pub mod when;
