//! Writes an Outlook item as an ordinary mail: header, bodies, files. Every text is base64, so that no content can look
//! like a boundary or a header.

use super::{DEPTH, Reader, rtf};

/// Characters of base64 on a line.
const LINE: usize = 76;

/// The fields of a transport header that describe the body as it was sent, which is not how it is written here.
const BODY_FIELDS: &[&str] = &[
    "content-type",
    "content-transfer-encoding",
    "mime-version",
    "content-disposition",
    "content-id",
    "content-length",
];

/// Writes the item at `base` (`""` is the file's own).
pub(super) fn write(reader: &mut Reader<'_>, base: &str, depth: usize) -> Vec<u8> {
    reader.items += 1;
    let item = reader.items;
    let mut out = Vec::new();
    header(reader, base, &mut out);
    out.extend_from_slice(b"MIME-Version: 1.0\r\n");
    let bodies = bodies(reader, base);
    let files = files(reader, base, depth);
    if files.is_empty() {
        body(&mut out, &bodies, item);
        return out;
    }
    let boundary = format!("=_item_{item}_mixed");
    out.extend_from_slice(format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n").as_bytes());
    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
    body(&mut out, &bodies, item);
    for file in files {
        out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        out.extend_from_slice(&file);
    }
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    out
}

fn header(reader: &mut Reader<'_>, base: &str, out: &mut Vec<u8>) {
    let transport = reader.text(base, 0x007d).unwrap_or_default();
    let kept = transport_fields(&transport);
    let has = |name: &str| kept.iter().any(|field| field.0.eq_ignore_ascii_case(name));
    let (from, to, subject, date) = (has("From"), has("To") || has("Cc"), has("Subject"), has("Date"));
    let id = has("Message-ID");
    for (_, field) in &kept {
        out.extend_from_slice(field.as_bytes());
    }
    let mut put = |name: &str, value: &str| {
        if !value.trim().is_empty() {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
    };
    if !from {
        let own = sender(reader, base, [0x0042, 0x5d02, 0x0065]);
        let other = sender(reader, base, [0x0c1a, 0x5d01, 0x0c1f]);
        if let Some(own) = own.as_ref().or(other.as_ref()) {
            put("From", own);
        }
        if let Some(other) = other.filter(|other| own.as_ref().is_some_and(|own| own != other)) {
            put("Sender", &other);
        }
    }
    if !to {
        let people = recipients(reader, base);
        for (kind, name) in [(1, "To"), (2, "Cc")] {
            let list: Vec<&str> =
                people.iter().filter(|(own, _)| *own == kind).map(|(_, text)| text.as_str()).collect();
            put(name, &list.join(",\r\n "));
        }
    }
    if !subject && let Some(text) = reader.text(base, 0x0037).or_else(|| reader.text(base, 0x0e1d)) {
        put("Subject", &encoded(&text));
    }
    if !date && let Some(seconds) = reader.time(base, 0x0039).or_else(|| reader.time(base, 0x0e06)) {
        put("Date", &date_text(seconds));
    }
    if !id {
        for (name, property) in [("Message-ID", 0x1035), ("In-Reply-To", 0x1042), ("References", 0x1039)] {
            if let Some(text) = reader.text(base, property) {
                put(name, &one_line(&text));
            }
        }
    }
}

/// The fields of a transport header, folded lines with their field, without those that describe the body.
fn transport_fields(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut dropped = true;
    for line in text.lines().take(20_000) {
        if line.is_empty() {
            if out.is_empty() {
                continue;
            }
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, field)) = out.last_mut().filter(|_| !dropped) {
                field.push_str(line);
                field.push_str("\r\n");
            }
            continue;
        }
        // Outlook puts a line of its own above some headers, which is no field.
        let name = line.split_once(':').map_or("", |(name, _)| name.trim());
        dropped = name.is_empty() || name.contains(' ') || BODY_FIELDS.iter().any(|own| name.eq_ignore_ascii_case(own));
        if !dropped {
            out.push((name.to_owned(), format!("{line}\r\n")));
        }
    }
    out
}

/// Name, SMTP address, other address.
fn sender(reader: &mut Reader<'_>, base: &str, ids: [u16; 3]) -> Option<String> {
    let [name, smtp, other] = ids.map(|id| reader.text(base, id));
    mailbox(name.as_deref(), smtp.as_deref().or(other.as_deref()))
}

fn recipients(reader: &mut Reader<'_>, base: &str) -> Vec<(u32, String)> {
    reader
        .members(base, "__recip_version1.0_")
        .into_iter()
        .filter_map(|member| {
            let kind = reader.number(&member, 0x0c15).unwrap_or(1);
            let name = reader.text(&member, 0x3001);
            let address = reader.text(&member, 0x39fe).or_else(|| reader.text(&member, 0x3003));
            Some((kind, mailbox(name.as_deref(), address.as_deref())?))
        })
        .collect()
}

/// `name <address>`; an address that is none (Exchange writes X.500 names) stays with the name.
fn mailbox(name: Option<&str>, address: Option<&str>) -> Option<String> {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    let address = address.map(one_line).filter(|address| address.contains('@'));
    match (name, address) {
        (Some(name), Some(address)) if name != address => Some(format!("{} <{address}>", phrase(name))),
        (_, Some(address)) => Some(format!("<{address}>")),
        (Some(name), None) => Some(phrase(name)),
        (None, None) => None,
    }
}

