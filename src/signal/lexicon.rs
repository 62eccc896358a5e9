//! Words that several rules look for, each list one automaton. English and Japanese; matched without regard to ASCII case.
//!
//! Lists of phrases and a search, nothing else: what a phrase means is the rule's business.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// A list of phrases made ready for searching; `None` would mean that the list does not compile, which a test excludes.
pub(super) type Lexicon = LazyLock<Option<AhoCorasick>>;

/// Reads a list: `language<TAB>phrase` a line, `#` before a comment.
fn build(file: &'static str) -> Option<AhoCorasick> {
    let lines = file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    AhoCorasick::builder().ascii_case_insensitive(true).build(lines.map(|(_, phrase)| phrase)).ok()
}

/// The first phrase of the list that stands in the text, as it stands there. Latin phrases must begin at a word's start.
pub(super) fn first<'a>(list: &Lexicon, text: &'a str) -> Option<&'a str> {
    let list = list.as_ref()?;
    list.find_overlapping_start(text)
}

/// Searching with a look at the character before.
trait WordStart {
    fn find_overlapping_start<'a>(&self, text: &'a str) -> Option<&'a str>;
}

impl WordStart for AhoCorasick {
    fn find_overlapping_start<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.find_iter(text).take(200).find_map(|found| {
            let before = text.get(..found.start()).and_then(|left| left.chars().next_back());
            let word = text.get(found.range())?;
            // `you won't` is no prize.
            let denied = text
                .get(found.end()..)
                .is_some_and(|behind| behind.starts_with("'t") || behind.starts_with("\u{2019}t"));
            if denied {
                return None;
            }
            let latin = word.starts_with(|c: char| c.is_ascii_alphanumeric());
            (!(latin && before.is_some_and(|c| c.is_ascii_alphanumeric()))).then_some(word)
        })
    }
}

/// What a display name says that claims to be the recipient's mail system.
pub(super) static OFFICE: Lexicon = LazyLock::new(|| build(include_str!("../../assets/lexicon/office.txt")));

/// The recipient's mail account as a thing.
pub(super) static MAILBOX: Lexicon = LazyLock::new(|| build(include_str!("../../assets/lexicon/mailbox.txt")));

/// What threatens it.
pub(super) static MAILBOX_TROUBLE: Lexicon =
    LazyLock::new(|| build(include_str!("../../assets/lexicon/mailbox-trouble.txt")));

/// Greetings that name nobody.
pub(super) static GREETING: Lexicon = LazyLock::new(|| build(include_str!("../../assets/lexicon/greeting.txt")));

/// What only fraud by letter says: money to be handed over, a lot that was won, a secret to be paid for.
pub(super) static FRAUD: Lexicon = LazyLock::new(|| build(include_str!("../../assets/lexicon/fraud.txt")));

/// What it asks for.
pub(super) static FRAUD_DEMAND: Lexicon =
    LazyLock::new(|| build(include_str!("../../assets/lexicon/fraud-demand.txt")));

/// Prizes, gifts and bonuses.
pub(super) static PRIZE: Lexicon = LazyLock::new(|| build(include_str!("../../assets/lexicon/prize.txt")));

/// Account trouble that a mail asks the reader to mend by a link.
pub(super) static ACCOUNT_TROUBLE: Lexicon =
    LazyLock::new(|| build(include_str!("../../assets/lexicon/account-trouble.txt")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_compiles_and_every_line_is_a_phrase() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lexicon");
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
                let (language, phrase) = line.split_once('\t').unwrap();
                assert!(
                    ["en", "ja", "xx"].contains(&language) && phrase.trim() == phrase && !phrase.is_empty(),
                    "{line}"
                );
            }
        }
        for list in [&OFFICE, &MAILBOX, &MAILBOX_TROUBLE, &GREETING, &PRIZE, &FRAUD, &FRAUD_DEMAND, &ACCOUNT_TROUBLE] {
            assert!(list.is_some());
        }
    }

    #[test]
    fn a_phrase_inside_a_longer_word_is_not_found() {
        assert_eq!(first(&OFFICE, "Summit Support Club"), None);
        assert_eq!(first(&OFFICE, "ACME IT Support"), Some("IT Support"));
        assert_eq!(first(&OFFICE, "弊社サーバー管理者"), Some("サーバー管理"));
    }
}
