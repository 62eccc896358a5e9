//! One real-looking field of each filter, and fields that say nothing.

use super::*;

fn all(header: &str) -> Vec<FilterSaid> {
    super::super::examine(&Message::parse(format!("{header}\n\nx").as_bytes()), &[]).filters
}

#[test]
fn fields_of_filters_are_decoded() {
    use FilterVerdict::{Bulk, Clean, Malware, Nothing, Phishing, Spam, Suspect};
    for (field, filter, verdict, score, limit) in [
        ("X-Spam-Flag: YES", "SpamAssassin", Spam, None, None),
        ("X-Spam-Flag: NO", "SpamAssassin", Clean, None, None),
        ("X-Example-MailScanner-SpamCheck: spam, SpamAssassin (score=9)", "MailScanner", Spam, None, None),
        ("X-Example-Org-MailScanner-SpamCheck: not spam, SpamAssassin (score=1)", "MailScanner", Clean, None, None),
        ("X-Example-MailScanner: Found to be clean", "MailScanner", Clean, None, None),
        ("X-Example-MailScanner-SpamScore: sssss", "MailScanner", Nothing, Some(5.0), None),
        ("X-SES-Spam-Verdict: FAIL", "Amazon SES", Spam, None, None),
        ("X-SES-Spam-Verdict: PASS", "Amazon SES", Clean, None, None),
        ("X-SES-Virus-Verdict: FAIL", "Amazon SES", Malware, None, None),
        ("X-KLMS-AntiPhishing: Clean, bases: 2026/11/16 10:00:00", "Kaspersky", Clean, None, None),
        ("X-KLMS-AntiPhishing: Phishing, bases: 2026/11/16", "Kaspersky", Phishing, None, None),
        ("X-KSMG-AntiSpam-Status: spam", "Kaspersky", Spam, None, None),
        ("X-KSMG-AntiSpam-Status: not_detected", "Kaspersky", Clean, None, None),
        ("X-KSMG-AntiPhishing: not detected, bases: x", "Kaspersky", Clean, None, None),
        ("X-TMASE-Result: 10--1.234500-4.000000", "Trend Micro", Nothing, None, None),
        ("X-PMX-Spam: Gauge=IIIIII, Probability=8%", "Sophos PureMessage", Nothing, None, None),
        ("X-ESET-AS: R=SPAM;L=BS;C=1", "ESET", Spam, None, None),
        ("X-ESET-AS: R=OK;L=BS;C=0", "ESET", Clean, None, None),
        ("X-NAI-Spam-Flag: YES", "McAfee", Spam, None, None),
        ("X-Amavis-Alert: INFECTED, message contains virus: Eicar", "amavis", Malware, None, None),
        ("X-Amavis-Alert: BAD HEADER SECTION, non-encoded 8-bit data", "amavis", Nothing, None, None),
        ("X-CTCH-Spam: Confirmed", "Commtouch", Spam, None, None),
        ("X-CTCH-Spam: Unknown", "Commtouch", Nothing, None, None),
        ("X-hMailServer-Spam: YES", "hMailServer", Spam, None, None),
        ("X-UI-Filterresults: junk:10;V03:K0:x", "United Internet", Spam, None, None),
        ("X-UI-Filterresults: notjunk:1;V03:K0:x", "United Internet", Clean, None, None),
        ("X-YahooFilteredBulk: 192.0.2.1", "Yahoo", Bulk, None, None),
        (
            "X-Spam-Status: Yes, score=12.3 required=5.0 tests=BAYES_99,\n URIBL_BLACK autolearn=no",
            "SpamAssassin",
            Spam,
            Some(12.3),
            Some(5.0),
        ),
        (
            "X-Spam-Status: No, hits=-2.1 required=7.0 tests=NONE version=2.50",
            "SpamAssassin",
            Clean,
            Some(-2.1),
            Some(7.0),
        ),
        ("X-Spam-Score: -7.4 (-------)", "SpamAssassin", Nothing, Some(-7.4), None),
        ("X-Spam-Level: *****", "SpamAssassin", Nothing, Some(5.0), None),
        (
            "X-Spamd-Result: default: False [2.29 / 15.00];\n\tMISSING_TO(2.00)[];",
            "Rspamd",
            Clean,
            Some(2.29),
            Some(15.0),
        ),
        ("X-Spamd-Result: default: True [16.20 / 15.00]; PHISHING(8.00)[]", "Rspamd", Spam, Some(16.2), Some(15.0)),
        ("X-Rspamd-Action: no action", "Rspamd", Clean, None, None),
        ("X-Rspamd-Score: 3.5", "Rspamd", Nothing, Some(3.5), None),
        (
            "X-Barracuda-Spam-Status: Yes, SCORE=9.18 using per-user scores of KILL_LEVEL=7.0",
            "Barracuda",
            Spam,
            Some(9.18),
            Some(7.0),
        ),
        (
            "X-Proofpoint-Spam-Details: rule=phish policy=default score=99 phishscore=99",
            "Proofpoint",
            Phishing,
            Some(99.0),
            None,
        ),
        ("X-Proofpoint-Spam-Details: rule=notspam policy=default score=0", "Proofpoint", Clean, Some(0.0), None),
        ("X-Mimecast-Spam-Score: 9", "Mimecast", Spam, Some(9.0), Some(7.0)),
        ("X-Mimecast-Spam-Score: 1", "Mimecast", Clean, Some(1.0), Some(7.0)),
        ("X-IronPort-Anti-Spam-Filtered: true", "Cisco IronPort", Nothing, None, None),
        ("X-Amp-Result: SKIPPED(no attachment in message)", "Cisco AMP", Nothing, None, None),
        (
            "X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:XX;SCL:9;SRV:;IPV:NLI;SFV:SPM;H:a.example;CAT:HPHISH;DIR:INB;",
            "Microsoft 365",
            Phishing,
            None,
            None,
        ),
        ("X-Forefront-Antispam-Report: CIP:192.0.2.1; SCL:1; SFV:NSPM; CAT:NONE;", "Microsoft 365", Clean, None, None),
        ("X-MS-Exchange-Organization-SCL: 6", "Microsoft 365", Spam, None, None),
        ("X-Microsoft-Antispam: BCL:8;", "Microsoft 365", Bulk, None, None),
        ("X-MailScanner-SpamCheck: not spam, SpamAssassin (score=-1)", "MailScanner", Clean, None, None),
        ("X-MailScanner-SpamCheck: spam, SpamAssassin (score=9)", "MailScanner", Spam, None, None),
        ("X-Bogosity: Unsure, tests=bogofilter, spamicity=0.5", "Bogofilter", Suspect, None, None),
        ("X-Virus-Status: Infected (Eicar)", "ClamAV", Malware, None, None),
        ("X-Brightmail-Tracker: AAAAAhOeekATnoDv", "Symantec Brightmail", Nothing, None, None),
        ("X-MD-Class: SPAM", "MailDefender (NTT Communications)", Spam, None, None),
        ("X-TERRACE-SPAMMARK: NO       (SR:5.49) (by Terrace)", "Terrace MAIL Watcher", Clean, None, None),
        ("X-Biglobe-spamcheck: spam", "BIGLOBE", Spam, None, None),
    ] {
        let said = all(field);
        let [one] = said.as_slice() else { panic!("{field}: {said:?}") };
        assert_eq!((one.filter, one.verdict, one.score, one.limit), (filter, verdict, score, limit), "{field}");
    }
}

