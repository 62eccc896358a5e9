//! What the words say: lexicons of urgency, credentials and money in English and Japanese, and names of known brands.
//!
//! One search for all of them. Latin phrases count only between word borders; Japanese has none.

use std::sync::LazyLock;

use super::blanks::{lines_joined, one_line};
use super::brands::{apart, brands};
use super::phrases::{Match, PADDING, Phrases};
use super::themes::{self, Theme, Themes};
use crate::message::clip;

/// The most text that is searched, in bytes.
const TEXT_BYTES: usize = 64 * 1024;
/// The most matches that are looked at.
const MATCH_LIMIT: usize = 5_000;
/// The most phrases that are kept of each kind.
const PHRASE_LIMIT: usize = 20;
/// Latin brand names of at most this length are common words in small letters.
const SHORT_NAME: usize = 5;
/// A greeting stands at the beginning of the body, in characters.
const GREETING_CHARS: usize = 600;
/// How far down a mail its own concern is looked for, in bytes: what stands further down in a long newsletter is one item
/// of many.
const CONCERN_BYTES: usize = 4_000;
/// A theme counts where it is named within so many bytes of the text: a notice comes to its point early, and what stands
/// far down in a newsletter is one item of many.
const THEME_BYTES: usize = 8 * 1024;
/// No phrase is so long.
const PHRASE_BYTES: usize = 512;

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
    /// The first phrase of each topic in each place, as found.
    pub said: Vec<Said>,
}

/// A phrase of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub topic: Topic,
    /// Where it stands.
    pub place: Place,
    /// As found, blanks as one.
    pub phrase: String,
}

/// Where a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The name of the sender that the list shows.
    Name,
    /// The subject.
    Subject,
    /// The readable text.
    Body,
}

/// What phrases are about that several rules ask for; each is a file of phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// What a display name says that claims to be the recipient's mail system.
    Office,
    /// The recipient's mail account as a thing.
    Mailbox,
    /// What threatens it.
    MailboxTrouble,
    /// Greetings that name nobody, at the beginning of the body.
    Greeting,
    /// What only fraud by letter says: money to be handed over, a lot that was won, a secret to be paid for.
    Fraud,
    /// What it asks for.
    FraudDemand,
    /// Prizes, gifts and bonuses.
    Prize,
    /// Account trouble that a mail asks the reader to mend by a link.
    AccountTrouble,
    /// Another account for payments.
    AccountChange,
}

/// The topics with their phrases.
const TOPICS: [(Topic, &str); 9] = [
    (Topic::Office, include_str!("../../assets/lexicon/office.txt")),
    (Topic::Mailbox, include_str!("../../assets/lexicon/mailbox.txt")),
    (Topic::MailboxTrouble, include_str!("../../assets/lexicon/mailbox-trouble.txt")),
    (Topic::Greeting, include_str!("../../assets/lexicon/greeting.txt")),
    (Topic::Fraud, include_str!("../../assets/lexicon/fraud.txt")),
    (Topic::FraudDemand, include_str!("../../assets/lexicon/fraud-demand.txt")),
    (Topic::Prize, include_str!("../../assets/lexicon/prize.txt")),
    (Topic::AccountTrouble, include_str!("../../assets/lexicon/account-trouble.txt")),
    (Topic::AccountChange, include_str!("../../assets/lexicon/account-change.txt")),
];

impl Wording {
    /// The first phrase of a topic in that place.
    #[must_use]
    pub fn said(&self, topic: Topic, place: Place) -> Option<&str> {
        self.said.iter().find(|said| said.topic == topic && said.place == place).map(|said| said.phrase.as_str())
    }
}

/// What a pattern means.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Urgent,
    Credential,
    Money,
    Brand(&'static str, &'static str),
    Topic(Topic),
    /// A theme; any ending of the word will do.
    Theme(Theme, bool),
}

struct Lexicon {
    phrases: Phrases,
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
    let topics = TOPICS.into_iter().map(|(topic, file)| (file, Meaning::Topic(topic)));
    for (file, meaning) in files.into_iter().chain(topics) {
        for phrase in phrases(file) {
            patterns.push(phrase);
            meanings.push(meaning);
        }
    }
    for phrase in themes::phrases() {
        patterns.push(phrase.text);
        meanings.push(Meaning::Theme(phrase.theme, phrase.open));
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
    Lexicon { phrases: Phrases::new(patterns), meanings }
});

