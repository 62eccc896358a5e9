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

use gosanke::evidence::{LIMITS, Limit, Own, examine_for};
use gosanke::message::{ADJUSTABLE, Limits, Message, Quirk};
use samples::{gzip, mail, zip};

const MIB: usize = 1024 * 1024;

/// What is told of a mail, the limits that were hit only.
fn told(mail: &str, limits: Limits) -> Vec<String> {
    let own = Own { limits, ..Own::default() };
    let message = Message::parse_within(mail.as_bytes(), &limits);
    let quirks = examine_for(&own, &message, &[]).quirks;
    let told = quirks.into_iter().filter_map(|quirk| match quirk {
        Quirk::Limit(what) => Some(what),
        _ => None,
    });
    told.collect()
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

/// A mail with so many pieces of what is limited, and figures that make it small where the usual ones are large.
fn sample(limit: &Limit, more: usize) -> Option<(String, Limits)> {
    let count = limit.most + more;
    let mut limits = Limits::DEFAULT;
    let mut set = |key: &str, value: u32| assert!(limits.set(key, value), "{key}");
    let mail = match limit.what {
        "Fields of a header" => format!("{}\nbody", "X-A: b\n".repeat(count)),
        "A header" => {
            format!("{}\nbody", each(if more > 0 { 10 } else { 7 }, |_| format!("X-A: {}\n", "b".repeat(140_000))))
        }
        "A header field" => format!("Subject: {}\n\nbody", "b".repeat(count * 1024 - 1024)),
        "The name of a header field" => format!("Subject: x\n{}: y\n\nbody", "X".repeat(count)),
        "Encoded words of a header field" => format!("Subject: {}\n\nbody", "=?utf-8?Q?a?= ".repeat(count)),
        "Addresses of a field" => {
            format!("To: {}z@example.com\n\nbody", each(count - 1, |at| format!("a{at}@example.com, ")))
        }
        "Comments inside comments of an address" => {
            format!("From: a@example.com {}x{}\n\nbody", "(".repeat(count), ")".repeat(count))
        }
        "Groups inside groups of addresses" => format!("To: {}a@example.com\n\nbody", "g:".repeat(count)),
        "Addresses of Reply-To" => {
            let list = each(count - 2, |at| format!("a{at}@example.com, "));
            format!("Reply-To: {list}z@example.com\n\nbody")
        }
        "Readings of the sender" => {
            format!("From: {}z@example.com\n\nbody", each(count - 2, |at| format!("a{at}@example.com, ")))
        }
        "Parameters of a field of MIME" => {
            let list = each(count - 1, |at| format!("; p{at}=x"));
            format!("Content-Type: multipart/mixed{list}; boundary=b\n\n--b\n\nx\n--b--\n")
        }
        "Parts of a message" => parts(&"--b\n\nx\n".repeat(count - 1)),
        "Parts inside parts" => "Content-Type: message/rfc822\n\n".repeat(if more > 0 { 70 } else { 60 }),
        "Bytes decoded of a message" => {
            set("decoded_mib", 1);
            let large = "word ".repeat(if more > 0 { 130_000 } else { 90_000 });
            parts(&format!("--b\n\n{large}\n--b\n\n{large}\n"))
        }
        "Other readings of an ambiguous message" => {
            format!("{}\n--b0\n\nx\n", each(count + 1, |at| format!("Content-Type: multipart/mixed; boundary=b{at}\n")))
        }
        "An ambiguous message that is read twice" => {
            let long = "b".repeat(if more > 0 { 16 * MIB } else { 1_000 });
            format!("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\n{long}")
        }
        "Parts of other readings" => {
            let list = each(count - 2, |at| format!("--two\n\npart {at}\n"));
            format!("Content-Type: multipart/mixed; boundary=one; boundary=two\n\n{list}--two--\n")
        }
        "Stretches outside all parts" => format!("{}{}", parts("--b\n\nx\n"), "y\n--b--\n".repeat(count - 1)),
        "Text outside all parts searched for links" => {
            parts(&format!("{}\n--b\n\nx\n", "word ".repeat((count - 1) * 1024 / 5 + more)))
        }
        "An HTML page" => html(&" ".repeat(if more > 0 { 10 * MIB + 1 } else { 1_000 })),
        "Elements inside elements of HTML" => html(&format!("{}x", "<div>".repeat(count - 10 + 10 * more))),
        "Attributes of a tag" => html(&format!("<p {}>x", each(count, |at| format!("a{at} ")))),
        "Links of an HTML page" => html(&each(count, |at| format!("<img src=//a.example/{at}>"))),
        "Style rules of a page" => {
            html(&format!("<style>{}</style>x", each(count, |at| format!(".a{at}{{display:none}}"))))
        }
        "Pieces of hidden text" => {
            html(&each(count - 1, |at| format!("<p style=display:none>hidden words {at}</p>shown {at} ")))
        }
        "Visible text that rules read" => format!("Subject: x\n\n{}", "word ".repeat((count - 1) * 1024 / 5 + more)),
        "A part of text searched for links" => {
            format!("Subject: x\n\n{}", "word ".repeat(2 * MIB / 5 + if more > 0 { 10 } else { 0 } - 5))
        }
        "Links of one part of text" => format!("Subject: x\n\n{}", "http://a.example/ ".repeat(count - 1)),
        "Links of a message" => {
            set("links", 100);
            html(&each(100 + more, |at| format!("<img src=//a.example/{at}>")))
        }
        "Wrappers around a link" => {
            let mut url = "http://example.com/".to_owned();
            for _ in 0..count - 1 {
                let inner = url.bytes().fold(String::new(), |all, byte| all + &format!("%{byte:02X}"));
                url = format!("https://www.google.com/url?q={}", if url.len() > 3_000 { url } else { inner });
            }
            return (more > 0).then(|| (html(&format!("<a href=\"{url}\">x</a>")), limits));
        }
        "Telephone numbers, wallets or accounts" => {
            format!("Subject: x\n\n{}", each(count - 1, |at| format!("202-555-{at:04}\n")))
        }
        "Hosts" => html(&each(count - 1, |at| format!("<a href=http://a{at}.example/>x</a>"))),
        "Claims of authentication" => {
            let list =
                each(count - 1, |at| format!("Authentication-Results: mx.example; dkim=pass header.d=a{at}.example\n"));
            format!("{list}\nbody")
        }
        "Sets of forwarders (ARC)" => {
            let set = |at| {
                format!(
                    "ARC-Seal: i={n}; cv=pass; d=a.example; s=s; b=eA==\nARC-Message-Signature: i={n}; d=a.example; s=s; b=eA==\nARC-Authentication-Results: i={n}; a.example; spf=pass\n",
                    n = at + 1
                )
            };
            format!("{}\nbody", each(count - 1, set))
        }
        "DKIM signatures" => {
            format!("{}\nbody", each(count - 1, |at| format!("DKIM-Signature: v=1; d=a{at}.example; s=s; b=eA==\n")))
        }
        "Fields of other filters" => format!("{}\nbody", "X-Spam-Status: No, score=0.1\n".repeat(count - 1)),
        "Fields that name an origin" => format!("{}\nbody", each(count - 1, |at| format!("X-Mailer: Example {at}\n"))),
        "Files that are listed" => parts(&each(count, |at| {
            format!("--b\nContent-Type: image/png; name={at}.png\nContent-Disposition: attachment\n\nx\n")
        })),
        "Files that are looked into" => {
            set("files", 1);
            let file = "--b\nContent-Type: application/octet-stream; name=a.bin\n\nMZ\n";
            parts(&file.repeat(1 + more))
        }
        "Files inside files" => {
            let mut file = zip(&[("a.txt", b"x")]);
            for _ in 0..count - 1 {
                file = zip(&[("a.zip", &file)]);
            }
            mail("text", "a.zip", &file)
        }
        "Entries of archives" => {
            set("archive_entries", 10);
            let names: Vec<String> = (0..10 + more).map(|at| format!("{at}.txt")).collect();
            let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
            mail("text", "a.zip", &zip(&entries))
        }
        "A file inside another" => mail("text", "a.gz", &gzip(&vec![0; if more > 0 { 17 * MIB } else { 1_000 }])),
        "Bytes unpacked of all files" => {
            set("unpacked_mib", 1);
            mail("text", "a.gz", &gzip(&vec![0; if more > 0 { 2 * MIB } else { 1_000 }]))
        }
        "Links of a file" => {
            let page = each(count, |at| format!("<a href=http://a.example/{at}>x</a>"));
            mail("text", "a.html", format!("<html>{page}").as_bytes())
        }
        "Text of a document searched for links" => {
            let sheet = format!("<worksheet>{}</worksheet>", " ".repeat(if more > 0 { 5 * MIB } else { 1_000 }));
            let sheet = sheet.as_bytes();
            mail("text", "a.xlsx", &zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/worksheets/sheet1.xml", sheet)]))
        }
        "Text of PDF pages searched for links" => {
            let page = format!("BT {}(x) Tj ET", " ".repeat(if more > 0 { 600_000 } else { 1_000 }));
            let pdf = format!("%PDF-1.4\n1 0 obj\n<</Length 1>>\nstream\n{page}\nendstream\nendobj\n");
            let pdf = if more > 0 { pdf.repeat(8) } else { pdf };
            mail("text", "a.pdf", pdf.as_bytes())
        }
        "Text of documents whose words are read" => {
            let words = "word ".repeat((count - 1) * 1024 / 5);
            let pdf = format!("%PDF-1.4\n1 0 obj\n<</Length 1>>\nstream\nBT ({words}) Tj ET\nendstream\nendobj\n");
            let pdf = if more > 0 { pdf.repeat(2) } else { pdf };
            mail("text", "a.pdf", pdf.as_bytes())
        }
        "Scripts of attached pages searched for links" => {
            let script = "x = 1; ".repeat(if more > 0 { 2 * MIB / 7 + 1 } else { 100 });
            mail("text", "a.html", format!("<html><script>{script}</script>").as_bytes())
        }
        "Findings of a file" => {
            let names: Vec<String> = (0..count - 1).map(|at| format!("{at}.exe")).collect();
            let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"MZ"[..])).collect();
            mail("text", "a.zip", &zip(&entries))
        }
        "Messages inside a message" => {
            parts(&each(count, |at| format!("--b\nContent-Type: message/rfc822\n\nSubject: {at}\n\nx\n")))
        }
        // A picture of its own format; `evidence::qr` hits this one.
        "Pictures searched for QR codes" => return None,
        what => panic!("{what} has no mail that hits it"),
    };
    Some((mail, limits))
}

