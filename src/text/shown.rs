//! The one door for text that comes from outside.

/// Text that is safe to send to a terminal or to write into a report: no control, format, separator, tag or
/// private-use character, no over-long combining run, no line break.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown(String);

impl Shown {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes `text` printable on one line. Idempotent.
#[must_use]
pub fn show(text: &str) -> Shown {
    Shown(text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect())
}

/// Makes a text of several lines printable, one [`Shown`] a line.
#[must_use]
pub fn show_lines(text: &str) -> Vec<Shown> {
    text.lines().map(show).collect()
}

/// Makes bytes printable: UTF-8 where they are, `\xNN` where they are not.
#[must_use]
pub fn show_bytes(bytes: &[u8]) -> Shown {
    show(&String::from_utf8_lossy(bytes))
}
