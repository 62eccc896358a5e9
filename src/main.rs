//! The program: arguments, run, exit code.

use std::process::ExitCode;

/// A mail is taken apart into some thousand small texts; this allocator hands them out and takes them back in half the
/// time of the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    gosanke::cli::main()
}
