//! A Received line cut into words and comments (RFC 5322 section 3.2.2), in one pass and without a copy: comments are counted, not
//! descended into, and quotes keep a word together.
//!
//! ```text
//! from a.example (b.example [192.0.2.1]) by c.example; DATE      from, a.example, (b.example [192.0.2.1]), by, c.example
//! ```
//!
//! The date is no word. Nothing here knows what a word means.

use memchr::{memchr_iter, memchr2, memchr3, memrchr};

/// The most words and comments that are read of one line.
const TOKEN_LIMIT: usize = 200;

/// A word, or a comment without its outer parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    Comment(&'a str),
}

/// Bytes that may end a word.
const SIGNS: [bool; 256] = {
    let mut signs = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::indexing_slicing, reason = "a table of all bytes")]
        {
            signs[byte] = matches!(byte as u8, b'\\' | b'"' | b'(' | b')' | b' ' | b'\t' | b'\r' | b'\n' | b';');
        }
        byte += 1;
    }
    signs
};

/// How many bytes mean nothing but themselves: in a comment all but its ends, in quotes all but theirs.
fn plain(text: &[u8], depth: usize, quoted: bool) -> usize {
    let sign = match (depth, quoted) {
        (0, false) => text.iter().position(|byte| SIGNS.get(usize::from(*byte)) == Some(&true)),
        (0, true) => memchr2(b'\\', b'"', text),
        _ => memchr3(b'\\', b'(', b')', text),
    };
    sign.unwrap_or(text.len())
}

/// Cuts a line into words and comments; the date at its end is known when they are all out.
pub(super) struct Tokens<'a> {
    raw: &'a str,
    /// Where reading goes on.
    next: usize,
    depth: usize,
    quoted: bool,
    /// Where the word begins that is being read.
    start: Option<usize>,
    /// Where the outermost comment begins.
    opened: usize,
    /// Behind the last semicolon.
    date: Option<usize>,
    /// Where the last semicolon stands: outside of comments and quotes only the date follows it.
    last: Option<usize>,
    given: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(raw: &'a str) -> Self {
        Self {
            raw,
            next: 0,
            depth: 0,
            quoted: false,
            start: None,
            opened: 0,
            date: None,
            last: memrchr(b';', raw.as_bytes()),
            given: 0,
        }
    }

    pub(super) fn date(&self) -> Option<&'a str> {
        match self.date {
            Some(at) => self.raw.get(at..),
            // Cut or broken lines: whatever follows the last semicolon.
            None => self.raw.rsplit_once(';').map(|(_, date)| date),
        }
    }

    /// Where words go on behind the date that begins at `start`: Courier puts its id there.
    fn behind_date(&self, start: usize) -> usize {
        let bytes = self.raw.as_bytes().get(start..).unwrap_or_default();
        memchr_iter(b'i', bytes)
            .filter_map(|at| at.checked_sub(1))
            .find(|at| matches!(bytes.get(*at..at + 4), Some([b' ' | b'\t', b'i', b'd', b' ' | b'\t'])))
            .map_or(self.raw.len(), |at| start + at)
    }

    /// The word that ends at `end`, if one was begun.
    fn word(&mut self, end: usize) -> Option<Token<'a>> {
        let start = self.start.take()?;
        self.raw.get(start..end).map(Token::Word)
    }

    fn read(&mut self) -> Option<Token<'a>> {
        while let Some(rest) = self.raw.as_bytes().get(self.next..).filter(|rest| !rest.is_empty()) {
            let plain = plain(rest, self.depth, self.quoted);
            if plain > 0 && self.depth == 0 && !self.quoted {
                self.start.get_or_insert(self.next);
            }
            let at = self.next + plain;
            let Some(byte) = rest.get(plain) else { break };
            self.next = at + 1;
            let token = match byte {
                b'\\' if self.depth > 0 || self.quoted => {
                    self.next += 1;
                    None
                }
                b'"' if self.depth == 0 => {
                    self.quoted = !self.quoted;
                    self.start.get_or_insert(at);
                    None
                }
                _ if self.quoted => None,
                b'(' => {
                    self.depth += 1;
                    if self.depth == 1 {
                        self.opened = at + 1;
                        self.word(at)
                    } else {
                        None
                    }
                }
                b')' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 { self.raw.get(self.opened..at).map(Token::Comment) } else { None }
                }
                _ if self.depth > 0 => None,
                b' ' | b'\t' | b'\r' | b'\n' => self.word(at),
                b';' => {
                    self.date = Some(at + 1);
                    if self.last == Some(at) {
                        self.next = self.behind_date(at + 1);
                    }
                    self.word(at)
                }
                _ => {
                    self.start.get_or_insert(at);
                    None
                }
            };
            if token.is_some() {
                return token;
            }
        }
        self.next = self.raw.len();
        self.word(self.raw.len()).or_else(|| {
            // A comment that never ends: what it hides is still the client, if anything is.
            (std::mem::take(&mut self.depth) > 0).then(|| self.raw.get(self.opened..).map(Token::Comment))?
        })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.read()?;
        self.given += 1;
        if self.given >= TOKEN_LIMIT {
            self.next = self.raw.len();
        }
        Some(token)
    }
}
