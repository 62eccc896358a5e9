//! Every limit of docs/limits.md is hit by a mail made for it, and is told with that mail; a mail just below it, or an
//! ordinary one, says nothing of the kind.

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

use std::collections::BTreeSet;

use gosanke::evidence::{Own, examine_for};
use gosanke::limits::{ARC_SETS, Limits, ROWS, Row, Told};
use gosanke::message::{Message, Quirk};
use gosanke::text::Lang;
use samples::{base64, compound, gzip, mail, sevenz, zip};

const MIB: usize = 1024 * 1024;

/// What is told of a mail, the limits that were hit only.
fn hit(mail: &str, limits: &Limits) -> Vec<Told> {
    let own = Own { limits: *limits, ..Own::default() };
    let message = Message::parse_within(mail.as_bytes(), limits);
    let quirks = examine_for(&own, &message, &[]).quirks;
    let told = quirks.into_iter().filter_map(|quirk| match quirk {
        Quirk::Limit(told) => Some(told),
        _ => None,
    });
    told.collect()
}

/// The same in English.
fn told(mail: &str, limits: &Limits) -> Vec<String> {
    hit(mail, limits).iter().map(|told| told.english().to_owned()).collect()
}

/// Words in Latin letters that are no names.
fn english(text: &str) -> Vec<&str> {
    const NAMES: &[&str] = &["MiB", "KiB", "HTML", "PDF", "ARC", "QR", "URL", "From", "To", "Cc", "Sender", "Reply"];
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    words.filter(|word| !word.is_empty() && !NAMES.contains(word)).collect()
}

/// The figures of a text, whatever their order.
fn figures(text: &str) -> Vec<&str> {
    let mut out: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|text| !text.is_empty()).collect();
    out.sort_unstable();
    out
}

/// So many pieces, each with its number.
fn each(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

fn html(body: &str) -> String {
    format!("Subject: x\nContent-Type: text/html\n\n{body}")
}

fn parts(parts: &str) -> String {
    format!("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n")
}

/// A bitmap of that many pixels a side, by its header (BITMAPINFOHEADER).
fn picture(side: u32) -> String {
    let mut bytes = b"BM".to_vec();
    bytes.extend([70_u32, 0, 54, 40, side, side].iter().flat_map(|number| number.to_le_bytes()));
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 40]);
    format!("--b\nContent-Type: image/bmp\nContent-Transfer-Encoding: base64\n\n{}\n", base64(&bytes))
}

