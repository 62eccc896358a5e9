//! Which answers of look-ups could still make a rule speak: what a reader may ask before he decides. Pure; whether the
//! questions may be asked is decided elsewhere.
//!
//! A rule that reads facts and has a weight is named in `ASKS`; one without a weight changes no verdict.

use std::collections::HashSet;

use super::{Rule, Seen, authentication, gate, proof, registration, registration_sender, rule};
use crate::evidence::{Evidence, is_public};
use crate::facts::{FactSet, Key, State};

/// A rule that waits for answers.
#[derive(Debug, Clone)]
pub struct Open {
    /// The rule.
    pub rule: &'static Rule,
    /// What has to be asked.
    pub keys: Vec<Key>,
}

type Asks = fn(&Seen<'_>, &FactSet) -> Vec<Key>;

const ASKS: &[(&str, Asks)] = &[
    ("sender-domain-absent", |evidence, facts| {
        let Some(host) = sender(evidence) else { return Vec::new() };
        let keys = [Key::Addresses(host.clone()), Key::MailExchangers(host)];
        // One answer that there is something settles it.
        if keys.iter().any(|key| matches!(facts.state(key), State::Value(_))) {
            return Vec::new();
        }
        unanswered(keys, facts)
    }),
    ("sender-address-elsewhere", |evidence, facts| {
        let apart = evidence.excuses.is_empty() && !gate::aligned(evidence);
        compared(evidence).filter(|_| apart).map(|host| unanswered([Key::Addresses(host)], facts)).unwrap_or_default()
    }),
    ("sender-address-here", |evidence, facts| {
        compared(evidence).map(|host| unanswered([Key::Addresses(host)], facts)).unwrap_or_default()
    }),
    // Two rules stand for all that read what is recomputed: for and against.
    ("proof-dmarc-fail", |evidence, facts| {
        let settled = authentication::passed_on(evidence) || gate::aligned(evidence) || proof::told(evidence, "dmarc");
        if settled { Vec::new() } else { proofs(evidence, facts) }
    }),
    ("proof-aligned", |evidence, facts| {
        if gate::aligned(evidence) {
            return Vec::new();
        }
        let mut keys = proofs(evidence, facts);
        keys.retain(|key| !key.about().starts_with("_dmarc."));
        keys
    }),
    // One rule stands for all that read a visit: they wait for the same answers.
    ("page-imitates-brand", |evidence, facts| pages(evidence, facts)),
    // And for those that read what registries say.
    ("link-domain-new", |evidence, facts| registrations(evidence, &registration::of_links(evidence), facts)),
    ("sender-domain-new", |evidence, facts| registrations(evidence, &registration_sender::of_people(evidence), facts)),
    ("link-certificate-new", |evidence, facts| certificates(evidence, facts)),
    // One list of each kind stands for all of them.
    ("machine-listed", |evidence, facts| {
        let machine = gate::delivered_by(evidence).map(|(address, _)| address).filter(|address| is_public(*address));
        let told = !gate::over_list(evidence) && !gate::forwarded(evidence) && !gate::service(evidence);
        listings("zen", machine.filter(|_| told).map(|address| address.to_string()), facts)
    }),
    ("sender-domain-listed", |evidence, facts| {
        let domain = evidence.main_from().and_then(|from| from.domain.as_ref());
        let stranger = domain.filter(|domain| !gate::free_mail(domain) && !gate::everyday(domain));
        listings("dbl", stranger.filter(|own| !own.private_suffix).and_then(|own| own.registrable.clone()), facts)
    }),
    ("link-listed-attack", |evidence, facts| listings("dbl", strangers(evidence), facts)),
];

/// What a block list would say of names or addresses; nothing where others were asked and this one was not.
fn listings(list: &str, names: impl IntoIterator<Item = String>, facts: &FactSet) -> Vec<Key> {
    let asked = facts.block_lists();
    if !asked.is_empty() && !asked.contains(&list) {
        return Vec::new();
    }
    let keys = names.into_iter().map(|name| Key::Listed { list: list.to_owned(), name });
    keys.filter(|key| is_open(key, facts)).collect()
}

/// The most registrations that are named.
const DOMAINS: usize = 3;

/// The registrations that could tell something and that nobody knows yet.
fn registrations(evidence: &Seen<'_>, domains: &[registration::Named<'_>], facts: &FactSet) -> Vec<Key> {
    if registration::sent(evidence).is_none() {
        return Vec::new();
    }
    let keys = domains.iter().map(|named| Key::Owner(named.domain.to_owned()));
    keys.filter(|key| !matches!(facts.state(key), State::Value(_) | State::Absent)).take(DOMAINS).collect()
}

