//! The ways in which one address is written inside another. Bounded by the length of the address; nothing here knows
//! which service does it.

use std::borrow::Cow;

use super::super::base64;

/// The most times that an escape is undone.
const ESCAPES: usize = 3;

/// The value of the first of `names` (comma-separated) that the query has, escapes undone until it reads as an address.
pub(super) fn query(path: &str, names: &str) -> Option<String> {
    query_raw(path, names).map(plain)
}

/// As [`query`], as it is written.
pub(super) fn query_raw<'a>(path: &'a str, names: &str) -> Option<&'a str> {
    let (_, query) = path.split_once('?')?;
    // A target without escapes ends with the address: what follows `&` belongs to the wrapper.
    names.split(',').find_map(|name| {
        query.split(['&', ';', '#']).find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            let key = key.strip_prefix("amp;").unwrap_or(key);
            (key.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
        })
    })
}

/// The address that the rest of the path is, from its scheme on.
pub(super) fn tail(path: &str) -> Option<String> {
    let at = find_scheme(path)?;
    inside(path.get(at..)?)
}

fn find_scheme(path: &str) -> Option<usize> {
    let lower = path.to_ascii_lowercase();
    ["http:", "https:", "http%3a", "https%3a", "http%253a", "https%253a"]
        .iter()
        .filter_map(|start| lower.get(1..)?.find(start))
        .min()
        .map(|at| at + 1)
}

/// The address that begins here, in whatever way it is written; what surely belongs to the address around it is cut off.
pub(super) fn inside(rest: &str) -> Option<String> {
    if rest.starts_with("aHR0c") {
        let end = rest.find(|letter: char| !is_base64(letter)).unwrap_or(rest.len());
        return base64_text(rest.get(..end)?);
    }
    let escaped = rest.get(..10).unwrap_or(rest).contains('%');
    let end = if escaped { rest.find(['&', '/', '?', '#', ';']).unwrap_or(rest.len()) } else { rest.len() };
    let text = plain(rest.get(..end)?);
    text.contains("://").then_some(text)
}

/// Escapes undone, at most three times, until a scheme reads plain.
pub(super) fn plain(text: &str) -> String {
    let mut now = Cow::Borrowed(text);
    for _ in 0..ESCAPES {
        let read = now.get(..10).unwrap_or(&now).contains("://");
        if read || !now.contains('%') {
            break;
        }
        now = Cow::Owned(unescaped(&now));
    }
    now.into_owned()
}

/// `%41` undone once.
pub(in crate::evidence) fn unescaped(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%'
            && let (Some(high), Some(low)) = (digit(bytes.get(at + 1)), digit(bytes.get(at + 2)))
        {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn is_base64(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '_' | '=')
}

/// Base64 in either alphabet (RFC 4648 sections 4 and 5), padded or not, as text; `None` where it is none.
pub(super) fn base64_text(text: &str) -> Option<String> {
    let text = String::from_utf8(base64::decode(&plain(text))?).ok()?;
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(text)
}

/// The address in base64 that a segment of the path is.
pub(super) fn tail64(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next()?;
    path.rsplit('/').filter(|segment| segment.len() >= 12).take(20).find_map(|segment| {
        let text = base64_text(segment)?;
        text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")).then_some(text)
    })
}

/// What stands behind `mark`, up to the next slash.
pub(super) fn after(path: &str, mark: &str) -> Option<String> {
    let (_, rest) = path.split_once(mark)?;
    if rest.get(..8).is_some_and(|start| start.contains("://")) {
        return Some(rest.to_owned());
    }
    Some(plain(rest.split(['/', '&']).next()?))
}

/// The address inside base64 of JSON: the value that begins with `http`.
pub(super) fn json64(path: &str) -> Option<String> {
    path.split(['/', '?', '&', '=', '#', '.']).filter(|piece| piece.len() >= 16).take(40).find_map(|piece| {
        let json = base64_text(piece)?.replace('\\', "");
        let at = json.find("\"http")? + 1;
        json.get(at..)?.split('"').next().map(ToOwned::to_owned)
    })
}

/// `u=https-3A__host_path`: `-` stands for `%`, `_` for `/`.
pub(super) fn proofpoint2(path: &str) -> Option<String> {
    let written = query_raw(path, "u")?;
    Some(unescaped(&written.replace('-', "%").replace('_', "/")))
}

/// `/v3/__https://host/a*b__;Iw!!...`: every `*` stands for the next byte of the base64 behind `__;`, `**X` for as many as
/// the letter says.
pub(super) fn proofpoint3(path: &str) -> Option<String> {
    const RUNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (_, rest) = path.split_once("/__")?;
    let (written, rest) = rest.rsplit_once("__;")?;
    let kept = base64_text(rest.split('!').next().unwrap_or_default()).unwrap_or_default();
    let mut kept = kept.chars();
    let mut out = String::with_capacity(written.len());
    let mut letters = written.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '*' {
            out.push(letter);
        } else if letters.peek() == Some(&'*') {
            letters.next();
            let run = letters.next().and_then(|run| RUNS.find(run)).unwrap_or_default() + 2;
            out.extend(kept.by_ref().take(run));
        } else {
            out.push(kept.next().unwrap_or('*'));
        }
    }
    // A browser and the service write `https:/host` with one slash.
    Some(match out.split_once(":/") {
        Some((scheme, rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
        _ => out,
    })
}

/// `/v2/___https://host/path___.token`
pub(super) fn marks(path: &str) -> Option<String> {
    let (_, rest) = path.split_once("___")?;
    let (written, _) = rest.rsplit_once("___").unwrap_or((rest, ""));
    Some(plain(written))
}

/// `u=a1aHR0cHM6Ly9...`
pub(super) fn bing(path: &str) -> Option<String> {
    base64_text(query_raw(path, "u")?.get(2..)?)
}

/// `/c/s/host/path`, `/amp/s/host/path`: `s` for https.
pub(super) fn amp(path: &str) -> Option<String> {
    let mut pieces = path.trim_start_matches('/').splitn(3, '/');
    let (_, first, rest) = (pieces.next()?, pieces.next()?, pieces.next());
    match rest {
        Some(rest) if first == "s" => Some(format!("https://{rest}")),
        Some(rest) => Some(format!("http://{first}/{rest}")),
        None => Some(format!("http://{first}/")),
    }
}

/// `www-example-com.translate.goog`: dots are dashes and dashes are two.
pub(super) fn dashes(host: &str, path: &str) -> Option<String> {
    let label = host.split('.').next()?;
    let name = label.replace("--", "\u{0}").replace('-', ".").replace('\u{0}', "-");
    name.contains('.').then(|| format!("https://{name}{path}"))
}

/// The first segment that is a host and path without a scheme, percent-encoded.
pub(super) fn segment(path: &str) -> Option<String> {
    let piece = path.split(['/', '?']).filter(|piece| piece.len() > 3).take(4).find(|piece| piece.contains('.'))?;
    let text = plain(piece);
    Some(if text.contains("://") { text } else { format!("https://{text}") })
}
