//! Addresses of wallets for digital coins: only those whose own checksum holds, and those of Ethereum, whose form is rare
//! enough to tell. Nothing is kept for its looks alone: hashes, keys and identifiers of mails look the same.
//!
//! Sources: Bitcoin's base58check, BIP 173 and BIP 350; ERC-55 (Ethereum); the address formats of Litecoin, Dogecoin, Tron,
//! XRP Ledger and Monero. `3...` is Bitcoin's and was Litecoin's once; it is told as Bitcoin's.

use std::ops::Range;

use super::keccak::keccak256;
use super::{base58, bech32};
use crate::message::Span;
use crate::text::blocks::{BLOCK, block, mask};

/// The shortest and the longest address, in characters.
const SHORTEST: usize = 25;
const LONGEST: usize = 106;
/// Of so many letters and digits in a row, half stand in one block.
const HALF: usize = 13;

/// A coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Coin {
    /// Bitcoin.
    Bitcoin,
    /// Litecoin.
    Litecoin,
    /// Dogecoin.
    Dogecoin,
    /// Ethereum and every chain with the same addresses.
    Ethereum,
    /// Monero.
    Monero,
    /// Tron.
    Tron,
    /// XRP.
    Xrp,
}

impl Coin {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bitcoin => "Bitcoin",
            Self::Litecoin => "Litecoin",
            Self::Dogecoin => "Dogecoin",
            Self::Ethereum => "Ethereum",
            Self::Monero => "Monero",
            Self::Tron => "Tron",
            Self::Xrp => "XRP",
        }
    }
}

/// An address of a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// The address as it stands in the mail.
    pub address: String,
    /// Whose it is.
    pub coin: Coin,
    /// A checksum in it holds; an address of Ethereum in one case has none.
    pub checked: bool,
    /// The part that it stands in; `None` for the subject.
    pub part: Option<usize>,
    /// Its bytes, or those of its part where that is encoded.
    pub span: Span,
}

/// The words of a text that are as long as an address and are one, with the coin and whether a checksum says so.
pub(super) fn find(text: &str, mut each: impl FnMut(Range<usize>, Coin, bool)) {
    words(text, |at| {
        if let Some((coin, checked)) = text.get(at.clone()).and_then(coin) {
            each(at, coin, checked);
        }
    });
}

/// Runs of letters and digits that are as long as an address.
fn words(text: &str, mut each: impl FnMut(Range<usize>)) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in (0..bytes.len()).step_by(BLOCK) {
        let word = mask(&block(bytes, at), |byte| byte.is_ascii_alphanumeric());
        let two = word & word >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        let mut long = eight & eight >> (HALF - 8);
        while long != 0 {
            // A word is looked at once, in whichever block it is met first.
            let passed = usize::saturating_sub(done, at);
            long = if passed >= BLOCK { 0 } else { long & u64::MAX << passed };
            if long == 0 {
                break;
            }
            let inside = at + long.trailing_zeros() as usize;
            let back = bytes.get(done..inside).unwrap_or_default();
            let back = back.iter().rev().take(LONGEST + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let rest = bytes.get(inside..).unwrap_or_default();
            let ahead = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            done = inside + ahead;
            if (SHORTEST..=LONGEST).contains(&(back + ahead)) {
                each(inside - back..done);
            }
        }
    }
}

/// The coin whose address a word is, and whether a checksum says so.
fn coin(word: &str) -> Option<(Coin, bool)> {
    let base58 = || base58::version(word, base58::BITCOIN);
    let coin = match (word.as_bytes().first()?, word.len()) {
        (b'1', 26..=34) => (base58()? == 0).then_some(Coin::Bitcoin),
        (b'3', 33..=35) => (base58()? == 5).then_some(Coin::Bitcoin),
        (b'L', 33..=34) => (base58()? == 0x30).then_some(Coin::Litecoin),
        (b'M', 33..=34) => (base58()? == 0x32).then_some(Coin::Litecoin),
        (b'D', 33..=34) => (base58()? == 0x1e).then_some(Coin::Dogecoin),
        (b'T', 34) => (base58()? == 0x41).then_some(Coin::Tron),
        (b'r', 25..=35) => (base58::version(word, base58::RIPPLE)? == 0).then_some(Coin::Xrp),
        (b'b' | b'B', 26..=90) => bech32::holds(word, "bc").then_some(Coin::Bitcoin),
        (b'l' | b'L', 27..=90) => bech32::holds(word, "ltc").then_some(Coin::Litecoin),
        (b'4' | b'8', 95 | 106) => matches!(base58::monero(word)?, 18 | 19 | 42).then_some(Coin::Monero),
        (b'0', 42) => return ethereum(word).map(|checked| (Coin::Ethereum, checked)),
        _ => None,
    };
    coin.map(|coin| (coin, true))
}

