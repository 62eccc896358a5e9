//! Undoing what makes an indicator harmless: the notations of this program and the usual ones of others.
//!
//! `hxxp`, `fxp`, `meow` and their kin become schemes again where a `:` follows; `[.]`, `(dot)`, `{.}`, `[at]`, `[:]`,
//! `[://]` and half brackets (`a[.example`) become what they stand for. The bare words `dot` and `at` are left alone:
//! prose is full of them. Linear: no place is looked at further than a few bytes ahead.

/// Undoes [`super::defang()`] and the usual notations of others (`hxxp`, `[.]`, `(dot)`, `[at]`, `[://]`...).
///
/// ```
/// use gosanke::text::refang;
///
/// assert_eq!(refang("hxxps[://]a[.]example (dot) test"), "https://a.example.test");
/// assert_eq!(refang("press the dot (.) here"), "press the dot (.) here");
/// ```
#[must_use]
pub fn refang(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(token) = token(rest, &out) {
            if token.spaced {
                out.pop();
            }
            out.push_str(token.plain);
            rest = rest.get(token.length..).unwrap_or_default();
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// A notation for something else.
pub(super) struct Token {
    /// What it stands for.
    pub(super) plain: &'static str,
    /// Its bytes, with the blank behind it where it is spaced.
    pub(super) length: usize,
    /// A blank stands on both sides (`a [.] example`) and belongs to it.
    pub(super) spaced: bool,
}

/// Schemes that nothing opens, with what they stand for; longer ones before their beginnings.
const SCHEMES: [(&str, &str); 14] = [
    ("hxxps", "https"),
    ("hxxp", "http"),
    ("hxtps", "https"),
    ("hxtp", "http"),
    ("htxps", "https"),
    ("htxp", "http"),
    ("h**ps", "https"),
    ("h**p", "http"),
    ("meows", "https"),
    ("meow", "http"),
    ("fxps", "ftps"),
    ("fxp", "ftp"),
    ("sfxp", "sftp"),
    ("hxxp[s]", "https"),
];

/// The scheme that `text` begins with, where it is one that nothing opens.
pub(super) fn harmless_scheme(text: &str) -> Option<Token> {
    SCHEMES.iter().find_map(|&(written, plain)| {
        let (head, tail) = text.split_at_checked(written.len())?;
        let follows = tail.starts_with(':') || tail.starts_with("[:");
        (follows && head.eq_ignore_ascii_case(written)).then_some(Token { plain, length: written.len(), spaced: false })
    })
}

/// The notation that `rest` begins with, behind the text `before`.
pub(super) fn token(rest: &str, before: &str) -> Option<Token> {
    let last = before.chars().next_back();
    match rest.bytes().next()? {
        b'[' | b'(' | b'{' => bracketed(rest, before),
        b'.' => {
            // The second half of a bracket: `a.]example`.
            let next = rest.strip_prefix(".]")?.chars().next();
            (joins(last) && joins(next)).then_some(Token { plain: ".", length: 2, spaced: false })
        }
        b':' => rest.starts_with(":[//]").then_some(Token { plain: "://", length: 5, spaced: false }),
        b'h' | b'H' | b'f' | b'F' | b'm' | b'M' | b's' | b'S' if !last.is_some_and(|c| c.is_ascii_alphanumeric()) => {
            harmless_scheme(rest)
        }
        _ => None,
    }
}

/// Part of a name: what stands on both sides of a dot or an `@`.
fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

fn bracketed(rest: &str, before: &str) -> Option<Token> {
    let last = before.chars().next_back();
    let square = rest.starts_with('[');
    let inside = rest.get(1..)?;
    let Some(close) = inside.bytes().take(7).position(|byte| matches!(byte, b']' | b')' | b'}')) else {
        return half(inside, square, last);
    };
    let word = inside.get(..close)?.trim();
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    let length = close + 2;
    let behind = rest.get(length..)?;
    let next = behind.chars().next();
    let between = joins(last) && joins(next);
    let plain = match word {
        "." => ".",
        "@" => "@",
        ":" if square => ":",
        "://" if square => "://",
        "/" if square && joins(last) => "/",
        _ if is("dot") => ".",
        _ if is("at") => "@",
        _ => return half(inside, square, last),
    };
    if between || (square && matches!(word, "." | "@" | ":" | "://" | "/") && !is_spaced(before, behind)) {
        return Some(Token { plain, length, spaced: false });
    }
    if matches!(plain, "." | "@") && (square || word.len() > 1) && is_spaced(before, behind) {
        return Some(Token { plain, length: length + 1, spaced: true });
    }
    None
}

/// True for one blank on each side, with names behind them.
fn is_spaced(before: &str, behind: &str) -> bool {
    let left = before.strip_suffix(' ').is_some_and(|left| joins(left.chars().next_back()));
    let right = behind.strip_prefix(' ').is_some_and(|right| joins(right.chars().next()));
    left && right
}

/// The first half of a bracket: `a[.example`.
fn half(inside: &str, square: bool, last: Option<char>) -> Option<Token> {
    let next = inside.strip_prefix('.')?.chars().next();
    (square && joins(last) && joins(next)).then_some(Token { plain: ".", length: 2, spaced: false })
}
