//! The importers of single files: any file, of whatever format.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use tempfile::NamedTempFile;

static FILE: LazyLock<NamedTempFile> =
    LazyLock::new(|| NamedTempFile::new().expect("a temporary file can be made"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fs::write(FILE.path(), bytes).expect("the file can be written to");
    convener_fuzz::export::read(FILE.path());
});
