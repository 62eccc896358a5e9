//! SPF, DKIM and DMARC as recomputed by ourselves, where somebody asked: beside what is claimed, and instead of it where
//! nothing is.
//!
//! What records say today is not what they said when an old mail came: rules that rest on SPF or a policy keep silent where
//! the answers are much younger than the mail. A key that is gone is no fault. Where the recipient's side has written its
//! own finding, that one counts and not ours.

use super::authentication::passed_on;
use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{AuthResult, Domain};
use crate::facts::FactSet;
use crate::message::Span;
use crate::proof::dkim::{Dkim, DkimResult};
use crate::proof::dmarc::{By, DmarcResult, Policy};
use crate::proof::spf::{Spf, SpfResult};
use crate::text::Words;

/// The most days between a mail and an answer about SPF or a policy that still says something of that mail.
const DAYS: i64 = 60;
/// Unsigned bytes behind a signed body that a reader would notice.
const REST: u64 = 200;

const OLD: &str = "records of today may differ from those of the day on which the mail came";

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "proof-spf-fail",
        family: Family::Authentication,
        title: Words::new("SPF, recomputed: not allowed to send", "SPF 再検証：送信を許可されていない"),
        reason: Words::new(
            "{0} publishes which machines may send for it, and {1}, which delivered, is not among them ({2}).",
            "{0} が公開している送信元の一覧に、配送したサーバー {1} は含まれていません（{2}）。",
        ),
        innocent: Words::new(
            "The mail was forwarded, or the record was changed after it came.",
            "転送されたメールの場合や、届いた後に SPF レコードが変更された場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &["RFC 7208 section 8.4", OLD],
        check: spf_fail,
    },
    Rule {
        id: "proof-spf-softfail",
        family: Family::Authentication,
        title: Words::new("SPF, recomputed: probably not allowed", "SPF 再検証：おそらく許可されていない"),
        reason: Words::new(
            "{0} says of {1}, which delivered, that it is probably none of its machines ({2}).",
            "{0} は、配送したサーバー {1} をおそらく自分のものではないとしています（{2}）。",
        ),
        innocent: Words::new(
            "The mail was forwarded, or the domain does not know all of its own machines.",
            "転送されたメールの場合や、ドメインの管理者が送信元を把握しきれていない場合です。",
        ),
        weight: 0.4,
        kind: Kind::Correlated,
        references: &["RFC 7208 section 8.5", OLD],
        check: spf_softfail,
    },
    Rule {
        id: "proof-foreign-machine",
        family: Family::Authentication,
        title: Words::new("From's domain disowns the machine", "From のドメインが配送元を否定"),
        reason: Words::new(
            "The delivering machine {1} is none of those that {0}, the domain in From, lets send for it ({2}), and nothing else ties the mail to {0}.",
            "配送したサーバー {1} は、From のドメイン {0} が送信を許可するサーバーではなく（{2}）、ほかに {0} との結び付きもありません。",
        ),
        innocent: Words::new(
            "A service that sends in the domain's name without being entered there.",
            "ドメインの名で送る配信サービスが、SPF に登録されていない場合です。",
        ),
        weight: 0.7,
        kind: Kind::Correlated,
        references: &["RFC 7208 section 2.2", OLD],
        check: foreign_machine,
    },
    Rule {
        id: "proof-dkim-broken",
        family: Family::Authentication,
        title: Words::new("From's own signature does not hold", "From のドメインの署名が合わない"),
        reason: Words::new(
            "The mail carries a signature in the name of {0} that does not fit the mail (wrong: {1}).",
            "{0} の名による署名がありますが、メールの内容と合いません（不一致：{1}）。",
        ),
        innocent: Words::new(
            "A list, a forwarder or a virus scanner changed the mail after it was signed.",
            "署名後に、メーリングリストや転送、ウイルス検査がメールを書き換えた場合です。",
        ),
        weight: 0.4,
        kind: Kind::Direct,
        references: &["RFC 6376 section 6.1"],
        check: dkim_broken,
    },
    Rule {
        id: "proof-dkim-weak",
        family: Family::Authentication,
        title: Words::new("A signature that proves little", "証明力の弱い署名"),
        reason: Words::new(
            "The signature of {0} fits, but it is made with {1}: others could have made it.",
            "{0} の署名は合っていますが、{1} によるもので、第三者でも作れた可能性があります。",
        ),
        innocent: Words::new("An old system that was never renewed.", "古いまま更新されていないシステムの場合です。"),
        weight: 0.0,
        kind: Kind::Direct,
        references: &["RFC 8301 sections 3.1 and 3.2"],
        check: dkim_weak,
    },
    Rule {
        id: "proof-dkim-partial",
        family: Family::Authentication,
        title: Words::new("The proof covers a part only", "署名は一部にしか及ばない"),
        reason: Words::new(
            "The signature of {0} fits, but leaves out {1}: anyone could have added or changed that.",
            "{0} の署名は合っていますが、{1} には及びません。その部分は誰でも加えたり変えたりできます。",
        ),
        innocent: Words::new(
            "Some senders sign in part so that a list may add its footer.",
            "メーリングリストの末尾追加を見越して、一部だけに署名する送信者もいます。",
        ),
        weight: 0.3,
        kind: Kind::Direct,
        references: &["RFC 6376 section 8.2"],
        check: dkim_partial,
    },
    Rule {
        id: "proof-dmarc-fail",
        family: Family::Authentication,
        title: Words::new("DMARC, recomputed: failed", "DMARC 再検証：不合格"),
        reason: Words::new(
            "{0} asks receivers to {1} mail that neither SPF nor DKIM proves, and neither does for this one.",
            "{0} のポリシー（{1}）は、SPF でも DKIM でも証明されないメールの隔離や拒否を求めており、このメールはどちらでも証明されません。",
        ),
        innocent: Words::new(
            "A mailing list or a forwarder broke the proof, or the records were changed after the mail came.",
            "メーリングリストや転送で証明が壊れた場合や、届いた後にレコードが変更された場合です。",
        ),
        weight: 1.2,
        kind: Kind::Correlated,
        references: &["RFC 7489 section 6.6", OLD],
        check: dmarc_fail,
    },
    Rule {
        id: "proof-claim-contradicted",
        family: Family::Authentication,
        title: Words::new("A claimed pass does not hold", "「合格」の記載が再検証と食い違う"),
        reason: Words::new(
            "The header says in the recipient's name ({1}) that {0} passed; recomputed, it does not ({2}).",
            "受信側（{1}）の名で {0} は合格と書かれていますが、再検証では合格になりません（{2}）。",
        ),
        innocent: Words::new(
            "The mail was changed after the check, or the records were.",
            "検査の後に、メールやレコードが変更された場合です。",
        ),
        weight: 0.6,
        kind: Kind::Correlated,
        references: &["RFC 8601 section 7.1", OLD],
        check: contradicted,
    },
    Rule {
        id: "proof-aligned",
        family: Family::Authentication,
        title: Words::new("The sender's domain is proved, recomputed", "差出人ドメインを再検証で確認"),
        reason: Words::new(
            "Recomputed, {1} proves that the mail is from {0}. That says who sent it, not that the sender is honest.",
            "再検証の結果、{1} により {0} からの送信であることが確認されました。差出人の正体は分かりますが、善意の証明ではありません。",
        ),
        innocent: Words::new(
            "Fraudsters sign mail from domains of their own; hijacked accounts pass, too.",
            "詐欺師も自前のドメインで署名します。乗っ取られたアカウントも合格します。",
        ),
        weight: -0.7,
        kind: Kind::Direct,
        references: &["RFC 7489 section 3.1"],
        check: aligned,
    },
];

