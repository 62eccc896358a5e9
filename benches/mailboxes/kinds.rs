//! The kinds of mail and their shares, as mailboxes of people and firms have them: newsletters, receipts, letters in
//! threads, lists with patches, notices, Japanese mail, phishing, returned mail, invitations, forwarded mail; a twentieth with
//! files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;

use super::head::{Envelope, reply};
use super::words::{BAD, Chance, JAPANESE_SUBJECTS, SENDERS, Stock, Tongue};

/// Share of all mails below which a kind lies.
const KINDS: [(f64, Build); 8] = [
    (0.30, newsletter),
    (0.47, receipt),
    (0.65, letter),
    (0.76, list),
    (0.84, notice),
    (0.92, japanese),
    (0.97, phishing),
    (1.00, rest),
];
type Build = fn(&Stock, &mut Chance, &mut Envelope, f64) -> Vec<u8>;

/// Size of a body on the wire by share, straight lines between.
const SIZES: [(f64, f64); 9] = [
    (0.0, 350.0),
    (0.05, 1e3),
    (0.25, 3e3),
    (0.5, 6e3),
    (0.75, 10e3),
    (0.9, 17e3),
    (0.97, 32e3),
    (0.995, 70e3),
    (1.0, 150e3),
];
const FIRST_DAY: i64 = 1_704_067_200;
const STYLE: &str = "body{margin:0;background:#f2f4f6;font-family:Helvetica,Arial,sans-serif}table{border-collapse:collapse}td{padding:0}\n\
    .box{width:100%;max-width:640px;margin:0 auto;background:#fff}.go a{display:inline-block;padding:12px 24px;background:#27c;color:#fff}\n\
    .end{font-size:12px;line-height:18px;color:#666}.pre{display:none;opacity:0;height:0;width:0}\n\
    @media only screen and (max-width:600px){.box{width:100% !important}.col{display:block !important}}\n";

/// Message `index`: when, its sender, its bytes with LF line ends, whether it is unread.
pub fn mail(stock: &Stock, seed: u64, index: u64) -> (i64, String, Vec<u8>, bool) {
    let mut chance = Chance::new(seed << 40 ^ index.wrapping_mul(0x9e37_79b9));
    let when = FIRST_DAY + index as i64 * 47 + chance.below(47) as i64;
    let mut envelope = Envelope::new(&mut chance, index, when);
    let kind = chance.part();
    let build = KINDS.iter().find(|(end, _)| kind <= *end).map_or(newsletter as Build, |(_, build)| *build);
    let share = chance.part();
    let size = SIZES.windows(2).find(|pair| share <= pair[1].0).map_or(6e3, |pair| {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        low + (high - low) * (share - from) / (to - from)
    });
    let mut body = build(stock, &mut chance, &mut envelope, size);
    if chance.once_in(0.01) {
        let more = text("From time to time a line begins so.\n>From quoted once.\n", "plain", "us-ascii", "7bit", "");
        body = multipart(&mut chance, "mixed", &[body, more], "");
    }
    if chance.once_in(0.05) {
        body = with_files(stock, &mut chance, body);
    }
    let mut bytes = envelope.header(&mut chance);
    bytes.extend(body);
    (when, envelope.sender(), bytes, chance.once_in(0.05))
}

/// Text in a charset; what it lacks is replaced.
pub fn encode(text: &str, charset: &str) -> Vec<u8> {
    let name = if charset == "us-ascii" { "windows-1252" } else { charset };
    Encoding::for_label(name.as_bytes()).unwrap().encode(text).0.into_owned()
}

fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let flat = STANDARD.encode(bytes).into_bytes();
    flat.chunks(76).flat_map(|line| line.iter().copied().chain([b'\n'])).collect()
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 5 / 4);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let mut column = 0;
        for byte in line {
            let plain = matches!(byte, b'\n' | b'\t' | b' '..=b'~') && *byte != b'=';
            if column + 3 > 75 && *byte != b'\n' {
                out.extend(b"=\n");
                column = 0;
            }
            if plain {
                out.push(*byte);
                column += 1;
            } else {
                out.extend(format!("={byte:02X}").bytes());
                column += 3;
            }
        }
    }
    out
}

