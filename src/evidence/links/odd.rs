//! Addresses in readable text that a finder of ordinary ones passes over or cuts short: hosts in other letters, addresses
//! as numbers, dots that are escaped or wide, slashes that lean or are too few. A browser opens all of them.

use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::is_url_letter;
use crate::evidence::UrlParts;
use crate::evidence::domain::has_known_suffix;

/// Marks that end a sentence behind an address.
const CLOSING: [char; 10] = ['.', ',', ';', ':', '!', '?', '\'', '"', ')', '*'];
/// Dots as other scripts write them (UTS #46).
const WIDE_DOTS: [char; 3] = ['\u{3002}', '\u{ff0e}', '\u{ff61}'];
/// The longest host that is read, in bytes.
const HOST: usize = 255;

type Piece<'a> = (&'a str, Range<usize>);

/// URLs that the finder passed over, and those that it cut short (`found`), whole.
pub(super) fn passed_over<'a>(text: &'a str, found: &[Piece<'_>], most: usize) -> Vec<Piece<'a>> {
    let mut out = Vec::new();
    let ascii = text.is_ascii();
    let mut known = found.iter().peekable();
    let mut done = 0;
    for at in memmem::find_iter(text.as_bytes(), b"://").take(most) {
        // What an address holds is not read again from each of its colons.
        if at < done {
            continue;
        }
        while known.peek().is_some_and(|(_, range)| range.end <= at) {
            known.next();
        }
        let cut = known.peek().filter(|(_, range)| range.start <= at).map(|(_, range)| range.end);
        if let Some(end) = cut {
            // The usual case first: a path stands behind the host, or nothing that belongs to it.
            let inside = text.get(at + 3..end).unwrap_or_default();
            let next = text.get(end..).and_then(|rest| rest.chars().next());
            if inside.contains('/') || !next.is_some_and(|next| next == '%' || !next.is_ascii()) {
                continue;
            }
        }
        let (Some(scheme), Some(rest)) = (scheme_before(text, at), text.get(at + 3..)) else { continue };
        let length = match (cut, rest.chars().next()) {
            (None, Some('[')) => numbers(rest, true),
            (None, Some('0'..='9')) => numbers(rest, false),
            (Some(end), _) if text.get(end..).is_some_and(|rest| rest.starts_with('%')) => escaped(rest),
            _ => None,
        };
        let length = length.or_else(|| if ascii { None } else { wide(rest, cut.map(|end| end - at - 3)) });
        let Some(length) = length else { continue };
        let (start, end) = (at - scheme, at + 3 + length);
        done = end;
        out.extend(text.get(start..end).map(|raw| (raw, start..end)));
    }
    out
}

/// The length of the scheme in front of that place.
fn scheme_before(text: &str, at: usize) -> Option<usize> {
    ["https", "http", "ftp"].into_iter().find_map(|scheme| {
        let start = at.checked_sub(scheme.len())?;
        text.get(start..at)?.eq_ignore_ascii_case(scheme).then_some(scheme.len())
    })
}

/// The length of host and path from the host on, where the path goes on in letters of URLs.
fn with_path(rest: &str, host: usize) -> usize {
    let behind = rest.get(host..).unwrap_or_default();
    let path = behind.find(|letter: char| !is_url_letter(letter)).unwrap_or(behind.len());
    host + behind.get(..path).unwrap_or_default().trim_end_matches(CLOSING).len()
}

/// An address in brackets, or as numbers in any notation that a browser reads.
fn numbers(rest: &str, brackets: bool) -> Option<usize> {
    let window = rest.get(..rest.floor_char_boundary(64)).unwrap_or(rest);
    let host = if brackets {
        let end = window.find(']')?;
        let inner = window.get(1..end)?;
        let plain = inner.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
        (plain && inner.contains(':')).then_some(end + 1)?
    } else {
        let digit = |letter: char| letter.is_ascii_hexdigit() || matches!(letter, '.' | 'x' | 'X');
        window.find(|letter| !digit(letter)).unwrap_or(window.len())
    };
    let name = rest.get(..host)?.trim_end_matches('.');
    let url = UrlParts::of(&format!("http://{name}/"), None)?;
    url.address.map(|_| with_path(rest, host))
}

/// A host with its dots escaped (`example%2Ecom`).
fn escaped(rest: &str) -> Option<usize> {
    let host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '%');
    let window = rest.get(..rest.floor_char_boundary(HOST)).unwrap_or(rest);
    let end = window.find(|letter| !host(letter)).unwrap_or(window.len());
    let url = UrlParts::of(&format!("http://{}/", window.get(..end)?), None)?;
    (url.address.is_some() || has_known_suffix(&url.domain.host) && url.domain.registrable.is_some())
        .then(|| with_path(rest, end))
}

