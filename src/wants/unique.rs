//! What in a question is unique to the recipient. Whoever answers such a question learns that this very mail was looked
//! at, and by whom. Errs on the side of saying so.
//!
//! ```text
//! a7f3c9e1b2d84.evil.example          a label like a token
//! anna-example-org.evil.example       the recipient's address
//! https://evil.example/?e=YW5uYUBleGFtcGxlLm9yZw==
//! 20261121-k7q2x9._domainkey.evil.example
//! ```

use crate::evidence::{Domain, Evidence, UrlParts, carried_address, is_random_label};
use crate::facts::Key;
use crate::facts::listing::Thing;
use crate::text::Words;

/// The most recipients whose addresses are looked for.
const RECIPIENTS: usize = 20;
/// A label of more letters than this is no word.
const LONG: usize = 30;
/// Local parts that every organization has.
const ROLES: &[&str] = &[
    "abuse",
    "accounts",
    "admin",
    "billing",
    "contact",
    "hello",
    "hostmaster",
    "mail",
    "newsletter",
    "noreply",
    "office",
    "postmaster",
    "press",
    "recruit",
    "sales",
    "security",
    "service",
    "shop",
    "support",
    "webmaster",
];

const ADDRESS: Words = Words::new("holds the recipient's address", "受信者のアドレスを含む");
const TOKEN: Words = Words::new("a label like a token", "識別番号のようなラベルを含む");
const LONG_LABEL: Words = Words::new("a very long label", "非常に長いラベルを含む");
const QUERY: Words = Words::new("has a query string", "クエリ文字列を含む");
const PATH: Words = Words::new("a path like a token", "識別番号のようなパスを含む");
const SELECTOR: Words = Words::new("a DKIM selector like a token", "識別番号のような DKIM セレクターを含む");

/// The recipients' mail addresses in lower case.
pub(super) fn recipients(evidence: &Evidence) -> Vec<String> {
    let addresses = evidence.recipients.iter().map(|to| to.address.to_lowercase());
    addresses.filter(|address| address.contains('@')).take(RECIPIENTS).collect()
}

/// What a question carries that is unique to one of `recipients` (lower case), or looks so. Nothing where it is answered
/// on this machine.
#[must_use]
pub fn unique(key: &Key, recipients: &[String]) -> Option<Words> {
    match key {
        Key::Page(url) | Key::Judged { thing: Thing::Url(url), .. } => in_url(url, recipients),
        Key::Texts(name) => match name.split_once("._domainkey.") {
            Some((selector, signer)) => selector
                .split('.')
                .any(|label| label.len() > LONG || is_token(label))
                .then_some(SELECTOR)
                .or_else(|| in_host(signer, recipients)),
            None => in_host(name.trim_start_matches("_dmarc."), recipients),
        },
        Key::Addresses(name)
        | Key::MailExchangers(name)
        | Key::Owner(name)
        | Key::Reputation(name)
        | Key::Aliases(name)
        | Key::NameServers(name)
        | Key::Authority(name)
        | Key::Issuers(name)
        | Key::Certificates(name)
        | Key::History(name)
        | Key::MailPolicy(name)
        | Key::Listed { name, .. }
        | Key::Judged { thing: Thing::Domain(name), .. } => in_host(name, recipients),
        Key::Names(_)
        | Key::Place(_)
        | Key::Block(_)
        | Key::System(_)
        | Key::Announced(_)
        | Key::Feeds(_)
        | Key::Judged { thing: Thing::Address(_) | Thing::File(_), .. } => None,
    }
}

fn in_url(url: &str, recipients: &[String]) -> Option<Words> {
    let parts = UrlParts::of(url, None)?;
    let user = parts.user_info.as_deref().unwrap_or_default();
    if carried_address(&parts.path, recipients).is_some() || carried_address(user, recipients).is_some() {
        return Some(ADDRESS);
    }
    let (folders, query) = match parts.path.find(['?', '#']) {
        Some(at) => parts.path.split_at(at),
        None => (parts.path.as_str(), ""),
    };
    if query.len() > 1 {
        return Some(QUERY);
    }
    if folders.split(['/', '.', '=', ';', ',']).any(|piece| piece.len() > LONG || is_token(piece)) {
        return Some(PATH);
    }
    in_host(&parts.domain.host, recipients)
}

/// In the labels in front of the registrable domain; that itself was registered for more than one recipient.
fn in_host(host: &str, recipients: &[String]) -> Option<Words> {
    let domain = Domain::of(host);
    let mut labels = domain.subdomain();
    if domain.private_suffix && labels.is_empty() {
        // A customer's name on free hosting costs nothing: it may be made for one mail.
        labels = domain.host.split('.').next().unwrap_or_default();
    }
    if labels.is_empty() {
        return None;
    }
    if recipients.iter().any(|address| names(labels, address)) {
        return Some(ADDRESS);
    }
    if labels.split('.').any(|label| label.len() > LONG) {
        return Some(LONG_LABEL);
    }
    labels.split('.').any(is_token).then_some(TOKEN)
}

