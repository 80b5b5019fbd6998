//! The `success-agent` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    success_agent::cli::run()
}