/// Phrases of a lexicon file: `lang<TAB>phrase`, comments with a number sign.
fn phrases(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t').map(|(_, phrase)| phrase.trim()))
        .filter(|phrase| !phrase.is_empty())
}

/// Searches From name, subject and body. `tidy` says that nothing but line ends is to be changed in the body for it to be
/// on one line.
pub(super) fn wording(name: &str, subject: &str, body: &str, tidy: bool) -> (Wording, Themes) {
    let mut out = Wording::default();
    let mut themes = Themes::default();
    for (place, text) in [(Place::Name, name), (Place::Subject, subject), (Place::Body, body)] {
        // The body is as long as the reader allows already.
        let text = if place == Place::Body { text } else { clip(text, TEXT_BYTES) };
        let text = if tidy && place == Place::Body { lines_joined(text, PADDING) } else { one_line(text, PADDING) };
        let undisguised = if place == Place::Name { None } else { themes::undisguised(&text) };
        for found in LEXICON.phrases.find(&text, MATCH_LIMIT).into_iter().take(MATCH_LIMIT) {
            let Some(meaning) = LEXICON.meanings.get(found.phrase) else { continue };
            let Some(phrase) = text.get(found.start..found.end) else { continue };
            match meaning {
                Meaning::Topic(topic) => {
                    let concern =
                        matches!(topic, Topic::Mailbox | Topic::MailboxTrouble | Topic::Prize | Topic::AccountTrouble);
                    // `you won't` is no prize.
                    let denied =
                        || text.get(found.end..).is_some_and(|rest| rest.starts_with("'t") || rest.starts_with("’t"));
                    let late = concern && (found.start > CONCERN_BYTES || denied())
                        || *topic == Topic::Greeting
                            && text.char_indices().nth(GREETING_CHARS).is_some_and(|(at, _)| at < found.end);
                    if !late && out.said(*topic, place).is_none() {
                        out.said.push(Said { topic: *topic, place, phrase: phrase.to_owned() });
                    }
                }
                Meaning::Theme(theme, open) => {
                    let early = place != Place::Body || found.start <= THEME_BYTES;
                    let whole = || stands_alone(&text, &found, *open) && is_whole(*theme, &text, &found);
                    if early && place != Place::Name && undisguised.is_none() && whole() {
                        themes.add(*theme, phrase);
                    }
                }
                _ if !stands_alone(&text, &found, false) => {}
                Meaning::Brand(id, name) => {
                    if is_a_name(&text, &found) && is_the_brand(name, phrase, place == Place::Body) {
                        if !out.brands.contains(id) {
                            out.brands.push(id);
                        }
                        if place != Place::Body && !out.claimed_brands.contains(id) {
                            out.claimed_brands.push(id);
                        }
                    }
                }
                // What a sender calls itself is no threat.
                _ if place == Place::Name => {}
                Meaning::Urgent => keep(&mut out.urgent, phrase),
                Meaning::Credential => keep(&mut out.credential, phrase),
                Meaning::Money => keep(&mut out.money, phrase),
            }
        }
        if let Some(plain) = undisguised {
            let plain = if place == Place::Body { clip(&plain, THEME_BYTES + PHRASE_BYTES) } else { &plain };
            for found in LEXICON.phrases.find(plain, MATCH_LIMIT).into_iter().take(MATCH_LIMIT) {
                if let Some(Meaning::Theme(theme, open)) = LEXICON.meanings.get(found.phrase)
                    && (place != Place::Body || found.start <= THEME_BYTES)
                    && stands_alone(plain, &found, *open)
                    && is_whole(*theme, plain, &found)
                    && let Some(phrase) = plain.get(found.start..found.end)
                {
                    themes.add(*theme, phrase);
                }
            }
        }
    }
    (out, themes)
}

