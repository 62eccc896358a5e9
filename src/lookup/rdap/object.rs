//! An RDAP answer (RFC 9083) as far as it is used: a domain, a network or an AS number, whatever the server got wrong
//! around it. Every list and text is bounded; what was left out is remembered.

use serde_json::Value;

use super::card::Card;
use crate::facts::Key;
use crate::lookup::registries::clean;

/// The most entries of a list.
const ENTRIES: usize = 64;
/// Entities within entities.
const DEPTH: usize = 3;
/// Characters of a name or handle.
pub(super) const NAME: usize = 200;
/// Characters of a short word: a status, a role, an event.
const WORD: usize = 80;

/// What was left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// Entries of lists.
    pub(super) entries: bool,
    /// Ends of texts.
    pub(super) texts: bool,
}

/// What an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Domain,
    Network,
    System,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Object {
    class: Class,
    /// `ldhName`, lower case.
    pub(super) ascii: Option<String>,
    /// `unicodeName`.
    pub(super) unicode: Option<String>,
    /// Name of a network or system.
    pub(super) name: Option<String>,
    pub(super) country: Option<String>,
    /// `cidr0_cidrs`, as `192.0.2.0/24`.
    pub(super) prefixes: Vec<String>,
    /// First and last address.
    pub(super) range: Option<(String, String)>,
    /// First and last AS number.
    pub(super) numbers: Option<(u32, u32)>,
    pub(super) status: Vec<String>,
    /// Action in lower case, and the date as it was written.
    pub(super) events: Vec<(String, String)>,
    pub(super) name_servers: Vec<String>,
    pub(super) entities: Vec<Entity>,
    /// Links of the relation `related` to another RDAP server.
    pub(super) related: Vec<String>,
    pub(super) signed: Option<bool>,
    /// The first line of its remarks.
    pub(super) remark: Option<String>,
    pub(super) cut: Cut,
}

/// Somebody who has a part in it.
#[derive(Debug)]
pub(super) struct Entity {
    /// Lower case.
    pub(super) roles: Vec<String>,
    pub(super) handle: Option<String>,
    pub(super) card: Card,
    pub(super) entities: Vec<Entity>,
}

impl Object {
    /// Reads an answer; `None` where it is none, an error of RDAP's own form included.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let class = match text(value, "objectClassName").map(str::to_ascii_lowercase).as_deref() {
            Some("domain") => Class::Domain,
            Some("ip network") => Class::Network,
            Some("autnum") => Class::System,
            // Left out by some servers.
            None if value.get("ldhName").is_some() => Class::Domain,
            None if value.get("startAddress").is_some() => Class::Network,
            None if value.get("startAutnum").is_some() => Class::System,
            _ => return None,
        };
        let mut cut = Cut::default();
        let name_servers = list(value, "nameservers", &mut cut)
            .filter_map(|server| text(server, "ldhName").or_else(|| text(server, "unicodeName")))
            .collect::<Vec<_>>();
        let name_servers =
            name_servers.into_iter().map(|name| domain(name, &mut cut)).filter(|name| !name.is_empty()).collect();
        let status = strings(value, "status", &mut cut);
        let events = list(value, "events", &mut cut)
            .filter_map(|event| Some((text(event, "eventAction")?, text(event, "eventDate")?)))
            .collect::<Vec<_>>();
        let events = events
            .into_iter()
            .map(|(action, date)| {
                (clean(action, WORD, &mut cut.texts).to_lowercase(), date.chars().take(WORD).collect())
            })
            .collect();
        let mut own =
            |key: &str| text(value, key).map(|text| clean(text, NAME, &mut cut.texts)).filter(|t| !t.is_empty());
        let (unicode, name, country) = (own("unicodeName"), own("name"), own("country"));
        let range = own("startAddress").zip(own("endAddress"));
        let ascii = text(value, "ldhName").map(|name| domain(name, &mut cut)).filter(|name| !name.is_empty());
        Some(Self {
            class,
            ascii,
            unicode,
            name,
            country,
            prefixes: prefixes(value, &mut cut),
            range,
            numbers: number(value, "startAutnum").map(|first| (first, number(value, "endAutnum").unwrap_or(first))),
            status,
            events,
            name_servers,
            entities: entities(value, DEPTH, &mut cut),
            related: related(value, &mut cut),
            signed: value.get("secureDNS").and_then(|dns| dns.get("delegationSigned")).and_then(boolean),
            remark: remark(value, &mut cut),
            cut,
        })
    }

    /// The answer is about what was asked.
    pub(super) fn fits(&self, key: &Key) -> bool {
        match (key, self.class) {
            (Key::Owner(name), Class::Domain) => {
                // Servers that know a name only in its own letters leave the other out.
                self.ascii.as_deref().is_none_or(|own| own == name.trim_end_matches('.') || !own.is_ascii())
            }
            (Key::Block(_), Class::Network) | (Key::System(_), Class::System) => true,
            _ => false,
        }
    }

    /// It names whose it is, or says that it does not tell.
    pub(super) fn has_registrant(&self) -> bool {
        self.entities.iter().any(|entity| entity.plays("registrant"))
    }
}

