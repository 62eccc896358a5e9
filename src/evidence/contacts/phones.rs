//! Telephone numbers: of North America and Japan in their national spellings, all others with a plus or beside a word of
//! calling. A run of digits is no number by itself: groups, ranges and words decide, since order numbers, dates and case
//! numbers look much the same.
//!
//! Plans: ITU-T E.164 (international), NANP (North America), the numbering plan of the Japanese Ministry of Internal
//! Affairs and Communications.

use std::cell::OnceCell;
use std::ops::Range;

use super::digits::{Group, Run};
use crate::message::Span;

/// Bytes in front of a number in which a word of calling is looked for.
const CUE_BYTES: usize = 60;
/// Area codes of North America for which the caller does not pay.
const FREE: &[&str] = &["800", "833", "844", "855", "866", "877", "888"];

/// By which plan a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Plan {
    /// With a plus or two noughts and a code of a country.
    International,
    /// North America.
    NorthAmerica,
    /// Japan.
    Japan,
    /// Some country's own spelling, beside a word of calling.
    National,
}

/// A telephone number that the mail names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// With plus and code of the country where that is known, else the digits as dialed: `+18055550143`, `0120000000`.
    pub number: String,
    /// As it stands in the mail.
    pub written: String,
    /// By which plan.
    pub plan: Plan,
    /// Whoever calls does not pay.
    pub toll_free: bool,
    /// Written so that programs do not find it: letters for digits, digits in circles, digit by digit.
    pub disguised: bool,
    /// It stands behind a link that dials (`tel:`).
    pub link: bool,
    /// The part that it stands in; `None` for the subject.
    pub part: Option<usize>,
    /// Its bytes, or those of its part where that is encoded.
    pub span: Span,
}

/// A number that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) at: Range<usize>,
    pub(super) number: String,
    pub(super) plan: Plan,
    pub(super) toll_free: bool,
    pub(super) disguised: bool,
}

/// Words that a number to be called stands behind.
const DIAL: &[&str] =
    &["call", "phone", "tel", "dial", "toll", "mobile", "whatsapp", "sms", "電話", "フリーダイヤル", "☎", "📞", "☏"];
/// Words that it may stand behind.
const CONTACT: &[&str] = &[
    "contact",
    "reach",
    "help",
    "hotline",
    "support",
    "service",
    "line",
    "fax",
    "number",
    "ＴＥＬ",
    "連絡",
    "問い合わせ",
    "問合せ",
    "窓口",
    "デスク",
    "センター",
];

/// What stands in front of a number, small, made where somebody asks.
struct Front<'a> {
    text: &'a str,
    at: usize,
    small: OnceCell<String>,
}

impl<'a> Front<'a> {
    fn of(text: &'a str, at: usize) -> Self {
        Self { text, at, small: OnceCell::new() }
    }

    fn has(&self, words: &[&str]) -> bool {
        let small = self.small.get_or_init(|| {
            let start = self.text.ceil_char_boundary(self.at.saturating_sub(CUE_BYTES));
            self.text.get(start..self.at).unwrap_or_default().to_ascii_lowercase()
        });
        words.iter().any(|word| small.contains(word))
    }

    fn dials(&self) -> bool {
        self.has(DIAL)
    }

    fn speaks_of_calls(&self) -> bool {
        self.has(DIAL) || self.has(CONTACT)
    }
}

/// The number that a run is. `japanese` says that the text is.
pub(super) fn of(text: &str, run: &Run, japanese: bool) -> Option<Found> {
    let all: usize = run.groups.iter().map(|group| group.digits.len()).sum();
    if all < 8 {
        return None;
    }
    let front = Front::of(text, run.start);
    let read = international(run, &front)
        .or_else(|| north_american(run, &front))
        .or_else(|| japan(run, japanese, &front))
        .or_else(|| national(run, all, &front))?;
    let groups = run.groups.get(..read.groups)?;
    Some(Found {
        at: run.start..groups.last()?.end,
        toll_free: is_free(&read),
        number: read.number,
        plan: read.plan,
        disguised: read.disguised || groups.iter().any(|group| group.odd),
    })
}