/// The answers are of about the time at which the mail came, or nobody knows.
fn fresh(evidence: &Seen<'_>) -> bool {
    evidence.proof().days.is_none_or(|days| days.abs() <= DAYS)
}

/// The recipient's side wrote a finding of its own about a method.
pub(super) fn told(evidence: &Seen<'_>, method: &str) -> bool {
    evidence.auth.iter().any(|claim| {
        claim.inside
            && claim.method == method
            && matches!(claim.result, AuthResult::Pass | AuthResult::Fail | AuthResult::SoftFail)
    })
}

/// Where the delivering machine stands in the header.
fn machine(evidence: &Seen<'_>) -> Vec<Span> {
    evidence.boundary_hop().map(|hop| vec![hop.span]).unwrap_or_default()
}

/// The term that decided, with the domain in whose record it stands where that is another one.
fn term(spf: &Spf) -> String {
    match spf.decisive().last() {
        Some(step) if step.domain != spf.domain => format!("{} @ {}", step.term, step.domain),
        Some(step) => step.term.clone(),
        None => spf.result.map_or("", SpfResult::word).to_owned(),
    }
}

/// The envelope's own domain does not want that machine.
fn envelope(evidence: &Seen<'_>, result: SpfResult) -> Option<Hit> {
    if passed_on(evidence) || gate::aligned(evidence) || !fresh(evidence) || told(evidence, "spf") {
        return None;
    }
    let spf = evidence.proof().spf.as_ref().filter(|spf| spf.result == Some(result))?;
    Some(Hit::new([&spf.domain, &spf.address.to_string(), &term(spf)], machine(evidence)))
}

fn spf_fail(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    envelope(evidence, SpfResult::Fail)
}

fn spf_softfail(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    envelope(evidence, SpfResult::SoftFail)
}

