//! Bank accounts into which a mail wants money: IBANs whose check digits hold, Japanese accounts (bank, branch, kind and seven
//! digits), accounts of the United States (a routing number whose check digit holds, and an account beside it).
//!
//! Sources: ISO 13616 and the IBAN registry (lengths), ISO 7064 (mod 97-10), the Japanese Bankers Association's customs of
//! naming accounts, the ABA's rule for routing numbers. Digits alone are never an account: the words around them decide.

use std::ops::Range;

use super::digits::{Run, digit};
use crate::message::Span;

/// Bytes in front of an account's digits in which its kind stands.
const KIND_BYTES: usize = 48;
/// In which its bank stands.
const BANK_BYTES: usize = 300;
/// The longest name of a bank with its branch, in bytes.
const NAME_BYTES: usize = 150;
/// Bytes around a routing number in which words of an account stand.
const AROUND_BYTES: usize = 200;

/// Lengths of the IBANs of the countries, from the registry.
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

/// How an account is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountKind {
    /// By an international number (IBAN).
    Iban,
    /// As Japanese banks do: kind and seven digits.
    Japanese,
    /// By routing number and account, as in the United States.
    American,
}

/// A bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Without blanks: `DE89370400440532013000`; `普通 1234567`; `021000021 123456789`.
    pub number: String,
    /// Bank and branch as they are named there; empty where they are not.
    pub bank: String,
    /// How it is named.
    pub kind: AccountKind,
    /// The part that it stands in; `None` for the subject.
    pub part: Option<usize>,
    /// Its bytes, or those of its part where that is encoded.
    pub span: Span,
}

/// An account that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) at: Range<usize>,
    pub(super) number: String,
    pub(super) bank: String,
    pub(super) kind: AccountKind,
}

/// The IBAN whose check digits stand at `at`.
pub(super) fn iban(text: &str, at: usize) -> Option<Found> {
    let start = at.checked_sub(2)?;
    let country = text.get(start..at)?;
    let before = text.get(..start)?.chars().next_back();
    if before.is_some_and(|letter| letter.is_ascii_alphanumeric()) {
        return None;
    }
    let length = LENGTHS.iter().find(|(own, _)| *own == country).map(|(_, length)| *length)?;
    let mut number = String::with_capacity(length);
    let mut end = start;
    for letter in text.get(start..)?.chars().take(length * 2) {
        match letter {
            'A'..='Z' | '0'..='9' => number.push(letter),
            // Groups of four.
            ' ' | '\u{a0}' | '-' if number.len().is_multiple_of(4) && number.len() < length => {}
            _ => break,
        }
        end += letter.len_utf8();
        if number.len() == length {
            break;
        }
    }
    let behind = text.get(end..)?.chars().next();
    let whole = number.len() == length && !behind.is_some_and(|letter| letter.is_ascii_alphanumeric());
    (whole && checks(&number)).then(|| Found { at: start..end, number, bank: String::new(), kind: AccountKind::Iban })
}

