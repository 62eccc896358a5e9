//! Mails for the rules about other filters and about clocks.

use super::{Case, FactSet};

/// The usual line of delivery, above which the recipient's side writes.
macro_rules! delivered {
    () => {
        "Received: from mail.sender.example (mail.sender.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB12\n\tfor <reader@example.org>; Sat, 21 Nov 2026 10:00:03 +0000"
    };
}

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "filter-called-phishing",
        fires: &[
            (concat!("X-Proofpoint-Spam-Details: rule=phish policy=default score=99\n", delivered!()), ""),
            (concat!("X-Forefront-Antispam-Report: SCL:9;SFV:SPM;CAT:HPHSH;DIR:INB\n", delivered!()), ""),
            (concat!("X-Virus-Status: Infected\n", delivered!()), ""),
        ],
        silent: &[
            (concat!(delivered!(), "\nX-Proofpoint-Spam-Details: rule=phish policy=default score=99"), ""),
            (concat!("X-Proofpoint-Spam-Details: rule=spam policy=default score=99\n", delivered!()), ""),
            (concat!("X-Forefront-Antispam-Report: SCL:1;SFV:NSPM;CAT:NONE\n", delivered!()), ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "filter-called-spam",
        fires: &[
            (concat!("X-Spam-Status: Yes, score=9.1 required=5.0 tests=A,B\n", delivered!()), ""),
            (concat!("X-MD-Class: SPAM\n", delivered!()), ""),
        ],
        silent: &[
            (concat!("X-Spam-Status: No, score=-1 required=5.0\n", delivered!()), ""),
            (concat!(delivered!(), "\nX-Spam-Flag: YES"), ""),
            (concat!("X-Proofpoint-Spam-Details: rule=phish score=99\nX-Spam-Flag: YES\n", delivered!()), ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "filter-cleared-unproved",
        fires: &[(concat!(delivered!(), "\nX-Spam-Status: No, score=-9.9 required=5.0"), "")],
        silent: &[
            (concat!("X-Spam-Status: No, score=-9.9 required=5.0\n", delivered!()), ""),
            (concat!(delivered!(), "\nX-Spam-Flag: YES"), ""),
            (concat!(delivered!(), "\nX-Virus-Scanned: by a scanner"), ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "date-far-from-delivery",
        fires: &[("Date: Sat, 14 Nov 2026 10:00:00 +0000", ""), ("Date: Tue, 1 Dec 2026 10:00:00 +0000", "")],
        silent: &[("", ""), ("Date: Fri, 20 Nov 2026 10:00:00 +0000", ""), ("Date: yesterday", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "path-runs-backward",
        fires: &[(
            concat!(
                delivered!(),
                "\nReceived: from pc.example (pc.example [198.51.100.7]) by mail.sender.example with ESMTPA id 1; Sat, 21 Nov 2026 14:00:00 +0000"
            ),
            "",
        )],
        silent: &[
            (
                concat!(
                    delivered!(),
                    "\nReceived: from pc.example (pc.example [198.51.100.7]) by mail.sender.example with ESMTPA id 1; Sat, 21 Nov 2026 10:01:00 +0000"
                ),
                "",
            ),
            ("", ""),
        ],
        facts: FactSet::default,
    },
];
