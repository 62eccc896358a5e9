//! The DNS tree walk (RFC 9989 section 4.10): the policy of a domain from the records on the way up to its ending, without
//! a list of endings.
//!
//! ```text
//! a.b.shop.example: _dmarc.a.b.shop.example, _dmarc.b.shop.example, _dmarc.shop.example, _dmarc.example
//! psd=n  this domain is the organization         psd=y  the one below it is
//! else   the record with the fewest labels is that of the organization
//! ```
//!
//! At most eight questions, however long a name is. Pure; what has to be asked is told, all of it at once, as it is asked
//! only where the From domain has no record of its own.

use super::policy::{PolicyRecord, read};
use crate::facts::{Answer, FactSet, Key, State};
use crate::proof::known::{self, Known};
use crate::proof::tags::Tags;

/// From so many labels on a walk leaves out those in the middle.
const LONG: usize = 8;

/// Where a walk stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Walked {
    /// The policy that applies by the walk, where there is one.
    Done(Option<PolicyRecord>),
    /// These have to be asked.
    Wanted(Vec<Key>),
    /// A question was not answered; the reason in English.
    Failed(String),
}

/// A record on the way up.
struct Met<'a> {
    name: &'a str,
    text: Vec<u8>,
    /// `psd=`: the name is an ending under which others register names, or is none.
    ending: Option<bool>,
}

/// The names that are asked, longest first.
fn names(host: &str) -> Vec<&str> {
    let starts: Vec<usize> =
        std::iter::once(0).chain(host.match_indices('.').map(|(at, _)| at + 1)).filter(|at| *at < host.len()).collect();
    let mut names = Vec::new();
    let mut left = starts.len();
    while left > 0 {
        names.extend(starts.get(starts.len() - left).and_then(|at| host.get(*at..)));
        left = if left >= LONG { LONG - 1 } else { left - 1 };
    }
    names
}

/// Walks up from a host that has no record of its own. `exists` as for [`read`].
pub(super) fn walk(facts: &FactSet, host: &str, exists: Option<bool>) -> Walked {
    let names = names(host);
    // A name of one label has nobody above it.
    if names.len() < 2 {
        return Walked::Done(None);
    }
    let (mut met, mut wanted, mut failed): (Vec<Met<'_>>, Vec<Key>, Option<String>) = (Vec::new(), Vec::new(), None);
    for name in names {
        match known::texts(facts, &format!("_dmarc.{name}")) {
            Known::Wanted(key) => wanted.push(key),
            Known::Failed(why) => failed = failed.or(Some(why)),
            Known::Nothing => {}
            Known::Value(texts) => {
                let Some(one) = record(texts, name) else { continue };
                let ends = one.ending.is_some();
                met.push(one);
                if ends {
                    break;
                }
            }
        }
    }
    match (wanted.is_empty(), failed) {
        (false, _) => Walked::Wanted(wanted),
        (true, Some(why)) => Walked::Failed(why),
        (true, None) => Walked::Done(policy(&met, host, exists)),
    }
}

/// The one record at a name; several are as good as none.
fn record(texts: Vec<Vec<u8>>, name: &str) -> Option<Met<'_>> {
    let mut own = texts.into_iter().filter(|text| {
        let tags = Tags::read(text);
        tags.first() == b"v" && tags.get("v") == Some(b"DMARC1")
    });
    let (text, None) = (own.next()?, own.next()) else { return None };
    let ending = match Tags::read(&text).get("psd") {
        Some(b"y" | b"Y") => Some(true),
        Some(b"n" | b"N") => Some(false),
        _ => None,
    };
    Some(Met { name, text, ending })
}

/// The record of the organization; where it has none, that of the ending above it (section 4.10.1).
fn policy(met: &[Met<'_>], host: &str, exists: Option<bool>) -> Option<PolicyRecord> {
    let own = organization(met, host);
    let chosen = met.iter().find(|one| Some(one.name) == own).or_else(|| met.last())?;
    read(&chosen.text, chosen.name, chosen.name != host, exists)
}

/// The domain of the organization (section 4.10.2).
fn organization<'a>(met: &[Met<'a>], host: &'a str) -> Option<&'a str> {
    for one in met {
        match one.ending {
            Some(false) => return Some(one.name),
            Some(true) if one.name != host => {
                let labels = one.name.split('.').count() + 1;
                return std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, above)| above))
                    .find(|name| name.split('.').count() == labels);
            }
            _ => {}
        }
    }
    met.last().map(|one| one.name)
}