/// ISO 7064, mod 97-10: the first four go behind, letters count from ten.
fn checks(number: &str) -> bool {
    let bytes = number.as_bytes();
    let (front, rest) = bytes.split_at(bytes.len().min(4));
    let sum = rest.iter().chain(front).fold(0_u32, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    sum == 1
}

/// The Japanese account whose digits a run is.
pub(super) fn japanese(text: &str, run: &Run) -> Option<Found> {
    let [group] = run.groups.get(..1)? else { return None };
    if group.digits.len() != 7 || run.groups.len() > 1 && run.groups.iter().skip(1).any(|next| next.joined) {
        return None;
    }
    let front = tail(text, run.start, KIND_BYTES);
    let kind =
        ["普通", "当座", "貯蓄", "口座番号"].iter().filter_map(|kind| Some((front.rfind(kind)?, *kind))).max()?;
    // Between the kind and its digits stand `預金`, `口座番号`, a colon, a bracket: no digit and no sentence.
    let between = front.get(kind.0..)?;
    if between.chars().any(|letter| digit(letter).is_some() || matches!(letter, '。' | '、')) {
        return None;
    }
    let kinds = ["普通", "当座", "貯蓄"];
    let named = kinds.iter().filter_map(|kind| Some((front.rfind(kind)?, *kind))).max().map_or("", |(_, kind)| kind);
    let bank = bank(tail(text, run.start, BANK_BYTES))?;
    let number = format!("{named} {}", group.digits).trim_start().to_owned();
    Some(Found { at: run.start..group.end, number, bank, kind: AccountKind::Japanese })
}

/// The name of the last bank in a text, with its branch.
fn bank(front: &str) -> Option<String> {
    const BANKS: &[&str] = &["銀行", "信用金庫", "信用組合", "労働金庫", "農業協同組合", "農協", "信金", "ゆうちょ"];
    let apart = |letter: char| letter.is_whitespace() || "：:「」（）()、。，,・■●◆／/【】".contains(letter);
    let at = BANKS.iter().filter_map(|word| Some(front.rfind(word)? + word.len())).max()?;
    let head = front.get(..at)?;
    let start = head
        .rfind(apart)
        .map_or(0, |start| start + head.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let behind = front.get(at..)?;
    // Where bank and branch have a line each, the branch's line has its own label.
    let ends = ["支店", "営業部", "出張所", "本店"].iter().filter_map(|word| Some(behind.rfind(word)? + word.len()));
    let end = at + ends.max().filter(|end| *end <= 80).unwrap_or(0);
    let name = front.get(start..end)?.replace("支店名", " ").replace(['：', ':'], " ");
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (name.len() <= NAME_BYTES).then_some(name)
}

/// The account of the United States whose routing number a run is.
pub(super) fn american(text: &str, run: &Run) -> Option<Found> {
    let [group] = run.groups.get(..1)? else { return None };
    if !routes(&group.digits) {
        return None;
    }
    let front = tail(text, run.start, KIND_BYTES).to_ascii_lowercase();
    if !["routing", "aba ", "aba:", "rtn"].iter().any(|word| front.contains(word)) {
        return None;
    }
    let ahead = text.get(group.end..)?;
    let ahead = ahead.get(..ahead.floor_char_boundary(AROUND_BYTES))?;
    let account = account(ahead).or_else(|| account(tail(text, run.start, AROUND_BYTES)))?;
    let number = format!("{} {account}", group.digits);
    Some(Found { at: run.start..group.end, number, bank: String::new(), kind: AccountKind::American })
}

/// The ABA's check digit and the ranges that are given out.
fn routes(digits: &str) -> bool {
    let sum: u32 =
        digits.bytes().zip([3, 7, 1, 3, 7, 1, 3, 7, 1]).map(|(digit, by)| u32::from(digit - b'0') * by).sum();
    let area: u32 = digits.get(..2).and_then(|area| area.parse().ok()).unwrap_or(99);
    digits.len() == 9 && sum > 0 && sum.is_multiple_of(10) && matches!(area, 1..=12 | 21..=32 | 61..=72 | 80)
}

/// The digits behind the word `account`.
fn account(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let at = ["account", "acct", "a/c"].iter().filter_map(|word| Some(lower.find(word)? + word.len())).min()?;
    let rest = lower.get(at..)?;
    let from = rest.find(|letter: char| letter.is_ascii_digit()).filter(|from| *from <= 24)?;
    let rest = rest.get(from..)?;
    let digits: String = rest
        .chars()
        .take_while(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-'))
        .take(24)
        .filter(char::is_ascii_digit)
        .collect();
    (5..=17).contains(&digits.len()).then_some(digits)
}

/// The end of what stands in front of `at`.
fn tail(text: &str, at: usize, bytes: usize) -> &str {
    text.get(text.ceil_char_boundary(at.saturating_sub(bytes))..at).unwrap_or_default()
}
