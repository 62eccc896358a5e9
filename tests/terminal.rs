//! The real program in a real terminal: start, resize, suspend, quit, panic, signals. Whatever way it leaves, the
//! terminal is as it was before.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longest wait for anything: long, as a loaded machine must not fail a test; nothing sleeps for it.
const PATIENCE: Duration = Duration::from_secs(30);

struct Pty {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    raw: Vec<u8>,
    _data: tempfile::TempDir,
}

impl Pty {
    /// Starts the program.
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gosanke"));
        command.args(arguments);
        Self::spawn(command, environment, data)
    }

    fn spawn(mut command: CommandBuilder, environment: &[(&str, &str)], data: tempfile::TempDir) -> Self {
        let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env("TZ", "UTC");
        command.env("GOSANKE_DATA_DIR", data.path());
        let config = data.path().join("empty.toml");
        std::fs::write(&config, "").unwrap();
        command.env("GOSANKE_CONFIG", config);
        for name in ["NO_COLOR", "COLORTERM", "DISPLAY", "WAYLAND_DISPLAY", "TMUX"] {
            command.env_remove(name);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut block = [0; 8192];
            while let Ok(count) = reader.read(&mut block) {
                if count == 0 || sender.send(block[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(cells(30), cells(100), 0);
        Self { master: pair.master, child, writer, output, screen, raw: Vec::new(), _data: data }
    }

    fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Reads until the screen fulfills `done`.
    fn until(&mut self, what: &str, done: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self.screen.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.feed(&bytes),
                Err(why) => panic!("{what} did not come ({why}):\n{}", self.screen.screen().contents()),
            }
        }
    }

    fn sees(&mut self, text: &str) {
        let wanted = text.to_owned();
        self.until(text, move |screen| screen.contents().contains(&wanted));
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.raw.extend(bytes);
        self.screen.process(bytes);
    }

    /// Waits for the end; gives its exit code.
    fn ends(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "it does not end");
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.feed(&bytes);
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.feed(&bytes);
        }
        status.exit_code()
    }

    /// The terminal is as a shell wants it.
    fn is_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pasting is bracketed");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        // The master's end knows the modes of the terminal.
        let terminal = std::fs::File::open(self.master.tty_name().unwrap()).unwrap();
        let modes = rustix::termios::tcgetattr(&terminal).unwrap().local_modes;
        assert!(modes.contains(rustix::termios::LocalModes::ICANON), "still raw");
        assert!(modes.contains(rustix::termios::LocalModes::ECHO), "no echo");
    }

    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let done = std::process::Command::new("kill").args([name, &id]).status().unwrap();
        assert!(done.success());
    }

    fn state(&self) -> char {
        let id = self.child.process_id().unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).unwrap_or('?')
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_starts_opens_a_mail_and_quits() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    assert!(pty.screen.screen().alternate_screen());
    pty.keys("\r");
    pty.sees("Return-Path");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    pty.master.resize(PtySize { rows: 8, cols: 30, pixel_width: 0, pixel_height: 0 }).unwrap();
    pty.screen.screen_mut().set_size(cells(8), cells(30));
    pty.sees("40x10");
    pty.master.resize(PtySize { rows: 40, cols: 140, pixel_width: 0, pixel_height: 0 }).unwrap();
    pty.screen.screen_mut().set_size(cells(40), cells(140));
    pty.sees("HIGH ▲");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
fn it_suspends_and_comes_back() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    pty.keys("\u{1a}");
    pty.until("the main screen", |screen| !screen.alternate_screen());
    let end = Instant::now() + PATIENCE;
    while pty.state() != 'T' {
        assert!(Instant::now() < end, "it does not stop");
        std::thread::sleep(Duration::from_millis(5));
    }
    pty.is_restored();
    pty.signal("-CONT");
    pty.until("the alternate screen", vt100::Screen::alternate_screen);
    pty.sees("HIGH ▲");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
fn every_signal_that_ends_it_restores_the_terminal() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let mut pty = Pty::start(&["demo"], &[]);
        pty.sees("HIGH ▲");
        pty.signal(signal);
        pty.ends();
        pty.is_restored();
    }
}

#[test]
fn a_panic_of_the_screen_restores_the_terminal_and_says_why() {
    let mut pty = Pty::start(&["demo"], &[("GOSANKE_TEST_PANIC", "1")]);
    assert_eq!(pty.ends(), 4);
    pty.is_restored();
    let text = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(text.contains("panicked"), "{text}");
}

#[test]
fn no_color_draws_no_color() {
    let mut pty = Pty::start(&["demo"], &[("NO_COLOR", "1")]);
    pty.sees("HIGH ▲");
    let screen = pty.screen.screen();
    for row in 0..30 {
        for column in 0..100 {
            if let Some(cell) = screen.cell(row, column) {
                assert_eq!(cell.fgcolor(), vt100::Color::Default, "{row},{column} {}", cell.contents());
                assert_eq!(cell.bgcolor(), vt100::Color::Default, "{row},{column} {}", cell.contents());
            }
        }
    }
    pty.keys("q");
    pty.ends();
}

#[test]
fn a_mail_on_standard_input_opens_while_keys_come_from_the_terminal() {
    let data = tempfile::tempdir().unwrap();
    let mail = data.path().join("mail.eml");
    std::fs::write(
        &mail,
        "From: Ann <ann@shop.example>\nSubject: piped\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nhello\n",
    )
    .unwrap();
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", &format!("'{}' - < '{}'", env!("CARGO_BIN_EXE_gosanke"), mail.display())]);
    let mut pty = Pty::spawn(command, &[], data);
    pty.sees("piped");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    // What belongs to the start may still come.
    let end = Instant::now() + PATIENCE;
    while pty.output.recv_timeout(Duration::from_millis(700)).is_ok() {
        assert!(Instant::now() < end, "an idle screen never stops writing");
    }
    assert!(pty.output.recv_timeout(Duration::from_millis(700)).is_err(), "an idle screen writes");
    pty.keys("q");
    pty.ends();
}

fn cells(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).unwrap()
}
