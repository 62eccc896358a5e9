//! A whole mail: what is asked for it, in which order, and what comes of it.

use super::dkim::DkimResult;
use super::dmarc::{By, DmarcResult};
use super::signing::{facts, rsa, rsa_record};
use super::spf::SpfResult;
use super::*;
use crate::evidence::examine;
use crate::facts::{Answer, Fact, State};

const MAIL: &str = "Return-Path: <bounce@news.shop.example>\r\n\
    Received: from out.shop.example (out.shop.example [203.0.113.5])\r\n\tby mx.example.org with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\r\n\
    From: Shop <info@shop.example>\r\nTo: Anna <anna@example.org>\r\nSubject: Your order\r\n\
    Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@shop.example>\r\n\r\nHello\r\n";

fn signed() -> Vec<u8> {
    rsa(MAIL.as_bytes(), "shop.example", &["From", "To", "Subject"], (true, true), false)
}

fn taken_apart(bytes: &[u8]) -> (Evidence, Prepared) {
    let message = Message::parse(bytes);
    (examine(&message, &[]), prepare(bytes, &message))
}

#[test]
fn questions_follow_each_other_until_everything_is_proved() {
    let (evidence, prepared) = taken_apart(&signed());
    let record = rsa_record();
    let zone = facts(&[
        ("news.shop.example", "v=spf1 include:_spf.shop.example -all"),
        ("_spf.shop.example", "v=spf1 ip4:203.0.113.0/24 -all"),
        ("_dmarc.shop.example", "v=DMARC1; p=reject"),
        ("s1._domainkey.shop.example", &record),
    ]);
    let mut known = FactSet::default();
    let mut proof = Proof::default();
    let mut rounds = Vec::new();
    for _ in 0..10 {
        let open: Vec<Key> = keys(&evidence, &known)
            .into_iter()
            .map(|(key, _)| key)
            .filter(|key| matches!(known.state(key), State::NotAsked))
            .collect();
        if open.is_empty() {
            break;
        }
        for key in &open {
            let fact = zone.get(key).cloned().unwrap_or(Fact { state: State::Absent, ..Fact::default() });
            known.put(key.clone(), fact);
        }
        rounds.push(open.iter().map(Key::about).collect::<Vec<_>>());
        proof = prove(&evidence, Some(&prepared), &known, &proof);
    }
    assert_eq!(
        rounds,
        [
            vec!["news.shop.example".to_owned(), "_dmarc.shop.example".into(), "s1._domainkey.shop.example".into()],
            vec!["_spf.shop.example".into()],
        ]
    );
    assert_eq!(proof.spf.as_ref().unwrap().result, Some(SpfResult::Pass));
    assert_eq!(proof.author, None, "the envelope is of the same organization");
    assert_eq!(proof.dkim[0].result, Some(DkimResult::Pass));
    let dmarc = proof.dmarc.as_ref().unwrap();
    assert_eq!((&dmarc.result, &dmarc.by), (&Some(DmarcResult::Pass), &Some(By::Dkim("shop.example".into()))));
    assert!(proof.machine_of(&Domain::of("www.shop.example")).is_some());
}

#[test]
fn nothing_is_made_ready_or_proved_where_nobody_asked() {
    let (evidence, prepared) = taken_apart(MAIL.as_bytes());
    assert_eq!(prepared, Prepared::default());
    let mut other = FactSet::default();
    other.put(Key::Addresses("shop.example".into()), Fact { state: State::Absent, ..Fact::default() });
    assert_eq!(prove(&evidence, Some(&prepared), &other, Proof::NOTHING), Proof::default());
}

#[test]
fn a_mail_whose_bytes_were_not_made_ready_has_not_failed() {
    let (evidence, _) = taken_apart(&signed());
    let known = facts(&[("news.shop.example", "v=spf1 -all"), ("_dmarc.shop.example", "v=DMARC1; p=reject")]);
    let proof = prove(&evidence, None, &known, Proof::NOTHING);
    assert_eq!((proof.dkim.len(), &proof.dkim[0].result), (1, &None));
    assert_eq!(proof.dmarc.unwrap().result, None);
}

#[test]
fn the_from_domain_is_asked_about_the_machine_where_the_envelope_is_somebody_elses() {
    let mail = MAIL.replace("bounce@news.shop.example", "b@mailer.example");
    let (evidence, prepared) = taken_apart(mail.as_bytes());
    let known = facts(&[
        ("mailer.example", "v=spf1 ip4:203.0.113.5 -all"),
        ("shop.example", "v=spf1 -all"),
        ("_dmarc.shop.example", "-"),
    ]);
    let proof = prove(&evidence, Some(&prepared), &known, Proof::NOTHING);
    assert_eq!(proof.spf.as_ref().unwrap().result, Some(SpfResult::Pass));
    let author = proof.author.as_ref().unwrap();
    assert_eq!((author.domain.as_str(), author.result), ("shop.example", Some(SpfResult::Fail)));
    assert_eq!(proof.dmarc.unwrap().by, None, "a pass of somebody else proves nothing of From");
}

#[test]
fn answers_of_another_day_are_told_to_be_so() {
    let (evidence, prepared) = taken_apart(MAIL.as_bytes());
    let mut known = FactSet::default();
    let state = State::Value(Answer::Texts(vec!["v=spf1 -all".into()]));
    // Ten days later.
    known.put(Key::Texts("news.shop.example".into()), Fact { state, at: Some(1_796_119_203), ..Fact::default() });
    assert_eq!(prove(&evidence, Some(&prepared), &known, Proof::NOTHING).days, Some(10));
}

#[test]
fn a_machine_that_nobody_on_the_internet_has_is_not_checked() {
    let mail = MAIL.replace("203.0.113.5", "10.1.2.3");
    let (evidence, _) = taken_apart(mail.as_bytes());
    assert!(keys(&evidence, &FactSet::default()).iter().all(|(_, purpose)| *purpose == Purpose::Dmarc));
}
