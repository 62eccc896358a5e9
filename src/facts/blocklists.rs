//! The block lists over DNS that are known by name, what their answers mean, and the reader's own (RFC 5782).
//!
//! ```text
//! zen                           a list of assets/lists/blocklists.tsv
//! dnsbl.example.net             an own list of addresses, by its zone
//! uri.example.net=names         an own list of names
//! 127.0.1.4 from dbl        ->  phishing domain, an attack
//! 127.255.255.254 from zen  ->  refused: not a listing, whatever it looks like
//! ```
//!
//! Pure: a table and its reading; asks nobody. An answer that refuses must never be told as a listing.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use super::listing::{Code, Severity};
use super::phrases::lists;

/// The most own lists.
pub const OWN_LISTS: usize = 16;
/// The most meanings of one answer that are kept.
const CODES: usize = 16;

/// A list that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockList {
    /// As in [`super::Key::Listed`]: `zen`, or the zone of an own list.
    pub id: Cow<'static, str>,
    /// Lower case, without the last dot: `zen.spamhaus.org`.
    pub zone: Cow<'static, str>,
    /// It lists names, else addresses.
    pub names: bool,
    /// An entry that is always listed: an address or a name (RFC 5782 section 5).
    pub listed: &'static str,
    /// An entry that is never listed.
    pub clean: &'static str,
    /// Its name for readers.
    pub title: Cow<'static, str>,
    /// It stands in the shipped table.
    pub known: bool,
}

/// What the answer of a list means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Listed, with each meaning of each address.
    Listed(Vec<Code>),
    /// The list does not want to answer, and why, in English.
    Refused(&'static str),
    /// Addresses that no block list gives: somebody else answered.
    Foreign,
}

/// Addresses that a line of the table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Range(u32, u32),
    Bit(u8),
}

struct Line {
    list: &'static str,
    which: Which,
    weight: Severity,
    abused: bool,
    words: [&'static str; 2],
}

#[derive(Default)]
struct Table {
    lists: Vec<BlockList>,
    codes: Vec<Line>,
    refusals: Vec<Line>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for line in include_str!("../../assets/lists/blocklists.tsv").lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&'static str> = line.split('\t').collect();
        match parts.as_slice() {
            ["list", id, zone, holds, listed, clean, title] => table.lists.push(BlockList {
                id: Cow::Borrowed(id),
                zone: Cow::Borrowed(zone),
                names: *holds == "names",
                listed,
                clean,
                title: Cow::Borrowed(title),
                known: true,
            }),
            ["code", list, which, weight, english, japanese] => {
                table.codes.extend(read(list, which, weight, [english, japanese]));
            }
            ["refuse", list, which, english, japanese] => {
                table.refusals.extend(read(list, which, "note", [english, japanese]));
            }
            _ => {}
        }
    }
    table
});

fn read(list: &'static str, which: &str, weight: &str, words: [&'static str; 2]) -> Option<Line> {
    let number = |text: &str| text.parse::<Ipv4Addr>().ok().map(u32::from);
    let which = match (which.strip_prefix('&'), which.split_once('-')) {
        (Some(bit), _) => Which::Bit(bit.parse().ok()?),
        (None, Some((first, last))) => Which::Range(number(first)?, number(last)?),
        (None, None) => Which::Range(number(which)?, number(which)?),
    };
    let (weight, abused) = match weight.strip_suffix(" abused") {
        Some(weight) => (weight, true),
        None => (weight, false),
    };
    let weight = match weight {
        "attack" => Severity::Attack,
        "spam" => Severity::Spam,
        "note" => Severity::Note,
        _ => return None,
    };
    Some(Line { list, which, weight, abused, words })
}

impl Which {
    fn holds(self, address: Ipv4Addr) -> bool {
        match self {
            Self::Range(first, last) => (first..=last).contains(&u32::from(address)),
            // A mask is always told in the last byte of 127.0.0.0/24.
            Self::Bit(bit) => matches!(address.octets(), [127, 0, 0, last] if last & bit != 0),
        }
    }
}

/// The lists of the shipped table.
#[must_use]
pub fn known() -> &'static [BlockList] {
    &TABLE.lists
}

