//! Bytes of a page to text, as browsers choose the charset (WHATWG HTML section 13.2.3): byte order mark, then the
//! server's word, then the page's own within its first bytes, then what the bytes show. Nothing here fails.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::message::text_of;

/// The bytes in which a page may name its charset. Browsers look at 1,024; kits put comments in front.
const HEAD_BYTES: usize = 4096;

/// The text, and the charset by which it was read; `None` where that was a guess.
pub(super) fn decode(bytes: &[u8], media: Option<&str>) -> (String, Option<&'static str>) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        return (encoding.decode_without_bom_handling(rest).0.into_owned(), Some(encoding.name()));
    }
    let declared = media.and_then(of_media).or_else(|| of_page(bytes));
    // A declared charset is believed where the bytes fit it: kits copy the declaration of the page that they imitate.
    if let Some(encoding) = declared {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if !broken || !fits_better(bytes) {
            return (text.into_owned(), Some(encoding.name()));
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_ascii() => (text.to_owned(), Some(UTF_8.name())),
        Ok(text) if !text.contains('\u{1b}') => (text.to_owned(), declared.map(Encoding::name)),
        _ => (text_of(bytes), None),
    }
}

/// The bytes are UTF-8 but for a character that was cut at their end.
fn fits_better(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => !text.is_ascii(),
        Err(why) => why.error_len().is_none() && why.valid_up_to() > 0,
    }
}

/// The `charset` of a media type (RFC 9110 section 8.3.2).
fn of_media(media: &str) -> Option<&'static Encoding> {
    media.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| known(value))?
    })
}

/// The charset that a page names in its first bytes, in either way of writing it.
fn of_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(head.get(from..)?, b"charset") {
        from += found + 7;
        let rest = head.get(from..)?.trim_ascii_start();
        if let Some(value) = rest.strip_prefix(b"=") {
            let value: String = value.iter().take(60).map(|byte| char::from(*byte)).collect();
            let value = value.trim_start().trim_start_matches(['"', '\'']);
            let end = value.find(|letter: char| !is_label_letter(letter)).unwrap_or(value.len());
            let encoding = known(value.get(..end).unwrap_or_default());
            if encoding.is_some() {
                // A page whose declaration could be read is not UTF-16, whatever it says.
                return encoding
                    .map(|encoding| if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding });
            }
        }
    }
    None
}

fn is_label_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':' | '.' | '(' | ')')
}

fn known(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label.trim().trim_matches(['"', '\'']).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_is_chosen_as_browsers_do() {
        let sjis = encoding_rs::SHIFT_JIS.encode("<title>ログイン</title>").0.into_owned();
        let mut named = b"<meta charset=Shift_JIS>".to_vec();
        named.extend(&sjis);
        let mut old = b"<META http-equiv=Content-Type content='text/html; CHARSET = \"x-sjis\"'>".to_vec();
        old.extend(&sjis);
        let eucjp = encoding_rs::EUC_JP.encode("<title>ログインしてください</title>").0.into_owned();
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("ログイン".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, media, holds, charset) in [
            (sjis.as_slice(), Some("text/html; charset=\"Shift_JIS\""), "ログイン", Some("Shift_JIS")),
            (&named, Some("text/html"), "ログイン", Some("Shift_JIS")),
            (&old, None, "ログイン", Some("Shift_JIS")),
            (&eucjp, None, "ログインしてください", None),
            (&utf16, Some("text/html; charset=utf-8"), "ログイン", Some("UTF-16LE")),
            ("<title>ログイン</title>".as_bytes(), None, "ログイン", Some("UTF-8")),
            // The declaration was copied, the bytes are UTF-8.
            ("<meta charset=euc-jp><title>ログイン</title>".as_bytes(), None, "ログイン", Some("UTF-8")),
            (b"<title>Log in</title>", Some("text/html; charset=ISO-8859-1"), "Log in", Some("windows-1252")),
            (b"<title>Log in</title>", None, "Log in", None),
            (b"<title>caf\xe9</title>", Some("text/html; charset=nonsense"), "café", None),
            ("<meta charset=utf-16><title>é</title>".as_bytes(), None, "é", Some("UTF-8")),
        ] {
            let (text, found) = decode(bytes, media);
            assert!(text.contains(holds), "{text}");
            assert_eq!(found, charset, "{text}");
        }
    }

    #[test]
    fn bait_for_the_search_ends_soon() {
        decode(&b"charset=".repeat(10_000), None);
        decode(&b"charset charset= charset='".repeat(10_000), Some(&"; charset=".repeat(10_000)));
    }
}
