//! What the analysis found in a message and what the reader did with it, in a few bytes for each row. Hosts of links
//! are kept once for all rows that have the same ones.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, DefaultHasher, Hasher as _};

use crate::analysis::Brief;
use crate::store::Mark;
use crate::verdict::Level;
use crate::view::row::{AuthMark, Digest};

/// What is kept of one analyzed row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tui) struct Found {
    /// Hash of the campaign's key; 0 where there is none.
    pub(super) campaign: u64,
    /// The hosts of its links: a place in [`Hosts`].
    pub(super) hosts: u32,
    pub(super) links: u16,
    pub(super) attachments: u16,
    pub(super) score: u8,
    /// Length of the registrable domain at the end of the address; 0 where it does not end with one.
    pub(super) keep: u8,
    /// Level in the two lowest bits, authentication in the next two, [`PARTIAL`].
    pub(super) marks: u8,
    pub(super) bits: u8,
}

/// The analysis is done.
pub(super) const DONE: u8 = 1;
/// It gave something.
pub(super) const JUDGED: u8 = 2;
/// The campaign shares a link domain.
pub(super) const BY_LINK: u8 = 4;
/// It is known which mail it is.
pub(super) const NAMED: u8 = 8;
/// It has a note.
pub(super) const NOTED: u8 = 16;
/// It is selected.
pub(super) const SELECTED: u8 = 32;
/// The reader's mark in the two highest bits: 0 for none.
pub(super) const MARK: u8 = 64;
/// In the marks: a limit was hit.
const PARTIAL: u8 = 16;
/// What the marks may be.
pub(super) const MOST_MARKS: u8 = PARTIAL * 2 - 1;
/// The bits that an analysis sets.
pub(super) const OF_ANALYSIS: u8 = DONE | JUDGED | BY_LINK;

const LEVELS: [Level; 4] = [Level::Clean, Level::Low, Level::Medium, Level::High];
const AUTHS: [AuthMark; 4] = [AuthMark::None, AuthMark::Aligned, AuthMark::Failed, AuthMark::Claimed];
const MARKS: [Option<Mark>; 4] = [None, Some(Mark::Malicious), Some(Mark::Suspicious), Some(Mark::Benign)];

impl Found {
    /// What is kept of `brief`, the mark, note and selection of `before` with it. `address` is the sender's.
    pub(super) fn of(brief: &Brief, address: &str, hosts: &mut Hosts, before: Self) -> Self {
        let kept = Self { bits: before.bits & !OF_ANALYSIS | DONE, ..Self::default() };
        let Some(digest) = &brief.digest else { return kept };
        let (campaign, by_link) = match &digest.campaign {
            Some(key) => (hash_of(key), if key.starts_with("link:") { BY_LINK } else { 0 }),
            None => (0, 0),
        };
        let level = LEVELS.iter().position(|level| *level == digest.level).unwrap_or_default() as u8;
        let auth = AUTHS.iter().position(|auth| *auth == digest.auth).unwrap_or_default() as u8;
        Self {
            campaign,
            hosts: hosts.put(&digest.hosts.join("\n")),
            links: digest.links.try_into().unwrap_or(u16::MAX),
            attachments: digest.attachments.try_into().unwrap_or(u16::MAX),
            score: digest.score,
            keep: digest.registrable.as_ref().map_or(0, |domain| kept_of(address, domain)),
            marks: level | auth << 2 | if digest.partial { PARTIAL } else { 0 },
            bits: kept.bits | JUDGED | by_link,
        }
    }

    /// What the analysis found is taken back; mark, note and selection stay.
    pub(super) fn forget(&mut self) {
        *self = Self { bits: self.bits & !OF_ANALYSIS & !NAMED, ..Self::default() };
    }

    pub(in crate::tui) fn is_done(self) -> bool {
        self.bits & DONE != 0
    }

    pub(in crate::tui) fn is_judged(self) -> bool {
        self.bits & JUDGED != 0
    }

    pub(in crate::tui) fn level(self) -> Level {
        LEVELS.get(usize::from(self.marks & 3)).copied().unwrap_or_default()
    }

    pub(super) fn auth(self) -> AuthMark {
        AUTHS.get(usize::from(self.marks >> 2 & 3)).copied().unwrap_or_default()
    }

    /// A limit was hit while it was read.
    pub(in crate::tui) fn is_partial(self) -> bool {
        self.marks & PARTIAL != 0
    }

    pub(in crate::tui) fn mark(self) -> Option<Mark> {
        MARKS.get(usize::from(self.bits / MARK)).copied().flatten()
    }

