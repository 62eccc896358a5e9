//! Facts of forged and of ordinary fields, with reserved names. What they mean is tested with the rules.

use crate::evidence::{Trick, examine};
use crate::message::Message;

fn tricks(header: &str) -> Vec<(Trick, Vec<String>)> {
    let message = Message::parse(format!("{header}\nSubject: x\n\nbody\n").as_bytes());
    examine(&message, &[]).forgeries.into_iter().map(|forgery| (forgery.trick, forgery.readings)).collect()
}

#[test]
fn ordinary_fields_are_no_tricks() {
    for header in [
        "From: Anna <a@one.example>\nReturn-Path: <a@one.example>",
        "From: a@one.example (Anna, at home)\nReturn-Path: <bounce+12=reader=two.example@mail.test>",
        "From: \"Example, Anna\" <a@one.example>\nSender: s@mail.one.example",
        "From: =?utf-8?B?5aSq6YOO?= <a@one.example>\nReturn-Path: <>\nAuto-Submitted: auto-replied",
        "From: \"a@one.example\" <a@one.example>",
        "From: =?utf-8?Q?a=40one.example?= <a@one.example>",
        "From: Team: Anna <a@one.example>;",
        "From: a@one.example\nDKIM-Signature: v=1; d=one.example; s=_s1.2; h=from : subject; b=x\n y",
        "From: \u{682a}\u{5f0f}\u{4f1a}\u{793e}\u{3000}\u{5c71}\u{7530} <a@one.example>",
    ] {
        assert_eq!(tricks(header), [], "{header}");
    }
}

#[test]
fn every_reading_of_a_trick_is_given() {
    for (header, trick, readings) in [
        ("From: <a@one.example>\nFrom: <b@two.example>", Trick::SeveralFields, ["a@one.example", "b@two.example"]),
        ("From: <a@one.example>b@two.example", Trick::BehindBrackets, ["a@one.example", "b@two.example"]),
        ("From: <@x.example:a@one.example>", Trick::SourceRoute, ["a@one.example", "@x.example"]),
        (
            "Return-Path: <@x.example:a@one.example>\nFrom: a@one.example",
            Trick::PathRoute,
            ["@x.example:a@one.example", "one.example"],
        ),
        ("From: a@one.example\nSender: b@two.example", Trick::OtherSender, ["a@one.example", "b@two.example"]),
    ] {
        let found = tricks(header);
        assert!(found.contains(&(trick, readings.iter().map(ToString::to_string).collect())), "{header}: {found:?}");
    }
}

#[test]
fn the_account_that_a_server_let_in_is_read() {
    let of = |header: &str| {
        let message = Message::parse(format!("{header}\nFrom: a@one.example\n\nx").as_bytes());
        examine(&message, &[]).account.map(|account| account.address)
    };
    let line = "Received: from [10.0.0.5] (host.one.example [192.0.2.1]) (Authenticated sender: b@one.example) by mx.one.example (Postfix) with ESMTPSA id 1; date";
    assert_eq!(of(line).as_deref(), Some("b@one.example"));
    assert_eq!(of("X-Authenticated-Sender: server.test: c@one.example").as_deref(), Some("c@one.example"));
    assert_eq!(of("X-Note: x"), None);
}

#[test]
fn hostile_fields_end_soon() {
    for piece in ["@", "<", "a@b.example,", "=?", "(", "\\", "<a@b.example>", "=?utf-8?B?PGFAYj4=?= ", "\u{202e}@"] {
        tricks(&format!("From: {}\nReturn-Path: {}", piece.repeat(20_000), piece.repeat(20_000)));
        tricks(&format!("DKIM-Signature: d={}; h={}", piece.repeat(20_000), ":from".repeat(20_000)));
    }
    tricks(&"From: a@b.example\nFrom : b@c.example\n".repeat(900));
}
