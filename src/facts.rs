//! What the network, a database or a recording says about a host or an address.
//!
//! A [`Key`] names one question, a [`Fact`] is its present state with time and source, a [`FactSet`] is all that is
//! known at one moment. Everything here is pure and serializable: a recording of facts replays a look-up without a
//! packet. Nothing in this file may reach the network, a clock or a mail.

pub mod blocklists;
pub mod listing;
pub mod phrases;
pub mod registration;
mod set;
pub mod visit;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::text::Words;
use listing::{FeedHit, Judgement, Listing, Logged, Mark, Seen, Thing};
use registration::Registration;
pub use set::FactSet;
use visit::Visit;

/// How far a question may travel; ordered from "nowhere" to "the sender can notice".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Embedded and user-supplied databases only. No packet leaves.
    #[default]
    Local,
    /// Registries, block lists and reputation services; the sender does not notice.
    ThirdParty,
    /// Anything that the sender's own servers can notice, a DNS question for the sender's domain included.
    Sender,
}

/// One question. Hosts are lower-case ASCII (A-label) names without a trailing dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The IPv4 and IPv6 addresses of a host (DNS A and AAAA).
    Addresses(String),
    /// The mail exchangers of a domain (DNS MX).
    MailExchangers(String),
    /// The names of an address (DNS PTR).
    Names(IpAddr),
    /// Country, region, coordinates and network of an address (databases).
    Place(IpAddr),
    /// Who registered a domain: asked of the registry, by the registrable domain.
    Owner(String),
    /// What a reputation service says of a host (recorded answers only: a sentence).
    Reputation(String),
    /// What a visit to a URL brings. Leaves only after a question that shows the URL.
    Page(String),
    /// The names through which a host's addresses were found (DNS CNAME), in order; comes along with its addresses.
    Aliases(String),
    /// The name servers of a domain (DNS NS).
    NameServers(String),
    /// The start of authority of a domain (DNS SOA).
    Authority(String),
    /// The texts at a name (DNS TXT): SPF at a domain, DMARC, DKIM keys, MTA-STS, TLS-RPT and BIMI below underscored labels.
    Texts(String),
    /// Who may issue certificates for a domain (DNS CAA, RFC 8659).
    Issuers(String),
    /// Whose block of addresses an address lies in: asked of the registry.
    Block(IpAddr),
    /// Whose autonomous system a number is: asked of the registry.
    System(u32),
    /// Who announces an address today, and in which prefix: asked of a service that watches the routes.
    Announced(IpAddr),
    /// Is a host or an address on a block list over DNS (RFC 5782)?
    Listed {
        /// Id of the list (`zen`).
        list: String,
        /// A host, or an address in its usual spelling.
        name: String,
    },
    /// Which downloaded feeds have a URL or a host. Answered on this machine.
    Feeds(String),
    /// What a service says of a thing.
    Judged {
        /// Id of the service (`virustotal`).
        by: String,
        /// What it is asked about.
        thing: Thing,
    },
    /// Certificates that logs know for a registrable domain (RFC 9162).
    Certificates(String),
    /// What passive DNS saw of a name or an address in its usual spelling.
    History(String),
    /// The MTA-STS policy of a domain (RFC 8461), from its own server.
    MailPolicy(String),
}

