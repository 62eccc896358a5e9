//! The stamp that a filter writes in front of a subject: `[spam]`, `[MEIWAKU]`, `***SPAM***`.
//!
//! Japanese providers stamp subjects, and analysts read that stamp first. A stamp can be typed by anyone, so this only
//! says that it is there.

/// A stamp that some filter wrote in front of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// As it stands: `[spam]`, `[MEIWAKU]`, `***SPAM***`.
    pub text: String,
    /// The subject without it.
    pub rest: String,
}

/// Words inside brackets that are stamps; lower case.
const WORDS: &[&str] = &[
    "spam",
    "spam?",
    "spam_a",
    "spam_b",
    "spam_c",
    "spam-a",
    "spam-b",
    "spam-c",
    "spam-detect",
    "spam-suspect",
    "spam detect",
    "spam suspect",
    "spam mail",
    "spam:high",
    "spam:mid",
    "spam:low",
    "suspected spam",
    "suspected_spam",
    "probable spam",
    "possible spam",
    "likely spam",
    "meiwaku",
    "meiwaku mail",
    "junk",
    "junk mail",
    "junkmail",
    "ube",
    "uce",
    "bulk",
    "phishing",
    "suspected phishing",
    "virus",
    "迷惑メール",
    "迷惑",
    "スパム",
    "迷惑メール疑い",
    "フィッシング詐欺",
];

/// Finds a stamp at the beginning of a subject.
pub(super) fn stamp(subject: &str) -> Option<Stamp> {
    let subject = subject.trim_start();
    let length = bracketed(subject).or_else(|| starred(subject)).or_else(|| with_colon(subject))?;
    let (text, rest) = subject.split_at_checked(length)?;
    Some(Stamp { text: text.trim_end().to_owned(), rest: rest.trim_start().to_owned() })
}

fn is_stamp(word: &str) -> bool {
    let word = word.trim().to_lowercase();
    WORDS.contains(&word.as_str())
        // `SPAM 12.3`, `Spam_95%`: a filter's score behind the word.
        || word.strip_prefix("spam").is_some_and(|score| {
            !score.is_empty() && score.chars().all(|letter| letter.is_ascii_digit() || " .:_-%/*+".contains(letter))
        })
}

fn bracketed(subject: &str) -> Option<usize> {
    let pairs = [('[', ']'), ('{', '}'), ('【', '】'), ('［', '］'), ('(', ')'), ('<', '>')];
    let first = subject.chars().next()?;
    let (_, close) = pairs.into_iter().find(|(open, _)| *open == first)?;
    let inner = subject.get(first.len_utf8()..)?;
    let end = inner.char_indices().take(40).find(|(_, letter)| *letter == close)?.0;
    is_stamp(inner.get(..end)?).then_some(first.len_utf8() + end + close.len_utf8())
}

/// `***SPAM***`, `*****SPAM*****`, `--spam--`.
fn starred(subject: &str) -> Option<usize> {
    let fence = subject.chars().next().filter(|letter| matches!(letter, '*' | '-' | '#' | '!' | '='))?;
    let inner = subject.trim_start_matches(fence);
    let start = subject.len() - inner.len();
    let end = inner.char_indices().take(40).find(|(_, letter)| *letter == fence)?.0;
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
    (is_stamp(word) && word.chars().all(|letter| !letter.is_ascii_lowercase())).then_some(end + 1)
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
            "Re: [spam] x",
            "spam: why?",
            "(no subject)",
        ] {
            assert_eq!(stamp(subject), None, "{subject}");
        }
    }
}
