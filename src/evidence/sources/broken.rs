//! Addresses in text that were broken over lines: put together in brackets, and where a full line leaves no other reading.
//! Everything else stays as it is written.

use std::ops::Range;

use memchr::memchr_iter;

use super::BROKEN;
use crate::evidence::links::is_url_letter;
use crate::message::clip;

/// Addresses in angle brackets that were broken over lines (RFC 3986 appendix C, `<URL: ...>` too): the place of the whole
/// and the address put together.
pub(in crate::evidence) fn broken(text: &str, most: usize) -> Vec<(Range<usize>, String)> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    for at in memchr_iter(b'<', bytes) {
        let Some(rest) = text.get(at + 1..).map(|rest| clip(rest, BROKEN)) else { continue };
        let inner = match rest.get(..4) {
            Some(mark) if mark.eq_ignore_ascii_case("url:") => rest.get(4..).unwrap_or_default().trim_start(),
            Some(mark) if mark.eq_ignore_ascii_case("http") => rest,
            _ => continue,
        };
        let Some(inner) = inner.split('>').next().filter(|inner| rest.contains('>') && inner.contains('\n')) else {
            continue;
        };
        if out.len() >= most || !inner.contains("://") || inner.lines().count() > 20 {
            continue;
        }
        let joined: String = inner.lines().map(str::trim).collect();
        if !joined.contains(char::is_whitespace) {
            let end = at + 1 + rest.find('>').unwrap_or(rest.len());
            out.push((at..end, joined));
        }
    }
    out
}

/// An address that ends where a full line ends, with what the next lines go on with. Told only where nothing else can be
/// meant: the line was filled up to the usual width and no further, the next one holds a single word that has the marks of
/// an address, and the host stands in front of it all, so that no other host can come out.
pub(in crate::evidence) fn goes_on(text: &str, range: &Range<usize>) -> Option<String> {
    /// Columns at which programs break lines.
    const FULL: Range<usize> = 72..80;
    let line_end = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        [2, 1].into_iter().find(|length| matches!(rest.get(..*length), Some("\r\n" | "\n"))).map(|length| at + length)
    };
    let mut next = line_end(range.end)?;
    let front = text.get(..range.end)?;
    let from = text.ceil_char_boundary(range.end.saturating_sub(4 * FULL.end));
    let line = front.get(from..)?.rsplit('\n').next()?;
    let raw = text.get(range.clone())?;
    let has_path = raw.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if !has_path || !FULL.contains(&line.chars().count()) {
        return None;
    }
    let mut whole = raw.to_owned();
    for _ in 0..20 {
        let line = text.get(next..)?;
        let line = line.get(..line.floor_char_boundary(FULL.end)).unwrap_or(line);
        let length = line.find(|letter| !is_url_letter(letter)).unwrap_or(line.len());
        let word = line.get(..length)?;
        let end = next + length;
        let alone = text.len() == end || line_end(end).is_some();
        let marked = word.contains(['=', '&', '?', '%'])
            || word.len() >= 20
                && word.bytes().any(|byte| byte.is_ascii_digit())
                && word.bytes().any(|byte| byte.is_ascii_alphabetic());
        let other = word.contains("://") || word.contains('@') || word.starts_with("www.") || word.ends_with(':');
        let says = word.bytes().any(|byte| byte.is_ascii_alphanumeric());
        if !alone || !marked || other || !says {
            break;
        }
        whole.push_str(word.trim_end_matches(['.', ',', ';', '!', ')', '*']));
        match line_end(end) {
            Some(behind) if FULL.contains(&length) => next = behind,
            _ => break,
        }
    }
    (whole.len() > raw.len()).then_some(whole)
}

