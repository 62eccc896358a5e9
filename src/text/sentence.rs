//! A sentence that is put together where nobody knows the reader's language (a database, a file, a keymap), and said
//! where somebody does. What stands in it keeps its kind until then, so that reasons inside of reasons are in one language.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Lang, Words};

/// Words with their values, in no language yet. Not made printable: whoever shows it does that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    words: Words,
    values: Vec<Value>,
}

/// What stands in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The same in every language: a name, a path, a number.
    Text(String),
    /// Another sentence, most often why.
    Sentence(Sentence),
}

impl Sentence {
    /// Words with a value for each of their places.
    #[must_use]
    pub fn new<const N: usize>(words: Words, values: [Value; N]) -> Self {
        Self { words, values: values.into() }
    }

    /// The words of somebody else (a parser, a library), who speaks one language only.
    #[must_use]
    pub fn foreign(text: impl Into<String>) -> Self {
        Self::new(Words::new("{0}", "{0}"), [Value::Text(text.into())])
    }

    /// The sentence in one language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let values: Vec<String> = self.values.iter().map(|value| value.words(lang)).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.words.fill(lang, &values)
    }
}

impl Value {
    fn words(&self, lang: Lang) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Sentence(sentence) => sentence.words(lang),
        }
    }
}

/// English, for logs and for those who write programs.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

/// So that one of our own can travel as an error of the system ([`super::cause()`] finds it again).
impl std::error::Error for Sentence {}

impl From<Words> for Sentence {
    fn from(words: Words) -> Self {
        Self::new(words, [])
    }
}

impl From<Sentence> for Value {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(sentence)
    }
}

impl From<Words> for Value {
    fn from(words: Words) -> Self {
        Self::Sentence(words.into())
    }
}

impl From<&Path> for Value {
    fn from(path: &Path) -> Self {
        Self::Text(path.display().to_string())
    }
}

macro_rules! plain {
    ($($kind:ty),*) => { $(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::Text(value.to_string())
            }
        }
    )* };
}

plain!(&str, String, &String, i32, u32, u64, usize);

impl From<&PathBuf> for Value {
    fn from(path: &PathBuf) -> Self {
        path.as_path().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_inside_is_said_in_the_language_of_the_sentence() {
        let why = Sentence::new(Words::new("larger than {0} KiB", "{0} KiB を超えています"), [64_u64.into()]);
        let told =
            Sentence::new(Words::new("{0}: not used ({1})", "{0} は使いません（{1}）"), ["a".into(), why.into()]);
        assert_eq!(told.words(Lang::En), "a: not used (larger than 64 KiB)");
        assert_eq!(told.words(Lang::Ja), "a は使いません（64 KiB を超えています）");
        assert_eq!(told.to_string(), told.words(Lang::En));
    }

    #[test]
    fn what_others_say_and_values_that_look_like_places_stay_as_they_are() {
        for lang in [Lang::En, Lang::Ja] {
            assert_eq!(Sentence::foreign("{1} {0}").words(lang), "{1} {0}");
            let told = Sentence::new(Words::new("{0} {1}", "{0} {1}"), [Path::new("/{1}").into(), "x".into()]);
            assert_eq!(told.words(lang), "/{1} x");
        }
    }
}
