//! Small marks that a mailing kit leaves in the bytes: text behind the end of the page, needless encoding, a raised
//! priority, a clock and a charset that do not go with the language.
//!
//! Read off fields and parts that are decoded already; facts only.

use memchr::{memmem, memrchr_iter};

use super::body::Roles;
use crate::message::{Content, Field, Message, Span};

/// The most bytes behind the end of a page that are looked at.
const TAIL_BYTES: usize = 64 * 1024;

/// Marks in fields and parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traces {
    /// The field that marks the mail as urgent or important (X-Priority 1 or 2, Importance, Priority).
    pub priority: Option<Span>,
    /// From, else Subject, written in Base64 encoded words although every decoded character is ASCII.
    pub needless_base64: Option<Span>,
    /// The zone of the Date field in minutes east of Greenwich, as written.
    pub zone: Option<i32>,
    /// The Date field.
    pub date: Span,
    /// A readable part, From or Subject is declared in a charset of Chinese.
    pub chinese_charset: Option<Span>,
    /// Letters and digits of text behind `</html>`, tags left out.
    pub behind_page: usize,
    /// The part in which they stand.
    pub behind_page_at: Span,
    /// Field that names the mail program.
    pub mailer: Span,
}

/// Reads the marks off a message.
pub(super) fn traces(message: &Message, roles: &Roles) -> Traces {
    let mut out = Traces {
        priority: ["x-priority", "importance", "x-msmail-priority", "priority"]
            .into_iter()
            .find_map(|name| message.field(name).filter(|field| is_high(&field.raw)))
            .map(|field| field.span),
        needless_base64: ["from", "subject"]
            .into_iter()
            .find_map(|name| message.field(name).filter(|field| is_needless(field)))
            .map(|field| field.span),
        mailer: message
            .field("x-mailer")
            .or_else(|| message.field("user-agent"))
            .map(|field| field.span)
            .unwrap_or_default(),
        ..Traces::default()
    };
    if let Some(date) = message.field("date") {
        out.zone = zone(&date.raw);
        out.date = date.span;
    }
    out.chinese_charset = ["subject", "from"]
        .into_iter()
        .find_map(|name| message.field(name).filter(|field| names_chinese(&field.raw)))
        .map(|field| field.span);
    for (at, part) in message.parts.iter().enumerate() {
        if roles.apart(at) {
            continue;
        }
        if out.chinese_charset.is_none() && part.charset.as_deref().is_some_and(is_chinese) {
            out.chinese_charset = Some(part.span);
        }
        if let Content::Html(html) = &part.content {
            let behind = behind_page(html);
            if behind > out.behind_page {
                out.behind_page = behind;
                out.behind_page_at = part.span;
            }
        }
    }
    out
}

fn is_high(value: &str) -> bool {
    let value = value.trim();
    value.starts_with(['1', '2']) && !value.starts_with("10")
        || ["high", "urgent"]
            .iter()
            .any(|word| value.get(..word.len()).is_some_and(|own| own.eq_ignore_ascii_case(word)))
}

/// Base64 encoded words (RFC 2047 section 4.1), and nothing in them that had to be encoded.
fn is_needless(field: &Field) -> bool {
    field.value.is_ascii()
        && field.value.len() >= 4
        && !field.value.contains("=?")
        && (memmem::find(field.raw.as_bytes(), b"?B?").is_some()
            || memmem::find(field.raw.as_bytes(), b"?b?").is_some())
}

