//! The identity of a message: what keeps marks with a mail wherever a copy of it stands. Pure; reads no file.

use std::fmt;

/// The SHA-256 of a message's bytes, mbox quoting undone and line ends normalized to LF.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity(pub [u8; 32]);

impl Identity {
    /// The identity of canonical bytes as [`super::Opened::read`] gives them: SHA-256 with CRLF taken as LF.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        let mut rest = bytes;
        while let Some(at) = memchr::memmem::find(rest, b"\r\n") {
            hash.update(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        hash.update(rest);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_do_not_change_the_identity() {
        assert_eq!(Identity::of(b"Subject: a\r\n\r\nb\r\n"), Identity::of(b"Subject: a\n\nb\n"));
        assert_ne!(Identity::of(b"Subject: a\n\nb\n"), Identity::of(b"Subject: a\n\nb\n\n"));
    }
}
