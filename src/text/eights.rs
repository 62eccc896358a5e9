//! Eight bytes of a text as one number, the first as the lowest, and questions that are answered for all eight at once: a
//! mask with the high bit of every byte for which the answer is yes.
//!
//! Pure arithmetic; it knows nothing of mails.

/// The high bit of every byte.
pub(crate) const HIGH: u64 = all(0x80);

/// One byte eight times.
#[inline]
pub(crate) const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Eight bytes; what is not there is zero.
#[inline]
pub(crate) fn load(bytes: &[u8], at: usize) -> u64 {
    if let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        return u64::from_le_bytes(*eight);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().rev().fold(0, |eight, byte| (eight << 8) | u64::from(*byte))
}

/// The bytes that are that one.
#[inline]
pub(crate) const fn equal(eight: u64, byte: u8) -> u64 {
    let other = eight ^ all(byte);
    // Sums stay below 256: no byte reaches into the next.
    !(((other & !HIGH) + !HIGH) | other) & HIGH
}

/// The bytes below that one, which is ASCII.
#[inline]
pub(crate) const fn below(eight: u64, byte: u8) -> u64 {
    !((eight & !HIGH) + all(0x80 - byte)) & !eight & HIGH
}

/// The bytes that are ASCII capitals.
#[inline]
pub(crate) const fn capitals(eight: u64) -> u64 {
    let low = eight & !HIGH;
    (low + all(0x80 - b'A')) & !(low + all(0x80 - b'Z' - 1)) & !eight & HIGH
}

/// The first bytes, so many of them, below eight.
#[inline]
pub(crate) const fn front(eight: u64, count: usize) -> u64 {
    eight & ((1 << (8 * count)) - 1)
}

/// Where the first byte of a mask stands, 0 to 7; the mask is not empty.
#[inline]
pub(crate) const fn first(mask: u64) -> usize {
    (mask.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mask(eight: [u8; 8], test: impl Fn(u8) -> bool) -> u64 {
        u64::from_le_bytes(eight.map(|byte| if test(byte) { 0x80 } else { 0 }))
    }

    proptest! {
        #[test]
        fn every_question_is_answered_byte_by_byte(bytes in any::<[u8; 8]>(), byte in any::<u8>()) {
            let eight = load(&bytes, 0);
            prop_assert_eq!(equal(eight, byte), mask(bytes, |own| own == byte));
            prop_assert_eq!(equal(eight, bytes[3]), mask(bytes, |own| own == bytes[3]));
            prop_assert_eq!(below(eight, b' '), mask(bytes, |own| own < b' '));
            prop_assert_eq!(capitals(eight), mask(bytes, |own| own.is_ascii_uppercase()));
        }
    }

    #[test]
    fn behind_the_end_stand_zeros() {
        assert_eq!(load(b"abc", 1), u64::from_le_bytes(*b"bc\0\0\0\0\0\0"));
        assert_eq!(load(b"abc", 3), 0);
        assert_eq!(first(equal(load(b"abcdefgh", 0), b'd')), 3);
    }
}
