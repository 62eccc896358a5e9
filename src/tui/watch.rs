//! Notices that the terminal is gone. crossterm 0.29 spins when a terminal vanishes without SIGHUP (ssh -t, a killed
//! multiplexer), so a thread of its own looks after the terminal and makes the program leave within two seconds.

use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc::UnboundedSender;

use super::msg::Msg;
use super::terminal;

/// Time between two looks.
const EVERY: Duration = Duration::from_millis(500);
/// Time that the loop gets to leave by itself.
const GRACE: Duration = Duration::from_secs(1);

/// Starts to look after the terminal.
///
/// # Errors
/// The system has no thread left.
pub(super) fn start(out: UnboundedSender<Msg>) -> std::io::Result<()> {
    let Ok(terminal) = std::fs::File::open("/dev/tty") else {
        // No controlling terminal: standard output is what there is to look at.
        return Ok(());
    };
    thread::Builder::new().name("watch".into()).spawn(move || {
        while !gone(&terminal) {
            thread::sleep(EVERY);
        }
        if out.send(Msg::Terminate).is_ok() {
            thread::sleep(GRACE);
            terminal::restore();
            std::process::exit(0);
        }
    })?;
    Ok(())
}

fn gone(terminal: &std::fs::File) -> bool {
    let mut fds = [PollFd::new(terminal, PollFlags::empty())];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let hung = poll(&mut fds, Some(&now)).is_ok_and(|ready| ready > 0)
        && fds.iter().any(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL));
    hung || rustix::termios::tcgetattr(terminal.as_fd()).is_err()
}