/// The number of a link that dials.
pub(super) fn of_link(run: &Run) -> Option<(String, Plan, bool)> {
    let front = Front::of("tel", 3);
    let read = international(run, &front).or_else(|| north_american(run, &front)).or_else(|| japan(run, true, &front));
    if let Some(read) = read {
        let free = is_free(&read);
        return Some((read.number, read.plan, free));
    }
    let digits = joined(&run.groups);
    (5..=15).contains(&digits.len()).then_some((digits, Plan::National, false))
}

fn is_free(read: &Read) -> bool {
    match read.plan {
        Plan::Japan => read.number.starts_with("0120") || read.number.starts_with("0800"),
        _ => read.number.strip_prefix("+1").and_then(|rest| rest.get(..3)).is_some_and(|area| FREE.contains(&area)),
    }
}

/// So many groups are that number.
struct Read {
    groups: usize,
    number: String,
    plan: Plan,
    disguised: bool,
}

fn joined(groups: &[Group]) -> String {
    groups.iter().map(|group| group.digits.as_str()).collect()
}

/// How many groups from the first on have so many digits in all.
fn prefix(groups: &[Group], digits: usize) -> Option<usize> {
    let mut sum = 0;
    groups
        .iter()
        .position(|group| {
            sum += group.digits.len();
            sum >= digits
        })
        .filter(|_| sum == digits)
        .map(|at| at + 1)
}

