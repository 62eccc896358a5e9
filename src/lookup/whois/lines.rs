//! The lines of a WHOIS answer as entries of a key and a value, whatever the server's habits: `Key: value`, indented lines
//! below a heading, JPRS's `[Key] value`, RPSL's objects. Pure; bounded in lines and characters.

use std::collections::HashMap;

use crate::lookup::registries::clean;

/// The most lines that are read.
const LINES: usize = 4_000;
/// The most characters of a key.
const KEY: usize = 60;
/// The most characters of a value.
const VALUE: usize = 300;

/// A line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Lower case, blanks made one, without the dots and stars around it.
    pub(super) key: String,
    pub(super) value: String,
    /// Objects are parted by empty lines; the number of this one.
    pub(super) block: usize,
}

/// The entries of an answer, in their order, found by key or by `heading/key`.
#[derive(Debug, Default)]
pub(super) struct Entries {
    list: Vec<Entry>,
    places: HashMap<String, Vec<usize>>,
    /// More lines or longer ones than are read.
    pub(super) cut: bool,
}

/// A line below which indented ones belong together.
struct Heading {
    name: String,
    indent: usize,
    /// The block in which lines that are not indented belong to it as well: of a heading with a colon.
    flat: Option<usize>,
}

impl Entries {
    /// Reads an answer.
    pub(super) fn read(text: &str) -> Self {
        let mut out = Self::default();
        let mut heading: Option<Heading> = None;
        let mut block = 0;
        for (index, line) in text.lines().enumerate() {
            if index >= LINES {
                out.cut = true;
                break;
            }
            let line = line.trim_end_matches(['\r', ' ', '\t', '\u{c}']);
            if line.is_empty() {
                block += 1;
                continue;
            }
            out.line(line, block, &mut heading);
        }
        out
    }

    fn line(&mut self, line: &str, block: usize, heading: &mut Option<Heading>) {
        let bare = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - bare.len();
        if let Some(contact) = abuse_comment(bare) {
            self.put("abuse contact", contact, block, None);
            return;
        }
        if bare.starts_with(['%', '#', ';']) || bare.starts_with(">>>") || bare.starts_with("--") {
            return;
        }
        if let Some((key, value)) = bracketed(bare) {
            self.put(key, value, block, None);
            *heading = None;
            return;
        }
        let bare = bare.trim_start_matches(['*', ' ']);
        if heading.as_ref().is_some_and(|heading| indent <= heading.indent) && pair(bare).is_some() {
            *heading = None;
        }
        match pair(bare) {
            Some((key, "")) => *heading = Some(Heading { name: normal(key), indent, flat: Some(block) }),
            Some((key, value)) => self.put(key, value, block, heading.as_ref().map(|heading| heading.name.as_str())),
            None => match heading {
                Some(heading) if indent > heading.indent || indent == heading.indent && heading.flat == Some(block) => {
                    let name = heading.name.clone();
                    self.put(&name, bare, block, None);
                }
                // A heading without a colon.
                _ if bare.chars().count() <= KEY => {
                    *heading = Some(Heading { name: normal(bare), indent, flat: None });
                }
                _ => *heading = None,
            },
        }
    }

    fn put(&mut self, key: &str, value: &str, block: usize, heading: Option<&str>) {
        let key = normal(key);
        let value = clean(value, VALUE, &mut self.cut);
        let index = self.list.len();
        if let Some(heading) = heading {
            self.places.entry(format!("{heading}/{key}")).or_default().push(index);
        } else {
            self.places.entry(key.clone()).or_default().push(index);
        }
        self.list.push(Entry { key, value, block });
    }

    /// The entries of a key (`registrar`), or of a key below a heading (`registrar/name`), in their order.
    pub(super) fn of(&self, key: &str) -> impl Iterator<Item = &Entry> {
        self.places.get(key).into_iter().flatten().filter_map(|index| self.list.get(*index))
    }

    /// The key occurs, even without a value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.places.contains_key(key)
    }
}

/// `Key: value`; the colon ends the key wherever blanks stand around it.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    // Sentences and URLs of the terms of use are no entries.
    let fits = !key.is_empty() && key.chars().count() <= KEY && !value.starts_with("//");
    fits.then(|| (key.trim(), value.trim()))
}

