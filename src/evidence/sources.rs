//! Places beside ordinary text and HTML where a mail names addresses: pictures and drawings of QR codes, calendar and
//! visiting cards, addresses that are written so as not to be pressed, broken over lines or without a scheme, and files
//! that are pages by their name only. Each is looked at only where its mark is there.

mod broken;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr_iter, memchr2_iter, memchr3_iter};

use super::classes::UrlTrait;
use super::domain::has_known_suffix;
use super::links::{Links, urls_in};
use super::page::{self, Found, Page};
use super::url::{UrlParts, looks_like_a_file};
use super::{LinkKind, qr};
use crate::message::{Content, Limits, Message, Part, Span, clip};
use crate::text::refang;

pub(super) use broken::{broken, flows_on, goes_on};

/// The longest address that is put together again, in bytes.
const BROKEN: usize = 2_000;
/// Header fields whose URLs a reader or a mail program may follow, beside `List-...` and `...-URL`.
const FIELDS: &[&str] =
    &["archived-at", "content-location", "content-base", "x-report-abuse", "report-abuse", "x-unsubscribe-web"];

/// The field holds words that a mail program shows to be read, and may make a link of.
pub(super) fn holds_words(field: &str) -> bool {
    match field.len() {
        7 => field.eq_ignore_ascii_case("subject"),
        8 => field.eq_ignore_ascii_case("comments"),
        12 => field.eq_ignore_ascii_case("organization"),
        _ => false,
    }
}

/// The field may name a URL that somebody follows.
pub(super) fn names_urls(field: &str) -> bool {
    let ends = |ending: &str| {
        field.len() > ending.len()
            && field.get(field.len() - ending.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
    };
    match field.as_bytes().first() {
        Some(b'l' | b'L') => field.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("list-")),
        Some(b'a' | b'A' | b'c' | b'C' | b'r' | b'R') => FIELDS.iter().any(|name| field.eq_ignore_ascii_case(name)),
        Some(b'x' | b'X') => ends("-url") || FIELDS.iter().any(|name| field.eq_ignore_ascii_case(name)),
        _ => false,
    }
}

impl Links {
    /// QR codes in the pictures of a mail. Other files are looked into by `attachments`.
    pub(super) fn files(&mut self, message: &Message) {
        for (at, part) in message.parts.iter().enumerate() {
            let Content::Binary(bytes) = &part.content else { continue };
            for text in qr::in_picture(bytes, &mut self.pictures) {
                self.code(text, at, part.span);
            }
        }
    }

    /// QR codes that are drawn in a page, and pictures that stand in its addresses.
    pub(super) fn drawn_in_page(&mut self, at: usize, part: &Part, page: &Page) {
        let Content::Html(html) = &part.content else { return };
        for found in &page.links {
            if found.raw.starts_with("data:image/") && found.kind == LinkKind::Image {
                let picture = html.get(found.at.clone()).and_then(qr::of_data_url);
                for text in picture.map(|bytes| qr::in_picture(&bytes, &mut self.pictures)).unwrap_or_default() {
                    self.code(text, at, part.span);
                }
            }
        }
        if page.cells >= qr::CELLS || qr::holds_drawing(&page.text) {
            for text in qr::in_page(html) {
                self.code(text, at, part.span);
            }
        }
    }

    /// QR codes that are drawn in text.
    pub(super) fn drawn_in_text(&mut self, at: usize, part: &Part, text: &str) {
        for found in qr::in_text(text) {
            self.code(found, at, part.span);
        }
    }

    /// QR codes in pictures inside attached files.
    pub(super) fn codes(&mut self, message: &Message, found: Vec<(usize, String)>) {
        for (at, text) in found {
            let span = message.parts.get(at).map(|part| part.span).unwrap_or_default();
            self.code(text, at, span);
        }
    }

    fn code(&mut self, text: String, part: usize, span: Span) {
        let found = Found { raw: text, kind: LinkKind::Qr, text: None, at: 0..0 };
        self.add(found, None, Some(part), span, false);
    }

    /// Addresses of a text that are written in odd ways. In `plain` text a host needs no scheme; in a page the text may be
    /// what stands on a link.
    pub(super) fn odd_in_text(&mut self, text: &str, at: usize, span: Span, attached: bool, plain: bool) {
        let Limits { odd_bytes, odd_links, .. } = self.limits;
        self.cut |= text.len() > odd_bytes;
        let text = clip(text, odd_bytes);
        let (hidden, bare) = (defanged(text, odd_links), if plain { bare(text, odd_links) } else { Vec::new() });
        self.many |= hidden.len().max(bare.len()) >= odd_links;
        let mut keep = |raw: String, defanged: bool| {
            let found = Found { raw, kind: LinkKind::Text, text: None, at: 0..0 };
            if let Some(link) = self.add(found, None, Some(at), span, attached).filter(|_| defanged) {
                link.traits.push(UrlTrait::Defanged);
            }
        };
        for raw in hidden {
            keep(raw, true);
        }
        for raw in bare {
            keep(raw, false);
        }
    }

