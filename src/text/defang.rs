//! Defanging: indicators that nobody can press by accident. Every single indicator comes out as one line of printable
//! ASCII, whatever it holds; free text keeps all that is no indicator.
//!
//! Schemes become `hxxp`, `hxxps`, `fxp`, any other gets `[:]`; dots of a host become `[.]`, colons of an IPv6 address
//! `[:]`, the `@` of an address `[@]`. [`refang`](super::refang()) gives the normal form back. Doing it twice changes
//! nothing. Everything is linear in the length of the text.
//!
//! ```
//! use gosanke::text::{defang, defang_address, defang_host, defang_url};
//!
//! assert_eq!(defang_url("https://a.example/x?y=z"), "hxxps://a[.]example/x?y=z");
//! assert_eq!(defang_url("http://例え.test/\u{1b}x"), "hxxp://xn--r8jz45g[.]test/%1Bx");
//! assert_eq!(defang_host("2001:db8::1"), "2001[:]db8[:][:]1");
//! assert_eq!(defang_address("x@a.example"), "x[@]a[.]example");
//! assert_eq!(defang("Visit https://a.example/, not b.example."), "Visit hxxps://a[.]example/, not b[.]example.");
//! ```

use std::fmt::Write as _;
use std::net::Ipv6Addr;

use url::{Host, Url};

use super::plain_url::PlainUrl;
use super::refang::{harmless_scheme, refang, token};

mod prose;

pub use prose::defang;

/// What a notation begins or ends with.
const ODD: [char; 6] = ['[', ']', '(', ')', '{', '}'];
/// How often text is read again until it is taken for a riddle.
const TURNS: usize = 6;

/// `https://a.example/x?y=z` becomes `hxxps://a[.]example/x?y=z`; not-ASCII becomes percent or punycode form. The URL is
/// read as a browser reads it (WHATWG), so the host is the one that would be asked. URLs inside it are made harmless too.
#[must_use]
pub fn defang_url(url: &str) -> String {
    usual(url.trim()).unwrap_or_else(|| settled(url, once))
}

/// An address that a browser would write in the same way, with no other one inside it and no bracket that could be read as a
/// notation: only its scheme and the dots of its host change.
fn usual(url: &str) -> Option<String> {
    let PlainUrl { scheme, host, rest } = PlainUrl::of(url)?;
    let odd = |byte: u8| matches!(byte, b':' | b'[' | b']' | b'(');
    if !rest.starts_with('/') || rest.bytes().any(odd) {
        return None;
    }
    let mut out = String::with_capacity(url.len() + 16);
    out.push_str(harmless(scheme)?);
    out.push_str("://");
    let mut labels = host.split('.');
    out.push_str(labels.next()?);
    for label in labels {
        out.push_str("[.]");
        out.push_str(label);
    }
    out.push_str(rest);
    Some(out)
}

/// What makes no sense can turn into something that does (`http://http://a`): text is read again until it stays the
/// same, which takes ordinary URLs one turn.
fn settled(text: &str, read: fn(&str) -> String) -> String {
    let mut out = read(text);
    for _ in 0..TURNS {
        let again = read(&out);
        if again == out {
            return out;
        }
        out = again;
    }
    blunt(&out)
}

/// Notations inside notations, deeper than anybody writes them: what is no part of a name is written by its number, with an
/// escaped `%`, so that nothing reads it as anything else again.
fn blunt(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if c == '.' {
            out.push_str("[.]");
        } else if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing into a string does not fail.
                let _ = write!(out, "%25{byte:02X}");
            }
        }
    }
    out
}

