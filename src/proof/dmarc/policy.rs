//! The policy of a domain: where it is looked for, by the public suffix list (RFC 7489) and by a walk up the tree (RFC 9989),
//! and how its record is read. Whether a mail meets it is none of its business, and it never asks: what is missing is told.

use super::walk::{self, Walked};
use crate::evidence::Domain;
use crate::facts::{FactSet, Key};
use crate::proof::known::{self, Known};
use crate::proof::tags::Tags;

/// What a domain asks receivers to do with mail that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// Nothing.
    None,
    /// To doubt it.
    Quarantine,
    /// To refuse it.
    Reject,
}

impl Policy {
    /// As the record writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::None, Self::Quarantine, Self::Reject].into_iter().find(|one| word.eq_ignore_ascii_case(one.word()))
    }
}

/// How a policy was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// It stands at the From domain itself.
    Own,
    /// At the registrable domain by the public suffix list; the walk is not known, or finds none.
    List,
    /// By a walk up the tree, and not by the list.
    Walk,
    /// By both, at the same domain.
    Both,
}

/// What the public suffix list leads to beside the policy that counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ByList {
    /// The same, or nobody walked.
    #[default]
    Same,
    /// No policy.
    Nothing,
    /// Another one.
    Other(PolicyRecord),
}

/// A policy record (RFC 9989 section 4.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRecord {
    /// The domain at which it was found, without `_dmarc.`.
    pub at: String,
    /// What it asks for the From domain: `p=`, or where it stands at a domain above `sp=`, or `np=` for one that does not
    /// exist.
    pub policy: Policy,
    /// `t=y`: its owner only tests it, and expects the next weaker policy.
    pub testing: bool,
    /// `adkim=s`: a signature counts for the very same domain only.
    pub strict_dkim: bool,
    /// `aspf=s`: the same of SPF.
    pub strict_spf: bool,
    /// `pct=`: the share of failing mail for which it asks that.
    pub percent: u8,
}

/// A policy, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) record: PolicyRecord,
    pub(super) method: Method,
    pub(super) by_list: ByList,
}

/// The policy for a domain (RFC 7489 section 6.6.3, RFC 9989 section 4.10.1).
pub(super) fn discover(facts: &FactSet, from: &Domain) -> Known<Found> {
    let found = |record, method| Known::Value(Found { record, method, by_list: ByList::Same });
    match at(facts, &from.host, false, None) {
        Known::Nothing => {}
        Known::Value(record) => return found(record, Method::Own),
        Known::Failed(why) => return Known::Failed(why),
        Known::Wanted(key) => return Known::Wanted(key),
    }
    let exists = walk::exists(facts, &from.host);
    let above = from.organization();
    let listed = if above == from.host { Known::Nothing } else { at(facts, above, true, exists) };
    let listed = match listed {
        Known::Value(record) => Some(record),
        Known::Nothing => None,
        Known::Failed(why) => return Known::Failed(why),
        Known::Wanted(key) => return Known::Wanted(key),
    };
    // A walk that is not done, as nobody asked or somebody did not answer, takes nothing away from what the list found.
    let walked = match walk::walk(facts, &from.host, exists) {
        Walked::Done(record) => record,
        Walked::Wanted(_) | Walked::Failed(_) => None,
    };
    match (walked, listed) {
        (None, None) => Known::Nothing,
        (None, Some(listed)) => found(listed, Method::List),
        (Some(walked), Some(listed)) if walked == listed => found(walked, Method::Both),
        (Some(record), listed) => {
            let by_list = listed.map_or(ByList::Nothing, ByList::Other);
            Known::Value(Found { record, method: Method::Walk, by_list })
        }
    }
}

/// What a walk up the tree still has to ask; nothing where the domain has a policy of its own, or where that is not known
/// yet.
#[must_use]
pub fn walk_keys(facts: &FactSet, from: &Domain) -> Vec<Key> {
    if at(facts, &from.host, false, None) != Known::Nothing {
        return Vec::new();
    }
    match walk::walk(facts, &from.host, None) {
        Walked::Wanted(keys) => keys,
        Walked::Done(_) | Walked::Failed(_) => Vec::new(),
    }
}