/// Logs of certificates of the names that links lead to. What feeds, services and lists of networks would say depends on
/// what the reader has downloaded and named, and is not told here.
fn certificates(evidence: &Seen<'_>, facts: &FactSet) -> Vec<Key> {
    strangers(evidence).flat_map(|name| unanswered([Key::Certificates(name)], facts)).collect()
}

/// The first few registrable domains that links lead to and that are not everybody's.
fn strangers(evidence: &Seen<'_>) -> impl Iterator<Item = String> {
    let mut seen = HashSet::new();
    gate::telling(evidence)
        .filter(|(_, url)| !gate::everyday(&url.domain) && !gate::leads_home(evidence, &url.domain))
        .filter(|(_, url)| !url.domain.private_suffix)
        .filter_map(|(_, url)| url.domain.registrable.clone())
        .filter(move |name| seen.insert(name.clone()))
        .take(PAGES)
}

/// The most pages that are named.
const PAGES: usize = 3;

/// What has to be asked before the mail's authentication can be recomputed.
fn proofs(evidence: &Seen<'_>, facts: &FactSet) -> Vec<Key> {
    crate::proof::keys(evidence, facts).into_iter().map(|(key, _)| key).filter(|key| is_open(key, facts)).collect()
}

/// The pages of links whose visit could tell something; nothing where one is known.
fn pages(evidence: &Seen<'_>, facts: &FactSet) -> Vec<Key> {
    let mut seen = HashSet::new();
    let keys: Vec<Key> = gate::telling(evidence)
        .filter(|(_, url)| matches!(&*url.scheme, "http" | "https") && !gate::everyday(&url.domain))
        .filter(|(_, url)| !gate::home(evidence, &url.domain) && seen.insert(&url.domain.host))
        .map(|(_, url)| Key::Page(url.normal.clone()))
        .take(PAGES)
        .collect();
    let known = |key: &Key| matches!(facts.state(key), State::Value(_) | State::Absent);
    if keys.iter().any(known) { Vec::new() } else { keys }
}

/// The host of the sender, where DNS can be asked for it.
fn sender(evidence: &Seen<'_>) -> Option<String> {
    let host = &evidence.main_from()?.domain.as_ref()?.host;
    (host.contains('.') && host.parse::<std::net::IpAddr>().is_err()).then(|| host.clone())
}

/// The same, where there is a delivering machine to compare with.
fn compared(evidence: &Seen<'_>) -> Option<String> {
    let (address, _) = gate::delivered_by(evidence)?;
    sender(evidence).filter(|_| is_public(address))
}

fn unanswered<const N: usize>(keys: [Key; N], facts: &FactSet) -> Vec<Key> {
    keys.into_iter().filter(|key| is_open(key, facts)).collect()
}

fn is_open(key: &Key, facts: &FactSet) -> bool {
    !matches!(facts.state(key), State::Value(_) | State::Absent)
}

