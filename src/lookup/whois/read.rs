//! What a WHOIS answer says: a registration, that there is none, that the server does not want to answer, or whom else to
//! ask. Pure.

use super::fields;
use super::lines::{Entries, Entry};
use crate::facts::Key;
use crate::facts::phrases::registry;
use crate::facts::registration::{Registration, Registry};
use crate::lookup::name::{Host, host};
use crate::lookup::rdap::{note, prefix};
use crate::lookup::registries::{clean, country, date, withheld};

/// The most name servers, words of status and abuse contacts that are kept.
const KEPT: usize = 16;
/// How much of an answer without a registration is searched for why: its beginning says so.
const SEARCHED: usize = 4_000;

/// What an answer says.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    /// This, and which server of the registrar's knows more.
    Registered(Box<Registration>, Option<Referral>),
    /// Another registry knows.
    Elsewhere(Referral),
    /// There is no such registration.
    Absent,
    /// It is asked too often.
    Wait,
    /// It does not want to answer.
    Refused,
    /// In no form that is known.
    Unreadable,
}

/// Another server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Referral {
    /// Its name, lower case.
    To(String),
    /// Something that is not followed: an address, another protocol or port.
    Nowhere,
}

/// Reads an answer. `finder`: the server only knows who knows (`whois.iana.org`).
pub(super) fn read(text: &str, key: &Key, finder: bool) -> Said {
    let entries = Entries::read(text);
    let referral = fields::REFERRAL
        .iter()
        .flat_map(|key| entries.of(key))
        .map(|entry| entry.value.as_str())
        .find(|value| finder || value.contains("://") || matches!(host(value), Host::Name(_)));
    if let Some(value) = referral.filter(|_| finder || entries.has("referralserver") || entries.has("refer")) {
        return Said::Elsewhere(server(value));
    }
    if finder {
        return Said::Absent;
    }
    let registration = match key {
        Key::Owner(name) => domain(&entries, name),
        _ => block(&entries, key),
    };
    match registration {
        Some(registration) => {
            let thin = registration.registrant.is_none() && matches!(key, Key::Owner(_));
            let more = fields::REGISTRARS_SERVER.iter().flat_map(|key| entries.of(key)).next();
            Said::Registered(Box::new(registration), more.filter(|_| thin).map(|entry| server(&entry.value)))
        }
        None => without(text),
    }
}

/// Why there is no registration in it.
fn without(text: &str) -> Said {
    let start: String = text.chars().take(SEARCHED).collect::<String>().to_lowercase();
    let start = start.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = |phrases: &[&str]| phrases.iter().filter_map(|phrase| start.find(phrase)).min();
    // What says that there is nothing may say beneath it how often one may ask; what refuses, what it is there for.
    let (absent, wait) = (first(fields::ABSENT), first(fields::WAIT));
    if absent.is_some_and(|absent| wait.is_none_or(|wait| absent < wait)) {
        Said::Absent
    } else if wait.is_some() {
        Said::Wait
    } else if first(fields::REFUSED).is_some() {
        Said::Refused
    } else {
        Said::Unreadable
    }
}

/// A server as an answer names it.
fn server(value: &str) -> Referral {
    let value = value.trim().trim_end_matches('/');
    let name = value.strip_prefix("whois://").unwrap_or(value);
    let name = name.strip_suffix(":43").unwrap_or(name);
    match host(name) {
        Host::Name(name) => Referral::To(name.trim_end_matches('.').to_owned()),
        Host::Address(_) | Host::Refused(_) => Referral::Nowhere,
    }
}

/// Collects fields from entries and remembers what was left out.
struct Reader<'a> {
    entries: &'a Entries,
    /// Only entries of this object on; see [`block`].
    from: usize,
    /// Only entries of this very object.
    only: Option<usize>,
    cut: bool,
    no_date: bool,
}

