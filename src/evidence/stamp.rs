//! The stamp that a filter writes in front of a subject: `[spam]`, `[MEIWAKU]`, `***SPAM***`. Its words stand in
//! `assets/lists/stamps.tsv`.
//!
//! Japanese providers stamp subjects, and analysts read that stamp first. Marks of replies and the brackets of lists may
//! stand before it. A stamp can be typed by anyone, so this only says that it is there.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// A stamp that some filter wrote in front of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// As it stands: `[spam]`, `[MEIWAKU]`, `***SPAM***`.
    pub text: String,
    /// The subject without it.
    pub rest: String,
}

/// The most marks and brackets before a stamp.
const STEPS: usize = 6;
/// The most characters between two brackets.
const INSIDE: usize = 40;
/// Brackets in which filters write.
const PAIRS: &[(char, char)] = &[
    ('[', ']'),
    ('{', '}'),
    ('【', '】'),
    ('［', '］'),
    ('｛', '｝'),
    ('《', '》'),
    ('〈', '〉'),
    ('〔', '〕'),
    ('＜', '＞'),
    ('≪', '≫'),
    ('<', '>'),
    ('(', ')'),
    ('（', '）'),
];
/// The first of them that people write as well, in the middle of what they say.
const PEOPLES: usize = 11;

struct Data {
    stamps: HashSet<&'static str, FixedState>,
    replies: HashSet<&'static str, FixedState>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    let mut data = Data { stamps: HashSet::default(), replies: HashSet::default() };
    for line in include_str!("../../assets/lists/stamps.tsv").lines() {
        match line.split_once('\t') {
            Some(("stamp", words)) => data.stamps.insert(words),
            Some(("reply", word)) => data.replies.insert(word),
            _ => false,
        };
    }
    data
});

/// Finds a stamp at the beginning of a subject, or behind marks of replies and other brackets.
pub(super) fn stamp(subject: &str) -> Option<Stamp> {
    let subject = subject.trim_start();
    let first = bracketed(subject, PAIRS).or_else(|| starred(subject)).or_else(|| with_colon(subject));
    let (start, length) = match first {
        Some(length) => (0, length),
        None => behind_marks(subject)?,
    };
    let (front, rest) = subject.split_at_checked(start)?;
    let (text, rest) = rest.split_at_checked(length)?;
    let rest = [front, rest.trim_start()].concat();
    Some(Stamp { text: text.trim_end().to_owned(), rest })
}

/// Where the stamp begins and how long it is.
fn behind_marks(subject: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    for _ in 0..STEPS {
        let here = subject.get(at..)?;
        let mark = reply(here).or_else(|| other_bracket(here))?;
        let behind = here.get(mark..)?;
        at += mark + behind.len() - behind.trim_start().len();
        let here = subject.get(at..)?;
        if let Some(length) = bracketed(here, PAIRS.get(..PEOPLES)?).or_else(|| starred(here)) {
            return Some((at, length));
        }
    }
    None
}

/// `Re:`, `Fwd:`, `Re[2]:`, `転送：`
fn reply(subject: &str) -> Option<usize> {
    let (end, colon) = subject.char_indices().take(12).find(|(_, letter)| matches!(letter, ':' | '：'))?;
    let word = subject.get(..end)?.trim_end().to_lowercase();
    let word = word.trim_end_matches(|letter: char| letter.is_ascii_digit() || "[]()^*".contains(letter));
    DATA.replies.contains(word).then_some(end + colon.len_utf8())
}

/// `[EXTERNAL]`, `[list 12]`: a bracket that says something else.
fn other_bracket(subject: &str) -> Option<usize> {
    let first = subject.chars().next()?;
    let (_, close) = PAIRS.get(..PEOPLES)?.iter().find(|(open, _)| *open == first)?;
    let (end, _) = subject.char_indices().take(INSIDE).find(|(_, letter)| letter == close)?;
    Some(end + close.len_utf8())
}

fn is_stamp(word: &str) -> bool {
    let word = word.trim().to_lowercase();
    let plain = word.replace(['_', '-', ':', '?', '？'], " ");
    let plain = plain.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '*' | '!' | '！'));
    DATA.stamps.contains(plain)
        // `SPAM 12.3`, `Spam_95%`: a filter's score behind the word.
        || word.strip_prefix("spam").is_some_and(|score| {
            !score.is_empty() && score.chars().all(|letter| letter.is_ascii_digit() || " .:_-%/*+".contains(letter))
        })
}

fn bracketed(subject: &str, pairs: &[(char, char)]) -> Option<usize> {
    let first = subject.chars().next()?;
    let (_, close) = pairs.iter().find(|(open, _)| *open == first)?;
    let inner = subject.get(first.len_utf8()..)?;
    // `[[SPAM]]`, `<<SPAM>>`
    let twice = inner.strip_prefix(first);
    let inner = twice.unwrap_or(inner);
    let end = inner.char_indices().take(INSIDE).find(|(_, letter)| letter == close)?.0;
    let count = 1 + usize::from(twice.is_some() && inner.get(end + close.len_utf8()..)?.starts_with(*close));
    is_stamp(inner.get(..end)?).then(|| subject.len() - inner.len() + end + count * close.len_utf8())
}

