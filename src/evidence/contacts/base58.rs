//! Base58 with its checksums: of Bitcoin and its kin (four bytes of a double SHA-256), of XRP (the same in another
//! alphabet), of Monero (blocks of eleven characters, four bytes of Keccak-256).
//!
//! Only what is as long as an address is read, so that nothing here is quadratic in what a mail holds.

use sha2::{Digest as _, Sha256};

use super::keccak::keccak256;

/// Bitcoin's alphabet.
pub(super) const BITCOIN: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The alphabet of XRP.
pub(super) const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
/// The longest address of this kind, in characters.
const LONGEST: usize = 36;
/// Version, 20 bytes of a hash, four of the checksum.
const BYTES: usize = 25;
/// Bytes of a block of Monero by its characters.
const BLOCKS: [Option<usize>; 12] =
    [None, None, Some(1), Some(2), None, Some(3), Some(4), Some(5), None, Some(6), Some(7), Some(8)];

/// The version byte of an address whose checksum holds.
pub(super) fn version(text: &str, alphabet: &[u8; 58]) -> Option<u8> {
    if text.len() > LONGEST {
        return None;
    }
    let bytes = decode(text, alphabet)?;
    let (payload, checksum) = bytes.split_last_chunk::<4>()?;
    (Sha256::digest(Sha256::digest(payload)).starts_with(checksum)).then(|| bytes.first().copied())?
}

fn value(letter: u8, alphabet: &[u8; 58]) -> Option<u32> {
    alphabet.iter().position(|own| *own == letter).map(|at| at as u32)
}

/// A number of 25 bytes, the highest first; noughts in front of it count.
fn decode(text: &str, alphabet: &[u8; 58]) -> Option<[u8; BYTES]> {
    let mut out = [0_u8; BYTES];
    for letter in text.bytes() {
        let mut carry = value(letter, alphabet)?;
        for byte in out.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    let zeros = alphabet.first().map_or(0, |zero| text.bytes().take_while(|letter| letter == zero).count());
    (out.iter().take_while(|byte| **byte == 0).count() == zeros).then_some(out)
}

/// The network byte of an address of Monero whose checksum holds.
pub(super) fn monero(text: &str) -> Option<u8> {
    let mut bytes = Vec::with_capacity(80);
    for block in text.as_bytes().chunks(11) {
        let size = BLOCKS.get(block.len()).copied().flatten()?;
        let number =
            block.iter().try_fold(0_u128, |sum, letter| Some(sum * 58 + u128::from(value(*letter, BITCOIN)?)))?;
        if number >> (8 * size) != 0 {
            return None;
        }
        let whole = number.to_be_bytes();
        bytes.extend_from_slice(whole.get(16 - size..)?);
    }
    let (payload, checksum) = bytes.split_last_chunk::<4>()?;
    (keccak256(payload).starts_with(checksum)).then(|| payload.first().copied())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_hold_or_there_is_no_address() {
        for (text, alphabet, expected) in [
            // Addresses of nobody: hashes of nothing but noughts, and texts made to be read.
            ("1111111111111111111114oLvT2", BITCOIN, Some(0)),
            ("1BitcoinEaterAddressDontSendf59kuE", BITCOIN, Some(0)),
            ("1BitcoinEaterAddressDontSendf59kuF", BITCOIN, None),
            ("111111111111111111114oLvT2", BITCOIN, None),
            ("1BitcoinEaterAddress0ontSendf59kuE", BITCOIN, None),
            ("rrrrrrrrrrrrrrrrrrrrrhoLvTp", RIPPLE, Some(0)),
            ("rrrrrrrrrrrrrrrrrrrrBZbvji", RIPPLE, Some(0)),
            ("rrrrrrrrrrrrrrrrrrrrBZbvjj", RIPPLE, None),
            ("", BITCOIN, None),
            ("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", BITCOIN, None),
        ] {
            assert_eq!(version(text, alphabet), expected, "{text}");
        }
    }
}