fn text(text: &str, subtype: &str, charset: &str, encoding: &str, more: &str) -> Vec<u8> {
    let raw = encode(text, charset);
    let mut body = match encoding {
        "base64" => base64_lines(&raw),
        "quoted-printable" => quoted_printable(&raw),
        _ => raw,
    };
    if !body.ends_with(b"\n") {
        body.push(b'\n');
    }
    let head =
        format!("Content-Type: text/{subtype}; charset={charset}{more}\nContent-Transfer-Encoding: {encoding}\n\n");
    [head.into_bytes(), body].concat()
}

fn multipart(chance: &mut Chance, subtype: &str, parts: &[Vec<u8>], more: &str) -> Vec<u8> {
    let start = chance.pick(&["----=_Part_", "000000000000", "=_", "Quill-Mail=_"]);
    let boundary = format!("{start}{}", chance.hex(20));
    let mut out = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"{more}\n\n").into_bytes();
    for part in parts {
        out.extend(format!("--{boundary}\n").bytes());
        out.extend(part);
        out.extend(if part.ends_with(b"\n") { &b"\n"[..] } else { b"\n\n" });
    }
    out.extend(format!("--{boundary}--\n").bytes());
    out
}

fn encoding_for(chance: &mut Chance, charset: &str) -> &'static str {
    match charset {
        "iso-2022-jp" | "us-ascii" => "7bit",
        "shift_jis" => chance.pick(&["base64", "base64", "8bit"]),
        _ => chance.pick(&["quoted-printable", "quoted-printable", "quoted-printable", "base64", "8bit"]),
    }
}

fn alternative(
    stock: &Stock,
    chance: &mut Chance,
    tongue: Tongue,
    size: f64,
    charset: &str,
    plain: f64,
    page: impl Fn(&Stock, &mut Chance, Tongue, f64) -> String,
) -> Vec<u8> {
    let encoding = encoding_for(chance, charset);
    let shrink = match encoding {
        "base64" => 0.73,
        "quoted-printable" => 0.93,
        _ => 1.0,
    };
    let words = stock.text(chance, tongue, size * plain * shrink);
    let html = page(stock, chance, tongue, size * (1.0 - plain) * shrink);
    let parts = [text(&words, "plain", charset, encoding, ""), text(&html, "html", charset, encoding, "")];
    multipart(chance, "alternative", &parts, "")
}

fn tracked(chance: &mut Chance, domain: &str) -> String {
    format!(
        "https://click.{domain}/f/a/{}~~/{}?utm_source=email&utm_campaign={}&u={}",
        chance.token(16),
        chance.token(12),
        chance.hex(8),
        chance.token(9)
    )
}

fn page_of_shop(stock: &Stock, chance: &mut Chance, tongue: Tongue, size: f64, domain: &str) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html><head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"/>\n<title>{domain}</title>\n<style>\n{STYLE}</style></head>\n<body bgcolor=\"#f2f4f6\"><div class=\"pre\">{}</div>\n<table class=\"box\" width=\"100%\" cellpadding=\"0\">\n",
        "&#847; &zwnj; ".repeat(20)
    );
    while (out.len() as f64) < size - 600.0 {
        let (link, more, image) = (tracked(chance, domain), tracked(chance, domain), chance.hex(12));
        let words = stock.text(chance, tongue, 160.0);
        let go = chance.pick(&["Read more", "Shop now", "Details &raquo;", "See the offer"]);
        out += &format!(
            "<tr><td class=\"col\" valign=\"top\" style=\"padding:16px 24px;font-size:16px;line-height:24px;color:#333\">\n<a href=\"{link}\" target=\"_blank\" style=\"color:#27c\"><img src=\"https://img.{domain}/{image}.png\" width=\"280\" alt=\"\"/></a>\n<p style=\"margin:0 0 12px 0\">{words}</p>\n<div class=\"go\"><a href=\"{more}\">{go}</a></div>\n</td></tr>\n"
        );
    }
    out += &format!(
        "<tr><td class=\"end\">&copy; {domain}. <a href=\"https://{domain}/unsubscribe?u={}\">Unsubscribe</a></td></tr></table>\n<img src=\"https://click.{domain}/o/{}.gif\" width=\"1\" height=\"1\"/>\n</body></html>\n",
        chance.token(12),
        chance.token(18)
    );
    out
}

