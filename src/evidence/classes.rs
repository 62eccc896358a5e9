//! What kind of host a link leads to, by lists and by the look of its name; and what is odd about the address itself.
//! States facts only: half of them are ordinary in newsletters.

use std::net::IpAddr;

use unicode_security::MixedScript as _;

use super::brands;
use super::domain::is_public;
use super::marks::{self, Marks};
use super::places::{self, Place};
use super::url::{HostClass, UrlParts};

/// Hosts of fonts and scripts, which stand as text in style sheets: no pages, and nobody's but their owner's.
pub(crate) const RESOURCES: &[&str] =
    &["fonts.googleapis.com", "fonts.gstatic.com", "ajax.googleapis.com", "use.typekit.net", "schemas.microsoft.com"];
/// A label longer than this pushes the domain out of sight.
const LONG_LABEL: usize = 30;
/// A host of more labels than this in front of its registrable domain hides it.
const MANY_LABELS: usize = 4;

/// What is odd about an address, whoever its host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UrlTrait {
    /// An IP address in another spelling than the usual one (octal, hexadecimal, one number, short).
    OddAddress,
    /// The host as written is not the one that a browser opens: backslashes, escapes, wide dots, blanks inside.
    Disguised,
    /// A scheme that runs, opens or sends something in place of showing a page (`javascript:`, `data:`, `file:`, `smb:`,
    /// `search-ms:` ...).
    OddScheme,
    /// Files of a WordPress site that no mail links to (`/wp-content/`, `/wp-includes/`), or a script below `/.well-known/`.
    SiteFiles,
    /// Content addressed by hash (`/ipfs/Qm...`).
    IpfsPath,
    /// Written so that nobody presses it (`hxxp`, `[.]`).
    Defanged,
    /// `rid=` with a short random value, as phishing kits for tests number their targets.
    TargetId,
}

/// The classes of a host.
pub(super) fn of(url: &UrlParts, place: Place) -> Vec<HostClass> {
    let mut out = Vec::new();
    if let Some(address) = url.address {
        out.push(HostClass::Literal);
        if !is_public(address) || matches!(address, IpAddr::V4(v4) if v4.is_link_local()) {
            out.push(HostClass::PrivateAddress);
        }
        return out;
    }
    if url.domain.host.is_empty() || url.scheme == "mailto" {
        return out;
    }
    for (bit, class) in [
        (places::SHORTENER, HostClass::Shortener),
        (places::FORM, HostClass::FormBuilder),
        (places::SHARE, HostClass::FileShare),
        (places::DYNAMIC, HostClass::DynamicDns),
        (places::IPFS, HostClass::IpfsGateway),
        (places::LINK_PAGE, HostClass::LinkPage),
        (places::CDN, HostClass::ContentNetwork),
    ] {
        if place.is(bit) {
            out.push(class);
        }
    }
    // A private suffix is shared by many customers; what kind of service it is the list may say.
    let shared = url.domain.private_suffix && out.is_empty() && !RESOURCES.contains(&&*url.domain.host);
    if place.is(places::HOSTING) || shared {
        out.push(HostClass::FreeHosting);
    }
    if url.domain.host.contains("xn--") {
        if url.domain.host.split('.').any(|label| label.starts_with("xn--")) {
            out.push(HostClass::Punycode);
        }
        let shown = idna(&url.domain.host);
        if shown.split('.').any(|label| !label.is_single_script()) {
            out.push(HostClass::MixedScript);
        }
    }
    // On free hosting the domain is the host's, the page is anyone's.
    if let Some(brand) = brands::owner(&url.domain) {
        out.push(HostClass::Brand(brand.id));
    } else if out.is_empty() && place.wrappers().is_empty() {
        shape(url, &mut out);
    }
    out
}

/// The name as a browser may show it.
pub(super) fn idna(host: &str) -> String {
    host.split('.').map(super::punycode::unicode).collect::<Vec<_>>().join(".")
}

/// What the name's look says; names of known services are random for honest reasons and are not asked.
fn shape(url: &UrlParts, out: &mut Vec<HostClass>) {
    let (mut labels, mut longest) = (0, 0);
    for label in url.domain.subdomain().split('.').filter(|label| !label.is_empty()) {
        labels += 1;
        longest = longest.max(label.len());
    }
    if longest > LONG_LABEL {
        out.push(HostClass::LongLabel);
    }
    if labels > MANY_LABELS {
        out.push(HostClass::ManyLabels);
    }
    let own = url.domain.organization().split('.').next().unwrap_or_default();
    if is_random(own) {
        out.push(HostClass::RandomName);
    }
}