/// The harmless form at first sight.
fn once(url: &str) -> String {
    let plain = live_form(url.trim());
    // Without a scheme, what stands before a port is taken for one: `a.example:80`.
    let parsed = Url::parse(&plain).ok().filter(|parsed| !parsed.scheme().contains('.'));
    let text = parsed.as_ref().map_or(plain.as_str(), Url::as_str);
    let mut out = String::with_capacity(text.len() + 16);
    let rest = match scheme_of(text) {
        Some((scheme, rest)) => {
            push_scheme(&mut out, scheme, rest.starts_with("//"));
            if !rest.starts_with("//") {
                // Blanks are written before notations are looked for: with blanks around it, `(dot)` is another one.
                let rest = refang(rest);
                let mut ascii = String::with_capacity(rest.len());
                rest.chars().for_each(|c| push_ascii(&mut ascii, c));
                out.push_str(&defang(&refang(&ascii)));
                return out;
            }
            rest
        }
        None => text,
    };
    let after = rest.strip_prefix("//").inspect(|_| out.push_str("//")).unwrap_or(rest);
    let (authority, tail) = after.split_at(after.find(['/', '?', '#', '\\']).unwrap_or(after.len()));
    if authority.ends_with(':') && tail.starts_with("//") {
        // Something else than a scheme stands before the scheme.
        push_rest(&mut out, after);
        return out;
    }
    push_authority(&mut out, authority);
    push_rest(&mut out, tail);
    out
}

/// `a.example` becomes `a[.]example`, `192.0.2.1` `192[.]0[.]2[.]1`, `2001:db8::1` `2001[:]db8[:][:]1`. Names that are no
/// ASCII become punycode where they can, else percent form.
#[must_use]
pub fn defang_host(host: &str) -> String {
    let (out, is_host) = host_once(host);
    // What is no host may hold what looks like a notation only once blanks are written in another way.
    if is_host || !out.contains(ODD) { out } else { settled(&out, |host| host_once(host).0) }
}

/// The harmless form at first sight, and whether it is one of a host.
fn host_once(host: &str) -> (String, bool) {
    let plain = refang(host.trim());
    let bare = plain.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).unwrap_or(&plain);
    let mut out = String::with_capacity(plain.len() + 16);
    if bare.parse::<Ipv6Addr>().is_ok() {
        push_bracketed(&mut out, &plain);
        return (out, true);
    }
    let host = Host::parse(&plain).ok();
    // A host with a bracket in it is one for a browser only.
    let is_host = host.is_some() && !plain.contains(ODD);
    push_bracketed(&mut out, &host.map_or(plain, |host| host.to_string()));
    (out, is_host)
}

/// `x@a.example` becomes `x[@]a[.]example`. What stands before the last `@` keeps its dots.
#[must_use]
pub fn defang_address(address: &str) -> String {
    let plain = refang(address.trim());
    // What is left of a notation may be one itself only once what is around it is written in another way.
    if plain.contains(ODD) {
        return settled(address, address_once);
    }
    plain.rsplit_once('@').map_or_else(|| defang_host(&plain), |(local, host)| address_of(local, host))
}

fn address_once(address: &str) -> String {
    let plain = refang(address.trim());
    plain.rsplit_once('@').map_or_else(|| host_once(&plain).0, |(local, host)| address_of(local, host))
}

/// What stands before and behind the last `@`.
fn address_of(local: &str, host: &str) -> String {
    let mut out = String::with_capacity(local.len() + host.len() + 16);
    for c in local.chars() {
        if c == '@' {
            out.push_str("[@]");
        } else {
            push_ascii(&mut out, c);
        }
    }
    out.push_str("[@]");
    out.push_str(&defang_host(host));
    out
}

/// The URL with its scheme and host live again. What was live is not read for notations beyond its host: a path may hold
/// `(dot)` in its own right.
fn live_form(url: &str) -> String {
    let behind_scheme = url.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-'));
    if harmless_scheme(url).is_some() || ["[:]", "[://]", ":[//]"].iter().any(|colon| behind_scheme.starts_with(colon))
    {
        return refang(url);
    }
    let start = url.find("//").map_or(0, |at| at + 2);
    let after = url.get(start..).unwrap_or_default();
    let end = after.find(['/', '?', '#', '\\']).map_or(url.len(), |at| start + at);
    let (head, tail) = url.split_at(end);
    if head.contains(['[', '(', '{', ']']) { format!("{}{tail}", refang(head)) } else { url.to_owned() }
}

/// Scheme (RFC 3986 section 3.1) and what stands behind its colon.
fn scheme_of(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'));
    valid.then_some((scheme, rest))
}