/// A mail that holds `more` than `most` of what is limited, in its units; `None` where another test hits it.
fn sample(row: &Row, most: usize, more: usize) -> Option<String> {
    let count = most + more;
    let hit = more > 0;
    Some(match row.key {
        "message_mib" => format!("Subject: x\n\n{}", "b".repeat(most * MIB - 12 + more)),
        "header_fields" => format!("{}\nbody", "X-A: b\n".repeat(count)),
        "header_kib" => {
            let field = format!("X-A: {}\n", "b".repeat(most * 1024 / 8));
            format!("{}\nbody", field.repeat(if hit { 10 } else { 7 }))
        }
        "field_kib" => format!("Subject: {}\n\nbody", "b".repeat(count * 1024 - 1024)),
        "field_name_bytes" => format!("Subject: x\n{}: y\n\nbody", "X".repeat(count)),
        "stray_lines" => format!("Subject: x\n{}\nbody", "this is no field\nX-A: b\n".repeat(count)),
        "encoded_words" => format!("Subject: {}\n\nbody", "=?utf-8?Q?a?= ".repeat(count)),
        "addresses" => format!("From: {}z@example.com\n\nbody", each(count - 1, |at| format!("a{at}@example.com, "))),
        "comment_depth" => format!("From: a@example.com {}x{}\n\nbody", "(".repeat(count), ")".repeat(count)),
        "group_depth" => format!("To: {}a@example.com\n\nbody", "g:".repeat(count)),
        "recipients" => format!("Cc: {}z@example.com\n\nbody", each(count - 2, |at| format!("a{at}@example.com, "))),
        "reply_to" => {
            format!("Reply-To: {}z@example.com\n\nbody", each(count - 2, |at| format!("a{at}@example.com, ")))
        }
        "sender_readings" => {
            format!("From: {}z@example.com\n\nbody", each(count - 2, |at| format!("a{at}@example.com, ")))
        }
        "mime_parameters" => {
            let list = each(count - 1, |at| format!("; p{at}=x"));
            format!("Content-Type: multipart/mixed{list}; boundary=b\n\n--b\n\nx\n--b--\n")
        }
        "parts" => parts(&"--b\n\nx\n".repeat(count - 1)),
        "depth" => "Content-Type: message/rfc822\n\n".repeat(if hit { most + 6 } else { most - most / 16 - 1 }),
        "decoded_mib" => {
            let large = "word ".repeat(most * if hit { 130_000 } else { 90_000 });
            parts(&format!("--b\n\n{large}\n--b\n\n{large}\n"))
        }
        "other_readings" => {
            format!("{}\n--b0\n\nx\n", each(count + 1, |at| format!("Content-Type: multipart/mixed; boundary=b{at}\n")))
        }
        "other_reading_mib" => {
            let long = "b".repeat(if hit { most * MIB } else { 1_000 });
            format!("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\n{long}")
        }
        "other_parts" => {
            let list = each(count - 2, |at| format!("--two\n\npart {at}\n"));
            format!("Content-Type: multipart/mixed; boundary=one; boundary=two\n\n{list}--two--\n")
        }
        "outside_stretches" => format!("{}{}", parts("--b\n\nx\n"), "y\n--b--\n".repeat(count - 1)),
        "outside_kib" => parts(&format!("{}\n--b\n\nx\n", "word ".repeat((count - 1) * 1024 / 5 + more))),
        "html_mib" => html(&" ".repeat(if hit { most * MIB + 1 } else { 1_000 })),
        "html_depth" => html(&format!("{}x", "<div>".repeat(count - 10 + 10 * more))),
        "html_attributes" => html(&format!("<p {}>x", each(count, |at| format!("a{at} ")))),
        "page_links" => html(&each(count, |at| format!("<img src=//a.example/{at}>"))),
        "style_rules" => html(&format!("<style>{}</style>x", each(count, |at| format!(".a{at}{{display:none}}")))),
        "hidden_pieces" => {
            html(&each(count - 1, |at| format!("<p style=display:none>hidden words {at}</p>shown {at} ")))
        }
        "text_kib" | "odd_text_kib" => format!("Subject: x\n\n{}", "word ".repeat((count - 1) * 1024 / 5 + more)),
        "searched_mib" => {
            format!("Subject: x\n\n{}", "word ".repeat(most * MIB / 5 + if hit { 10 } else { 0 } - 5))
        }
        "text_links" => format!("Subject: x\n\n{}", "http://a.example/ ".repeat(count - 1)),
        "odd_links" => format!("Subject: x\n\n{}", each(count - 1, |at| format!("hxxp://a{at}.example.com/ "))),
        "links" => html(&each(count, |at| format!("<img src=//a.example/{at}>"))),
        "wrappers" => {
            let mut url = "http://example.com/".to_owned();
            for _ in 0..count - 1 {
                let inner = url.bytes().fold(String::new(), |all, byte| all + &format!("%{byte:02X}"));
                url = format!("https://www.google.com/url?q={}", if url.len() > 3_000 { url } else { inner });
            }
            html(&format!("<a href=\"{url}\">x</a>"))
        }
        "qr_pictures" => parts(&picture(30).repeat(count)),
        "qr_megapixels" => parts(&picture(if hit { (most * 1_000_000).isqrt() as u32 + 100 } else { 30 })),
        "contacts" => format!("Subject: x\n\n{}", each(count - 1, |at| format!("202-555-{at:04}\n"))),
        "hosts" => html(&each(count - 1, |at| format!("<a href=http://a{at}.example/>x</a>"))),
        "claims" => {
            let list =
                each(count - 1, |at| format!("Authentication-Results: mx.example; dkim=pass header.d=a{at}.example\n"));
            format!("{list}\nbody")
        }
        "signatures" => {
            let list = each(count - 1, |at| format!("DKIM-Signature: v=1; d=a{at}.example; s=s; b=eA==\n"));
            format!("Subject: x\n{list}\nbody")
        }
        "filter_fields" => format!("{}\nbody", "X-Spam-Status: No, score=0.1\n".repeat(count - 1)),
        "filter_field_kib" => format!("X-Spam-Status: No, tests={}\n\nbody", "A_B,".repeat((count - 1) * 256 + 1)),
        "origin_fields" => format!("{}\nbody", each(count - 1, |at| format!("X-Mailer: Example {at}\n"))),
        "files_listed" => parts(&each(count, |at| {
            format!("--b\nContent-Type: image/png; name={at}.png\nContent-Disposition: attachment\n\nx\n")
        })),
        "text_files" => format!("Subject: x\n\n{}", "begin 644 cat.txt\n#0V%T\n`\nend\n".repeat(count)),
        "files" => parts(&"--b\nContent-Type: application/octet-stream; name=a.bin\n\nMZ\n".repeat(count)),
        "file_depth" => {
            let mut file = zip(&[("a.txt", b"x")]);
            for _ in 0..count - 1 {
                file = zip(&[("a.zip", &file)]);
            }
            mail("text", "a.zip", &file)
        }
        "archive_entries" | "archive_names" => {
            let names: Vec<String> = (0..count).map(|at| format!("{at}.txt")).collect();
            let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
            mail("text", "a.zip", &zip(&entries))
        }
        "file_mib" | "unpacked_mib" => {
            mail("text", "a.gz", &gzip(&vec![0; if hit { (most + 1) * MIB } else { 1_000 }]))
        }
        "file_links" => {
            let page = each(count, |at| format!("<a href=http://a.example/{at}>x</a>"));
            mail("text", "a.html", format!("<html>{page}").as_bytes())
        }
        "document_mib" => {
            let sheet = " ".repeat(if hit { 3 * MIB } else { 1_000 });
            let sheets: Vec<(String, String)> = (0..=most.div_ceil(3))
                .map(|at| (format!("xl/worksheets/sheet{at}.xml"), format!("<worksheet>{sheet}</worksheet>")))
                .collect();
            let mut files: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", b"<Types/>")];
            files.extend(sheets.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
            mail("text", "a.xlsx", &zip(&files))
        }
        "document_entries" => {
            let names: Vec<String> = (1..count).map(|at| format!("xl/styles{at}.xml")).collect();
            let mut files: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", b"<Types/>")];
            files.extend(names.iter().map(|name| (name.as_str(), &b"<x/>"[..])));
            mail("text", "a.xlsx", &zip(&files))
        }
        "document_streams" | "macro_modules" => {
            let folder = if row.key == "macro_modules" { "/Macros/VBA/m" } else { "/m" };
            let names: Vec<String> = (0..count).map(|at| format!("{folder}{at}")).collect();
            let streams: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
            mail("text", "a.doc", &compound(&streams))
        }
        "password_tries" => {
            // "infected" is tried as well.
            let words = each(count - 1, |at| format!("\"wrong{at}\" "));
            mail(&words, "a.7z", &sevenz(&[("a.txt", b"x")], Some("another"), true))
        }
        "inner_parts" => {
            let inner = parts(&"--b\n\nx\n".repeat(count - 1));
            mail("text", "a.eml", inner.as_bytes())
        }
        "pdf_streams" => {
            let streams = "1 0 obj\n<</Length 1>>\nstream\nx\nendstream\nendobj\n".repeat(count);
            mail("text", "a.pdf", format!("%PDF-1.4\n{streams}").as_bytes())
        }
        "pdf_mib" => {
            let page = format!("BT {}(x) Tj ET", " ".repeat(300_000));
            let pdf = format!("%PDF-1.4\n1 0 obj\n<</Length 1>>\nstream\n{page}\nendstream\nendobj\n");
            mail("text", "a.pdf", pdf.repeat(if hit { most * MIB / 300_000 + 2 } else { 2 }).as_bytes())
        }
        "document_words_kib" => {
            let words = "word ".repeat((count - 1) * 1024 / 5);
            let pdf = format!("%PDF-1.4\n1 0 obj\n<</Length 1>>\nstream\nBT ({words}) Tj ET\nendstream\nendobj\n");
            mail("text", "a.pdf", if hit { pdf.repeat(2) } else { pdf }.as_bytes())
        }
        "page_mib" => mail("text", "a.html", format!("<html>{}", " ".repeat(count * MIB - MIB / 2)).as_bytes()),
        "scripts_mib" => {
            let script = "x = 1; ".repeat(if hit { most * MIB / 7 + 1 } else { 100 });
            mail("text", "a.html", format!("<html><script>{script}</script>").as_bytes())
        }
        "file_findings" => {
            let names: Vec<String> = (0..count - 1).map(|at| format!("{at}.exe")).collect();
            let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"MZ"[..])).collect();
            mail("text", "a.zip", &zip(&entries))
        }
        "messages" => parts(&each(count, |at| format!("--b\nContent-Type: message/rfc822\n\nSubject: {at}\n\nx\n"))),
        // What hangs is ended by the test of the confined processes; what is not shown is told by the test of the panes.
        "seconds" | "lines_shown" | "line_characters" | "hops_shown" | "fields_shown" | "parts_shown"
        | "links_shown" => return None,
        key => panic!("{key} has no mail that hits it"),
    })
}

