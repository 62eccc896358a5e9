//! The record says what evidence says, within its limits, and one field alone is the same as in the whole.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::*;
use crate::evidence::examine;

fn on<T>(mail: &str, test: impl FnOnce(&Subject<'_>) -> T) -> T {
    let message = Message::parse(mail.as_bytes());
    let evidence = examine(&message, &[]);
    test(&Subject { message: &message, evidence: &evidence })
}

const MAIL: &str = "Return-Path: <>\nReceived: from a.test (a.test [203.0.113.9]) by mx.b.example with ESMTPSA id 1; \
    Mon, 2 Mar 2026 10:00:01 +0000\nFrom: Ann <ann@shop.example>\nTo: b@b.example\nList-Id: <talk.lists.example>\n\
    Subject: hello\nMessage-ID: <1@shop.example>\n\nsee https://www.shop.example/a?b=c now\n";

#[test]
fn one_field_alone_is_the_same_as_in_the_whole() {
    on(MAIL, |subject| {
        let whole = serde_json::to_value(Record::of(subject)).unwrap();
        for name in names() {
            assert_eq!(serde_json::to_value(Section { name, subject: *subject }).unwrap(), whole[name], "{name}");
        }
        let none = serde_json::to_value(Section { name: "no-such-field", subject: *subject }).unwrap();
        assert!(none.is_null());
    });
}

#[test]
fn the_record_says_what_the_mail_says() {
    on(MAIL, |subject| {
        let record = Record::of(subject);
        assert_eq!((record.from.address, record.from.domain), ("ann@shop.example", "shop.example"));
        assert!(record.triad.return_path_null);
        assert_eq!(record.triad.boundary.hop, Some(0));
        assert_eq!((record.hops[0].address.as_str(), record.hops[0].tls), ("203.0.113.9", true));
        // Without a Date field the newest Received line says when.
        assert_eq!(record.date, "2026-03-02T10:00:01Z");
        assert_eq!((record.links[0].host, record.links[0].path), ("www.shop.example", "/a?b=c"));
        assert!(record.headers.iter().any(|field| field.name == "list-id" && field.value == "<talk.lists.example>"));
        assert!(record.cut.is_empty() && record.date.ends_with('Z'));
    });
}

#[test]
fn long_lists_and_texts_are_cut_and_the_record_says_so() {
    let mut mail = String::from("From: a@b.example\n");
    for n in 0..400 {
        let _ = writeln!(mail, "Received: from x{n}.test (x [192.0.2.{}]) by y.test; date", n % 250);
    }
    let _ = write!(mail, "Subject: {}\nContent-Type: text/html\n\n", "s".repeat(20_000));
    for n in 0..900 {
        let _ = write!(mail, "<a href=\"https://h{n}.example/{}\">x</a>", "p".repeat(6_000));
    }
    on(&mail, |subject| {
        let record = Record::of(subject);
        assert_eq!((record.hops.len(), record.links.len(), record.subject.len()), (LIST, LIST, LONG));
        assert!(record.links.iter().all(|link| link.raw.len() <= LONG && link.url.len() <= LONG));
        assert!(record.cut.iter().any(|cut| cut == "links: 300 of 900"), "{:?}", record.cut);
        assert!(record.cut.iter().any(|cut| cut == "hops: 300 of 400"), "{:?}", record.cut);
        assert!(serde_json::to_string(&record).unwrap().len() < 6_000_000);
    });
}

#[test]
fn an_empty_message_has_every_field() {
    on("", |subject| {
        let value = serde_json::to_value(Record::of(subject)).unwrap();
        for name in names() {
            assert!(value.get(name).is_some(), "{name}");
        }
        assert_eq!((&value["date"], &value["time"]), (&"".into(), &serde_json::Value::Null));
    });
}

#[test]
fn fields_are_told_once_and_in_words() {
    let shapes = Record::shapes();
    let mut names = BTreeSet::new();
    for shape in &shapes {
        for field in &shape.fields {
            assert!(field.about.ends_with('.') || field.about.ends_with("..."), "{}: {}", field.name, field.about);
            assert!(field.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit()));
        }
        names.insert(shape.name.clone());
    }
    for name in ["record", "address", "hop", "link", "claim", "file"] {
        assert!(names.contains(name), "{name}");
    }
}