/// The length of the code of the country that digits begin with.
fn country(digits: &str) -> Option<usize> {
    const TWO: &[&str] = &[
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    const THREE: &[&str] = &[
        "21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "80", "85",
        "87", "88", "96", "97", "99",
    ];
    let two = digits.get(..2)?;
    if digits.starts_with(['1', '7']) {
        Some(1)
    } else if TWO.contains(&two) {
        Some(2)
    } else {
        THREE.contains(&two).then_some(3)
    }
}

fn international(run: &Run, front: &Front<'_>) -> Option<Read> {
    let first = run.groups.first()?;
    // Two noughts are a prefix of dialing in most countries, and the beginning of many another number.
    let noughts = if run.plus { 0 } else { 2 };
    let dialed = || first.digits.starts_with("00") && front.speaks_of_calls();
    if !(run.plus || dialed()) {
        return None;
    }
    // `+81 (0)3`: the nought in brackets is not dialed from abroad.
    let trunk = |at: usize, group: &Group| at > 0 && at < 3 && group.digits == "0" && group.bracket;
    let mut number = String::from("+");
    let (mut groups, mut used) = (0, String::new());
    for (at, group) in run.groups.iter().enumerate() {
        if !trunk(at, group) {
            used.push_str(&group.digits);
        }
        let digits = used.get(noughts..).unwrap_or_default();
        let (code, length) = (country(digits), digits.len());
        let enough = match (code, digits.get(..2)) {
            (Some(1), Some(_)) if digits.starts_with('1') => length == 11,
            (_, Some("81")) => matches!(length, 11 | 12),
            _ => (9..=13).contains(&length),
        };
        if code.is_some() && enough {
            groups = at + 1;
            number.truncate(1);
            number.push_str(digits);
        }
        if length > 15 {
            break;
        }
    }
    // Nothing but digits behind a plus is a line of a patch as well.
    let bare = groups == 1 && number.len() < 11;
    let digits = number.get(1..)?;
    if groups == 0 || bare || digits.starts_with('1') && !nanp(digits.get(1..)?) {
        return None;
    }
    Some(Read { groups, number, plan: Plan::International, disguised: false })
}

/// Ten digits that the plan of North America gives to somebody.
fn nanp(ten: &str) -> bool {
    let ten = ten.as_bytes();
    let at = |place: usize| ten.get(place).copied().unwrap_or_default();
    ten.len() == 10 && (b'2'..=b'9').contains(&at(0)) && at(1) != b'9' && (b'2'..=b'9').contains(&at(3))
}

fn north_american(run: &Run, front: &Front<'_>) -> Option<Read> {
    let groups = &run.groups;
    let one = usize::from(groups.first()?.digits.starts_with('1'));
    let used = prefix(groups, 10 + one)?;
    let used_groups = groups.get(..used)?;
    let all = joined(used_groups);
    let ten = all.get(one..)?;
    if !nanp(ten) {
        return None;
    }
    let lengths: Vec<usize> = used_groups.iter().map(|group| group.digits.len()).collect();
    // Scales and codes are rows of single digits as well.
    let signs = || used_groups.iter().filter(|group| group.joined).count() > 1 || front.dials();
    let single = lengths.iter().filter(|length| **length == 1).count() > 6 && signs();
    let usual = match lengths.as_slice() {
        [3, 3, 4] | [1, 3, 3, 4] => {
            used_groups.iter().skip(one + 1).any(|group| group.joined) || front.speaks_of_calls()
        }
        [4, 3, 4] if one == 1 => true,
        [3, 7] | [1, 3, 7] | [1, 10] | [10 | 11] => front.dials(),
        _ => single || lengths.len() > 5 && front.dials(),
    };
    usual.then(|| Read {
        groups: used,
        number: format!("+1{ten}"),
        plan: Plan::NorthAmerica,
        disguised: single || lengths.len() > 4,
    })
}

fn japan(run: &Run, japanese: bool, front: &Front<'_>) -> Option<Read> {
    let groups = &run.groups;
    let first = groups.first()?.digits.as_str();
    if !first.starts_with('0') || first.starts_with("00") {
        return None;
    }
    let all = joined(groups);
    let three = all.get(..3)?;
    let four = all.get(..4)?;
    let service = matches!(four, "0120" | "0570" | "0990");
    let length = if service || !(matches!(three, "050" | "070" | "080" | "090") || four == "0800") { 10 } else { 11 };
    let used = prefix(groups, length)?;
    let parts = groups.get(..used)?;
    let lengths: Vec<usize> = parts.iter().map(|group| group.digits.len()).collect();
    let joins = parts.iter().skip(1).all(|group| group.joined);
    // Other countries write numbers that begin with a nought as well.
    let known = japanese || service && joins && parts.len() == 3;
    let shaped = match lengths.as_slice() {
        [4, 3, 3] | [4, 2, 4] if service => true,
        [4, 3, 4] => four == "0800",
        [3, 4, 4] => length == 11,
        [a, b, 4] => {
            length == 10 && !service && (2..=5).contains(a) && a + b == 6 && four.as_bytes().get(1) != Some(&b'0')
        }
        [10 | 11] => front.dials(),
        _ => false,
    };
    let number = all.get(..length)?;
    (known && shaped && (joins || front.speaks_of_calls())).then(|| Read {
        groups: used,
        // Numbers of service are not dialed from abroad.
        number: if service || four == "0800" {
            number.to_owned()
        } else {
            format!("+81{}", number.get(1..).unwrap_or_default())
        },
        plan: Plan::Japan,
        disguised: false,
    })
}

/// Some country's own spelling: the whole run, parted, and behind a word of calling.
fn national(run: &Run, all: usize, front: &Front<'_>) -> Option<Read> {
    let lengths: Vec<usize> = run.groups.iter().map(|group| group.digits.len()).collect();
    let date = matches!(lengths.as_slice(), [4, 2, 2, ..] | [1 | 2, 2, 4, ..] | [4, 4, 4, ..]);
    // What has the shape of North America's numbers and is none is nobody's.
    let nobody = lengths == [1, 3, 3, 4];
    let address = lengths.len() == 4 && run.groups.iter().skip(1).all(|group| group.dot);
    let decimal = lengths.len() == 2 && run.groups.iter().skip(1).all(|group| group.dot);
    let short = lengths.iter().skip(1).any(|length| *length < 2);
    if date || address || decimal || short || nobody || !(2..=5).contains(&lengths.len()) {
        return None;
    }
    let fits = if joined(&run.groups).starts_with('0') { (9..=12).contains(&all) } else { (10..=13).contains(&all) };
    (fits && front.dials()).then(|| Read {
        groups: run.groups.len(),
        number: joined(&run.groups),
        plan: Plan::National,
        disguised: false,
    })
}