fn at(facts: &FactSet, host: &str, above: bool, exists: Option<bool>) -> Known<PolicyRecord> {
    let texts = match known::texts(facts, &format!("_dmarc.{host}")) {
        Known::Value(texts) => texts,
        Known::Nothing => return Known::Nothing,
        Known::Failed(why) => return Known::Failed(why),
        Known::Wanted(key) => return Known::Wanted(key),
    };
    let mut records = texts.iter().filter_map(|text| read(text, host, above, exists));
    match (records.next(), records.next()) {
        (Some(record), None) => Known::Value(record),
        // None, or several: as if there were none.
        _ => Known::Nothing,
    }
}

/// Reads a record. `above`: it stands at a domain above From; `exists`: whether From does, where that is known.
pub(super) fn read(text: &[u8], host: &str, above: bool, exists: Option<bool>) -> Option<PolicyRecord> {
    let tags = Tags::read(text);
    if tags.first() != b"v" || tags.get("v") != Some(b"DMARC1") {
        return None;
    }
    let policy = |name: &str| tags.tight(name).map(|word| Policy::of(&word));
    let own = match policy("p") {
        Some(Some(policy)) => policy,
        // A record that at least asks for reports is one that asks for nothing else.
        _ if tags.get("rua").is_some() => Policy::None,
        _ => return None,
    };
    let below = || policy("sp").flatten().unwrap_or(own);
    let policy = match (above, exists) {
        (false, _) => own,
        (true, Some(false)) => policy("np").flatten().unwrap_or_else(below),
        (true, _) => below(),
    };
    let strict = |name: &str| tags.get(name).is_some_and(|value| value.eq_ignore_ascii_case(b"s"));
    let percent = tags.number("pct").and_then(Result::ok).map_or(100, |percent| percent.min(100) as u8);
    Some(PolicyRecord {
        at: host.to_owned(),
        policy,
        testing: tags.get("t").is_some_and(|value| value.eq_ignore_ascii_case(b"y")),
        strict_dkim: strict("adkim"),
        strict_spf: strict("aspf"),
        percent,
    })
}

#[cfg(test)]
mod tests {
    use super::super::DmarcResult;
    use super::super::tests::{check_from, facts};
    use super::*;
    use crate::facts::{Answer, Fact, State};

    #[test]
    fn the_policy_is_found_at_the_domain_or_above_it() {
        for (from, records, at, policy) in [
            ("shop.example", &[("shop.example", "v=DMARC1; p=reject; sp=none")][..], "shop.example", Policy::Reject),
            (
                "a.b.shop.example",
                &[("a.b.shop.example", ""), ("shop.example", "v=DMARC1; p=reject")],
                "shop.example",
                Policy::Reject,
            ),
            (
                "a.shop.example",
                &[("a.shop.example", ""), ("shop.example", "v=DMARC1;p=reject;sp=quarantine")],
                "shop.example",
                Policy::Quarantine,
            ),
            (
                "a.shop.example",
                &[("a.shop.example", "v=DMARC1; p=none"), ("shop.example", "!")],
                "a.shop.example",
                Policy::None,
            ),
            (
                "shop.example",
                &[("shop.example", "other|v=DMARC1; p=QUARANTINE; pct=5; adkim=s")],
                "shop.example",
                Policy::Quarantine,
            ),
            (
                "shop.example",
                &[("shop.example", "v=DMARC1; p=\\027; rua=mailto:a@shop.example")],
                "shop.example",
                Policy::None,
            ),
        ] {
            let record = check_from(from, &facts(records), None, &[]).record.unwrap();
            assert_eq!((record.at.as_str(), record.policy), (at, policy), "{records:?}");
        }
        for records in [
            &[("shop.example", "")][..],
            &[("shop.example", "v=DMARC1; p=none|v=DMARC1; p=reject")],
            &[("shop.example", "p=reject; v=DMARC1")],
            &[("shop.example", "v=DMARC1")],
            &[("shop.example", "v=dmarc1; p=reject")],
            &[("shop.example", "v=DMARC1; p=moo")],
        ] {
            let dmarc = check_from("shop.example", &facts(records), None, &[]);
            assert_eq!((dmarc.record, dmarc.result), (None, Some(DmarcResult::None)), "{records:?}");
        }
    }

