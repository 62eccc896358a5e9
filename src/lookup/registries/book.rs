//! Which registry answers: IANA's bootstrap registries for RDAP (RFC 9224), the few RDAP servers that they do not name,
//! and the WHOIS servers of the rest. The files lie in `assets/rdap`; newer ones of IANA's in `rdap/` of the data
//! directory count instead. Only https servers are taken: what they say is not to be changed on the way.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;

use serde::Deserialize;
use url::Url;

use super::refresh::RefreshError;
use crate::lookup::file;
use crate::lookup::name::{Host, host};
use crate::lookup::prefix::{Prefix, PrefixMap};

/// IANA's files: their names, and what is shipped.
pub(super) const FILES: [(&str, &str); 4] = [
    ("dns.json", include_str!("../../../assets/rdap/dns.json")),
    ("ipv4.json", include_str!("../../../assets/rdap/ipv4.json")),
    ("ipv6.json", include_str!("../../../assets/rdap/ipv6.json")),
    ("asn.json", include_str!("../../../assets/rdap/asn.json")),
];
const UNLISTED: &str = include_str!("../../../assets/rdap/unlisted.tsv");
const WHOIS: &str = include_str!("../../../assets/rdap/whois.tsv");

/// The folder of newer files in the data directory.
pub(super) const FOLDER: &str = "rdap";
/// The most bytes of one of IANA's files.
pub(super) const LARGEST: u64 = 4 << 20;
/// The most services, and entries of one service.
const SERVICES: usize = 20_000;
/// Knows every other registry (RFC 3912 gives no way to find one).
const IANA: WhoisServer = WhoisServer { host: "whois.iana.org", query: "{}", charset: None };

/// A WHOIS server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WhoisServer {
    /// Its name.
    pub(crate) host: &'static str,
    /// What it is sent, with the name at `{}`.
    pub(crate) query: &'static str,
    /// What its answers are written in where they are not UTF-8.
    pub(crate) charset: Option<&'static str>,
}

/// Who answers for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source<'a> {
    /// An RDAP server: its URL ends with a slash.
    Rdap(&'a Url),
    /// A WHOIS server.
    Whois(WhoisServer),
    /// The registry publishes nothing over the network.
    Nobody,
}

/// The tables.
pub(crate) struct Book {
    servers: Vec<Url>,
    names: HashMap<String, Place>,
    blocks: PrefixMap<usize>,
    systems: Vec<(u32, u32, usize)>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Rdap(usize),
    Whois(WhoisServer),
    Nobody,
}

/// A file as IANA publishes it.
#[derive(Debug, Deserialize)]
pub(super) struct Published {
    /// RFC 3339.
    pub(super) publication: String,
    /// Entries and servers of each service.
    pub(super) services: Vec<(Vec<String>, Vec<String>)>,
}

impl Published {
    /// Reads a file.
    ///
    /// # Errors
    /// It is no such file, or holds more than one could.
    pub(super) fn read(json: &str) -> Result<Self, RefreshError> {
        let read: Self = serde_json::from_str(json).map_err(|_| RefreshError::NotBootstrap)?;
        if read.date().is_none() {
            return Err(RefreshError::NotBootstrap);
        }
        let most = |list: &[String]| list.len() <= SERVICES;
        if read.services.len() > SERVICES || !read.services.iter().all(|(own, servers)| most(own) && most(servers)) {
            return Err(RefreshError::TooLarge);
        }
        Ok(read)
    }

    /// The file in the data directory; `None` where there is none that can be used.
    pub(super) fn fetched(data_dir: &Path, name: &str) -> Option<Self> {
        let bytes = file::read(&data_dir.join(FOLDER).join(name), LARGEST).ok()?;
        Self::read(std::str::from_utf8(&bytes).ok()?).ok()
    }

    /// The one that counts of the shipped file and that in the data directory, and whether it is the latter: the newer one.
    pub(super) fn newest(data_dir: Option<&Path>, name: &str, shipped: &str) -> Option<(Self, bool)> {
        let shipped = Self::read(shipped).ok();
        let newer = data_dir.and_then(|folder| Self::fetched(folder, name));
        let date = |file: &Option<Self>| file.as_ref().and_then(Self::date);
        if date(&newer) > date(&shipped) { newer.map(|file| (file, true)) } else { shipped.map(|file| (file, false)) }
    }

    /// Unix seconds of its publication.
    pub(super) fn date(&self) -> Option<i64> {
        self.publication.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
    }

    /// How many of its entries this program can use.
    pub(super) fn usable(&self) -> usize {
        self.services.iter().filter(|(_, servers)| secure(servers).is_some()).map(|(entries, _)| entries.len()).sum()
    }
}

impl Book {
    /// The shipped tables, each replaced by a newer one in the data directory. One that cannot be read is as if it were
    /// not there: `gosanke feeds update iana` makes it anew.
    pub(crate) fn load(data_dir: Option<&Path>) -> Self {
        Self::of(FILES.map(|(name, shipped)| Published::newest(data_dir, name, shipped).map(|(file, _)| file)))
    }