/// `[Key] value` and `a. [Key] value`, as JPRS and JPNIC write; a banner in brackets is none.
fn bracketed(line: &str) -> Option<(&str, &str)> {
    let line = match line.split_once(". ") {
        Some((letter, rest)) if letter.len() == 1 => rest.trim_start(),
        _ => line,
    };
    let (key, value) = line.strip_prefix('[')?.split_once(']')?;
    let banner = value.trim().is_empty() && (key.starts_with(' ') || key.chars().count() > 40);
    (!banner).then(|| (key.trim(), value.trim()))
}

/// RIPE says whom to complain to in a comment: `% Abuse contact for '192.0.2.0 - 192.0.2.255' is 'abuse@example.net'`.
fn abuse_comment(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("% Abuse contact for ")?;
    let (_, contact) = rest.split_once(" is '")?;
    contact.split('\'').next().filter(|contact| contact.contains('@'))
}

fn normal(key: &str) -> String {
    let key = key.trim_matches(|c: char| matches!(c, '.' | '*' | '[' | ']' | '-' | ':') || c.is_whitespace());
    let mut cut = false;
    let key = clean(key, KEY, &mut cut);
    key.trim_end_matches(['.', ' ']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, key: &str) -> Vec<String> {
        Entries::read(text).of(key).map(|entry| entry.value.clone()).collect()
    }

    #[test]
    fn every_habit_gives_keys_and_values() {
        for (text, key, expected) in [
            ("Domain Name: EXAMPLE.COM\r\n", "domain name", &["EXAMPLE.COM"][..]),
            ("   Registrar: Example, Inc.\n", "registrar", &["Example, Inc."]),
            ("Created on..............: 2001-Jan-01.\n", "created on", &["2001-Jan-01."]),
            ("Domain Name                 : example.co.kr\n", "domain name", &["example.co.kr"]),
            ("inetnum:        192.0.2.0 - 192.0.2.255\n", "inetnum", &["192.0.2.0 - 192.0.2.255"]),
            ("[Domain Name]                   EXAMPLE.JP\n", "domain name", &["EXAMPLE.JP"]),
            ("a. [Domain Name]                EXAMPLE.CO.JP\n", "domain name", &["EXAMPLE.CO.JP"]),
            ("    Registrant:\n        Example Ltd\n        London\n", "registrant", &["Example Ltd", "London"]),
            ("Registrar:\n\tName:\t Example\n\tWebsite: https://x\n", "registrar/name", &["Example"]),
            ("Registrant\n  Organization:     Example S.p.A.\n", "registrant/organization", &["Example S.p.A."]),
            ("Nameservers:\n\tns1.example\n\tns2.example\n\nKeys:\n", "nameservers", &["ns1.example", "ns2.example"]),
            ("** Domain Servers:\nns1.example\nns2.example\n", "domain servers", &["ns1.example", "ns2.example"]),
            ("Registrar:\n\tName: A\nCreated: 2001-01-01\n", "created", &["2001-01-01"]),
            ("% Abuse contact for '192.0.2.0' is 'a@example.net'\n", "abuse contact", &["a@example.net"]),
        ] {
            assert_eq!(values(text, key), expected, "{text}");
        }
    }

    #[test]
    fn comments_and_banners_say_nothing() {
        let text = "% Registrar: x\n# Registrar: y\n>>> Last update: 2026-11-21 <<<\n\
            [ JPRS database provides information on network administration. Its use is    ]\n\
            [ restricted to network administration purposes. ]\nTERMS OF USE: see https://example\nhttps://example/x\n";
        let entries = Entries::read(text);
        assert_eq!(entries.list.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["terms of use"]);
    }

    #[test]
    fn lines_without_end_are_bounded() {
        let entries = Entries::read(&format!("Domain: {}", "x".repeat(1 << 20)));
        assert_eq!(entries.list[0].value.chars().count(), VALUE + 1);
        assert!(entries.cut);
        let entries = Entries::read(&"a: b\n".repeat(100_000));
        assert_eq!(entries.list.len(), LINES);
        assert!(entries.cut);
        let key = format!("{}: x", "k".repeat(1 << 20));
        assert!(Entries::read(&key).list.is_empty());
    }
}