/// `+0900` at the end of a date, in minutes.
fn zone(date: &str) -> Option<i32> {
    let text = date.split('(').next()?.trim_end();
    let start = text.rfind(['+', '-'])?;
    let (sign, digits) = (text.get(start..=start)?, text.get(start + 1..)?);
    if digits.len() != 4 {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let minutes = number / 100 * 60 + number % 100;
    Some(if sign == "-" { -minutes } else { minutes })
}

fn is_chinese(charset: &str) -> bool {
    ["gb2312", "gbk", "gb18030", "hz-gb-2312", "big5", "x-gbk", "cp936"]
        .iter()
        .any(|own| charset.eq_ignore_ascii_case(own))
}

/// An encoded word of the field is in a charset of Chinese.
fn names_chinese(raw: &str) -> bool {
    raw.split("=?").skip(1).take(20).any(|word| word.split('?').next().is_some_and(is_chinese))
}

/// Letters and digits behind the last `</html>`, tags and comments left out.
fn behind_page(html: &str) -> usize {
    let bytes = html.as_bytes();
    let start = html.floor_char_boundary(bytes.len().saturating_sub(TAIL_BYTES));
    let tail = html.get(start..).unwrap_or_default();
    let ends = |at: &usize| {
        let tag = tail.as_bytes().get(*at..at + 6).unwrap_or_default();
        matches!(tag, b"</html" | b"</HTML" | b"</Html")
    };
    // Most pages have it at their very end.
    let end = memrchr_iter(b'<', tail.as_bytes()).find(ends);
    let Some(rest) = end.and_then(|end| tail.get(end + 2..)) else { return 0 };
    let mut depth_open = true;
    let mut count = 0;
    for letter in rest.chars() {
        match letter {
            '<' => depth_open = true,
            '>' => depth_open = false,
            _ if !depth_open && letter.is_alphanumeric() => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mail: &str) -> Traces {
        super::super::examine(&Message::parse(mail.as_bytes()), &[]).traces
    }

    #[test]
    fn the_priority_is_read_in_all_its_fields() {
        for field in [
            "X-Priority: 1 (Highest)",
            "Importance: High",
            "X-MSMail-Priority: high",
            "Priority: urgent",
            "X-Priority: 2",
        ] {
            assert!(of(&format!("{field}\n\nx")).priority.is_some(), "{field}");
        }
        for field in ["X-Priority: 3 (Normal)", "Importance: normal", "Priority: non-urgent", "Subject: x"] {
            assert!(of(&format!("{field}\n\nx")).priority.is_none(), "{field}");
        }
    }

    #[test]
    fn base64_is_needless_only_where_all_is_ascii() {
        assert!(of("From: =?utf-8?B?UGF5UGFs?= <a@x.example>\n\nx").needless_base64.is_some());
        assert!(of("Subject: =?UTF-8?b?SGVsbG8=?=\n\nx").needless_base64.is_some());
        assert!(of("Subject: =?UTF-8?B?6YeN6KaB?=\n\nx").needless_base64.is_none());
        assert!(of("Subject: Hello\n\nx").needless_base64.is_none());
    }

    #[test]
    fn zones_are_minutes() {
        assert_eq!(zone("Sat, 21 Nov 2026 10:00:00 +0900 (JST)"), Some(540));
        assert_eq!(zone("Sat, 21 Nov 2026 10:00:00 -0330"), Some(-210));
        assert_eq!(zone("Sat, 21 Nov 2026 10:00:00 GMT"), None);
    }

    #[test]
    fn charsets_of_chinese_are_told_from_others() {
        assert!(of("Subject: =?gb2312?B?xOO6ww==?=\n\nx").chinese_charset.is_some());
        assert!(of("Content-Type: text/html; charset=GBK\n\nx").chinese_charset.is_some());
        assert!(of("Content-Type: text/plain; charset=iso-2022-jp\n\nx").chinese_charset.is_none());
    }

    #[test]
    fn text_behind_the_page_is_counted_without_tags() {
        let page = "Content-Type: text/html\n\n<html><body>Hello</body></html>";
        assert_eq!(of(page).behind_page, 0);
        assert_eq!(of(&format!("{page}\n<img src=x><!-- c -->")).behind_page, 0);
        assert_eq!(of(&format!("{page}<div>some words 12</div>")).behind_page, 11);
    }
}
