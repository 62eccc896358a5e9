//! Mails for the rules about what a mail says.

use super::{Case, FactSet};

const HTML: &str = "Content-Type: text/html; charset=utf-8";

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "mailbox-notice",
        fires: &[
            ("Subject: Your mailbox is almost full", "Keep it here: https://host.example/x"),
            (
                "Subject: =?UTF-8?B?6YeN6KaBOiDjg5Hjgrnjg6/jg7zjg4njga7mnInlirnmnJ/pmZA=?=",
                "パスワードの有効期限が切れます。 https://host.example/x",
            ),
            (
                "Subject: Undelivered messages",
                "Two pending messages wait for reader@example.org's mailbox. https://host.example/x",
            ),
        ],
        silent: &[
            ("Subject: Your mailbox is almost full", "Please delete some mails."),
            ("Subject: Minutes", "The room is full. https://host.example/x"),
            (
                "From: IT <it@example.org>\nSubject: Your mailbox is almost full\nAuthentication-Results: mx.example.org; dkim=pass header.d=example.org",
                "https://mail.example.org/x",
            ),
            ("In-Reply-To: <1@example.org>\nSubject: Re: my mailbox is full", "try https://host.example/x"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "urgent-log-in",
        fires: &[(
            "Subject: Urgent: verify your account",
            "Your account will be suspended within 24 hours. Log in immediately to verify your password: https://host.example/x",
        )],
        silent: &[
            (
                "Subject: Urgent: verify your account",
                "Your account will be suspended within 24 hours. Log in immediately.",
            ),
            ("Subject: Minutes", "Slides: https://host.example/x"),
            (
                "Subject: Urgent: verify your account\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "Log in immediately to verify your password: https://host.example/x",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "account-trouble",
        fires: &[("Subject: Notice", "We noticed unusual activity. https://host.example/x")],
        silent: &[
            ("Subject: Notice", "We noticed unusual activity. https://www.sender.example/x"),
            ("Subject: Notice", "Slides: https://host.example/x"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "money-demand",
        fires: &[
            (
                "From: Anna <anna1978@gmail.com>\nSubject: Hello",
                "I am the next of kin of a late banker and want to transfer ten million dollars. Contact me.",
            ),
            (
                "From: Boss <boss@sender.example>\nReply-To: boss.private@gmail.com\nSubject: Task",
                "Please buy gift cards and send the codes. Are you available?",
            ),
        ],
        silent: &[
            ("From: Anna <anna1978@gmail.com>\nSubject: Hello", "Lunch at noon?"),
            (
                "From: Anna <anna@sender.example>\nSubject: Hello",
                "The gift cards for the team arrived, transfer follows.",
            ),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nFrom: Anna <anna1978@gmail.com>",
                "The bitcoin payment arrived, contact me.",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "nameless-greeting",
        fires: &[("", "Dear Valued Customer,\nplease read this.")],
        silent: &[
            ("", "Dear Ms Reader,\nplease read this."),
            ("List-Id: <talk.lists.example>\nTo: talk@lists.example", "Dear friend of the list,"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "form-in-mail",
        fires: &[(HTML, "<form action=\"https://host.example/x\"><input name=\"password\"></form>")],
        silent: &[
            (HTML, "<p>the form is on our page</p>"),
            (HTML, "<form><p>left over from a builder</p></form>"),
            (HTML, "<form action=\"\"><input type=\"hidden\" name=\"id\"></form>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "hidden-text",
        fires: &[(
            HTML,
            "<p>Offer</p><div style=\"display:none\">The quick brown fox jumps over the lazy dog and then it does the same thing once more because fillers of this kind are long and say nothing at all to anyone who reads</div><div style=\"font-size:0\">and another paragraph of words that nobody sees follows right behind it for good measure, so that the sum is large enough to be no accident of a newsletter and cannot be anything else</div>",
        )],
        silent: &[(HTML, "<div style=\"display:none\">Our news in November</div><p>Hello</p>")],
        facts: FactSet::default,
    },
    Case {
        rule: "invisible-characters",
        fires: &[("", "P\u{200b}ay\u{200b}Pal a\u{200b}cc\u{200b}ou\u{200b}nt")],
        silent: &[("", "PayPal account"), ("", "one joiner\u{200d} only")],
        facts: FactSet::default,
    },
    Case {
        rule: "drives-terminal",
        fires: &[
            ("", "see \u{1b}]52;c;cm0gLXJm\u{7} this"),
            ("", "\u{1b}[2J\u{1b}[1;1Hall is well"),
            ("Subject: =?utf-8?q?=1B]0;root=07?=", "hello"),
        ],
        // A shift to Japanese letters, and an escape that is only written about.
        silent: &[("", "\u{1b}$B$3$s\u{1b}(B"), ("", "press ESC [ to go on"), ("", "page one\u{c}page two")],
        facts: FactSet::default,
    },
    Case {
        rule: "image-only",
        fires: &[(
            HTML,
            "<a href=\"https://host.example/x\"><img src=\"https://host.example/a.png\" width=\"600\" height=\"800\"></a>",
        )],
        silent: &[(
            HTML,
            "<p>Our house stands by the river, and everyone is welcome to visit us there on any day of the week that suits; the picture below shows the way from the station to the door.</p><img src=\"https://host.example/a.png\">",
        )],
        facts: FactSet::default,
    },
    Case {
        rule: "brand-borrowed",
        fires: &[
            ("Subject: Netflix: update", "Your plan ends. https://host.example/x"),
            ("Subject: Notice", "Verify your account at Netflix now: https://host.example/x"),
        ],
        silent: &[
            ("Subject: Netflix: update", "Your Netflix plan ends. https://www.netflix.com/x"),
            ("Subject: Minutes", "Slides about Netflix: https://host.example/x"),
            ("From: Netflix <info@netflix.com>\nSubject: Netflix: update", "https://host.example/x"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "prize-bait",
        fires: &[("Subject: Congratulations!", "You have won. https://host.example/x")],
        silent: &[
            ("Subject: Congratulations!", "Well done at the exam."),
            ("Subject: Congratulations!", "https://www.sender.example/winners"),
            ("In-Reply-To: <1@example.org>\nSubject: Re: Congratulations!", "https://host.example/photos"),
        ],
        facts: FactSet::default,
    },
];
