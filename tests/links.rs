//! Links that a whole mail hides: in QR codes, in pictures of every kind and place, drawn in text and tables, inside
//! wrappers, calendars and nested messages. The samples are made here, with reserved names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

#[path = "links/files.rs"]
mod files;
#[allow(dead_code, reason = "most of them are for the test of attachments")]
mod samples;

use std::fmt::Write as _;
use std::io::Cursor;

use gosanke::analysis::{Analysis, Own, analyze};
use gosanke::evidence::{HostClass, Link, LinkKind, Role, StepKind};
use gosanke::facts::FactSet;
use gosanke::message::Quirk;
use gosanke::signal::Weights;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use qrcode::{Color, QrCode};

const URL: &str = "https://qr.host.example/mfa/renew?u=reader";

fn take_apart(mail: &str) -> Analysis {
    analyze(mail.as_bytes(), &[], &FactSet::default(), &Weights::default(), &Own::default())
}

fn modules(text: &str) -> (usize, Vec<bool>) {
    let code = QrCode::new(text).unwrap();
    (code.width(), code.to_colors().into_iter().map(|color| color == Color::Dark).collect())
}

fn picture(text: &str, format: ImageFormat) -> Vec<u8> {
    let (size, dark) = modules(text);
    let code = GrayImage::from_fn(size as u32 * 4 + 32, size as u32 * 4 + 32, |x, y| {
        let at = |pixel: u32| pixel.checked_sub(16).map(|pixel| pixel as usize / 4).filter(|at| *at < size);
        Luma([if at(x).zip(at(y)).is_some_and(|(x, y)| dark[y * size + x]) { 0 } else { 255 }])
    });
    let mut out = Cursor::new(Vec::new());
    DynamicImage::from(code).to_rgb8().write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            out.push(if at <= chunk.len() { char::from(DIGITS[(word >> (18 - 6 * at) & 63) as usize]) } else { '=' });
        }
        if out.len() % 77 == 76 {
            out.push('\n');
        }
    }
    out
}

const HEAD: &str = "Received: from mail.sender.example (mail.sender.example [203.0.113.5]) by mx.example.org with ESMTPS; Sat, 21 Nov 2026 10:00:03 +0000\nFrom: Desk <desk@sender.example>\nTo: reader@example.org\nSubject: Renew your second factor\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-ID: <1@sender.example>\nMIME-Version: 1.0\n";

fn with_parts(parts: &[String]) -> String {
    let mut mail = format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n");
    for part in parts {
        write!(mail, "\n--b\n{part}\n").unwrap();
    }
    mail + "\n--b--\n"
}

fn codes(analysis: &Analysis) -> Vec<&Link> {
    analysis.evidence.links.iter().filter(|link| link.kind == LinkKind::Qr).collect()
}

#[test]
fn a_code_in_a_picture_is_a_link_wherever_the_picture_stands() {
    for (format, kind) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::Bmp, "image/bmp"),
        (ImageFormat::WebP, "image/webp"),
    ] {
        let body = base64(&picture(URL, format));
        let page = "Content-Type: text/html\n\n<p>Scan this:</p><img src=\"cid:code@sender.example\">".to_owned();
        let inline = format!(
            "Content-Type: {kind}\nContent-ID: <code@sender.example>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\n{body}"
        );
        let attached = format!(
            "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"voucher.dat\"\nContent-Transfer-Encoding: base64\n\n{body}"
        );
        let in_page = format!(
            "Content-Type: text/html\n\n<p>Scan:</p><img src=\"data:{kind};base64,{}\">",
            body.replace('\n', "")
        );
        let forwarded = format!(
            "Content-Type: message/rfc822\n\nFrom: a@b.example\nContent-Type: multipart/related; boundary=c\n\n--c\n{page}\n--c\n{inline}\n--c--\n"
        );
        for parts in [vec![page, inline], vec![attached], vec![in_page], vec![forwarded]] {
            let analysis = take_apart(&with_parts(&parts));
            let found = codes(&analysis);
            assert_eq!(found.len(), 1, "{kind}: {:?}", parts[0].get(..60));
            assert_eq!(found[0].raw, URL);
            assert!(found[0].part.is_some());
            let host = analysis.evidence.hosts.iter().find(|host| host.domain.host == "qr.host.example").unwrap();
            assert_eq!(host.roles, [Role::Link]);
            assert!(analysis.verdict.findings.iter().any(|finding| finding.rule.id == "qr-code-leads-away"));
        }
    }
}