impl BlockList {
    /// A list as the reader names it: an id of the table, or a zone of his own, with `=names` behind it where it lists
    /// names and not addresses. `None` where it is neither.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        if let Some(list) = TABLE.lists.iter().find(|list| list.id == text) {
            return Some(list.clone());
        }
        let (zone, names) = match text.split_once('=') {
            Some((zone, "names")) => (zone, true),
            Some((zone, "addresses")) => (zone, false),
            Some(_) => return None,
            None => (text, false),
        };
        let zone = zone.strip_suffix('.').unwrap_or(zone).to_ascii_lowercase();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        // An address in front (73 bytes for IPv6) has to fit.
        let sound = zone.contains('.') && zone.len() <= 180 && zone.split('.').all(label);
        let numeric = zone.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if !sound || numeric {
            return None;
        }
        let (listed, clean) = if names { ("test", "invalid") } else { ("127.0.0.2", "127.0.0.1") };
        let (id, title) = (Cow::Owned(zone.clone()), Cow::Owned(zone.clone()));
        Some(Self { id, zone: Cow::Owned(zone), names, listed, clean, title, known: false })
    }

    /// What the addresses say that came back. Never empty where it is a listing.
    #[must_use]
    pub fn meaning(&self, answer: &[IpAddr]) -> Meaning {
        let four = |address: &IpAddr| match address.to_canonical() {
            IpAddr::V4(four) if four.octets().first() == Some(&127) => Some(four),
            _ => None,
        };
        let own: Vec<Ipv4Addr> = answer.iter().filter_map(four).collect();
        let mine = |line: &&Line| line.list == "*" || line.list == self.id;
        let refusal = own.iter().find_map(|address| {
            TABLE.refusals.iter().filter(mine).find(|line| line.which.holds(*address)).map(|line| line.words[0])
        });
        if let Some(why) = refusal {
            return Meaning::Refused(why);
        }
        if own.is_empty() || own.len() < answer.len() {
            return Meaning::Foreign;
        }
        let mut codes: Vec<Code> = Vec::new();
        for address in own {
            let before = codes.len();
            for line in TABLE.codes.iter().filter(mine).filter(|line| line.which.holds(address)) {
                codes.push(code(address, line.words[0], line.weight, line.abused));
            }
            if codes.len() == before {
                // A reader who names a list of his own means what it lists; a code that nobody explains is only told.
                let (words, weight) =
                    if self.known { (lists::UNEXPLAINED, Severity::Note) } else { (lists::OWN, Severity::Spam) };
                codes.push(code(address, words.en, weight, false));
            }
        }
        codes.sort_by(|a, b| b.weight.cmp(&a.weight).then(a.address.cmp(&b.address)));
        codes.dedup();
        codes.truncate(CODES);
        Meaning::Listed(codes)
    }
}

fn code(address: Ipv4Addr, meaning: &str, weight: Severity, abused: bool) -> Code {
    Code { address: IpAddr::V4(address), meaning: meaning.to_owned(), weight, abused }
}

