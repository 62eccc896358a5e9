//! Keccak-256 as Ethereum and Monero use it: the sponge before NIST changed its padding for SHA-3.
//!
//! Source: the Keccak reference (Bertoni, Daemen, Peeters, Van Assche), FIPS 202 section 3 for the permutation. For
//! checksums of short texts only; nothing secret goes through it.

/// Bytes that one permutation takes in.
const RATE: usize = 136;
/// Rotations in the order in which lanes are visited.
const ROTATE: [u32; 24] = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
/// The order in which lanes are visited.
const LANES: [usize; 24] = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];
const ROUNDS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// The digest of a text.
pub(super) fn keccak256(text: &[u8]) -> [u8; 32] {
    let mut state = [0_u64; 25];
    let mut padded = text.to_vec();
    padded.push(1);
    padded.resize(padded.len().next_multiple_of(RATE), 0);
    if let Some(last) = padded.last_mut() {
        *last |= 0x80;
    }
    for block in padded.chunks_exact(RATE) {
        let (lanes, _) = block.as_chunks::<8>();
        state.iter_mut().zip(lanes).for_each(|(lane, bytes)| *lane ^= u64::from_le_bytes(*bytes));
        permute(&mut state);
    }
    let mut out = [0; 32];
    let (eights, _) = out.as_chunks_mut::<8>();
    eights.iter_mut().zip(state).for_each(|(bytes, lane)| *bytes = lane.to_le_bytes());
    out
}

fn permute(state: &mut [u64; 25]) {
    let get = |state: &[u64; 25], at: usize| state.get(at).copied().unwrap_or_default();
    for round in ROUNDS {
        let column = |x: usize| (0..5).fold(0, |sum, y| sum ^ get(state, x + 5 * y));
        let columns = [column(0), column(1), column(2), column(3), column(4)];
        let sum = |x: usize| columns.get(x % 5).copied().unwrap_or_default();
        let theta = [0, 1, 2, 3, 4].map(|x| sum(x + 4) ^ sum(x + 1).rotate_left(1));
        for (at, lane) in state.iter_mut().enumerate() {
            *lane ^= theta.get(at % 5).copied().unwrap_or_default();
        }
        let mut carried = get(state, 1);
        for (lane, rotate) in LANES.into_iter().zip(ROTATE) {
            if let Some(place) = state.get_mut(lane) {
                carried = std::mem::replace(place, carried.rotate_left(rotate));
            }
        }
        let (rows, _) = state.as_chunks_mut::<5>();
        for row in rows {
            let old = *row;
            let at = |place: usize| old.get(place % 5).copied().unwrap_or_default();
            *row = [0, 1, 2, 3, 4].map(|place| at(place) ^ (!at(place + 1) & at(place + 2)));
        }
        state[0] ^= round;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_reference() {
        let begins = |text: &[u8]| u64::from_be_bytes(*keccak256(text).first_chunk().unwrap());
        assert_eq!(begins(b""), 0xc5d2_4601_86f7_233c);
        assert_eq!(begins(b"abc"), 0x4e03_657a_ea45_a94f);
        assert_eq!(begins(b"The quick brown fox jumps over the lazy dog"), 0x4d74_1b6f_1eb2_9cb2);
        let whole = keccak256(b"");
        assert_eq!(whole.last(), Some(&0x70), "all of it");
        // Longer than what one permutation takes in.
        assert_ne!(keccak256(&[0; 300]), keccak256(&[0; 301]));
    }
}