#[test]
fn codes_are_told_in_words() {
    let said = all("X-Forefront-Antispam-Report: SCL:5;SFV:SPM;CAT:SPOOF;H:x;PTR:InfoDomainNonexistent");
    let codes: Vec<&str> = said.iter().flat_map(|one| &one.codes).map(|words| words.en).collect();
    assert_eq!(
        codes,
        ["SCL 5: spam", "SFV SPM: spam", "CAT SPOOF: the sender is forged", "PTR: the address has no name"]
    );
}

#[test]
fn only_what_stands_above_the_boundary_is_the_recipients() {
    const LINE: &str = "Received: from x (mail.one.example [192.0.2.1]) by mx.two.example with ESMTP; date";
    const CLOUD: &str = "Received: from x (192.0.2.1) by AM1.mail.protection.outlook.com (10.152.1.1) with Microsoft SMTP Server id 15.20.1.1; date";
    let inside = |header: String| all(&header).iter().map(|one| one.inside).collect::<Vec<_>>();
    assert_eq!(inside(format!("X-Spam-Flag: YES\n{LINE}\nX-Spam-Flag: NO")), [true, false]);
    assert_eq!(inside("X-Spam-Flag: NO".to_owned()), [false]);
    assert_eq!(inside(format!("{CLOUD}\nX-MS-Exchange-Organization-SCL: 5")), [true]);
    assert_eq!(inside(format!("{CLOUD}\nX-Forefront-Antispam-Report-Untrusted: SCL:1")), [false]);
    assert_eq!(inside(format!("{LINE}\nX-MS-Exchange-Organization-SCL: 1")), [false], "nobody takes it off there");
    assert_eq!(
        inside(format!("{CLOUD}\nX-Forefront-Antispam-Report: SCL:1\nX-Forefront-Antispam-Report: SCL:5")),
        [false, false]
    );
}

