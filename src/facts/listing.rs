//! What lists and services say of a name, an address, a URL or a file: block lists over DNS, downloaded feeds, services
//! with a key, logs of certificates, and histories of DNS.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Answer, FactSet, Key, State};

/// What a service is asked about. Files and names first; a whole URL may carry the recipient.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A domain, lower-case ASCII without trailing dot.
    Domain(String),
    /// An address.
    Address(IpAddr),
    /// SHA-256 of a file, 64 lower-case hexadecimal digits.
    File(String),
    /// A whole URL: leaves only after a question that shows it.
    Url(String),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(text) | Self::File(text) | Self::Url(text) => f.write_str(text),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl FactSet {
    /// The ids of the block lists that anything was asked of.
    #[must_use]
    pub fn block_lists(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        let mut from = Key::Listed { list: String::new(), name: String::new() };
        // From one list to the next, past all that is known of it.
        while let Some((Key::Listed { list, .. }, _)) = self.facts.range(from..).next() {
            ids.push(list);
            from = Key::Listed { list: format!("{list}\0"), name: String::new() };
        }
        ids
    }

    /// The listings that are known: the list, the name or address, what it says, and when it was asked (Unix seconds).
    pub fn listings(&self) -> impl Iterator<Item = (&str, &str, &Listing, Option<i64>)> {
        let first = Key::Listed { list: String::new(), name: String::new() };
        let asked = self.facts.range(first..).map_while(|(key, fact)| match key {
            Key::Listed { list, name } => Some((list, name, fact)),
            _ => None,
        });
        asked.filter_map(|(list, name, fact)| match &fact.state {
            State::Value(Answer::Listing(listing)) => Some((list.as_str(), name.as_str(), listing, fact.at)),
            _ => None,
        })
    }

    /// The ids of the services that anything was asked of.
    #[must_use]
    pub fn services(&self) -> Vec<&str> {
        let first = |by: String| Key::Judged { by, thing: Thing::Domain(String::new()) };
        let mut ids: Vec<&str> = Vec::new();
        let mut from = first(String::new());
        while let Some((Key::Judged { by, .. }, _)) = self.facts.range(from..).next() {
            ids.push(by);
            from = first(format!("{by}\0"));
        }
        ids
    }
}

/// The answer of a block list over DNS (RFC 5782).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Listing {
    /// The addresses that came back, each with what the list's operator says it means, in English; never empty in an
    /// answer: what is not listed is [`super::State::Absent`].
    pub codes: Vec<Code>,
    /// The text that the list keeps beside it, where it was asked for.
    pub reason: Option<String>,
}

/// One return code of a block list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// `127.0.0.2`.
    pub address: IpAddr,
    /// What it means, in English; see `phrases`.
    pub meaning: String,
    /// How bad that is.
    pub weight: Severity,
    /// What is listed is honest itself, and was broken into or abused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abused: bool,
}

/// How bad a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Told only: a policy list of dial-up addresses, a list of freshly seen domains, a note.
    #[default]
    Note,
    /// Somebody complained, or a machine sent spam.
    Spam,
    /// Phishing, malware, a hijacked network.
    Attack,
}

/// What a service with an interface of its own says of a [`Thing`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgement {
    /// How bad; `None` where it gives facts and no judgement, or says that it is harmless.
    pub severity: Option<Severity>,
    /// Votes against it, and all votes, where it counts.
    pub votes: Option<(u32, u32)>,
    /// What it says, each line a name in English and a value as it came: `first seen` and `2026-10-01`.
    pub said: Vec<(String, String)>,
    /// Where a person can read more: a URL of the service, without the key.
    pub link: Option<String>,
}

/// A line of a downloaded feed that fits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedHit {
    /// Id of the feed (`urlhaus`).
    pub feed: String,
    /// Date of the file, `2026-11-20`.
    pub dated: String,
    /// The whole URL is in it; else the host only.
    pub exact: bool,
    /// What the feed writes beside it (`malware_download`, a brand).
    pub note: Option<String>,
    /// What of the question the feed has.
    pub part: Part,
    /// The day of the line, `2026-11-20`, where the feed says it.
    pub since: Option<String>,
    /// What the feed collects.
    pub holds: Holds,
}

