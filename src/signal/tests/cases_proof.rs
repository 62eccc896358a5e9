//! Mails whose authentication is recomputed: SPF of the machine that delivered, signatures, and what the domain asks for.
//!
//! The signatures are real ones, over the usual fields of these tests, by the keys of `proof::test_keys`.

use super::Case;
use crate::facts::{Answer, Fact, FactSet, Key, State};
use crate::proof::test_keys::{RSA_768, RSA_1024};

/// Over From, To, Subject, Date and a body of `Hello`, by a key of 1024 bits.
macro_rules! signed {
    () => {
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=sender.example; s=s1; h=from:to:subject:date\
    ; bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=; b=HmK4uKuGE1KWk6y2H7Y32ALUihkx/pc8/pIBdZ/umWl+RZG\
    EPcrHwsmBkCSGF7qALBRWVShmdOrNxVz5DEJjXPipn1bfFcpcUrWBoIxzSCzeTveDmY0l3YgYiN7ymn9B2IVhipIJJYXPHvJkl4U\
    V9FhHGjOrJD2wRAU5XX01kQ4="
    };
}

/// The same by a key of 768 bits.
macro_rules! weak {
    () => {
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=sender.example; s=s768; h=from:to:subject:da\
    te; bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=; b=qCP1sxkFW9+K8MFxpdgZNPg1gsLoOGBdIGt4Kt7gu4ROw\
    JvyY3ByH/xn5JkNVkrPxqv4p+B9VBmG3qz9H25JWcudAxA6MUJSCTIj76PPXkFR3Zvicb3mqzclCuL31aj1"
    };
}

/// The same by the first key, over the first seven bytes of the body only.
macro_rules! partly {
    () => {
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=sender.example; s=s1; l=7; h=from:to:subject\
    :date; bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=; b=E/cd5H7S9OjSTgzGPxduuZ6WnbCxPnK8Im3adVlUP3\
    EAw9J54NoW0sunycx/SvPEYnapJvJ8fsoqXWpKtWJJldJhJFkxIrM014i9ge2aqi2xhOlwk7CZ4VweNGNFFRAdAkh3J+/qnYJ4nS\
    KBraFtUrTupFpxfFFgsrP5HQHjkm8="
    };
}

/// What the DNS says of the domains of these mails.
fn answers() -> FactSet {
    let keys = [
        ("s1._domainkey.sender.example", format!("v=DKIM1; p={}", RSA_1024.public)),
        ("s768._domainkey.sender.example", format!("v=DKIM1; p={}", RSA_768.public)),
        ("old._domainkey.sender.example", String::new()),
    ];
    let lines = [
        ("sender.example", "v=spf1 ip4:198.51.100.0/24 -all"),
        ("_dmarc.sender.example", "v=DMARC1; p=reject"),
        ("soft.example", "v=spf1 ip4:198.51.100.0/24 ~all"),
        ("good.example", "v=spf1 include:_spf.good.example -all"),
        ("_spf.good.example", "v=spf1 ip4:203.0.113.0/24 -all"),
        ("_dmarc.good.example", "v=DMARC1; p=reject"),
        ("bare.example", "v=spf1 ip4:198.51.100.0/24 -all"),
        ("_dmarc.bare.example", ""),
        ("mild.example", "v=spf1 ip4:198.51.100.0/24 -all"),
        ("_dmarc.mild.example", "v=DMARC1; p=none"),
    ];
    let lines = lines.into_iter().map(|(name, text)| (name, text.to_owned()));
    let mut facts = FactSet::default();
    for (name, text) in keys.into_iter().chain(lines) {
        let state = if text.is_empty() { State::Absent } else { State::Value(Answer::Texts(vec![text])) };
        facts.put(Key::Texts(name.into()), Fact { state, ..Fact::default() });
    }
    facts
}

/// The same answers, asked for a year after the mails came.
fn late() -> FactSet {
    let mut facts = answers();
    for (key, fact) in answers().iter() {
        // A year after 21 November 2026.
        facts.put(key.clone(), Fact { at: Some(1_826_791_200), ..fact.clone() });
    }
    facts
}