    /// The addresses of a calendar entry or a visiting card.
    pub(super) fn card(&mut self, text: &str, at: usize, span: Span, attached: bool) {
        let Limits { odd_bytes, odd_links, .. } = self.limits;
        self.cut |= text.len() > odd_bytes;
        let found = properties(clip(text, odd_bytes), odd_links);
        self.many |= found.len() >= odd_links;
        for (name, value) in found {
            if matches!(&*name, "x-alt-desc" | "styled-description") {
                for found in page::page_within(&value, &self.limits).links {
                    self.add(found, None, Some(at), span, attached);
                }
                continue;
            }
            for (raw, _) in urls_in(&value, &self.limits) {
                let found = Found { raw: raw.to_owned(), kind: LinkKind::Text, text: None, at: 0..0 };
                self.add(found, None, Some(at), span, attached);
            }
        }
    }
}

/// The part is a calendar entry or a visiting card.
pub(super) fn is_card(part: &Part) -> bool {
    matches!(
        &*part.media_type,
        "text/calendar" | "text/x-vcalendar" | "text/vcard" | "text/x-vcard" | "text/directory" | "application/ics"
    )
}

/// The part is a calendar entry.
pub(super) fn is_calendar(part: &Part) -> bool {
    matches!(&*part.media_type, "text/calendar" | "text/x-vcalendar" | "application/ics")
}

/// The most of a calendar entry that is read for its words, in bytes.
const CARD_BYTES: usize = 256 * 1024;
/// The most lines of a calendar entry that are read as words.
const CARD_LINES: usize = 200;
/// The longest of them, in bytes.
const CARD_LINE: usize = 4 * 1024;

/// What a calendar entry says to its reader: what it is about, where, and its description, line by line.
pub(super) fn said_by_calendar(text: &str) -> Vec<String> {
    let said = properties(clip(text, CARD_BYTES), CARD_LINES)
        .into_iter()
        .filter(|(name, _)| matches!(&**name, "summary" | "location" | "description"));
    let lines = said.flat_map(|(_, value)| {
        let lines = value.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| clip(line, CARD_LINE).to_owned()).collect::<Vec<_>>()
    });
    lines.take(CARD_LINES).collect()
}

/// Properties of a calendar or card (RFC 5545 section 3.1, RFC 6350 section 3.2) that may hold an address: lines unfolded,
/// escapes undone, names in lower case without group and parameters.
fn properties(text: &str, most: usize) -> Vec<(String, String)> {
    const NAMED: &[&str] = &[
        "url",
        "location",
        "description",
        "attach",
        "comment",
        "summary",
        "contact",
        "conference",
        "x-alt-desc",
        "styled-description",
        "note",
        "photo",
        "logo",
        "source",
        "x-google-conference",
        "x-microsoft-skypeteamsmeetingurl",
        "related",
        "link",
        "org",
        "title",
    ];
    let mut out: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if let Some(more) = line.strip_prefix([' ', '\t']) {
            if let Some((_, value)) = out.last_mut().filter(|_| open) {
                value.push_str(more);
            }
            continue;
        }
        open = false;
        let Some((head, value)) = split_property(line) else { continue };
        let name = head.split(';').next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if out.len() < most && NAMED.contains(&name.as_str()) {
            out.push((name, value.to_owned()));
            open = true;
        }
    }
    for (_, value) in &mut out {
        if value.contains('\\') {
            *value = value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";");
        }
    }
    out
}

/// Name with parameters, and value; a colon in quotes belongs to a parameter.
fn split_property(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = line.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    })?;
    Some((line.get(..at)?, line.get(at + 1..)?))
}

/// Marks of addresses that were made harmless.
static DEFANGED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks =
        ["hxxp", "hXXp", "HXXP", "hxtp", "[.]", "(.)", "[dot]", "(dot)", "[DOT]", "(DOT)", "{.}", "[:]", "[://]"];
    // Of this kind only can a search look at many bytes at once.
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(marks).ok()
});

/// The text may hold such a mark: a bracket in front of a dot, a colon or a `d`, or an `x` behind an `h`.
fn may_be_defanged(text: &str) -> bool {
    let bytes = text.as_bytes();
    let opens = |at: usize| bytes.get(at + 1).is_some_and(|next| matches!(next, b'.' | b':' | b'd' | b'D'));
    let scheme = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        before.is_some_and(|before| before.eq_ignore_ascii_case(&b'h'))
    };
    memchr3_iter(b'[', b'(', b'{', bytes).any(opens) || memchr2_iter(b'x', b'X', bytes).any(scheme)
}