/// Forty hexadecimal digits behind `0x`; where they are in both cases the case is a checksum (ERC-55), and has to hold.
fn ethereum(word: &str) -> Option<bool> {
    let digits = word.strip_prefix("0x")?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        || digits.bytes().all(|digit| Some(&digit) == digits.as_bytes().first())
    {
        return None;
    }
    let lower = digits.to_ascii_lowercase();
    if digits == lower || digits == digits.to_ascii_uppercase() {
        return Some(false);
    }
    let hash = keccak256(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let holds = digits
        .bytes()
        .zip(nibbles)
        .all(|(digit, nibble)| digit.is_ascii_digit() || digit.is_ascii_uppercase() == (nibble >= 8));
    holds.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn coins(text: &str) -> Vec<(Coin, bool)> {
        let mut out = Vec::new();
        find(text, |_, coin, checked| out.push((coin, checked)));
        out
    }

    #[test]
    fn every_kind_of_address_is_known_by_its_checksum() {
        for (text, expected) in [
            ("send to 1BitcoinEaterAddressDontSendf59kuE.", (Coin::Bitcoin, true)),
            ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", (Coin::Bitcoin, true)),
            ("送金先：bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0まで", (Coin::Bitcoin, true)),
            ("(0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed)", (Coin::Ethereum, true)),
            ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", (Coin::Ethereum, false)),
            ("T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", (Coin::Tron, true)),
            ("rrrrrrrrrrrrrrrrrrrrrhoLvTp", (Coin::Xrp, true)),
            (LITECOIN, (Coin::Litecoin, true)),
            (DOGECOIN, (Coin::Dogecoin, true)),
            (LITECOIN_BECH, (Coin::Litecoin, true)),
            (MONERO, (Coin::Monero, true)),
        ] {
            assert_eq!(coins(text), [expected], "{text}");
        }
    }

    /// Hashes of nothing but noughts under the versions of their coins, and keys of noughts: addresses of nobody.
    const LITECOIN: &str = "LKDxGDJq5fF4FohAB8zJH24mDDNHDNtqsE";
    const DOGECOIN: &str = "D596YFweJQuHY1BbjazZYmAbt8jJPbKehC";
    const LITECOIN_BECH: &str = "ltc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqp9ysmq";
    const MONERO: &str =
        "41d7FXjswpK1111111111111111111111111111111111111111111111111111111111111111111111111111112KhNi4";

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "1BitcoinEaterAddressDontSendf59kuF",
            "x1BitcoinEaterAddressDontSendf59kuE",
            "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0x0000000000000000000000000000000000000000",
            "33bc9b52cca57c2bb8457bd26da8988e",
            "commit 5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "https://example.com/1juBs4tXRA6Cwhd1Qnhh4vzCtDxTsnxQ/",
            "RGVhciBjdXN0b21lciwgcGxlYXNlIHZlcmlmeSB5b3VyIGFjY291bnQ",
        ] {
            assert!(coins(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_long_word_is_found_once(pieces in prop::collection::vec((0..130_usize, 0..3_usize), 0..20)) {
            let text: String =
                pieces.iter().map(|(length, gap)| "a".repeat(*length) + &" ".repeat(*gap)).collect();
            let expected: Vec<usize> = text
                .split(' ')
                .map(str::len)
                .filter(|length| (26..=LONGEST).contains(length))
                .collect();
            let mut found: Vec<usize> = Vec::new();
            words(&text, |at| found.push(at.len()));
            found.retain(|length| *length >= 26);
            prop_assert_eq!(found, expected);
        }
    }
}
