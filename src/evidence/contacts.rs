//! Ways to answer a mail that are no links: telephone numbers, wallets for digital coins, bank accounts. One pass over the
//! visible text, driven by its digits and by its long words, so that a text without them costs a look.
//!
//! Facts with the bytes that they rest on. Whose a number or an account is, is not known here, and nothing here judges.

mod accounts;
mod base58;
mod bech32;
mod digits;
mod keccak;
mod phones;
#[cfg(test)]
mod tests;
mod wallets;

use std::ops::Range;

pub use accounts::{Account, AccountKind};
pub use phones::{Phone, Plan};
pub use wallets::{Coin, Wallet};

use super::Link;
use crate::message::{Span, clip};
use crate::text::blocks::{BLOCK, block, mask};

/// The most characters of a number as written.
const WRITTEN: usize = 60;
/// A text of which so much is Japanese writes numbers as Japan does.
const JAPANESE: f32 = 0.1;
/// Digits and characters beyond ASCII that have to stand near each other for a number to be there.
const FEWEST: usize = 9;
/// The same where accounts are written as in Japan.
const FEWEST_JAPANESE: usize = 7;
/// Bytes in which they have to.
const NEAR: usize = 56;

/// What a mail asks to be called or paid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contacts {
    /// Telephone numbers, each once, in the order in which they stand.
    pub phones: Vec<Phone>,
    /// Wallets.
    pub wallets: Vec<Wallet>,
    /// Bank accounts.
    pub accounts: Vec<Account>,
}

impl Contacts {
    /// Looks through a text for at most so many of each kind; `place` tells the part and the bytes of a stretch of it.
    pub(super) fn look(
        &mut self,
        text: &str,
        japanese: f32,
        most: usize,
        place: impl Fn(Range<usize>) -> (Option<usize>, Span),
    ) {
        wallets::find(text, |at, coin, checked| {
            let Some(address) = text.get(at.clone()) else { return };
            if self.wallets.len() < most && !self.wallets.iter().any(|known| known.address == address) {
                let (part, span) = place(at);
                self.wallets.push(Wallet { address: address.to_owned(), coin, checked, part, span });
            }
        });
        let mut done = 0;
        starts(text, |at| {
            if at >= done {
                done = self.number(text, at, japanese > JAPANESE, most, &place);
            }
        });
    }