/// The scheme is one that nothing opens: such an address is read by [`Links::odd_in_text`].
pub(super) fn is_harmless(raw: &str) -> bool {
    raw.get(..3).is_some_and(|start| ["hxx", "hxt"].iter().any(|mark| start.eq_ignore_ascii_case(mark)))
}

/// Addresses that were made harmless (`hxxps[:]//evil[.]example/x`), as they were before.
fn defanged(text: &str, most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let Some(finder) = DEFANGED.as_ref().filter(|_| may_be_defanged(text)) else { return out };
    let mut done = 0;
    for hit in finder.find_iter(text) {
        if hit.start() < done || out.len() >= most {
            continue;
        }
        let blank =
            |letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | '\u{300c}' | '\u{300d}');
        let before = text.get(..hit.start()).unwrap_or_default();
        let start = before
            .rfind(blank)
            .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        let rest = text.get(hit.end()..).unwrap_or_default();
        let end = hit.end() + rest.find(blank).unwrap_or(rest.len());
        done = end;
        let Some(word) = text.get(start.max(end.saturating_sub(BROKEN))..end) else { continue };
        let plain = refang(word);
        let plain = plain.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']).trim_start_matches('(');
        if plain == word || plain.contains('@') && !plain.contains("://") {
            continue;
        }
        let start = plain.find("://").map_or(0, |at| {
            plain
                .get(..at)
                .and_then(|front| front.rfind(|letter: char| !letter.is_ascii_alphanumeric()))
                .map_or(0, |dot| dot + 1)
        });
        let Some(plain) = plain.get(start..) else { continue };
        // An address of a machine has no ending that would say that it is one.
        let numbers = plain.split('/').next().and_then(|host| host.parse::<std::net::Ipv4Addr>().ok());
        if numbers.is_some() {
            out.push(format!("http://{plain}"));
        } else if UrlParts::of(plain, None).is_some_and(|url| url.address.is_some() || url.domain.registrable.is_some())
        {
            out.push(plain.to_owned());
        }
    }
    out
}

