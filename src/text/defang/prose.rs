//! Finding indicators in free text: one pass, no pattern matching, no look further back than a scheme is long.
//!
//! Doubtful names are made harmless rather than left live: new top-level domains appear every month, so any ending of
//! two letters or more counts, endings of files aside.

use std::collections::BTreeSet;
use std::net::Ipv6Addr;

use super::{once, settled};

/// The longest scheme that is looked for before a `:`.
const LONGEST_SCHEME: usize = 24;

/// Endings of file names that are no top-level domains.
pub(super) const FILE_ENDINGS: [&str; 62] = [
    "asp", "aspx", "bat", "bmp", "cfg", "cgi", "cmd", "conf", "css", "csv", "dll", "doc", "docm", "docx", "eml", "exe",
    "gif", "gz", "htm", "html", "ico", "img", "ini", "iso", "jar", "jpeg", "jpg", "js", "json", "jsp", "lnk", "lock",
    "log", "mbox", "mmdb", "msg", "msi", "odt", "pdf", "php", "png", "ppt", "pptx", "rar", "rtf", "scr", "shtml",
    "sig", "svg", "tar", "tgz", "tmp", "toml", "txt", "vbs", "webp", "wsf", "xhtml", "xls", "xlsx", "xml", "yml",
];

/// Defangs every URL, host-like name, address and mail address that stands in free text; other text stays as it is.
#[must_use]
pub fn defang(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while !rest.is_empty() {
        let (word, behind) = rest.split_at(rest.find(ends_word).unwrap_or(rest.len()));
        push_word(&mut out, word);
        let between = behind.find(|c| !ends_word(c)).unwrap_or(behind.len());
        let (blanks, left) = behind.split_at(between);
        out.push_str(blanks);
        rest = left;
    }
    out
}

/// Characters that stand in no URL: blanks, controls, quotes, brackets and stops of Japanese text.
fn ends_word(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '<' | '>'
                | '"'
                | '`'
                | '|'
                | '«'
                | '»'
                | '“'
                | '”'
                | '„'
                | '…'
                | '、'
                | '。'
                | '，'
                | '《'
                | '》'
                | '〈'
                | '〉'
                | '「'
                | '」'
                | '『'
                | '』'
                | '【'
                | '】'
                | '（'
                | '）'
                | '｜'
        )
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ffef}')
}

/// A word without blanks: URLs where there are some, names in between.
fn push_word(out: &mut String, word: &str) {
    if word.contains("//") {
        out.push_str(&settled(word, read_word));
    } else {
        push_names(out, word);
    }
}

/// The word made harmless at first sight.
fn read_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 16);
    let mut rest = word;
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|text| text.find("//")) {
        let slashes = from + found;
        let Some(start) = scheme_start(rest.get(..slashes).unwrap_or_default()) else {
            from = slashes + 2;
            continue;
        };
        let (before, url) = rest.split_at_checked(start).unwrap_or((rest, ""));
        push_names(&mut out, before);
        let (url, behind) = url.split_at_checked(url_end(url, slashes + 2 - start)).unwrap_or((url, ""));
        out.push_str(&once(url));
        rest = behind;
        from = 0;
    }
    push_names(&mut out, rest);
    out
}

/// Where the scheme begins that ends right before the slashes: `http:`, `http[:]`, `http[:`, `http:[`.
fn scheme_start(before: &str) -> Option<usize> {
    let scheme = ["[:]", "[:", ":[", ":"].iter().find_map(|colon| before.strip_suffix(colon))?;
    let scheme = scheme.strip_suffix("[s]").unwrap_or(scheme);
    let letters = scheme
        .bytes()
        .rev()
        .take(LONGEST_SCHEME)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'*'))
        .count();
    (letters > 0).then(|| scheme.len() - letters)
}

/// Where a URL ends whose authority begins at byte `authority`: before Japanese text that follows without a blank, before
/// another URL in a list, and before the punctuation of the sentence.
fn url_end(url: &str, authority: usize) -> usize {
    let mut end = url.len();
    let (mut in_host, mut dots, mut letters) = (true, 0_usize, 0_usize);
    for (at, c) in url.char_indices().skip_while(|(at, _)| *at < authority) {
        match c {
            '/' | '?' | '#' => in_host = false,
            '.' => (dots, letters) = (dots + 1, 0),
            _ if c.is_ascii_alphabetic() => letters += 1,
            _ => {}
        }
        let prose = is_cjk(c) && (!in_host || (dots > 0 && letters > 1));
        if prose || (matches!(c, ',' | ';') && begins_url(url.get(at + 1..).unwrap_or_default())) {
            end = at;
            break;
        }
    }
    without_punctuation(url.get(..end).unwrap_or(url)).max(authority.min(url.len()))
}

fn begins_url(text: &str) -> bool {
    ["http://", "https://", "ftp://", "hxxp://", "hxxps://", "fxp://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

/// The length of the URL without the punctuation of its sentence; closing brackets belong to it where it opened them.
fn without_punctuation(url: &str) -> usize {
    let count = |c: u8| url.bytes().filter(|byte| *byte == c).count();
    let pairs = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];
    let mut extra = pairs.map(|(open, close)| count(close).saturating_sub(count(open)));
    let kept = url.trim_end_matches(|c: char| {
        if matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'') {
            return true;
        }
        pairs.iter().zip(&mut extra).any(|((_, close), extra)| {
            let closes_nothing = char::from(*close) == c && *extra > 0;
            if closes_nothing {
                *extra -= 1;
            }
            closes_nothing
        })
    });
    kept.len()
}

