//! What a mail talks about: why an account needs attention, what is threatened, what the reader shall do, how soon, and
//! whether a company speaks to its customer. Phrases in nine languages. They are searched for together with those of `wording`.
//!
//! A theme that was found says nothing against a mail: honest notices use the same words. Nothing here judges.

use super::letters;
use crate::text::blocks::{BLOCK, block, mask};

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

    /// Keeps the phrase of a theme that has none yet.
    pub(super) fn add(&mut self, theme: Theme, phrase: &str) {
        if self.of(theme).is_none() {
            self.found.push((theme, phrase.to_owned()));
        }
    }

    /// Every theme with its phrase, in the order in which they stand in the mail.
    #[must_use]
    pub fn all(&self) -> &[(Theme, String)] {
        &self.found
    }
}

/// A phrase of the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase {
    pub(super) text: &'static str,
    pub(super) theme: Theme,
    /// Any ending of the word will do.
    pub(super) open: bool,
}

/// Every phrase of the list.
pub(super) fn phrases() -> impl Iterator<Item = Phrase> {
    lines().map(|(theme, phrase)| Phrase { text: phrase.trim_end_matches('*'), theme, open: phrase.ends_with('*') })
}

/// The lines of the list: theme and phrase.
fn lines() -> impl Iterator<Item = (Theme, &'static str)> {
    include_str!("../../assets/lists/themes.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut columns = line.split('\t');
        let theme = Theme::named(columns.next()?)?;
        Some((theme, columns.nth(1)?))
    })
}

/// A character that the eye takes for another one which a phrase may have, or does not see at all. Wide signs, as Japanese
/// sets them (`！`, `（`), stand in no phrase.
fn is_disguise(letter: char) -> bool {
    // Kana and kanji.
    if letter.is_ascii() || matches!(letter, '\u{3000}'..='\u{3130}' | '\u{3400}'..='\u{9fff}') {
        return false;
    }
    let styled = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '\'');
    letters::styled(letter).is_some_and(styled) || letters::breaks(letter) || letters::look_alike(letter).is_some()
}

/// A text on one line with look-alike letters made plain; `None` where it has none.
pub(super) fn undisguised(line: &str) -> Option<String> {
    // The scripts of East Asia, whose characters start with these bytes, and plain Latin are no disguise.
    let strange = |byte: &u8| matches!(byte, 0xc9..=0xe2 | 0xea..=0xff);
    if line.bytes().fold(0_u8, |odd, byte| odd | u8::from(strange(&byte))) == 0 || !beyond_ascii(line).any(is_disguise)
    {
        return None;
    }
    Some(letters::seen(line))
}

/// The characters beyond ASCII.
fn beyond_ascii(text: &str) -> impl Iterator<Item = char> {
    let bytes = text.as_bytes();
    let blocks = (0..bytes.len()).step_by(BLOCK).map(|at| (at, mask(&block(bytes, at), |byte| byte >= 0xc0)));
    blocks.flat_map(move |(at, mut starts)| {
        std::iter::from_fn(move || {
            let start = (starts != 0).then(|| at + starts.trailing_zeros() as usize)?;
            starts &= starts - 1;
            text.get(start..)?.chars().next()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn themes(subject: &str, body: &str) -> Themes {
        super::super::wording::wording("", subject, body, false).1
    }

    #[test]
    fn every_line_of_the_list_is_a_phrase_of_a_theme() {
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