    fn of([names, four, six, systems]: [Option<Published>; 4]) -> Self {
        let mut book =
            Self { servers: Vec::new(), names: HashMap::new(), blocks: PrefixMap::default(), systems: Vec::new() };
        for (suffix, rest) in rows(WHOIS) {
            let mut fields = rest.split('\t');
            let place = match fields.next() {
                Some("-") | None => Place::Nobody,
                Some(host) => Place::Whois(WhoisServer {
                    host,
                    query: fields.next().filter(|query| !query.is_empty()).unwrap_or("{}"),
                    charset: fields.next(),
                }),
            };
            book.names.insert(suffix.to_owned(), place);
        }
        for (suffix, server) in rows(UNLISTED) {
            if let Some(url) = base(server) {
                let index = book.server(url);
                book.names.insert(suffix.to_owned(), Place::Rdap(index));
            }
        }
        for (entries, index) in book.services(names) {
            for entry in entries {
                book.names.insert(entry.to_ascii_lowercase(), Place::Rdap(index));
            }
        }
        for file in [four, six] {
            for (entries, index) in book.services(file) {
                for prefix in entries.iter().filter_map(|entry| Prefix::parse(entry)) {
                    book.blocks.insert(prefix, index);
                }
            }
        }
        for (entries, index) in book.services(systems) {
            let ranges = entries.iter().filter_map(|entry| {
                let (first, last) = entry.split_once('-').unwrap_or((entry, entry));
                Some((first.parse().ok()?, last.parse().ok()?, index))
            });
            book.systems.extend(ranges);
        }
        book.systems.sort_unstable();
        book
    }

    fn services(&mut self, file: Option<Published>) -> Vec<(Vec<String>, usize)> {
        let services = file.map(|file| file.services).unwrap_or_default();
        services
            .into_iter()
            .filter_map(|(entries, servers)| secure(&servers).map(|url| (entries, self.server(url))))
            .collect()
    }

    fn server(&mut self, url: Url) -> usize {
        self.servers.push(url);
        self.servers.len() - 1
    }

    /// Who answers for a domain: by the longest ending of it that is listed; where none is, IANA knows.
    pub(crate) fn name(&self, name: &str) -> Source<'_> {
        let mut rest = name;
        while let Some((_, ending)) = rest.split_once('.') {
            if let Some(place) = self.names.get(ending) {
                return self.at(*place);
            }
            rest = ending;
        }
        Source::Whois(IANA)
    }

    /// Who answers for an address.
    pub(crate) fn address(&self, address: IpAddr) -> Source<'_> {
        self.rdap(self.blocks.get(address).copied())
    }

    /// Who answers for an AS number.
    pub(crate) fn system(&self, number: u32) -> Source<'_> {
        let before = self.systems.partition_point(|(first, ..)| *first <= number);
        let found = before.checked_sub(1).and_then(|at| self.systems.get(at));
        self.rdap(found.filter(|(_, last, _)| number <= *last).map(|(.., index)| *index))
    }

    fn rdap(&self, index: Option<usize>) -> Source<'_> {
        index.map_or(Source::Whois(IANA), |index| self.at(Place::Rdap(index)))
    }

    fn at(&self, place: Place) -> Source<'_> {
        match place {
            Place::Rdap(index) => self.servers.get(index).map_or(Source::Nobody, Source::Rdap),
            Place::Whois(server) => Source::Whois(server),
            Place::Nobody => Source::Nobody,
        }
    }

    /// A table of its own for tests: endings or prefixes or ranges, each with its server, which need not be https.
    #[cfg(test)]
    pub(crate) fn for_tests(rdap: &[(&str, &str)], whois: &[(&str, WhoisServer)]) -> Self {
        let mut book = Self::of([None, None, None, None]);
        book.names.clear();
        for (entry, server) in rdap {
            let index = book.server(server.parse().unwrap());
            if let Some(prefix) = Prefix::parse(entry) {
                book.blocks.insert(prefix, index);
            } else if let Some((first, last)) = entry.split_once('-') {
                book.systems.push((first.parse().unwrap(), last.parse().unwrap(), index));
            } else {
                book.names.insert((*entry).to_owned(), Place::Rdap(index));
            }
        }
        for (entry, server) in whois {
            book.names.insert((*entry).to_owned(), Place::Whois(*server));
        }
        book
    }
}

/// The first column and the rest of each row.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// The first https server of a service.
fn secure(servers: &[String]) -> Option<Url> {
    servers.iter().find_map(|server| base(server))
}

