//! The host that a link's text shows: what a reader believes to be opened.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Plain, UrlParts};
use crate::evidence::Domain;
use crate::evidence::body::is_invisible;
use crate::evidence::domain::has_known_suffix;

/// A link's text of more words than this only mentions the URL that it holds.
const TEXT_WORDS: usize = 12;
/// A host that a link's text names, where the text looks like a URL or a host itself.
pub(in crate::evidence) fn host_in_text(
    text: &str,
    cache: &mut HashMap<String, Option<Domain>, RandomState>,
) -> Option<Domain> {
    // A dot, or the first byte of one that is wide.
    if !text.bytes().any(|byte| matches!(byte, b'.' | 0xe3 | 0xef))
        || !text.contains(['.', '\u{3002}', '\u{ff0e}'])
        || text.len() > 2_000
    {
        return None;
    }
    if let Some(known) = cache.get(text) {
        return known.clone();
    }
    let found = look_for_host(text);
    cache.insert(text.to_owned(), found.clone());
    found
}

fn look_for_host(text: &str) -> Option<Domain> {
    if let Some(plain) = Plain::of(text) {
        return Some(Domain::of(plain.pieces.host));
    }
    let clean: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    let words = clean.split_whitespace().take(TEXT_WORDS + 1).count();
    if words <= TEXT_WORDS
        && let Some(domain) = in_brackets(&clean).and_then(look_for_host)
    {
        return Some(domain);
    }
    // A sentence may mention a host; only a text that is little more than a name promises to lead there.
    for word in clean.split_whitespace() {
        let word = word.trim_matches(|letter: char| "<>()[]{}\"'「」『』【】（）,;!".contains(letter));
        let spelled_out = word.contains("://") || word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
        if words > if spelled_out { TEXT_WORDS } else { 1 } {
            continue;
        }
        if let Some(at) = word.find("://") {
            let start = word.get(..at)?.rfind(|letter: char| !letter.is_ascii_alphanumeric()).map_or(0, |dot| dot + 1);
            let parts = UrlParts::of(word.get(start..)?, None)?;
            return Some(parts.domain).filter(|domain| !domain.host.is_empty());
        }
        let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_end_matches(['.', '\u{3002}']);
        if host.contains('@') || word.contains('@') || !host.contains(['.', '\u{3002}', '\u{ff0e}']) || host.len() > 253
        {
            continue;
        }
        // A sentence that was not spaced (`end.Start`) is no host; labels of a host are not capitalized words.
        let domain = Domain::of(host);
        let labels_hold = domain.host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
        if labels_hold
            && domain.registrable.is_some()
            && has_known_suffix(&domain.host)
            && !looks_like_a_file(&domain.host)
        {
            return Some(domain);
        }
    }
    None
}

/// What stands in brackets at the end of a text, as in `Sign in (bank.example)`; those in an address are a part of it.
fn in_brackets(text: &str) -> Option<&str> {
    let (front, inner) = text.trim_end().strip_suffix([')', '）'])?.rsplit_once(['(', '（'])?;
    let apart = front.chars().next_back().is_some_and(|last| last.is_whitespace() || !last.is_ascii());
    (apart && !inner.contains(char::is_whitespace)).then_some(inner)
}

/// Top level domains that are file endings far more often than hosts in the text of a link.
pub(in crate::evidence) fn looks_like_a_file(host: &str) -> bool {
    ["zip", "mov", "py", "sh", "pl", "rs", "md", "ps", "ai", "so", "do"].iter().any(|ending| {
        host.strip_suffix(ending).and_then(|front| front.strip_suffix('.')).is_some_and(|front| !front.contains('.'))
    }) || host.split('.').all(|label| label.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_names_a_host_is_told_from_text_that_does_not() {
        let mut cache = HashMap::default();
        for (text, host) in [
            ("https://www.bank.com/login", Some("www.bank.com")),
            ("Click https://www.bank.com now", Some("www.bank.com")),
            ("www.bank.co.jp", Some("www.bank.co.jp")),
            ("bank.com", Some("bank.com")),
            ("ba\u{200b}nk.com...", Some("bank.com")),
            ("「https://bank.com」", Some("bank.com")),
            ("a@bank.com", None),
            ("Click here.", None),
            ("News.com: our top stories", None),
            ("in the Makefile.inc", None),
            ("Visit www.bank.com today", Some("www.bank.com")),
            ("invoice.zip", None),
            ("report.pdf", None),
            ("v1.2.3", None),
            ("end.Start of", None),
            ("ここをクリック", None),
            ("Sign in (bank.com)", Some("bank.com")),
            ("本人認証サービス（smbc-card.com）", Some("smbc-card.com")),
            ("本人認証サービス (smbc-card.com)", Some("smbc-card.com")),
            ("Sign in (now)", None),
            ("call(bank.com)", None),
            ("https://en.wikipedia.org/wiki/Film_(film.com)", Some("en.wikipedia.org")),
        ] {
            assert_eq!(host_in_text(text, &mut cache).map(|domain| domain.host).as_deref(), host, "{text}");
        }
    }
}
