//! Every way to read who a mail is from. Readers disagree, so all readings are kept; the first is the one that the list
//! shows. Which of them a reader would believe is not decided here.

use super::Domain;
use crate::message::address::{self, Entry, domain_of, is_addressish};
use crate::message::{Field, Limits, Message, Span};

/// A mail address with its domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Display name, decoded; empty where there is none.
    pub name: String,
    /// `local@domain` as written, comments removed; empty where the entry holds no address.
    pub address: String,
    /// The domain of the address.
    pub domain: Option<Domain>,
    /// The field it stands in.
    pub span: Span,
}

impl Address {
    fn new(name: &str, address: &str, span: Span) -> Self {
        Self { name: name.to_owned(), domain: Domain::of_address(address), address: address.to_owned(), span }
    }
}

/// How a From-like reading came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadingKind {
    /// The only or first plain reading.
    Plain,
    /// A further From field.
    FurtherField,
    /// A further address in one From field.
    FurtherAddress,
    /// A From-like field with an odd name (`From :`, folded, leading blank).
    OddName,
    /// An address inside the display name.
    InName,
    /// An address that only decoding an encoded word brings out.
    InEncodedWord,
    /// Text after the angle brackets or other damage holds a second address.
    Malformed,
}

/// One way to read who the mail is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The address that this reading gives.
    pub address: Address,
    /// How it came about.
    pub kind: ReadingKind,
}

/// The readings of all From-like fields, and whether a list has an entry without an address.
pub(super) fn readings(message: &Message) -> (Vec<Reading>, bool) {
    let mut out = Readings { list: Vec::new(), limits: &message.limits };
    let mut malformed = false;
    let plain: Vec<&Field> = message.all("from").filter(|field| !field.odd_name).collect();
    let odd: Vec<&Field> = message.all("from").filter(|field| field.odd_name).collect();
    for (at, field) in plain.iter().enumerate() {
        malformed |= out.field(field, if at == 0 { ReadingKind::Plain } else { ReadingKind::FurtherField });
    }
    for field in odd {
        malformed |= out.field(field, ReadingKind::OddName);
    }
    // What the list shows comes first: the first plain reading that has an address.
    if let Some(at) = out.list.iter().position(|reading| {
        !reading.address.address.is_empty()
            && matches!(reading.kind, ReadingKind::Plain | ReadingKind::FurtherField | ReadingKind::OddName)
    }) && at > 0
    {
        let first = out.list.remove(at);
        out.list.insert(0, first);
    }
    (out.list, malformed)
}

struct Readings<'l> {
    list: Vec<Reading>,
    limits: &'l Limits,
}

impl Readings<'_> {
    /// Adds a reading that is not there yet: most mails have one, none more than [`Limits::readings`].
    fn add(&mut self, name: &str, address: &str, kind: ReadingKind, span: Span) {
        let same = |own: &Reading| own.address.name == name && own.address.address.eq_ignore_ascii_case(address);
        if self.list.len() < self.limits.readings && !self.list.iter().any(same) {
            self.list.push(Reading { address: Address::new(name, address, span), kind });
        }
    }

    /// Reads one field. Gives true where an entry of its list has no address.
    fn field(&mut self, field: &Field, kind: ReadingKind) -> bool {
        let entries = address::parse(&field.raw, self.limits);
        let Some((name, main)) = address::shown(&entries) else { return !field.raw.is_empty() };
        self.add(&name, &main.address, kind, field.span);
        for entry in &entries {
            if entry.address.is_empty() {
                // Its name is told with the entry that has an address.
            } else if !std::ptr::eq(entry, main) {
                self.add(&entry.name, &entry.address, ReadingKind::FurtherAddress, field.span);
            }
            self.hidden(entry, field.span);
        }
        entries.iter().any(|entry| entry.address.is_empty())
    }

    /// Addresses that stand elsewhere in an entry than where its address belongs.
    fn hidden(&mut self, entry: &Entry, span: Span) {
        for hop in entry.route.split(',').filter(|hop| !hop.trim().is_empty()) {
            self.add("", hop.trim(), ReadingKind::Malformed, span);
        }
        for stray in &entry.stray {
            self.add("", stray, ReadingKind::Malformed, span);
        }
        for word in entry.name.split_whitespace().filter(|word| is_addressish(word)) {
            let found = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            let in_domain = domain_of(found).is_some_and(|domain| domain.contains('.') || domain.len() > 3);
            if !in_domain || found.eq_ignore_ascii_case(&entry.address) {
                continue;
            }
            let plain = entry.raw_name.contains(found);
            self.add("", found, if plain { ReadingKind::InName } else { ReadingKind::InEncodedWord }, span);
        }
        // The encoded word stands in the address itself.
        if entry.address.contains("=?") {
            let decoded = crate::message::decode_words(&entry.address);
            if decoded != entry.address.as_str() && decoded.contains('@') {
                self.add("", decoded.trim_matches(['<', '>']), ReadingKind::InEncodedWord, span);
            }
        }
    }
}