    pub(super) fn set_mark(&mut self, mark: Option<Mark>, noted: bool) {
        let at = MARKS.iter().position(|other| *other == mark).unwrap_or_default() as u8;
        self.bits = (self.bits & (MARK - 1) & !NOTED) | (at * MARK) | if noted { NOTED } else { 0 };
    }

    pub(super) fn set(&mut self, bit: u8, on: bool) {
        self.bits = if on { self.bits | bit } else { self.bits & !bit };
    }

    /// The digest as it is shown; the campaign is told by the list.
    pub(super) fn digest(self, address: &str, hosts: &Hosts) -> Option<Digest> {
        let address = address.trim();
        let from = address.len().saturating_sub(usize::from(self.keep));
        let domain = address.get(from..).filter(|domain| !domain.is_empty() && self.keep > 0);
        self.is_judged().then(|| Digest {
            level: self.level(),
            score: self.score,
            attachments: usize::from(self.attachments),
            links: usize::from(self.links),
            hosts: hosts.get(self.hosts).split('\n').filter(|host| !host.is_empty()).map(str::to_owned).collect(),
            auth: self.auth(),
            partial: self.is_partial(),
            registrable: domain.map(str::to_lowercase),
            campaign: None,
        })
    }
}

/// How much of the end of an address is its registrable domain.
fn kept_of(address: &str, domain: &str) -> u8 {
    let address = address.trim();
    let from = address.len().checked_sub(domain.len());
    let same = from.and_then(|from| address.get(from..)).is_some_and(|end| end.to_lowercase() == domain);
    if same { domain.len().try_into().unwrap_or(0) } else { 0 }
}

/// Stable for one version of the program, never 0.
fn hash_of(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key.as_bytes());
    hasher.finish().max(1)
}

/// Lists of hosts, each kept once: hosts of one list are joined with line ends.
#[derive(Debug, Default)]
pub(in crate::tui) struct Hosts {
    text: String,
    /// Where each list ends; the list 0 is the empty one and stands nowhere.
    ends: Vec<usize>,
    seen: HashMap<u64, u32>,
}

impl Hosts {
    /// The place of a list.
    pub(super) fn put(&mut self, list: &str) -> u32 {
        if list.is_empty() {
            return 0;
        }
        let hash = self.seen.hasher().hash_one(list);
        if let Some(at) = self.seen.get(&hash).copied()
            && self.get(at) == list
        {
            return at;
        }
        self.text.push_str(list);
        self.ends.push(self.text.len());
        let at = self.ends.len() as u32;
        self.seen.insert(hash, at);
        at
    }

    /// The list at a place.
    pub(super) fn get(&self, at: u32) -> &str {
        let Some(at) = (at as usize).checked_sub(1) else { return "" };
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(at).and_then(|end| self.text.get(from..*end)).unwrap_or_default()
    }

    /// The lists as they are kept, and where each ends.
    pub(super) fn raw(&self) -> (&str, &[usize]) {
        (&self.text, &self.ends)
    }

    /// Lists as they were kept; `None` where they do not fit. What is put there
    /// later stands beside them.
    pub(super) fn of_raw(text: &str, ends: Vec<usize>) -> Option<Self> {
        let rising = ends.is_sorted() && ends.last().copied().unwrap_or_default() == text.len();
        let whole = ends.iter().all(|end| text.is_char_boundary(*end));
        (rising && whole).then(|| Self { text: text.to_owned(), ends, seen: HashMap::new() })
    }

    /// The place here of each list of `other`; the first is the empty one.
    pub(super) fn adopt(&mut self, other: &Self) -> Vec<u32> {
        (0..=other.ends.len() as u32).map(|at| self.put(other.get(at))).collect()
    }

    /// For each place whether a host there holds `word`.
    pub(super) fn holding(&self, word: &str) -> Vec<bool> {
        let mut holding = vec![false; self.ends.len() + 1];
        let finder = memchr::memmem::Finder::new(word);
        let mut from = 0;
        while let Some(at) = self.text.as_bytes().get(from..).and_then(|rest| finder.find(rest)).map(|at| at + from) {
            let list = self.ends.partition_point(|end| *end <= at);
            let end = self.ends.get(list).copied().unwrap_or(usize::MAX);
            // Not one that only two lists together hold.
            if at + word.len() <= end {
                if let Some(slot) = holding.get_mut(list + 1) {
                    *slot = true;
                }
                from = end;
            } else {
                from = at + 1;
            }
        }
        holding
    }
}
