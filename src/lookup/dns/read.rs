//! Records of the DNS as plain values: printable, bounded, and only what belongs to the question.
//!
//! ```text
//! TXT "v=spf1 \"" "-all"  ->  v=spf1 "-all        strings joined (RFC 7208 section 3.3)
//! bytes 1b 5c e9          ->  \027\\\233          as in a zone file (RFC 1035 section 5.1)
//! ```
//!
//! Sends nothing. A record that does not belong to the name that was asked for, or to the aliases that lead from it, is
//! left out: a server may add what it likes.

use std::fmt::Write as _;
use std::net::IpAddr;

use hickory_resolver::proto::rr::rdata::{CAA, SOA};
use hickory_resolver::proto::rr::{Name, RData, Record};

use crate::facts::{Authority, Exchanger};

/// The most records that are kept of an answer.
pub(crate) const RECORDS: usize = 64;
/// The most bytes of all texts of an answer that are kept.
const TEXTS: usize = 16 << 10;
/// The most aliases of one name.
const ALIASES: usize = 16;

/// Values with whether a limit cut some off.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kept<T> {
    /// The values.
    pub(crate) list: Vec<T>,
    /// There were more.
    pub(crate) cut: bool,
}

impl<T> Kept<T> {
    fn of(records: impl Iterator<Item = T>) -> Self {
        let mut list: Vec<T> = records.take(RECORDS + 1).collect();
        let cut = list.len() > RECORDS;
        list.truncate(RECORDS);
        Self { list, cut }
    }
}

/// The names that lead from `asked` to where its records stand, in order, and whether the chain was too long or bites
/// its own tail.
pub(crate) fn aliases(asked: &Name, records: &[Record]) -> Kept<Name> {
    let mut list: Vec<Name> = Vec::new();
    loop {
        let at = list.last().unwrap_or(asked);
        let next = records.iter().take(4 * RECORDS).find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == *at => Some(&target.0),
            _ => None,
        });
        let Some(next) = next else { return Kept { list, cut: false } };
        if next == asked || list.contains(next) || list.len() >= ALIASES {
            return Kept { list, cut: true };
        }
        list.push(next.clone());
    }
}

/// The records of `read` at the name that was asked for or at one of its aliases.
pub(crate) fn belonging<'a, T>(asked: &Name, records: &'a [Record], read: impl Fn(&'a RData) -> Option<T>) -> Kept<T> {
    let aliases = aliases(asked, records).list;
    let end = aliases.last().unwrap_or(asked);
    Kept::of(records.iter().filter(|record| record.name == *end).filter_map(|record| read(&record.data)))
}

/// A or AAAA.
pub(crate) fn address(data: &RData) -> Option<IpAddr> {
    match data {
        RData::A(address) => Some(IpAddr::from(address.0)),
        RData::AAAA(address) => Some(IpAddr::from(address.0)),
        _ => None,
    }
}

/// MX.
pub(crate) fn exchanger(data: &RData) -> Option<Exchanger> {
    match data {
        RData::MX(mx) => Some(Exchanger { preference: mx.preference, host: plain(&mx.exchange) }),
        _ => None,
    }
}

/// PTR or NS.
pub(crate) fn host(data: &RData) -> Option<String> {
    match data {
        RData::PTR(name) => Some(plain(&name.0)),
        RData::NS(name) => Some(plain(&name.0)),
        _ => None,
    }
}

/// CAA as a zone file writes it: `issue "ca.example"`, `128 issue ";"` where it must be understood.
pub(crate) fn issuer(data: &RData) -> Option<String> {
    let RData::CAA(CAA { issuer_critical, tag, value, .. }) = data else { return None };
    let must = if *issuer_critical { "128 " } else { "" };
    let mut text = format!("{must}{} \"", tag.chars().take(40).collect::<String>());
    for byte in value.iter().take(500) {
        match byte {
            b'"' => text.push_str("\\\""),
            _ => escape(*byte, &mut text),
        }
    }
    text.push('"');
    Some(text)
}