#[test]
fn every_limit_is_told_where_it_is_hit_and_only_there() {
    assert!(LIMITS.len() >= 40);
    let mut wrong = Vec::new();
    for limit in LIMITS {
        let Some((mail, limits)) = sample(limit, 1) else { continue };
        let said = told(&mail, limits);
        if !said.iter().any(|said| said.contains(limit.told)) {
            wrong.push(format!("{}: not told: {said:?}", limit.what));
        }
        if let Some((mail, limits)) = sample(limit, 0) {
            let said = told(&mail, limits);
            if said.iter().any(|said| said.contains(limit.told)) {
                wrong.push(format!("{}: told without need: {said:?}", limit.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ordinary_mail_hits_none() {
    for text in [
        mail("Hello, the papers are in the archive: https://example.com/", "papers.zip", &zip(&[("a.txt", b"papers")])),
        html("<style>.a{color:red}</style><p class=a>Hello <a href=https://example.com/>there</a></p>"),
        "From: \"Example, Anna\" <a@example.com> (at home)\nTo: friends: b@example.com, c@example.com;\n\nhello\n"
            .to_owned(),
    ] {
        assert_eq!(told(&text, Limits::DEFAULT), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_limit_that_can_be_changed_is_listed_with_its_usual_value() {
    for row in ADJUSTABLE {
        let listed = LIMITS.iter().find(|limit| limit.key == row.key);
        assert_eq!(listed.map(|limit| limit.most), Some(row.default()), "{}", row.key);
    }
    let keys = LIMITS.iter().filter(|limit| !limit.key.is_empty()).count();
    assert_eq!(keys, ADJUSTABLE.len());
}