/// A bare address out of a field.
pub(super) fn plain(address: &str, span: Span) -> Address {
    Address::new("", address, span)
}

/// All addresses of the fields of one name, at most `limit`.
pub(super) fn addresses(message: &Message, name: &str, limit: usize) -> Vec<Address> {
    let mut out = Vec::new();
    for field in message.all(name) {
        for entry in address::parse(&field.raw, &message.limits) {
            if out.len() >= limit {
                return out;
            }
            if !entry.address.is_empty() {
                let domain = Domain::of_address(&entry.address);
                out.push(Address { name: entry.name, address: entry.address, domain, span: field.span });
            }
        }
    }
    out
}

/// Return-Path (RFC 5321 section 4.4): its top-most field; the null path has an empty address.
pub(super) fn return_path(message: &Message) -> Option<Address> {
    let field = message.field("return-path")?;
    let inner = field.raw.trim();
    let inner = inner.strip_prefix('<').unwrap_or(inner);
    let inner = inner.strip_suffix('>').unwrap_or(inner).trim();
    // A source route, as RFC 5321 appendix C tells receivers to ignore.
    let address = match inner.rsplit_once(':') {
        Some((route, address)) if route.starts_with('@') => address,
        _ => inner,
    };
    Some(Address::new("", address, field.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> (Vec<(ReadingKind, String)>, bool) {
        let (list, malformed) = readings(&Message::parse(format!("{header}\nSubject: x\n\nbody").as_bytes()));
        (list.into_iter().map(|reading| (reading.kind, reading.address.address)).collect(), malformed)
    }

    #[test]
    fn published_spoofing_cases_give_every_reading() {
        use ReadingKind::{FurtherAddress, FurtherField, InEncodedWord, InName, Malformed, OddName, Plain};
        let (a, b) = ("a@one.example", "b@two.example");
        for (header, expected) in [
            ("From: <a@one.example>", vec![(Plain, a)]),
            ("From: <a@one.example>\nFrom: <b@two.example>", vec![(Plain, a), (FurtherField, b)]),
            (" From: <b@two.example>\nFrom: <a@one.example>", vec![(Plain, a), (OddName, b)]),
            ("From: <a@one.example>\nFrom : <b@two.example>", vec![(Plain, a), (OddName, b)]),
            ("From\n : <b@two.example>\nFrom: <a@one.example>", vec![(Plain, a), (OddName, b)]),
            ("From\n : <b@two.example>\nSender: <a@one.example>", vec![(OddName, b)]),
            ("From: <a@one.example>, <b@two.example>", vec![(Plain, a), (FurtherAddress, b)]),
            ("From: =?utf-8?B?PGFAb25lLmV4YW1wbGU+?=, <b@two.example>", vec![(Plain, b), (InEncodedWord, a)]),
            (
                "From: <@x.example,@y.example:a@one.example>",
                vec![(Plain, a), (Malformed, "@x.example"), (Malformed, "@y.example")],
            ),
            ("From: <a@one.example>\\,<b@two.example>", vec![(Plain, a), (FurtherAddress, b)]),
            ("From: a@one.example,<b@two.example>", vec![(Plain, a), (FurtherAddress, b)]),
            ("From: <a@one.example>b@two.example", vec![(Plain, a), (Malformed, b)]),
            ("From: \"b@two.example\" <a@one.example>", vec![(Plain, a), (InName, b)]),
            ("From: =?utf-8?Q?b=40two.example?= <a@one.example>", vec![(Plain, a), (InEncodedWord, b)]),
            ("From: \"b@two.example\", <a@one.example>", vec![(Plain, a), (InName, b)]),
            ("From: a@one.example <a@one.example>", vec![(Plain, a)]),
            ("From: \"a@one.example\" <a@one.example>", vec![(Plain, a)]),
        ] {
            let expected: Vec<(ReadingKind, String)> =
                expected.into_iter().map(|(kind, address)| (kind, address.to_owned())).collect();
            assert_eq!(read(header).0, expected, "{header}");
        }
    }

    #[test]
    fn a_list_entry_without_an_address_is_malformed() {
        assert!(read("From: Some Brand, x1 <a@one.example>").1);
        assert!(read("From: Only a name").1);
        assert!(!read("From: \"Brand, Inc.\" <a@one.example>").1);
        assert!(!read("From: =?utf-8?Q?Brand,_Inc.?= <a@one.example>").1);
        assert!(!read("From: a@one.example (Some, Body)").1);
    }

    #[test]
    fn the_null_return_path_is_there_and_empty() {
        let of = |value: &str| {
            return_path(&Message::parse(format!("Return-Path: {value}\n\nx").as_bytes())).unwrap().address
        };
        assert_eq!(of("<>"), "");
        assert_eq!(of("<a@one.example>"), "a@one.example");
        assert_eq!(of("a@one.example"), "a@one.example");
        assert_eq!(of("<@x.example:a@one.example>"), "a@one.example");
        assert_eq!(of("<(any@two.example>"), "(any@two.example");
    }
}