/// TXT: the strings of a record joined. Records that name their version (`v=`) come first, so that no crowd of others can
/// push them out.
pub(crate) fn texts(asked: &Name, records: &[Record]) -> Kept<String> {
    let all = |data: &RData| match data {
        RData::TXT(txt) => Some(txt.txt_data.iter().flat_map(|part| part.iter().copied()).collect::<Vec<u8>>()),
        _ => None,
    };
    let aliases = aliases(asked, records).list;
    let end = aliases.last().unwrap_or(asked);
    let mut list: Vec<Vec<u8>> =
        records.iter().filter(|record| record.name == *end).filter_map(|record| all(&record.data)).collect();
    let found = list.len();
    list.sort_by_key(|text| !text.trim_ascii_start().get(..2).is_some_and(|v| v.eq_ignore_ascii_case(b"v=")));
    let mut room = TEXTS;
    list.truncate(RECORDS);
    list.retain(|text| {
        let fits = text.len() <= room;
        room -= if fits { text.len() } else { 0 };
        fits
    });
    let cut = list.len() < found;
    let list = list.iter().map(|bytes| {
        let mut text = String::with_capacity(bytes.len());
        for byte in bytes {
            escape(*byte, &mut text);
        }
        text
    });
    Kept { list: list.collect(), cut }
}

/// SOA, with the zone that it stands at.
pub(crate) fn authority(zone: &Name, soa: &SOA) -> Authority {
    let mut labels = soa.rname.iter();
    let local = labels.next().map(label).unwrap_or_default();
    let domain: Vec<String> = labels.map(label).collect();
    let mailbox = if local.is_empty() { String::new() } else { format!("{local}@{}", domain.join(".")) };
    Authority { zone: plain(zone), primary: plain(&soa.mname), mailbox, serial: soa.serial }
}

/// A name from an answer: printable ASCII, lower case, without the last dot, any other byte as `\DDD` (RFC 1035 section
/// 5.1, decimal); the root (a null MX) is empty.
pub(crate) fn plain(name: &Name) -> String {
    name.iter().map(label).collect::<Vec<_>>().join(".")
}

fn label(label: &[u8]) -> String {
    let mut text = String::new();
    for byte in label {
        match byte {
            b'.' => text.push_str("\\."),
            b' ' => text.push_str("\\032"),
            _ => escape(byte.to_ascii_lowercase(), &mut text),
        }
    }
    text
}

fn escape(byte: u8, out: &mut String) {
    match byte {
        b'\\' => out.push_str("\\\\"),
        b' '..=b'~' => out.push(char::from(byte)),
        _ => {
            let _ = write!(out, "\\{byte:03}");
        }
    }
}

