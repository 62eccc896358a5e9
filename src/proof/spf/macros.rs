//! Macros of SPF (RFC 7208 section 7): `%{ir}.%{v}._spf.%{d2}`.
//!
//! [`sound`] says whether a text may stand in a record, [`expand`] puts the values in. Expanding never fails: what is not
//! a macro was refused by the grammar before. Bounded: a text holds at most as many macros as it has letters, a value at
//! most [`LONGEST`] bytes.

use std::net::IpAddr;

/// The longest text that comes out of an expansion; names are cut to 253 by the caller.
const LONGEST: usize = 4_096;

/// What the letters of macros stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    /// `s`: whole sender.
    pub(super) sender: &'a str,
    /// `d`: the domain whose record is evaluated now.
    pub(super) domain: &'a str,
    /// `h`.
    pub(super) helo: &'a str,
    /// `i`, `v`, `c`.
    pub(super) address: IpAddr,
    /// `p`: the validated name of the address.
    pub(super) validated: &'a str,
    /// `r`: who received the mail.
    pub(super) receiver: &'a str,
    /// `t`: Unix seconds.
    pub(super) at: i64,
}

/// The parts of a macro between its braces.
struct Macro<'a> {
    letter: u8,
    keep: Option<usize>,
    reversed: bool,
    delimiters: &'a str,
}

fn parse(inside: &str) -> Option<Macro<'_>> {
    let (letter, rest) = inside.split_at_checked(1)?;
    let letter = *letter.as_bytes().first()?;
    if !letter.is_ascii_alphabetic() || !b"slodiphcrtv".contains(&letter.to_ascii_lowercase()) {
        return None;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    // A number too large to count with keeps everything.
    let keep = if number.is_empty() { None } else { Some(number.parse().unwrap_or(usize::MAX)) };
    if keep == Some(0) {
        return None;
    }
    let behind = rest.strip_prefix(['r', 'R']);
    let delimiters = behind.unwrap_or(rest);
    delimiters.bytes().all(|byte| b".-+,/_=".contains(&byte)).then_some(Macro {
        letter,
        keep,
        reversed: behind.is_some(),
        delimiters,
    })
}

/// The pieces of a text: plain letters, or a macro. `None` where the text is no macro-string (section 7.1).
fn pieces(text: &str) -> Option<Vec<Result<&str, Macro<'_>>>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (plain, behind) = rest.split_at_checked(at)?;
        out.push(Ok(plain));
        let behind = behind.strip_prefix('%')?;
        if let Some(inside) = behind.strip_prefix('{') {
            let (inside, behind) = inside.split_once('}')?;
            out.push(Err(parse(inside)?));
            rest = behind;
        } else {
            let (sign, behind) = behind.split_at_checked(1)?;
            out.push(Ok(match sign {
                "%" => "%",
                "_" => " ",
                "-" => "%20",
                _ => return None,
            }));
            rest = behind;
        }
    }
    out.push(Ok(rest));
    Some(out)
}

/// The text is a macro-string; with `explanation`, of the kind in which blanks and the letters c, r and t may stand.
pub(super) fn sound(text: &str, explanation: bool) -> bool {
    let visible = |byte: u8| (0x21..=0x7e).contains(&byte) || explanation && byte == b' ';
    text.bytes().all(visible)
        && pieces(text).is_some_and(|pieces| {
            pieces.iter().all(|piece| match piece {
                Ok(_) => true,
                Err(one) => explanation || !b"crt".contains(&one.letter.to_ascii_lowercase()),
            })
        })
}

/// The text ends in a macro (which then stands for the end of a name).
pub(super) fn ends_in_macro(text: &str) -> bool {
    pieces(text).is_some_and(|pieces| matches!(pieces.as_slice(), [.., Err(_), Ok("")]))
}

/// True where the validated name of the address is needed.
pub(super) fn needs_validated(text: &str) -> bool {
    pieces(text).is_some_and(|pieces| {
        pieces.iter().any(|piece| matches!(piece, Err(one) if one.letter.eq_ignore_ascii_case(&b'p')))
    })
}

