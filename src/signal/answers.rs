//! Where an answer would go: a Reply-To that is of another organization than From.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::Domain;
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "reply-to-free-mail",
        family: Family::Sender,
        title: Words::new("Answers go to a free mail account", "返信先がフリーメール"),
        reason: Words::new(
            "The mail is from {0}, but an answer would go to {1} at a free mail provider.",
            "差出人は {0} ですが、返信するとフリーメールの {1} に届きます。",
        ),
        innocent: Words::new(
            "A small business or club that sends through a service and reads its mail at a free provider.",
            "配信サービスで送り、返信はフリーメールで受ける小さな店や団体の場合です。",
        ),
        weight: 2.2,
        kind: Kind::Correlated,
        references: &["RFC 5322 section 3.6.2", "phishing_pot base rate: 5.4 % of phishing, 0 of 2,550 ham"],
        check: reply_to_free_mail,
    },
    Rule {
        id: "reply-to-elsewhere",
        family: Family::Sender,
        title: Words::new("Answers go to another organization", "返信先が別の組織"),
        reason: Words::new(
            "The mail is from {0}, but an answer would go to {1}. Newsletters and help desks do this as well.",
            "差出人は {0} ですが、返信すると {1} に届きます。メールマガジンや問い合わせ窓口でも見られます。",
        ),
        innocent: Words::new(
            "Newsletters, help desks and event services often take answers elsewhere.",
            "メールマガジン、問い合わせ窓口、催し物の案内では、返信先が別なのが普通です。",
        ),
        weight: 0.6,
        kind: Kind::Heuristic,
        references: &["phishing_pot base rate: 16.7 % of phishing, 18.5 % of ham before gates"],
        check: reply_to_elsewhere,
    },
];

/// The first Reply-To that is of another organization than From, with both domains.
fn answer_elsewhere(evidence: &Seen<'_>, test: impl Fn(&Domain, &Domain) -> bool) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let from = evidence.main_from()?;
    let own = from.domain.as_ref()?;
    let other = evidence.reply_to.iter().take(20).find(|address| {
        address.domain.as_ref().is_some_and(|domain| !gate::related(own, domain) && test(own, domain))
    })?;
    Some(Hit::new([&from.address, &other.address], vec![from.span, other.span]))
}

fn reply_to_free_mail(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    answer_elsewhere(evidence, |_, other| gate::free_mail(other))
}

fn reply_to_elsewhere(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::service(evidence) {
        return None;
    }
    answer_elsewhere(evidence, |_, other| !gate::free_mail(other))
}
