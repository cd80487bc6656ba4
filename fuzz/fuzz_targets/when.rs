//! What people type where they are asked when.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| convener_fuzz::when::read(bytes));
