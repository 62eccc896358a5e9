//! Published ways to forge a sender, each with the finding that names it; the same mail written plainly raises none of
//! them. Made up after the descriptions in "Composition Kills" (USENIX Security 2020, cases A1 to A18), "Weak Links in
//! Authentication Chains" (USENIX Security 2021, E1 to E14 here) and "Splitting the email atom" (2024, W).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::signal::{forgery, injection};

/// An attack: its name, the finding that names it, the header lines of the mail.
type Attack = (&'static str, &'static str, &'static [u8]);

const ATTACKS: &[Attack] = &[
    ("A1 subdomain that does not exist", "path-below-sender", b"Return-Path: <any@mailfrom.bank.example>\nFrom: <admin@bank.example>"),
    ("A2 comment as address", "path-comment", b"Return-Path: <(any@bank.example>\nFrom: <admin@bank.example>"),
    (
        "A3 NUL in the selector",
        "signature-byte",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=attack.example.\0.any; h=From:To:Subject:Date; bh=eA==; b=eA==\nFrom: <admin@bank.example>",
    ),
    (
        "A4 quote in the signing domain",
        "signature-quote",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=bank.example'a.attack.example; s=s; h=From:To:Subject:Date; bh=eA==; b=eA==\nFrom: <admin@bank.example>",
    ),
    ("A5 parenthesis in the domain", "path-comment", b"Return-Path: <any@bank.example(a.attack.example>\nFrom: <admin@bank.example>"),
    ("A5 two domains", "path-two-domains", b"Return-Path: <any@bank.example'@any.attack.example>\nFrom: <admin@bank.example>"),
    ("A5 quote in the domain", "path-domain-odd", b"Return-Path: <any@bank.example'a.attack.example>\nFrom: <admin@bank.example>"),
    ("A5 route", "path-source-route", b"Return-Path: <@bank.example,@any.example:'any@attack.example>\nFrom: <admin@bank.example>"),
    ("A6 two fields", "from-twice", b"From: <first@attack.example>\nFrom: <admin@bank.example>"),
    ("A6 two fields through an account", "from-twice", b"From: <admin@bank.example>\nFrom: <first@attack.example>"),
    ("A7 blank in front", "from-behind-blank", b"X-Before: x\n From: <first@attack.example>\nFrom: <admin@bank.example>"),
    ("A7 blank in front, at the top", "from-behind-blank", b" From: <first@attack.example>\nFrom: <admin@bank.example>"),
    ("A7 blank before the colon", "from-before-colon-blank", b"From: <first@attack.example>\nFrom : <admin@bank.example>"),
    ("A7 folded name", "from-name-folded", b"From\n : <first@attack.example>\nFrom: <admin@bank.example>"),
    ("A8 folded name and Sender", "from-missing-other-speaks", b"From\n : <first@attack.example>\nSender: <admin@bank.example>"),
    ("A8 folded name and Sender, the name", "from-name-folded", b"From\n : <first@attack.example>\nSender: <admin@bank.example>"),
    ("A8 folded name and Resent-From", "from-missing-other-speaks", b"From\n : <first@attack.example>\nResent-From: <admin@bank.example>"),
    ("A9 two addresses", "from-several-addresses", b"From: <first@attack.example>, <admin@bank.example>\nSender: <s@sender.bank.example>"),
    ("A9 two addresses through an account", "from-several-addresses", b"From: Bank <admin@bank.example>, Me <first@attack.example>"),
    ("A10 encoded address", "from-address-encoded", b"From: =?utf-8?B?PGFkbWluQGJhbmsuZXhhbXBsZT4=?=, <second@attack.example>"),
    ("A11 route", "from-source-route", b"From: <@attack.example,@any.example:admin@bank.example>"),
    ("A12 quoted pair", "from-quoted-pair", b"From: <admin@bank.example>\\,<second@attack.example>"),
    ("A13 bare address first", "from-bare-and-bracketed", b"From: admin@bank.example,<second@attack.example>"),
    ("A13 behind the brackets", "from-behind-brackets", b"From: <second@attack.example>admin@bank.example"),
    (
        "A14 fields left out",
        "signature-leaves-out",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s; h=From:To:Date; bh=eA==; b=eA==\nFrom: <admin@bank.example>",
    ),
    (
        "A15 field added",
        "signature-field-added",
        b"Subject: Pay now\nSubject: Minutes\nDKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s; h=From:To:Subject:Date; bh=eA==; b=eA==\nFrom: <admin@bank.example>",
    ),
    (
        "A16 signed in part",
        "signature-partial",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s; l=20; h=From:To:Subject:Date; bh=eA==; b=eA==\nFrom: <admin@bank.example>",
    ),
    ("A17 account of another", "account-of-another", b"Return-Path: <attacker@bank.example>\nFrom: <admin@bank.example>"),
    ("A17 sender of another", "sender-of-another", b"-Return-Path\nSender: <s@sender.attack.example>\nFrom: <admin@bank.example>"),
    (
        "A18 replay with a further From",
        "signature-field-added",
        b"From: <admin@bank.example>\nFrom: <first@attack.example>\nDKIM-Signature: v=1; a=rsa-sha256; d=attack.example; s=s; h=From:To:Subject:Date; bh=eA==; b=eA==",
    ),
    ("B1 invisible character", "from-character-invisible", "From: <admin@bank.example\u{2000}.attack.example>".as_bytes()),
    ("B2 all encoded", "from-address-encoded", b"From: =?utf-8?B?QmFuayA8YWRtaW5AYmFuay5leGFtcGxlPg==?="),
    ("B3 Sender alone", "from-missing-other-speaks", b"-From\nSender: <admin@bank.example>"),
    ("E3 null path", "bounces-to-nobody", b"Return-Path: <>\nFrom: <admin@bank.example>"),
    ("E6 byte in the domain", "from-byte-stray", b"From: <admin@bank.example\xff.attack.example>"),
    ("E7 encoded in the address", "from-address-encoded", b"From: <=?utf-8?Q?admin=40bank.example=00?=@attack.example>"),
    ("E12 local part", "sender-punycode", b"From: <xn--adm-zma@bank.example>"),
    ("E13 two at signs", "from-two-domains", b"From: <admin@ba@nk.example>"),
    ("E14 direction in the local part", "from-direction-turned", "From: <\u{202e}nimda@bank.example>".as_bytes()),
    ("E14 direction in the domain", "from-direction-turned", "From: <admin@\u{202e}elpmaxe.knab>".as_bytes()),
    ("W split atom", "from-address-encoded", b"From: =?x?q?=41=42?=admin=40bank.example=3e=20?=@attack.example"),
    ("W UTF-7", "from-address-encoded", b"From: <=?utf-7?q?admin&AEA-bank.example&ACw-?=@attack.example>"),
    ("look-alike element", "from-list-malformed", b"From: \"Bank@bank.example\", <x@attack.example>"),
    ("token behind a comma", "from-list-malformed", b"From: Bank, x71 <x@attack.example>"),
];

/// A finding of the two files whose rules name attacks.
fn names_an_attack(id: &str) -> bool {
    forgery::RULES.iter().chain(injection::RULES).any(|rule| rule.id == id)
        || ["from-list-malformed", "sender-punycode", "several-from", "name-holds-foreign-address"].contains(&id)
}

fn findings(bytes: &[u8]) -> BTreeSet<&'static str> {
    run(&examine(&Message::parse(bytes), &[]), &FactSet::default(), &Weights::default())
        .into_iter()
        .map(|finding| finding.rule.id)
        .collect()
}

