//! The program: arguments, run, exit code.

use std::process::ExitCode;

/// A mail is taken apart into some thousand small texts; this allocator hands them out and takes them back in half the
/// time of the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A worker is this program too, and does nothing else.
    if let Some(code) = gosanke::sandbox::door() {
        return code;
    }
    gosanke::cli::main()
}