/// How much of what was asked for stands in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Another URL on the same host: little on a host that many share.
    #[default]
    Beside,
    /// The host, listed as such.
    Host,
    /// The URL without its query.
    Path,
    /// The whole URL.
    Url,
}

/// What a feed collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// Pages that ask for what they should not have.
    #[default]
    Phishing,
    /// Addresses that give out malware.
    Malware,
    /// Networks that belong to criminals.
    Criminal,
    /// Nobody said: a list of the reader's own.
    Own,
}

/// What a list says of the network of an address. A mark is no accusation: most mail is sent from a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// Of what kind it is.
    pub kind: NetworkKind,
    /// Whose: `Amazon AWS`, `Mullvad`.
    pub name: Option<String>,
    /// The list that says so.
    pub list: String,
    /// Its date, `2026-10-05`.
    pub dated: String,
}

/// Kinds of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkKind {
    /// Machines for anybody who pays.
    #[default]
    Hosting,
    /// Machines of a large cloud.
    Cloud,
    /// A content network: it stands before the site of somebody else.
    Content,
    /// A service that hides where its customers are.
    Vpn,
    /// An exit of the Tor network.
    Tor,
    /// On a list of networks that belong to criminals or were taken over by them.
    Criminal,
    /// On a list of the reader's own, which says nothing of the kind.
    Own,
}

/// A certificate, from a log (RFC 9162) or from a server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// Common name or organization of the issuer.
    pub issuer: String,
    /// Names that it is good for, lower case.
    pub names: Vec<String>,
    /// Unix seconds.
    pub not_before: Option<i64>,
    /// Unix seconds.
    pub not_after: Option<i64>,
    /// SHA-256 of the DER bytes in hexadecimal, where they were at hand.
    pub sha256: Option<String>,
}

/// What logs of certificates know of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Logged {
    /// Unix seconds of the first certificate.
    pub first: Option<i64>,
    /// The newest ones, newest first.
    pub certificates: Vec<Certificate>,
    /// Other names below the same registrable domain, each once.
    pub siblings: Vec<String>,
    /// Certificates in all, where more were found than are kept.
    pub found: u32,
}

/// One line of passive DNS.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Owner name.
    pub name: String,
    /// Type (`A`, `CNAME`).
    pub kind: String,
    /// Data.
    pub value: String,
    /// Unix seconds.
    pub first: Option<i64>,
    /// Unix seconds.
    pub last: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;

    #[test]
    fn lists_and_services_are_named_once_however_much_was_asked_of_them() {
        let mut facts = FactSet::default();
        for name in ["a.example", "b.example"] {
            for list in ["dbl", "zen", "zen2"] {
                facts.put(Key::Listed { list: list.into(), name: name.into() }, Fact::default());
            }
            for thing in [Thing::Domain(name.into()), Thing::Url(format!("https://{name}/"))] {
                facts.put(Key::Judged { by: "urlscan".into(), thing }, Fact::default());
            }
        }
        facts.put(Key::Certificates("a.example".into()), Fact::default());
        assert_eq!(facts.block_lists(), ["dbl", "zen", "zen2"]);
        assert_eq!(facts.services(), ["urlscan"]);
        assert_eq!(facts.listings().count(), 0, "asked is not listed");
        let listing = Answer::Listing(Listing::default());
        let fact = Fact { state: State::Value(listing), at: Some(7), ..Fact::default() };
        facts.put(Key::Listed { list: "zen".into(), name: "192.0.2.1".into() }, fact);
        let found: Vec<_> = facts.listings().map(|(list, name, _, at)| (list, name, at)).collect();
        assert_eq!(found, [("zen", "192.0.2.1", Some(7))]);
        assert!(FactSet::default().block_lists().is_empty() && FactSet::default().services().is_empty());
    }
}