impl Entity {
    /// It has this part.
    pub(super) fn plays(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }
}

/// A member that is a text.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// The entries of a member that is a list; one that should be a list and is a single entry counts as one.
fn list<'a>(value: &'a Value, key: &str, cut: &mut Cut) -> impl Iterator<Item = &'a Value> + use<'a> {
    let entries: &[Value] = match value.get(key) {
        Some(Value::Array(entries)) => entries,
        Some(one @ (Value::Object(_) | Value::String(_))) => std::slice::from_ref(one),
        _ => &[],
    };
    cut.entries |= entries.len() > ENTRIES;
    entries.iter().take(ENTRIES)
}

fn strings(value: &Value, key: &str, cut: &mut Cut) -> Vec<String> {
    let entries: Vec<&str> = list(value, key, cut).filter_map(Value::as_str).collect();
    entries.into_iter().map(|text| clean(text, WORD, &mut cut.texts)).filter(|text| !text.is_empty()).collect()
}

/// A number that may be written as a text.
fn number(value: &Value, key: &str) -> Option<u32> {
    let value = value.get(key)?;
    value.as_u64().and_then(|number| u32::try_from(number).ok()).or_else(|| value.as_str()?.trim().parse().ok())
}

/// Yes or no that may be written as a text.
fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.trim().to_ascii_lowercase().parse().ok())
}

/// A host name, lower case, without its last dot.
fn domain(name: &str, cut: &mut Cut) -> String {
    clean(name, 255, &mut cut.texts).trim_end_matches('.').to_lowercase()
}

/// The prefixes of a network (the extension `cidr0`).
fn prefixes(value: &Value, cut: &mut Cut) -> Vec<String> {
    let entries: Vec<&Value> = list(value, "cidr0_cidrs", cut).collect();
    entries
        .into_iter()
        .filter_map(|entry| {
            let prefix = text(entry, "v4prefix").or_else(|| text(entry, "v6prefix"))?;
            let address: std::net::IpAddr = prefix.trim().parse().ok()?;
            let length = number(entry, "length").filter(|length| *length <= 128)?;
            Some(format!("{address}/{length}"))
        })
        .collect()
}

fn entities(value: &Value, depth: usize, cut: &mut Cut) -> Vec<Entity> {
    if depth == 0 {
        cut.entries |= value.get("entities").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        return Vec::new();
    }
    let entries: Vec<&Value> = list(value, "entities", cut).collect();
    entries
        .into_iter()
        .filter(|entry| entry.is_object())
        .map(|entry| Entity {
            roles: strings(entry, "roles", cut).into_iter().map(|role| role.to_lowercase()).collect(),
            handle: text(entry, "handle").map(|text| clean(text, NAME, &mut cut.texts)).filter(|text| !text.is_empty()),
            card: Card::read(entry, &mut cut.texts),
            entities: entities(entry, depth - 1, cut),
        })
        .collect()
}

fn related(value: &Value, cut: &mut Cut) -> Vec<String> {
    list(value, "links", cut)
        .filter(|link| text(link, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("related")))
        .filter(|link| text(link, "type").is_none_or(|kind| kind.to_ascii_lowercase().starts_with("application/rdap")))
        .filter_map(|link| text(link, "href"))
        .filter(|href| href.len() <= 2_000)
        .map(ToOwned::to_owned)
        .collect()
}

fn remark(value: &Value, cut: &mut Cut) -> Option<String> {
    let first = list(value, "remarks", cut).find_map(|remark| {
        list(remark, "description", &mut Cut::default())
            .find_map(|line| line.as_str().filter(|line| !line.trim().is_empty()))
    })?;
    Some(clean(first, NAME, &mut cut.texts))
}
