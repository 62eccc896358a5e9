//! Which answers of look-ups could still make a rule speak: what a reader may ask before he decides. Pure; whether the
//! questions may be asked is decided elsewhere.
//!
//! A rule that reads facts and has a weight is named in `ASKS`; one without a weight changes no verdict.

use super::{Rule, Seen, gate, rule};
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
];

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
    keys.into_iter().filter(|key| !matches!(facts.state(key), State::Value(_) | State::Absent)).collect()
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
    fn what_is_answered_is_open_no_longer() {
        let evidence = examine(&Message::parse(MAIL), &[]);
        let mut facts = FactSet::default();
        let ids = |facts: &FactSet| open(&evidence, facts).iter().map(|one| one.rule.id).collect::<Vec<_>>();
        assert!(ids(&facts).contains(&"sender-domain-absent"));
        let wanted = crate::wants::wants(&evidence, &facts, &crate::wants::Services::default());
        for key in open(&evidence, &facts).into_iter().flat_map(|one| one.keys) {
            assert!(wanted.keys().any(|wanted| *wanted == key), "{key:?} is never asked");
        }
        let answer = Answer::Addresses(vec!["203.0.113.5".parse().unwrap()]);
        let fact = Fact { state: State::Value(answer), ..Fact::default() };
        facts.put(Key::Addresses("example.com".into()), fact);
        assert_eq!(ids(&facts), [""; 0]);
    }
}
