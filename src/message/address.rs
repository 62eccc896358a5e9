//! Lists of mail addresses (RFC 5322 section 3.4) as real and hostile mail writes them.
//!
//! ```text
//! Some Brand, x <addr@host.example>      two entries, the first without an address
//! <a@x.example>b@y.example               one entry, with a stray address behind its brackets
//! <@x.example:b@y.example>               a source route
//! ```
//!
//! One pass, no recursion: comments and groups are counted, not descended into. Nothing is refused.

mod reader;

use super::Limits;
use super::words::decode_words_within;
use crate::limits::Told;
use crate::text::Words;
use reader::Reader;

/// One entry of an address list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    /// Display name, quotes taken off, encoded words still encoded.
    pub(crate) raw_name: String,
    /// Display name, decoded.
    pub(crate) name: String,
    /// `local@domain`; empty where the entry holds none.
    pub(crate) address: String,
    /// Hosts of a source route in front of the address (`@a,@b`), as written.
    pub(crate) route: String,
    /// Further addresses in the same entry: behind or before the brackets.
    pub(crate) stray: Vec<String>,
}

impl Entry {
    /// An entry of a name as written and a plain address.
    fn named(name: &str, address: &str, limits: &Limits) -> Self {
        let raw_name = squeeze(name);
        let name = squeeze(&decode_words_within(&raw_name, limits.encoded_words));
        Self { raw_name, name, address: address.to_owned(), ..Self::default() }
    }
}

/// The domain of an address: all behind its last `@`, brackets and dots around it taken off.
pub(crate) fn domain_of(address: &str) -> Option<&str> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.trim_matches(|letter: char| letter == '.' || letter == '>' || letter.is_whitespace());
    (!domain.is_empty()).then_some(domain)
}

/// What is left out of a list, in words; empty for nearly all.
pub(crate) fn limits(raw: &str, limits: &Limits) -> Vec<Told> {
    let mut out = Vec::new();
    let Limits { addresses, comment_depth, group_depth, .. } = *limits;
    if raw.len() <= addresses && memchr::memchr2(b'(', b':', raw.as_bytes()).is_none() {
        return out;
    }
    // Nothing is an entry without its at sign or its comma.
    let entries = memchr::memchr_iter(b',', raw.as_bytes()).count() + 1;
    if entries > addresses {
        out.push(Told::new(
            Words::new("only the first {0} of {1} entries are read", "{1} 件のうち最初の {0} 件だけを読みました"),
            &[&addresses, &entries],
        ));
    }
    let (mut comments, mut groups) = (Depth::default(), Depth::default());
    let mut escaped = false;
    for byte in raw.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => comments.open(),
            b')' => comments.close(),
            b':' if comments.now == 0 => groups.open(),
            b';' if comments.now == 0 => groups.close(),
            _ => {}
        }
    }
    if comments.most > comment_depth {
        out.push(Told::new(
            Words::new("comments nested {0} deep, read {1} deep", "注釈の入れ子が {0} 段あり、{1} 段まで読みました"),
            &[&comments.most, &comment_depth],
        ));
    }
    if groups.most > group_depth {
        out.push(Told::new(
            Words::new(
                "groups nested {0} deep, their names are left out",
                "グループの入れ子が {0} 段あり、グループ名を省きました",
            ),
            &[&groups.most],
        ));
    }
    out
}

#[derive(Default)]
struct Depth {
    now: usize,
    most: usize,
}

impl Depth {
    fn open(&mut self) {
        self.now += 1;
        self.most = self.most.max(self.now);
    }

    fn close(&mut self) {
        self.now = self.now.saturating_sub(1);
    }
}

/// Reads a list. `raw` is the unfolded value with its encoded words still encoded.
pub(crate) fn parse(raw: &str, limits: &Limits) -> Vec<Entry> {
    usual(raw, limits).unwrap_or_else(|| unusual(raw, limits))
}

