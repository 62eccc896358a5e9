//! What a mail talks about: why an account needs attention, what is threatened, what the reader shall do, how soon, and
//! whether a company speaks to its customer. Phrases in eight languages, one automaton over all of them.
//!
//! A theme that was found says nothing against a mail: honest notices use the same words. Nothing here judges.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::message::clip;

/// The most text that is searched, in bytes: a notice comes to its point early, and what stands far down in a newsletter
/// is one item of many.
const TEXT_BYTES: usize = 8 * 1024;
/// The most matches that are looked at.
const MATCH_LIMIT: usize = 5_000;

/// What a phrase is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Theme {
    /// Why an account needs attention.
    Pretext,
    /// What happens otherwise.
    Threat,
    /// What the reader is told to do.
    Demand,
    /// How soon.
    Deadline,
    /// A company speaks to somebody who has an account with it.
    Customer,
    /// Something to be won or given away.
    Reward,
    /// Love and company offered by strangers.
    Romance,
    /// Cures, diets, potency.
    Cure,
    /// Loans, insurance, quick money from strangers.
    Finance,
    /// A wallet of digital coins, and what opens it.
    Wallet,
    /// A charge or subscription that the reader never ordered.
    Charge,
    /// A number to call about it.
    Call,
    /// A parcel that waits.
    Parcel,
    /// A secret that was recorded.
    Extortion,
    /// A fortune to be shared.
    Fortune,
}

impl Theme {
    /// The theme of a name in the list.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "pretext" => Self::Pretext,
            "threat" => Self::Threat,
            "demand" => Self::Demand,
            "deadline" => Self::Deadline,
            "customer" => Self::Customer,
            "reward" => Self::Reward,
            "romance" => Self::Romance,
            "cure" => Self::Cure,
            "finance" => Self::Finance,
            "wallet" => Self::Wallet,
            "charge" => Self::Charge,
            "call" => Self::Call,
            "parcel" => Self::Parcel,
            "extortion" => Self::Extortion,
            "fortune" => Self::Fortune,
            _ => return None,
        })
    }
}

/// The themes of a mail, each with the first phrase that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Themes {
    found: Vec<(Theme, String)>,
}

impl Themes {
    /// The first phrase of a theme, as it stands in the mail.
    #[must_use]
    pub fn of(&self, theme: Theme) -> Option<&str> {
        self.found.iter().find(|(own, _)| *own == theme).map(|(_, phrase)| phrase.as_str())
    }

    /// How many different phrases of a theme were seen is not kept; how many of these themes were seen is.
    #[must_use]
    pub fn count(&self, themes: &[Theme]) -> usize {
        themes.iter().filter(|theme| self.of(**theme).is_some()).count()
    }

    /// Every theme with its phrase, in the order in which they stand in the mail.
    #[must_use]
    pub fn all(&self) -> &[(Theme, String)] {
        &self.found
    }
}

/// A phrase of the list.
#[derive(Debug, Clone, Copy)]
struct Phrase {
    theme: Theme,
    /// Any ending of the word will do.
    open: bool,
}

struct Lexicon {
    automaton: Option<AhoCorasick>,
    phrases: Vec<Phrase>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut words: Vec<&str> = Vec::new();
    let mut phrases = Vec::new();
    for (theme, phrase) in lines() {
        words.push(phrase.trim_end_matches('*'));
        phrases.push(Phrase { theme, open: phrase.ends_with('*') });
    }
    let automaton =
        AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(&words).ok();
    Lexicon { automaton, phrases }
});

/// The lines of the list: theme and phrase.
fn lines() -> impl Iterator<Item = (Theme, &'static str)> {
    include_str!("../../assets/lists/themes.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut columns = line.split('\t');
        let theme = Theme::named(columns.next()?)?;
        Some((theme, columns.nth(1)?))
    })
}

/// Searches subject and body.
pub(super) fn themes(subject: &str, body: &str) -> Themes {
    let mut out = Themes::default();
    let Some(automaton) = &LEXICON.automaton else { return out };
    for text in [subject, body] {
        let text = one_line(text);
        for found in automaton.find_overlapping_iter(text.as_str()).take(MATCH_LIMIT) {
            let Some(phrase) = LEXICON.phrases.get(found.pattern().as_usize()) else { continue };
            if out.of(phrase.theme).is_none()
                && let Some(words) = text.get(found.range())
                && stands_alone(&text, found.start(), found.end(), words, phrase.open)
            {
                out.found.push((phrase.theme, words.to_owned()));
            }
        }
    }
    out
}

/// Latin phrases must not be a piece of a longer word.
fn stands_alone(text: &str, start: usize, end: usize, phrase: &str, open: bool) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || ('\u{c0}'..='\u{24f}').contains(&letter);
    let starts = phrase.chars().next().is_some_and(is_word);
    let ends = !open && phrase.chars().next_back().is_some_and(is_word);
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let behind = text.get(end..).and_then(|text| text.chars().next());
    !(starts && before.is_some_and(is_word) || ends && behind.is_some_and(is_word))
}

/// The text with every run of blanks as one and without what breaks words apart; look-alike letters made plain.
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
            super::letters::plain(word, &mut out);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_phrase_of_a_theme() {
        assert!(LEXICON.automaton.is_some());
        let file = include_str!("../../assets/lists/themes.tsv");
        for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let columns: Vec<_> = line.split('\t').collect();
            assert_eq!(columns.len(), 3, "{line}");
            assert!(Theme::named(columns[0]).is_some(), "{line}");
            assert!(["de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt"].contains(&columns[1]), "{line}");
            assert!(columns[2].trim() == columns[2] && columns[2].chars().count() >= 2, "{line}");
            assert_eq!(columns[2], columns[2].to_lowercase(), "{line}");
        }
    }

    #[test]
    fn a_notice_has_its_themes_in_every_language() {
        use Theme::{Customer, Deadline, Demand, Pretext, Threat};
        let all = [Pretext, Threat, Demand, Deadline, Customer];
        for (text, least) in [
            (
                "Dear customer, we noticed unusual activity. Verify your account within 24 hours or it will be suspended.",
                4,
            ),
            (
                "お客様のアカウントで不審なログインを検出しました。24時間以内に下記リンクよりご確認ください。利用制限されます。",
                4,
            ),
            (
                "Sehr geehrter Kunde, aus Sicherheitsgründen wurde Ihr Konto gesperrt. Bestätigen Sie innerhalb von 24 Stunden.",
                4,
            ),
            ("Cher client, pour votre sécurité votre compte est suspendu. Cliquez ici sous 48 heures.", 4),
            ("Estimado cliente, por motivos de seguridad su cuenta fue bloqueada. Verifique en 24 horas.", 4),
            ("Prezado cliente, sua conta foi bloqueada por motivos de segurança. Clique aqui em 24 horas.", 4),
        ] {
            assert!(themes("", text).count(&all) >= least, "{text}: {:?}", themes("", text));
        }
    }

    #[test]
    fn a_phrase_inside_a_longer_word_is_none_and_an_open_one_may_go_on() {
        assert_eq!(themes("", "the aquota of things").count(&[Theme::Pretext]), 0);
        assert_eq!(themes("", "suspicious activities").of(Theme::Pretext), Some("suspicious activit"));
    }

    #[test]
    fn disguised_letters_hide_nothing() {
        assert_eq!(themes("", "v\u{435}rify\u{200b} your account").of(Theme::Demand), Some("verify your"));
    }
}