#[test]
fn the_demo_mail_with_a_code_says_where_the_code_leads() {
    let analysis = take_apart(include_str!("../assets/demo/16-qr-code.eml"));
    let found = codes(&analysis);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].raw, "https://qr-login.example.net/mfa/renew?u=m.aoki");
    assert!(analysis.verdict.findings.iter().any(|finding| finding.rule.id == "qr-code-leads-away"));
}

#[test]
fn codes_drawn_in_text_and_cells_are_links() {
    let (size, dark) = modules(URL);
    let rows: Vec<&[bool]> = dark.chunks(size).collect();
    let hashes: String = rows
        .iter()
        .map(|row| row.iter().map(|dark| if *dark { "##" } else { "  " }).collect::<String>() + "\n")
        .collect();
    let mut halves = String::new();
    for pair in rows.chunks(2) {
        for (x, upper) in pair[0].iter().enumerate() {
            let lower = pair.get(1).is_some_and(|row| row[x]);
            halves.push(match (upper, lower) {
                (true, true) => '\u{2588}',
                (true, false) => '\u{2580}',
                (false, true) => '\u{2584}',
                (false, false) => ' ',
            });
        }
        halves.push('\n');
    }
    let mut cells = String::from("<table cellpadding=0 cellspacing=0>");
    for row in &rows {
        cells.push_str("<tr>");
        for dark in *row {
            cells.push_str(if *dark {
                "<td bgcolor=\"#000000\" width=4 height=4></td>\n"
            } else {
                "<td bgcolor=\"#ffffff\"></td>\n"
            });
        }
        cells.push_str("</tr>");
    }
    cells.push_str("</table>");
    for part in [
        format!("Content-Type: text/plain; charset=utf-8\n\nScan this:\n\n{hashes}\nthe desk"),
        format!("Content-Type: text/plain; charset=utf-8\n\nScan this:\n\n{halves}\nthe desk"),
        format!(
            "Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p><pre style=\"line-height:1\">{halves}</pre>"
        ),
        format!("Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p><pre>{hashes}</pre>"),
        format!(
            "Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p><pre>{}</pre>",
            hashes.replace('#', "\u{2588}")
        ),
        format!(
            "Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p><pre>{}</pre>",
            hashes.replace('#', "\u{2588}").replace('\n', "\r\n")
        ),
        format!(
            "Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p><pre>{}</pre>",
            hashes.replace("##", "\u{2b1b}").replace("  ", "\u{2b1c}")
        ),
        format!(
            "Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p><pre>{}</pre>",
            hashes.replace('#', "&#9608;")
        ),
        format!(
            "Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p><pre><span>{}</span></pre>",
            halves.replace(' ', "&nbsp;").replace('\n', "</span>\n<span>")
        ),
        format!("Content-Type: text/html; charset=utf-8\n\n<p>Scan this:</p>{cells}"),
    ] {
        let analysis = take_apart(&with_parts(std::slice::from_ref(&part)));
        let found = codes(&analysis);
        assert_eq!(found.iter().map(|link| &*link.raw).collect::<Vec<_>>(), [URL], "{part}");
    }
}

#[test]
fn more_pictures_than_are_searched_are_told() {
    let body = base64(&picture(URL, ImageFormat::Png));
    let part = format!("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{body}");
    let analysis = take_apart(&with_parts(&vec![part; 40]));
    assert_eq!(codes(&analysis).len(), 1);
    assert_eq!(codes(&analysis)[0].count, 30);
    let told = analysis
        .evidence
        .quirks
        .iter()
        .any(|quirk| matches!(quirk, Quirk::Limit(text) if text.english().starts_with("QR codes: 10 ")));
    assert!(told, "{:?}", analysis.evidence.quirks);
}

