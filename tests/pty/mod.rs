//! The real program in a terminal whose screen a test can read.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "not every test needs all of it"
)]

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longest wait for anything: long, as a loaded machine must not fail a test; nothing sleeps for it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A program and its terminal.
pub struct Pty {
    pub master: Box<dyn MasterPty + Send>,
    pub child: Box<dyn Child + Send + Sync>,
    pub writer: Box<dyn Write + Send>,
    pub output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
    pub raw: Vec<u8>,
    _data: tempfile::TempDir,
}

impl Pty {
    /// Starts the program.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gosanke"));
        command.args(arguments);
        Self::spawn(command, environment, data)
    }

    pub fn spawn(mut command: CommandBuilder, environment: &[(&str, &str)], data: tempfile::TempDir) -> Self {
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

    pub fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Reads until the screen fulfills `done`.
    pub fn until(&mut self, what: &str, done: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self.screen.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.feed(&bytes),
                Err(why) => panic!("{what} did not come ({why}):\n{}", self.screen.screen().contents()),
            }
        }
    }

    pub fn sees(&mut self, text: &str) {
        let wanted = text.to_owned();
        self.until(text, move |screen| screen.contents().contains(&wanted));
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        self.raw.extend(bytes);
        self.screen.process(bytes);
    }

    /// Waits for the end; gives its exit code.
    pub fn ends(&mut self) -> u32 {
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
        // To the end of what it wrote, which a loaded machine brings late; seldom somebody else holds the terminal open.
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(2)) {
            self.feed(&bytes);
        }
        status.exit_code()
    }

    /// The terminal is as a shell wants it.
    pub fn is_restored(&self) {
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

    /// Takes the other end of the terminal away, whoever holds it.
    pub fn vanish(&mut self) {
        drop(std::mem::replace(&mut self.output, channel().1));
        // The thread that reads wakes up, finds nobody to tell, and lets its end go.
        self.keys("j");
        drop(std::mem::replace(&mut self.writer, Box::new(std::io::sink())));
        let other = native_pty_system().openpty(PtySize::default()).unwrap();
        drop(std::mem::replace(&mut self.master, other.master));
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let done = std::process::Command::new("kill").args([name, &id]).status().unwrap();
        assert!(done.success());
    }

    pub fn state(&self) -> char {
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

pub fn cells(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).unwrap()
}
