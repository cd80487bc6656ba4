//! The importer of Slack's exports: a folder of any content.
#![no_main]

use std::sync::LazyLock;

use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a temporary folder can be made"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    convener_fuzz::export::read_slack(bytes, FOLDER.path());
});