/// A display name as a quoted string or as encoded words.
fn phrase(name: &str) -> String {
    let plain = name.is_ascii() && !name.bytes().any(|byte| byte < 0x20);
    if plain {
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    encoded(name)
}

/// A text as it may stand in a header: as it is where it is plain ASCII, else as encoded words (RFC 2047).
fn encoded(text: &str) -> String {
    let text = one_line(text);
    if text.is_ascii() {
        return text;
    }
    let mut words = Vec::new();
    let mut piece = String::new();
    for letter in text.chars().take(4_000) {
        if piece.len() + letter.len_utf8() > 42 {
            words.push(format!("=?utf-8?B?{}?=", base64(piece.as_bytes(), false)));
            piece.clear();
        }
        piece.push(letter);
    }
    words.push(format!("=?utf-8?B?{}?=", base64(piece.as_bytes(), false)));
    words.join("\r\n ")
}

fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect::<String>().trim().to_owned()
}

fn date_text(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| String::new(),
        |time| time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
    )
}

/// The readable bodies: media type with charset, and bytes.
fn bodies(reader: &mut Reader<'_>, base: &str) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let utf8 = |kind: &str| format!("text/{kind}; charset=utf-8");
    if let Some(text) = reader.text(base, 0x1000) {
        out.push((utf8("plain"), text.into_bytes()));
    }
    if let Some(bytes) = reader.binary(base, 0x1013).filter(|bytes| !bytes.is_empty()) {
        let page = reader.number(base, 0x3fde);
        let charset = page.and_then(super::encoding).map(|encoding| format!("; charset={}", encoding.name()));
        out.push((format!("text/html{}", charset.unwrap_or_default()), bytes));
    } else if let Some(html) = reader.text(base, 0x1013) {
        out.push((utf8("html"), html.into_bytes()));
    } else if let Some(packed) = reader.binary(base, 0x1009)
        && let Some(rich) = rtf::unpack(&packed)
    {
        let page = reader.number(base, 0x3fde).or_else(|| reader.number(base, 0x3ffd));
        match rtf::content(&rich, page) {
            rtf::Content::Html(html) => out.push((utf8("html"), html.into_bytes())),
            rtf::Content::Text(text) if out.is_empty() && !text.trim().is_empty() => {
                out.push((utf8("plain"), text.into_bytes()));
            }
            rtf::Content::Text(_) => {}
        }
    }
    out
}

fn body(out: &mut Vec<u8>, bodies: &[(String, Vec<u8>)], item: usize) {
    match bodies {
        [] => out.extend_from_slice(b"Content-Type: text/plain; charset=utf-8\r\n\r\n\r\n"),
        [(kind, bytes)] => leaf(out, kind, bytes),
        several => {
            let boundary = format!("=_item_{item}_body");
            out.extend_from_slice(
                format!("Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n").as_bytes(),
            );
            for (kind, bytes) in several {
                out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                leaf(out, kind, bytes);
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        }
    }
}

fn leaf(out: &mut Vec<u8>, kind: &str, bytes: &[u8]) {
    out.extend_from_slice(format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n").as_bytes());
    out.extend_from_slice(base64(bytes, true).as_bytes());
}

/// The attached files and items, each as a part.
fn files(reader: &mut Reader<'_>, base: &str, depth: usize) -> Vec<Vec<u8>> {
    reader.members(base, "__attach_version1.0_").into_iter().map(|member| file(reader, &member, depth)).collect()
}

fn file(reader: &mut Reader<'_>, member: &str, depth: usize) -> Vec<u8> {
    let embedded = format!("{member}/__substg1.0_3701000D");
    let mut out = Vec::new();
    if reader.compound.is_storage(&embedded)
        && reader.compound.is_stream(format!("{embedded}/__properties_version1.0"))
        && depth < DEPTH
    {
        out.extend_from_slice(b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n");
        out.extend(write(reader, &embedded, depth + 1));
        return out;
    }
    let name =
        reader.text(member, 0x3707).or_else(|| reader.text(member, 0x3704)).or_else(|| reader.text(member, 0x3001));
    let kind = reader.text(member, 0x370e).map(|kind| one_line(&kind)).filter(|kind| {
        kind.contains('/') && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.+-_".contains(&byte))
    });
    let kind = kind.unwrap_or_else(|| "application/octet-stream".to_owned());
    let id = reader.text(member, 0x3712).map(|id| one_line(&id)).filter(|id| id.is_ascii());
    let bytes = reader.binary(member, 0x3701).unwrap_or_default();
    // A body part of its own, not a message: what it holds is looked at as a file.
    let kind = if kind.eq_ignore_ascii_case("message/rfc822") || kind.starts_with("multipart/") {
        "application/octet-stream".to_owned()
    } else {
        kind
    };
    out.extend_from_slice(format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n").as_bytes());
    let disposition = if id.is_some() { "inline" } else { "attachment" };
    let name = name.map(|name| format!(";\r\n filename*=utf-8''{}", percent(&one_line(&name)))).unwrap_or_default();
    out.extend_from_slice(format!("Content-Disposition: {disposition}{name}\r\n").as_bytes());
    if let Some(id) = id {
        out.extend_from_slice(format!("Content-ID: <{}>\r\n", id.trim_matches(['<', '>'])).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(base64(&bytes, true).as_bytes());
    out
}

/// A parameter's value as RFC 2231 writes it.
fn percent(text: &str) -> String {
    text.bytes().take(1_000).fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

/// RFC 4648 section 4, in lines where it is a body.
fn base64(bytes: &[u8], lines: bool) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |value: u32| LETTERS.get((value & 63) as usize).copied().map_or('=', char::from);
    let mut out = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 28 + 8);
    let mut column = 0;
    for three in bytes.chunks(3) {
        let value = three.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            out.push(if place <= three.len() { letter(value >> (18 - 6 * place)) } else { '=' });
        }
        column += 4;
        if lines && column >= LINE {
            out.push_str("\r\n");
            column = 0;
        }
    }
    if lines && column > 0 {
        out.push_str("\r\n");
    }
    out
}
