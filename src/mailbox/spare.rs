//! Buffers of mails that nobody needs any more, for the next ones: the system clears fresh memory before it gives it, which
//! costs more than what is read into it. Keeps no content: what lies here is written over before it is seen.

use std::cell::RefCell;

/// The most buffers that are kept ...
const MOST: usize = 16;
/// ... and the largest, in bytes: nearly all mails fit, and a few large ones are no reason to keep their room.
const LARGEST: usize = 64 * 1024;

/// Buffers of one thread.
#[derive(Debug, Default)]
pub struct Spare(RefCell<Vec<Vec<u8>>>);

impl Spare {
    /// An empty buffer, with room where there is some.
    #[must_use]
    pub fn take(&self) -> Vec<u8> {
        self.0.borrow_mut().pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub fn give(&self, mut bytes: Vec<u8>) {
        let mut kept = self.0.borrow_mut();
        if kept.len() < MOST && (1..=LARGEST).contains(&bytes.capacity()) {
            bytes.clear();
            kept.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_comes_again_empty_and_no_giant_is_kept() {
        let spare = Spare::default();
        assert_eq!(spare.take().capacity(), 0);
        let mut bytes = Vec::with_capacity(100);
        bytes.extend_from_slice(b"Subject: a\n");
        spare.give(bytes);
        let again = spare.take();
        assert!(again.is_empty() && again.capacity() >= 100);
        spare.give(Vec::new());
        spare.give(Vec::with_capacity(LARGEST + 1));
        assert_eq!(spare.take().capacity(), 0);
        for _ in 0..2 * MOST {
            spare.give(Vec::with_capacity(10));
        }
        assert_eq!(spare.0.borrow().len(), MOST);
    }
}