/// Everything that the bytes of an answer say of `asked`, whatever was asked; `None` where they are no answer.
#[cfg(feature = "fuzzing")]
pub(crate) fn of_bytes(bytes: &[u8], asked: &str) -> Option<Vec<String>> {
    let message = hickory_resolver::proto::op::Message::from_vec(bytes).ok()?;
    let asked = Name::from_ascii(asked).ok()?;
    let records: &[Record] = &message.answers;
    let mut out: Vec<String> = aliases(&asked, records).list.iter().map(plain).collect();
    out.extend(belonging(&asked, records, address).list.iter().map(ToString::to_string));
    out.extend(belonging(&asked, records, exchanger).list.into_iter().map(|one| one.host));
    out.extend(belonging(&asked, records, host).list);
    out.extend(belonging(&asked, records, issuer).list);
    out.extend(texts(&asked, records).list);
    let zones = records.iter().filter_map(|record| match &record.data {
        RData::SOA(soa) => Some(authority(&record.name, soa)),
        _ => None,
    });
    out.extend(zones.flat_map(|zone| [zone.zone, zone.primary, zone.mailbox]));
    Some(out)
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::rdata::{A, CNAME, TXT};

    use super::*;

    fn name(text: &str) -> Name {
        Name::from_ascii(text).unwrap()
    }

    fn record(owner: &str, data: RData) -> Record {
        Record::from_rdata(name(owner), 60, data)
    }

    fn alias(owner: &str, target: &str) -> Record {
        record(owner, RData::CNAME(CNAME(name(target))))
    }

    fn txt(parts: &[&[u8]]) -> RData {
        RData::TXT(TXT::from_bytes(parts.to_vec()))
    }

    #[test]
    fn a_chain_of_aliases_is_read_in_any_order_and_ends() {
        let records = [
            alias("b.test.", "C.test."),
            alias("a.test.", "b.test."),
            record("c.test.", RData::A(A::new(192, 0, 2, 1))),
        ];
        let found = aliases(&name("a.test."), &records);
        assert_eq!(found.list.iter().map(plain).collect::<Vec<_>>(), ["b.test", "c.test"]);
        assert!(!found.cut);
        assert_eq!(belonging(&name("a.test."), &records, address).list.len(), 1);
        let tail = [alias("a.test.", "b.test."), alias("b.test.", "a.test.")];
        assert!(aliases(&name("a.test."), &tail).cut);
        let long: Vec<Record> = (0..200).map(|n| alias(&format!("n{n}.test."), &format!("n{}.test.", n + 1))).collect();
        let found = aliases(&name("n0.test."), &long);
        assert_eq!((found.list.len(), found.cut), (ALIASES, true));
    }

    #[test]
    fn what_stands_at_another_name_is_not_the_answer() {
        let records =
            [record("other.test.", RData::A(A::new(192, 0, 2, 66))), record("a.test.", RData::A(A::new(192, 0, 2, 1)))];
        assert_eq!(belonging(&name("a.test."), &records, address).list, ["192.0.2.1".parse::<IpAddr>().unwrap()]);
        assert!(texts(&name("a.test."), &[record("b.test.", txt(&[b"v=spf1 +all"]))]).list.is_empty());
    }

    #[test]
    fn texts_are_joined_escaped_and_bounded() {
        let records =
            [record("a.test.", txt(&[b"x\x1b[2J\xe9\\", b"\"y"])), record("a.test.", txt(&[b"V=spf1 ", b"-all"]))];
        let found = texts(&name("a.test."), &records);
        assert_eq!(found.list, ["V=spf1 -all", "x\\027[2J\\233\\\\\"y"]);
        let mut crowd: Vec<Record> =
            (0..4_000).map(|n| record("a.test.", txt(&[format!("noise {n}").as_bytes()]))).collect();
        crowd.push(record("a.test.", txt(&[b"v=spf1 -all"])));
        let found = texts(&name("a.test."), &crowd);
        assert_eq!((found.list.len(), found.cut, found.list[0].as_str()), (RECORDS, true, "v=spf1 -all"));
        let parts = vec![[b'a'; 255].as_slice(); 250];
        let found = texts(&name("a.test."), &[record("a.test.", txt(&parts)), record("a.test.", txt(&[b"kept"]))]);
        assert_eq!((found.list, found.cut), (vec!["kept".to_owned()], true));
    }

    #[test]
    fn a_mailbox_is_the_first_label_and_the_rest() {
        let mailbox = Name::from_labels(vec![b"host.master".as_slice(), b"Example", b"test"]).unwrap();
        let soa = SOA::new(name("ns1.example.test."), mailbox, 7, 1, 1, 1, 1);
        let told = authority(&name("Example.test."), &soa);
        assert_eq!(told.mailbox, "host\\.master@example.test");
        assert_eq!((told.zone.as_str(), told.primary.as_str(), told.serial), ("example.test", "ns1.example.test", 7));
    }
}