/// No one could say the word: long runs of consonants, hardly a vowel, or letters and digits shuffled.
pub(crate) fn is_random(label: &str) -> bool {
    if label.len() < 7 || label.contains('-') {
        return false;
    }
    let (mut run, mut longest, mut vowels, mut letters, mut changes) = (0, 0, 0, 0, 0);
    let mut before = b' ';
    for byte in label.bytes() {
        if byte.is_ascii_alphabetic() {
            letters += 1;
            if matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') {
                vowels += 1;
                run = 0;
            } else {
                run += 1;
                longest = longest.max(run);
            }
        } else {
            run = 0;
        }
        changes += usize::from(before != b' ' && before.is_ascii_digit() != byte.is_ascii_digit());
        before = byte;
    }
    longest >= 7 || changes >= 4 || letters >= 7 && vowels == 0
}

/// What is odd about the address. `raw` is as written.
pub(super) fn traits(raw: &str, url: &UrlParts, marks: Marks) -> Vec<UrlTrait> {
    let mut out = Vec::new();
    if !matches!(&*url.scheme, "http" | "https" | "mailto" | "tel" | "sms" | "cid" | "mid") {
        if is_odd_scheme(&url.scheme) {
            out.push(UrlTrait::OddScheme);
        }
        return out;
    }
    if !url.domain.host.is_empty() && url.scheme != "mailto" && !stands_plain(raw, url) {
        let odd = authority(raw);
        if url.address.is_some() {
            out.push(UrlTrait::OddAddress);
        } else if odd.contains(['\\', '%', '\u{3002}', '\u{ff0e}', '\u{ff61}', '\t', '\n', '\r'])
            || odd.chars().any(super::body::is_invisible)
        {
            out.push(UrlTrait::Disguised);
        }
    }
    if marks.has(marks::SITE | marks::IPFS | marks::TARGET) {
        path_traits(&url.path, &mut out);
    }
    out
}

/// The host stands in the text as a browser opens it: the usual case, told quickly.
fn stands_plain(raw: &str, url: &UrlParts) -> bool {
    let rest = raw
        .get(..url.scheme.len())
        .filter(|scheme| scheme.eq_ignore_ascii_case(&url.scheme))
        .and_then(|_| raw.get(url.scheme.len()..))
        .and_then(|rest| rest.strip_prefix("://"))
        .unwrap_or(raw);
    let host = &url.domain.host;
    let bracket = usize::from(rest.starts_with('['));
    rest.get(bracket..bracket + host.len()).is_some_and(|start| start.eq_ignore_ascii_case(host))
}

/// What stands between the scheme and the path, as written.
fn authority(raw: &str) -> &str {
    let rest = raw.split_once(':').map_or(raw, |(_, rest)| rest);
    let rest = rest.trim_start_matches('/');
    rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or_default()
}

/// Schemes that do something in place of showing a page.
fn is_odd_scheme(scheme: &str) -> bool {
    matches!(
        scheme,
        "javascript"
            | "vbscript"
            | "data"
            | "file"
            | "smb"
            | "blob"
            | "view-source"
            | "rdp"
            | "vnc"
            | "mhtml"
            | "res"
            | "dict"
            | "gopher"
            | "intent"
            | "itms-services"
            | "search"
            | "search-ms"
            | "shell"
            | "jar"
            | "nfs"
            | "afp"
    ) || scheme.starts_with("ms-") && scheme != "ms-outlook"
}

