//! The feeds that the program knows: one row each. A new feed is one row here, and its form one that `read` knows.
//!
//! Nothing is fetched without the reader's order; the terms are told when it is.

use super::read::Format;
use crate::facts::listing::{Holds, NetworkKind};
use crate::text::Words;

/// A feed.
#[derive(Debug, Clone, Copy)]
pub struct Feed {
    /// Stable name: `urlhaus`. Its file is `feeds/urlhaus.feed` in the data directory.
    pub id: &'static str,
    /// Its name for readers.
    pub title: &'static str,
    /// What it collects.
    pub collects: Collects,
    /// Where it is.
    pub source: Source,
    /// The form of its file.
    pub format: Format,
    /// Minutes that its operator wants between two downloads.
    pub every: u32,
    /// Under which terms it may be used.
    pub terms: Words,
    /// Where the operator says so.
    pub site: &'static str,
}

/// What a feed collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collects {
    /// URLs and hosts.
    Addresses(Holds),
    /// Autonomous systems of criminals.
    Systems,
    /// Networks of a kind, with the name of their operator where all belong to one.
    Networks(NetworkKind, Option<&'static str>),
}

/// Where a feed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// At these addresses; several are parts of one feed.
    At(&'static [&'static str]),
    /// At the first with a key of the service in place of `{key}`, at the second without one.
    Keyed {
        /// Name of the key (`phishtank`).
        key: &'static str,
        /// With a key.
        with: &'static str,
        /// Without; empty where there is none.
        without: &'static str,
    },
    /// One file a month, `{year}` and `{month}` in its address; what was fetched of earlier months is kept.
    Monthly {
        /// The address.
        at: &'static str,
        /// Months that the first download goes back.
        back: u8,
    },
    /// At an address that changes: to be given by hand.
    ByHand,
}

