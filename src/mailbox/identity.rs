//! What a message is called: by a key that keeps marks with it wherever a copy of it stands, and by the digest that others
//! know it by. Pure; reads no file.

use std::fmt;
use std::ops::Deref;

use sha2::Digest as _;

use super::mbox::line_of_marks;

/// What marks, notes and badges are kept by: the SHA-256 of a message without what a mailbox adds or takes away. Line ends
/// are LF, and however many empty lines are at the end count as none. One that an mbox may have quoted has the lines that
/// stand in the file, and is never the same as one that stands elsewhere ([`Canonical::identity`]).
///
/// Nothing in an mbox says how it was quoted and whether an empty line before a separator is the message's own; that is
/// judged from the whole file, and the next mail that comes may turn the judgment. A mark must not move with it, and no
/// mail may bear the mark of another that differs in more than this.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity(pub [u8; 32]);

/// The SHA-256 of a message's bytes as [`super::Opened::read`] gives them, line ends as LF: of a file with such line ends
/// it is what every other program gives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256(pub [u8; 32]);

/// What was done about lines that begin with `>From `, where a message has such lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quoting {
    /// There are none, or the message stands in no mbox.
    #[default]
    None,
    /// The mbox was judged to leave them as they were: they stand as in the file.
    Kept,
    /// One `>` less than in the file stands before each of them.
    Undone,
}

/// The canonical bytes of a message, see [`super::Opened::read`], and how they stood in their mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Canonical {
    bytes: Vec<u8>,
    quoting: Quoting,
}

impl Canonical {
    pub(super) fn new(bytes: Vec<u8>, quoting: Quoting) -> Self {
        Self { bytes, quoting }
    }

    /// The bytes alone.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Whether lines of it may have been quoted, so that [`Identity::of`] its bytes alone is another one.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.quoting != Quoting::None
    }

    /// Both names.
    #[must_use]
    pub fn names(&self) -> (Identity, Sha256) {
        if self.is_quoted() { (self.identity(), Sha256::of(&self.bytes)) } else { names(&self.bytes) }
    }

    /// What marks are kept by.
    #[must_use]
    pub fn identity(&self) -> Identity {
        match self.quoting {
            Quoting::None => Identity::of(&self.bytes),
            quoting => identity_in_mbox(&self.bytes, quoting == Quoting::Undone),
        }
    }
}

/// Bytes that stand in no mbox.
impl From<Vec<u8>> for Canonical {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, quoting: Quoting::None }
    }
}

impl Deref for Canonical {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Identity {
    /// The identity of canonical bytes that stand in no mbox.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = sha2::Sha256::new();
        feed(&mut hash, without_line_ends(bytes));
        ended(hash)
    }
}

impl Sha256 {
    /// The digest of canonical bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = sha2::Sha256::new();
        feed(&mut hash, bytes);
        Self(hash.finalize().into())
    }

    /// The digest that 64 hexadecimal digits write; `None` for all else.
    #[must_use]
    pub fn read(hex: &str) -> Option<Self> {
        let hex = hex.trim().as_bytes();
        let mut out = [0; 32];
        if hex.len() != 64 {
            return None;
        }
        for (byte, pair) in out.iter_mut().zip(hex.chunks_exact(2)) {
            let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16));
            *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
        }
        Some(Self(out))
    }
}

/// Both names of canonical bytes that stand in no mbox. What they have in common is hashed once: all but the line ends at
/// the end.
#[must_use]
pub fn names(bytes: &[u8]) -> (Identity, Sha256) {
    let (body, rest) = bytes.split_at_checked(without_line_ends(bytes).len()).unwrap_or((bytes, b""));
    let mut hash = sha2::Sha256::new();
    feed(&mut hash, body);
    let mut plain = hash.clone();
    feed(&mut plain, rest);
    (ended(hash), Sha256(plain.finalize().into()))
}

fn ended(mut hash: sha2::Sha256) -> Identity {
    hash.update(b"\n");
    Identity(hash.finalize().into())
}

/// Of the lines as the file has them. What is hashed ends as it does for no message elsewhere: the sender could write marks
/// himself, and have a mail bear the mark of one that shows something else.
fn identity_in_mbox(bytes: &[u8], undone: bool) -> Identity {
    let body = without_line_ends(bytes);
    let mut hash = sha2::Sha256::new();
    let mut done = 0;
    if undone {
        for line in memchr::memmem::find_iter(body, b"From ").filter_map(|at| line_of_marks(body, at)) {
            feed(&mut hash, body.get(done..line).unwrap_or_default());
            hash.update(b">");
            done = line;
        }
    }
    feed(&mut hash, body.get(done..).unwrap_or_default());
    hash.update(b"\n\0mbox");
    Identity(hash.finalize().into())
}

