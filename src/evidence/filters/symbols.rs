//! Tests that a filter lists by name (`BAYES_99`, `R_SPF_FAIL`), in words. Names of SpamAssassin and of Rspamd stand in one
//! list, `assets/lists/symbols.tsv`; a name that is not there is left as it stands in the source.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::text::Words;

/// The longest name of the list, in bytes; a longer word is none.
const LONGEST: usize = 40;

static SYMBOLS: LazyLock<HashMap<&'static str, Words, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/lists/symbols.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(line).collect()
});

fn line(line: &'static str) -> Option<(&'static str, Words)> {
    let mut cells = line.split('\t');
    let (name, en, ja) = (cells.next()?, cells.next()?, cells.next()?);
    Some((name, Words { en, ja }))
}

/// What the tests mean whose names stand in a value as words of their own, in its order; each meaning once.
///
/// Lists of tests are written in many ways (`tests=A,B`, `[A=1.2, B=0.1]`, `* 1.2 A BODY: ...`, `A(1.20)[...];`); their names
/// are capitals with underscores, which nothing else in such a field is, so no grammar is needed.
pub(super) fn meanings(value: &str) -> Vec<Words> {
    let mut out: Vec<Words> = Vec::new();
    for word in value.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')) {
        if word.len() < 4 || word.len() > LONGEST || !word.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            continue;
        }
        if let Some(words) = SYMBOLS.get(word)
            && !out.contains(words)
        {
            out.push(*words);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: &str) -> Vec<&'static str> {
        meanings(value).into_iter().map(|words| words.en).collect()
    }

    #[test]
    fn names_are_found_however_they_are_listed() {
        let both = ["learned words: 99 to 100 % spam", "SPF: fail"];
        for value in [
            "Yes, score=12.3 required=5.0 tests=BAYES_99,SPF_FAIL autolearn=no",
            "Yes, score=12.3 tests=BAYES_99,\r\n\tSPF_FAIL,UNHEARD_OF_TEST autolearn=no version=4.0.1",
            "Yes, score=9 tagged_above=2 required=6 tests=[BAYES_99=3.5, SPF_FAIL=0.9] autolearn=no",
            "\r\n *  3.5 BAYES_99 BODY: Bayes spam probability is 99 to 100%\r\n *  0.9 SPF_FAIL SPF: sender does not match",
            "default: True [15.2 / 15.00];\r\n\tBAYES_99(3.50)[100.00%];\r\n\tSPF_FAIL(0.90)[-all:c];\r\n\tASN(0.00)[asn:64500]",
        ] {
            assert_eq!(said(value), both, "{value}");
        }
    }

    #[test]
    fn what_is_no_name_of_a_test_says_nothing() {
        for value in [
            "",
            "No, score=-1.0 required=5.0 tests=none autolearn=ham",
            "xBAYES_99 BAYES_99x bayes_99 BAYES_9 BAYES99",
            "SPAM HIGH YES 2026",
            &"A".repeat(100_000),
        ] {
            assert!(said(value).is_empty(), "{}", value.get(..40).unwrap_or(value));
        }
        assert_eq!(said(&"BAYES_99 ".repeat(1_000)).len(), 1, "each meaning once");
    }

    #[test]
    fn every_line_of_the_list_is_a_name_with_words_in_both_languages() {
        let lines = include_str!("../../../assets/lists/symbols.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut names = Vec::new();
        for text in lines {
            let (name, words) = line(text).unwrap_or_else(|| panic!("{text}"));
            assert!(!words.en.is_empty() && !words.ja.is_empty() && words.en != words.ja, "{text}");
            assert_eq!(said(name), [words.en], "{text}");
            names.push(name);
        }
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "a name stands twice");
    }
}
