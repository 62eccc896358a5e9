//! What is wrong with a rule file, told with its place and with what to do, in both languages. Never the end of anything:
//! the other rules hold.

use std::path::{Path, PathBuf};

use crate::text::{Lang, Shown, Words, show};

/// Something wrong with a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    words: Words,
    values: Vec<String>,
}

/// Something wrong, at a byte of the text it stands in.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    /// Offset in bytes.
    pub(super) at: usize,
    /// What is wrong and what to do.
    pub(super) words: Words,
    /// The values for its places.
    pub(super) values: Vec<String>,
}

impl Wrong {
    pub(super) fn new<const N: usize>(at: usize, words: Words, values: [&str; N]) -> Self {
        Self { at, words, values: values.into_iter().map(|value| value.chars().take(200).collect()).collect() }
    }

    pub(super) fn in_file(self, file: &Path, text: &str) -> Problem {
        let before = text.get(..text.floor_char_boundary(self.at)).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Problem { file: file.to_owned(), line, column, words: self.words, values: self.values }
    }
}

impl Problem {
    /// The text for a person: file, line, column, what is wrong, what to do.
    #[must_use]
    pub fn text(&self, lang: Lang) -> Shown {
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        let place = Words::new("{0}, line {1}, column {2}: ", "{0} の {1} 行 {2} 桁: ")
            .fill(lang, &[&self.file.display().to_string(), &self.line.to_string(), &self.column.to_string()]);
        show(&(place + &self.words.fill(lang, &values)))
    }
}