fn page_of_person(stock: &Stock, chance: &mut Chance, tongue: Tongue, size: f64, domain: &str) -> String {
    let mut out = String::from("<html><head><meta charset=\"utf-8\"></head><body>\n<div dir=\"ltr\">");
    while (out.len() as f64) < size {
        out += &format!("<p>{}</p>\n", stock.text(chance, tongue, 220.0));
        if chance.once_in(0.3) {
            let path = chance.hex(6);
            out += &format!(
                "<p><a href=\"https://{domain}/{path}/{}\">https://{domain}/{path}</a></p>\n",
                chance.token(6)
            );
        }
    }
    out + "</div></body></html>\n"
}

fn page_of_thief(stock: &Stock, chance: &mut Chance, tongue: Tongue, size: f64, bad: &str, brand: &str) -> String {
    let lure = format!("http://{bad}/session/{}/login.php?cmd={}", chance.hex(10), chance.token(24));
    let mut out = format!(
        "<html><body style=\"font-family:Arial\">\n<img src=\"http://{bad}/logo.png\" alt=\"{brand}\">\n<p>Dear customer,</p><p>{}</p>\n<p><a href=\"{lure}\">https://www.{brand}/signin</a></p>\n<div style=\"display:none;font-size:0\">{}</div>\n",
        stock.text(chance, tongue, 200.0),
        stock.text(chance, Tongue::English, 300.0)
    );
    if chance.once_in(0.3) {
        out += &format!(
            "<form action=\"http://{bad}/collect\" method=\"post\"><input type=\"password\" name=\"p\"></form>\n"
        );
    }
    while (out.len() as f64) < size {
        out += &format!("<p>{}</p><p><a href=\"{lure}\">Verify now</a></p>\n", stock.text(chance, tongue, 220.0));
    }
    out + "</body></html>\n"
}

fn western(chance: &mut Chance) -> (Tongue, &'static str) {
    if chance.once_in(0.25) {
        (Tongue::Latin, chance.pick(&["iso-8859-1", "windows-1252", "utf-8", "utf-8"]))
    } else {
        (Tongue::English, chance.pick(&["utf-8", "utf-8", "utf-8", "us-ascii", "iso-8859-1"]))
    }
}

fn newsletter(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    let (tongue, charset) = western(chance);
    let domain = chance.pick(SENDERS);
    envelope.charset = charset;
    (envelope.domain, envelope.user, envelope.name) =
        (domain.into(), "news".into(), domain.replace(".example", " news"));
    envelope.from = Some(format!("bounce-{}@mta.{domain}", chance.hex(10)));
    envelope.subject = stock.subject(chance);
    envelope.extra = format!("List-Unsubscribe: <https://{domain}/u/{}>\nPrecedence: bulk\n", chance.token(16));
    alternative(stock, chance, tongue, size.max(2_500.0), charset, 0.25, |stock, chance, tongue, size| {
        page_of_shop(stock, chance, tongue, size, domain)
    })
}

fn receipt(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    let (tongue, charset) = western(chance);
    let domain = chance.pick(SENDERS);
    envelope.charset = charset;
    (envelope.domain, envelope.user, envelope.name) =
        (domain.into(), "no-reply".into(), domain.replace(".example", " service"));
    envelope.from = Some(format!("{}@bounces.{domain}", chance.hex(12)));
    envelope.subject = format!(
        "{} #{}",
        chance.pick(&["Your order", "Receipt", "Invoice", "Your booking"]),
        chance.below(100_000_000)
    );
    if chance.once_in(0.15) {
        let page = page_of_shop(stock, chance, tongue, size * 0.9, domain);
        let encoding = encoding_for(chance, charset);
        return text(&page, "html", charset, encoding, "");
    }
    let body = alternative(stock, chance, tongue, size, charset, 0.25, |stock, chance, tongue, size| {
        page_of_shop(stock, chance, tongue, size, domain)
    });
    if !chance.once_in(0.1) {
        return body;
    }
    let count = chance.between(2_000, 9_000);
    let logo = file(stock, chance, "image/png", "logo.png", b"\x89PNG\r\n\x1a\n", count, "inline");
    multipart(chance, "related", &[body, logo], "")
}

