//! Begins the program anew with what its allocator has to be told: that reads its environment before the program begins, and
//! is told nothing later. Starts nothing else, and never twice.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Memory that is free goes back to the system at once. Else a third of all, at a hundred thousand mails, is kept for nobody.
const TOLD: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "0");

/// Replaces the process by the same program with the same arguments, unless its environment says something of this already.
/// For a run that stays, as one with a screen does: it costs some milliseconds. Nothing may have been read or opened yet.
/// Comes back where it was done before, and where the system refuses: then the program goes on and needs more memory.
pub fn begin_anew() {
    let (name, value) = TOLD;
    if std::env::var_os(name).is_some() {
        return;
    }
    // By its path, so that the process keeps its name.
    let Ok(own) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let _ = Command::new(own).arg0(arguments.next().unwrap_or_default()).args(arguments).env(name, value).exec();
}
