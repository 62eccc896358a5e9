//! Mails for the rules about what is odd in an address.

use super::{Case, FactSet};

const HTML: &str = "Content-Type: text/html; charset=utf-8";
const HTML_LIST: &str = "Content-Type: text/html; charset=utf-8\nList-Id: <talk.lists.example>\nTo: talk@lists.example";
const HTML_SIGNED: &str =
    "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example\nContent-Type: text/html; charset=utf-8";
const TEXT: &str = "Content-Type: text/plain; charset=utf-8";

/// A code that holds `https://qr.host.example/mfa`, drawn with two characters a module.
const CODE: &str = include_str!("code.txt");
/// The same for `https://www.sender.example/t`.
const OWN_CODE: &str = include_str!("own_code.txt");

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "link-host-disguised",
        fires: &[
            (HTML, "<a href=\"http://3405803785/login\">log in</a>"),
            (HTML, "<a href=\"http:\\\\host.example\\x\">log in</a>"),
            (HTML, "<a href=\"http://ho%73t.example/x\">log in</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"http://203.0.113.9/login\">log in</a>"),
            (HTML, "<a href=\"http://host.example/a%20b\\c\">log in</a>"),
            (HTML, "<a href=\"HTTP://Host.Example/x\">log in</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-odd-scheme",
        fires: &[
            (HTML, "<a href=\"search-ms:query=invoice&crumb=location:\\\\host.example\\share\">invoice</a>"),
            (HTML, "<a href=\"javascript:location='//host.example/x'\">log in</a>"),
            (HTML, "<a href=\"data:text/html,<form action=//host.example>\">log in</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"javascript:;\">menu</a>"),
            (HTML, "<a href=\"tel:+81312345678\">call</a> <a href=\"mailto:a@host.example\">write</a>"),
            (HTML, "<a href=\"ftp://ftp.host.example/pub/x.tar.gz\">source</a>"),
            (HTML_SIGNED, "<a href=\"javascript:open('/x')\">print</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-random-name",
        fires: &[(HTML, "<a href=\"https://www.xkqjzvbt.example/x\">log in</a>")],
        silent: &[
            (HTML, "<a href=\"https://www.rhythms-and-blues.example/x\">concert</a>"),
            (HTML, "<a href=\"https://xkqjzvbt.cloudfront.net/x\">slides</a>"),
            (HTML_SIGNED, "<a href=\"https://www.xkqjzvbt.example/x\">slides</a>"),
            (HTML_LIST, "<a href=\"https://www.xkqjzvbt.example/x\">slides</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-many-labels",
        fires: &[(HTML, "<a href=\"https://www.bank.example.login.secure.id.host.example/\">log in</a>")],
        silent: &[
            (HTML, "<a href=\"https://a.b.c.host.example/\">x</a>"),
            (HTML, "<a href=\"https://www.bank.login.secure.id.sender.example/\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-mixed-script",
        fires: &[(HTML, "<a href=\"https://p\u{430}ypal.host.example/\">log in</a>")],
        silent: &[
            (HTML, "<a href=\"https://日本語.host.example/\">x</a>"),
            (HTML, "<a href=\"https://привет.host.example/\">x</a>"),
            (HTML, "<a href=\"https://paypal.host.example/\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-form-builder",
        fires: &[
            (HTML, "<a href=\"https://form.jotform.com/2233\">verify</a>"),
            (HTML, "<a href=\"https://www.google.com/url?q=https://forms.gle/abc\">verify</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"https://host.example/form.jotform.com\">x</a>"),
            (HTML_LIST, "<a href=\"https://forms.gle/abc\">the survey</a>"),
            (
                "From: Typeform <noreply@typeform.com>\nContent-Type: text/html",
                "<a href=\"https://admin.typeform.com/x\">x</a>",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-dynamic-dns",
        fires: &[(HTML, "<a href=\"https://mail-login.duckdns.org/x\">log in</a>")],
        silent: &[
            (HTML, "<a href=\"https://duckdns.host.example/x\">x</a>"),
            (HTML_LIST, "<a href=\"https://git.duckdns.org/x\">my patch</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-ipfs",
        fires: &[
            (HTML, "<a href=\"https://ipfs.io/ipfs/QmXoypizjW3WknFiJnKLwHCnL72vedxjQkDDP1mXWo6uco\">open</a>"),
            (
                HTML,
                "<a href=\"https://gateway.host.example/ipfs/QmXoypizjW3WknFiJnKLwHCnL72vedxjQk/index.html\">open</a>",
            ),
        ],
        silent: &[
            (HTML, "<a href=\"https://host.example/blog/what-is-ipfs\">x</a>"),
            (HTML_LIST, "<a href=\"https://ipfs.io/ipfs/QmXoypizjW3WknFiJnKLwHCnL72vedxjQk\">the build</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-site-files",
        fires: &[
            (HTML, "<a href=\"https://host.example/wp-content/themes/x/bank/login.php\">log in</a>"),
            (HTML, "<a href=\"https://host.example/.well-known/acme/index.html\">log in</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"https://host.example/wp-content/uploads/2026/11/minutes.pdf\">minutes</a>"),
            (HTML, "<a href=\"https://www.sender.example/wp-content/plugins/x/unsubscribe.php\">x</a>"),
            (HTML, "<a href=\"https://host.example/.well-known/security.txt\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "qr-code-leads-away",
        fires: &[(TEXT, CODE)],
        silent: &[(TEXT, OWN_CODE), (TEXT, "QR codes: https://qr.host.example/mfa")],
        facts: FactSet::default,
    },
    Case {
        rule: "link-through-several",
        fires: &[(
            HTML,
            "<a href=\"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fhost.example%2F\">x</a>",
        )],
        silent: &[
            (HTML, "<a href=\"https://www.google.com/url?q=https://host.example/\">x</a>"),
            (
                HTML,
                "<a href=\"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fhost.example%2F\">x</a>",
            ),
            (
                HTML,
                "<a href=\"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fwww.sender.example%2F\">x</a>",
            ),
        ],
        facts: FactSet::default,
    },
];
