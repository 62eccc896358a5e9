//! What lists say of the network of an address: cloud, hosting, content network, VPN, Tor exit, a network of criminals.
//!
//! In order: what the reader has downloaded (`gosanke feeds`), then the list of prefixes that is compiled in, then the
//! list of autonomous systems. Each kind is told once, by the first that has it. A mark says whose machine it is and
//! accuses nobody, but for the kind that says so. Never sends a packet.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::LazyLock;

use super::feeds::{FOLDER, Shelf};
use super::prefix::{Prefix, mapped};
use crate::facts::listing::{Mark, NetworkKind};
use crate::text::Sentence;

const PREFIXES: &str = include_str!("../../assets/lists/networks-2026-10-05.tsv");
const PREFIXES_DATE: &str = "2026-10-05";
const SYSTEMS: &str = include_str!("../../assets/lists/networks-as-2026-11.tsv");
const SYSTEMS_DATE: &str = "2026-11";
/// The name of the lists that are compiled in.
const OURS: &str = "gosanke";

/// Lists of networks: those compiled in, and those that the reader downloaded.
#[derive(Debug, Default)]
pub(crate) struct Networks {
    shelf: Shelf,
}

impl Networks {
    /// The lists compiled in and the feeds of a data directory. Damaged ones are warnings.
    pub(crate) fn open(data_dir: &Path) -> (Self, Vec<Sentence>) {
        let shelf = Shelf::open(&data_dir.join(FOLDER));
        let warnings = shelf.warnings();
        (Self { shelf }, warnings)
    }

    /// The marks of an address in the autonomous system that databases gave for it.
    pub(crate) fn marks(&self, address: IpAddr, system: Option<u32>) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut put = |mark: Mark| {
            // A cloud is hosting; the narrower word is enough.
            let machine = |kind| matches!(kind, NetworkKind::Cloud | NetworkKind::Hosting | NetworkKind::Content);
            let told =
                marks.iter().any(|have: &Mark| have.kind == mark.kind || machine(have.kind) && machine(mark.kind));
            if !told {
                marks.push(mark);
            }
        };
        self.shelf.networks_of(mapped(address)).for_each(&mut put);
        system.into_iter().flat_map(|number| self.shelf.criminal(number)).for_each(&mut put);
        if let Some((kind, name)) = prefix(address) {
            put(Mark { kind, name: Some(name.to_owned()), list: OURS.to_owned(), dated: PREFIXES_DATE.to_owned() });
        }
        if let Some((kind, name)) = system.and_then(|number| BY_SYSTEM.get(&number).copied()) {
            put(Mark { kind, name: Some(name.to_owned()), list: OURS.to_owned(), dated: SYSTEMS_DATE.to_owned() });
        }
        marks
    }
}

