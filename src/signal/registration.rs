//! What registries say of the domains that links lead to, held against the time of the mail: names registered for it,
//! names that were taken away since. A part of the family of links; `registration_sender` has the sender's.
//!
//! That a registrant is not published says nothing: most registries publish none. A young name of a known brand says
//! nothing either. These rules are in no fit, as no collection has recorded registrations: their weights are set by hand,
//! carefully, and the family's cap holds for all of them together. A mail without such answers costs one look.

use std::collections::HashSet;

use super::clocks::duration;
use super::{Family, Hit, Kind, Rule, Seen, brand, gate};
use crate::evidence::{Domain, mail_service};
use crate::facts::registration::Registration;
use crate::facts::{Answer, Fact, FactSet, State};
use crate::message::Span;
use crate::text::Words;

const DAY: i64 = 86_400;
/// A name registered so shortly before a mail was registered for it, as experience has it.
const NEW: i64 = 14 * DAY;
/// A name that few know yet.
const YOUNG: i64 = 60 * DAY;
/// A change so shortly before a mail may have been made for it.
const CHANGED: i64 = 5 * DAY;
/// The clocks of registries and of servers, and mails that wait.
const LATER: i64 = DAY;

/// Words of status of a name that its registrar or registry took out of the DNS, without blanks and in lower case
/// (RFC 5731 section 2.3, RFC 3915, JPRS).
const HELD: &[&str] = &["clienthold", "serverhold", "redemptionperiod", "pendingdelete", "suspended", "tobesuspended"];

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "link-domain-new",
        family: Family::Links,
        title: Words::new("Link to a domain registered days before", "登録されたばかりのドメインへのリンク"),
        reason: Words::new(
            "A link leads to {0}, which was registered on {1}, {2} before the mail: names for such mails are bought shortly before.",
            "リンク先の {0} は {1} に登録されています（メールの {2} 前）。この種のメールでは直前に取得した名前が使われます。",
        ),
        innocent: Words::new(
            "A new company, event or campaign under a name of its own.",
            "新しい会社や催し、キャンペーンのために取得した名前の場合です。",
        ),
        weight: 1.8,
        kind: Kind::Correlated,
        references: &["SpamAssassin FROM_FMBLA_NEWDOM (7, 14, 28 days)", "Hao et al., PREDATOR, CCS 2016"],
        check: |evidence, facts| aged(evidence, facts, 0..NEW),
    },
    Rule {
        id: "link-domain-young",
        family: Family::Links,
        title: Words::new("Link to a young domain", "登録から間もないドメインへのリンク"),
        reason: Words::new(
            "A link leads to {0}, which was registered on {1}, {2} before the mail.",
            "リンク先の {0} は {1} に登録されたばかりです（メールの {2} 前）。",
        ),
        innocent: Words::new(
            "Every site was young once: a new company or event.",
            "どのサイトにも始まりがあります。新しい会社や催しの場合です。",
        ),
        weight: 0.6,
        kind: Kind::Heuristic,
        references: &["Sublime rules on domains younger than 30 days (idea)"],
        check: |evidence, facts| aged(evidence, facts, NEW..YOUNG),
    },
    Rule {
        id: "link-domain-changed",
        family: Family::Links,
        title: Words::new("Link to a domain changed days before", "登録内容が変わったばかりのドメインへのリンク"),
        reason: Words::new(
            "A link leads to {0}, whose registration was changed on {1}, {2} before the mail: it may have a new owner or new name servers.",
            "リンク先の {0} は {1} に登録内容が変更されています（メールの {2} 前）。所有者やネームサーバーが替わった可能性があります。",
        ),
        innocent: Words::new(
            "Registrations are renewed every year, and some renewals fall on the days before a mail.",
            "登録は毎年更新されるため、たまたま重なることもあります。",
        ),
        weight: 0.3,
        kind: Kind::Heuristic,
        references: &["Lever et al., Domain-Z: 28 registrations later, IEEE S&P 2016"],
        check: |evidence, facts| changed(evidence, facts),
    },
    Rule {
        id: "link-domain-later",
        family: Family::Links,
        title: Words::new("Link's domain was registered after the mail", "メールより後に登録されたドメインへのリンク"),
        reason: Words::new(
            "The present registration of {0} began on {1}, {2} after the mail: the one that the link led to was given up or taken away since.",
            "{0} の現在の登録は {1} からです（メールの {2} 後）。リンクが指していた当時の登録は、手放されたか取り消されています。",
        ),
        innocent: Words::new(
            "In old mail, the name of a company that is no more and that somebody else took.",
            "古いメールで、なくなった会社の名前を別の人が取得した場合です。",
        ),
        weight: 0.5,
        kind: Kind::Correlated,
        references: &["Lever et al., Domain-Z: 28 registrations later, IEEE S&P 2016"],
        check: |evidence, facts| later(evidence, facts),
    },
    Rule {
        id: "link-domain-held",
        family: Family::Links,
        title: Words::new("Link's domain was taken out of the DNS", "停止されたドメインへのリンク"),
        reason: Words::new(
            "A link leads to {0}, whose registration stands at “{1}”: its registrar or registry took it out of the DNS, as is done after complaints.",
            "リンク先の {0} は登録状態が「{1}」です。苦情などを受けて、登録業者またはレジストリが名前解決を停止しています。",
        ),
        innocent: Words::new(
            "An owner who did not pay or did not confirm his address.",
            "料金の未払いや、登録者の連絡先確認が済んでいない場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["RFC 5731 section 2.3", "RFC 3915", "ICANN: EPP status codes"],
        check: held,
    },
    Rule {
        id: "link-domain-expired",
        family: Family::Links,
        title: Words::new("Link's domain has expired", "有効期限の切れたドメインへのリンク"),
        reason: Words::new(
            "A link leads to {0}, whose registration ended on {1} and was not renewed.",
            "リンク先の {0} は {1} に有効期限が切れ、更新されていません。",
        ),
        innocent: Words::new("An owner who forgot, or an old mail.", "更新忘れや、古いメールの場合です。"),
        weight: 0.3,
        kind: Kind::Direct,
        references: &["RFC 9083 section 4.5"],
        check: |evidence, facts| expired(evidence, facts),
    },
    Rule {
        id: "link-domain-gone",
        family: Family::Links,
        title: Words::new("Link to a domain that nobody owns", "登録のないドメインへのリンク"),
        reason: Words::new(
            "A link leads to {0}, and the registry has no such domain: it was never registered, or it was taken away.",
            "リンク先の {0} は登録されていません。もともと存在しないか、登録が取り消されています。",
        ),
        innocent: Words::new(
            "An old mail of a company that gave its name up, or a slip of the pen.",
            "名前を手放した会社の古いメールや、書き間違いの場合です。",
        ),
        weight: 1.0,
        kind: Kind::Direct,
        references: &["RFC 7480 section 5.3"],
        check: |evidence, facts| gone(evidence, facts),
    },
];

