//! Notices that the terminal is gone. crossterm 0.29 spins when a terminal vanishes without SIGHUP (ssh -t, a killed
//! multiplexer), so a thread of its own looks after the terminal and makes the program leave within two seconds.

use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::mpsc::UnboundedSender;

use super::msg::Msg;
use super::run::writing::Running;
use super::terminal;

/// Rest after a look that was cut short, so that an error never becomes a busy loop.
const PAUSE: Duration = Duration::from_millis(500);
/// Time that the loop gets to leave by itself.
const GRACE: Duration = Duration::from_secs(1);
/// Time that files and marks get which are being written then.
const WRITING: Duration = Duration::from_mins(1);

/// Starts to look after the terminal.
///
/// # Errors
/// The system has no thread left.
pub(super) fn start(out: UnboundedSender<Msg>, running: Running) -> std::io::Result<()> {
    let terminal = match std::fs::File::open("/dev/tty") {
        Ok(terminal) => std::os::fd::OwnedFd::from(terminal),
        // No controlling terminal: standard output is what there is to look at.
        Err(_) => std::io::stdout().as_fd().try_clone_to_owned()?,
    };
    thread::Builder::new().name("watch".into()).spawn(move || {
        while !gone(&terminal) {
            thread::sleep(PAUSE);
        }
        if out.send(Msg::Terminate).is_ok() {
            thread::sleep(GRACE);
            // What is being written comes to an end, unless its disk does not answer.
            let until = Instant::now() + WRITING;
            while running.any() && Instant::now() < until {
                thread::sleep(PAUSE);
            }
            terminal::restore();
            std::process::exit(0);
        }
    })?;
    Ok(())
}

/// Waits until the terminal hangs up; wakes for nothing else. False where the wait was cut short.
fn gone(terminal: &std::os::fd::OwnedFd) -> bool {
    let mut fds = [PollFd::new(terminal, PollFlags::empty())];
    let ready = poll(&mut fds, None).is_ok_and(|ready| ready > 0);
    let hung = fds.iter().any(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL));
    (ready && hung) || rustix::termios::tcgetattr(terminal).is_err()
}
