//! Mails for the rules about pressure, letters, habits and names.

use super::{Case, FactSet};

const HTML: &str = "Content-Type: text/html; charset=utf-8";

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "customer-pressed",
        fires: &[
            (
                "From: Harbor Bank <service@harbor.example>\nSubject: Security notice",
                "Dear customer,\nwe noticed unusual activity. Please verify your account: https://host.example/x",
            ),
            (
                "From: Hafenbank <info@hafen.example>\nSubject: Wichtig",
                "Sehr geehrter Kunde, aus Sicherheitsgründen wurde Ihr Konto gesperrt. Klicken Sie hier: https://host.example/x",
            ),
            (
                "From: Minato Bank <info@minato.example>\nSubject: News",
                "お客様のカードの利用を制限させていただきました。ログインはこちら https://host.example/x",
            ),
        ],
        silent: &[
            (
                "From: Harbor Bank <service@harbor.example>\nSubject: Security notice\nAuthentication-Results: mx.example.org; dkim=pass header.d=harbor.example",
                "Dear customer,\nwe noticed unusual activity. Please verify your account: https://www.harbor.example/x",
            ),
            (
                "Subject: Notice",
                "Dear customer,\nwe noticed unusual activity. Please verify your account at our counter.",
            ),
            (
                "Subject: Re: phishing\nIn-Reply-To: <1@sender.example>",
                "They write: Dear customer, unusual activity, verify your account https://host.example/x",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "pressed-hard",
        fires: &[(
            "Subject: Notice",
            "We noticed a login attempt. Log in to your page within 24 hours or it will be suspended. https://host.example/x",
        )],
        silent: &[
            ("Subject: Notice", "Please log in to your page within 24 hours. https://host.example/x"),
            (
                "Subject: Notice",
                "We noticed a login attempt. Log in to your page within 24 hours or it will be suspended.",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "customer-mail-on-list",
        fires: &[(
            "To: talk@lists.example\nList-Id: <talk.lists.example>\nSubject: [Talk] Card",
            "お客様のカードの情報を更新してください。 https://host.example/x",
        )],
        silent: &[
            (
                "To: talk@lists.example\nList-Id: <talk.lists.example>\nSubject: Re: [Talk] Card\nIn-Reply-To: <1@sender.example>",
                "> お客様のカードの情報を更新してください。 https://host.example/x",
            ),
            ("Subject: Card", "お客様のカードの情報を更新してください。 https://host.example/x"),
            (
                "To: talk@lists.example\nList-Id: <talk.lists.example>\nSubject: [Talk] New version",
                "Version 2 is out, please update: https://host.example/x",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "greeting-holds-address",
        fires: &[
            ("Subject: Notice", "Dear reader@example.org,\n\nyour mailbox needs care."),
            ("Subject: Notice", "reader@example.org 様\n\nいつもご利用いただきありがとうございます。"),
        ],
        silent: &[
            ("Subject: Notice", "Hello Anna,\n\nwe use reader@example.org for the tickets."),
            ("Subject: Notice", "Hello Anna,\n\nthis mail was sent to reader@example.org."),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "answer-by-mail-elsewhere",
        fires: &[(
            HTML,
            "<p>New sign-in</p><a href=\"mailto:alerts@other.example?subject=Report%20the%20user\">Report the user</a>",
        )],
        silent: &[
            (HTML, "<p>Questions?</p><a href=\"mailto:help@sender.example?subject=Your%20question\">Write to us</a>"),
            (HTML, "<p>Call or write:</p><a href=\"mailto:partner@other.example\">partner@other.example</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "text-behind-page",
        fires: &[(
            HTML,
            "<html><body><p>Hello</p></body></html>\n<div>the quiet harbor wakes before the seventh ship of the morning</div>",
        )],
        silent: &[
            (HTML, "<html><body><p>Hello</p></body></html>\n<img src=\"https://host.example/p\">"),
            (HTML, "<html><body><p>the quiet harbor wakes before the seventh ship of the morning</p></body></html>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "letters-mixed",
        fires: &[
            ("From: P\u{430}y Service <a@sender.example>\nSubject: Your w\u{430}llet", "Hello"),
            ("Subject: Notice", "D\u{435}ar cust\u{43e}mer, y\u{43e}ur acc\u{43e}unt"),
        ],
        silent: &[("Subject: Привет", "Добрый день, это IT-отдел."), ("Subject: µTorrent", "Ω is a letter; so is α.")],
        facts: FactSet::default,
    },
    Case {
        rule: "letters-split",
        fires: &[
            ("Subject: Your wal\u{200b}let", "Hello"),
            ("Subject: Notice", "Your wa\u{e0139}llet and re\u{200c}cove\u{200c}ry phrase"),
        ],
        silent: &[
            ("Subject: Notice", "Preheader \u{200c} \u{200c} \u{34f} \u{200c} text"),
            ("Subject: 葛\u{e0100}飾区", "辻\u{e0100}さん"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "foreign-kanji",
        fires: &[("Subject: News", "いつもご利用いただきありがとうございます。ご确认をお願いいたします。")],
        silent: &[
            ("Subject: News", "いつもご利用いただきありがとうございます。ご確認をお願いいたします。髙橋"),
            ("Subject: News", "请确认您的账户"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "japanese-in-chinese-charset",
        fires: &[(
            "Subject: =?gb2312?B?pLSkqg==?=",
            "いつもご利用いただきありがとうございます。ご確認をお願いいたします。",
        )],
        silent: &[
            ("Subject: News", "いつもご利用いただきありがとうございます。ご確認をお願いいたします。"),
            ("Subject: =?gb2312?B?xOO6ww==?=", "您好，请查收附件。"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "japanese-on-chinese-clock",
        fires: &[(
            "Date: Sat, 21 Nov 2026 18:00:00 +0800",
            "いつもご利用いただきありがとうございます。お客様のカードのご確認をお願いいたします。",
        )],
        silent: &[
            (
                "Date: Sat, 21 Nov 2026 19:00:00 +0900",
                "いつもご利用いただきありがとうございます。お客様のカードのご確認をお願いいたします。",
            ),
            (
                "Date: Sat, 21 Nov 2026 18:00:00 +0800",
                "来週の会議の資料をお送りします。よろしくお願いいたします。では。",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "japanese-by-foreign-mailer",
        fires: &[(
            "X-Mailer: Foxmail 6, 13, 102, 15 [cn]",
            "いつもご利用いただきありがとうございます。お客様のカードのご確認をお願いいたします。",
        )],
        silent: &[
            (
                "X-Mailer: Becky! ver. 2.81",
                "いつもご利用いただきありがとうございます。お客様のカードのご確認をお願いいたします。",
            ),
            ("X-Mailer: Foxmail 7.2", "Hello Anna, see you on Monday."),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "priority-raised",
        fires: &[("X-Priority: 1", "Hello"), ("Importance: high", "Hello")],
        silent: &[
            ("X-Priority: 3", "Hello"),
            ("X-Priority: 1\nIn-Reply-To: <1@sender.example>\nSubject: Re: server down", "Hello"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "encoded-without-need",
        fires: &[("From: =?utf-8?B?UGF5UGFs?= <anna@sender.example>", "Hello")],
        silent: &[("Subject: =?UTF-8?B?6YeN6KaB?=", "Hello"), ("Subject: =?UTF-8?Q?Hello?=", "Hello")],
        facts: FactSet::default,
    },
    Case {
        rule: "mailer-made-up",
        fires: &[("X-Mailer: Njhqo 1", "Hello")],
        silent: &[("X-Mailer: Outlook 16", "Hello"), ("X-Mailer: Apple Mail (2.3731)", "Hello")],
        facts: FactSet::default,
    },
    Case {
        rule: "subject-shouts",
        fires: &[("Subject: You have won!", "Hello")],
        silent: &[("Subject: You have won", "Hello"), ("Subject: Re: Congratulations!", "Hello")],
        facts: FactSet::default,
    },
    Case {
        rule: "name-is-foreign-site",
        fires: &[("From: \"harbor-bank.com\" <anna@sender.example>", "Hello")],
        silent: &[
            ("From: \"sender.example\" <anna@sender.example>", "Hello"),
            ("From: \"Anna M. Example, Ph.D.\" <anna@sender.example>", "Hello"),
        ],
        facts: FactSet::default,
    },
];
