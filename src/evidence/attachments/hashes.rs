//! Digests of files, for whoever looks them up elsewhere. Slow beside everything else here: made only when asked for.

use std::fmt::Write as _;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::found::Hashes;

/// The digests of some bytes.
pub(super) fn hashes(bytes: &[u8]) -> Hashes {
    Hashes { md5: hex(&Md5::digest(bytes)), sha1: hex(&Sha1::digest(bytes)), sha256: sha256(bytes) }
}

/// The SHA-256 of some bytes.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        let found = hashes(b"abc");
        assert_eq!(found.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(found.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(found.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
