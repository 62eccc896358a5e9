//! Every rule has mails that it fires on and similar mails that it stays silent on; and the catalog is in order.
//!
//! The mails are written here, with reserved names; real mail must never stand in a test.

mod cases_attachments;
mod cases_authentication;
mod cases_bait;
mod cases_body;
mod cases_filters;
mod cases_forgery;
mod cases_links;
mod cases_listed;
mod cases_lists;
mod cases_path;
mod cases_payees;
mod cases_pressure;
mod cases_proof;
mod cases_registration;
mod cases_sender;
mod cases_structure;
mod cases_targets;
mod cases_visits;
mod corpora;
mod packed_files;
mod spoof;
mod typed;
mod whole;

use std::collections::BTreeSet;

use super::*;
use crate::evidence::{Own, examine, examine_for};
use crate::mailbox::Doubt;
use crate::message::{Message, Quirk};
use crate::text::{Lang, Words};

/// Mails that a rule fires on, and similar ones that it does not fire on: header lines and body of each.
pub(super) struct Case {
    pub(super) rule: &'static str,
    pub(super) fires: &'static [(&'static str, &'static str)],
    pub(super) silent: &'static [(&'static str, &'static str)],
    pub(super) facts: fn() -> FactSet,
}

/// The fields of an ordinary mail; those that a case does not write itself are added below its own.
const USUAL: &[(&str, &str)] = &[
    ("Return-Path", "<anna@sender.example>"),
    (
        "Received",
        "from mail.sender.example (mail.sender.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB12\n\tfor <reader@example.org>; Sat, 21 Nov 2026 10:00:03 +0000",
    ),
    ("From", "Anna Example <anna@sender.example>"),
    ("To", "reader@example.org"),
    ("Subject", "Minutes of the meeting"),
    ("Date", "Sat, 21 Nov 2026 10:00:00 +0000"),
    ("Message-ID", "<20261121.1@sender.example>"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
];

/// A whole message of the lines of a case and the usual ones; a line `-Name` leaves a usual field out.
pub(super) fn mail(head: &str, body: &str) -> String {
    let has = |name: &str| {
        head.lines().any(|line| {
            line.strip_prefix('-')
                .unwrap_or(line)
                .split(':')
                .next()
                .is_some_and(|own| own.trim().eq_ignore_ascii_case(name))
        })
    };
    let own = head.lines().filter(|line| !line.starts_with('-') && !line.is_empty()).map(ToOwned::to_owned);
    let usual = USUAL.iter().filter(|(name, _)| !has(name)).map(|(name, value)| format!("{name}: {value}"));
    own.chain(usual).chain([String::new(), body.to_owned(), String::new()]).collect::<Vec<_>>().join("\n")
}

pub(super) fn evidence(head: &str, body: &str) -> Evidence {
    examine_for(&reader(), &Message::parse(mail(head, body).as_bytes()), &[])
}

/// The evidence with what is recomputed of it.
fn proved(head: &str, body: &str, facts: &FactSet) -> (Evidence, Proof) {
    let text = mail(head, body);
    let message = Message::parse(text.as_bytes());
    let evidence = examine_for(&reader(), &message, &[]);
    let prepared = facts.has_texts().then(|| crate::proof::prepare(text.as_bytes(), &message));
    let proof = crate::proof::prove(&evidence, prepared.as_ref(), facts, Proof::NOTHING);
    (evidence, proof)
}

/// The reader for whom these mails are: with lists and a domain of his own, which no other case names.
fn reader() -> Own {
    let mut own = Own { domains: vec!["own.example".into()], ..Own::default() };
    own.relays.push("192.0.2.200".parse().unwrap());
    let lists = &mut own.lists;
    lists.allow("partner.example").unwrap();
    // The last is the SHA-256 of "hello".
    for entry in ["bad.test", "198.51.100.66", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"] {
        lists.block(entry).unwrap();
    }
    lists.vip("Cleo Chief <cleo@own.example>").unwrap();
    own
}

fn cases() -> impl Iterator<Item = &'static Case> {
    [
        cases_sender::CASES,
        cases_forgery::CASES,
        cases_filters::CASES,
        cases_path::CASES,
        cases_authentication::CASES,
        cases_proof::CASES,
        cases_links::CASES,
        cases_targets::CASES,
        cases_visits::CASES,
        cases_registration::CASES,
        cases_body::CASES,
        cases_pressure::CASES,
        cases_bait::CASES,
        cases_payees::CASES,
        cases_attachments::CASES,
        cases_structure::CASES,
        cases_lists::CASES,
        cases_listed::CASES,
    ]
    .into_iter()
    .flatten()
}

/// Whether a value stands in the place `n`.
fn has_place(words: Words, lang: Lang, n: usize) -> bool {
    let mut values = [""; 9];
    values[n] = "\u{1}";
    words.fill(lang, &values).contains('\u{1}')
}

