//! The `success-agent` program.

use std::process::ExitCode;

/// Reading and answering make many small texts; this one is quicker at that than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    success_agent::cli::run()
}
