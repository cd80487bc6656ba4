//! Discord in one process.