impl Key {
    /// The least reach at which this question may be asked of the network.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match self {
            Self::Place(_) | Self::Feeds(_) => Reach::Local,
            Self::Owner(_)
            | Self::Reputation(_)
            | Self::Block(_)
            | Self::System(_)
            | Self::Announced(_)
            | Self::Listed { .. }
            | Self::Judged { .. }
            | Self::Certificates(_)
            | Self::History(_) => Reach::ThirdParty,
            // The reverse zone of an address is often served by the sender as well.
            Self::Addresses(_)
            | Self::MailExchangers(_)
            | Self::Names(_)
            | Self::Page(_)
            | Self::Aliases(_)
            | Self::NameServers(_)
            | Self::Authority(_)
            | Self::Texts(_)
            | Self::Issuers(_)
            | Self::MailPolicy(_) => Reach::Sender,
        }
    }

    /// What is asked, in a word or two: `addresses`.
    #[must_use]
    pub fn asks(&self) -> Words {
        match self {
            Self::Addresses(_) => Words::new("addresses", "アドレス"),
            Self::MailExchangers(_) => Words::new("mail exchangers", "MX サーバー"),
            Self::Names(_) => Words::new("names of the address", "逆引きの名前"),
            Self::Place(_) => Words::new("place", "所在地"),
            Self::Owner(_) => Words::new("registration", "登録情報"),
            Self::Reputation(_) => Words::new("reputation", "評判"),
            Self::Page(_) => Words::new("page", "ページ"),
            Self::Aliases(_) => Words::new("aliases", "別名 (CNAME)"),
            Self::NameServers(_) => Words::new("name servers", "ネームサーバー"),
            Self::Authority(_) => Words::new("start of authority", "SOA"),
            Self::Texts(_) => Words::new("text records", "TXT レコード"),
            Self::Issuers(_) => Words::new("certificate issuers allowed", "証明書の発行を許可された認証局"),
            Self::Block(_) => Words::new("owner of the address block", "アドレスブロックの保有者"),
            Self::System(_) => Words::new("owner of the autonomous system", "AS の保有者"),
            Self::Announced(_) => Words::new("route", "経路情報"),
            Self::Listed { .. } => Words::new("block list", "ブロックリスト"),
            Self::Feeds(_) => Words::new("feeds", "脅威フィード"),
            Self::Judged { .. } => Words::new("service", "判定サービス"),
            Self::Certificates(_) => Words::new("certificates", "証明書の記録"),
            Self::History(_) => Words::new("passive DNS", "パッシブ DNS"),
            Self::MailPolicy(_) => Words::new("MTA-STS policy", "MTA-STS ポリシー"),
        }
    }

    /// What it is asked of, as the key spells it: a host, an address, `example.com in zen`. Not yet made printable.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Addresses(text)
            | Self::MailExchangers(text)
            | Self::Owner(text)
            | Self::Reputation(text)
            | Self::Page(text)
            | Self::Aliases(text)
            | Self::NameServers(text)
            | Self::Authority(text)
            | Self::Texts(text)
            | Self::Issuers(text)
            | Self::Feeds(text)
            | Self::Certificates(text)
            | Self::History(text)
            | Self::MailPolicy(text) => text.clone(),
            Self::Names(address) | Self::Place(address) | Self::Block(address) | Self::Announced(address) => {
                address.to_string()
            }
            Self::System(number) => format!("AS{number}"),
            Self::Listed { list, name } => format!("{name} ({list})"),
            Self::Judged { by, thing } => format!("{thing} ({by})"),
        }
    }

    /// The question carries a whole URL, or visits it: it leaves only after somebody was shown it and said yes, whatever
    /// the reach.
    #[must_use]
    pub fn needs_consent(&self) -> bool {
        matches!(self, Self::Page(_) | Self::Judged { thing: Thing::Url(_), .. })
    }
}

/// Where an address is and whose network it belongs to. Every field may be missing: a database that does not know says
/// nothing, it does not say 0,0.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// ISO 3166-1 alpha-2 code, upper case.
    pub country: Option<String>,
    /// Region, state or prefecture in English.
    pub region: Option<String>,
    /// City or town in English.
    pub city: Option<String>,
    /// Degrees north, degrees east.
    pub coordinates: Option<(f64, f64)>,
    /// Autonomous system number.
    pub asn: Option<u32>,
    /// Name of the autonomous system's holder, or of the owner of the address block.
    pub network: Option<String>,
    /// The address is announced from many places (anycast or content network): a pin would be a lie.
    pub anycast: bool,
    /// What lists of networks say of it, each kind once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// A mail exchanger with its preference (RFC 5321 section 5.1; lower is tried first).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchanger {
    /// RFC 1035 preference.
    pub preference: u16,
    /// Host name without trailing dot; empty for a null MX (RFC 7505).
    pub host: String,
}

/// A value that came back for a [`Key`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// For [`Key::Addresses`].
    Addresses(Vec<IpAddr>),
    /// For [`Key::MailExchangers`].
    MailExchangers(Vec<Exchanger>),
    /// For [`Key::Names`].
    Names(Vec<String>),
    /// For [`Key::Place`].
    Place(Place),
    /// For [`Key::Owner`], [`Key::Reputation`] and [`Key::Page`], where somebody wrote the answer down: a sentence.
    Text(String),
    /// For [`Key::Texts`]: each record with its strings joined (RFC 7208 section 3.3), other bytes than printable ASCII
    /// escaped as in a zone file.
    Texts(Vec<String>),
    /// For [`Key::Aliases`] and [`Key::NameServers`] (lower case, without trailing dot).
    Hosts(Vec<String>),
    /// For [`Key::Authority`].
    Authority(Authority),
    /// For [`Key::Issuers`]: each record as `issue "ca.example"`.
    Issuers(Vec<String>),
    /// For [`Key::Owner`], [`Key::Block`] and [`Key::System`].
    Registration(Box<Registration>),
    /// For [`Key::Announced`].
    Announced(Announced),
    /// For [`Key::Listed`].
    Listing(Listing),
    /// For [`Key::Feeds`].
    Feeds(Vec<FeedHit>),
    /// For [`Key::Judged`].
    Judgement(Judgement),
    /// For [`Key::Certificates`].
    Logged(Logged),
    /// For [`Key::History`].
    History(Vec<Seen>),
    /// For [`Key::MailPolicy`]: the policy's text, bounded.
    Policy(String),
    /// For [`Key::Page`].
    Visit(Box<Visit>),
}

