//! What registries say of the domains from which a mail is written and to which its answers go, held against the time of
//! the mail. A part of the family of senders; how it is judged stands in `registration`.

use super::registration::{Named, of_age, of_change, of_hold, of_later, of_nobody, sent, tells};
use super::{Family, Kind, Rule, Seen, gate};
use crate::facts::FactSet;
use crate::text::Words;

const DAY: i64 = 86_400;
const NEW: i64 = 14 * DAY;
const YOUNG: i64 = 60 * DAY;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "sender-domain-new",
        family: Family::Sender,
        title: Words::new("Sender's domain registered days before", "登録されたばかりの送信元ドメイン"),
        reason: Words::new(
            "{0}, from which the mail is written or to which answers go, was registered on {1}, {2} before the mail.",
            "差出人または返信先の {0} は {1} に登録されています（メールの {2} 前）。",
        ),
        innocent: Words::new(
            "A new company or club that writes its first mails.",
            "新しい会社や団体が最初のメールを送っている場合です。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["SpamAssassin FROM_FMBLA_NEWDOM (7, 14, 28 days)", "Hao et al., PREDATOR, CCS 2016"],
        check: |evidence, facts| of_age(people(evidence, facts), facts, sent(evidence), 0..NEW),
    },
    Rule {
        id: "sender-domain-young",
        family: Family::Sender,
        title: Words::new("Sender's domain is young", "登録から間もない送信元ドメイン"),
        reason: Words::new(
            "{0}, from which the mail is written or to which answers go, was registered on {1}, {2} before the mail.",
            "差出人または返信先の {0} は {1} に登録されたばかりです（メールの {2} 前）。",
        ),
        innocent: Words::new("A new company or club.", "新しい会社や団体の場合です。"),
        weight: 0.5,
        kind: Kind::Heuristic,
        references: &["Sublime rules on domains younger than 30 days (idea)"],
        check: |evidence, facts| of_age(people(evidence, facts), facts, sent(evidence), NEW..YOUNG),
    },
    Rule {
        id: "sender-domain-changed",
        family: Family::Sender,
        title: Words::new("Sender's domain changed days before", "登録内容が変わったばかりの送信元ドメイン"),
        reason: Words::new(
            "The registration of {0}, from which the mail is written or to which answers go, was changed on {1}, {2} before the mail.",
            "差出人または返信先の {0} は {1} に登録内容が変更されています（メールの {2} 前）。",
        ),
        innocent: Words::new(
            "Registrations are renewed every year, and some renewals fall on the days before a mail.",
            "登録は毎年更新されるため、たまたま重なることもあります。",
        ),
        weight: 0.3,
        kind: Kind::Heuristic,
        references: &["Lever et al., Domain-Z: 28 registrations later, IEEE S&P 2016"],
        check: |evidence, facts| of_change(people(evidence, facts), facts, sent(evidence)),
    },
    Rule {
        id: "sender-domain-later",
        family: Family::Sender,
        title: Words::new("Sender's domain was registered after the mail", "メールより後に登録された送信元ドメイン"),
        reason: Words::new(
            "The present registration of {0}, from which the mail is written or to which answers go, began on {1}, {2} after the mail.",
            "差出人または返信先の {0} の現在の登録は {1} からです（メールの {2} 後）。",
        ),
        innocent: Words::new(
            "In old mail, the name of a company that is no more and that somebody else took.",
            "古いメールで、なくなった会社の名前を別の人が取得した場合です。",
        ),
        weight: 0.5,
        kind: Kind::Correlated,
        references: &["Lever et al., Domain-Z: 28 registrations later, IEEE S&P 2016"],
        check: |evidence, facts| of_later(people(evidence, facts), facts, sent(evidence)),
    },
    Rule {
        id: "sender-domain-held",
        family: Family::Sender,
        title: Words::new("Sender's domain was taken out of the DNS", "停止された送信元ドメイン"),
        reason: Words::new(
            "The registration of {0}, from which the mail is written or to which answers go, stands at “{1}”: its registrar or registry took it out of the DNS.",
            "差出人または返信先の {0} は登録状態が「{1}」で、登録業者またはレジストリが名前解決を停止しています。",
        ),
        innocent: Words::new(
            "An owner who did not pay or did not confirm his address.",
            "料金の未払いや、登録者の連絡先確認が済んでいない場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["RFC 5731 section 2.3", "RFC 3915", "ICANN: EPP status codes"],
        check: |evidence, facts| of_hold(people(evidence, facts), facts),
    },
    Rule {
        id: "sender-domain-unregistered",
        family: Family::Sender,
        title: Words::new("Sender's domain belongs to nobody", "登録のない送信元ドメイン"),
        reason: Words::new(
            "The mail is written from or answered to {0}, and the registry has no such domain: nobody can have written from it.",
            "差出人または返信先の {0} は登録されていません。このドメインから送信できる人はいないはずです。",
        ),
        innocent: Words::new(
            "An old mail of somebody who gave the name up, or a mail program with a made-up domain.",
            "名前を手放した相手の古いメールや、架空のドメインを設定したソフトからのメールの場合です。",
        ),
        weight: 1.2,
        kind: Kind::Direct,
        references: &["RFC 7480 section 5.3", "RFC 5321 section 2.3.5"],
        check: |evidence, facts| of_nobody(people(evidence, facts), facts),
    },
];

/// The domains of the author and of those to whom answers go, as far as registries tell something of them.
pub(super) fn of_people<'e>(evidence: &Seen<'e>) -> Vec<Named<'e>> {
    let mut found: Vec<Named<'e>> = Vec::new();
    let people = evidence.evidence();
    for person in people.main_from().into_iter().chain(people.reply_to.iter().take(10)) {
        let domain = person.domain.as_ref().filter(|domain| !gate::of_recipient(evidence, domain)).and_then(tells);
        if let Some(domain) = domain.filter(|domain| !found.iter().any(|named| named.domain == *domain)) {
            found.push(Named { domain, span: person.span });
        }
    }
    found
}

/// The same, where a registry was asked about anything.
fn people<'e>(evidence: &Seen<'e>, facts: &FactSet) -> Vec<Named<'e>> {
    if facts.owners().next().is_some() { of_people(evidence) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::registration::is_held;

    #[test]
    fn words_of_status_that_take_a_name_out_of_the_dns_are_known_however_they_are_written() {
        for word in
            ["client hold", "clientHold", "serverHold", "redemption period", "pending delete", "Suspended (2027/03/31)"]
        {
            assert!(is_held(word), "{word}");
        }
        for word in ["active", "ok", "client transfer prohibited", "Connected (2027/03/31)", "hold the line", ""] {
            assert!(!is_held(word), "{word}");
        }
    }
}