/// Searches a document for themes alone.
pub(super) fn themes(text: &str, themes: &mut Themes) {
    let line = one_line(clip(text, THEME_BYTES), PADDING);
    let plain = themes::undisguised(&line);
    let line = plain.as_ref().map_or(&*line, |plain| clip(plain, THEME_BYTES + PHRASE_BYTES));
    for found in LEXICON.phrases.find(line, MATCH_LIMIT).into_iter().take(MATCH_LIMIT) {
        if let Some(Meaning::Theme(theme, open)) = LEXICON.meanings.get(found.phrase)
            && stands_alone(line, &found, *open)
            && is_whole(*theme, line, &found)
            && let Some(phrase) = line.get(found.start..found.end)
        {
            themes.add(*theme, phrase);
        }
    }
}

/// Keeps a phrase once, in whatever case it comes.
fn keep(list: &mut Vec<String>, phrase: &str) {
    if list.len() < PHRASE_LIMIT && !list.iter().any(|known| known.eq_ignore_ascii_case(phrase)) {
        list.push(phrase.to_owned());
    }
}

/// Latin phrases must not be a piece of a longer word; of an open one the word may go on.
fn stands_alone(text: &str, found: &Match, open: bool) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || ('\u{c0}'..='\u{24f}').contains(&letter);
    let [before, first, last, behind] = ends(text, found);
    let starts = first.is_some_and(is_word);
    let ends = !open && last.is_some_and(is_word);
    !(starts && before.is_some_and(is_word) || ends && behind.is_some_and(is_word))
}

/// A phrase of a theme is none in the name of a thing.
fn is_whole(theme: Theme, text: &str, found: &Match) -> bool {
    theme != Theme::Wallet || is_a_name(text, found)
}

/// A name in katakana is no piece of a longer word, as a phrase may be: `ライン` does not stand in `オンライン`, nor a wallet in
/// `イオンウォレット`, which is an application.
fn is_a_name(text: &str, found: &Match) -> bool {
    let [before, first, last, behind] = ends(text, found);
    apart(before, first) && apart(behind, last)
}

/// The character before a phrase, its first, its last, and the one behind.
fn ends(text: &str, found: &Match) -> [Option<char>; 4] {
    let phrase = text.get(found.start..found.end).unwrap_or_default();
    let before = text.get(..found.start).and_then(|text| text.chars().next_back());
    let behind = text.get(found.end..).and_then(|text| text.chars().next());
    [before, phrase.chars().next(), phrase.chars().next_back(), behind]
}

/// Short Latin names count in their own spelling or in capitals only, and in running text only from four letters on.
fn is_the_brand(name: &str, phrase: &str, in_body: bool) -> bool {
    if !name.is_ascii() {
        return name.chars().count() > 2 || !in_body;
    }
    if name.len() > SHORT_NAME {
        return true;
    }
    (phrase == name || phrase.bytes().all(|byte| byte.is_ascii_uppercase())) && (!in_body || name.len() > 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(name: &str, subject: &str, body: &str) -> Wording {
        super::wording(name, subject, body, false).0
    }

    #[test]
    fn every_list_is_in_the_search() {
        let has = |test: fn(&Meaning) -> bool| LEXICON.meanings.iter().filter(|meaning| test(meaning)).count();
        assert!(has(|meaning| matches!(meaning, Meaning::Urgent)) > 20);
        assert!(has(|meaning| matches!(meaning, Meaning::Credential)) > 20);
        assert!(has(|meaning| matches!(meaning, Meaning::Money)) > 20);
        assert!(has(|meaning| matches!(meaning, Meaning::Brand(..))) > 100);
        assert!(has(|meaning| matches!(meaning, Meaning::Theme(..))) > 100);
        for (topic, _) in TOPICS {
            assert!(
                LEXICON.meanings.iter().any(|own| matches!(own, Meaning::Topic(one) if *one == topic)),
                "{topic:?}"
            );
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
    fn a_brand_is_no_part_of_a_longer_word() {
        for (subject, body, brands) in [
            ("オンライン会議のお知らせ", "オンラインで行います。", &[][..]),
            ("ライン株式会社", "", &["line"]),
            ("", "VISAカードのお知らせ", &["visa"]),
            ("", "a visa for the trip", &[]),
        ] {
            assert_eq!(wording("", subject, body).brands, brands, "{subject} {body}");
        }
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