#[test]
fn other_fields_say_nothing_and_hostile_ones_end_soon() {
    assert!(all("X-Example-MailScanner-Other: spam\nX-MailScannerSpam: yes\nMailScanner-SpamCheck: spam").is_empty());
    assert!(all("X-Mailer: x\nX-Spamtrap: YES\nSubject: X-Spam-Flag\nX: y").is_empty());
    assert_eq!(all(&"X-Spam-Flag: YES\n".repeat(1_900)).len(), crate::message::Limits::DEFAULT.filters);
    let long = all(&format!("X-Forefront-Antispam-Report: {}", "SCL:9;".repeat(30_000)));
    assert_eq!(long.first().map(|one| one.codes.len()), Some(CODE_LIMIT));
    all(&format!("X-MD-Class: {}", "spam".repeat(50_000)));
}

#[test]
fn the_list_is_in_order() {
    for known in &DATA.fields {
        assert!(known.name.starts_with("X-"), "{known:?}");
        assert!(known.set.is_empty() || DATA.codes.iter().any(|code| code.set == known.set), "{known:?}");
    }
    for code in &DATA.codes {
        assert!(!code.words.en.is_empty() && !code.words.ja.is_empty(), "{code:?}");
        assert!(DATA.fields.iter().any(|known| known.set == code.set), "{code:?}");
    }
    let lines = include_str!("../../../assets/lists/filters.tsv").lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(lines, DATA.fields.len() + DATA.codes.len(), "a line that is not read");
}

#[test]
fn tests_that_a_filter_lists_are_told_in_words_and_raise_nothing() {
    for (field, told, more) in [
        (
            "X-Spam-Status: No, score=3 required=5 tests=BAYES_50,SPF_FAIL,X_Y",
            &["learned words: 40 to 60 % spam", "SPF: fail"][..],
            0,
        ),
        (
            "X-Spam-Report: \r\n * 3.5 BAYES_99 BODY: x\r\n * 0.1 DKIM_INVALID y",
            &["learned words: 99 to 100 % spam", "a DKIM signature is not valid"],
            0,
        ),
        ("X-Spamd-Result: default: False [1 / 15];\r\n\tR_SPF_SOFTFAIL(0.10)[~all:c]", &["SPF: softfail"], 0),
        (
            "X-Spam-Report: BAYES_00 BAYES_05 BAYES_20 BAYES_40 BAYES_50 BAYES_60 BAYES_80 BAYES_95 BAYES_99 BAYES_999 SPF_PASS SPF_FAIL SPF_SOFTFAIL SPF_NEUTRAL SPF_NONE GTUBE DMARC_PASS DMARC_NA",
            &[],
            2,
        ),
        ("Subject: BAYES_99", &[], 0),
    ] {
        let said = all(field);
        let words: Vec<&str> = said.iter().flat_map(|said| &said.codes).map(|words| words.en).collect();
        match more {
            0 => assert_eq!(words, told, "{field}"),
            _ => assert_eq!(words.len(), CODE_LIMIT, "{field}"),
        }
        assert_eq!(said.iter().map(|said| said.more).sum::<usize>(), more, "{field}");
        assert!(said.iter().all(|said| said.verdict <= FilterVerdict::Clean), "{field}");
    }
}