/// Does a name exist? It does not where it has neither addresses nor mail exchangers (section 3.2.12); `None` where
/// nobody asked.
pub(super) fn exists(facts: &FactSet, host: &str) -> Option<bool> {
    let name = known::spelled(host);
    let states = [Key::Addresses(name.clone()), Key::MailExchangers(name)];
    let states = states.each_ref().map(|key| facts.state(key));
    let there = |state: &State| matches!(state, State::Value(Answer::Addresses(_) | Answer::MailExchangers(_)));
    if states.iter().any(|state| there(state)) {
        return Some(true);
    }
    states.iter().all(|state| **state == State::Absent).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts;
    use super::*;
    use crate::proof::dmarc::Policy;

    fn walked(host: &str, records: &[(&str, &str)]) -> Walked {
        walk(&facts(records), host, None)
    }

    #[test]
    fn a_walk_asks_each_name_on_the_way_and_never_more_than_eight() {
        for (host, expected) in [
            ("shop.example", &["shop.example", "example"][..]),
            ("a.b.shop.example", &["a.b.shop.example", "b.shop.example", "shop.example", "example"]),
            ("example", &["example"]),
            ("", &[]),
        ] {
            assert_eq!(names(host), expected, "{host}");
        }
        let long = names("a.b.c.d.e.f.g.h.i.j.mail.shop.example");
        assert_eq!((long.len(), long[1], long[7]), (8, "g.h.i.j.mail.shop.example", "example"));
        let endless = "a.".repeat(120) + "example";
        assert_eq!(names(&endless).len(), 8);
        let Walked::Wanted(keys) = walked("a.shop.example", &[("a.shop.example", "")]) else { panic!() };
        let texts = |name: &str| Key::Texts(format!("_dmarc.{name}"));
        assert_eq!(keys, [texts("shop.example"), texts("example")]);
    }

    #[test]
    fn the_policy_is_that_of_the_organization_or_of_the_ending_above_it() {
        const NONE: (&str, &str) = ("a.b.shop.example", "");
        for (records, at, policy) in [
            // Fewest labels.
            (
                &[
                    NONE,
                    ("b.shop.example", "v=DMARC1; p=none"),
                    ("shop.example", "v=DMARC1; p=reject; sp=quarantine"),
                    ("example", ""),
                ][..],
                "shop.example",
                Policy::Quarantine,
            ),
            // psd=n: this is it, and nobody above is asked.
            (&[NONE, ("b.shop.example", "v=DMARC1; p=reject; psd=n")], "b.shop.example", Policy::Reject),
            // psd=y: the organization is one below.
            (
                &[
                    NONE,
                    ("b.shop.example", "v=DMARC1; p=none"),
                    ("shop.example", "v=DMARC1; p=reject"),
                    ("example", "v=DMARC1; psd=y; p=none"),
                ],
                "shop.example",
                Policy::Reject,
            ),
            // The organization says nothing: the ending speaks.
            (
                &[
                    NONE,
                    ("b.shop.example", ""),
                    ("shop.example", ""),
                    ("example", "v=DMARC1; p=none; sp=reject; psd=y"),
                ],
                "example",
                Policy::Reject,
            ),
            (
                &[
                    NONE,
                    ("b.shop.example", "v=DMARC1; p=none"),
                    ("shop.example", ""),
                    ("example", "v=DMARC1; p=reject; psd=y"),
                ],
                "example",
                Policy::Reject,
            ),
            // Two records are none.
            (
                &[
                    NONE,
                    ("b.shop.example", "v=DMARC1; p=none|v=DMARC1; p=reject"),
                    ("shop.example", "v=DMARC1; p=quarantine"),
                    ("example", ""),
                ],
                "shop.example",
                Policy::Quarantine,
            ),
        ] {
            let Walked::Done(Some(record)) = walked("a.b.shop.example", records) else { panic!("{records:?}") };
            assert_eq!((record.at.as_str(), record.policy), (at, policy), "{records:?}");
        }
        for records in [
            &[NONE, ("b.shop.example", ""), ("shop.example", ""), ("example", "")][..],
            &[NONE, ("b.shop.example", ""), ("shop.example", "v=spf1 -all"), ("example", "")],
            &[NONE, ("b.shop.example", ""), ("shop.example", "v=DMARC1; p=moo"), ("example", "")],
        ] {
            assert_eq!(walked("a.b.shop.example", records), Walked::Done(None), "{records:?}");
        }
        let broken = [NONE, ("b.shop.example", "!"), ("shop.example", ""), ("example", "")];
        assert!(matches!(walked("a.b.shop.example", &broken), Walked::Failed(_)));
    }
}
