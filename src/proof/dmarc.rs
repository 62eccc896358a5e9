//! DMARC recomputed (RFC 9989, and RFC 7489 before it): does what SPF or DKIM proved belong to From, and what does the
//! domain ask for where not?
//!
//! The policy is looked for at the domain itself, then above it in both ways that receivers have: at the registrable domain
//! by the public suffix list (RFC 7489), and by a walk up the tree (RFC 9989). Which way found it is told; where both are
//! known and differ, the walk counts, as the newer standard, and what the list says is told beside it. Whether two domains
//! are of one organization is judged by the list. A mail whose keys are gone has not failed: nobody can tell any more.

use crate::evidence::Domain;
use crate::facts::{FactSet, Key};

use super::dkim::{Dkim, DkimResult};
use super::known::{self, Known};
use super::spf::{Spf, SpfResult};
use super::tags::Tags;

mod walk;

use walk::Walked;

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

/// What proved the From domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// SPF, of this domain.
    Spf(String),
    /// A signature of this domain.
    Dkim(String),
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DmarcResult {
    /// The domain publishes no policy.
    None,
    /// SPF or DKIM passed for the From domain.
    Pass,
    /// Neither did.
    Fail,
    /// A signature of the domain is there whose key is gone: nobody can tell any more.
    Undecided,
    /// A question was not answered; the reason in English.
    Unanswered(String),
}

/// A check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dmarc {
    /// The From domain.
    pub domain: String,
    /// Its policy, where it has one that is known.
    pub record: Option<PolicyRecord>,
    /// How that was found.
    pub method: Option<Method>,
    /// What the public suffix list leads to, where the walk found another one.
    pub by_list: ByList,
    /// `None` while something is still wanted.
    pub result: Option<DmarcResult>,
    /// What proved the domain, whether it has a policy or not.
    pub by: Option<By>,
    /// What has to be asked for the policy.
    pub wants: Vec<Key>,
}

/// Checks the From domain against what was proved.
#[must_use]
pub fn check(facts: &FactSet, from: &Domain, spf: Option<&Spf>, dkim: &[Dkim]) -> Dmarc {
    let mut out = Dmarc {
        domain: from.host.clone(),
        record: None,
        method: None,
        by_list: ByList::Same,
        result: None,
        by: None,
        wants: Vec::new(),
    };
    let record = match discover(facts, from) {
        Known::Value(found) => {
            (out.method, out.by_list) = (Some(found.method), found.by_list);
            Some(found.record)
        }
        Known::Nothing => None,
        Known::Failed(why) => {
            out.result = Some(DmarcResult::Unanswered(why));
            None
        }
        Known::Wanted(key) => {
            out.wants.push(key);
            None
        }
    };
    let aligned = |domain: &str, strict: bool| {
        let other = Domain::of(domain);
        if strict { other.host == from.host } else { other.same_organization(from) }
    };
    let (strict_dkim, strict_spf) =
        record.as_ref().map_or((false, false), |record| (record.strict_dkim, record.strict_spf));
    let signatures = || dkim.iter().filter(|one| aligned(&one.domain, strict_dkim));
    let path = spf.filter(|spf| aligned(&spf.domain, strict_spf));
    out.by = signatures()
        .find(|one| one.result == Some(DkimResult::Pass))
        .map(|one| By::Dkim(one.domain.clone()))
        .or_else(|| path.filter(|spf| spf.result == Some(SpfResult::Pass)).map(|spf| By::Spf(spf.domain.clone())));
    if !out.wants.is_empty() || out.result.is_some() {
        return out;
    }
    out.result = if record.is_none() {
        Some(DmarcResult::None)
    } else if out.by.is_some() {
        Some(DmarcResult::Pass)
    } else if signatures().any(|one| one.result.is_none()) || path.is_some_and(|spf| spf.result.is_none()) {
        None
    } else {
        Some(failed(signatures(), path))
    };
    out.record = record;
    out
}

/// Nothing passed: is that a failure, or does nobody know?
fn failed<'a>(signatures: impl Iterator<Item = &'a Dkim> + Clone, path: Option<&Spf>) -> DmarcResult {
    let unanswered = signatures.clone().find_map(|one| match &one.result {
        Some(DkimResult::Unanswered(why)) => Some(why.clone()),
        _ => None,
    });
    if let Some(why) = unanswered {
        return DmarcResult::Unanswered(why);
    }
    let mut signatures = signatures;
    if signatures.any(|one| one.result.as_ref().is_some_and(|result| !result.is_broken())) {
        return DmarcResult::Undecided;
    }
    match path.map(|spf| (spf.result, &spf.problem)) {
        Some((Some(SpfResult::TempError), Some(super::spf::SpfProblem::Unanswered(_, why)))) => {
            DmarcResult::Unanswered(why.clone())
        }
        _ => DmarcResult::Fail,
    }
}