/// A domain whose registration tells something, and where it stands in the mail.
pub(super) struct Named<'a> {
    pub(super) domain: &'a str,
    pub(super) span: Span,
}

/// A registry tells nothing that counts of a domain of big names, of services that everybody uses, and of a customer's
/// name below a shared one.
pub(super) fn tells(domain: &Domain) -> Option<&str> {
    let known = brand::owner(domain).is_some() || mail_service(domain).is_some() || gate::everyday(domain);
    domain.registrable.as_deref().filter(|_| !domain.private_suffix && !known)
}

/// When the mail was delivered, by the clock of the recipient's own side; else what it says itself.
pub(super) fn sent(evidence: &Seen<'_>) -> Option<i64> {
    evidence.boundary_hop().and_then(|hop| hop.time).or(evidence.date)
}

/// The domains that links lead to and of which registries tell something; the recipients' own are not asked about.
pub(super) fn of_links<'e>(evidence: &Seen<'e>) -> Vec<Named<'e>> {
    let mut seen = HashSet::new();
    gate::hosts(evidence)
        .filter(|(_, url)| !gate::of_recipient(evidence, &url.domain))
        .filter_map(|(link, url)| Some(Named { domain: tells(&url.domain)?, span: link.span }))
        .filter(|named| seen.insert(named.domain))
        .collect()
}

/// The same, where a registry was asked about anything.
fn links<'e>(evidence: &Seen<'e>, facts: &FactSet) -> Vec<Named<'e>> {
    if facts.owners().next().is_some() { of_links(evidence) } else { Vec::new() }
}

/// Those of them that are registered, with what the registry says.
fn registered<'e, 'f>(
    named: Vec<Named<'e>>,
    facts: &'f FactSet,
) -> impl Iterator<Item = (Named<'e>, &'f Registration)> {
    named.into_iter().filter_map(|named| facts.registration(named.domain).map(|own| (named, own)))
}

