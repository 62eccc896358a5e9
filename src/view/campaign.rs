//! Which mails belong together: the same subject and the same link domain, or, without a link, the same words, whoever
//! claims to send them. A key says nothing alone; two mails with one key are a campaign.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{Line, Tone};
use crate::evidence::{Evidence, Excuse};
use crate::text::{Lang, Words};

use super::subject::clip;
use super::vocabulary::pressable;

/// Bytes of a text that tell mails apart.
const TEXT: usize = 2_000;
/// The fewest letters that do.
const FEW: usize = 40;

/// A group of mails, as each of them tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Campaign {
    /// Mails in it, this one included.
    pub mails: usize,
    /// Different sender addresses among them.
    pub senders: usize,
    /// They share subject and link domain; else subject and text.
    pub by_link: bool,
}

impl Campaign {
    /// What a reader is told of it.
    #[must_use]
    pub fn line(self, lang: Lang) -> Line {
        let words = match (self.by_link, self.senders) {
            (true, ..=1) => Words::new(
                "× Campaign: {0} mails here share this subject and link domain, from one sender.",
                "× 一連のメール：同じ件名とリンク先ドメインのメールがここに {0} 通あります（送信者は一つ）。",
            ),
            (true, _) => Words::new(
                "× Campaign: {0} mails here share this subject and link domain, from {1} senders.",
                "× 一連のメール：同じ件名とリンク先ドメインのメールが、{1} 人の差出人からここに {0} 通届いています。",
            ),
            (false, ..=1) => Words::new(
                "× Campaign: {0} mails here share this subject and text, from one sender.",
                "× 一連のメール：同じ件名と本文のメールがここに {0} 通あります（送信者は一つ）。",
            ),
            (false, _) => Words::new(
                "× Campaign: {0} mails here share this subject and text, from {1} senders.",
                "× 一連のメール：同じ件名と本文のメールが、{1} 人の差出人からここに {0} 通届いています。",
            ),
        };
        let tone = if self.senders > 1 { Tone::Medium } else { Tone::Info };
        Line::new(&words.fill(lang, &[&self.mails.to_string(), &self.senders.to_string()]), tone)
    }

    /// For a list row: `×3`.
    #[must_use]
    pub fn short(self) -> String {
        format!("×{}", self.mails)
    }
}

/// What two mails of one campaign have in common; `None` for a mail that cannot be told from others by it: posts of
/// mailing lists, answers, mails with neither link nor enough text.
#[must_use]
pub fn campaign_key(evidence: &Evidence) -> Option<String> {
    if evidence.excuses.iter().any(|excuse| matches!(excuse, Excuse::List(_))) {
        return None;
    }
    let written = evidence.stamp.as_ref().map_or(evidence.subject.as_str(), |stamp| stamp.rest.as_str());
    let subject = plain(evidence, &clip(written, 200));
    if subject.is_empty() || ["re:", "fw:", "fwd:", "aw:"].iter().any(|prefix| subject.starts_with(prefix)) {
        return None;
    }
    let own =
        |host: &str| evidence.recipients.iter().filter_map(|to| to.domain.as_ref()).any(|domain| domain.host == host);
    let link = evidence
        .links
        .iter()
        .filter(|link| pressable(link.kind))
        .filter_map(|link| link.url.as_ref())
        .filter(|url| url.scheme.starts_with("http") && !own(&url.domain.host))
        .find_map(|url| {
            let domain = url.domain.registrable.as_deref().unwrap_or(&url.domain.host);
            (!domain.is_empty()).then_some(domain)
        });
    if let Some(domain) = link {
        return Some(format!("link:{domain} {subject}"));
    }
    let letters = letters(&nameless(evidence, crate::message::clip(&evidence.body.text, TEXT)))?;
    let hash = Sha256::digest(letters.as_bytes());
    let short = hash.first_chunk().map_or(0, |head| u64::from_be_bytes(*head));
    Some(format!("text:{short:016x} {subject}"))
}

/// The letters of a text; `None` where there are too few to tell mails apart.
fn letters(text: &str) -> Option<String> {
    let mut letters = String::with_capacity(text.len());
    letters.extend(text.chars().filter(|c| is_letter(*c)));
    letters.chars().nth(FEW - 1).map(|_| letters)
}

/// A letter and no digit of any script: those of Latin and Japanese text are told without a look into tables.
fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fd5}' => true,
        c if c.is_ascii() => c.is_ascii_alphabetic(),
        c => c.is_alphabetic() && !c.is_numeric(),
    }
}

/// Lower case, the recipient's own names taken out.
fn nameless(evidence: &Evidence, text: &str) -> String {
    let mut text = small(text);
    for to in evidence.recipients.iter().take(3) {
        let address = small(&to.address);
        let domain = to.domain.as_ref().map_or("", |domain| &domain.host);
        for name in [&*address, domain] {
            if name.len() > 3 && text.contains(name) {
                text = text.replace(name, "*");
            }
        }
    }
    text
}

fn small(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

/// Lower case, the recipient's own names and every run of digits taken out, blanks made one.
fn plain(evidence: &Evidence, text: &str) -> String {
    let text = nameless(evidence, text);
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        let c = if c.is_ascii_lowercase() {
            c
        } else if c.is_numeric() {
            '#'
        } else if c.is_whitespace() {
            ' '
        } else {
            c
        };
        if !((c == '#' || c == ' ') && c == last) {
            out.push(c);
        }
        last = c;
    }
    out.trim().to_owned()
}

/// Groups the keys of a folder's mails, each with its sender's address: every key that two or more mails share.
pub fn group<'a>(members: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<&'a str, Campaign> {
    let mut groups: BTreeMap<&str, (usize, BTreeSet<String>)> = BTreeMap::new();
    for (key, sender) in members {
        let (mails, senders) = groups.entry(key).or_default();
        *mails += 1;
        senders.insert(sender.to_lowercase());
    }
    groups
        .into_iter()
        .filter(|(_, (mails, _))| *mails > 1)
        .map(|(key, (mails, senders))| {
            (key, Campaign { mails, senders: senders.len(), by_link: key.starts_with("link:") })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::is_letter;

    #[test]
    fn letters_told_without_tables_are_those_of_the_tables() {
        let wrong = ('\0'..=char::MAX).find(|c| is_letter(*c) != (c.is_alphabetic() && !c.is_numeric()));
        assert_eq!(wrong, None);
    }
}
