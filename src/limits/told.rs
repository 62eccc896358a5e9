//! What is told where a limit was hit: in both languages, since the screen shows it as it is and what `scan` prints is English
//! whatever the reader speaks. The words stand where the limit is kept, so that none can be told in one language only.

use std::fmt::Display;

use super::Scope;
use crate::text::{Lang, Words};

/// What was left out, with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Told {
    en: String,
    ja: String,
}

impl Told {
    /// The words with `values` in their places.
    #[must_use]
    pub fn new(words: Words, values: &[&dyn Display]) -> Self {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        Self { en: words.fill(Lang::En, &values), ja: words.fill(Lang::Ja, &values) }
    }

    /// The same of a header field of that name.
    #[must_use]
    pub fn of_field(self, name: &str) -> Self {
        Self { en: format!("{name}: {}", self.en), ja: format!("{name}：{}", self.ja) }
    }

    /// In one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }

    /// It is the limit of that name that was hit, see [`super::ROWS`].
    #[must_use]
    pub fn is_of(&self, key: &str) -> bool {
        super::row(key).is_some_and(|row| self.en.contains(row.told))
    }

    /// What the limit that was hit is of; `None` for one that nobody may change.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        let mut rows = super::ROWS.iter().filter(|row| row.scope != Scope::Shown);
        rows.find(|row| self.en.contains(row.told)).map(|row| row.scope)
    }

    /// In English, as it is recorded.
    #[must_use]
    pub fn english(&self) -> &str {
        &self.en
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_figures() {
        let told = Told::new(Words::new("{0} of {1} are read", "{1} 件中 {0} 件"), &[&3, &"7"]).of_field("To");
        assert_eq!(told.english(), "To: 3 of 7 are read");
        assert_eq!(told.get(Lang::En), told.english());
        assert_eq!(told.get(Lang::Ja), "To：7 件中 3 件");
    }
}