fn letter(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    let (tongue, charset) = western(chance);
    envelope.charset = charset;
    envelope.subject = stock.subject(chance);
    if chance.once_in(0.7) {
        envelope.subject = format!("{}{}", chance.pick(&["Re: ", "RE: ", "AW: "]), envelope.subject);
        let own = chance.between(0, 6);
        envelope.extra = reply(chance, envelope.index, 400, own);
    }
    let domain = envelope.domain.clone();
    if chance.once_in(0.35) {
        let fresh = stock.text(chance, tongue, size * 0.4);
        let quoted: String = stock.text(chance, tongue, size * 0.5).lines().map(|line| format!("> {line}\n")).collect();
        let words = format!("{fresh}\nOn Monday {} wrote:\n{quoted}\n-- \nhttps://{domain}/\n", envelope.name);
        let encoding = encoding_for(chance, charset);
        return text(&words, "plain", charset, encoding, chance.pick(&["", "; format=flowed"]));
    }
    alternative(stock, chance, tongue, size, charset, 0.4, |stock, chance, tongue, size| {
        page_of_person(stock, chance, tongue, size, &domain)
    })
}

fn list(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    let name = chance.pick(&["devel", "users", "announce"]);
    envelope.charset = chance.pick(&["utf-8", "us-ascii"]);
    envelope.subject = format!("[{name}] {}{}", chance.pick(&["", "Re: ", "[PATCH] "]), stock.subject(chance));
    envelope.from = Some(format!("{name}-bounces@lists.example.org"));
    envelope.extra = reply(chance, envelope.index, 900, 0)
        + &format!(
            "List-Id: <{name}.lists.example.org>\nList-Post: <mailto:{name}@lists.example.org>\nPrecedence: list\n"
        );
    let mut out = stock.text(chance, Tongue::English, size * 0.4) + "---\n";
    while (out.len() as f64) < size * 0.95 {
        let path = format!("src/{}/{}.c", chance.pick(&stock.words), chance.pick(&stock.words));
        out += &format!("--- a/{path}\n+++ b/{path}\n@@ -{},7 +{},9 @@\n", chance.below(900), chance.below(900));
        for _ in 0..chance.between(6, 24) {
            let sign = chance.pick(&[" ", "+", "-"]);
            out +=
                &format!("{sign}\t{}_{}(0x{});\n", chance.pick(&stock.words), chance.pick(&stock.words), chance.hex(4));
        }
    }
    text(&out, "plain", envelope.charset, if envelope.charset == "us-ascii" { "7bit" } else { "8bit" }, "")
}

fn notice(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    (envelope.domain, envelope.user) = ("bridgecode.example".into(), "notifications".into());
    envelope.subject =
        format!("[org/{}] {} (#{})", chance.pick(&stock.words), stock.subject(chance), chance.below(90_000));
    envelope.from = Some(format!("reply+{}@reply.bridgecode.example", chance.token(30)));
    envelope.extra = reply(chance, envelope.index, 60, 0)
        + "List-ID: <repo.org.bridgecode.example>\nAuto-Submitted: auto-generated\n";
    alternative(stock, chance, Tongue::English, size * 0.8, "utf-8", 0.45, |stock, chance, tongue, size| {
        page_of_person(stock, chance, tongue, size, "bridgecode.example")
    })
}

fn japanese(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    let charset = chance.pick(&["iso-2022-jp", "iso-2022-jp", "shift_jis", "utf-8"]);
    envelope.charset = charset;
    envelope.name = chance.pick(&["山田 太郎", "伊藤 花", "株式会社サンプル", "中村 健"]).to_owned();
    (envelope.domain, envelope.user) = ("shop.sample.example".into(), format!("info{}", chance.below(40)));
    envelope.subject = chance.pick(JAPANESE_SUBJECTS).to_owned();
    if chance.once_in(0.5) {
        let words = stock.text(chance, Tongue::Japanese, size);
        let encoding = encoding_for(chance, charset);
        return text(&words, "plain", charset, encoding, "");
    }
    alternative(stock, chance, Tongue::Japanese, size, charset, 0.25, |stock, chance, tongue, size| {
        page_of_shop(stock, chance, tongue, size, "shop.sample.example")
    })
}

fn phishing(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    let (brand, bad) = (chance.pick(SENDERS), chance.pick(BAD));
    let name = brand.replace(".example", "");
    envelope.name = chance.pick(&["Account team", "Hаrborbank", name.as_str()]).to_owned();
    (envelope.domain, envelope.user) = (bad.into(), chance.pick(&["alert", "secure", "billing"]).into());
    envelope.from = Some(format!("{}@{}", chance.hex(8), chance.pick(BAD)));
    envelope.subject = chance
        .pick(&[
            "Your account is limited",
            "Unusual sign-in activity",
            "Final notice: invoice overdue",
            "Your parcel could not be delivered",
        ])
        .to_owned();
    envelope.extra = format!("Reply-To: <{}@mail.example>\nX-Priority: 1 (Highest)\n", chance.hex(6));
    envelope.good = chance.once_in(0.3);
    if chance.once_in(0.4) {
        let page = page_of_thief(stock, chance, Tongue::English, size * 0.6, bad, brand);
        return text(&page, "html", "utf-8", "base64", "");
    }
    alternative(stock, chance, Tongue::English, size, "utf-8", 0.2, |stock, chance, tongue, size| {
        page_of_thief(stock, chance, tongue, size, bad, brand)
    })
}