#[test]
fn every_rule_fires_where_it_should_and_is_silent_on_the_twin() {
    let mut wrong = Vec::new();
    for case in cases() {
        let rule = rule(case.rule).unwrap_or_else(|| panic!("no rule {}", case.rule));
        let facts = (case.facts)();
        for (head, body) in case.fires {
            let (evidence, proof) = proved(head, body, &facts);
            match (rule.check)(&Seen::proved(&evidence, &proof), &facts) {
                None => wrong.push(format!("{} is silent on:\n{head}\n{body}", rule.id)),
                Some(hit) => {
                    let places = (0..9).take_while(|n| has_place(rule.reason, Lang::En, *n)).count();
                    assert_eq!(hit.values.len(), places, "{}: values for the places of its reason", rule.id);
                    let size = mail(head, body).len() as u32;
                    assert!(hit.spans.iter().all(|span| span.start <= span.end && span.end <= size), "{}", rule.id);
                }
            }
        }
        for (head, body) in case.silent {
            let (evidence, proof) = proved(head, body, &facts);
            if let Some(hit) = (rule.check)(&Seen::proved(&evidence, &proof), &facts) {
                wrong.push(format!("{} fires with {:?} on:\n{head}\n{body}", rule.id, hit.values));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

#[test]
fn every_rule_has_a_mail_that_fires_and_one_that_does_not() {
    for rule in rules() {
        let own: Vec<_> = cases().filter(|case| case.rule == rule.id).collect();
        assert!(own.iter().any(|case| !case.fires.is_empty()), "{} has no mail that fires", rule.id);
        assert!(own.iter().any(|case| !case.silent.is_empty()), "{} has no mail that is silent", rule.id);
    }
}

#[test]
fn ids_are_unique_and_stable_in_form() {
    let mut seen = BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert(rule.id), "{} twice", rule.id);
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.id);
        assert!(super::rule(rule.id).is_some());
    }
    assert!(super::rule("no-such-rule").is_none());
}

#[test]
fn every_rule_speaks_both_languages_and_names_its_sources() {
    for rule in rules() {
        for words in [rule.title, rule.reason, rule.innocent] {
            assert!(!words.en.is_empty() && !words.ja.is_empty(), "{}", rule.id);
            assert!(words.ja.chars().any(|c| c > '\u{3000}'), "{} is not Japanese", rule.id);
            for n in 0..9 {
                let [english, japanese] = [Lang::En, Lang::Ja].map(|lang| has_place(words, lang, n));
                assert_eq!(english, japanese, "{}: {n}", rule.id);
            }
        }
        assert!(rule.title.get(Lang::En).len() < 70, "{}: a title is a few words", rule.id);
        assert!(!rule.references.is_empty(), "{}", rule.id);
        assert!(
            rule.weight.is_finite() && f64::from(rule.weight.abs()) <= rule.family.cap(4.5).min(9.0),
            "{}",
            rule.id
        );
    }
}

#[test]
fn the_folder_and_the_list_of_families_agree() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/signal");
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = if path.is_file() { std::fs::read_to_string(&path).unwrap() } else { String::new() };
        if !path.ends_with("tests.rs") && text.contains("const RULES: &[Rule]") {
            let mut ids: Vec<String> = text
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("id: \""))
                .filter_map(|id| Some(id.split_once('"')?.0.to_owned()))
                .collect();
            ids.sort();
            files.insert(ids);
        }
    }
    let listed: BTreeSet<_> = FAMILIES
        .iter()
        .map(|family| {
            assert!(family.iter().all(|rule| rule.family == family[0].family));
            let mut ids: Vec<String> = family.iter().map(|rule| rule.id.to_owned()).collect();
            ids.sort();
            ids
        })
        .collect();
    // The files of one family stand together, so that it is told as one.
    let order: Vec<_> = FAMILIES.iter().map(|family| family[0].family).collect();
    assert!(order.windows(2).all(|pair| pair[0] as u8 <= pair[1] as u8), "{order:?}");
    assert_eq!(files, listed);
}

#[test]
fn a_weight_of_zero_in_the_configuration_switches_a_rule_off() {
    let odd = evidence("Subject: [spam] Offer", "text");
    let off = Weights::changed_by([("subject-stamped".to_owned(), 0.0)].into());
    let ids = |weights: &Weights| -> Vec<_> {
        run(&odd, &FactSet::default(), weights)
            .into_iter()
            .map(|finding| (finding.rule.id, finding.weight.to_string()))
            .collect()
    };
    assert!(ids(&Weights::default()).iter().any(|(id, _)| *id == "subject-stamped"));
    assert!(!ids(&off).iter().any(|(id, _)| *id == "subject-stamped"));
    let heavier = Weights::changed_by([("subject-stamped".to_owned(), 3.5)].into());
    assert!(ids(&heavier).contains(&("subject-stamped", "3.5".to_owned())));
    let broken = Weights::changed_by([("subject-stamped".to_owned(), f32::NAN)].into());
    assert_eq!(ids(&broken), ids(&Weights::default()));
}

#[test]
fn every_rule_says_what_would_make_it_a_false_alarm() {
    for rule in rules() {
        assert!(rule.innocent.en.ends_with('.') && rule.innocent.ja.ends_with('。'), "{}", rule.id);
    }
}

#[test]
fn a_mail_whose_end_was_not_read_says_so_and_counts_where_no_text_stands_in_front() {
    const PICTURE: &str = "--b\nContent-Type: image/png\n\niVBOR\n";
    const TEXT: &str = "--b\n\nHere are the pictures of our house.\n";
    for (body, doubts, limit, fires) in [
        (PICTURE.to_owned(), &[Doubt::TooLarge][..], true, true),
        (format!("{TEXT}{PICTURE}"), &[Doubt::TooLarge], true, false),
        (PICTURE.to_owned(), &[], false, false),
    ] {
        let mail = mail("Content-Type: multipart/mixed; boundary=b", &body);
        let evidence = crate::evidence::examine(&Message::parse(mail.as_bytes()), doubts);
        assert_eq!(
            evidence.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(told) if told.is_of("message_mib"))),
            limit
        );
        // It is the program that did not read on.
        assert_eq!(evidence.quirks.contains(&Quirk::Unterminated), !limit);
        let found = run(&evidence, &FactSet::default(), &Weights::default());
        assert_eq!(found.iter().any(|finding| finding.rule.id == "read-in-part"), fires, "{body}");
    }
}