fn foreign_machine(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if passed_on(evidence) || gate::aligned(evidence) || gate::service(evidence) || !fresh(evidence) {
        return None;
    }
    // DMARC says the same with more words.
    if dmarc_fail(evidence, &FactSet::default()).is_some() || told(evidence, "dmarc") {
        return None;
    }
    let spf = evidence.proof().author.as_ref().filter(|spf| spf.result == Some(SpfResult::Fail))?;
    let mut spans = gate::from_span(evidence);
    spans.extend(machine(evidence));
    Some(Hit::new([&spf.domain, &spf.address.to_string(), &term(spf)], spans))
}

/// Signatures in the name of From's organization whose key was at hand.
fn own<'a>(evidence: &Seen<'a>) -> impl Iterator<Item = &'a Dkim> {
    let from = evidence.evidence().from_domain();
    evidence.proof().dkim.iter().filter(move |one| {
        one.header_holds.is_some() && from.is_some_and(|from| Domain::of(&one.domain).same_organization(from))
    })
}

fn dkim_broken(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if passed_on(evidence) || gate::aligned(evidence) {
        return None;
    }
    let broken = own(evidence).find(|one| matches!(one.result, Some(DkimResult::BodyChanged | DkimResult::Wrong)))?;
    Some(Hit::new([&broken.domain, broken_how(broken)], vec![broken.span]))
}

/// How a signature does not fit, in a word of RFC 6376.
fn broken_how(one: &Dkim) -> &'static str {
    match (&one.result, one.header_holds) {
        (Some(DkimResult::BodyChanged), Some(true)) => "body hash",
        (Some(DkimResult::BodyChanged), _) => "body hash, header",
        _ => "header",
    }
}

fn dkim_weak(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    own(evidence).find_map(|one| {
        let how = match &one.result {
            Some(DkimResult::KeyWeak(bits)) => format!("RSA {bits}"),
            Some(DkimResult::HashWeak) => "SHA-1".to_owned(),
            _ => return None,
        };
        Some(Hit::new([&one.domain, &how], vec![one.span]))
    })
}

fn dkim_partial(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let passes = || own(evidence).filter(|one| one.result == Some(DkimResult::Pass));
    // What one whole signature covers is covered.
    if gate::listed(evidence) || passes().any(|one| one.unsigned_bytes == 0 && !one.unsigned.contains(&"Subject")) {
        return None;
    }
    let one = passes().find(|one| one.unsigned_bytes > REST || one.unsigned.contains(&"Subject"))?;
    let part =
        if one.unsigned_bytes > REST { format!("{} bytes (l=)", one.unsigned_bytes) } else { "Subject".to_owned() };
    Some(Hit::new([&one.domain, &part], vec![one.span]))
}

fn dmarc_fail(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if passed_on(evidence) || gate::aligned(evidence) || !fresh(evidence) || told(evidence, "dmarc") {
        return None;
    }
    let dmarc = evidence.proof().dmarc.as_ref().filter(|dmarc| dmarc.result == Some(DmarcResult::Fail))?;
    let policy = dmarc.record.as_ref().map(|record| record.policy).filter(|policy| *policy > Policy::None)?;
    Some(Hit::new([dmarc.domain.as_str(), policy.word()], gate::from_span(evidence)))
}

fn contradicted(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || !fresh(evidence) {
        return None;
    }
    let proof = evidence.proof();
    evidence.auth.iter().filter(|claim| claim.inside && claim.result == AuthResult::Pass).find_map(|claim| {
        let domain = claim.domain.as_ref()?;
        let (what, how) = match claim.method.as_str() {
            "spf" => {
                let spf = proof.spf.as_ref().filter(|spf| spf.domain == domain.host)?;
                (spf.result == Some(SpfResult::Fail)).then(|| ("SPF", term(spf)))?
            }
            "dkim" => {
                let mut same = proof.dkim.iter().filter(|one| one.domain == domain.host && one.header_holds.is_some());
                let first = same.next()?;
                // A second signature of the same name may be the one that passed. A body that was changed since is usual.
                let wrong = |one: &Dkim| one.result == Some(DkimResult::Wrong);
                (wrong(first) && same.all(wrong)).then(|| ("DKIM", broken_how(first).to_owned()))?
            }
            _ => return None,
        };
        let server = if claim.server.is_empty() { "?" } else { claim.server.as_str() };
        Some(Hit::new([format!("{what} {}", domain.host).as_str(), server, &how], vec![claim.span]))
    })
}

fn aligned(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // Where the recipient's side says so, that rule speaks.
    if gate::aligned_claim(evidence).is_some() {
        return None;
    }
    let dmarc = evidence.proof().dmarc.as_ref()?;
    let by = match dmarc.by.as_ref()? {
        By::Dkim(domain) => format!("DKIM {domain}"),
        By::Spf(domain) => format!("SPF {domain}"),
    };
    Some(Hit::new([&dmarc.domain, &by], gate::from_span(evidence)))
}