const LINE: &str = "Received: from attack.example (attack.example [192.0.2.7]) by mx.victim.example (Postfix) with ESMTP id 4AB; Sat, 21 Nov 2026 10:00:03 +0000";
const BODY: &str = "Hello,\nthe minutes of the meeting are ready, please have a look at them when you find the time for it.\nBest wishes\n";

/// A delivered mail of these header lines; what they lack of an ordinary mail stands below them.
fn delivered(head: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(head);
    let has = |name: &str| text.lines().any(|line| line.trim_start_matches('-').split(':').next() == Some(name));
    let usual = [
        ("Return-Path", "<any@attack.example>"),
        ("To", "<reader@victim.example>"),
        ("Subject", "Minutes"),
        ("Date", "Sat, 21 Nov 2026 10:00:00 +0000"),
        ("Message-ID", "<1538085644648.096e3d4e@message-ids.attack.example>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
    ];
    let mut out = Vec::new();
    for line in head.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"-")) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(LINE.as_bytes());
    out.push(b'\n');
    for (name, value) in usual.iter().filter(|(name, _)| !has(name)) {
        out.extend_from_slice(format!("{name}: {value}\n").as_bytes());
    }
    out.extend_from_slice(format!("\n{BODY}").as_bytes());
    out
}

/// The same mail with one plain From, a matching Return-Path, no field twice and a whole signature of the sender's own.
fn clean_twin(bytes: &[u8]) -> Vec<u8> {
    let head = bytes
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .or_else(|| bytes.windows(4).position(|four| four == b"\r\n\r\n"));
    let (head, body) = bytes.split_at(head.unwrap_or(bytes.len()));
    let mut out: Vec<u8> = b"Return-Path: <admin@bank.example>\nFrom: <admin@bank.example>\n".to_vec();
    let mut skip = false;
    let mut seen = BTreeSet::new();
    for line in head.split(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line).into_owned();
        let fold = text.starts_with([' ', '\t']);
        if !fold {
            let name = text.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
            let forged = ["from", "return-path", "dkim-signature", "resent-from"].contains(&name.as_str());
            skip = forged || !seen.insert(name);
        }
        let stray = fold && text.trim_start().to_ascii_lowercase().starts_with("from");
        if !skip && !stray {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
    }
    out.extend_from_slice(body.strip_prefix(b"\n").unwrap_or(body));
    out
}