/// The labels name a mail address: with its `@` as a dot, a dash or another sign of names, in hexadecimal digits or in
/// base32 (base64 does not survive a host name), or by its local part alone.
fn names(labels: &str, address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let plain = |text: &str| text.replace(['.', '_', '=', '+'], "-");
    let (flat, local_flat, domain_flat) = (plain(labels), plain(local), plain(domain));
    if flat.contains(&format!("{local_flat}-{domain_flat}")) {
        return true;
    }
    let telling = local.len() >= 5 && !ROLES.contains(&local);
    if telling && (flat == local_flat || labels.split('.').any(|label| plain(label) == local_flat)) {
        return true;
    }
    labels.split('.').any(|label| {
        [hex(label), base32(label)].into_iter().flatten().any(|text| text.contains(address) || telling && text == local)
    })
}

fn hex(label: &str) -> Option<String> {
    let digits: Option<Vec<u32>> = label.chars().map(|letter| letter.to_digit(16)).collect();
    let bytes =
        digits?.chunks_exact(2).map(|pair| pair.iter().fold(0, |value, digit| value * 16 + digit) as u8).collect();
    String::from_utf8(bytes).ok().map(|text| text.to_lowercase())
}

fn base32(label: &str) -> Option<String> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in label.bytes() {
        let value = match byte {
            b'a'..=b'z' => byte - b'a',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    String::from_utf8(out).ok().map(|text| text.to_lowercase())
}

/// A word that nobody says and a machine counts by: letters and digits shuffled, a long number, long hexadecimal digits.
fn is_token(label: &str) -> bool {
    label.split(['-', '_']).any(|piece| {
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        let hexadecimal = piece.len() >= 12 && digits >= 2 && piece.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = digits >= 9 && digits == piece.len();
        // Five letters and digits shuffled are a server's name; ten are not.
        let shuffled = piece.len() >= 10 && (3..piece.len()).contains(&digits) && turns(piece) >= 3;
        hexadecimal || number || shuffled || piece.len() >= 10 && is_random_label(&piece.to_ascii_lowercase())
    })
}

/// How often letters turn to digits or back.
fn turns(text: &str) -> usize {
    text.as_bytes().windows(2).filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO: &str = "anna.smith@example.org";

    fn of(key: &Key) -> Option<&'static str> {
        unique(key, &[TO.to_owned(), "info@example.org".to_owned()]).map(|words| words.en)
    }

    #[test]
    fn a_host_that_was_made_for_one_recipient_is_told() {
        for (host, expected) in [
            ("a7f3c9e1b2d84.evil.example", Some(TOKEN)),
            ("x9k2m4p7qz.evil.example", Some(TOKEN)),
            ("mail-secureweb0qa2ce8ndm9asbhssywklsycmqm.evil.example", Some(LONG_LABEL)),
            ("anna-smith-example-org.evil.example", Some(ADDRESS)),
            ("anna.smith.example.org.evil.example", Some(ADDRESS)),
            ("anna.smith.evil.example", Some(ADDRESS)),
            ("616e6e612e736d697468406578616d706c652e6f7267.evil.example", Some(ADDRESS)),
            ("mfxg4yjoonwws5dia.evil.example", Some(ADDRESS)),
            ("k7q2x9m4bz.azurefd.net", Some(TOKEN)),
            ("123456789.bounce.evil.example", Some(TOKEN)),
        ] {
            assert_eq!(of(&Key::Addresses(host.into())), expected.map(|words| words.en), "{host}");
        }
        for host in [
            "evil.example",
            "www.evil.example",
            "a7f3c9e1b2d84.example",
            "mx1-2.tokyo.example.jp",
            "kagoya-support-notification.azurefd.net",
            "info.example.com",
            "o44.em.mailroom.example",
            "static-20261121.example.com",
            "newsletter2go.example.com",
        ] {
            assert_eq!(of(&Key::Addresses(host.into())), None, "{host}");
        }
    }

    #[test]
    fn a_url_that_numbers_its_reader_is_told() {
        for (url, expected) in [
            ("https://evil.example/?e=YW5uYS5zbWl0aEBleGFtcGxlLm9yZw==", Some(ADDRESS)),
            ("https://evil.example/#anna.smith@example.org", Some(ADDRESS)),
            ("https://evil.example/x?id=1", Some(QUERY)),
            ("https://evil.example/c/9f86d081884c7d659a2f/", Some(PATH)),
            ("https://a7f3c9e1b2d84.evil.example/", Some(TOKEN)),
            ("https://evil.example/login/index.html", None),
            ("https://evil.example/", None),
        ] {
            assert_eq!(of(&Key::Page(url.into())), expected.map(|words| words.en), "{url}");
        }
        assert_eq!(of(&Key::Feeds("https://evil.example/x?id=1".into())), None, "feeds are on this machine");
    }

    #[test]
    fn a_selector_may_be_a_token() {
        for (name, expected) in [
            ("k7q2x9m4bz81._domainkey.evil.example", Some(SELECTOR)),
            ("selector1._domainkey.evil.example", None),
            ("20230601._domainkey.gmail.com", None),
            ("s1024-2026._domainkey.evil.example", None),
            ("_dmarc.evil.example", None),
            ("_dmarc.a7f3c9e1b2d84.evil.example", Some(TOKEN)),
        ] {
            assert_eq!(of(&Key::Texts(name.into())), expected.map(|words| words.en), "{name}");
        }
    }
}