/// A host that is not ASCII (`例え.example`), or goes on in other letters where the finder stopped (`robínhood.example`): that
/// is read on. A sentence that follows an ordinary URL without a blank is not: its last label is no ending in plain letters.
fn wide(rest: &str, cut: Option<usize>) -> Option<usize> {
    let next = cut.and_then(|cut| rest.get(cut..)).and_then(|rest| rest.chars().next());
    let dot = next.is_some_and(|next| WIDE_DOTS.contains(&next));
    if next.is_some_and(|next| !dot && !next.is_alphanumeric()) {
        return None;
    }
    let of_host = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '.') || WIDE_DOTS.contains(&letter);
    let host = rest.find(|letter: char| !of_host(letter)).unwrap_or(rest.len()).min(rest.floor_char_boundary(HOST));
    let name = rest.get(..host).filter(|name| !name.is_ascii() && (name.contains('.') || name.contains(WIDE_DOTS)))?;
    let ending = name.rsplit(|letter| letter == '.' || WIDE_DOTS.contains(&letter)).next().unwrap_or_default();
    let plain = ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
    if cut.is_some() && !plain {
        return None;
    }
    // A wide dot ends a sentence as well: behind a whole host it does, unless a path follows what stands behind it.
    if dot {
        let front = cut.and_then(|cut| rest.get(..cut)).unwrap_or_default().to_ascii_lowercase();
        let whole = front.contains('.') || has_known_suffix(&front);
        let path = rest.get(host..).is_some_and(|rest| rest.starts_with('/'));
        if !has_known_suffix(&ending.to_ascii_lowercase()) || whole && !path {
            return None;
        }
    }
    Some(with_path(rest, host))
}

/// URLs with slashes that lean the other way or with one only (`https:\\\\example.com`, `https:/example.com`).
pub(super) fn slanted(text: &str, most: usize) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in memchr_iter(b':', bytes) {
        if at < done {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        if !matches!(before, Some(b'p' | b's' | b'P' | b'S')) || !matches!(bytes.get(at + 1), Some(b'/' | b'\\')) {
            continue;
        }
        let slash = |byte: u8| matches!(byte, b'/' | b'\\');
        let behind = bytes.get(at + 1..).unwrap_or_default();
        let slashes = behind.iter().take(4).take_while(|byte| slash(**byte)).count();
        if behind.starts_with(b"//") {
            continue;
        }
        let Some(scheme) = scheme_before(text, at).filter(|scheme| *scheme > 3) else { continue };
        let glued =
            at.checked_sub(scheme + 1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric);
        let Some(rest) = text.get(at + 1 + slashes..).filter(|_| !glued) else { continue };
        let length = rest.find(|letter: char| !is_url_letter(letter) && letter != '\\').unwrap_or(rest.len());
        done = at + 1 + slashes + length;
        let end = at + 1 + slashes + rest.get(..length).unwrap_or_default().trim_end_matches(CLOSING).len();
        let Some(raw) = text.get(at - scheme..end) else { continue };
        let host = UrlParts::of(raw, None);
        if host.is_some_and(|url| {
            url.address.is_some() || has_known_suffix(&url.domain.host) && url.domain.registrable.is_some()
        }) {
            out.push((raw, at - scheme..end));
        }
        if out.len() >= most {
            break;
        }
    }
    out
}
