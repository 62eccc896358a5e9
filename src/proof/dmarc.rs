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
use super::known::Known;
use super::spf::{Spf, SpfResult};

mod policy;
mod walk;

pub use policy::{ByList, Method, Policy, PolicyRecord, walk_keys};

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
    let record = match policy::discover(facts, from) {
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

    pub(super) fn check_from(from: &str, facts: &FactSet, spf: Option<&Spf>, dkim: &[Dkim]) -> Dmarc {
        check(facts, &Domain::of(from), spf, dkim)
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