/// The start of authority of a zone (RFC 1035 section 3.3.13).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Authority {
    /// The zone that answered.
    pub zone: String,
    /// Primary name server.
    pub primary: String,
    /// Mail address of whoever is responsible, with its first dot turned into `@`.
    pub mailbox: String,
    /// Serial number.
    pub serial: u32,
}

/// Who announces an address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Announced {
    /// Autonomous systems, the origin of each announcement.
    pub systems: Vec<u32>,
    /// The prefix, `192.0.2.0/24`.
    pub prefix: Option<String>,
    /// Country as the registry has it.
    pub country: Option<String>,
    /// Registry (`ripencc`).
    pub registry: Option<String>,
    /// When the block was given out, as written.
    pub allocated: Option<String>,
    /// Name of the first system.
    pub name: Option<String>,
}

/// What DNSSEC says of an answer (RFC 4033 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dnssec {
    /// Signed, and the chain of signatures holds.
    Secure,
    /// The zone is not signed.
    Insecure,
    /// Signed, and a signature does not hold.
    Bogus,
    /// Nobody could tell.
    Indeterminate,
}

/// Where a look-up stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody asked: the reach did not allow it. Not the same as [`State::Absent`].
    #[default]
    NotAsked,
    /// Waiting for its turn.
    Queued,
    /// On its way.
    Asking,
    /// An answer.
    Value(Answer),
    /// Asked, and there is no such record.
    Absent,
    /// Asked, and no answer came; the reason is for a person to read.
    Failed(String),
}

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A database on this machine; the text names it with its date.
    Database(String),
    /// A recording made earlier; the text says by whom and when.
    Recorded(String),
    /// Asked in this run; the text names the resolver.
    Asked(String),
    /// Asked in an earlier run and kept; the text names the resolver.
    Kept(String),
    /// Nobody yet.
    #[default]
    Nobody,
}

/// The present state of one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Fact {
    /// What is known.
    pub state: State,
    /// Who said so.
    #[serde(default)]
    pub origin: Origin,
    /// Unix seconds of the answer.
    #[serde(default)]
    pub at: Option<i64>,
    /// Seconds for which the answer may be used again, where the source says so (DNS TTL).
    #[serde(default)]
    pub ttl: Option<u32>,
    /// What DNSSEC says of it, where it was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dnssec: Option<Dnssec>,
}

/// One line of a recording: a question with its fact. A recording is a JSON array of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The question.
    pub key: Key,
    /// The answer with its source.
    pub fact: Fact,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_survives_json() {
        let line = Recorded {
            key: Key::Place("192.0.2.7".parse().unwrap()),
            fact: Fact {
                state: State::Value(Answer::Place(Place { country: Some("JP".into()), ..Place::default() })),
                origin: Origin::Recorded("write-up A, 2022-04".into()),
                at: Some(1_650_900_000),
                ttl: None,
                dnssec: None,
            },
        };
        let text = serde_json::to_string(&line).unwrap();
        assert_eq!(serde_json::from_str::<Recorded>(&text).unwrap(), line);
    }

    #[test]
    fn what_nobody_asked_is_not_what_is_absent() {
        let mut facts = FactSet::default();
        let key = Key::Addresses("example.com".into());
        assert_eq!(facts.state(&key), &State::NotAsked);
        assert!(facts.put(key.clone(), Fact { state: State::Absent, ..Fact::default() }));
        assert_eq!(facts.state(&key), &State::Absent);
        assert!(!facts.put(key, Fact { state: State::Absent, ..Fact::default() }), "same fact is no change");
    }

    #[test]
    fn a_name_of_the_sender_needs_the_widest_reach() {
        assert_eq!(Key::Addresses("a.example".into()).reach(), Reach::Sender);
        assert_eq!(Key::Place("192.0.2.1".parse().unwrap()).reach(), Reach::Local);
    }
}