/// Returned mail, invitations, forwarded mail.
fn rest(stock: &Stock, chance: &mut Chance, envelope: &mut Envelope, size: f64) -> Vec<u8> {
    match chance.below(3) {
        0 => {
            (envelope.name, envelope.user) = ("Mail Delivery System".into(), "MAILER-DAEMON".into());
            envelope.subject = "Undelivered Mail Returned to Sender".into();
            let parts = [
                text(&stock.text(chance, Tongue::English, 400.0), "plain", "us-ascii", "7bit", ""),
                b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; inbox.example\n\nFinal-Recipient: rfc822; x@mail.example\nAction: failed\nStatus: 5.1.1\n".to_vec(),
                b"Content-Type: text/rfc822-headers\n\nFrom: me@inbox.example\nTo: x@mail.example\nSubject: hello\n".to_vec(),
            ];
            multipart(chance, "report", &parts, "; report-type=delivery-status")
        }
        1 => {
            envelope.subject = format!("Invitation: {}", stock.subject(chance));
            let calendar = format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{}@bench.example\r\nDTSTART:20260301T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                chance.hex(16)
            );
            let page = page_of_person(stock, chance, Tongue::English, size * 0.6, "office.example");
            let parts = [
                text(&stock.text(chance, Tongue::English, size * 0.2), "plain", "utf-8", "quoted-printable", ""),
                text(&page, "html", "utf-8", "quoted-printable", ""),
                text(&calendar, "calendar", "utf-8", "base64", "; method=REQUEST"),
            ];
            multipart(chance, "alternative", &parts, "")
        }
        _ => {
            envelope.subject = format!("Fwd: {}", stock.subject(chance));
            let mut inner = Envelope::new(chance, envelope.index ^ 0x4000_0000, envelope.when - 86_400);
            let body = newsletter(stock, chance, &mut inner, size * 0.8);
            let mut part =
                b"Content-Type: message/rfc822\nContent-Disposition: attachment; filename=\"forwarded.eml\"\n\n"
                    .to_vec();
            part.extend(inner.header(chance));
            part.extend(body);
            let words = text(&stock.text(chance, Tongue::English, 200.0), "plain", "utf-8", "8bit", "");
            multipart(chance, "mixed", &[words, part], "")
        }
    }
}

fn file(stock: &Stock, chance: &mut Chance, kind: &str, name: &str, start: &[u8], count: usize, how: &str) -> Vec<u8> {
    let at = chance.below(stock.blob.len() - count);
    let raw = [start, &stock.blob[at..at + count]].concat();
    let head = format!(
        "Content-Type: {kind}\nContent-Transfer-Encoding: base64\nContent-Disposition: {how}; filename=\"{name}\"\n\n"
    );
    [head.into_bytes(), base64_lines(&raw)].concat()
}

fn with_files(stock: &Stock, chance: &mut Chance, body: Vec<u8>) -> Vec<u8> {
    const FILES: [(&str, &str, &[u8]); 6] = [
        ("application/pdf", "invoice.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("image/jpeg", "photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
        ("image/png", "screen.png", b"\x89PNG\r\n\x1a\n"),
        ("application/zip", "photos.zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00"),
        ("application/octet-stream", "table.xlsx", b"PK\x03\x04\x14\x00\x06\x00\x08\x00"),
        ("application/octet-stream", "scan.pdf.exe", b"MZ\x90\x00\x03\x00\x00\x00"),
    ];
    let mut parts = vec![body];
    for _ in 0..if chance.once_in(0.85) { 1 } else { 2 } {
        let (kind, name, start) = FILES[chance.below(FILES.len())];
        let count = 50_000 + (250_000.0 * chance.part() * chance.part()) as usize;
        parts.push(file(stock, chance, kind, name, start, count, "attachment"));
    }
    multipart(chance, "mixed", &parts, "")
}