/// `example.com/path` without scheme and `www.`, where the ending is a real one.
fn bare(text: &str, most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let bytes = text.as_bytes();
    let mut end = 0;
    for at in memchr_iter(b'/', bytes) {
        if at < end || out.len() >= most {
            continue;
        }
        let host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let front = bytes.get(end..at).unwrap_or_default();
        let front = front.get(front.len().saturating_sub(253)..).unwrap_or_default();
        let length = front.iter().rev().take_while(|byte| host(byte)).count();
        if length < 4 {
            continue;
        }
        let start = at - length;
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        let glued = before.is_some_and(|byte| {
            matches!(byte, b'/' | b'@' | b':' | b'=' | b'_' | b'%' | b'&' | b'?' | b'#' | b'~' | b'+' | b'\\' | b'$')
        });
        let behind = bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'?' | b'#'));
        let Some(name) = text.get(start..at).filter(|name| !glued && behind && name.contains('.')) else { continue };
        if name.starts_with(['.', '-']) || name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www.")) {
            continue;
        }
        let lower = name.to_ascii_lowercase();
        let ending = lower.rsplit('.').next().unwrap_or_default();
        let letters = ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
        // Folders of programs and abbreviations (`node.js/x`, `etc.pp/x`) are no hosts; a capital inside says so, too.
        let word = name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
            && name.bytes().any(|byte| byte.is_ascii_lowercase());
        if !letters || word || !has_known_suffix(&lower) || looks_like_a_file(&lower) || lower.contains("..") {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find(|letter: char| !super::links::is_url_letter(letter)).unwrap_or(rest.len());
        let path = rest
            .get(..length)
            .unwrap_or_default()
            .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', ')', ']', '*']);
        end = at + length;
        if UrlParts::of(name, None).is_some_and(|url| url.domain.registrable.is_some()) {
            out.push(format!("http://{name}{path}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = Limits::DEFAULT.odd_links;

    pub(super) fn links(mail: &str) -> Vec<(LinkKind, String)> {
        let found = super::super::examine(&Message::parse(mail.as_bytes()), &[]).links;
        found.into_iter().map(|link| (link.kind, link.raw)).collect()
    }

    #[test]
    fn addresses_that_were_made_harmless_are_read_and_marked() {
        for (text, expected) in [
            ("blocked: hxxps[:]//evil[.]example[.]com/login now", vec!["https://evil.example.com/login"]),
            ("see hxxp://evil.example/x, please", vec!["http://evil.example/x"]),
            ("(evil[.]example[.]com)", vec!["evil.example.com"]),
            ("https://evil(dot)example(dot)com/a", vec!["https://evil.example.com/a"]),
            ("write to anna[at]example[.]com", vec![]),
            ("from 192[.]0[.]2[.]1, and 192.0.2[.]7/x", vec!["http://192.0.2.1", "http://192.0.2.7/x"]),
            ("version 1[.]2[.]3 of it", vec![]),
            ("an array x[.] and a list (.)", vec![]),
            ("「hxxps://evil.example/あ」", vec!["https://evil.example/あ"]),
        ] {
            assert_eq!(defanged(text, MOST), expected, "{text}");
        }
        let mail = "Subject: x\n\nhxxp://evil.example/x and http://ok.example/";
        let found = super::super::examine(&Message::parse(mail.as_bytes()), &[]).links;
        let marked: Vec<bool> = found.iter().map(|link| link.traits.contains(&UrlTrait::Defanged)).collect();
        assert_eq!(marked, [false, true]);
    }

    #[test]
    fn hosts_without_a_scheme_are_links_where_their_ending_is_real() {
        for (text, expected) in [
            ("go to host.example.com/login.", vec!["http://host.example.com/login"]),
            ("詳細はexample.co.jp/infoへ", vec!["http://example.co.jp/info"]),
            ("EXAMPLE.COM/SALE", vec!["http://EXAMPLE.COM/SALE"]),
            ("https://example.com/a.com/b", vec![]),
            ("a@example.com/x and/or 1.2.3/4 v1.2/x", vec![]),
            ("src/main.rs/x README.md/x node.js/x www.example.com/x", vec![]),
            ("Node.Js/React e.g./i.e. a.m./p.m.", vec![]),
            ("x=example.com/y \\\\host.com/x", vec![]),
        ] {
            assert_eq!(bare(text, MOST), expected, "{text}");
        }
    }

    #[test]
    fn calendar_entries_and_cards_are_unfolded() {
        let mail = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/calendar; method=REQUEST\n\n\
            BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Salary review\r\nLOCATION:https://meet.example/j/123\r\n\
            DESCRIPTION:Join here: https://evil.exa\r\n mple/login?x=1\\, then sign\\nhttps://second.example/\r\n\
            ATTACH;FMTTYPE=text/html;X=\"a:b\":https://files.example/agenda.html\r\n\
            X-ALT-DESC;FMTTYPE=text/html:<a href=\"https://third.example/\">x</a>\r\n\
            PRODID:https://tool.example/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\n--b\nContent-Type: text/vcard\n\n\
            BEGIN:VCARD\nitem1.URL:https://card.example/\nNOTE:none\nEND:VCARD\n\n--b--\n";
        let found: Vec<String> = links(mail).into_iter().map(|link| link.1).collect();
        for want in [
            "https://meet.example/j/123",
            "https://evil.example/login?x=1",
            "https://second.example/",
            "https://files.example/agenda.html",
            "https://third.example/",
            "https://card.example/",
        ] {
            assert!(found.iter().any(|raw| raw.trim_end_matches(',') == want), "{want} in {found:?}");
        }
        assert!(!found.iter().any(|raw| raw.contains("tool.example")));
    }

    #[test]
    fn header_fields_that_name_addresses_are_known() {
        for (field, known) in [
            ("List-Unsubscribe", true),
            ("LIST-HELP", true),
            ("X-Campaign-URL", true),
            ("Archived-At", true),
            ("Content-Base", true),
            ("X-Url-Hash", false),
            ("Received", false),
            ("Listen", false),
            ("", false),
        ] {
            assert_eq!(names_urls(field), known, "{field}");
        }
    }

    #[test]
    fn a_page_that_is_declared_as_bytes_is_read() {
        let mail = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/octet-stream; name=Invoice.HTM\nContent-Disposition: attachment; filename=Invoice.HTM\nContent-Transfer-Encoding: base64\n\nPGEgaHJlZj0iaHR0cHM6Ly9ldmlsLmV4YW1wbGUvIj54PC9hPg==\n--b--\n";
        assert_eq!(links(mail), [(LinkKind::Attachment, "https://evil.example/".to_owned())]);
    }

    #[test]
    fn bait_for_odd_notations_ends_soon() {
        for piece in ["[.]", "hxxp", "a.com/", "/", "<http://\n", "<URL:", "a.a.", "hxxp://a[.]", "(dot)", "x[.]com/ "]
        {
            let text = piece.repeat(300_000 / piece.len());
            defanged(&text, MOST);
            bare(&text, MOST);
            broken(&text, MOST);
            properties(&text, MOST);
        }
    }
}
