//! What did the operator ask for? Exit codes: 0 done, 1 failed, 2 wrong use.

use std::process::ExitCode;

use clap::Parser;
use convener::cli::Cli;

fn main() -> ExitCode {
    convener::cli::execute(Cli::parse())
}
