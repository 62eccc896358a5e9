//! Mails for the rules about how a mail is built.

use super::{Case, FactSet};

macro_rules! ten {
    ($($text:tt)*) => {
        concat!($($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*)
    };
}

/// More parts than are read of a mail.
const PARTS: &str = concat!(ten!(ten!(ten!("--b\n\n\n"))), "--b\n\n\n--b--\n");

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "subject-stamped",
        fires: &[
            ("Subject: [spam] Offer", ""),
            ("Subject: [MEIWAKU] Offer", ""),
            ("Subject: ***SPAM*** Offer", ""),
            ("Subject: Fwd: [EXTERNAL] [SPAM] Offer", ""),
        ],
        silent: &[
            ("Subject: [talk] spam filters", ""),
            ("Subject: spam", ""),
            ("Subject: Re: [talk] spam filters", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "read-in-part",
        fires: &[("Content-Type: multipart/mixed; boundary=b", PARTS)],
        silent: &[("Content-Type: multipart/mixed; boundary=b", "--b\n\none\n--b\n\ntwo\n--b--\n"), ("", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "read-in-two-ways",
        fires: &[
            ("Content-Type: multipart/mixed; boundary=a; boundary=b", "--a\n\none\n--a--\n--b\n\ntwo\n--b--\n"),
            ("Content-Type: text/plain\nContent-Type: text/html", "<p>one</p>"),
        ],
        silent: &[
            ("Content-Type: multipart/mixed; boundary=a; boundary=a", "--a\n\none\n--a--\n"),
            ("Content-Type: text/plain\nContent-Type: text/plain", "one"),
            ("", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "return-path-elsewhere",
        fires: &[("Return-Path: <www@host.example>", "")],
        silent: &[
            ("Return-Path: <bounce@mail.sender.example>", ""),
            ("Return-Path: <>", ""),
            ("Return-Path: <talk@lists.example>\nList-Id: <talk.lists.example>\nTo: talk@lists.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "message-id-elsewhere",
        fires: &[("Message-ID: <1@host.example>", "")],
        silent: &[
            ("Message-ID: <1@mail.sender.example>", ""),
            ("Message-ID: <1>", ""),
            ("Message-ID: <1@host.example>\nList-Id: <talk.lists.example>\nTo: talk@lists.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "fields-missing",
        fires: &[("-Date", ""), ("-Message-ID", "")],
        silent: &[("", ""), ("-Date\n-Received", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "fields-repeated",
        fires: &[("Subject: one\nSubject: two", "")],
        silent: &[("", ""), ("Subject: one\nSubject: two\nList-Id: <talk.lists.example>\nTo: talk@lists.example", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "field-name-odd",
        fires: &[("From : anna@sender.example", "")],
        silent: &[("", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "false-reply",
        fires: &[("Subject: Re: your order", "")],
        silent: &[("Subject: Re: your order\nIn-Reply-To: <1@example.org>", ""), ("Subject: Report", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "list-post",
        fires: &[("List-Id: Talk <talk.lists.example>\nTo: talk@lists.example", "")],
        silent: &[("", ""), ("X-List: talk", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "in-conversation",
        fires: &[
            ("Subject: Re: lunch\nIn-Reply-To: <1@example.org>", ""),
            ("Subject: AW: lunch\nReferences: <1@example.org>", ""),
        ],
        silent: &[("", ""), ("Subject: Re: lunch", ""), ("Subject: lunch\nIn-Reply-To: <1@example.org>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "html-without-text",
        fires: &[("Content-Type: text/html", "<p>x</p>")],
        silent: &[
            ("", "x"),
            (
                "Content-Type: multipart/alternative; boundary=b",
                "--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: text/html\n\n<p>x</p>\n--b--\n",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "nobody-addressed",
        fires: &[("To: undisclosed-recipients:;", ""), ("-To", "")],
        silent: &[("", ""), ("-To\nCc: reader@example.org", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "subject-holds-recipient",
        fires: &[("Subject: Notice for reader@example.org", "")],
        silent: &[("Subject: Notice for the reader", ""), ("Subject: Re: mail from reader@example.org", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "subject-pictures",
        fires: &[("Subject: =?UTF-8?B?8J+OgQ==?= for you", "")],
        silent: &[
            ("Subject: for you :-)", ""),
            ("Subject: =?UTF-8?B?8J+OgQ==?= for you\nList-Id: <talk.lists.example>\nTo: talk@lists.example", ""),
        ],
        facts: FactSet::default,
    },
];
