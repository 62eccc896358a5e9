//! The sentences that look-ups put into facts, in both languages.
//!
//! A [`super::Fact`] is data and carries its words in English ([`Words::en`]); whoever shows it to a person passes them
//! through [`in_language`]. Nothing here asks or decides anything.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::{Lang, Words};

/// Declares sentences, and lists them, so that none can be forgotten.
macro_rules! sentences {
    ($($(#[$about:meta])* $name:ident = $english:literal, $japanese:literal;)*) => {
        $($(#[$about])* pub const $name: Words = Words::new($english, $japanese);)*

        /// Every sentence above.
        pub(super) const ALL: &[Words] = &[$($name),*];
    };
}

pub mod connection;
pub mod lists;
pub mod notes;
pub mod reason;
pub mod registry;
pub mod reserved;
pub mod said;
pub mod source;
pub mod visit;

/// Every sentence, subject by subject.
const SUBJECTS: &[&[Words]] = &[
    reserved::ALL,
    reason::ALL,
    connection::ALL,
    visit::ALL,
    registry::ALL,
    source::ALL,
    lists::ALL,
    said::ALL,
    notes::ALL,
];

/// The same by their English.
static KNOWN: LazyLock<HashMap<&str, Words>> = LazyLock::new(|| all().map(|words| (words.en, words)).collect());

/// Every sentence that may stand in a fact.
pub fn all() -> impl Iterator<Item = Words> {
    SUBJECTS.iter().copied().flatten().copied()
}

/// `text` in `lang` where it is one of the sentences above, else as it is (names of networks, servers, databases).
/// Parts joined by `; ` are looked at one by one, as the origin of a place may name several sources.
#[must_use]
pub fn in_language(text: &str, lang: Lang) -> Cow<'_, str> {
    if lang == Lang::En {
        return Cow::Borrowed(text);
    }
    let one = |part: &str| {
        let sentence = KNOWN.get(part).map(|words| words.get(lang));
        sentence.or_else(|| super::blocklists::in_japanese(part))
    };
    if let Some(found) = one(text) {
        return Cow::Borrowed(found);
    }
    if !text.split("; ").any(|part| one(part).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split("; ").map(|part| one(part).unwrap_or(part)).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_sentence_is_said_in_japanese_and_a_name_stays() {
        assert_eq!(in_language(reason::TIMEOUT.en, Lang::Ja), "時間内に応答なし");
        assert_eq!(in_language(reason::TIMEOUT.en, Lang::En), "no answer in time");
        assert_eq!(in_language("Example Networks", Lang::Ja), "Example Networks");
        assert_eq!(
            in_language("your override file; DB-IP Lite region, 2026-06-17", Lang::Ja),
            "ユーザーの上書きファイル; DB-IP Lite region, 2026-06-17"
        );
    }

    #[test]
    fn no_sentence_is_listed_twice_or_holds_the_separator() {
        for (index, words) in all().enumerate() {
            assert!(!words.en.contains("; "), "{}", words.en);
            assert!(!words.ja.is_empty());
            assert!(all().skip(index + 1).all(|other| other.en != words.en), "{}", words.en);
        }
    }
}