/// The rules that could still speak, with what has to be asked for that.
#[must_use]
pub fn open(evidence: &Evidence, facts: &FactSet) -> Vec<Open> {
    let seen = Seen::of(evidence);
    ASKS.iter()
        .filter_map(|(id, asks)| {
            let keys = asks(&seen, facts);
            (!keys.is_empty()).then_some(Open { rule: rule(id)?, keys })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::examine;
    use crate::facts::{Answer, Fact};
    use crate::message::Message;

    const MAIL: &[u8] = b"Received: from mail.example.com (mail.example.com [203.0.113.5]) by mx.example.net; Mon, 2 Jan 2023 10:00:00 +0900\r\nFrom: a@example.com\r\nTo: b@example.net\r\n\r\nhello\r\n";

    #[test]
    fn every_rule_named_is_a_rule_with_a_weight() {
        for (id, _) in ASKS {
            assert!(rule(id).unwrap().weight != 0.0, "{id}");
        }
    }

    #[test]
    fn a_page_that_could_be_visited_is_open_until_one_was() {
        let mail =
            |head: &str, link: &str| format!("{head}From: a@example.com\r\nTo: b@example.net\r\n\r\nsee {link}\r\n");
        let look = |text: &str| examine(&Message::parse(text.as_bytes()), &[]);
        let pages = |evidence: &Evidence, facts: &FactSet| -> Vec<Key> {
            let of_pages = |one: &Open| one.rule.id == "page-imitates-brand";
            open(evidence, facts).into_iter().filter(of_pages).flat_map(|one| one.keys).collect()
        };
        let evidence = look(&mail("", "https://login.evil.test/in"));
        let mut facts = FactSet::default();
        let key = Key::Page("https://login.evil.test/in".into());
        assert_eq!(pages(&evidence, &facts).first(), Some(&key));
        let services = crate::wants::Services { visits: true, ..crate::wants::Services::default() };
        assert!(crate::wants::wants(&evidence, &facts, &services).keys().any(|wanted| *wanted == key));
        facts.put(key, Fact { state: State::Value(Answer::Text("gone".into())), ..Fact::default() });
        assert_eq!(pages(&evidence, &facts), []);
        for link in ["https://www.example.com/", "https://twitter.com/a", "mailto:a@evil.test", "nothing"] {
            assert_eq!(pages(&look(&mail("", link)), &FactSet::default()), [], "{link}");
        }
    }

    #[test]
    fn what_is_answered_is_open_no_longer() {
        let evidence = examine(&Message::parse(MAIL), &[]);
        let mut facts = FactSet::default();
        let ids = |facts: &FactSet| open(&evidence, facts).iter().map(|one| one.rule.id).collect::<Vec<_>>();
        assert!(ids(&facts).contains(&"sender-domain-absent"));
        let list = |id: &str, names| crate::wants::BlockList { id: id.into(), names, addresses: !names };
        let lists = vec![list("zen", false), list("dbl", true)];
        let services = crate::wants::Services { registries: true, lists, ..crate::wants::Services::default() };
        let wanted = crate::wants::wants(&evidence, &facts, &services);
        for key in open(&evidence, &facts).into_iter().flat_map(|one| one.keys) {
            assert!(wanted.keys().any(|wanted| *wanted == key), "{key:?} is never asked");
        }
        let answer = Answer::Addresses(vec!["203.0.113.5".parse().unwrap()]);
        let fact = Fact { state: State::Value(answer), ..Fact::default() };
        facts.put(Key::Addresses("example.com".into()), fact);
        let listed = ["machine-listed", "sender-domain-listed"];
        let proofs = ["proof-dmarc-fail", "proof-aligned", "sender-domain-new"];
        assert_eq!(ids(&facts), [proofs.as_slice(), &listed].concat());
        let on = |list: &str, name: &str| Key::Listed { list: list.into(), name: name.into() };
        facts.put(on("zen", "203.0.113.5"), Fact { state: State::Absent, ..Fact::default() });
        assert_eq!(ids(&facts), proofs, "lists were asked, and not this one");
        facts.put(on("dbl", "example.com"), Fact { state: State::Failed("refused".into()), ..Fact::default() });
        assert_eq!(ids(&facts), [proofs.as_slice(), &["sender-domain-listed"]].concat());
        facts.put(on("dbl", "example.com"), Fact { state: State::Absent, ..Fact::default() });
        facts.put(Key::Owner("example.com".into()), Fact { state: State::Absent, ..Fact::default() });
        // Where the domain itself says nothing, those above it are asked.
        for _ in 0..2 {
            for (key, _) in crate::proof::keys(&evidence, &facts) {
                facts.put(key, Fact { state: State::Absent, ..Fact::default() });
            }
        }
        assert_eq!(ids(&facts), [""; 0]);
    }
}
