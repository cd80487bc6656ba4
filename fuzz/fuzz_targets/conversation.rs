//! The reader: any conversation.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| convener_fuzz::conversation::read(bytes));
