//! Pages in a real Chromium. `.ci/test` installs one and says where it is.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod archive;
mod browser;
mod playground;
