//! The readable content: what a reader sees, what is kept from them, and what kind of content it is.
//!
//! Of alternatives the richest counts, as in a mail program. Nested messages and attached files are not the body.

use std::ops::Range;

use memchr::memmem;

use super::blanks::may_hide_letters;
use super::controls::Controls;
use super::links::exact;
use super::page::{self, Page};
use super::script::Script;
use super::sources::{is_calendar, said_by_calendar};
use super::twins::Twin;
use super::wording::Wording;
use crate::message::{Content, Damage, Message, Part, Span, clip};

/// The most characters that are kept of one hidden piece.
const HIDDEN_CHARS: usize = 200;
/// With an image and fewer visible characters than this, the image is the message.
const FEW_CHARS: usize = 40;
/// The most calendar entries whose words are read.
const CALENDARS: usize = 4;

/// Text that a reader does not see, and how it was hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The text (at most 200 characters of it).
    pub text: String,
    /// The style or attribute that hides it.
    pub how: String,
    /// The part.
    pub part: usize,
}

/// The readable content.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Body {
    /// Text as a reader sees it, at most [`crate::message::Limits::text_bytes`] of it.
    pub text: String,
    /// Hidden text.
    pub hidden: Vec<Hidden>,
    /// What the words say.
    pub wording: Wording,
    /// A form stands in the HTML.
    pub form: bool,
    /// Share of the text that is Japanese script, 0 to 1.
    pub japanese: f32,
    /// Zero-width and direction-changing characters in subject, names and visible body.
    pub invisible: u32,
    /// Characters in subject, names and visible body that steer what shows them.
    pub controls: Controls,
    /// The body is one image and almost no text.
    pub image_only: bool,
    /// The plain text beside the HTML that a reader sees in its place; the first one of a mail.
    pub twin: Option<Twin>,
}

