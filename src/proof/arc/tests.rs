//! Chains of forwarders that hold, and where one breaks.

use super::*;
use crate::message::Message;
use crate::proof::signing::{Hand, facts, sealed};

const MAIL: &str = "From: Shop <info@shop.example>\r\nSubject: Your order\r\n\r\nHello\r\n";

fn chain(mail: &str, facts: &FactSet) -> Arc {
    let prepared = crate::proof::prepare(mail.as_bytes(), &Message::parse(mail.as_bytes()));
    prove(prepared.arc.as_ref().unwrap(), facts, None, None)
}

fn keys() -> FactSet {
    let record = Hand::Rsa1024.record();
    facts(&[("arc._domainkey.one.example", &record), ("arc._domainkey.two.example", &record)])
}

fn twice() -> String {
    sealed(&sealed(MAIL, 1, "none", "one.example"), 2, "pass", "two.example")
}

#[test]
fn a_chain_that_holds_names_its_sealers() {
    let one = chain(&sealed(MAIL, 1, "none", "one.example"), &keys());
    assert_eq!(one.result, Some(ArcResult::Pass));
    let two = chain(&twice(), &keys());
    assert_eq!(
        (two.result, two.sealers),
        (Some(ArcResult::Pass), vec!["one.example".to_owned(), "two.example".into()])
    );
    assert!(crate::proof::prepare(MAIL.as_bytes(), &Message::parse(MAIL.as_bytes())).arc.is_none());
}

#[test]
fn the_place_where_a_chain_breaks_is_named() {
    let fail = |flaw| Some(ArcResult::Fail(flaw));
    for (mail, expected) in [
        (format!("{}changed\r\n", twice()), fail(ArcFlaw::Message(DkimResult::BodyChanged))),
        (twice().replace("Your order", "Your account"), fail(ArcFlaw::Message(DkimResult::Wrong))),
        (
            twice().replace("i=1; one.example; dkim=pass", "i=1; one.example; dkim=fail"),
            // Every seal covers it; the newest is looked at first.
            fail(ArcFlaw::Seal(2)),
        ),
        (sealed(&sealed(MAIL, 1, "none", "one.example"), 2, "fail", "two.example"), fail(ArcFlaw::SaysFail(2))),
        (sealed(MAIL, 1, "pass", "one.example"), fail(ArcFlaw::Set(1))),
        (twice().replace("ARC-Message-Signature: i=1", "X-Gone: i=1"), fail(ArcFlaw::Set(1))),
        (twice().replace("i=2;", "i=3;"), fail(ArcFlaw::Set(3))),
        (twice().replace("i=2;", "i=200;"), fail(ArcFlaw::TooMany)),
        (format!("ARC-Seal: i=2; a=rsa-sha256; b=AAAA\r\n{}", twice()), fail(ArcFlaw::Set(2))),
        (format!("ARC-Seal: nothing\r\n{MAIL}"), fail(ArcFlaw::Set(0))),
    ] {
        assert_eq!(chain(&mail, &keys()).result, expected, "{mail}");
    }
}

#[test]
fn keys_are_wanted_once_and_a_key_that_is_gone_breaks_nothing() {
    let open = chain(&twice(), &FactSet::default());
    let key = |domain: &str| Key::Texts(format!("arc._domainkey.{domain}"));
    assert_eq!((open.result, open.wants), (None, vec![key("two.example"), key("one.example")]));
    let record = Hand::Rsa1024.record();
    let gone = facts(&[("arc._domainkey.one.example", "-"), ("arc._domainkey.two.example", &record)]);
    assert_eq!(chain(&twice(), &gone).result, Some(ArcResult::KeyGone(1)));
    let silent = facts(&[("arc._domainkey.one.example", "!"), ("arc._domainkey.two.example", &record)]);
    assert!(matches!(chain(&twice(), &silent).result, Some(ArcResult::Unanswered(_))));
}

#[test]
fn a_chain_of_a_thousand_fields_is_given_up() {
    let crowd: String = (1..=1_000).map(|n| format!("ARC-Seal: i={n}; cv=pass\r\n")).collect::<Vec<_>>().concat();
    assert_eq!(chain(&format!("{crowd}{MAIL}"), &keys()).result, Some(ArcResult::Fail(ArcFlaw::TooMany)));
}
