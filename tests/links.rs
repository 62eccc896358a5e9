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
        .any(|quirk| matches!(quirk, Quirk::Limit(text) if text.starts_with("QR codes: 10 ")));
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

/// A PDF of one picture: its dictionary beside the usual keys, and its bytes.
fn pdf_of(picture: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("%PDF-1.4\n1 0 obj\n<</Type/XObject/Subtype/Image{picture}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream\nendobj\ntrailer<</Root 2 0 R>>\n%%EOF"].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// ASCII85 without its shorthand.
fn base85(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for four in bytes.chunks(4) {
        let mut value = four.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (4 - four.len()));
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = (value % 85) as u8 + b'!';
            value /= 85;
        }
        out.extend(&digits[..=four.len()]);
    }
    out.extend(b"~>");
    out
}

#[test]
fn a_code_in_a_picture_inside_a_file_is_a_link() {
    let gray = image::load_from_memory(&picture(URL, ImageFormat::Png)).unwrap().to_luma8();
    let side = gray.width() as usize;
    let rgb: Vec<u8> = gray.as_raw().iter().flat_map(|level| [*level; 3]).collect();
    let rows = |bytes: &[u8], row: usize| -> Vec<Vec<u8>> { bytes.chunks(row).map(<[u8]>::to_vec).collect() };
    // The filter "up" of PNG on every row.
    let mut up = Vec::new();
    let mut above = vec![0_u8; side];
    for row in rows(gray.as_raw(), side) {
        up.push(2);
        up.extend(row.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above = row;
    }
    let bits: Vec<u8> = rows(gray.as_raw(), side)
        .iter()
        .flat_map(|row| {
            row.chunks(8)
                .map(|eight| {
                    eight.iter().enumerate().fold(0, |all, (at, level)| all | u8::from(*level > 99) << (7 - at))
                })
                .collect::<Vec<u8>>()
        })
        .collect();
    let size = format!("/Width {side}/Height {side}");
    let picture_of = |format| picture(URL, format);
    let png = picture_of(ImageFormat::Png);
    let samples: Vec<(&str, Vec<u8>)> = vec![
        ("dct.pdf", pdf_of(&format!("{size}/Filter/DCTDecode"), &picture_of(ImageFormat::Jpeg))),
        (
            "gray.pdf",
            pdf_of(&format!("{size}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"), &deflated(&gray)),
        ),
        (
            "icc.pdf",
            pdf_of(
                &format!("{size}/ColorSpace[/ICCBased 7 0 R]/BitsPerComponent 8/Filter[/FlateDecode]"),
                &deflated(&rgb),
            ),
        ),
        (
            "predicted.pdf",
            pdf_of(
                &format!(
                    "{size}/ColorSpace/DeviceGray/BitsPerComponent 8/DecodeParms<</Predictor 15/Columns {side}>>/Filter/FlateDecode"
                ),
                &deflated(&up),
            ),
        ),
        ("bits.pdf", pdf_of(&format!("{size}/ImageMask true/Filter/FlateDecode"), &deflated(&bits))),
        (
            "letters.pdf",
            pdf_of(
                &format!("{size}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter[/ASCII85Decode/FlateDecode]"),
                &base85(&deflated(&rgb)),
            ),
        ),
        ("a.docx", samples::docx(&[("word/document.xml", b"<w:document/>"), ("word/media/image1.png", &png)])),
        ("a.xlsx", samples::docx(&[("xl/workbook.xml", b"<workbook/>"), ("xl/media/image1.dat", &png)])),
        (
            "a.pptx",
            samples::docx(&[
                ("ppt/presentation.xml", b"<p/>"),
                ("ppt/media/image3.jpeg", &picture_of(ImageFormat::Jpeg)),
            ]),
        ),
        ("a.zip", samples::zip(&[("q.png", &png)])),
        ("a.tar", samples::tar(&[("q.png", &png)])),
        ("a.7z", samples::sevenz(&[("q.png", &png)], None, false)),
        ("in.zip", samples::zip(&[("a.docx", &samples::docx(&[("word/media/image1.png", &png)]))])),
    ];
    for (name, bytes) in samples {
        let found = take_apart(&samples::mail("see the file", name, &bytes));
        let told: Vec<(&str, Option<usize>)> =
            codes(&found).iter().map(|link| (link.raw.as_str(), link.part)).collect();
        assert_eq!(told, [(URL, Some(2))], "{name}");
        let fired = found.verdict.findings.iter().any(|finding| finding.rule.id == "qr-code-leads-away");
        assert!(
            fired,
            "{name}: {:?}",
            found.verdict.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
        );
    }
    // A picture without a code, one of a kind that is not read, a side that nobody has.
    let plain = GrayImage::from_pixel(200, 200, Luma([90]));
    for data in [
        pdf_of("/Width 200/Height 200/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", &deflated(&plain)),
        pdf_of("/Width 200/Height 200/BitsPerComponent 1/Filter/CCITTFaxDecode", &[1; 300]),
        pdf_of("/Width 99999999/Height 99999999/BitsPerComponent 8/Filter/FlateDecode", &deflated(&[0; 300])),
        pdf_of("/Width 300/Height 300/BitsPerComponent 8/Filter/FlateDecode", b"broken"),
    ] {
        assert!(codes(&take_apart(&samples::mail("see the file", "a.pdf", &data))).is_empty());
    }
}

#[test]
fn pictures_inside_files_share_the_limit_of_the_mail() {
    let names: Vec<String> = (0..33).map(|at| format!("{at}.png")).collect();
    let plain = DynamicImage::from(GrayImage::from_pixel(40, 40, Luma([90])));
    let mut png = Cursor::new(Vec::new());
    plain.write_to(&mut png, ImageFormat::Png).unwrap();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), png.get_ref().as_slice())).collect();
    let found = take_apart(&samples::mail("see", "a.zip", &samples::zip(&entries)));
    let told = |quirk: &Quirk| matches!(quirk, Quirk::Limit(what) if what.starts_with("QR codes: 3 pictures"));
    assert!(found.evidence.quirks.iter().any(told), "{:?}", found.evidence.quirks);
}

