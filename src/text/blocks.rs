//! Sixty-four bytes of a text at a time, and questions that are answered for all of them at once: a number with a bit for
//! every byte for which the answer is yes. Where a text is only looked through, this asks less than eight bytes at a time do
//! (`eights`), and the loop over the answers is guessed right by the processor more often.
//!
//! Pure arithmetic; it knows nothing of mails.

/// Bytes that are looked at together: as many as a number has bits.
pub(crate) const BLOCK: usize = 64;

/// A block of the text; what is not there is zero.
#[inline]
pub(crate) fn block(bytes: &[u8], at: usize) -> [u8; BLOCK] {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut block = [0; BLOCK];
        block.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        block
    })
}

/// The bytes that the test holds for: the first byte is the lowest bit. A test without branches is asked of many bytes in
/// one instruction.
#[inline]
pub(crate) fn mask(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    let answers = block.map(|byte| u8::from(test(byte)));
    let (eights, _) = answers.as_chunks();
    // The product has the lowest bits of eight bytes next to each other in its highest byte.
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |mask, eight| mask << 8 | bits(eight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_byte_has_its_bit(bytes in proptest::collection::vec(any::<u8>(), 0..150), at in 0..160_usize) {
            let mask = mask(&block(&bytes, at), |byte| byte.is_ascii_alphanumeric());
            for bit in 0..BLOCK {
                let expected = bytes.get(at + bit).is_some_and(u8::is_ascii_alphanumeric);
                prop_assert_eq!((mask >> bit) & 1 == 1, expected);
            }
        }
    }
}