/// A list whose entries all have one of the usual forms; what it reads, [`unusual`] reads the same way.
///
/// ```text
/// Anna Example <a@one.example>, =?utf-8?B?5aSq6YOO?= <b@one.example>, c@one.example
/// "Example, Anna" <a@one.example>
/// ```
fn usual(raw: &str, limits: &Limits) -> Option<Vec<Entry>> {
    if let Some((name, rest)) = raw.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        let address =
            rest.trim_start_matches(' ').strip_prefix('<')?.strip_suffix('>').filter(|text| is_plain(text))?;
        return (!name.contains('\\')).then(|| vec![Entry::named(name, address, limits)]);
    }
    if raw.bytes().any(|byte| matches!(byte, b'"' | b'(' | b')' | b';' | b':' | b'\\')) {
        return None;
    }
    let mut entries = Vec::new();
    for piece in raw.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
        let entry = match piece.strip_suffix('>') {
            Some(piece) => {
                let (name, address) = piece.split_once('<').filter(|(_, address)| is_plain(address))?;
                // An address in front of the brackets is worth a longer look.
                (!name.contains(['@', '>'])).then(|| Entry::named(name, address, limits))?
            }
            None if is_plain(piece) && !piece.contains('?') && is_addressish(piece) => Entry::named("", piece, limits),
            None => return None,
        };
        entries.push(entry);
        if entries.len() >= limits.addresses {
            break;
        }
    }
    Some(entries)
}

/// An address without anything that has to be taken off or apart.
fn is_plain(address: &str) -> bool {
    let sign = |byte: u8| matches!(byte, b'"' | b'(' | b')' | b',' | b';' | b':' | b'<' | b'>' | b'\\');
    address.contains('@')
        && !address.ends_with('.')
        && address.bytes().all(|byte| byte.is_ascii_graphic() && !sign(byte))
}

/// A list with all that real and hostile mail puts into it.
fn unusual(raw: &str, limits: &Limits) -> Vec<Entry> {
    let mut reader = Reader::of(raw, limits.comment_depth);
    let mut entries = Vec::new();
    let mut element = Element::default();
    let mut last_semicolon = raw.rfind(';');
    while let Some(letter) = reader.peek() {
        match letter {
            ',' => {
                reader.bump(letter);
                element.finish(&mut entries, limits);
            }
            ';' if last_semicolon.is_some() => {
                reader.bump(letter);
                element.finish(&mut entries, limits);
                last_semicolon = last_semicolon.filter(|last| *last >= reader.at);
            }
            ':' if element.angles.is_empty() && last_semicolon.is_some_and(|last| last > reader.at) => {
                // The name of a group; without a semicolon to end it, the colon belongs to a display name.
                reader.bump(letter);
                element = Element::default();
            }
            '"' => match reader.quoted() {
                Some(text) => element.quoted(&text, reader.peek() == Some('@')),
                None => element.push(letter, &mut reader),
            },
            '(' => match reader.comment() {
                Some(text) => element.comment(&text),
                None => element.push(letter, &mut reader),
            },
            '<' => match reader.angle() {
                Some(text) => element.angles.push(text),
                None => element.push(letter, &mut reader),
            },
            '=' => match reader.encoded_word() {
                Some(word) => element.text(word),
                None => element.push(letter, &mut reader),
            },
            _ => element.push(letter, &mut reader),
        }
        if entries.len() >= limits.addresses {
            return entries;
        }
    }
    element.finish(&mut entries, limits);
    entries
}

/// The name and address that a list shows for its sender: the first entry that has an address, the address-less entries
/// in front of it taken as a part of its name. `None` for an empty list.
pub(crate) fn shown(entries: &[Entry]) -> Option<(String, &Entry)> {
    let Some(at) = entries.iter().position(|entry| !entry.address.is_empty()) else {
        let first = entries.first()?;
        return Some((first.name.clone(), first));
    };
    let entry = entries.get(at)?;
    let names: Vec<&str> =
        entries.iter().take(at + 1).map(|entry| entry.name.as_str()).filter(|name| !name.is_empty()).collect();
    Some((names.join(", "), entry))
}