/// The addresses in files, and the rules that fire.
fn in_files(mail: &str) -> (Vec<String>, Vec<&'static str>) {
    let found = take_apart(mail);
    let links = found.evidence.links.iter().filter(|link| link.kind == LinkKind::Attachment);
    let rules = found.verdict.findings.iter().map(|finding| finding.rule.id).collect();
    (links.map(|link| link.raw.clone()).collect(), rules)
}

#[test]
fn addresses_in_words_of_documents_and_scripts_of_pages_are_listed() {
    let cell = b"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><c><f>HYPERLINK(&quot;https://form.test/x&quot;,&quot;Open&quot;)</f></c><c><f>WEBSERVICE(\"https://web.test/y\")</f></c></worksheet>";
    for (name, bytes, expected) in [
        (
            "a.docx",
            samples::docx(&[(
                "word/document.xml",
                b"<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:r><w:t>Sign in at https://txt.</w:t></w:r><w:r><w:t>test/x</w:t></w:r></w:p></w:document>",
            )]),
            vec!["https://txt.test/x"],
        ),
        (
            "a.pptx",
            samples::docx(&[("ppt/slides/slide1.xml", b"<p:sld><a:p><a:r><a:t>https://ppt.test/</a:t></a:r></a:p></p:sld>")]),
            vec!["https://ppt.test/"],
        ),
        (
            "a.xlsx",
            samples::docx(&[
                ("xl/sharedStrings.xml", b"<sst><si><t>see https://cell.test/</t></si></sst>"),
                ("xl/worksheets/sheet1.xml", cell),
            ]),
            vec!["https://cell.test/", "https://form.test/x", "https://web.test/y"],
        ),
        ("a.pdf", samples::pdf("Visit https://pdftext.test/x", None, &[], true), vec!["https://pdftext.test/x"]),
        (
            "a.html",
            b"<html><body onload=\"go('https://load.test/')\"><script>window.location.href=\"https://hloc.test/x\"; document.write(unescape('%3Ca href=%22https%3A//unesc.test/%22%3E'))</script>".to_vec(),
            vec!["https://load.test/", "https://hloc.test/x", "https://unesc.test/"],
        ),
        (
            "a.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script><![CDATA[location=atob('aHR0cHM6Ly9hdG9iLnRlc3QveA==')]]></script></svg>".to_vec(),
            vec!["https://atob.test/x"],
        ),
        // What names addresses without leading there.
        (
            "b.docx",
            samples::docx(&[(
                "word/document.xml",
                b"<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:r><w:t>Version 1.2.3 of C:\\Docs\\plan.docx and/or src/main.rs</w:t></w:r></w:p></w:document>",
            )]),
            vec![],
        ),
    ] {
        let (links, _) = in_files(&samples::mail("see the file", name, &bytes));
        assert_eq!(links, expected, "{name}");
    }
}

