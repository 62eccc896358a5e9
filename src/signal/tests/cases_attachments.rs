//! Mails for the rules about attached files.

use super::{Case, FactSet};

const MIXED: &str = "Content-Type: multipart/mixed; boundary=b";

macro_rules! with_file {
    ($type:literal, $name:literal, $body:literal) => {
        concat!(
            "--b\nContent-Type: text/plain\n\nsee file\n--b\nContent-Type: ",
            $type,
            "; name=\"",
            $name,
            "\"\nContent-Disposition: attachment; filename=\"",
            $name,
            "\"\n\n",
            $body,
            "\n--b--\n"
        )
    };
}

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "html-attached",
        fires: &[(MIXED, with_file!("text/html", "invoice.html", "<html><form></form></html>"))],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.pdf", "%PDF-1.4")),
            ("Content-Type: text/html", "<p>an ordinary body</p>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "form-attached",
        fires: &[
            (
                MIXED,
                with_file!("text/html", "invoice.html", "<html><form action=x><input type=password></form></html>"),
            ),
            (MIXED, with_file!("text/html", "view.htm", "<html><body><INPUT TYPE=PASSWORD></body></html>")),
        ],
        silent: &[
            (MIXED, with_file!("text/html", "report.html", "<html><body><h1>form</h1><input type=text></body></html>")),
            ("Content-Type: text/html", "<form action='https://www.example.com/poll'>an ordinary body</form>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "program-attached",
        fires: &[
            (MIXED, with_file!("application/octet-stream", "invoice.exe", "MZ")),
            (MIXED, with_file!("text/plain", "run.vbs", "x")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.pdf", "%PDF-1.4")),
            (MIXED, with_file!("text/plain", "report for example.com", "x")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "name-turned-around",
        fires: &[(MIXED, with_file!("application/octet-stream", "invoice\u{202e}fdp.exe", "MZ"))],
        silent: &[(MIXED, with_file!("application/pdf", "請求書.pdf", "%PDF-1.4"))],
        facts: FactSet::default,
    },
    Case {
        rule: "double-extension",
        fires: &[
            (MIXED, with_file!("application/octet-stream", "invoice.pdf.exe", "MZ")),
            (MIXED, with_file!("text/html", "scan.pdf.html", "x")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.2026.pdf", "%PDF-1.4")),
            (MIXED, with_file!("text/html", "page.html", "x")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "attachment-type-lies",
        fires: &[(MIXED, with_file!("image/png", "photo.png", "<!DOCTYPE html><html><body>x</body></html>"))],
        silent: &[
            (MIXED, with_file!("text/plain", "notes.txt", "<!DOCTYPE html><html></html>")),
            (MIXED, with_file!("application/pdf", "a.pdf", "%PDF-1.4\n")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "container-attached",
        fires: &[
            (MIXED, with_file!("application/zip", "files.zip", "PK")),
            (MIXED, with_file!("application/octet-stream", "disk.iso", "x")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.pdf", "%PDF-1.4")),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nContent-Type: multipart/mixed; boundary=b",
                with_file!("application/zip", "files.zip", "PK"),
            ),
        ],
        facts: FactSet::default,
    },
];