/// The Japanese of a meaning or a refusal of the table.
pub(super) fn in_japanese(text: &str) -> Option<&'static str> {
    let mut all = TABLE.codes.iter().chain(&TABLE.refusals);
    all.find(|line| line.words[0] == text).map(|line| line.words[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::phrases::{all, in_language};
    use crate::text::Lang;

    fn meaning(list: &str, answer: &[&str]) -> Meaning {
        let answer: Vec<IpAddr> = answer.iter().map(|text| text.parse().unwrap()).collect();
        BlockList::named(list).unwrap().meaning(&answer)
    }

    fn told(list: &str, answer: &[&str]) -> Vec<(String, Severity, bool)> {
        match meaning(list, answer) {
            Meaning::Listed(codes) => codes.into_iter().map(|one| (one.meaning, one.weight, one.abused)).collect(),
            other => panic!("{list} {answer:?}: {other:?}"),
        }
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("../../assets/lists/blocklists.tsv").lines();
        let kept = lines.filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.lists.len() + TABLE.codes.len() + TABLE.refusals.len(), kept);
        for line in TABLE.codes.iter().chain(&TABLE.refusals) {
            assert!(line.list == "*" || TABLE.lists.iter().any(|list| list.id == line.list), "{}", line.list);
            let [english, japanese] = line.words;
            assert!(!english.contains("; ") && !japanese.is_empty() && all().all(|one| one.en != english));
            assert_eq!(in_language(english, Lang::Ja), japanese);
        }
        let ids: Vec<&str> = known().iter().map(|list| &*list.id).collect();
        assert_eq!(ids, ["zen", "dbl", "surbl", "uribl", "spamcop", "barracuda"]);
    }

    #[test]
    fn codes_are_explained_by_the_list_that_gives_them() {
        use Severity::{Attack, Note, Spam};
        for (list, answer, words, weight, abused) in [
            ("zen", "127.0.0.2", "(SBL)", Spam, false),
            ("zen", "127.0.0.3", "(CSS)", Spam, false),
            ("zen", "127.0.0.4", "(XBL)", Spam, false),
            ("zen", "127.0.0.7", "(XBL)", Spam, false),
            ("zen", "127.0.0.9", "(DROP)", Attack, false),
            ("zen", "127.0.0.10", "(PBL)", Note, false),
            ("zen", "127.0.0.11", "(PBL)", Note, false),
            ("zen", "127.0.0.77", "not explained", Note, false),
            ("dbl", "127.0.1.2", "spammer", Spam, false),
            ("dbl", "127.0.1.4", "phishing domain", Attack, false),
            ("dbl", "127.0.1.6", "botnet", Attack, false),
            ("dbl", "127.0.1.102", "good domain", Spam, true),
            ("dbl", "127.0.1.104", "good domain", Attack, true),
            // A code of another list.
            ("dbl", "127.0.0.2", "not explained", Note, false),
            ("surbl", "127.0.0.8", "(PH)", Attack, false),
            ("surbl", "127.0.0.128", "(CR)", Attack, true),
            ("uribl", "127.0.0.2", "(black)", Spam, false),
            ("spamcop", "127.0.0.2", "reported", Spam, false),
            ("barracuda", "127.0.0.2", "traps", Spam, false),
            ("dnsbl.example.net", "127.0.0.2", "a list of your own", Spam, false),
        ] {
            let found = told(list, &[answer]);
            let [(said, how, good)] = found.as_slice() else { panic!("{list} {answer}: {found:?}") };
            assert!(said.contains(words) && (*how, *good) == (weight, abused), "{list} {answer}: {found:?}");
        }
        let both = told("surbl", &["127.0.0.72"]);
        assert_eq!(both.iter().map(|(_, weight, _)| *weight).collect::<Vec<_>>(), [Attack, Spam], "{both:?}");
        let three = told("uribl", &["127.0.0.14"]);
        assert_eq!((three.len(), three[0].1), (3, Spam));
        let two = told("zen", &["127.0.0.10", "127.0.0.4", "127.0.0.4"]);
        assert_eq!((two.len(), two[0].1, two[1].1), (2, Spam, Note), "the worst first, each once");
    }

    #[test]
    fn a_refusal_is_never_a_listing() {
        for (list, answer) in [
            ("zen", &["127.255.255.252"][..]),
            ("zen", &["127.255.255.254"]),
            ("zen", &["127.255.255.255"]),
            ("zen", &["127.255.255.7"]),
            ("zen", &["127.0.0.1"]),
            ("zen", &["127.0.0.2", "127.255.255.254"]),
            ("dbl", &["127.0.1.255"]),
            ("dbl", &["127.255.255.254"]),
            ("surbl", &["127.0.0.1"]),
            ("uribl", &["127.0.0.1"]),
            ("uribl", &["127.255.255.255"]),
            ("dnsbl.example.net", &["127.0.0.1"]),
        ] {
            assert!(matches!(meaning(list, answer), Meaning::Refused(_)), "{list} {answer:?}");
        }
        for answer in [&["192.0.2.80"][..], &["127.0.0.2", "192.0.2.80"], &["2001:db8::1"], &[]] {
            assert_eq!(meaning("zen", answer), Meaning::Foreign, "{answer:?}");
        }
        let many: Vec<String> = (2..200).map(|n| format!("127.0.0.{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(told("surbl", &many).len() <= CODES);
    }

    #[test]
    fn a_list_is_named_by_its_id_or_by_its_zone() {
        let list = BlockList::named("DNSBL.Example.net.=addresses").unwrap();
        assert_eq!(
            (&*list.id, &*list.zone, list.names, list.listed),
            ("dnsbl.example.net", "dnsbl.example.net", false, "127.0.0.2")
        );
        let list = BlockList::named("uri.example.net=names").unwrap();
        assert_eq!((list.names, list.listed, list.clean, list.known), (true, "test", "invalid", false));
        assert!(BlockList::named("zen").unwrap().known);
        let long = format!("{}.example.net", "a.".repeat(100));
        for text in
            ["", "zenn", "a b.example", "x..example", "192.0.2.1", "x.example=urls", "é.example", "dbl=names", &long]
        {
            assert_eq!(BlockList::named(text), None, "{text}");
        }
    }
}