/// `***SPAM***`, `*****SPAM*****`, `--spam--`, `_SPAM_`.
fn starred(subject: &str) -> Option<usize> {
    let fence = subject.chars().next().filter(|letter| matches!(letter, '*' | '-' | '#' | '!' | '=' | '_'))?;
    let inner = subject.trim_start_matches(fence);
    let start = subject.len() - inner.len();
    let end = inner.char_indices().take(INSIDE).find(|(_, letter)| *letter == fence)?.0;
    if !is_stamp(inner.get(..end)?) {
        return None;
    }
    let behind = inner.get(end..)?;
    Some(start + end + behind.len() - behind.trim_start_matches(fence).len())
}

/// `SPAM: ...`, `MEIWAKU: ...`
fn with_colon(subject: &str) -> Option<usize> {
    let end = subject.char_indices().take(30).find(|(_, letter)| *letter == ':')?.0;
    let word = subject.get(..end)?;
    (word.chars().all(|letter| !letter.is_ascii_lowercase()) && is_stamp(word)).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::stamp;

    #[test]
    fn stamps_of_providers_are_found() {
        for (subject, text, rest) in [
            ("[spam] Hello", "[spam]", "Hello"),
            ("[SPAM]Hello", "[SPAM]", "Hello"),
            ("[MEIWAKU] 重要なお知らせ", "[MEIWAKU]", "重要なお知らせ"),
            ("[Spam_B] x", "[Spam_B]", "x"),
            ("[SPAM-DETECT] x", "[SPAM-DETECT]", "x"),
            ("***SPAM*** x", "***SPAM***", "x"),
            ("*****SPAM***** x", "*****SPAM*****", "x"),
            ("{Spam?} x", "{Spam?}", "x"),
            ("【迷惑メール】x", "【迷惑メール】", "x"),
            ("SPAM: x", "SPAM:", "x"),
            ("[SPAM 12.3] x", "[SPAM 12.3]", "x"),
            ("  [JUNK]", "[JUNK]", ""),
            ("Fwd: [SPAM] x", "[SPAM]", "Fwd: x"),
            ("Re: [spam] x", "[spam]", "Re: x"),
            ("FW: [MEIWAKU] x", "[MEIWAKU]", "FW: x"),
            ("Re[2]: Fwd: ***SPAM*** x", "***SPAM***", "Re[2]: Fwd: x"),
            ("転送：【迷惑メール】x", "【迷惑メール】", "転送：x"),
            ("[EXTERNAL] [SPAM] x", "[SPAM]", "[EXTERNAL] x"),
            ("[list 12] [SPAM] x", "[SPAM]", "[list 12] x"),
            ("_SPAM_ x", "_SPAM_", "x"),
            ("<<SPAM>> x", "<<SPAM>>", "x"),
            ("[[SPAM]] x", "[[SPAM]]", "x"),
            ("＜迷惑メール＞ x", "＜迷惑メール＞", "x"),
            ("《迷惑メール》x", "《迷惑メール》", "x"),
            ("[meiwaku-mail] x", "[meiwaku-mail]", "x"),
            ("[Bulk Mail] x", "[Bulk Mail]", "x"),
            ("[SPAM_DETECTED] x", "[SPAM_DETECTED]", "x"),
            ("[Possible Phishing] x", "[Possible Phishing]", "x"),
            ("{Definitely Spam?} x", "{Definitely Spam?}", "x"),
            ("{Virus?} x", "{Virus?}", "x"),
            ("[Suspicious] x", "[Suspicious]", "x"),
            ("【迷惑メールの可能性】x", "【迷惑メールの可能性】", "x"),
            ("[spam:high] x", "[spam:high]", "x"),
        ] {
            let found = stamp(subject).unwrap_or_else(|| panic!("{subject}"));
            assert_eq!((found.text.as_str(), found.rest.as_str()), (text, rest), "{subject}");
        }
    }

    #[test]
    fn other_brackets_are_no_stamps() {
        for subject in [
            "[list-name] spam filters",
            "Spam and eggs",
            "[SPAMassassin] x",
            "",
            "[",
            "***",
            "spam: why?",
            "(no subject)",
            "Re: spam: why?",
            "Re: (spam) and eggs",
            "[list] SPAM: a talk",
            "[announce] [release] 1.2",
            "[Suspicious Minds] tickets",
            "「迷惑メール」にご注意ください",
            "【重要】迷惑メールについて",
            "Fraud: how it is done",
            "Meeting: [spam] filters",
            "[a] [b] [c] [d] [e] [f] [g] [spam] x",
            "_init_ is missing",
            "[[",
            "Re:",
        ] {
            assert_eq!(stamp(subject), None, "{subject}");
        }
    }
}