/// An entry while it is read.
#[derive(Default)]
struct Element {
    /// Text outside brackets, in front of the first one: quotes resolved.
    name: String,
    /// The same without what stood in quotes; a bare address is looked for here.
    bare: String,
    /// Text behind the first bracket.
    after: String,
    comments: String,
    angles: Vec<String>,
}

impl Element {
    fn push(&mut self, letter: char, reader: &mut Reader<'_>) {
        reader.bump(letter);
        if self.angles.is_empty() {
            self.name.push(letter);
            self.bare.push(letter);
        } else {
            self.after.push(letter);
        }
    }

    fn text(&mut self, text: &str) {
        if self.angles.is_empty() {
            self.name.push_str(text);
            self.bare.push_str(text);
        } else {
            self.after.push_str(text);
        }
    }

    fn quoted(&mut self, text: &str, local_part: bool) {
        if !self.angles.is_empty() {
            self.after.push_str(text);
        } else if local_part {
            self.name.push_str(text);
            self.bare.push('"');
            self.bare.push_str(text);
            self.bare.push('"');
        } else {
            self.name.push_str(text);
            self.bare.push(' ');
        }
    }

    fn comment(&mut self, text: &str) {
        if !self.comments.is_empty() {
            self.comments.push(' ');
        }
        self.comments.push_str(text);
        self.text(" ");
    }

    fn finish(&mut self, entries: &mut Vec<Entry>, limits: &Limits) {
        let element = std::mem::take(self);
        let mut stray: Vec<String> = Vec::new();
        let mut chosen: Option<String> = None;
        let mut name = element.name;
        for angle in element.angles.iter().rev() {
            if !angle.contains('@') {
                if !angle.trim().is_empty() {
                    name = format!("{} {}", name.trim_end(), angle.trim());
                }
            } else if chosen.is_none() {
                chosen = Some(angle.clone());
            } else {
                stray.push(clean(angle).0);
            }
        }
        if chosen.is_none() {
            let mut bare = element.bare.split_whitespace().filter(|word| is_addressish(word));
            if let Some(word) = bare.next() {
                name = name.replacen(word, "", 1);
                chosen = Some(word.to_owned());
            }
            stray.extend(bare.take(limits.addresses).map(|word| clean(word).0));
        } else {
            stray.extend(
                element.bare.split_whitespace().filter(|word| is_addressish(word)).take(4).map(|word| clean(word).0),
            );
        }
        stray.extend(
            element.after.split_whitespace().filter(|word| is_addressish(word)).take(4).map(|word| clean(word).0),
        );
        let raw_name = if name.trim().is_empty() { element.comments } else { name };
        let raw_name = squeeze(&raw_name);
        let (address, route) = chosen.map(|text| clean(&text)).unwrap_or_default();
        if raw_name.is_empty() && address.is_empty() && stray.is_empty() {
            return;
        }
        let name = squeeze(&decode_words_within(&raw_name, limits.encoded_words));
        stray.retain(|other| !other.is_empty() && *other != address);
        entries.push(Entry { raw_name, name, address, route, stray });
    }
}

/// Looks like an address: something on both sides of an `@`, and no encoded word.
pub(crate) fn is_addressish(word: &str) -> bool {
    let word = word.trim_matches(['\\', ',', ';', '<', '>', '(', ')', '[', ']', '"', '\'']);
    !word.starts_with("=?")
        && word.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.len() > 1)
}

/// `local@domain` out of what stood in brackets, and the source route in front of it.
fn clean(text: &str) -> (String, String) {
    let mut out = String::new();
    let mut depth = 0_usize;
    let closes = text.contains(')');
    for letter in text.chars() {
        match letter {
            '(' if closes => depth += 1,
            ')' if depth > 0 => depth -= 1,
            letter if depth > 0 || letter.is_whitespace() => {}
            _ => out.push(letter),
        }
    }
    let out = out.trim_matches(['<', '>', '\\', ',', ';']);
    let out = out.strip_prefix("mailto:").unwrap_or(out);
    match out.rsplit_once(':') {
        Some((route, address)) if route.starts_with('@') => (address.to_owned(), route.to_owned()),
        _ => (out.trim_end_matches('.').to_owned(), String::new()),
    }
}

fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if is_squeezed(text) {
        out.push_str(text);
    } else {
        for word in text.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    // Double quotes that were themselves escaped or encoded; single ones that some mailers add.
    let inner = out.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inner = inner.or_else(|| out.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')));
    match inner {
        Some(inner) => inner.trim().to_owned(),
        None => out,
    }
}

/// ASCII with single spaces between its words and no other blank: so are most names.
fn is_squeezed(text: &str) -> bool {
    let mut before = b' ';
    let words = text.bytes().all(|byte| {
        let fits = byte.is_ascii_graphic() || byte == b' ' && before != b' ';
        before = byte;
        fits
    });
    words && (before != b' ' || text.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Limits, Told};

    const LIMITS: Limits = Limits::DEFAULT;

    fn parse(raw: &str) -> Vec<super::Entry> {
        super::parse(raw, &LIMITS)
    }

    fn usual(raw: &str) -> Option<Vec<super::Entry>> {
        super::usual(raw, &LIMITS)
    }

    fn unusual(raw: &str) -> Vec<super::Entry> {
        super::unusual(raw, &LIMITS)
    }

    /// Pieces of lists: plain ones often, so that the short way is gone, and every sign that ends it.
    fn lists() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a@one.example",
            "<b@two.example>",
            "Anna Example",
            " ",
            " ",
            ", ",
            ",",
            "\"",
            "\"Example, Anna\" ",
            "(c)",
            "<",
            ">",
            "=?utf-8?B?5aSq6YOO?=",
            "=?utf-8?Q?x@y,_z?=",
            "=?",
            "\\",
            ";",
            ":",
            "@",
            ".",
            "'",
            "?",
            "\u{3000}",
            "\u{a0}x",
            "mailto:",
            "x=y@one.example",
            "<@a:b@c.example>",
            "<a@b.example.>",
            "''",
            "\t",
            "b@",
        ]);
        prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_short_way_reads_nothing_that_the_long_one_reads_otherwise(text in lists()) {
            if let Some(entries) = usual(&text) {
                prop_assert_eq!(entries, unusual(&text), "{}", text);
            }
        }
    }

    #[test]
    fn what_is_left_out_of_a_list_is_told() {
        for (raw, told) in [
            ("Anna Example <a@one.example>".to_owned(), vec![]),
            ("Anna (the (first)) <a@one.example>, group: b@one.example, c@one.example;".to_owned(), vec![]),
            ("a@one.example,".repeat(300), vec![]),
            ("a@one.example,".repeat(1_500), vec!["only the first 1000 of 1501 entries are read"]),
            (format!("a@one.example {}x{}", "(".repeat(9), ")".repeat(9)), vec!["comments nested 9 deep, read 8 deep"]),
            ("g:".repeat(5_000), vec!["groups nested 5000 deep, their names are left out"]),
        ] {
            let limits = super::limits(&raw, &LIMITS);
            assert_eq!(limits.iter().map(Told::english).collect::<Vec<_>>(), told, "{raw:.80}");
        }
        let entry = parse(&format!("a@one.example ({}deep{})", "(".repeat(9), ")".repeat(9)));
        assert_eq!(entry.first().map(|entry| (&*entry.name, &*entry.address)), Some(("", "a@one.example")));
    }

    #[test]
    fn the_usual_lists_go_the_short_way() {
        for text in [
            "a@one.example",
            "<a@one.example>",
            "Anna Example <a@one.example>, =?utf-8?B?5aSq6YOO?= <b@one.example>, c@one.example",
            "\"Example, Anna\" <a@one.example>",
            "'Anna' <bounce+a=b@one.example>",
        ] {
            assert_eq!(usual(text), Some(unusual(text)), "{text}");
        }
        assert_eq!(parse("a@one.example,".repeat(3_000).as_str()).len(), LIMITS.addresses);
    }
}