#[test]
fn a_wrapped_link_is_judged_by_where_it_leads() {
    let wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Flogin-3.azurefd.net%2Fx&data=05%7C02";
    let analysis = take_apart(&format!("{HEAD}Content-Type: text/html\n\n<a href=\"{wrapped}\">log in</a>"));
    let link = &analysis.evidence.links[0];
    let steps: Vec<(StepKind, &str)> = link.steps.iter().map(|step| (step.kind, &*step.url.domain.host)).collect();
    assert_eq!(steps, [(StepKind::Gateway, "www.google.com"), (StepKind::Redirector, "login-3.azurefd.net")]);
    assert_eq!(link.target().unwrap().normal, "https://login-3.azurefd.net/x");
    assert!(link.classes.contains(&HostClass::FreeHosting));
    let ids: Vec<&str> = analysis.verdict.findings.iter().map(|finding| finding.rule.id).collect();
    for id in ["link-free-hosting", "link-redirector"] {
        assert!(ids.contains(&id), "{id} in {ids:?}");
    }
    // The recipient's own gateway in front of an honest page says nothing.
    let honest =
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.sender.example%2Fx&data=05%7C02";
    let analysis = take_apart(&format!("{HEAD}Content-Type: text/html\n\n<a href=\"{honest}\">www.sender.example</a>"));
    let about_links =
        analysis.verdict.findings.iter().filter(|finding| finding.rule.id.starts_with("link-") && finding.weight > 0.0);
    assert_eq!(about_links.count(), 0);
}

#[test]
fn an_honest_address_inside_a_link_is_not_where_it_leads() {
    let analysis = take_apart(&format!(
        "{HEAD}Content-Type: text/html\n\n<a href=\"http://203.0.113.77/login?next=https://www.paypal.com/\">log in</a>"
    ));
    let link = &analysis.evidence.links[0];
    assert_eq!(link.target().unwrap().domain.host, "203.0.113.77");
    assert_eq!(link.carried[0].domain.host, "www.paypal.com");
    assert!(analysis.verdict.findings.iter().any(|finding| finding.rule.id == "link-address-literal"));
}

#[test]
fn addresses_of_odd_shape_are_read_as_a_browser_reads_them() {
    let links = |mail: &str| take_apart(mail).evidence.links;
    for (text, host) in [
        ("at http://[2001:db8::1]/x", "2001:db8::1"),
        ("at http://3221225985/x", "192.0.2.1"),
        ("at http://192.0.513/x", "192.0.2.1"),
        ("at http://[::ffff:192.0.2.1]/", "192.0.2.1"),
        ("at 192[.]0[.]2[.]1", "192.0.2.1"),
        (r"at https:\\example.com\x", "example.com"),
        ("at https:/example.com/x", "example.com"),
        ("at https://login.example%2Ecom/x", "login.example.com"),
        ("at https://example\u{3002}com/x", "example.com"),
        ("at www.x.test/ now", "www.x.test"),
    ] {
        let mail = format!("Subject: x\nContent-Type: text/plain; charset=utf-8\n\n{text}\n");
        let hosts: Vec<String> = links(&mail)
            .iter()
            .map(|link| link.url.as_ref().map_or("none", |url| &url.domain.host).to_owned())
            .collect();
        assert_eq!(hosts, [host], "{text}");
    }
    // Versions, paths and prose that look a little like them.
    for text in
        ["version 3.4.1 of 192.0.513", r"C:\Users\x and \\server\share", "a:/b and/or http: / x", "www.x.1 www..com"]
    {
        let mail = format!("Subject: x\n\n{text}\n");
        assert!(links(&mail).iter().all(|link| link.url.is_none()), "{text}: {:?}", links(&mail));
    }
}