#[test]
fn every_published_attack_is_named_and_its_clean_twin_is_not() {
    let mut wrong = Vec::new();
    for (name, rule, head) in ATTACKS {
        let mail = delivered(head);
        let found = findings(&mail);
        if !found.contains(rule) {
            wrong.push(format!("{name}: {rule} is silent, there are {found:?}"));
        }
        let twin = clean_twin(&mail);
        let named: Vec<_> = findings(&twin).into_iter().filter(|id| names_an_attack(id)).collect();
        if !named.is_empty() {
            wrong.push(format!("{name}: the clean twin raises {named:?}\n{}", String::from_utf8_lossy(&twin)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn readings_and_what_programs_show_are_listed() {
    for (head, expected) in [
        (
            "From: <a@attack.example>\nFrom : <b@bank.example>",
            vec!["a@attack.example", "a@attack.example", "b@bank.example"],
        ),
        (
            "From\n : <a@attack.example>\nFrom: <b@bank.example>",
            vec!["b@bank.example", "a@attack.example", "b@bank.example"],
        ),
        ("From: Anna <a@bank.example>", vec![]),
    ] {
        let evidence = examine(&Message::parse(&delivered(head.as_bytes())), &[]);
        let shown: Vec<_> = evidence.shown.iter().take(3).map(|shown| shown.address.as_str()).collect();
        assert_eq!(shown, expected, "{head}");
    }
}

/// The envelope and the signature that a case describes beside its message.
fn as_delivered(bytes: &[u8], described: &serde_json::Value) -> Vec<u8> {
    let text = |key: &str| described.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut out = format!("Return-Path: {}\r\n", text("mailfrom")).into_bytes();
    out.extend_from_slice(
        format!(
            "Received: from {0} ({0} [192.0.2.7])\r\n by mx.victim.example with ESMTP id 1; Sat, 21 Nov 2026 12:00:01 +0000\r\n",
            text("helo")
        )
        .as_bytes(),
    );
    if let Some(signature) = described.get("dkim_para").filter(|value| value.is_object()) {
        let tag = |key: &str| signature.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let line = format!(
            "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d={}; s={}; h=From:To:Subject:Date; bh=eA==; b=eA==\r\n",
            tag("d"),
            tag("s")
        );
        out.extend_from_slice(line.as_bytes());
    }
    out.extend_from_slice(bytes);
    out
}

/// `GOSANKE_CORPORA` names a folder with cases: `x.eml`, and `x.json` that describes its envelope.
#[test]
#[ignore = "needs the folder of cases that GOSANKE_CORPORA names"]
fn every_case_of_a_folder_is_named() {
    let folder = PathBuf::from(std::env::var("GOSANKE_CORPORA").expect("GOSANKE_CORPORA"));
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    paths.sort();
    let mut wrong = 0;
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let described = std::fs::read_to_string(Path::new(&path).with_extension("json")).unwrap();
        let mail = as_delivered(&bytes, &serde_json::from_str(&described).unwrap());
        let of = |bytes: &[u8]| findings(bytes).into_iter().filter(|id| names_an_attack(id)).collect::<Vec<_>>();
        let (attack, alone, twin) = (of(&mail), of(&bytes), of(&clean_twin(&mail)));
        wrong += usize::from(attack.is_empty() || !twin.is_empty());
        let name = path.file_stem().unwrap().to_string_lossy();
        println!("{name:12} {attack:?}; without envelope {alone:?}; clean twin {twin:?}");
    }
    assert_eq!(wrong, 0);
}
