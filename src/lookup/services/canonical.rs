//! The spellings under which Google Safe Browsing lists a page: the URL in its canonical form, cut to hosts and paths.
//! Everything happens on bytes, as the service's own description has it; nothing is shown to anybody.
//! <https://developers.google.com/safe-browsing/reference/URLs.and.Hashing>
//!
//! ```text
//! http://a.b.example/1/2.html?p=1  ->  a.b.example/1/2.html?p=1, a.b.example/1/2.html, a.b.example/, a.b.example/1/, b.example/...
//! ```

use std::net::Ipv4Addr;

/// The longest URL.
const LENGTH: usize = 16 * 1024;
/// Rounds of taking escapes away: each takes bytes away, so this is only a guard.
const ROUNDS: usize = 64;

/// A URL in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Canonical {
    scheme: String,
    host: String,
    path: String,
    query: Option<String>,
}

impl Canonical {
    /// Reads a URL; `None` where it has no host.
    pub(super) fn of(url: &str) -> Option<Self> {
        let clean: Vec<u8> =
            url.trim_matches(' ').bytes().filter(|byte| !matches!(byte, b'\t' | b'\r' | b'\n')).take(LENGTH).collect();
        let clean = match clean.iter().position(|byte| *byte == b'#') {
            Some(at) => clean.get(..at)?.to_vec(),
            None => clean,
        };
        let (scheme, rest) = match find(&clean, b"://") {
            Some(at) => (String::from_utf8_lossy(clean.get(..at)?).to_lowercase(), clean.get(at + 3..)?.to_vec()),
            None => ("http".to_owned(), clean),
        };
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(end)?;
        let (path, query) = match tail.iter().position(|byte| *byte == b'?') {
            Some(at) => (tail.get(..at)?, Some(tail.get(at + 1..)?)),
            None => (tail, None),
        };
        let authority = match authority.iter().rposition(|byte| *byte == b'@') {
            Some(at) => authority.get(at + 1..)?,
            None => authority,
        };
        let bare = match authority.iter().rposition(|byte| *byte == b':') {
            Some(at) if authority.get(at + 1..)?.iter().all(u8::is_ascii_digit) => authority.get(..at)?,
            _ => authority,
        };
        let host = host(&unescaped(bare))?;
        Some(Self {
            scheme,
            host,
            path: escape(&path_of(&unescaped(path))),
            query: query.map(|query| escape(&unescaped(query))),
        })
    }

    fn is_address(&self) -> bool {
        self.host.parse::<Ipv4Addr>().is_ok()
    }
}

impl std::fmt::Display for Canonical {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.host, self.path)?;
        self.query.as_ref().map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}

/// Every spelling under which a URL may be listed: at most five hosts with at most six paths each.
pub(super) fn expressions(url: &str) -> Vec<String> {
    let Some(canonical) = Canonical::of(url) else { return Vec::new() };
    let mut hosts = vec![canonical.host.clone()];
    if !canonical.is_address() {
        // Up to four more: the last five labels, from the left on fewer, never the last one alone.
        let labels: Vec<&str> = canonical.host.split('.').collect();
        let first = labels.len().saturating_sub(5).max(1);
        for start in first..labels.len().saturating_sub(1) {
            hosts.push(labels.get(start..).unwrap_or_default().join("."));
        }
        hosts.truncate(5);
    }
    let mut paths = Vec::new();
    if let Some(query) = &canonical.query {
        paths.push(format!("{}?{query}", canonical.path));
    }
    paths.push(canonical.path.clone());
    // The root and up to three folders below it.
    let folders = canonical.path.match_indices('/').map(|(at, _)| canonical.path.get(..=at).unwrap_or_default());
    paths.extend(folders.take(4).map(ToOwned::to_owned));
    let mut out: Vec<String> = Vec::new();
    for host in &hosts {
        for path in &paths {
            let one = format!("{host}{path}");
            if !out.contains(&one) {
                out.push(one);
            }
        }
    }
    out
}

fn host(bytes: &[u8]) -> Option<String> {
    let mut clean: Vec<u8> = Vec::with_capacity(bytes.len());
    for byte in bytes {
        // Dots in a row are one.
        if !(*byte == b'.' && clean.last().is_none_or(|last| *last == b'.')) {
            clean.push(byte.to_ascii_lowercase());
        }
    }
    while clean.last() == Some(&b'.') {
        clean.pop();
    }
    if clean.is_empty() {
        return None;
    }
    // Names in other letters are asked for in their ASCII form; bytes that are no text stay as they are.
    let text = String::from_utf8(clean.clone()).ok();
    let named = text.as_deref().and_then(|text| match url::Host::parse(text) {
        Ok(url::Host::Ipv4(address)) => Some(address.to_string()),
        Ok(url::Host::Domain(name)) if !text.is_ascii() => Some(name),
        _ => None,
    });
    Some(named.unwrap_or_else(|| escape(&clean)))
}

