//! What facts say of a name, for those who recompute: a value, nothing, a failure, or a key that somebody has to ask.
//!
//! Keys are built here only, so that all of this room asks in the same spelling. Asks nobody.

use std::net::IpAddr;

use crate::facts::phrases::reason;
use crate::facts::{Answer, Exchanger, FactSet, Key, State};

/// What is known of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known<T> {
    /// An answer.
    Value(T),
    /// Asked, and there is no such record; or nobody could have it.
    Nothing,
    /// Asked, and no answer came: the reason in English, for a person.
    Failed(String),
    /// Nobody asked yet.
    Wanted(Key),
}

impl<T> Known<T> {
    fn of(facts: &FactSet, key: Key, read: impl FnOnce(&Answer) -> Option<T>) -> Self {
        match facts.state(&key) {
            State::Value(answer) => read(answer).map_or(Self::Nothing, Self::Value),
            State::Absent => Self::Nothing,
            // What is no name can have no record.
            State::Failed(why)
                if [reason::NOT_A_NAME, reason::SPECIAL_NAME, reason::NO_REVERSE].iter().any(|one| one.en == why) =>
            {
                Self::Nothing
            }
            State::Failed(why) => Self::Failed(why.clone()),
            State::NotAsked | State::Queued | State::Asking => Self::Wanted(key),
        }
    }
}

/// A host as keys spell it: lower case, without trailing dot.
pub(super) fn spelled(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// A name that the DNS can hold: labels of 1 to 63 bytes, 253 in all.
pub(super) fn is_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len()))
}

/// The texts at a name, as bytes.
pub(super) fn texts(facts: &FactSet, name: &str) -> Known<Vec<Vec<u8>>> {
    Known::of(facts, Key::Texts(spelled(name)), |answer| match answer {
        Answer::Texts(list) => Some(list.iter().map(|text| unescaped(text)).collect()),
        _ => None,
    })
}

/// The addresses of a host.
pub(super) fn addresses(facts: &FactSet, name: &str) -> Known<Vec<IpAddr>> {
    Known::of(facts, Key::Addresses(spelled(name)), |answer| match answer {
        Answer::Addresses(list) => Some(list.clone()),
        _ => None,
    })
}

/// The mail exchangers of a domain.
pub(super) fn exchangers(facts: &FactSet, name: &str) -> Known<Vec<Exchanger>> {
    Known::of(facts, Key::MailExchangers(spelled(name)), |answer| match answer {
        Answer::MailExchangers(list) => Some(list.clone()),
        _ => None,
    })
}

/// The names of an address.
pub(super) fn names(facts: &FactSet, address: IpAddr) -> Known<Vec<String>> {
    Known::of(facts, Key::Names(address), |answer| match answer {
        Answer::Names(list) => Some(list.clone()),
        _ => None,
    })
}

/// The bytes of a text that is escaped as in a zone file (RFC 1035 section 5.1).
pub(super) fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let number = rest.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit)).and_then(|digits| {
            digits.iter().try_fold(0_u8, |sum, digit| sum.checked_mul(10)?.checked_add(digit - b'0'))
        });
        if let Some(byte) = number {
            out.push(byte);
            rest = rest.get(3..).unwrap_or_default();
        } else if let Some((next, behind)) = rest.split_first() {
            out.push(*next);
            rest = behind;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;

    #[test]
    fn escapes_become_bytes_again() {
        assert_eq!(unescaped("v=spf1 -all"), b"v=spf1 -all");
        assert_eq!(unescaped("\\027[2J\\\\\\233\\\"x\\"), b"\x1b[2J\\\xe9\"x");
        assert_eq!(unescaped("\\999\\12"), b"99912");
    }

    #[test]
    fn what_is_no_name_has_no_record_and_what_nobody_asked_is_wanted() {
        let mut facts = FactSet::default();
        let mut put = |name: &str, state| {
            facts.put(Key::Texts(name.into()), Fact { state, ..Fact::default() });
        };
        put("a.test", State::Failed(reason::NOT_A_NAME.en.into()));
        put("b.test", State::Failed(reason::TIMEOUT.en.into()));
        put("c.test", State::Asking);
        put("d.test", State::Absent);
        assert_eq!(texts(&facts, "a.test"), Known::Nothing);
        assert_eq!(texts(&facts, "B.test."), Known::Failed(reason::TIMEOUT.en.into()));
        assert_eq!(texts(&facts, "c.test"), Known::Wanted(Key::Texts("c.test".into())));
        assert_eq!(texts(&facts, "d.test"), Known::Nothing);
        assert_eq!(texts(&facts, "e.test"), Known::Wanted(Key::Texts("e.test".into())));
    }
}
