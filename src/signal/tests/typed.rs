//! What a sender types does not make a mail look proved: forged results, forged lines, forged marks of lists, answers and
//! forwarders, around one mail in a brand's name that the recipient's side would refuse.

use super::super::{Weights, run};
use crate::evidence::examine;
use crate::facts::FactSet;
use crate::message::Message;
use crate::verdict::{Level, judge};

const REST: &str = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nDate: Mon, 02 Nov 2026 10:00:00 +0900\nMessage-ID: <1@a.evil.example>\nTo: info@two.example\nFrom: \"Support\" <support@paypal.com>\n";
const BODY: &str = "\nVerify your password now: https://login.evil.example/paypal/signin\n";
const LINE: &str = "Received: from a.evil.example (unknown [198.51.100.77]) by mx.two.example (Postfix) with ESMTP id 1; Mon, 02 Nov 2026 10:00:00 +0900\n";
const OWN: &str = "Authentication-Results: mx.two.example; spf=fail smtp.mailfrom=paypal.com; dkim=none; dmarc=fail header.from=paypal.com\n";
const FORGED: &str =
    "Authentication-Results: mx.two.example; dkim=pass header.d=paypal.com; dmarc=pass header.from=paypal.com\n";
const FORGED_LINE: &str =
    "Received: from mx.paypal.com (mx.paypal.com [64.4.240.1]) by mx.two.example; Mon, 02 Nov 2026 09:59:00 +0900\n";
const SUBJECT: &str = "Subject: Your account will be suspended in 24 hours\n";

#[test]
fn a_sender_cannot_type_himself_clean() {
    let qmail =
        "Received: from mx.two.example (HELO a) (8.8.4.4) by mx.two.example with SMTP; 2 Nov 2026 01:00:00 -0000\n";
    let sendmail = "Received: from mx.two.example (mx.two.example [8.8.4.4] (may be forged)) by box.two.example (8.14) with ESMTP id 1; Mon, 02 Nov 2026 10:00:00 +0900\n";
    let blind = "Received: from evil.example by mx.two.example with ESMTP id 1; Mon, 02 Nov 2026 10:00:00 +0900\n";
    let microsoft = "Received: from AM6.mail.protection.outlook.com (2603:10a6::1) by X.outlook.com (2603:10a6::2) with Microsoft SMTP Server; Mon, 02 Nov 2026 10:00:00 +0900\nReceived: from evil.example (8.8.4.4) by AM6.mail.protection.outlook.com (10.0.0.1) with Microsoft SMTP Server; Mon, 02 Nov 2026 10:00:00 +0900\n";
    let at_microsoft = "Received: from mx.paypal.com (64.4.240.1) by z.outlook.com; Mon, 02 Nov 2026 09:59:00 +0900\nX-Sender-IP: 64.4.240.1\n";
    let quoted = "Authentication-Results: mx.two.example; spf=pass smtp.mailfrom=\"x@paypal.com y\"@evil.example; dkim=none; dmarc=fail header.from=paypal.com\n";
    for (how, head) in [
        ("nothing typed", format!("{OWN}{LINE}{REST}{SUBJECT}")),
        ("results below the true ones", format!("{OWN}{LINE}{FORGED}{REST}{SUBJECT}")),
        ("results where the recipient wrote none", format!("{LINE}{FORGED}{REST}{SUBJECT}")),
        ("results behind the sender's own fields", format!("{LINE}{REST}{SUBJECT}{FORGED}")),
        ("a list of the sender's own", format!("{OWN}{LINE}List-Id: <l.evil.example>\n{REST}{SUBJECT}")),
        (
            "an answer and a forwarder",
            format!(
                "{OWN}{LINE}{REST}In-Reply-To: <q@q>\nResent-From: a@b.example\nSubject: Re: Your account will be suspended\n"
            ),
        ),
        ("a forwarder", format!("{OWN}{LINE}X-Forwarded-For: a@b.example\n{REST}{SUBJECT}")),
        ("a reverse name looked up one way, qmail", format!("{qmail}{FORGED}{FORGED_LINE}{REST}{SUBJECT}")),
        ("a reverse name looked up one way, sendmail", format!("{sendmail}{FORGED}{FORGED_LINE}{REST}{SUBJECT}")),
        ("below a line without an address", format!("{blind}{FORGED}{FORGED_LINE}{REST}{SUBJECT}")),
        ("lines and fields of Exchange Online", format!("{microsoft}{FORGED}{at_microsoft}{REST}{SUBJECT}")),
        ("a second domain in a quoted local part", format!("{quoted}{LINE}{REST}{SUBJECT}")),
    ] {
        let mail = format!("Return-Path: <x@evil.example>\n{head}{BODY}");
        let evidence = examine(&Message::parse(mail.as_bytes()), &[]);
        let verdict = judge(run(&evidence, &FactSet::default(), &Weights::default()));
        let ids: Vec<&str> = verdict.findings.iter().map(|finding| finding.rule.id).collect();
        assert!(verdict.level >= Level::Medium, "{how}: {} {ids:?}", verdict.score);
        for proof in ["brand-proved", "aligned-pass", "sender-address-here"] {
            assert!(!ids.contains(&proof), "{how}: {proof}");
        }
    }
}

#[test]
fn what_a_client_calls_itself_is_never_its_address() {
    for line in [
        "from unknown (HELO [203.0.113.5]) (198.51.100.77) by mx.two.example with SMTP; 2 Nov 2026 01:00:00 -0000",
        "from [198.51.100.77] (helo=[203.0.113.5]) by mx.two.example with esmtp (Exim 4.9); 2 Nov 2026 01:00:00 -0000",
        "from rev.evil.example ([198.51.100.77] helo=[203.0.113.5]) by mx.two.example with esmtp; 2 Nov 2026 01:00:00 -0000",
    ] {
        let mail = format!("Received: {line}\n{REST}{SUBJECT}{BODY}");
        let evidence = examine(&Message::parse(mail.as_bytes()), &[]);
        assert_eq!(evidence.hops[0].address, "198.51.100.77".parse().ok(), "{line}");
    }
}
