//! The terminal guard: whatever way the program leaves, the terminal is as it was before.
//!
//! ratatui's own panic hook restores the terminal on any thread's panic and would garble a live screen; this one does
//! so for the thread of the screen only. Panics of workers are caught where they are joined.

use std::io::{self, Write, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::net::Net;

/// What is drawn on: whatever reaches its cells is looked at once more.
type Screen = Terminal<Net<CrosstermBackend<io::BufWriter<io::Stdout>>>>;

/// The screen is ours just now.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Columns of the terminal behind standard output; `None` where there is none.
#[must_use]
pub fn columns() -> Option<u16> {
    use std::io::IsTerminal as _;
    stdout().is_terminal().then(crossterm::terminal::size)?.ok().map(|(width, _)| width).filter(|width| *width > 0)
}

/// The screen, for as long as it lives.
pub(super) struct Guard {
    terminal: Screen,
    mouse: bool,
    /// What told of panics before the screen came up.
    before: Hook,
}

/// What is called with a panic.
type Hook = Arc<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync>;

impl Guard {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// The terminal refuses.
    pub(super) fn new(mouse: bool) -> io::Result<Self> {
        let screen_thread = std::thread::current().id();
        let before: Hook = Arc::from(std::panic::take_hook());
        let then = Arc::clone(&before);
        std::panic::set_hook(Box::new(move |info| hook(screen_thread, &*then, info)));
        let mut guard = Self { terminal: blank()?, mouse, before };
        guard.enter()?;
        Ok(guard)
    }

    fn enter(&mut self) -> io::Result<()> {
        ACTIVE.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide)?;
        if self.mouse {
            execute!(stdout(), EnableMouseCapture)?;
        }
        self.redraw()
    }

    /// Draws one frame, wrapped so that a terminal that knows it shows it at once.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut ratatui::Frame)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(draw)?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        Write::flush(self.terminal.backend_mut())
    }

    /// How many cells were not sent since this was last asked, as a terminal would have obeyed them.
    pub(super) fn take_refused(&mut self) -> u64 {
        self.terminal.backend_mut().take_refused()
    }

    /// Draws everything anew at the next frame.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        execute!(stdout(), Clear(ClearType::All))?;
        // `Terminal::clear` asks the terminal where its cursor is and fails where none answers; a new one asks nothing.
        self.terminal = blank()?;
        Ok(())
    }

    /// Turns mouse capture on or off, also for when the program comes back from a suspension.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn capture_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on { execute!(stdout(), EnableMouseCapture) } else { execute!(stdout(), DisableMouseCapture) }
    }

    /// Gives the terminal back, stops the process group until it is continued, and takes the terminal again.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        restore();
        // Stops here; goes on when the shell brings the program back. SIGSTOP, as SIGTSTP is ours to hear.
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
        self.enter()
    }
}

/// A terminal that believes its screen to be empty.
fn blank() -> io::Result<Screen> {
    Terminal::new(Net::new(CrosstermBackend::new(io::BufWriter::with_capacity(1 << 16, stdout()))))
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
        // The hook cannot be changed by a thread that panics.
        if !std::thread::panicking() {
            // Threads that are still at work may panic yet: the default would print what they quote as it is. This one prints
            // nothing raw, and after `hush` nothing at all of other threads.
            let before = Arc::clone(&self.before);
            std::panic::set_hook(Box::new(move |info| before(info)));
        }
    }
}

/// From now on a panic is told by the thread that calls this alone: those of threads that are begun before there is a screen
/// are told where they are joined, like those behind it.
pub(super) fn hush() {
    let own = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == own {
            before(info);
        }
    }));
}

/// Puts the terminal back. Harmless when called twice, and when the terminal is gone.
pub(super) fn restore() {
    if ACTIVE.swap(false, Ordering::SeqCst) {
        let mut out = stdout();
        let _ = execute!(
            out,
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        );
        let _ = disable_raw_mode();
        let _ = out.flush();
    }
}

fn hook(
    screen: ThreadId,
    before: &(dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync),
    info: &std::panic::PanicHookInfo<'_>,
) {
    if std::thread::current().id() != screen {
        // A worker's panic is told where it is joined; nothing may be written over a live screen.
        return;
    }
    restore();
    before(info);
}
