//! Marks and notes as the screen keeps them. A whole mailbox may be marked: a mark takes one byte beside the mail's identity,
//! and only a note more.

use std::collections::HashMap;

use crate::mailbox::Identity;
use crate::store::{Mark, Marked};

/// The mark and the note of a mail. The default is a mail that nobody marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held<'a> {
    /// The mark.
    pub mark: Option<Mark>,
    /// The note; empty where there is none. Not yet made printable.
    pub note: &'a str,
}

/// All marks and notes.
#[derive(Debug, Default)]
pub struct Book {
    marks: HashMap<Identity, Mark>,
    notes: HashMap<Identity, Box<str>>,
}

impl Book {
    /// What is held of a mail.
    #[must_use]
    pub fn get(&self, mail: &Identity) -> Held<'_> {
        Held { mark: self.marks.get(mail).copied(), note: self.notes.get(mail).map_or("", |note| note) }
    }

    /// Takes what the database says of a mail now; `None` where that is nothing any more.
    pub(super) fn put(&mut self, mail: Identity, marked: Option<Marked>) {
        let Marked { mark, note, .. } = marked.unwrap_or_default();
        match mark {
            Some(mark) => self.marks.insert(mail, mark),
            None => self.marks.remove(&mail),
        };
        if note.is_empty() {
            self.notes.remove(&mail);
        } else {
            self.notes.insert(mail, note.into());
        }
    }

    /// Whether there is neither a mark nor a note.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.notes.is_empty()
    }

    /// Marks of a whole mailbox that were taken back leave nothing behind.
    pub(super) fn tidy(&mut self) {
        if self.marks.capacity() > 1_024 && self.marks.len() < self.marks.capacity() / 4 {
            self.marks.shrink_to_fit();
        }
    }
}

impl FromIterator<(Identity, Marked)> for Book {
    fn from_iter<I: IntoIterator<Item = (Identity, Marked)>>(all: I) -> Self {
        let mut book = Self::default();
        all.into_iter().for_each(|(mail, marked)| book.put(mail, Some(marked)));
        book
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_says_what_it_was_told_last() {
        let (one, other) = (Identity([1; 32]), Identity([2; 32]));
        let marked = |mark, note: &str| Marked { mark, note: note.to_owned(), at: 1 };
        let mut book: Book = [(one, marked(Some(Mark::Malicious), "seen twice"))].into_iter().collect();
        assert_eq!(book.get(&one), Held { mark: Some(Mark::Malicious), note: "seen twice" });
        assert_eq!(book.get(&other), Held::default());
        for (told, wanted) in [
            (Some(marked(Some(Mark::Benign), "")), Held { mark: Some(Mark::Benign), note: "" }),
            (Some(marked(None, "only a note")), Held { mark: None, note: "only a note" }),
            (None, Held::default()),
        ] {
            book.put(one, told);
            assert_eq!(book.get(&one), wanted);
        }
        assert!(book.is_empty());
    }

    #[test]
    fn marks_of_a_mailbox_that_were_taken_back_leave_no_room_behind() {
        let mail = |number: u32| {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&number.to_le_bytes());
            Identity(bytes)
        };
        let mut book: Book =
            (0..10_000).map(|n| (mail(n), Marked { mark: Some(Mark::Benign), ..Marked::default() })).collect();
        (1..10_000).for_each(|n| book.put(mail(n), None));
        book.tidy();
        assert!(book.marks.capacity() < 100 && book.get(&mail(0)).mark == Some(Mark::Benign));
    }
}