impl Reader<'_> {
    fn entries(&self, keys: &[&'static str]) -> impl Iterator<Item = &Entry> {
        let (from, only) = (self.from, self.only);
        keys.iter()
            .flat_map(|key| self.entries.of(key))
            .filter(move |entry| entry.block >= from && only.is_none_or(|only| entry.block == only))
    }

    fn text(&self, keys: &[&'static str]) -> Option<String> {
        self.entries(keys).map(|entry| entry.value.clone()).find(|value| !withheld(value))
    }

    /// The first of the keys whose value is a date.
    fn date(&mut self, keys: &[&'static str]) -> Option<i64> {
        let values: Vec<String> = self.entries(keys).map(|entry| entry.value.clone()).take(KEPT).collect();
        let found = values.iter().find_map(|value| date(value).or_else(|| date_within(value)));
        self.no_date |= found.is_none() && values.iter().any(|value| !withheld(value));
        found
    }

    /// The latest of the dates of all the keys: registries and their objects each have one.
    fn latest(&mut self, keys: &[&'static str]) -> Option<i64> {
        let first = self.date(keys)?;
        let all =
            self.entries(keys).take(KEPT).filter_map(|entry| date(&entry.value).or_else(|| date_within(&entry.value)));
        Some(all.max().unwrap_or(first))
    }

    /// Every value of the first of the keys that has some.
    fn all(&mut self, keys: &[&'static str], change: fn(&str) -> Vec<String>) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for text in self.entries(keys).flat_map(|entry| change(&entry.value)).take(4 * KEPT).collect::<Vec<_>>() {
            if !withheld(&text) && !out.contains(&text) {
                out.push(text);
            }
        }
        self.cut |= out.len() > KEPT;
        out.truncate(KEPT);
        out
    }
}

fn domain(entries: &Entries, name: &str) -> Option<Registration> {
    let mut reader = Reader { entries, from: 0, only: None, cut: entries.cut, no_date: false };
    let status = reader.all(fields::STATUS, status);
    let state_until = status.iter().find_map(|text| until(text));
    let mut country_cut = false;
    let country = reader.text(fields::COUNTRY).and_then(|text| country(&text, &mut country_cut));
    let mut out = Registration {
        handle: name.trim_end_matches('.').to_owned(),
        registrar: reader.text(fields::REGISTRAR).map(|text| without_url(&text)),
        registrant: reader.text(fields::REGISTRANT),
        country,
        created: reader.date(fields::CREATED),
        changed: reader.latest(fields::CHANGED),
        expires: reader.date(fields::EXPIRES).or(state_until),
        name_servers: reader.all(fields::SERVERS, name_server),
        status,
        abuse: reader.all(fields::ABUSE, contact),
        signed: signed(entries),
        by: Registry::Whois,
        ..Registration::default()
    };
    // An answer about another name, or one that only repeats the question, is no registration.
    let other = reader.text(fields::HANDLE).is_some_and(|own| {
        let own = own.split_whitespace().next().unwrap_or_default().trim_end_matches('.').to_lowercase();
        own.is_ascii() && own.contains('.') && own != out.handle
    });
    let told = out.created.is_some()
        || out.expires.is_some()
        || out.registrar.is_some()
        || out.registrant.is_some()
        || !out.name_servers.is_empty();
    if other || !told {
        return None;
    }
    notes(&mut out, &reader);
    Some(out)
}

/// A block of addresses or an AS number. Answers hold several objects, and people and routes have dates and countries as
/// well: of the object itself only what stands in it counts. ARIN gives the larger blocks first, so the last one is meant.
fn block(entries: &Entries, key: &Key) -> Option<Registration> {
    let main = fields::BLOCK.iter().flat_map(|key| entries.of(key)).max_by_key(|entry| {
        // RIPE and its like give the smallest first, and other objects after it.
        if matches!(entry.key.as_str(), "netrange" | "asnumber") { entry.block as i64 } else { -(entry.block as i64) }
    })?;
    let mut own = Reader { entries, from: 0, only: Some(main.block), cut: entries.cut, no_date: false };
    let prefixes = own.all(fields::PREFIX, |text| text.split(',').map(|part| part.trim().to_owned()).collect());
    let handle = match (key, prefixes.as_slice()) {
        (Key::System(number), _) => format!("AS{number}"),
        (_, [one]) => one.clone(),
        _ => match main.value.split_once('-') {
            Some((first, last)) => prefix(first.trim(), last.trim()).unwrap_or_else(|| main.value.clone()),
            None => main.value.clone(),
        },
    };
    let mut cut = false;
    let country_of =
        |reader: &Reader<'_>, cut: &mut bool| reader.text(&["country"]).and_then(|text| country(&text, cut));
    let (own_country, name) = (country_of(&own, &mut cut), own.text(fields::NAME));
    let (created, changed) = (own.date(fields::CREATED), own.latest(fields::CHANGED));
    let status = own.all(fields::STATUS, status);
    let description = own.text(fields::OWNER);
    // RIPE's comment stands before the object, an organization's own contact behind it.
    own.only = None;
    let mut abuse = own.all(&["abuse contact"], contact);
    let mut after = Reader { only: None, from: main.block, cut: own.cut, no_date: own.no_date, entries };
    let mut out = Registration {
        handle,
        name,
        // The organization's object stands behind the block's.
        registrant: after.text(&["org-name", "orgname", "custname"]).or(description),
        country: own_country.or_else(|| country_of(&after, &mut cut)),
        created,
        changed,
        status,
        by: Registry::Whois,
        ..Registration::default()
    };
    for contact in after.all(fields::ABUSE, contact) {
        if abuse.len() < KEPT && !abuse.contains(&contact) {
            abuse.push(contact);
        }
    }
    out.abuse = abuse;
    notes(&mut out, &after);
    Some(out)
}

fn notes(registration: &mut Registration, reader: &Reader<'_>) {
    if reader.cut {
        note(registration, registry::CUT_TEXT);
    }
    if reader.no_date {
        note(registration, registry::NO_DATE);
    }
}

/// A date among other words: `hostmaster@example.net 20261121`, `2026-11-21 (in 3 days)`.
fn date_within(text: &str) -> Option<i64> {
    text.split_whitespace().rev().take(6).find_map(|word| date(word.trim_matches(['(', ')', ',', '.'])))
}

/// `ok https://icann.org/epp#ok` is `ok`; JPRS's `Connected (2027/03/31)` stays whole.
fn status(text: &str) -> Vec<String> {
    let text = text.split("http").next().unwrap_or_default().trim_end_matches(['(', ' ']).trim();
    let words = text.split(", ").map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| clean(word, 80, &mut false)).collect()
}

/// The end that JPRS writes behind a state.
fn until(status: &str) -> Option<i64> {
    let (_, rest) = status.split_once('(')?;
    date(rest.strip_suffix(')')?)
}

/// The first word of a line of a name server; its addresses stand behind it.
fn name_server(text: &str) -> Vec<String> {
    let word = text.split([' ', ',', '\t', '/', '[']).next().unwrap_or_default();
    match host(word) {
        Host::Name(name) => vec![name.trim_end_matches('.').to_owned()],
        Host::Address(_) | Host::Refused(_) => Vec::new(),
    }
}

fn contact(text: &str) -> Vec<String> {
    let reachable = text.contains('@') || text.chars().filter(char::is_ascii_digit).count() >= 5;
    if reachable { vec![text.trim_start_matches("tel:").to_owned()] } else { Vec::new() }
}

/// `Example Registrar ( https://registrar.example )` without what is behind the name.
fn without_url(text: &str) -> String {
    let name = text.split("http").next().unwrap_or_default().trim_end_matches([' ', '(', '[', ',', '-']);
    if name.is_empty() { text.to_owned() } else { name.to_owned() }
}

fn signed(entries: &Entries) -> Option<bool> {
    let entry = fields::SIGNED.iter().flat_map(|key| entries.of(key)).next()?;
    let value = entry.value.to_lowercase();
    Some(match value.as_str() {
        "" | "unsigned" | "no" | "inactive" | "unsigned delegation" | "false" | "n" | "-" | "none" => false,
        "signed" | "yes" | "active" | "signeddelegation" | "signed delegation" | "true" | "y" => true,
        _ => matches!(entry.key.as_str(), "signing key" | "ds-rdata" | "ds record"),
    })
}