    /// What begins with the digit at `at`; gives where looking goes on.
    fn number(
        &mut self,
        text: &str,
        at: usize,
        japanese: bool,
        most: usize,
        place: &impl Fn(Range<usize>) -> (Option<usize>, Span),
    ) -> usize {
        let capital = |back: usize| {
            at.checked_sub(back).and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_uppercase)
        };
        let iban = (capital(1) && capital(2)).then(|| accounts::iban(text, at)).flatten();
        if let Some(found) = iban {
            let end = found.at.end;
            self.account(found, most, place);
            return end;
        }
        if !crowded(text.as_bytes(), at, if japanese { FEWEST_JAPANESE } else { FEWEST }) {
            return at + 1;
        }
        let (end, run) = digits::run(text, at);
        let Some(run) = run else { return end };
        let account =
            accounts::american(text, &run).or_else(|| japanese.then(|| accounts::japanese(text, &run)).flatten());
        if let Some(found) = account {
            let end = found.at.end;
            self.account(found, most, place);
            return end;
        }
        let Some(found) = phones::of(text, &run, japanese) else { return end };
        if self.phones.len() < most && !self.phones.iter().any(|known| known.number == found.number) {
            let (part, span) = place(found.at.clone());
            let written = written(text.get(found.at.clone()).unwrap_or_default());
            let phones::Found { number, plan, toll_free, disguised, .. } = found;
            self.phones.push(Phone { number, written, plan, toll_free, disguised, link: false, part, span });
        }
        found.at.end.max(at + 1)
    }

    fn account(&mut self, found: accounts::Found, most: usize, place: &impl Fn(Range<usize>) -> (Option<usize>, Span)) {
        if self.accounts.len() < most && !self.accounts.iter().any(|known| known.number == found.number) {
            let (part, span) = place(found.at);
            self.accounts.push(Account { number: found.number, bank: found.bank, kind: found.kind, part, span });
        }
    }

    /// Adds the numbers behind links that dial.
    pub(super) fn links(&mut self, links: &[Link], most: usize) {
        const DIALS: &[&str] = &["tel:", "sms:", "callto:"];
        for link in links {
            let rest = DIALS.iter().find_map(|scheme| {
                let front = link.raw.get(..scheme.len())?;
                front.eq_ignore_ascii_case(scheme).then(|| link.raw.get(scheme.len()..))?
            });
            let Some(rest) = rest.map(|rest| clip(rest.trim(), WRITTEN).replace("%20", " ")) else { continue };
            let rest = rest.as_str();
            let Some(at) = rest.char_indices().find(|(_, letter)| digits::digit(*letter).is_some()) else { continue };
            let Some((number, plan, toll_free)) = digits::run(rest, at.0).1.as_ref().and_then(phones::of_link) else {
                continue;
            };
            if let Some(known) = self.phones.iter_mut().find(|known| known.number == number) {
                known.link = true;
            } else if self.phones.len() < most {
                let (written, part, span) = (written(rest), link.part, link.span);
                self.phones.push(Phone { number, written, plan, toll_free, disguised: false, link: true, part, span });
            }
        }
    }

    /// A limit was hit.
    pub(super) fn full(&self, most: usize) -> bool {
        [self.phones.len(), self.wallets.len(), self.accounts.len()].contains(&most)
    }
}

/// Without a bracket that is not closed.
fn written(text: &str) -> String {
    let text = clip(text, WRITTEN);
    let open = text.strip_prefix(['(', '[', '\u{ff08}']).filter(|rest| !rest.contains([')', ']', '\u{ff09}']));
    open.unwrap_or(text).to_owned()
}

/// Where runs of digits begin, however they are written.
fn starts(text: &str, mut each: impl FnMut(usize)) {
    let (bytes, ascii) = (text.as_bytes(), text.is_ascii());
    let mut carry = 0;
    for at in (0..bytes.len()).step_by(BLOCK) {
        let block = block(bytes, at);
        let digit = mask(&block, |byte| byte.is_ascii_digit());
        // Full width, circles, mathematical alphabets: the first bytes of their characters.
        let wide = if ascii { 0 } else { mask(&block, |byte| matches!(byte, 0xe2 | 0xef | 0xf0)) };
        let mut starts = digit & !(digit << 1 | carry) | wide;
        carry = digit >> (BLOCK - 1);
        while starts != 0 {
            let bit = starts & starts.wrapping_neg();
            let start = at + starts.trailing_zeros() as usize;
            starts ^= bit;
            let letter = || text.get(start..).and_then(|rest| rest.chars().next());
            if wide & bit == 0 || letter().and_then(digits::digit).is_some() {
                each(start);
            }
        }
    }
}

/// So many digits stand behind `at`, with nothing but what parts digits between them, that they may be a number.
fn crowded(bytes: &[u8], at: usize, fewest: usize) -> bool {
    let near = bytes.get(at..bytes.len().min(at + NEAR)).unwrap_or_default();
    // Letters stand for digits as well; of characters in other scripts, most are three bytes.
    let counts = |byte: &u8| byte.is_ascii_digit() || *byte >= 0xe2 || b"OoIl".contains(byte);
    let parts = |byte: &u8| *byte >= 0x80 || b" -.()[]*_~".contains(byte);
    let digits = near.iter().take_while(|byte| counts(byte) || parts(byte)).filter(|byte| counts(byte)).count();
    // Dates are most of what is left.
    let date = near.get(4) == Some(&b'-') && near.get(7) == Some(&b'-') && near.starts_with(b"20");
    digits >= fewest && !date
}