/// The day of a moment: `2026-11-18`.
fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| format!("@{seconds}"), |time| time.strftime("%Y-%m-%d").to_string())
}

fn hit(named: &Named<'_>, when: i64, apart: i64) -> Hit {
    Hit::new([named.domain, &day(when), &duration(apart)], vec![named.span])
}

/// The youngest of the domains whose age at the time of the mail lies in a range of seconds.
pub(super) fn of_age(
    domains: Vec<Named<'_>>,
    facts: &FactSet,
    sent: Option<i64>,
    ages: std::ops::Range<i64>,
) -> Option<Hit> {
    let sent = sent?;
    let youngest = registered(domains, facts)
        .filter_map(|(named, own)| Some((sent.checked_sub(own.created?)?, named)))
        // Registered in the hours after the mail was written is as good as before it.
        .map(|(age, named)| (if (-LATER..0).contains(&age) { 0 } else { age }, named))
        .filter(|(age, _)| ages.contains(age))
        .min_by_key(|(age, _)| *age)?;
    let (age, named) = youngest;
    Some(hit(&named, sent - age, age))
}

/// The first domain that was changed shortly before the mail and was no new one then.
pub(super) fn of_change(domains: Vec<Named<'_>>, facts: &FactSet, sent: Option<i64>) -> Option<Hit> {
    let sent = sent?;
    registered(domains, facts).find_map(|(named, own)| {
        let apart = sent.checked_sub(own.changed?)?;
        let old = sent.checked_sub(own.created?)? >= YOUNG;
        (old && (0..CHANGED).contains(&apart)).then(|| hit(&named, sent - apart, apart))
    })
}

/// The first domain whose present registration began after the mail.
pub(super) fn of_later(domains: Vec<Named<'_>>, facts: &FactSet, sent: Option<i64>) -> Option<Hit> {
    let sent = sent?;
    registered(domains, facts).find_map(|(named, own)| {
        let created = own.created?;
        let apart = created.checked_sub(sent)?;
        (apart > LATER).then(|| hit(&named, created, apart))
    })
}

/// The first domain that is held, with the word for it.
pub(super) fn of_hold(domains: Vec<Named<'_>>, facts: &FactSet) -> Option<Hit> {
    registered(domains, facts).find_map(|(named, own)| {
        let word = own.status.iter().find(|word| is_held(word))?;
        Some(Hit::new([named.domain, word], vec![named.span]))
    })
}

/// The word says that the name is not in the DNS.
pub(super) fn is_held(word: &str) -> bool {
    let word = word.split('(').next().unwrap_or_default();
    let plain: String =
        word.chars().filter(char::is_ascii_alphabetic).take(40).collect::<String>().to_ascii_lowercase();
    HELD.contains(&plain.as_str())
}

/// The first domain that nobody has registered.
pub(super) fn of_nobody(domains: Vec<Named<'_>>, facts: &FactSet) -> Option<Hit> {
    let absent = |domain: &str| facts.owners().any(|(name, fact)| name == domain && fact.state == State::Absent);
    let named = domains.into_iter().find(|named| absent(named.domain))?;
    Some(Hit::new([named.domain], vec![named.span]))
}

fn aged(evidence: &Seen<'_>, facts: &FactSet, ages: std::ops::Range<i64>) -> Option<Hit> {
    of_age(links(evidence, facts), facts, sent(evidence), ages)
}

fn changed(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    of_change(links(evidence, facts), facts, sent(evidence))
}

fn later(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    of_later(links(evidence, facts), facts, sent(evidence))
}

fn held(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    of_hold(links(evidence, facts), facts)
}

fn gone(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    of_nobody(links(evidence, facts), facts)
}

fn expired(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let ended = |fact: &Fact| match &fact.state {
        // By the time at which the registry said so: a rule has no clock.
        State::Value(Answer::Registration(own)) => {
            own.expires.zip(fact.at).filter(|(end, at)| end.saturating_add(DAY) < *at).map(|(end, _)| end)
        }
        _ => None,
    };
    links(evidence, facts).into_iter().find_map(|named| {
        let (_, fact) = facts.owners().find(|(name, _)| *name == named.domain)?;
        ended(fact).map(|end| Hit::new([named.domain, &day(end)], vec![named.span]))
    })
}