    #[test]
    fn how_a_policy_was_found_is_told_and_where_both_ways_differ_both_are() {
        let found = |from: &str, records: &[(&str, &str)]| {
            let dmarc = check_from(from, &facts(records), None, &[]);
            let by_list = match dmarc.by_list {
                ByList::Same => None,
                ByList::Nothing => Some("-".to_owned()),
                ByList::Other(record) => Some(record.at),
            };
            (dmarc.record.map(|record| record.at), dmarc.method, by_list)
        };
        let at = |name: &str| Some(name.to_owned());
        let reject = "v=DMARC1; p=reject";
        let own = ("a.shop.example", "");
        for (from, records, expected) in [
            ("shop.example", &[("shop.example", reject)][..], (at("shop.example"), Some(Method::Own), None)),
            // Nobody walked.
            ("a.shop.example", &[own, ("shop.example", reject)], (at("shop.example"), Some(Method::List), None)),
            (
                "a.shop.example",
                &[own, ("shop.example", reject), ("example", "")],
                (at("shop.example"), Some(Method::Both), None),
            ),
            // Below an ending of the list that publishes a policy of its own.
            (
                "x.blogspot.com",
                &[("x.blogspot.com", ""), ("blogspot.com", reject), ("com", "")],
                (at("blogspot.com"), Some(Method::Walk), at("-")),
            ),
            // A part of the organization that stands for itself.
            (
                "a.b.shop.example",
                &[("a.b.shop.example", ""), ("b.shop.example", "v=DMARC1; p=none; psd=n"), ("shop.example", reject)],
                (at("b.shop.example"), Some(Method::Walk), at("shop.example")),
            ),
            ("shop.example", &[("shop.example", ""), ("example", "")], (None, None, None)),
            // A walk that broke off takes nothing away.
            (
                "a.shop.example",
                &[own, ("shop.example", reject), ("example", "!")],
                (at("shop.example"), Some(Method::List), None),
            ),
        ] {
            assert_eq!(found(from, records), expected, "{records:?}");
        }
    }

    #[test]
    fn a_walk_is_asked_for_only_where_the_domain_has_no_policy_of_its_own() {
        let keys = |records: &[(&str, &str)]| walk_keys(&facts(records), &Domain::of("a.shop.example"));
        let texts = |name: &str| Key::Texts(format!("_dmarc.{name}"));
        assert_eq!(keys(&[]), []);
        assert_eq!(keys(&[("a.shop.example", "v=DMARC1; p=none")]), []);
        assert_eq!(keys(&[("a.shop.example", "!")]), []);
        assert_eq!(keys(&[("a.shop.example", "")]), [texts("shop.example"), texts("example")]);
        assert_eq!(keys(&[("a.shop.example", ""), ("shop.example", "v=DMARC1; p=none; psd=n")]), []);
        assert_eq!(keys(&[("a.shop.example", ""), ("shop.example", ""), ("example", "")]), []);
    }

    #[test]
    fn a_name_that_does_not_exist_has_a_policy_of_its_own_and_a_test_is_told() {
        let text = "v=DMARC1; p=none; sp=quarantine; np=reject; t=y";
        let mut known = facts(&[("a.shop.example", ""), ("shop.example", text)]);
        let policy = |facts: &FactSet| {
            let record = check_from("a.shop.example", facts, None, &[]).record.unwrap();
            (record.policy, record.testing)
        };
        assert_eq!(policy(&known), (Policy::Quarantine, true), "nobody knows");
        let mut put = |key: Key, state: State| known.put(key, Fact { state, ..Fact::default() });
        put(Key::Addresses("a.shop.example".into()), State::Absent);
        put(Key::MailExchangers("a.shop.example".into()), State::Absent);
        assert_eq!(policy(&known), (Policy::Reject, true));
        let address = State::Value(Answer::Addresses(vec!["192.0.2.1".parse().unwrap()]));
        known.put(Key::Addresses("a.shop.example".into()), Fact { state: address, ..Fact::default() });
        assert_eq!(policy(&known), (Policy::Quarantine, true));
        let own = facts(&[("a.shop.example", text)]);
        assert_eq!(policy(&own), (Policy::None, true));
    }

    #[test]
    fn what_is_wanted_is_asked_from_the_domain_upwards() {
        let wants = |records: &[(&str, &str)]| check_from("a.shop.example", &facts(records), None, &[]).wants;
        assert_eq!(wants(&[]), [Key::Texts("_dmarc.a.shop.example".into())]);
        assert_eq!(wants(&[("a.shop.example", "")]), [Key::Texts("_dmarc.shop.example".into())]);
        assert_eq!(wants(&[("a.shop.example", "!")]), []);
    }
}
