//! What a message is called: by a key that keeps marks with it wherever a copy of it stands, and by the digest that others
//! know it by. Pure; reads no file.

use std::fmt;
use std::ops::Range;

use sha2::Digest as _;

/// What marks, notes and badges are kept by: the SHA-256 of a message without what a mailbox adds or takes away. Line ends
/// are LF, a line that begins with `>From ` counts without its marks, and however many empty lines are at the end count as
/// none.
///
/// Nothing in an mbox says how it was quoted and whether an empty line before a separator is the message's own; that is
/// judged from the whole file, and the next mail that comes may turn the judgment. A mark must not move with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity(pub [u8; 32]);

/// The SHA-256 of a message's bytes as [`super::Opened::read`] gives them, line ends as LF: of a file with such line ends
/// it is what every other program gives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256(pub [u8; 32]);

impl Identity {
    /// The identity of canonical bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        identify(sha2::Sha256::new(), without_line_ends(bytes), 0)
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

/// Both names of canonical bytes. What they have in common is hashed once: mostly all but the line ends at the end.
#[must_use]
pub fn names(bytes: &[u8]) -> (Identity, Sha256) {
    let body = without_line_ends(bytes);
    let parting = marks(body).next().map_or(body.len(), |marks| marks.start);
    let (common, rest) = bytes.split_at_checked(parting).unwrap_or((bytes, b""));
    let mut hash = sha2::Sha256::new();
    feed(&mut hash, common);
    let mut plain = hash.clone();
    feed(&mut plain, rest);
    (identify(hash, body, parting), Sha256(plain.finalize().into()))
}

/// The identity of a message without its line ends, of which `hash` has taken what is before `from`.
fn identify(mut hash: sha2::Sha256, body: &[u8], from: usize) -> Identity {
    let mut at = from;
    for marks in marks(body) {
        feed(&mut hash, body.get(at..marks.start).unwrap_or_default());
        at = marks.end;
    }
    feed(&mut hash, body.get(at..).unwrap_or_default());
    hash.update(b"\n");
    Identity(hash.finalize().into())
}

/// The marks before `From ` at the beginning of lines, the first one among them: it stands before many a header.
fn marks(body: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let lines = std::iter::once(0).chain(memchr::memmem::find_iter(body, b"\n>").map(|at| at + 1));
    lines.filter_map(|start| {
        let line = body.get(start..)?;
        let count = line.iter().take_while(|byte| **byte == b'>').count();
        (count > 0 && line.get(count..)?.starts_with(b"From ")).then(|| start..start + count)
    })
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
            "Subject: a\n\nb\n>From c\n",
            "Subject: a\n\nb\n>>>From c\n\n",
            "Subject: a\r\n\r\nb\r\n>From c\r\n",
        ] {
            assert_eq!(Identity::of(other.as_bytes()), one, "{other:?}");
        }
        assert_eq!(Identity::of(b">From x\nTo: a\n\nb\n"), Identity::of(b"From x\nTo: a\n\nb\n"));
        for other in [
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