/// What a scheme is called where nothing may open it.
fn harmless(scheme: &str) -> Option<&'static str> {
    [("http", "hxxp"), ("https", "hxxps"), ("ftp", "fxp"), ("ftps", "fxps"), ("sftp", "sfxp")]
        .iter()
        .find_map(|&(live, harmless)| scheme.eq_ignore_ascii_case(live).then_some(harmless))
}

/// Writes a scheme with its colon.
fn push_scheme(out: &mut String, scheme: &str, has_authority: bool) {
    if let Some(name) = harmless(scheme).filter(|_| has_authority) {
        out.push_str(name);
        out.push(':');
    } else {
        out.push_str(scheme);
        out.push_str("[:]");
    }
}

/// Writes user, host and port; a port keeps its colon, an IPv6 address does not.
fn push_authority(out: &mut String, authority: &str) {
    let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
    if let Some(user) = user {
        user.chars().for_each(|c| push_dotless(out, c));
        out.push('@');
    }
    let (host, port) = match place.rfind(']') {
        Some(end) => place.split_at(end + 1),
        None => (place, ""),
    };
    if host.starts_with('[') {
        push_bracketed(out, host);
    } else {
        host.chars().for_each(|c| push_dotless(out, c));
    }
    port.chars().for_each(|c| push_dotless(out, c));
}

/// Writes a host or address: no dot and no colon stays alone.
fn push_bracketed(out: &mut String, host: &str) {
    for c in host.chars() {
        if c == ':' {
            out.push_str("[:]");
        } else {
            push_dotless(out, c);
        }
    }
}

fn push_dotless(out: &mut String, c: char) {
    match c {
        '.' => out.push_str("[.]"),
        // A browser reads them out of `%22` and `%60`; in free text a URL would end there.
        '"' => out.push_str("%22"),
        '`' => out.push_str("%60"),
        _ => push_ascii(out, c),
    }
}

/// Writes one character as printable ASCII without a blank.
fn push_ascii(out: &mut String, c: char) {
    if c.is_ascii_graphic() {
        out.push(c);
        return;
    }
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        // Writing into a string does not fail.
        let _ = write!(out, "%{byte:02X}");
    }
}

/// Writes path, query and fragment. URLs inside are made harmless; brackets that would be read as a notation when the
/// whole is refanged are percent-encoded, so that nothing changes its meaning on the way back.
fn push_rest(out: &mut String, tail: &str) {
    let mut rest = tail;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("://").or_else(|| rest.strip_prefix("[:]//")) {
            rest = push_inner(out, after);
            continue;
        }
        // The bracket alone is enough: what it opened is no notation any more.
        let encoded = if token(rest, out).is_none() {
            None
        } else if rest.starts_with(".]") {
            Some((".%5D", 2))
        } else if rest.starts_with(":[") {
            Some((":%5B", 2))
        } else {
            [('[', "%5B"), ('(', "%28"), ('{', "%7B")].iter().find_map(|&(open, code)| (open == c).then_some((code, 1)))
        };
        if let Some((code, length)) = encoded {
            out.push_str(code);
            rest = rest.get(length..).unwrap_or_default();
        } else {
            push_ascii(out, c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
}

/// Writes `://` and the host of a URL inside a URL, whose scheme is written already; gives what is left behind the host.
fn push_inner<'a>(out: &mut String, after: &'a str) -> &'a str {
    let start = out.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    let scheme = out.get(start..).unwrap_or_default().to_owned();
    if let Some(name) = harmless(&scheme) {
        out.truncate(start);
        out.push_str(name);
        out.push_str("://");
    } else if harmless_scheme(&format!("{scheme}:")).is_some() {
        out.push_str("://");
    } else {
        out.push_str("[:]//");
    }
    let end = after
        .find(|c: char| matches!(c, '/' | '?' | '#' | '&' | ';' | ',' | '|' | '%' | '\\') || !c.is_ascii_graphic());
    let (authority, left) = after.split_at(end.unwrap_or(after.len()));
    let authority = refang(authority);
    if authority.ends_with(':') && left.starts_with("//") {
        return after;
    }
    push_authority(out, &authority);
    left
}

#[cfg(test)]
mod tests;