/// Where the usual figure would make a mail of many megabytes.
const LARGE: &[&str] = &["message_mib", "decoded_mib", "unpacked_mib", "document_streams", "password_tries"];
/// What is told of these says how much was left out, or that something was, and not the figure.
const WITHOUT_FIGURE: &[&str] = &[
    "stray_lines",
    "group_depth",
    "links",
    "files_listed",
    "files",
    "file_depth",
    "archive_entries",
    "archive_names",
    "unpacked_mib",
    "file_links",
    "text_files",
    "document_entries",
    "document_streams",
    "macro_modules",
    "password_tries",
    "inner_parts",
    "pdf_streams",
    "document_mib",
    "pdf_mib",
    "page_mib",
    "scripts_mib",
    "file_findings",
    "messages",
];

#[test]
fn every_limit_is_told_where_it_is_hit_and_only_there_whatever_the_figure() {
    assert!(ROWS.len() >= 50);
    let mut wrong = Vec::new();
    for row in ROWS {
        let usual = Some(row.usual).filter(|_| !LARGE.contains(&row.key));
        for figure in usual.into_iter().chain([row.least]) {
            let most = figure as usize;
            let mut limits = Limits::DEFAULT;
            assert!(limits.set(row.key, figure), "{}", row.key);
            let Some(mail) = sample(row, most, 1) else { continue };
            let said = told(&mail, &limits);
            let hits: Vec<&String> = said.iter().filter(|said| said.contains(row.told)).collect();
            if !hit(&mail, &limits).iter().any(|told| told.is_of(row.key) && told.scope() == Some(row.scope)) {
                wrong.push(format!("{} {figure}: told of something else: {said:?}", row.key));
            }
            if hits.is_empty() {
                wrong.push(format!("{} {figure}: not told: {said:?}", row.key));
            }
            let words = |said: &str| said.split([' ', ',', ';']).any(|word| word == figure.to_string());
            if !hits.iter().any(|said| words(said)) && !WITHOUT_FIGURE.contains(&row.key) {
                wrong.push(format!("{} {figure}: told without it: {said:?}", row.key));
            }
            let said = sample(row, most, 0).map(|mail| told(&mail, &limits)).unwrap_or_default();
            if said.iter().any(|said| said.contains(row.told)) {
                wrong.push(format!("{} {figure}: told without need: {said:?}", row.key));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_told_is_told_in_japanese_with_the_same_figures() {
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for row in ROWS {
        let mut limits = Limits::DEFAULT;
        assert!(limits.set(row.key, row.least), "{}", row.key);
        let Some(mail) = sample(row, row.least as usize, 1) else { continue };
        for told in hit(&mail, &limits) {
            let (said, spoken) = (told.english(), told.get(Lang::Ja));
            if !english(spoken).is_empty() || said == spoken || figures(said) != figures(spoken) {
                wrong.push(format!("{}: {said}: {spoken}", row.key));
            }
            seen.insert(said.to_owned());
        }
    }
    assert!(wrong.is_empty() && seen.len() >= 60, "{seen:#?}\n{}", wrong.join("\n"));
    assert_eq!(english("ヘッダー：3 fields を KiB"), ["fields"]);
}

#[test]
fn forwarders_beyond_those_that_there_can_be_are_told() {
    let set = |at| {
        format!(
            "ARC-Seal: i={n}; cv=pass; d=a.example; s=s; b=eA==\nARC-Message-Signature: i={n}; d=a.example; s=s; b=eA==\nARC-Authentication-Results: i={n}; a.example; spf=pass\n",
            n = at + 1
        )
    };
    let said = |count: u8| told(&format!("{}\nbody", each(count.into(), set)), &Limits::DEFAULT);
    assert!(said(ARC_SETS).iter().any(|said| said.contains("forwarders: only the first 50")));
    assert!(!said(ARC_SETS - 1).iter().any(|said| said.contains("forwarders:")));
}

#[test]
fn ordinary_mail_hits_none() {
    for text in [
        mail("Hello, the papers are in the archive: https://example.com/", "papers.zip", &zip(&[("a.txt", b"papers")])),
        html("<style>.a{color:red}</style><p class=a>Hello <a href=https://example.com/>there</a></p>"),
        "From: \"Example, Anna\" <a@example.com> (at home)\nTo: friends: b@example.com, c@example.com;\n\nhello\n"
            .to_owned(),
    ] {
        assert_eq!(told(&text, &Limits::DEFAULT), Vec::<String>::new(), "{text}");
    }
}

/// Neither the time nor the memory of a confined process may be spent by any limit, whatever the configuration says.
#[test]
#[ignore = "takes an optimized program: cargo test --release --test limits -- --ignored --nocapture"]
fn at_the_largest_figures_every_mail_is_still_read_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    std::fs::create_dir(&mails).unwrap();
    let mut config = "sandbox = \"require\"\n[limits]\n".to_owned();
    for row in ROWS.iter().filter(|row| row.key != "seconds") {
        config += &format!("{} = {}\n", row.key, row.most);
        if let Some(mail) = sample(row, row.most as usize, 1) {
            std::fs::write(mails.join(format!("{}.eml", row.key)), mail).unwrap();
        }
    }
    let file = folder.path().join("config.toml");
    std::fs::write(&file, config).unwrap();
    let mut wrong = Vec::new();
    for row in ROWS {
        let mail = mails.join(format!("{}.eml", row.key));
        if !mail.exists() {
            continue;
        }
        let began = std::time::Instant::now();
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_gosanke"))
            .args(["--config", file.to_str().unwrap(), "scan"])
            .arg(&mail)
            .output()
            .unwrap();
        let (line, time) = (String::from_utf8_lossy(&program.stdout), began.elapsed());
        let told = if line.contains(row.told) { "told" } else { "another limit was hit before" };
        println!("{:20} {:8} {:8.2} s {:8} bytes of result, {told}", row.key, row.most, time.as_secs_f64(), line.len());
        if !line.contains("\"failed\":false") || time > std::time::Duration::from_secs(10) {
            wrong.push(format!("{}: {:.300} {}", row.key, line, String::from_utf8_lossy(&program.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_was_left_out_cannot_be_hidden_behind_other_oddities() {
    let mut limits = Limits::DEFAULT;
    assert!(limits.set("stray_lines", 1_000));
    let mail = format!(
        "{}{}",
        "this is no field\nX-A: b\n".repeat(400),
        sample(ROWS.iter().find(|row| row.key == "reply_to").unwrap(), 20, 1).unwrap()
    );
    let message = Message::parse_within(mail.as_bytes(), &limits);
    let quirks = examine_for(&Own { limits, ..Own::default() }, &message, &[]).quirks;
    assert!(
        quirks.len() > 400 && matches!(quirks.first(), Some(Quirk::Limit(what)) if what.english().contains("Reply-To"))
    );
}