/// The text with values in place of its macros.
pub(super) fn expand(text: &str, values: &Values<'_>) -> String {
    let mut out = String::new();
    for piece in pieces(text).unwrap_or_default() {
        match piece {
            Ok(plain) => out.push_str(plain),
            Err(one) => {
                let value = transformed(&value(one.letter.to_ascii_lowercase(), values), &one);
                if one.letter.is_ascii_uppercase() { escape(&value, &mut out) } else { out.push_str(&value) }
            }
        }
        if out.len() > LONGEST {
            out.truncate(out.floor_char_boundary(LONGEST));
            break;
        }
    }
    out
}

fn value(letter: u8, values: &Values<'_>) -> String {
    let (local, domain) = values.sender.rsplit_once('@').unwrap_or(("postmaster", values.sender));
    match letter {
        b's' => values.sender.to_owned(),
        b'l' => local.to_owned(),
        b'o' => domain.to_owned(),
        b'd' => values.domain.to_owned(),
        b'h' => values.helo.to_owned(),
        b'p' => values.validated.to_owned(),
        b'i' => match values.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let nibbles = address.octets().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
                nibbles.map(|nibble| format!("{nibble:x}")).collect::<Vec<_>>().join(".")
            }
        },
        b'c' => values.address.to_string(),
        b'v' => if values.address.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
        b'r' => values.receiver.to_owned(),
        b't' => values.at.to_string(),
        _ => String::new(),
    }
}

/// Split at the delimiters, reversed, the rightmost parts kept, joined by dots (section 7.3).
fn transformed(value: &str, by: &Macro<'_>) -> String {
    let delimiters = if by.delimiters.is_empty() { "." } else { by.delimiters };
    let mut parts: Vec<&str> = value.split(|letter| delimiters.contains(letter)).collect();
    if by.reversed {
        parts.reverse();
    }
    let front = by.keep.map_or(0, |keep| parts.len().saturating_sub(keep));
    parts.split_off(front).join(".")
}

/// All but the unreserved characters of RFC 3986 as `%XX`.
fn escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc_come_out_as_it_says() {
        let values = |address: &str| Values {
            sender: "strong-bad@email.example.com",
            domain: "email.example.com",
            helo: "mx.example.org",
            address: address.parse().unwrap(),
            validated: "unknown",
            receiver: "unknown",
            at: 7,
        };
        // RFC 7208 section 7.4.
        for (text, expected) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{o}", "email.example.com"),
            ("%{d}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d3}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr}", "strong-bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
            ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
            ("%%%_%-%{S}%{t}", "% %20strong-bad%40email.example.com7"),
        ] {
            assert!(sound(text, true), "{text}");
            assert_eq!(expand(text, &values("192.0.2.3")), expected, "{text}");
        }
        assert_eq!(
            expand("%{ir}.%{v}._spf.%{d2}", &values("2001:db8::cb01")),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
        );
    }

    #[test]
    fn what_is_no_macro_is_refused() {
        for text in ["%", "%{", "%{x}", "%{d0}", "%{d", "%(d)", "%{l*}", "a%b", "%{}", "%{dd}", "a b", "\u{e9}"] {
            assert!(!sound(text, false), "{text}");
        }
        assert!(!sound("%{t}", false) && sound("%{t} %{c}", true));
        assert!(sound("%{d99999999999999999999999}", false));
        assert!(ends_in_macro("a.%{d}") && !ends_in_macro("%{d}.a") && !ends_in_macro("a%%"));
        assert!(needs_validated("%{P2}") && !needs_validated("%{d}"));
    }

    #[test]
    fn a_bomb_of_macros_stays_small() {
        let sender = format!("{}@a.test", "x".repeat(60_000));
        let values = Values {
            sender: &sender,
            domain: "a.test",
            helo: "",
            address: "192.0.2.1".parse().unwrap(),
            validated: "",
            receiver: "",
            at: 0,
        };
        assert!(expand(&"%{s}".repeat(10_000), &values).len() <= LONGEST);
    }
}