/// Text without URLs: names, addresses and mail addresses are runs of the characters that they are made of.
fn push_names(out: &mut String, text: &str) {
    let mut run = Run::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let bracketed = ["[.]", "[@]", "[:]"].iter().find(|token| c == '[' && rest.starts_with(**token));
        if bracketed.is_none() && !is_of_name(c) {
            run.end(out);
            // Most text is blanks and words: take what lies between two names at once.
            let (between, left) = rest.split_at(rest.find(|c| c == '[' || is_of_name(c)).unwrap_or(rest.len()));
            let (between, left) = if between.is_empty() { rest.split_at(c.len_utf8()) } else { (between, left) };
            out.push_str(between);
            rest = left;
            continue;
        }
        run.push(bracketed.and_then(|token| token.chars().nth(1)).unwrap_or(c), bracketed.is_some());
        rest = rest.get(bracketed.map_or(c.len_utf8(), |token| token.len())..).unwrap_or_default();
    }
    run.end(out);
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | ':' | '+')
}

/// What can stand beside a dot or an `@` in a name.
fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// A run of name characters as if nothing were defanged in it, and which of its dots, colons and `@` are to be written
/// in brackets: those that were, and those that make a live indicator.
#[derive(Default)]
struct Run {
    live: String,
    brackets: BTreeSet<usize>,
}

impl Run {
    fn push(&mut self, c: char, bracketed: bool) {
        if bracketed {
            self.brackets.insert(self.live.len());
        }
        self.live.push(c);
    }

    /// Writes the run and begins another.
    fn end(&mut self, out: &mut String) {
        if self.live.contains(['.', '@', ':']) && !self.bracket_ipv6() {
            self.bracket_names();
        }
        if self.brackets.is_empty() {
            out.push_str(&self.live);
        } else {
            for (at, c) in self.live.char_indices() {
                if self.brackets.contains(&at) {
                    out.extend(['[', c, ']']);
                } else {
                    out.push(c);
                }
            }
        }
        self.live.clear();
        self.brackets.clear();
    }

    /// An IPv6 address, with the `IPv6:` of a mail literal before it and a sentence's stop behind it.
    fn bracket_ipv6(&mut self) -> bool {
        // The longest text form of an address has 45 characters (RFC 5952).
        if self.live.len() > 64 || self.live.bytes().filter(|byte| *byte == b':').count() < 2 {
            return false;
        }
        let trimmed = self.live.trim_end_matches(['.', '-', '_']);
        let label = trimmed.get(..5).filter(|label| label.eq_ignore_ascii_case("ipv6:")).map_or(0, str::len);
        let bare = trimmed.get(label..).unwrap_or_default();
        let address = [bare, bare.trim_end_matches(':')].into_iter().find(|text| text.parse::<Ipv6Addr>().is_ok());
        // `::` alone is more often part of a program.
        let Some(address) = address.filter(|address| address.bytes().any(|byte| byte != b':')) else { return false };
        let separators = address.char_indices().filter(|(_, c)| matches!(c, ':' | '.'));
        self.brackets.extend(separators.map(|(at, _)| label + at));
        true
    }

    /// Hosts between colons, and the hosts of mail addresses; what stands before an `@` keeps its dots.
    fn bracket_names(&mut self) {
        let ends_local = |part: &str| part.ends_with(|c| joins(Some(c)) || c == '+');
        let mut start = 0;
        let mut behind_at = false;
        let mut parts = self.live.split('@').peekable();
        let mut found = Vec::new();
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            let mut name_start = start;
            for (index, name) in part.split(':').enumerate() {
                let is_host =
                    (start > 0 || is_last) && ((behind_at && index == 0) || is_ipv4(name) || is_plausible(name));
                if is_host {
                    found.extend(inner_dots(name).map(|at| name_start + at));
                }
                name_start += name.len() + 1;
            }
            behind_at = ends_local(part) && parts.peek().is_some_and(|next| joins(next.chars().next()));
            start += part.len();
            if behind_at {
                found.push(start);
            }
            start += 1;
        }
        self.brackets.extend(found);
    }
}

/// The dots that stand between two labels.
fn inner_dots(name: &str) -> impl Iterator<Item = usize> {
    name.match_indices('.').map(|(at, _)| at).filter(|at| {
        let before = name.get(..*at).and_then(|text| text.chars().next_back());
        let behind = name.get(at + 1..).and_then(|text| text.chars().next());
        joins(before) && joins(behind)
    })
}

/// Four numbers of at most three digits, as version numbers have them too: both are bracketed.
fn is_ipv4(name: &str) -> bool {
    let mut labels = name.trim_end_matches('.').split('.');
    let number = |label: &str| matches!(label.len(), 1..=3) && label.bytes().all(|byte| byte.is_ascii_digit());
    (0..4).all(|_| labels.next().is_some_and(number)) && labels.next().is_none()
}

/// A name with a last label that could be a top-level domain.
fn is_plausible(name: &str) -> bool {
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let Some((before, last)) = name.rsplit_once('.') else { return false };
    if before.is_empty() {
        return false;
    }
    if last.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("xn--")) {
        return true;
    }
    // Japanese text often follows without a blank: `example.comをご覧`.
    let letters = last.find(is_cjk).and_then(|at| last.get(..at)).unwrap_or(last);
    letters.chars().count() > 1
        && letters.chars().all(char::is_alphabetic)
        && !FILE_ENDINGS.iter().any(|ending| letters.eq_ignore_ascii_case(ending))
}
