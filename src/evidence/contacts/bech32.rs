//! Addresses in bech32 and bech32m (BIP 173, BIP 350): a word for the coin, a `1`, and 32 letters that carry the program
//! of a witness with six letters of checksum.

const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What the checksum comes to: of version 0, and of all later ones.
const BECH32: u32 = 1;
const BECH32M: u32 = 0x2bc8_30a3;
/// The longest text (BIP 173).
const LONGEST: usize = 90;

/// The text is an address of a coin whose addresses begin with `word`.
pub(super) fn holds(text: &str, word: &str) -> bool {
    check(text, word).is_some()
}

fn check(text: &str, word: &str) -> Option<()> {
    let lower = text.to_ascii_lowercase();
    // One case or the other, never both.
    if text.len() > LONGEST || text != lower && text != text.to_ascii_uppercase() {
        return None;
    }
    let data = lower.strip_prefix(word)?.strip_prefix('1')?;
    let values: Vec<u32> = data
        .bytes()
        .map(|letter| LETTERS.iter().position(|own| *own == letter).map(|at| at as u32))
        .collect::<Option<_>>()?;
    let high = word.bytes().map(|letter| u32::from(letter >> 5));
    let low = word.bytes().map(|letter| u32::from(letter & 31));
    let sum = high.chain([0]).chain(low).chain(values.iter().copied()).fold(1, step);
    let (version, rest) = values.split_first()?;
    let program = rest.len().checked_sub(6)?;
    let (bytes, spare) = (program * 5 / 8, program * 5 % 8);
    let last = rest.get(program.checked_sub(1)?)?;
    let fits = if *version == 0 { matches!(bytes, 20 | 32) && sum == BECH32 } else { sum == BECH32M };
    // Bits that fill up the last letter are noughts, and fewer than a letter has.
    (fits && *version <= 16 && (2..=40).contains(&bytes) && spare < 5 && last & ((1 << spare) - 1) == 0).then_some(())
}

fn step(sum: u32, value: u32) -> u32 {
    const TAPS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let next = (sum & 0x01ff_ffff) << 5 ^ value;
    TAPS.into_iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1).fold(next, |next, (_, tap)| next ^ tap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_both_proposals_are_told_apart() {
        for text in [
            // BIP 173 and BIP 350, valid.
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "BC1SW50QGDZ25J",
            "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            assert!(holds(text, "bc"), "{text}");
        }
        for text in [
            // Wrong checksum kinds, versions, lengths, padding, mixed case (the same documents).
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
            "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
            "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
            "bc1pw5dgrnzv",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
            "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4",
            "bc1gmk9yu",
            "bc1",
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
        ] {
            assert!(!holds(text, "bc"), "{text}");
        }
    }
}