#[test]
fn an_address_in_a_page_goes_on_behind_a_change_of_letters() {
    for (html, expected) in [
        ("<p>https://exam<b>ple</b>.com/x</p>", vec!["https://example.com/x"]),
        ("<p>https://example.com/a<wbr>b/<i>c</i>. Then</p>", vec!["https://example.com/ab/c"]),
        ("<p>https://exam<span style='display:none'>z</span>ple.com/</p>", vec!["https://example.com/"]),
        // Another line, another cell, another word, another link.
        ("<p>https://example.com</p><p>com/x</p>", vec!["https://example.com"]),
        ("<td>https://example.com</td><td>next</td>", vec!["https://example.com"]),
        ("https://example.com <b>next</b>", vec!["https://example.com"]),
        ("https://example.com<b>Next</b> word", vec!["https://example.com"]),
        ("https://example.com/<b>https://example.net/</b>", vec!["https://example.com/", "https://example.net/"]),
        ("https://example.com/<br>next", vec!["https://example.com/"]),
    ] {
        let mail = format!("Subject: x\nContent-Type: text/html\n\n{html}\n");
        let found: Vec<String> = take_apart(&mail).evidence.links.iter().map(|link| link.raw.clone()).collect();
        assert_eq!(found, expected, "{html}");
    }
}

#[test]
fn folders_of_other_machines_have_a_host() {
    use gosanke::evidence::UrlTrait;
    for (html, host, port, odd) in [
        (r#"<img src="\\192.0.2.1\a.png">"#, "192.0.2.1", None, true),
        (r#"<a href="\\evil.test@80\x">x</a>"#, "evil.test", Some(80), true),
        (r#"<a href="\\evil.test@SSL@8443\x">x</a>"#, "evil.test", Some(8443), true),
        (r#"<img src="file:////192.0.2.1/x">"#, "192.0.2.1", None, true),
        (r#"<img src="file://evil.test/x">"#, "evil.test", None, true),
        // The writer's own disk, and a share of a house without a name of the world.
        (r#"<img src="file:///C:/Users/x/a.png">"#, "", None, false),
        (r#"<img src="\\server\share\a.png">"#, "server", None, false),
    ] {
        let mail = format!("Subject: x\nContent-Type: text/html\n\n<p>hello {html}</p>\n");
        let found = take_apart(&mail).evidence.links;
        let url = found[0].url.as_ref().unwrap();
        assert_eq!((url.scheme.as_str(), url.domain.host.as_str(), url.port), ("file", host, port), "{html}");
        assert_eq!(found[0].traits.contains(&UrlTrait::OddScheme), odd, "{html}");
    }
    for html in [r#"<img src="\\">"#, r#"<img src="\a.png">"#, r#"<img src="\\a b\c">"#] {
        let mail = format!("Subject: x\nContent-Type: text/html\n\n<p>hello {html}</p>\n");
        assert!(take_apart(&mail).evidence.links.iter().all(|link| link.url.is_none()), "{html}");
    }
}

#[test]
fn addresses_in_the_subject_are_links_of_the_header() {
    let of = |head: &str| {
        let found = take_apart(&format!("{head}\n\nhello\n")).evidence.links;
        found.into_iter().map(|link| (link.kind, link.raw)).collect::<Vec<_>>()
    };
    for head in [
        "Subject: Pay at https://subj.test/x now",
        "Subject: =?utf-8?Q?Pay_at_https=3A=2F=2Fsubj.test=2Fx_now?=",
        "Organization: https://subj.test/x",
        "Comments: see https://subj.test/x.",
    ] {
        assert_eq!(of(head), [(LinkKind::Header, "https://subj.test/x".to_owned())], "{head}");
    }
    for head in
        ["Subject: Version 1.2.3 of report.pdf and/or C:\\x", "Subject: Re: http status", "X-Note: https://subj.test/x"]
    {
        assert_eq!(of(head), [], "{head}");
    }
}