const GOOD: &str = "Return-Path: <b@good.example>\nFrom: Shop <info@good.example>";
const FROM_BARE: &str = "Return-Path: <b@good.example>\nFrom: Shop <info@bare.example>";
const LIST: &str = "List-Id: <talk.lists.example>\nTo: talk@lists.example";

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "proof-spf-fail",
        fires: &[("", "Hello"), ("Return-Path: <b@mild.example>", "Hello")],
        silent: &[
            (GOOD, "Hello"),
            ("Return-Path: <b@soft.example>", "Hello"),
            (LIST, "Hello"),
            ("Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=sender.example", "Hello"),
            (concat!(signed!(), "\nX-Note: signed"), "Hello"),
        ],
        facts: answers,
    },
    Case { rule: "proof-spf-fail", fires: &[], silent: &[("", "Hello")], facts: late },
    Case { rule: "proof-spf-fail", fires: &[], silent: &[("", "Hello")], facts: FactSet::default },
    Case {
        rule: "proof-spf-softfail",
        fires: &[("Return-Path: <b@soft.example>", "Hello")],
        silent: &[("", "Hello"), (GOOD, "Hello")],
        facts: answers,
    },
    Case {
        rule: "proof-foreign-machine",
        fires: &[(FROM_BARE, "Hello")],
        silent: &[
            (GOOD, "Hello"),
            ("", "Hello"),
            ("Return-Path: <b@good.example>\nFrom: Shop <info@soft.example>", "Hello"),
            (
                "Return-Path: <b@good.example>\nFrom: Shop <info@bare.example>\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "Hello",
            ),
        ],
        facts: answers,
    },
    Case {
        rule: "proof-dkim-broken",
        fires: &[
            (concat!(signed!(), "\nSubject: Your account is locked"), "Hello"),
            (signed!(), "Hello, and more that nobody signed"),
        ],
        silent: &[
            (signed!(), "Hello"),
            ("", "Hello"),
            // The key of this one is gone.
            ("DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=old; h=from; bh=AAAA; b=AAAA", "Hello"),
            (
                concat!(signed!(), "\nSubject: [talk] Minutes\nList-Id: <talk.lists.example>\nTo: talk@lists.example"),
                "Hello",
            ),
        ],
        facts: answers,
    },
    Case {
        rule: "proof-dkim-weak",
        fires: &[(weak!(), "Hello")],
        silent: &[(signed!(), "Hello"), (concat!(weak!(), "\nSubject: Changed"), "Hello")],
        facts: answers,
    },
    Case {
        rule: "proof-dkim-partial",
        fires: &[(
            partly!(),
            "Hello\nAnd a long piece of text that somebody put behind the signed words, with a link to press: \
             http://login.evil.test/ and many words more, so that it is long enough to be read by everybody who opens the \
             mail and to be taken for what the sender wrote.",
        )],
        silent: &[(partly!(), "Hello"), (signed!(), "Hello")],
        facts: answers,
    },
    Case {
        rule: "proof-dmarc-fail",
        fires: &[("", "Hello"), (concat!(signed!(), "\nSubject: Changed"), "Hello")],
        silent: &[
            (signed!(), "Hello"),
            (GOOD, "Hello"),
            ("From: <a@mild.example>", "Hello"),
            ("From: <a@bare.example>", "Hello"),
            // A key that is gone is no fault.
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=old; h=from; c=relaxed/relaxed; bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=; b=AAAA",
                "Hello",
            ),
            // Nobody asked for that key yet.
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=new; h=from; c=relaxed/relaxed; bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=; b=AAAA",
                "Hello",
            ),
            ("Authentication-Results: mx.example.org; dmarc=fail header.from=sender.example", "Hello"),
            (LIST, "Hello"),
        ],
        facts: answers,
    },
    Case { rule: "proof-dmarc-fail", fires: &[], silent: &[("", "Hello")], facts: late },
    Case {
        rule: "proof-claim-contradicted",
        fires: &[
            ("Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=sender.example", "Hello"),
            (
                concat!(
                    "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example\n",
                    signed!(),
                    "\nSubject: Your account is locked"
                ),
                "Hello",
            ),
        ],
        silent: &[
            ("Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=sender.example", "Hello"),
            (
                concat!("Authentication-Results: mx.example.org; dkim=pass header.d=sender.example\n", signed!()),
                "Hello",
            ),
            // Somebody behind the check changed the body.
            (
                concat!("Authentication-Results: mx.example.org; dkim=pass header.d=sender.example\n", signed!()),
                "Hello\n-- scanned for viruses",
            ),
            (
                "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=good.example\nReturn-Path: <b@good.example>",
                "Hello",
            ),
        ],
        facts: answers,
    },
    Case {
        rule: "proof-aligned",
        fires: &[(GOOD, "Hello"), (signed!(), "Hello")],
        silent: &[
            ("", "Hello"),
            (FROM_BARE, "Hello"),
            (weak!(), "Hello"),
            (concat!(signed!(), "\nSubject: Changed"), "Hello"),
            (
                concat!("Authentication-Results: mx.example.org; dkim=pass header.d=sender.example\n", signed!()),
                "Hello",
            ),
        ],
        facts: answers,
    },
];