#[test]
fn addresses_of_libraries_in_scripts_raise_nothing() {
    let page = |script: &str| {
        samples::mail("see the file", "report.html", format!("<html><p>report</p><script>{script}</script>").as_bytes())
    };
    let (links, with) = in_files(&page("/* lib v3.4.1 https://lib.example/LICENSE (c) a@lib.example */ var a = 1;"));
    let (none, without) = in_files(&page("/* lib v3.4.1 */ var a = 1;"));
    assert_eq!((links, none), (vec!["https://lib.example/LICENSE".to_owned()], vec![]));
    assert_eq!(with, without);
}

#[test]
fn a_field_behind_another_one_starts_a_program_as_well() {
    let field = |words: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{words}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let dde = "DDEAUTO c:\\\\cmd.exe \"/k\"";
    let inner = format!(
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>IF 1 = </w:instrText></w:r>{}<w:r><w:instrText> x</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        field(dde)
    );
    for (body, expected) in [
        (field("PAGE ") + &field(dde), true),
        (inner, true),
        (field("PAGE ") + &field("DDE").replace("DDE<", "DD<") + &field("DATE"), false),
        (field("PAGE ") + &field("TOC \\o &quot;DDEAUTO&quot;"), false),
        (field("PAGE ").repeat(20_000) + &field(dde), true),
        ("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(1_000) + &field(dde), true),
    ] {
        let xml = format!("<w:document><w:p>{body}</w:p></w:document>");
        let docx = samples::docx(&[("word/document.xml", xml.as_bytes())]);
        let found = take_apart(&samples::mail("see", "a.docx", &docx));
        let inside = &found.evidence.attachments[0].inside;
        assert_eq!(inside.has(gosanke::evidence::Trait::Dde), expected, "{}", &xml[..xml.len().min(300)]);
    }
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

#[test]
fn a_code_in_an_encrypted_pdf_that_opens_without_a_password_is_a_link() {
    use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};
    let gray = image::load_from_memory(&picture(URL, ImageFormat::Png)).unwrap().to_luma8();
    let side = i64::from(gray.width());
    let mut document = Document::load_mem(&samples::pdf("Scan", None, &[], false)).unwrap();
    let head = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => side, "Height" => side,
        "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "FlateDecode",
    };
    document.add_object(Stream::new(head, deflated(&gray)));
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: Permissions::all(),
    };
    document.encrypt(&EncryptionState::try_from(version).unwrap()).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    let found = take_apart(&samples::mail("see the file", "doc.pdf", &bytes));
    assert_eq!(codes(&found).iter().map(|link| &*link.raw).collect::<Vec<_>>(), [URL]);
}