/// The URL that queries are added to; `None` where it is not https with a public name.
fn base(text: &str) -> Option<Url> {
    let mut url: Url = text.parse().ok()?;
    let public = matches!(host(url.host_str()?), Host::Name(_)) && url.port().is_none();
    if url.scheme() != "https" || !public || !url.username().is_empty() || url.query().is_some() {
        return None;
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(source: Source<'_>) -> String {
        match source {
            Source::Rdap(url) => url.to_string(),
            Source::Whois(server) => format!("{} {}", server.host, server.query),
            Source::Nobody => "-".to_owned(),
        }
    }

    #[test]
    fn names_addresses_and_systems_find_their_registry() {
        let book = Book::load(None);
        for (name, server) in [
            ("example.com", "https://rdap.verisign.com/com/v1/"),
            ("example.org", "https://rdap.publicinterestregistry.org/rdap/"),
            ("example.co.uk", "https://rdap.nominet.uk/uk/"),
            ("example.app", "https://pubapi.registry.google/rdap/"),
            ("example.de", "https://rdap.denic.de/"),
            ("example.co.jp", "whois.jprs.jp {}/e"),
            ("example.cn", "whois.cnnic.cn {}"),
            ("example.co.za", "whois.registry.net.za {}"),
            ("example.ac.za", "-"),
            ("example.gr", "-"),
            ("example.kg", "whois.kg {}"),
            ("example.neverseen", "whois.iana.org {}"),
            ("com", "whois.iana.org {}"),
        ] {
            assert_eq!(who(book.name(name)), server, "{name}");
        }
        for (address, server) in [
            ("8.8.8.8", "https://rdap.arin.net/registry/"),
            ("193.0.6.139", "https://rdap.db.ripe.net/"),
            ("203.119.1.1", "https://rdap.apnic.net/"),
            ("200.3.14.1", "https://rdap.lacnic.net/rdap/"),
            ("196.216.2.1", "https://rdap.afrinic.net/rdap/"),
            ("2001:4860:4860::8888", "https://rdap.arin.net/registry/"),
            ("2400:cb00::1", "https://rdap.apnic.net/"),
            ("4000::1", "whois.iana.org {}"),
        ] {
            assert_eq!(who(book.address(address.parse().unwrap())), server, "{address}");
        }
        for (number, server) in [
            (15_169, "https://rdap.arin.net/registry/"),
            (3_333, "https://rdap.db.ripe.net/"),
            (4_713, "https://rdap.apnic.net/"),
            (28_000, "https://rdap.lacnic.net/rdap/"),
            (4_000_000_000, "whois.iana.org {}"),
        ] {
            assert_eq!(who(book.system(number)), server, "AS{number}");
        }
    }

    #[test]
    fn every_row_that_is_shipped_can_be_used() {
        for (name, text) in FILES {
            let file = Published::read(text).unwrap();
            let all: usize = file.services.iter().map(|(entries, _)| entries.len()).sum();
            // Two endings have a server without https.
            assert_eq!(file.usable() + if name == "dns.json" { 2 } else { 0 }, all, "{name}");
        }
        for (ending, server) in rows(UNLISTED) {
            assert!(base(server).is_some_and(|url| url.as_str() == server), "{ending}");
        }
        for line in WHOIS.lines().filter(|line| !line.starts_with('#')) {
            let (ending, rest) = line.split_once('\t').expect(line);
            let fields: Vec<&str> = rest.split('\t').collect();
            assert!(ending.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')), "{line}");
            assert!(fields[0] == "-" || matches!(host(fields[0]), Host::Name(_)), "{line}");
            assert!(fields.get(1).is_none_or(|query| query.is_empty() || query.contains("{}")), "{line}");
            let known = |label: &&str| encoding_rs::Encoding::for_label(label.as_bytes()).is_some();
            assert!(fields.get(2).is_none_or(known), "{line}");
        }
    }

    #[test]
    fn a_newer_file_counts_and_a_broken_or_older_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FOLDER)).unwrap();
        let path = folder.path().join(FOLDER).join("dns.json");
        let file = |date: &str| {
            format!(
                r#"{{"publication":"{date}","services":[[["COM","net"],["http://plain.example/","https://rdap.example.net/v2"]],[["org"],["https://127.0.0.1/"]],[["dev"],["https://rdap.example.net:8443/"]]]}}"#
            )
        };
        for (text, com) in [
            (file("2099-01-01T00:00:00Z"), "https://rdap.example.net/v2/"),
            (file("2001-01-01T00:00:00Z"), "https://rdap.verisign.com/com/v1/"),
            (file("soon"), "https://rdap.verisign.com/com/v1/"),
            ("{".to_owned(), "https://rdap.verisign.com/com/v1/"),
        ] {
            std::fs::write(&path, &text).unwrap();
            assert_eq!(who(Book::load(Some(folder.path())).name("a.com")), com, "{text}");
        }
        std::fs::write(&path, file("2099-01-01T00:00:00Z")).unwrap();
        let book = Book::load(Some(folder.path()));
        assert_eq!(who(book.name("a.org")), "whois.iana.org {}", "an address is no registry");
        assert_eq!(who(book.name("a.dev")), "whois.iana.org {}", "nor is another port");
    }
}