/// Without `/./`, `/../` and slashes in a row.
fn path_of(bytes: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut folder = true;
    for part in bytes.split(|byte| *byte == b'/') {
        folder = matches!(part, b"" | b"." | b"..");
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let mut out = vec![b'/'];
    out.extend(parts.join(&b'/'));
    if folder && !parts.is_empty() {
        out.push(b'/');
    }
    out
}

/// Escapes taken away until there are none.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..ROUNDS {
        let next = once(&bytes);
        if next.len() == bytes.len() {
            break;
        }
        bytes = next;
    }
    bytes
}

fn once(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (*byte, digit(at + 1), digit(at + 2)) {
            out.push(u8::try_from(high << 4 | low).unwrap_or_default());
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    out
}

/// What is no printable ASCII, `#` and `%` are escaped.
fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if *byte <= 32 || *byte >= 127 || matches!(byte, b'#' | b'%') {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push(char::from(*byte));
        }
    }
    out
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_own_examples_hold() {
        for (url, expected) in [
            ("http://host/%25%32%35", "http://host/%25"),
            ("http://host/%25%32%35%25%32%35", "http://host/%25%25"),
            ("http://host/%2525252525252525", "http://host/%25"),
            ("http://host/asdf%25%32%35asd", "http://host/asdf%25asd"),
            ("http://host/%%%25%32%35asd%%", "http://host/%25%25%25asd%25%25"),
            ("http://www.google.com/", "http://www.google.com/"),
            (
                "http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/",
                "http://168.188.99.26/.secure/www.ebay.com/",
            ),
            (
                "http://host%23.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B",
                "http://host%23.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+",
            ),
            ("http://3279880203/blah", "http://195.127.0.11/blah"),
            ("http://www.google.com/blah/..", "http://www.google.com/"),
            ("www.google.com/", "http://www.google.com/"),
            ("www.google.com", "http://www.google.com/"),
            ("http://www.evil.com/blah#frag", "http://www.evil.com/blah"),
            ("http://www.GOOgle.com/", "http://www.google.com/"),
            ("http://www.google.com.../", "http://www.google.com/"),
            ("http://www.google.com/foo\tbar\rbaz\n2", "http://www.google.com/foobarbaz2"),
            ("http://www.google.com/q?", "http://www.google.com/q?"),
            ("http://www.google.com/q?r?s", "http://www.google.com/q?r?s"),
            ("http://evil.com/foo#bar#baz", "http://evil.com/foo"),
            ("http://evil.com/foo?bar;", "http://evil.com/foo?bar;"),
            ("http://notrailingslash.com", "http://notrailingslash.com/"),
            ("http://www.gotaport.com:1234/", "http://www.gotaport.com/"),
            ("  http://www.google.com/  ", "http://www.google.com/"),
            ("http:// leadingspace.com/", "http://%20leadingspace.com/"),
            ("https://www.securesite.com/", "https://www.securesite.com/"),
            ("http://host.com/ab%23cd", "http://host.com/ab%23cd"),
            ("http://host.com//twoslashes?more//slashes", "http://host.com/twoslashes?more//slashes"),
            ("http://user:pw@evil.example/x", "http://evil.example/x"),
        ] {
            assert_eq!(Canonical::of(url).unwrap().to_string(), expected, "{url:?}");
        }
        for url in ["", "http://", "http:///x", "http://.../"] {
            assert_eq!(Canonical::of(url), None, "{url}");
        }
    }

    #[test]
    fn a_page_is_listed_under_hosts_and_paths() {
        assert_eq!(
            expressions("http://a.b.c/1/2.html?param=1"),
            [
                "a.b.c/1/2.html?param=1",
                "a.b.c/1/2.html",
                "a.b.c/",
                "a.b.c/1/",
                "b.c/1/2.html?param=1",
                "b.c/1/2.html",
                "b.c/",
                "b.c/1/"
            ]
        );
        let many = expressions("http://a.b.c.d.e.f.g/1.html");
        assert_eq!(
            many,
            [
                "a.b.c.d.e.f.g/1.html",
                "a.b.c.d.e.f.g/",
                "c.d.e.f.g/1.html",
                "c.d.e.f.g/",
                "d.e.f.g/1.html",
                "d.e.f.g/",
                "e.f.g/1.html",
                "e.f.g/",
                "f.g/1.html",
                "f.g/"
            ]
        );
        assert_eq!(expressions("http://1.2.3.4/1/"), ["1.2.3.4/1/", "1.2.3.4/"]);
        assert_eq!(expressions("http://example.com/"), ["example.com/"]);
        assert!(expressions(&format!("http://{}/{}?x", "a.".repeat(200) + "example", "b/".repeat(200))).len() <= 30);
        assert_eq!(expressions(""), [""; 0]);
    }

    #[test]
    fn hostile_urls_cost_little() {
        for url in
            ["%25".repeat(20_000), "%".repeat(60_000), "/".repeat(60_000), "../".repeat(20_000), ".".repeat(60_000)]
        {
            assert!(expressions(&format!("http://evil.example/{url}")).len() <= 30);
            let _ = expressions(&url);
        }
    }
}