/// Every feed.
pub const FEEDS: &[Feed] = &[
    Feed {
        id: "urlhaus",
        title: "URLhaus (abuse.ch)",
        collects: Collects::Addresses(Holds::Malware),
        source: Source::Keyed {
            key: "urlhaus",
            with: "https://urlhaus-api.abuse.ch/files/exports/recent.csv?auth-key={key}",
            without: "https://urlhaus.abuse.ch/downloads/csv_recent/",
        },
        format: Format::Text,
        every: 5,
        terms: Words::new(
            "free under abuse.ch's fair use; commercial use may need a subscription; the operator asks for an Auth-Key (free)",
            "abuse.ch のフェアユースの範囲で無料。商用利用は契約が必要な場合あり。提供元は Auth-Key (無料) の取得を求めています",
        ),
        site: "https://urlhaus.abuse.ch/api/",
    },
    Feed {
        id: "openphish",
        title: "OpenPhish",
        collects: Collects::Addresses(Holds::Phishing),
        source: Source::At(&["https://raw.githubusercontent.com/openphish/public_feed/refs/heads/main/feed.txt"]),
        format: Format::Text,
        every: 360,
        terms: Words::new(
            "free for non-commercial and internal business use only",
            "非商用および社内業務での利用に限り無料",
        ),
        site: "https://openphish.com/faq.html",
    },
    Feed {
        id: "phishtank",
        title: "PhishTank",
        collects: Collects::Addresses(Holds::Phishing),
        source: Source::Keyed {
            key: "phishtank",
            with: "https://data.phishtank.com/data/{key}/online-valid.csv.gz",
            without: "https://data.phishtank.com/data/online-valid.csv.gz",
        },
        format: Format::Auto,
        every: 60,
        terms: Words::new(
            "free; without an application key only a few downloads a day are allowed",
            "無料。アプリケーションキーがない場合、1日に数回しかダウンロードできません",
        ),
        site: "https://phishtank.org/developer_info.php",
    },
    Feed {
        id: "phishing-database",
        title: "Phishing.Database (links)",
        collects: Collects::Addresses(Holds::Phishing),
        source: Source::At(&[
            "https://raw.githubusercontent.com/Phishing-Database/Phishing.Database/refs/heads/master/phishing-links-ACTIVE.txt",
        ]),
        format: Format::Text,
        every: 720,
        terms: Words::new("MIT license", "MIT ライセンス"),
        site: "https://github.com/Phishing-Database/Phishing.Database",
    },
    Feed {
        id: "phishing-database-domains",
        title: "Phishing.Database (domains)",
        collects: Collects::Addresses(Holds::Phishing),
        source: Source::At(&[
            "https://raw.githubusercontent.com/Phishing-Database/Phishing.Database/refs/heads/master/phishing-domains-ACTIVE.txt",
        ]),
        format: Format::Text,
        every: 720,
        terms: Words::new("MIT license", "MIT ライセンス"),
        site: "https://github.com/Phishing-Database/Phishing.Database",
    },
    Feed {
        id: "jpcert",
        title: "JPCERT/CC phishing URL list",
        collects: Collects::Addresses(Holds::Phishing),
        source: Source::Monthly {
            at: "https://raw.githubusercontent.com/JPCERTCC/phishurl-list/main/{year}/{year}{month}.csv",
            back: 12,
        },
        format: Format::Text,
        every: 1440,
        terms: Words::new(
            "published by JPCERT/CC for countermeasures and analysis; it names no license",
            "対策や分析のために JPCERT/CC が公開。ライセンスの明示はありません",
        ),
        site: "https://github.com/JPCERTCC/phishurl-list",
    },
    Feed {
        id: "asndrop",
        title: "Spamhaus ASN-DROP",
        collects: Collects::Systems,
        source: Source::At(&["https://www.spamhaus.org/drop/asndrop.json"]),
        format: Format::Json,
        every: 1440,
        terms: Words::new(
            "free of charge for everybody; (c) The Spamhaus Project, whose name has to stay with the data; once a day is enough",
            "無料で利用可。(c) The Spamhaus Project (データに名称を付すこと)。取得は1日1回で十分です",
        ),
        site: "https://www.spamhaus.org/blocklists/do-not-route-or-peer/",
    },
    Feed {
        id: "drop",
        title: "Spamhaus DROP",
        collects: Collects::Networks(NetworkKind::Criminal, None),
        source: Source::At(&[
            "https://www.spamhaus.org/drop/drop_v4.json",
            "https://www.spamhaus.org/drop/drop_v6.json",
        ]),
        format: Format::Prefixes,
        every: 1440,
        terms: Words::new(
            "free of charge for everybody; (c) The Spamhaus Project, whose name has to stay with the data; once a day is enough",
            "無料で利用可。(c) The Spamhaus Project (データに名称を付すこと)。取得は1日1回で十分です",
        ),
        site: "https://www.spamhaus.org/blocklists/do-not-route-or-peer/",
    },
    Feed {
        id: "tor",
        title: "Tor exits",
        collects: Collects::Networks(NetworkKind::Tor, Some("Tor")),
        source: Source::At(&["https://check.torproject.org/torbulkexitlist"]),
        format: Format::Prefixes,
        every: 60,
        terms: Words::new("published by the Tor Project", "Tor Project が公開"),
        site: "https://check.torproject.org/",
    },
    Feed {
        id: "aws",
        title: "Amazon AWS",
        collects: Collects::Networks(NetworkKind::Cloud, Some("Amazon AWS")),
        source: Source::At(&["https://ip-ranges.amazonaws.com/ip-ranges.json"]),
        format: Format::Prefixes,
        every: 1440,
        terms: PUBLISHED,
        site: "https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html",
    },
    Feed {
        id: "gcp",
        title: "Google Cloud",
        collects: Collects::Networks(NetworkKind::Cloud, Some("Google Cloud")),
        source: Source::At(&["https://www.gstatic.com/ipranges/cloud.json"]),
        format: Format::Prefixes,
        every: 1440,
        terms: PUBLISHED,
        site: "https://support.google.com/a/answer/10026322",
    },
    Feed {
        id: "azure",
        title: "Microsoft Azure",
        collects: Collects::Networks(NetworkKind::Cloud, Some("Microsoft Azure")),
        source: Source::ByHand,
        format: Format::Prefixes,
        every: 10_080,
        terms: PUBLISHED,
        site: "https://www.microsoft.com/en-us/download/details.aspx?id=56519",
    },
    Feed {
        id: "oracle",
        title: "Oracle Cloud",
        collects: Collects::Networks(NetworkKind::Cloud, Some("Oracle Cloud")),
        source: Source::At(&["https://docs.oracle.com/en-us/iaas/tools/public_ip_ranges.json"]),
        format: Format::Prefixes,
        every: 1440,
        terms: PUBLISHED,
        site: "https://docs.oracle.com/en-us/iaas/Content/General/Concepts/addressranges.htm",
    },
    Feed {
        id: "cloudflare",
        title: "Cloudflare",
        collects: Collects::Networks(NetworkKind::Content, Some("Cloudflare")),
        source: Source::At(&["https://www.cloudflare.com/ips-v4", "https://www.cloudflare.com/ips-v6"]),
        format: Format::Prefixes,
        every: 1440,
        terms: PUBLISHED,
        site: "https://www.cloudflare.com/ips/",
    },
];

const PUBLISHED: Words = Words::new("published by the operator for this use", "事業者自身がこの用途のために公開");

/// The feed of an id.
#[must_use]
pub fn feed(id: &str) -> Option<&'static Feed> {
    FEEDS.iter().find(|feed| feed.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_complete_and_named_once() {
        for (index, feed) in FEEDS.iter().enumerate() {
            assert!(super::super::is_id(feed.id), "{}", feed.id);
            assert!(FEEDS.iter().skip(index + 1).all(|other| other.id != feed.id), "{}", feed.id);
            assert!(feed.every > 0 && !feed.title.is_empty() && feed.site.starts_with("https://"), "{}", feed.id);
            let addresses: Vec<&str> = match feed.source {
                Source::At(all) => all.to_vec(),
                Source::Keyed { with, without, .. } => {
                    assert!(with.contains("{key}") && !without.contains('{'), "{}", feed.id);
                    vec![with, without]
                }
                Source::Monthly { at, back } => {
                    assert!(at.contains("{year}") && at.contains("{month}") && back > 0, "{}", feed.id);
                    vec![at]
                }
                Source::ByHand => Vec::new(),
            };
            assert!(addresses.iter().all(|at| at.starts_with("https://")), "{}", feed.id);
        }
    }
}
