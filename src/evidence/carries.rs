//! Whether an address of the web carries a mail address inside: plain, escaped, in base64 or in hexadecimal digits, in its
//! path, query or fragment. Asked only of the mails that a rule or a reader looks at.

use super::base64;
use crate::message::clip;

/// The most bytes of an address that are searched.
const PATH_BYTES: usize = 4_000;
/// The most words of an address that are decoded.
const WORDS: usize = 60;

/// How a mail address is written inside an address of the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spelling {
    /// `anna@example.com`
    Plain,
    /// `anna%40example.com`
    Escaped,
    /// Base64 in either alphabet.
    Base64,
    /// Two hexadecimal digits a letter.
    Hex,
}

/// The first of `addresses` (lower case) that the path, query or fragment carries, and how.
#[must_use]
pub fn carried_address(path: &str, addresses: &[String]) -> Option<(usize, Spelling)> {
    let path = clip(path, PATH_BYTES);
    let shortest = addresses.iter().map(String::len).min().filter(|length| *length > 4)?;
    if path.len() <= shortest {
        return None;
    }
    let found = |text: &str| addresses.iter().position(|address| text.contains(address.as_str()));
    if path.contains('@')
        && let Some(at) = found(&path.to_ascii_lowercase())
    {
        return Some((at, Spelling::Plain));
    }
    if path.contains("%40") || path.contains("%2540") {
        let plain = path.to_ascii_lowercase().replace("%25", "%").replace("%40", "@");
        let plain = plain.replace("%2b", "+").replace("%2e", ".").replace("%5f", "_").replace("%2d", "-");
        if let Some(at) = found(&plain) {
            return Some((at, Spelling::Escaped));
        }
    }
    let plain;
    let path = if path.contains('%') {
        plain = path.replace("%3D", "=").replace("%3d", "=").replace("%2B", "+").replace("%2F", "_");
        &plain
    } else {
        path
    };
    let word = |letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '_'));
    for word in path.split(word).filter(|word| word.len() * 3 / 4 >= shortest).take(WORDS) {
        if word.len() >= shortest * 2
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            && let Some(at) = from_hex(word).and_then(|text| found(&text))
        {
            return Some((at, Spelling::Hex));
        }
        let text = base64::decode(word).map(|bytes| String::from_utf8_lossy(&bytes).to_ascii_lowercase());
        if let Some(at) = text.filter(|text| text.contains('@')).and_then(|text| found(&text)) {
            return Some((at, Spelling::Base64));
        }
    }
    None
}

fn from_hex(word: &str) -> Option<String> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut out = String::with_capacity(word.len() / 2);
    for pair in word.as_bytes().chunks_exact(2) {
        let [high, low] = pair else { return None };
        let byte = (digit(high)? * 16 + digit(low)?) as u8;
        if !byte.is_ascii_graphic() {
            return None;
        }
        out.push(char::from(byte).to_ascii_lowercase());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_every_spelling() {
        let own = ["reader@example.org".to_owned()];
        for (path, spelling) in [
            ("/x#reader@example.org", Spelling::Plain),
            ("/x?e=Reader@Example.org", Spelling::Plain),
            ("/x?e=reader%40example.org", Spelling::Escaped),
            ("/x?e=reader%2540example%2Eorg", Spelling::Escaped),
            ("/x/cmVhZGVyQGV4YW1wbGUub3Jn", Spelling::Base64),
            ("/x#?e=cmVhZGVyQGV4YW1wbGUub3Jn&x", Spelling::Base64),
            ("/x?d=eyJlIjoicmVhZGVyQGV4YW1wbGUub3JnIn0%3D", Spelling::Base64),
            ("/x?e=726561646572406578616d706c652e6f7267", Spelling::Hex),
        ] {
            assert_eq!(carried_address(path, &own), Some((0, spelling)), "{path}");
        }
        for path in [
            "/",
            "/reader",
            "/@reader",
            "/x?e=other%40example.org",
            "/x/AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "/0000000000000000000000000000000000000000",
        ] {
            assert_eq!(carried_address(path, &own), None, "{path}");
        }
        assert_eq!(carried_address("/x", &[]), None);
    }
}