/// A policy, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    record: PolicyRecord,
    method: Method,
    by_list: ByList,
}

/// The policy for a domain (RFC 7489 section 6.6.3, RFC 9989 section 4.10.1).
fn discover(facts: &FactSet, from: &Domain) -> Known<Found> {
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
fn read(text: &[u8], host: &str, above: bool, exists: Option<bool>) -> Option<PolicyRecord> {
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
    use super::*;
    use crate::facts::phrases::reason;
    use crate::facts::{Answer, Fact, State};

    /// Records by name: empty for none, `!` for no answer, several with `|`.
    pub(super) fn facts(records: &[(&str, &str)]) -> FactSet {
        let mut facts = FactSet::default();
        for (name, text) in records {
            let state = match *text {
                "" => State::Absent,
                "!" => State::Failed(reason::TIMEOUT.en.into()),
                text => State::Value(Answer::Texts(text.split('|').map(ToOwned::to_owned).collect())),
            };
            facts.put(Key::Texts(format!("_dmarc.{name}")), Fact { state, ..Fact::default() });
        }
        facts
    }

    fn signed(domain: &str, result: Option<DkimResult>) -> Dkim {
        Dkim { domain: domain.into(), result, ..Dkim::nothing() }
    }

    fn path(domain: &str, result: SpfResult) -> Spf {
        let empty = FactSet::default();
        let mut spf = super::super::spf::check(&empty, "192.0.2.7".parse().unwrap(), "", domain);
        spf.result = Some(result);
        spf
    }

    fn check_from(from: &str, facts: &FactSet, spf: Option<&Spf>, dkim: &[Dkim]) -> Dmarc {
        check(facts, &Domain::of(from), spf, dkim)
    }

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

    #[test]
    fn a_pass_counts_where_it_is_froms_own() {
        let relaxed = facts(&[("shop.example", "v=DMARC1; p=reject")]);
        let strict = facts(&[("shop.example", "v=DMARC1; p=reject; adkim=s; aspf=s")]);
        let pass = || Some(DkimResult::Pass);
        for (facts, spf, dkim, by) in [
            (
                &relaxed,
                Some(path("mail.shop.example", SpfResult::Pass)),
                vec![],
                Some(By::Spf("mail.shop.example".into())),
            ),
            (&relaxed, None, vec![signed("m.shop.example", pass())], Some(By::Dkim("m.shop.example".into()))),
            (&strict, Some(path("mail.shop.example", SpfResult::Pass)), vec![signed("m.shop.example", pass())], None),
            (&strict, None, vec![signed("shop.example", pass())], Some(By::Dkim("shop.example".into()))),
            (&relaxed, Some(path("other.example", SpfResult::Pass)), vec![signed("other.example", pass())], None),
            (&relaxed, Some(path("shop.example", SpfResult::SoftFail)), vec![], None),
            (&relaxed, None, vec![signed("shop.example", Some(DkimResult::KeyWeak(512)))], None),
        ] {
            let dmarc = check_from("shop.example", facts, spf.as_ref(), &dkim);
            assert_eq!(dmarc.by, by);
            assert_eq!(dmarc.result == Some(DmarcResult::Pass), by.is_some());
        }
    }

    #[test]
    fn a_key_that_is_gone_is_no_failure() {
        let facts = facts(&[("shop.example", "v=DMARC1; p=reject")]);
        let fails = path("shop.example", SpfResult::Fail);
        for (result, expected) in [
            (Some(DkimResult::KeyGone), Some(DmarcResult::Undecided)),
            (Some(DkimResult::Unanswered("x".into())), Some(DmarcResult::Unanswered("x".into()))),
            (Some(DkimResult::BodyChanged), Some(DmarcResult::Fail)),
            (Some(DkimResult::Wrong), Some(DmarcResult::Fail)),
            (None, None),
        ] {
            let dmarc = check_from("shop.example", &facts, Some(&fails), &[signed("shop.example", result)]);
            assert_eq!(dmarc.result, expected);
        }
        assert_eq!(check_from("shop.example", &facts, None, &[]).result, Some(DmarcResult::Fail));
    }
}