/// Characters that take no room or turn the direction of what follows.
#[inline]
pub(crate) fn is_invisible(letter: char) -> bool {
    letter >= '\u{ad}'
        && matches!(
            letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
                | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Counts invisible characters; those that join emoji and Indic letters are no trick.
pub(super) fn count_invisible(text: &str) -> u32 {
    if text.is_ascii() || !may_hide_letters(text) {
        return 0;
    }
    let mut before = ' ';
    let mut count = 0_u32;
    for letter in text.chars() {
        let joins = matches!(letter, '\u{200d}' | '\u{200c}') && !before.is_ascii() && !is_invisible(before);
        if is_invisible(letter) && !joins {
            count = count.saturating_add(1);
        }
        before = letter;
    }
    count
}

/// What the parts of a message are to a reader.
pub(super) struct Roles {
    /// By part: belongs to a nested message.
    nested: Vec<bool>,
    /// By part: a file, named or declared as one.
    attached: Vec<bool>,
}

impl Roles {
    pub(super) fn of(message: &Message) -> Self {
        let mut nested: Vec<bool> = Vec::with_capacity(message.parts.len());
        for part in &message.parts {
            let inside = part.parent.is_some_and(|parent| {
                nested.get(parent).copied().unwrap_or_default()
                    || message.parts.get(parent).is_some_and(|parent| matches!(parent.content, Content::Message(_)))
            });
            nested.push(inside);
        }
        let attached = message.parts.iter().map(is_file).collect();
        Self { nested, attached }
    }

    /// The part is not shown with the message: a file, or inside a nested message.
    pub(super) fn apart(&self, at: usize) -> bool {
        self.nested.get(at).copied().unwrap_or_default() || self.attached.get(at).copied().unwrap_or_default()
    }

    pub(super) fn nested(&self, at: usize) -> bool {
        self.nested.get(at).copied().unwrap_or_default()
    }
}

/// A text part is a file where it says so or has a name; the first part of a mail is its text even with a name.
fn is_file(part: &Part) -> bool {
    let declared = part.disposition.as_deref() == Some("attachment");
    declared || part.parent.is_some() && !part.names.is_empty() && part.disposition.as_deref() != Some("inline")
}

/// Reads the HTML parts, by part.
pub(super) fn pages(message: &Message) -> Vec<Option<Page>> {
    message
        .parts
        .iter()
        .map(|part| match &part.content {
            Content::Html(html) => Some(page::page_within(html, &message.limits)),
            _ => None,
        })
        .collect()
}

/// What the body's text is like.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// What it is written in.
    pub(super) script: Script,
    /// No two blanks stand together, and no letter has no width: line ends are all that parts its words.
    pub(super) tidy: bool,
    /// Whose text the body's text is, in its order.
    pieces: Vec<Piece>,
}

/// A stretch of the body's text.
#[derive(Debug)]
struct Piece {
    /// Where it begins.
    start: usize,
    /// The part.
    part: usize,
    /// Where it begins in the text of its part; `None` where it does not stand there so.
    within: Option<usize>,
}

impl Look {
    /// The part and the bytes of a stretch of the body's text.
    pub(super) fn place(&self, message: &Message, at: Range<usize>) -> (Option<usize>, Span) {
        let piece = self.pieces.iter().take_while(|piece| piece.start <= at.start).last();
        let Some((piece, part)) = piece.and_then(|piece| Some((piece, message.parts.get(piece.part)?))) else {
            return (None, Span::default());
        };
        let span = match piece.within.filter(|_| exact(part)) {
            Some(within) => {
                let byte = |offset: usize| part.span.start + (within + offset - piece.start) as u32;
                Span { start: byte(at.start), end: byte(at.end) }
            }
            None => part.span,
        };
        (Some(piece.part), span)
    }
}

/// Puts the body together, and tells what its text is like. The wording is filled in by the caller, who knows subject and
/// names.
pub(super) fn body(message: &Message, roles: &Roles, pages: &[Option<Page>]) -> (Body, Look) {
    let most = &message.limits;
    let mut body = Body::default();
    let mut images = 0;
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |text: &mut String, part: usize, within: Option<usize>, piece: &str| {
        if let Some(start) = append(text, piece, most.text_bytes) {
            pieces.push(Piece { start, part, within });
        }
    };
    // The blanks of a page are joined.
    let mut tidy = true;
    for (at, part) in message.parts.iter().enumerate() {
        // What only another reading has is no text that this reader saw.
        if roles.apart(at) || part.other.is_some() {
            continue;
        }
        match (&part.content, pages.get(at).and_then(Option::as_ref)) {
            (_, Some(page)) => {
                body.form |= page.form;
                images += page.images;
                add(&mut body.text, at, None, &page.text);
                for (text, how) in &page.hidden {
                    if body.hidden.len() < most.hidden {
                        let text = text.chars().take(HIDDEN_CHARS).collect();
                        body.hidden.push(Hidden { text, how: (*how).to_owned(), part: at });
                    }
                }
            }
            (Content::Text(text), None)
                if part.media_type == "text/plain" || part.damage.contains(&Damage::NoParts) =>
            {
                match richer_sibling(message, roles, at) {
                    None => {
                        let within = text.len() - text.trim_start().len();
                        add(&mut body.text, at, Some(within), text.trim());
                        tidy = false;
                    }
                    Some(other) if body.twin.is_none() => {
                        let page = pages.get(other).and_then(Option::as_ref);
                        body.twin = page.map(|page| Twin::of((at, text), (other, &page.text)));
                    }
                    Some(_) => {}
                }
            }
            (Content::Binary(_), None) if part.media_type.starts_with("image/") => images += 1,
            _ => {}
        }
    }
    // Mail programs show an invitation with the mail, whatever it is declared as.
    for (at, part) in message.parts.iter().enumerate().filter(|(_, part)| is_calendar(part)).take(CALENDARS) {
        let Content::Text(text) = &part.content else { continue };
        if roles.nested(at) || part.other.is_some() {
            continue;
        }
        for line in said_by_calendar(text) {
            if memmem::find(body.text.as_bytes(), line.as_bytes()).is_none() {
                add(&mut body.text, at, None, &line);
                tidy = false;
            }
        }
    }
    // Lines drawn with signs are no words.
    body.image_only =
        images > 0 && body.text.chars().filter(|letter| letter.is_alphanumeric()).nth(FEW_CHARS - 1).is_none();
    let script = Script::of(&body.text);
    (body.japanese, body.invisible) = (script.japanese, script.invisible);
    body.controls = Controls::of(&body.text);
    tidy &= !(script.disguises || script.wide_blanks);
    (body, Look { script, tidy, pieces })
}

/// The part of the same `multipart/alternative` that is HTML.
fn richer_sibling(message: &Message, roles: &Roles, at: usize) -> Option<usize> {
    // A `multipart/related` or mixed inside the alternative holds the HTML one level deeper.
    let parent = message.parts.get(at)?.parent?;
    if message.parts.get(parent)?.media_type != "multipart/alternative" {
        return None;
    }
    let mut others = message.parts.iter().enumerate().skip(at + 1).take(PART_WINDOW);
    let twin = others.find(|(other, part)| {
        matches!(part.content, Content::Html(_)) && !roles.apart(*other) && is_below(message, part, parent)
    });
    twin.map(|(other, _)| other)
}

/// How far behind a text its HTML twin is looked for.
const PART_WINDOW: usize = 16;

fn is_below(message: &Message, part: &Part, ancestor: usize) -> bool {
    let mut parent = part.parent;
    for _ in 0..4 {
        match parent {
            Some(at) if at == ancestor => return true,
            Some(at) => parent = message.parts.get(at).and_then(|part| part.parent),
            None => return false,
        }
    }
    false
}

/// Puts a text behind; gives where it begins there.
fn append(out: &mut String, text: &str, most: usize) -> Option<usize> {
    if text.is_empty() || out.len() >= most {
        return None;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let (start, room) = (out.len(), most.saturating_sub(out.len()));
    out.push_str(clip(text, room));
    Some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mail: &str) -> Body {
        super::super::examine(&Message::parse(mail.as_bytes()), &[]).body
    }

    #[test]
    fn of_alternatives_the_richest_is_the_body() {
        let mail = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n";
        assert_eq!(read(mail).text, "rich");
        let related = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>rich</p>\n--c--\n--b--\n";
        assert_eq!(read(related).text, "rich");
        let mixed = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\n\nsecond\n--b--\n";
        assert_eq!(read(mixed).text, "first\nsecond");
    }

    #[test]
    fn an_invitation_is_read_with_the_mail_and_nothing_of_it_twice() {
        let calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Renewal\\, 5 years\nLOCATION:Online\n\
            DESCRIPTION:You will be charged.\\nCall 1-800-555-\n 0199 to cancel.\nUID:x@y.example\nEND:VEVENT\nEND:VCALENDAR\n";
        let mail = |disposition: &str, text: &str| {
            format!(
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{text}\n--b\nContent-Type: text/calendar; method=REQUEST\n{disposition}\n{calendar}\n--b--\n"
            )
        };
        let words = "Renewal, 5 years\nOnline\nYou will be charged.\nCall 1-800-555-0199 to cancel.";
        assert_eq!(read(&mail("", "See below")).text, format!("See below\n{words}"));
        let file = "Content-Disposition: attachment; filename=invite.ics\n";
        assert_eq!(read(&mail(file, "See below")).text, format!("See below\n{words}"));
        assert_eq!(read(&mail("", words)).text, words, "what the mail says itself");
        let card = mail("", "See below").replace("text/calendar", "text/vcard");
        assert_eq!(read(&card).text, "See below");
    }

    #[test]
    fn files_and_nested_messages_are_not_the_body() {
        let mail = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\nContent-Type: text/html\nContent-Disposition: attachment; filename=x.html\n\n<p>file</p>\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\nnested\n--b--\n";
        assert_eq!(read(mail).text, "first");
    }

    #[test]
    fn an_image_with_a_few_words_is_all_image() {
        let mail = "Content-Type: text/html\n\n<a href=http://a.example/><img src=http://a.example/x.png width=600 height=900></a><p>view online</p>";
        assert!(read(mail).image_only);
        assert!(read(&format!("{mail}<p>{}</p>", "_ ".repeat(300))).image_only, "a line is no text");
        assert!(!read("Content-Type: text/html\n\n<p>view online</p><img src=x width=1 height=1>").image_only);
        assert!(!read(&format!("Content-Type: text/html\n\n<img src=x><p>{}</p>", "words ".repeat(20))).image_only);
    }

    #[test]
    fn invisible_characters_are_counted_and_joiners_are_not() {
        assert_eq!(count_invisible("pay\u{200b}pal \u{202e}x"), 2);
        assert_eq!(count_invisible("👨\u{200d}👩"), 0);
        assert_eq!(count_invisible("plain"), 0);
    }
}
