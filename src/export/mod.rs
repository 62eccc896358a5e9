//! Writers over `view` and `analysis`, and the one place that writes to standard output in headless mode.
//!
//! Every format adds its own escaping to what comes from a mail. A reader that went away (a broken pipe) is no error.

pub mod json;
pub mod limits;
pub mod own_rules;
pub mod proof;
pub mod record;
pub mod rules;

use std::io::{self, BufWriter, ErrorKind, Stdout, Write};

/// Standard output, buffered; knows whether its reader went away.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<Stdout>,
    /// The reader went away; nothing more needs to be made.
    pub closed: bool,
}

impl Default for Output {
    fn default() -> Self {
        Self { out: BufWriter::with_capacity(1 << 16, io::stdout()), closed: false }
    }
}

impl Output {
    /// Writes a text.
    ///
    /// # Errors
    /// Anything but a broken pipe.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        let done = self.out.write_all(text.as_bytes());
        self.settle(done)
    }

    /// Hands everything over.
    ///
    /// # Errors
    /// Anything but a broken pipe.
    pub fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.settle(done)
    }

    fn settle(&mut self, done: io::Result<()>) -> io::Result<()> {
        match done {
            Err(why) if why.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
}
