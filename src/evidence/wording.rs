//! What the words say: lexicons of urgency, credentials and money in English and Japanese, and names of known brands.
//!
//! One automaton over all of them, built once. Latin phrases count only between word borders; Japanese has none.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::brands::brands;
use crate::message::clip;

/// The most text that is searched, in bytes.
const TEXT_BYTES: usize = 64 * 1024;
/// The most matches that are looked at.
const MATCH_LIMIT: usize = 5_000;
/// The most phrases that are kept of each kind.
const PHRASE_LIMIT: usize = 20;
/// Latin brand names of at most this length are common words in small letters.
const SHORT_NAME: usize = 5;

/// What lexicons found in subject and body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording {
    /// Urgency and threat words, as found.
    pub urgent: Vec<String>,
    /// Words for credentials, log-in, verification.
    pub credential: Vec<String>,
    /// Words for payment demands, transfers, wallets.
    pub money: Vec<String>,
    /// Ids of brands mentioned in From name, subject or body.
    pub brands: Vec<&'static str>,
    /// Ids of brands that the From name or the subject mentions.
    pub claimed_brands: Vec<&'static str>,
}

/// What a pattern means.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Urgent,
    Credential,
    Money,
    Brand(&'static str, &'static str),
}

struct Lexicon {
    automaton: Option<AhoCorasick>,
    meanings: Vec<Meaning>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut patterns: Vec<&str> = Vec::new();
    let mut meanings = Vec::new();
    let files = [
        (include_str!("../../assets/lexicon/urgent.txt"), Meaning::Urgent),
        (include_str!("../../assets/lexicon/credential.txt"), Meaning::Credential),
        (include_str!("../../assets/lexicon/money.txt"), Meaning::Money),
    ];
    for (file, meaning) in files {
        for phrase in phrases(file) {
            patterns.push(phrase);
            meanings.push(meaning);
        }
    }
    for brand in brands() {
        for name in &brand.names {
            // One Latin letter or a common pair of kana says nothing.
            if name.chars().count() >= 2 {
                patterns.push(name);
                meanings.push(Meaning::Brand(brand.id, name));
            }
        }
    }
    let automaton =
        AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(&patterns).ok();
    Lexicon { automaton, meanings }
});

/// Phrases of a lexicon file: `lang<TAB>phrase`, comments with a number sign.
fn phrases(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t').map(|(_, phrase)| phrase.trim()))
        .filter(|phrase| !phrase.is_empty())
}

/// Searches From name, subject and body.
pub(super) fn wording(name: &str, subject: &str, body: &str) -> Wording {
    let mut out = Wording::default();
    let Some(automaton) = &LEXICON.automaton else { return out };
    for (at, text) in [name, subject, body].into_iter().enumerate() {
        let text = one_line(text);
        for found in automaton.find_overlapping_iter(text.as_str()).take(MATCH_LIMIT) {
            let Some(meaning) = LEXICON.meanings.get(found.pattern().as_usize()) else { continue };
            let Some(phrase) = text.get(found.range()) else { continue };
            if !stands_alone(&text, found.start(), found.end(), phrase) {
                continue;
            }
            let list = match meaning {
                Meaning::Brand(id, name) => {
                    if is_the_brand(name, phrase, at == 2) {
                        if !out.brands.contains(id) {
                            out.brands.push(id);
                        }
                        if at < 2 && !out.claimed_brands.contains(id) {
                            out.claimed_brands.push(id);
                        }
                    }
                    continue;
                }
                // What a sender calls itself is no threat.
                _ if at == 0 => continue,
                Meaning::Urgent => &mut out.urgent,
                Meaning::Credential => &mut out.credential,
                Meaning::Money => &mut out.money,
            };
            if list.len() < PHRASE_LIMIT && !list.iter().any(|known| known.eq_ignore_ascii_case(phrase)) {
                list.push(phrase.to_owned());
            }
        }
    }
    out
}

/// Latin phrases must not be a piece of a longer word.
fn stands_alone(text: &str, start: usize, end: usize, phrase: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || ('\u{c0}'..='\u{24f}').contains(&letter);
    let starts = phrase.chars().next().is_some_and(is_word);
    let ends = phrase.chars().next_back().is_some_and(is_word);
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let behind = text.get(end..).and_then(|text| text.chars().next());
    !(starts && before.is_some_and(is_word) || ends && behind.is_some_and(is_word))
}

/// Short Latin names count in their own spelling or in capitals only, and in running text only from four letters on.
fn is_the_brand(name: &str, phrase: &str, in_body: bool) -> bool {
    if !name.is_ascii() {
        return name.chars().count() > 2 || !in_body;
    }
    if name.len() > SHORT_NAME {
        return true;
    }
    phrase == name && (!in_body || name.len() > 3)
}

/// The text with every run of blanks as one, so that phrases are found across line ends.
fn one_line(text: &str) -> String {
    let text = clip(text, TEXT_BYTES);
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.is_ascii() {
            out.push_str(word);
        } else {
            out.extend(word.chars().filter(|letter| !super::body::is_invisible(*letter)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_automaton_is_built_and_every_line_is_read() {
        assert!(LEXICON.automaton.is_some());
        assert!(LEXICON.meanings.len() > 300);
        for file in ["urgent", "credential", "money"] {
            let text = match file {
                "urgent" => include_str!("../../assets/lexicon/urgent.txt"),
                "credential" => include_str!("../../assets/lexicon/credential.txt"),
                _ => include_str!("../../assets/lexicon/money.txt"),
            };
            for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
                assert!(line.starts_with("en\t") || line.starts_with("ja\t"), "{file}: {line}");
            }
        }
    }

    #[test]
    fn phrases_are_found_across_lines_and_cases() {
        let found = wording(
            "",
            "Your account has been SUSPENDED",
            "Please verify\nyour account. 24時間以内に、ご本人確認をお願いします。",
        );
        assert!(!found.urgent.is_empty(), "{found:?}");
        assert!(found.credential.iter().any(|phrase| phrase == "verify your account"), "{found:?}");
        assert!(found.credential.iter().any(|phrase| phrase.contains("本人確認")), "{found:?}");
    }

    #[test]
    fn ordinary_words_are_not_threats() {
        for text in [
            "Thanks for the patch, I will look at it on Monday.",
            "The meeting is moved to room 12.",
            "来週の会議の資料を添付します。よろしくお願いいたします。",
        ] {
            let found = wording("A. Friend", "Re: lunch", text);
            assert_eq!(found, Wording::default(), "{text}");
        }
    }

    #[test]
    fn brands_are_found_by_name_and_not_inside_words() {
        assert_eq!(wording("PayPal Service", "", "").claimed_brands, ["paypal"]);
        assert_eq!(wording("", "楽天カードからのお知らせ", "").claimed_brands.first(), Some(&"rakuten"));
        assert!(wording("", "", "the etcetera of ups and downs, metal teams line up").brands.is_empty());
        assert!(wording("", "", "Your Amazon order").brands.contains(&"amazon"));
        assert!(wording("", "", "Amazonian rivers").brands.is_empty());
        assert!(wording("", "", "Pay\u{200b}Pal").brands.contains(&"paypal"));
    }
}
