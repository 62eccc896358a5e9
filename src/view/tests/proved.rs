//! What is claimed beside what was recomputed, and the central question answered by SPF.

use super::told;
use crate::analysis::{Own, analyze};
use crate::facts::{Answer, Fact, FactSet, Key, Reach, State};
use crate::signal::Weights;
use crate::text::Lang;
use crate::view::{Subject, Where, addresses, triad};

const MAIL: &str = "Return-Path: <b@shop.example>\n\
    Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=shop.example; dmarc=pass header.from=shop.example\n\
    Received: from out.shop.example (out.shop.example [203.0.113.5])\n\tby mx.example.org with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\n\
    Authentication-Results: typed.example; spf=pass smtp.mailfrom=shop.example\n\
    From: Shop <info@shop.example>\nTo: anna@example.org\nSubject: x\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nHello\n";

fn said(records: &[(&str, &str)], lang: Lang) -> (String, String) {
    let mut facts = FactSet::default();
    for (name, text) in records {
        let state = match *text {
            "" => State::Absent,
            text => State::Value(Answer::Texts(vec![text.to_owned()])),
        };
        facts.put(Key::Texts((*name).to_owned()), Fact { state, ..Fact::default() });
    }
    let analysis = analyze(MAIL.as_bytes(), &[], &facts, &Weights::default(), &Own::default());
    let subject = Subject {
        message: &analysis.message,
        bytes: MAIL.as_bytes(),
        evidence: &analysis.evidence,
        facts: &facts,
        proof: &analysis.proof,
        verdict: &analysis.verdict,
        entry: Where::default(),
        lang,
        reach: Reach::Local,
        ask_key: "r",
        tz: jiff::tz::TimeZone::UTC,
        moves: &[],
    };
    (told(&triad::doc(&subject)), told(&addresses::doc(&subject)))
}

const GOOD: &[(&str, &str)] = &[
    ("shop.example", "v=spf1 include:_spf.shop.example -all"),
    ("_spf.shop.example", "v=spf1 ip4:203.0.113.0/24 -all"),
    ("_dmarc.shop.example", "v=DMARC1; p=reject"),
];

#[test]
fn a_claim_stands_beside_what_was_recomputed() {
    let (triad, addresses) = said(GOOD, Lang::En);
    assert!(triad.contains("spf | ✓ pass | ✓ pass | shop.example"), "{triad}");
    // Whoever typed the other one saw another machine, if any.
    assert!(triad.contains("spf | ✓ pass | - | shop.example"), "{triad}");
    assert!(triad.contains("dmarc | ✓ pass | ✓ pass"), "{triad}");
    assert!(triad.contains("_spf.shop.example  ip4:203.0.113.0/24  ✓ pass"), "{triad}");
    assert!(triad.contains("1 of 10 look-ups"), "{triad}");
    assert!(
        addresses.contains("= Yes: shop.example lets 203.0.113.5 send for it (SPF: ip4:203.0.113.0/24)."),
        "{addresses}"
    );
}

#[test]
fn a_claim_that_does_not_hold_is_seen_at_once() {
    let records = [("shop.example", "v=spf1 ip4:198.51.100.7 -all"), ("_dmarc.shop.example", "v=DMARC1; p=reject")];
    let (triad, addresses) = said(&records, Lang::En);
    assert!(triad.contains("spf | ✓ pass | ✗ fail"), "{triad}");
    assert!(triad.contains("dmarc | ✓ pass | ✗ fail"), "{triad}");
    assert!(addresses.contains("≠ No: shop.example does not let 203.0.113.5 send for it (SPF: -all)."), "{addresses}");
    let (triad, addresses) = said(&records, Lang::Ja);
    assert!(triad.contains("再検証") && addresses.contains("送信元として許可していません"), "{triad}\n{addresses}");
}

#[test]
fn where_nobody_asked_no_column_is_added() {
    let (triad, _) = said(&[], Lang::En);
    assert!(triad.contains("spf | ✓ pass | shop.example") && !triad.contains("recomputed"), "{triad}");
}
