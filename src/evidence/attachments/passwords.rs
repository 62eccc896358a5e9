//! Words of a mail that may be the password of its archive: those behind a word for password, and those in quotes.
//! Asked only where an archive is encrypted.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::message::clip;

/// The most words that are given.
const WORDS: usize = 60;
/// How far behind a word for password its value is looked for, in bytes.
const BEHIND: usize = 120;
/// How much of the text is looked at, in bytes.
const TEXT: usize = 64 * 1024;

/// What a password is called.
const CALLED: &[&str] = &[
    "password",
    "passwort",
    "passcode",
    "contraseña",
    "mot de passe",
    "senha",
    "pass",
    "pwd",
    "pw",
    "p/w",
    "pin",
    "code",
    "パスワード",
    "ﾊﾟｽﾜｰﾄﾞ",
    "パスコード",
    "暗証",
    "解凍",
    "解凍キー",
    "開封",
    "密码",
    "解压",
    "비밀번호",
];

static NAMES: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(CALLED).ok());

/// Words that stand between the name and the value, and are neither.
const FILLING: &[&str] = &[
    "is",
    "the",
    "for",
    "your",
    "of",
    "to",
    "and",
    "protected",
    "archive",
    "file",
    "attached",
    "attachment",
    "zip",
    "this",
    "open",
    "use",
    "with",
    "as",
    "below",
    "following",
    "word",
    "code",
    "password",
    "please",
    "document",
    "it",
];

/// The words that are tried, the likeliest first, each once.
pub(super) fn candidates(subject: &str, body: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut keep = |word: &str| {
        let word = word.trim();
        let length = word.chars().count();
        if (3..=64).contains(&length) && out.len() < WORDS && !out.iter().any(|known| known == word) {
            out.push(word.to_owned());
        }
    };
    let texts = [clip(body, TEXT), clip(subject, 1_000)];
    for text in texts {
        let Some(names) = NAMES.as_ref() else { break };
        for found in names.find_iter(text).take(50) {
            let rest = text.get(found.end()..).unwrap_or_default();
            let window = clip(rest, BEHIND);
            quoted(window, &mut keep);
            for word in words(window).take(6) {
                keep(word);
                // `1234です` and `1234。`: the value ends where another script begins.
                let ascii = word.trim_end_matches(|letter: char| !letter.is_ascii());
                keep(ascii.trim_end_matches(['.', ',', ';', ')', '!']));
            }
        }
    }
    for text in texts {
        quoted(text, &mut keep);
    }
    // What people who know call every such archive's password.
    keep("infected");
    out
}

/// Words of a window that may be values.
fn words(window: &str) -> impl Iterator<Item = &str> {
    window
        .split(|letter: char| letter.is_whitespace() || ":：=＝→「」『』【】\"“”'‘’`<>（）()[]、。は".contains(letter))
        .map(|word| word.trim_end_matches(['.', ',', ';']))
        .filter(|word| !word.is_empty() && !FILLING.iter().any(|filling| word.eq_ignore_ascii_case(filling)))
}

/// What stands in quotes or brackets.
fn quoted(text: &str, keep: &mut impl FnMut(&str)) {
    for (open, close) in [('"', '"'), ('“', '”'), ('「', '」'), ('『', '』'), ('\'', '\''), ('【', '】'), ('`', '`')]
    {
        let mut rest = text;
        for _ in 0..20 {
            let Some((_, behind)) = rest.split_once(open) else { break };
            let Some((word, after)) = behind.split_once(close) else { break };
            if word.chars().count() <= 64 && !word.contains(char::is_whitespace) {
                keep(word);
            }
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_mail_is_among_the_words_that_are_tried() {
        for (text, word) in [
            ("The archive is protected. Password: Inv-2026!", "Inv-2026!"),
            ("Use password 7781 to open it.", "7781"),
            ("PW=abc123", "abc123"),
            ("解凍パスワード：2026nov", "2026nov"),
            ("パスワードは「さくら2026」です。", "さくら2026"),
            ("パスワードは0412です。", "0412"),
            ("pass -> x9!kk (attached)", "x9!kk"),
            ("open it with \"tango\"", "tango"),
        ] {
            let found = candidates("", text);
            assert!(found.iter().any(|known| known == word), "{text}: {found:?}");
        }
        assert!(candidates("", &"password ".repeat(20_000)).len() <= WORDS);
    }
}