fn without_line_ends(mut bytes: &[u8]) -> &[u8] {
    while let Some(shorter) = bytes.strip_suffix(b"\n") {
        bytes = shorter.strip_suffix(b"\r").unwrap_or(shorter);
    }
    bytes
}

/// Takes CRLF as LF.
fn feed(hash: &mut sha2::Sha256, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, b"\r\n") {
        hash.update(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    hash.update(rest);
}

/// Both are written in hexadecimal digits, for people and for whoever looks for defects.
macro_rules! in_digits {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }
    )*};
}

in_digits!(Identity, Sha256);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_mailbox_adds_does_not_change_the_identity() {
        let one = Identity::of(b"Subject: a\n\nb\nFrom c\n");
        for other in [
            "Subject: a\r\n\r\nb\r\nFrom c\r\n",
            "Subject: a\n\nb\nFrom c",
            "Subject: a\n\nb\nFrom c\n\n",
            "Subject: a\r\n\r\nb\r\nFrom c\r\n\r\n\r\n",
        ] {
            assert_eq!(Identity::of(other.as_bytes()), one, "{other:?}");
        }
        for other in [
            "Subject: a\n\nb\n>From c\n",
            "Subject: a\n\nb\n> From c\n",
            "Subject: a\n\nb\n>from c\n",
            "Subject: a\n\nb From c\n",
            "Subject: a\n\nb\nFrom c \n",
            "Subject: a\n\nb\nFrom c\r",
            "Subject: a\n\n\nb\nFrom c\n",
        ] {
            assert_ne!(Identity::of(other.as_bytes()), one, "{other:?}");
        }
    }

    #[test]
    fn the_same_lines_of_an_mbox_are_one_mail_however_they_are_judged_and_no_other_mail() {
        let of = |text: &str, quoting| Canonical::new(text.into(), quoting).identity();
        let kept = of("Subject: a\n\n>From b\n>>From c\n", Quoting::Kept);
        assert_eq!(of("Subject: a\r\n\r\nFrom b\r\n>From c\r\n\r\n", Quoting::Undone), kept);
        let mut all = vec![kept];
        for text in
            ["Subject: a\n\nFrom b\n>From c\n", "Subject: a\n\n>From b\n>>From c\n", "Subject: a\n\n>From b\n>From c\n"]
        {
            all.extend([of(text, Quoting::None), of(text, Quoting::Kept)]);
        }
        all.push(of("Subject: a\n\n>From b\n>>From c\n", Quoting::Undone));
        all.push(of("Subject: a\n\n>From b\n>>From c\n\0mbox", Quoting::None));
        all.sort_unstable();
        all.dedup();
        // Of the eight that were added one is the first one again.
        assert_eq!(all.len(), 8);
    }

    #[test]
    fn the_digest_is_that_of_the_bytes() {
        // `printf 'Subject: a\n\nb\n' | sha256sum`, and with an empty line more.
        for (text, digest) in
            [("Subject: a\n\nb\n", PLAIN), ("Subject: a\r\n\r\nb\r\n", PLAIN), ("Subject: a\n\nb\n\n", LONGER)]
        {
            assert_eq!(Sha256::of(text.as_bytes()).to_string(), digest);
            assert_eq!(names(text.as_bytes()).0.to_string(), PLAIN);
        }
        assert_eq!(Sha256::read(PLAIN).map(|read| read.to_string()).as_deref(), Some(PLAIN));
        let beyond = format!("{PLAIN}0");
        assert_eq!(["26ce", "", &beyond, &PLAIN.replace('4', "g")].map(Sha256::read), [None; 4]);
    }

    const PLAIN: &str = "26ce9c62746373e3389c9d794ed58c4c27ec13b17b4005881ad9423caee49e44";
    const LONGER: &str = "5474720ee1f3066b3fb4bd2df9731aa46dd87fc7fc70171c24d1949819273c0c";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn both_names_are_those_that_each_is_by_itself(lines in prop::collection::vec("(>{0,3}(From )?[a\r>]{0,3})", 0..8)) {
            let text = lines.join("\n") + "\n";
            let (identity, digest) = names(text.as_bytes());
            prop_assert_eq!(digest, Sha256::of(text.as_bytes()));
            prop_assert_eq!(identity, Identity::of(format!("{text}\n").as_bytes()));
        }
    }
}
