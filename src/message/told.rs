//! What parts say of themselves that a reader has to know: a piece of a longer message, a body that lies elsewhere, an
//! encoding that nobody knows or that does not hold. Nothing is put together and nothing is fetched.

use mail_parser::ContentType;

use super::damage::Damage;
use super::declared::word;
use super::{Part, Quirk};

/// A `message/partial` (RFC 2046 section 5.2.2) or a `message/external-body` (5.2.3; addresses: RFC 2017).
pub(super) fn of_type(kind: ContentType<'_>, part: usize) -> Option<Quirk> {
    if !kind.ctype().eq_ignore_ascii_case("message") {
        return None;
    }
    let subtype = kind.subtype()?;
    if subtype.eq_ignore_ascii_case("partial") {
        let number = |key| kind.attribute(key).and_then(|text| text.trim().parse().ok());
        return Some(Quirk::Partial(number("number").unwrap_or(0), number("total").unwrap_or(0)));
    }
    subtype.eq_ignore_ascii_case("external-body").then(|| Quirk::External(part, place(kind)))
}

/// Where the body lies, as an address where that can be said.
fn place(kind: ContentType<'_>) -> String {
    let value = |key| kind.attribute(key).map(str::trim).filter(|text| !text.is_empty());
    if let Some(url) = value("url") {
        // Blanks are put in where the line would be too long.
        return word(&url.split_ascii_whitespace().collect::<String>());
    }
    let name = value("name").unwrap_or_default();
    match value("site") {
        Some(site) => {
            let folder = value("directory").unwrap_or_default().trim_matches('/');
            let slash = if folder.is_empty() { "" } else { "/" };
            word(&format!("ftp://{site}/{folder}{slash}{name}"))
        }
        None => word(name),
    }
}

/// What undoing the transfer encodings met, each told once.
pub(super) fn of_damage(parts: &[Part]) -> Vec<Quirk> {
    let mut out = Vec::new();
    for part in parts.iter().filter(|part| !part.damage.is_empty()) {
        let is = |damage: Damage| part.damage.contains(&damage);
        let encoding = part.encoding.as_deref().unwrap_or_default();
        let quirk = if is(Damage::UnknownEncoding) {
            Quirk::UnknownEncoding(encoding.trim().to_owned())
        } else if encoding.trim().eq_ignore_ascii_case("base64") && (is(Damage::BadEncoding) || is(Damage::PlainBase64))
        {
            Quirk::BadEncoding
        } else {
            continue;
        };
        let same = |told: &Quirk| std::mem::discriminant(told) == std::mem::discriminant(&quirk);
        if !out.iter().any(same) {
            out.push(quirk);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    #[test]
    fn what_parts_say_of_themselves_is_told() {
        let part = |head: &str, body: &str| {
            format!("From: a@one.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{head}\n\n{body}\n--b--\n")
        };
        let external =
            |rest: &str| part(&format!("Content-Type: message/external-body; {rest}"), "Content-Type: text/plain\n");
        for (mail, told) in [
            (
                "Content-Type: message/partial; id=\"x@one.example\"; number=2; total=3\n\nrest of it\n".to_owned(),
                vec![Quirk::Partial(2, 3)],
            ),
            (part("Content-Type: message/partial; id=x", "x"), vec![Quirk::Partial(0, 0)]),
            (
                external("access-type=URL; URL=\"https://files.example/\n a.exe\""),
                vec![Quirk::External(1, "https://files.example/a.exe".into())],
            ),
            (
                external("access-type=anon-ftp; site=ftp.example.com; directory=\"/pub/\"; name=a.exe"),
                vec![Quirk::External(1, "ftp://ftp.example.com/pub/a.exe".into())],
            ),
            (external("access-type=local-file; name=/etc/passwd"), vec![Quirk::External(1, "/etc/passwd".into())]),
            (part("Content-Transfer-Encoding: base64", "!!!@@"), vec![Quirk::BadEncoding]),
            (part("Content-Transfer-Encoding: x-foo", "words"), vec![Quirk::UnknownEncoding("x-foo".into())]),
            (part("Content-Transfer-Encoding: base64", "aGVsbG8="), vec![]),
            (part("Content-Transfer-Encoding: quoted-printable", "50% off = cheap"), vec![]),
            (part("Content-Transfer-Encoding: 8bit\nContent-Type: message/rfc822", "Subject: x\n\nx"), vec![]),
            (part("Content-Type: message/delivery-status", "Reporting-MTA: dns; mx.example.com"), vec![]),
            (part("Content-Type: text/x-partial; name=external-body", "x"), vec![]),
        ] {
            assert_eq!(Message::parse(mail.as_bytes()).quirks, told, "{mail}");
        }
    }

    #[test]
    fn the_address_of_a_body_that_lies_elsewhere_is_a_link() {
        let links = |kind: &str| -> Vec<String> {
            let mail = format!(
                "From: a@one.example\nContent-Type: message/external-body; {kind}\n\nContent-Type: text/plain\n\n"
            );
            let evidence = crate::evidence::examine(&Message::parse(mail.as_bytes()), &[]);
            evidence.links.into_iter().map(|link| link.raw).collect()
        };
        assert_eq!(links("access-type=url; url=\"https://files.example/a.exe\""), ["https://files.example/a.exe"]);
        assert_eq!(links("access-type=local-file; name=\"/etc/passwd\""), Vec::<String>::new());
    }
}