fn path_traits(path: &str, out: &mut Vec<UrlTrait>) {
    let (folders, query) = path.split_once('?').unwrap_or((path, ""));
    let has = |text: &str, needle: &str| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    let script = || {
        let lower = folders.to_ascii_lowercase();
        [".php", ".html", ".htm", "/"].iter().any(|ending| lower.ends_with(ending))
    };
    if has(folders, "/wp-")
        && ["/wp-content/", "/wp-includes/", "/wp-admin/"].iter().any(|part| has(folders, part))
        && script()
        || has(folders, "/.well-known/") && script()
    {
        out.push(UrlTrait::SiteFiles);
    }
    if has(folders, "/ipfs/") || has(folders, "/ipns/") {
        out.push(UrlTrait::IpfsPath);
    }
    if let Some(value) = query.strip_prefix("rid=").or_else(|| query.split_once("&rid=").map(|(_, value)| value)) {
        let value = value.split(['&', '#']).next().unwrap_or_default();
        if value.len() == 7 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            out.push(UrlTrait::TargetId);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits_of(raw: &str) -> Vec<UrlTrait> {
        let url = UrlParts::of(raw, None).unwrap();
        traits(raw, &url, Marks::of(&url.path))
    }

    fn classes_of(raw: &str) -> Vec<HostClass> {
        let url = UrlParts::of(raw, None).unwrap();
        of(&url, Place::of(&url.domain))
    }

    #[test]
    fn odd_addresses_are_told_from_plain_ones() {
        for (raw, expected) in [
            ("http://3221225985/", UrlTrait::OddAddress),
            ("http://0300.0.2.1/", UrlTrait::OddAddress),
            ("http://0xc0.0x0.0x2.0x1/", UrlTrait::OddAddress),
            ("http://192.513/", UrlTrait::OddAddress),
            ("http://[::ffff:192.0.2.1]/", UrlTrait::OddAddress),
            ("http:\\\\evil.example\\x", UrlTrait::Disguised),
            ("http://evil。example/", UrlTrait::Disguised),
            ("http://ev%69l.example/", UrlTrait::Disguised),
            ("http://ev\til.example/", UrlTrait::Disguised),
            ("javascript:alert(1)", UrlTrait::OddScheme),
            ("search-ms:query=x&crumb=location:\\\\evil.example\\x", UrlTrait::OddScheme),
            ("file://evil.example/share/x", UrlTrait::OddScheme),
            ("ms-msdt:/id", UrlTrait::OddScheme),
            ("https://host.example/wp-content/plugins/x/login.php", UrlTrait::SiteFiles),
            ("https://host.example/.well-known/bank/index.html", UrlTrait::SiteFiles),
            ("https://gateway.example/ipfs/QmXoypizj/x.html", UrlTrait::IpfsPath),
            ("https://host.example/?rid=aB3dE6g", UrlTrait::TargetId),
        ] {
            assert_eq!(traits_of(raw), [expected], "{raw}");
        }
        for raw in [
            "http://192.0.2.1/x",
            "http://[2001:db8::1]/",
            "HTTPS://Www.Example.com/x",
            "www.example.com/x",
            "https://bank.example@evil.example/",
            "http://例え.テスト/",
            "mailto:a@b.example",
            "tel:+81312345678",
            "https://host.example/wp-content/uploads/2026/11/photo.jpg",
            "https://host.example/.well-known/security.txt",
            "https://host.example/?rid=1234567890",
            "https://host.example/x?a=100%25",
        ] {
            assert_eq!(traits_of(raw), [], "{raw}");
        }
    }

    #[test]
    fn random_names_are_told_from_words() {
        for label in ["xkqjzvbt", "qx7b2kd9w4", "bcdfghjk", "a1b2c3d4e5", "kbztmdp"] {
            assert!(is_random(label), "{label}");
        }
        for label in [
            "example",
            "strengths",
            "sumitomo",
            "mitsubishi",
            "schwarzkopf",
            "web2print",
            "area51",
            "rhythms",
            "matchstick",
            "shinkansen",
            "kabushikigaisha",
            "newsletter2go",
            "nttdocomo",
            "techcrunch",
            "mail-xkqjzvbt",
            "gfx2swf",
            "freshrpms",
        ] {
            assert!(!is_random(label), "{label}");
        }
    }

    #[test]
    fn hosts_have_the_classes_of_lists_and_of_looks() {
        for (raw, expected) in [
            ("https://bit.ly/x", vec![HostClass::Shortener]),
            ("https://x.github.io/", vec![HostClass::FreeHosting]),
            ("https://bucket.s3.us-east-1.amazonaws.com/x", vec![HostClass::FreeHosting]),
            // Names are sold below these, as below a country's.
            ("https://www.shop.eu.com/", vec![]),
            ("https://shop.biz.ua/", vec![]),
            ("https://fonts.googleapis.com/css", vec![]),
            ("https://forms.gle/x", vec![HostClass::FormBuilder]),
            ("https://xgf.nu/x", vec![HostClass::FileShare]),
            ("https://home.duckdns.org/", vec![HostClass::DynamicDns]),
            ("https://ipfs.io/ipfs/Qm", vec![HostClass::IpfsGateway]),
            ("http://192.168.0.1/", vec![HostClass::Literal, HostClass::PrivateAddress]),
            ("http://192.0.2.1/", vec![HostClass::Literal]),
            ("https://xn--r8jz45g.example/", vec![HostClass::Punycode]),
            ("https://xn--pypal-4ve.example/", vec![HostClass::Punycode, HostClass::MixedScript]),
            ("https://a.b.c.d.e.example.com/", vec![HostClass::ManyLabels]),
            ("https://mail-secureweb0qa2ce8ndm9asbhssywklsycmqm.host.example/", vec![HostClass::LongLabel]),
            ("https://xkqjzvbt.example/", vec![HostClass::RandomName]),
            ("https://www.example.com/", vec![]),
            ("mailto:a@xkqjzvbt.example", vec![]),
        ] {
            assert_eq!(classes_of(raw), expected, "{raw}");
        }
    }
}