/// Disjoint ranges of addresses, sorted: first, last, and the owner's place in `owners`.
struct Ranges {
    four: Vec<(u32, u32, u16)>,
    six: Vec<(u128, u128, u16)>,
    owners: Vec<(NetworkKind, &'static str)>,
}

/// Parsed at the first question: 15,000 lines take a few milliseconds.
static BY_PREFIX: LazyLock<Ranges> = LazyLock::new(|| {
    let mut ranges = Ranges { four: Vec::new(), six: Vec::new(), owners: Vec::new() };
    let mut owner = 0_u16;
    for line in PREFIXES.lines().filter(|line| !line.starts_with('#')) {
        if let Some((kind, name)) = line.strip_prefix('@').and_then(|line| line.split_once('\t')) {
            owner = u16::try_from(ranges.owners.len()).unwrap_or(u16::MAX);
            ranges.owners.push((kind_of(kind).unwrap_or_default(), name));
        } else if let Some(prefix) = Prefix::parse(line) {
            let (first, last) = prefix.range();
            if first >> 32 == 0xffff {
                ranges.four.push((first as u32, last as u32, owner));
            } else {
                ranges.six.push((first, last, owner));
            }
        }
    }
    ranges.four.sort_unstable();
    ranges.six.sort_unstable();
    ranges
});

static BY_SYSTEM: LazyLock<HashMap<u32, (NetworkKind, &'static str)>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut fields = line.split('\t');
        Some((fields.next()?.parse().ok()?, (kind_of(fields.next()?)?, fields.next()?)))
    };
    SYSTEMS.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

fn prefix(address: IpAddr) -> Option<(NetworkKind, &'static str)> {
    let owner = match address.to_canonical() {
        IpAddr::V4(four) => within(&BY_PREFIX.four, four.to_bits()),
        IpAddr::V6(six) => within(&BY_PREFIX.six, six.to_bits()),
    };
    BY_PREFIX.owners.get(usize::from(owner?)).copied()
}

/// The owner of the range that holds a number.
fn within<T: Copy + Ord>(ranges: &[(T, T, u16)], number: T) -> Option<u16> {
    let at = ranges.partition_point(|(first, ..)| *first <= number).checked_sub(1)?;
    ranges.get(at).filter(|(_, last, _)| number <= *last).map(|(.., owner)| *owner)
}

fn kind_of(word: &str) -> Option<NetworkKind> {
    Some(match word {
        "hosting" => NetworkKind::Hosting,
        "cloud" => NetworkKind::Cloud,
        "content" => NetworkKind::Content,
        "vpn" => NetworkKind::Vpn,
        "tor" => NetworkKind::Tor,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::feeds::{Given, add};
    use crate::text::Lang;

    fn kinds(networks: &Networks, address: &str, system: Option<u32>) -> Vec<(NetworkKind, Option<String>)> {
        networks.marks(address.parse().unwrap(), system).into_iter().map(|mark| (mark.kind, mark.name)).collect()
    }

    #[test]
    fn every_row_of_both_lists_is_read_and_no_two_overlap() {
        let lines = PREFIXES.lines().filter(|line| !line.starts_with(['#', '@'])).count();
        assert_eq!(BY_PREFIX.four.len() + BY_PREFIX.six.len(), lines);
        assert!(lines > 10_000);
        for line in PREFIXES.lines().filter(|line| line.starts_with('@')) {
            assert!(kind_of(line.get(1..).unwrap().split('\t').next().unwrap()).is_some(), "{line}");
        }
        assert!(BY_PREFIX.four.is_sorted_by(|one, two| one.1 < two.0));
        assert!(BY_PREFIX.six.is_sorted_by(|one, two| one.1 < two.0));
        assert_eq!(BY_SYSTEM.len(), SYSTEMS.lines().filter(|line| !line.starts_with('#')).count());
        for list in [PREFIXES, SYSTEMS] {
            let head: String = list.lines().filter(|line| line.starts_with('#')).collect();
            assert!(head.contains("source: ") && head.contains("licence: "));
        }
    }

    #[test]
    fn machines_of_clouds_are_marked_and_homes_and_mail_providers_are_not() {
        let networks = Networks::default();
        for (address, system, kind) in [
            ("3.5.140.1", Some(16_509), Some(NetworkKind::Cloud)),
            ("2600:1f14::1", None, Some(NetworkKind::Cloud)),
            ("104.16.132.229", Some(13_335), Some(NetworkKind::Content)),
            ("95.216.42.246", Some(24_940), Some(NetworkKind::Hosting)),
            // Not among the prefixes, but the whole system rents machines out.
            ("192.0.2.1", Some(7_684), Some(NetworkKind::Hosting)),
            // Mail servers of a provider for everybody, a home in Japan, documentation.
            ("209.85.220.41", Some(15_169), None),
            ("106.72.1.1", Some(2_516), None),
            ("192.0.2.1", None, None),
            ("2001:db8::1", None, None),
        ] {
            let found = kinds(&networks, address, system).first().map(|(kind, _)| *kind);
            assert_eq!(found, kind, "{address}");
        }
    }

    #[test]
    fn what_the_reader_downloaded_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let put = |id: &str, text: &str| {
            let file = folder.path().join("given");
            std::fs::write(&file, text).unwrap();
            let given = Given { id: id.into(), dated: "2026-11-20".into(), ..Given::default() };
            add(folder.path(), &file, &given).unwrap();
        };
        put("tor", "# exits\n192.0.2.7\n192.0.2.8\n2001:db8::7\n");
        put("aws", r#"{"prefixes":[{"ip_prefix":"198.51.100.0/25"},{"ip_prefix":"198.51.100.0/24"}]}"#);
        put("mine", "203.0.113.128/25\n192.0.2.64/26\n");
        put("asndrop", "{\"asn\":64496,\"asname\":\"EVIL-AS\"}\n");
        put("drop", "{\"cidr\":\"203.0.113.0/24\",\"sblid\":\"SBL1\"}\n{\"type\":\"metadata\",\"records\":1}\n");
        let (networks, warnings) = Networks::open(folder.path());
        assert_eq!(warnings, []);
        let tor = (NetworkKind::Tor, Some("Tor".to_owned()));
        assert_eq!(kinds(&networks, "192.0.2.7", None), std::slice::from_ref(&tor));
        assert_eq!(kinds(&networks, "2001:db8::7", None), std::slice::from_ref(&tor));
        assert_eq!(kinds(&networks, "192.0.2.9", None), []);
        assert_eq!(kinds(&networks, "::ffff:198.51.100.200", None), [(NetworkKind::Cloud, Some("Amazon AWS".into()))]);
        assert_eq!(kinds(&networks, "192.0.2.8", Some(64_496)), [tor, (NetworkKind::Criminal, Some("EVIL-AS".into()))]);
        assert_eq!(kinds(&networks, "192.0.2.65", None), [(NetworkKind::Own, None)]);
        let mark = networks.marks("203.0.113.9".parse().unwrap(), None).remove(0);
        assert_eq!(
            (mark.kind, mark.list.as_str(), mark.dated.as_str()),
            (NetworkKind::Criminal, "Spamhaus DROP", "2026-11-20")
        );
        std::fs::write(folder.path().join("feeds/tor.feed"), b"gosanke feed 1\nx").unwrap();
        let (networks, warnings) = Networks::open(folder.path());
        let (en, ja) = (warnings[0].words(Lang::En), warnings[0].words(Lang::Ja));
        assert!(en.contains("feed tor ") && ja.contains("フィード tor"), "{en} {ja}");
        assert_eq!(kinds(&networks, "192.0.2.7", None), []);
    }
}