/// An address whose line ends with a blank, with the next lines, as programs show it that know `delsp=yes` (RFC 3676 section
/// 4.5). Others show it as it stands, so that both are links.
pub(in crate::evidence) fn flows_on(text: &str, range: &Range<usize>) -> Option<String> {
    let mut whole = text.get(range.clone())?.to_owned();
    let first = whole.len();
    let mut rest = text.get(range.end..)?;
    // Each turn makes it longer, to a bound.
    while let Some(next) = [" \r\n", " \n"].into_iter().find_map(|mark| rest.strip_prefix(mark)) {
        // A blank in front is there to protect the line (section 4.4).
        let next = next.strip_prefix(' ').unwrap_or(next);
        let length = next.find(|letter| !is_url_letter(letter)).unwrap_or(next.len());
        let (word, behind) = next.split_at_checked(length)?;
        if word.is_empty() || whole.len() + word.len() > BROKEN {
            break;
        }
        whole.push_str(word);
        rest = behind;
    }
    (whole.len() > first).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::super::tests::links;

    #[test]
    fn addresses_broken_in_brackets_are_whole_again() {
        let mail = "Subject: x\n\nsee <http://host.example/a/long/\n  path?x=1&\ny=2> and <URL:http://host.example/\nb> and <http://c.example/>\n<p>a < b\n>";
        let found: Vec<String> = links(mail).into_iter().map(|link| link.1).collect();
        assert_eq!(found, ["http://c.example/", "http://host.example/a/long/path?x=1&y=2", "http://host.example/b"]);
    }

    #[test]
    fn addresses_go_on_behind_a_full_line_and_nowhere_else() {
        let first = format!("https://example.com/{}", "a".repeat(54));
        let whole = format!("{first}bbb/cc?token=1");
        let middle = format!("{first}{}y=2", "x=".repeat(37));
        for (text, expected) in [
            (format!("see\n{first}\nbbb/cc?token=1\nand then"), vec![whole.as_str()]),
            (format!("see\r\n{first}\r\nbbb/cc?token=1"), vec![&whole]),
            (format!("{first}\n{}\ny=2\n", "x=".repeat(37)), vec![&middle]),
            (format!("{first}\nor write to us\n"), vec![&first]),
            (format!("{first}\nRegards\n"), vec![&first]),
            (format!("{first}\n-----=-----\n"), vec![&first]),
            (format!("{first}\n\nbbb/cc?token=1\n"), vec![&first]),
            (format!("{first}\nhttps://example.net/?a=1\n"), vec![&first, "https://example.net/?a=1"]),
            (format!("{first}\na=b@example.net\n"), vec![&first]),
            (format!("{first}aaaaaaaaaaaaa\nb?c=1\n"), vec![&*format!("{first}aaaaaaaaaaaaa").leak()]),
            ("https://example.com/a\nb?c=1\n".to_owned(), vec!["https://example.com/a"]),
        ] {
            let found: Vec<String> = links(&format!("Subject: x\n\n{text}")).into_iter().map(|(_, raw)| raw).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn lines_that_flow_on_without_a_blank_give_both_addresses() {
        let flowed = "Content-Type: text/plain; format=flowed; delsp=yes\n\n";
        let whole = ["https://example.com/a", "https://example.com/ab?c=1"];
        for (head, text, expected) in [
            (flowed, "see https://example.com/a \nb?c=1\n", &whole[..]),
            (flowed, "see https://example.com/a \r\nb \r\n?c=1\r\n", &whole),
            (flowed, "see https://example.com/a \n b?c=1 and so on\n", &whole),
            // No blank: the line ends there.
            (flowed, "see https://example.com/a\nb?c=1\n", &whole[..1]),
            (flowed, "see https://example.com/a \n\nb?c=1\n", &whole[..1]),
            // Another host for programs that know it.
            (
                flowed,
                "https://example.com \n.evil.example/x",
                &["https://example.com", "https://example.com.evil.example/x"],
            ),
            ("Content-Type: text/plain; format=flowed\n\n", "https://example.com/a \nb?c=1\n", &whole[..1]),
            ("Content-Type: text/plain; delsp=yes\n\n", "https://example.com/a \nb?c=1\n", &whole[..1]),
            ("Content-Type: TEXT/PLAIN; FORMAT=Flowed; DelSp=\"Yes\"\n\n", "https://example.com/a \nb?c=1\n", &whole),
        ] {
            let found: Vec<String> = links(&format!("{head}{text}")).into_iter().map(|(_, raw)| raw).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
