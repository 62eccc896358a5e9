//! Finds where the messages of an mbox start and end, in one pass in constant memory. Never holds more of the file than
//! a block, and looks at no byte more than a fixed number of times, whatever the file holds.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::super::source::Source;
use super::super::{Doubt, HEAD, MESSAGE_LIMIT, Problem, fields};
use super::from_line;
use super::header::{Header, Length};
use super::judge::{Judge, depth};

/// Bytes searched at a time.
const BLOCK: usize = 256 << 10;
/// Bytes kept before and behind a block, so that what stands around a line is at hand.
const MARGIN: usize = 8 << 10;
/// How far a header is searched for Content-Length.
const HEADER: u64 = 64 << 10;
/// A `From ` line longer than this is no separator.
const LINE: u64 = 4 << 20;

/// A message that was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Offset of its `From ` line.
    pub(super) start: u64,
    /// One past its last byte, the empty line before the next separator included.
    pub(super) end: u64,
    pub(super) doubts: Vec<Doubt>,
}

/// What a scan tells as it goes on.
pub(super) enum Step<'w> {
    /// The next message, and its beginning, where that is at hand.
    Message(Found, Option<Head<'w>>),
    /// A block was searched, up to this offset.
    Searched(u64),
}

/// The first [`HEAD`] bytes of a message behind its `From ` line.
pub(super) struct Head<'w> {
    pub(super) bytes: &'w [u8],
    /// How long its header is, with the empty line behind it, where that is certain.
    pub(super) header: Option<usize>,
    /// A `From ` behind a `>` stands somewhere in the message.
    pub(super) marked: bool,
}

/// Scans `source`, whose first `From ` line stands at `first`, and feeds `judge`. Ends early when `sink` breaks; tells
/// whether it came to the end.
pub(super) fn scan(
    source: &Source,
    first: u64,
    judge: &mut Judge,
    sink: &mut dyn FnMut(Step<'_>, &Judge) -> ControlFlow<()>,
) -> Result<bool, Problem> {
    let mut window = Window { source, len: source.len(), buf: Vec::new(), base: 0 };
    window.load(first)?;
    let needle = memchr::memmem::Finder::new(b"From ");
    let line = window.line_at(first)?;
    let dated = line.as_ref().is_some_and(|line| line.dated);
    let mut open = Open::start(&window, first, line, !dated)?;
    let mut at = first;
    let mut from = first + 5;
    while at < window.len {
        open.keep_head(&window, at);
        window.load(at)?;
        let until = (at + BLOCK as u64).min(window.len);
        // The needle may begin in this block and end in the next.
        while let Some(hit) = window.view(from, until + 4).and_then(|bytes| needle.find(bytes)) {
            let place = from + hit as u64;
            from = place + 5;
            match window.before(place) {
                Before::Text { marked } => open.marked |= marked,
                Before::Marks(marks) => {
                    open.marked = true;
                    judge.quoted(marks, window.around(place, marks));
                }
                Before::LineEnd { empty } => {
                    let Some(uncertain) = open.ends_at(&window, place, empty, judge)? else { continue };
                    judge.separator(empty);
                    let next = Open::start(&window, place, window.line_at(place)?, uncertain)?;
                    let mut done = std::mem::replace(&mut open, next);
                    if uncertain {
                        done.doubt(Doubt::UncertainEnd);
                    }
                    judge.message(done.believed.is_some());
                    let found = done.end(place);
                    if sink(Step::Message(found, done.head(&window, place)), judge).is_break() {
                        return Ok(false);
                    }
                }
            }
        }
        at = until;
        from = from.max(until);
        if sink(Step::Searched(at), judge).is_break() {
            return Ok(false);
        }
    }
    let end = window.len;
    if open.header.any && open.header.body.is_none() && open.header_at_end
        || window.peek(end.saturating_sub(1), 1)?.first() != Some(&b'\n')
    {
        open.doubt(Doubt::Truncated);
    }
    judge.message(open.believed.is_some());
    let found = open.end(end);
    Ok(sink(Step::Message(found, open.head(&window, end)), judge).is_continue())
}

/// The message whose end is being looked for.
struct Open {
    start: u64,
    /// First byte behind the `From ` line.
    text: u64,
    header: Header,
    /// The header was searched up to the end of the file.
    header_at_end: bool,
    /// Where the message ends by a Content-Length that is believed.
    believed: Option<u64>,
    doubts: Vec<Doubt>,
    /// A `From ` behind a `>` was come across.
    marked: bool,
    /// Its first [`HEAD`] bytes, where they went out of sight.
    kept: Vec<u8>,
}

impl Open {
    fn start(window: &Window<'_>, start: u64, line: Option<FromLine>, uncertain: bool) -> Result<Self, Problem> {
        let text = line.map_or(window.len, |line| line.next);
        let (header, header_at_end) = window.header(text)?;
        let mut open = Self {
            start,
            text,
            header,
            header_at_end,
            believed: None,
            doubts: Vec::new(),
            marked: false,
            kept: Vec::new(),
        };
        if uncertain {
            open.doubt(Doubt::UncertainStart);
        }
        let body = header.body.map(|body| text + body as u64);
        open.believed = match (header.length, body) {
            (Length::Bytes(length), Some(body)) => window.lands(body, length)?,
            _ => None,
        };
        if header.length != Length::None && open.believed.is_none() {
            open.doubt(Doubt::WrongContentLength);
        }
        Ok(open)
    }

    /// Keeps the beginning before the window goes on to `at` and leaves it behind: what stands so far before that is at
    /// hand with all of its head.
    fn keep_head(&mut self, window: &Window<'_>, at: u64) {
        if self.kept.is_empty()
            && self.text + (MARGIN as u64) < at
            && let Some(head) = window.view(self.text, self.text + HEAD as u64).filter(|head| head.len() == HEAD)
        {
            self.kept = head.to_vec();
        }
    }

    /// Its beginning, if all of that is at hand.
    fn head<'w>(&'w self, window: &'w Window<'_>, end: u64) -> Option<Head<'w>> {
        let length = usize::try_from(end.saturating_sub(self.text)).unwrap_or(HEAD).min(HEAD);
        let kept = || self.kept.get(..length).filter(|_| !self.kept.is_empty());
        let bytes = window.head(self.text, end).or_else(kept)?;
        // One that begins with empty lines is looked at by others who know more of headers.
        let header = self.header.body.filter(|body| *body > 2 && *body <= bytes.len());
        Some(Head { bytes, header, marked: self.marked })
    }

    fn doubt(&mut self, doubt: Doubt) {
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    /// Whether the message ends at the `From ` line at `place`, and if so whether that is uncertain.
    fn ends_at(
        &mut self,
        window: &Window<'_>,
        place: u64,
        empty: bool,
        judge: &mut Judge,
    ) -> Result<Option<bool>, Problem> {
        if self.believed.is_some_and(|end| place < end) {
            judge.unquoted();
            if empty && window.line_at(place)?.is_some_and(|line| line.dated) {
                self.doubt(Doubt::SeparatorLookalike);
            }
            return Ok(None);
        }
        let Some(line) = window.line_at(place)? else { return Ok(None) };
        if empty && line.dated {
            return Ok(Some(false));
        }
        if !empty && !line.dated {
            return Ok(None);
        }
        if fields::header_follows(&window.peek(line.next, 2048)?) {
            return Ok(Some(true));
        }
        if line.dated {
            self.doubt(Doubt::SeparatorLookalike);
        }
        Ok(None)
    }

    fn end(&mut self, end: u64) -> Found {
        if end.saturating_sub(self.text) > MESSAGE_LIMIT {
            self.doubt(Doubt::TooLarge);
        }
        Found { start: self.start, end, doubts: std::mem::take(&mut self.doubts) }
    }
}

/// What stands before a `From `.
enum Before {
    /// Something, a `>` last or not: it is no line of its own.
    Text { marked: bool },
    /// So many `>` from the start of the line.
    Marks(usize),
    /// The end of the line before, and whether that line is empty.
    LineEnd { empty: bool },
}

/// A `From ` line.
struct FromLine {
    /// Offset of the next line.
    next: u64,
    dated: bool,
}

/// The part of the file that is at hand.
struct Window<'s> {
    source: &'s Source,
    /// Size of the file when the scan began, or less if it turned out to be shorter.
    len: u64,
    buf: Vec<u8>,
    /// Offset of the first byte of `buf`.
    base: u64,
}

impl Window<'_> {
    /// Brings the block at `at` to hand.
    fn load(&mut self, at: u64) -> Result<(), Problem> {
        self.base = at.saturating_sub(MARGIN as u64);
        let until = (at + (BLOCK + MARGIN) as u64).min(self.len);
        let size = usize::try_from(until.saturating_sub(self.base)).unwrap_or_default();
        self.buf.resize(size, 0);
        let read = self.source.read_at(&mut self.buf, self.base);
        let count = read.map_err(|error| Problem::refused(&error))?;
        if count < size {
            // Somebody shortened the file meanwhile.
            self.buf.truncate(count);
            self.len = self.base + count as u64;
        }
        Ok(())
    }

    /// The bytes from `from` to `until`, as far as they are at hand.
    fn view(&self, from: u64, until: u64) -> Option<&[u8]> {
        let start = usize::try_from(from.checked_sub(self.base)?).ok()?;
        let end = usize::try_from(until.checked_sub(self.base)?).ok()?.min(self.buf.len());
        self.buf.get(start..end)
    }

    /// The first bytes of a message, if they are all at hand.
    fn head(&self, text: u64, end: u64) -> Option<&[u8]> {
        let end = end.min(text + HEAD as u64);
        self.view(text, end).filter(|bytes| bytes.len() as u64 == end - text)
    }

    /// Up to `count` bytes from `from`, fetched if they are not at hand.
    fn peek(&self, from: u64, count: u64) -> Result<Cow<'_, [u8]>, Problem> {
        let until = from.saturating_add(count).min(self.len).max(from);
        match self.view(from, until) {
            Some(bytes) if bytes.len() as u64 == until - from => Ok(Cow::Borrowed(bytes)),
            _ => self.source.bytes(from, until).map(Cow::Owned),
        }
    }

    fn before(&self, place: u64) -> Before {
        let start = self.base.max(place.saturating_sub(64));
        let before = self.view(start, place).unwrap_or_default();
        match before {
            [.., b'\n', b'\n'] | [.., b'\n', b'\r', b'\n'] | [b'\n'] | [b'\r', b'\n'] => {
                return Before::LineEnd { empty: true };
            }
            [] | [.., b'\n'] => return Before::LineEnd { empty: place == 0 },
            [.., b'>'] => {}
            _ => return Before::Text { marked: false },
        }
        let marks = before.iter().rev().take_while(|byte| **byte == b'>').count();
        let line_starts = before.len().checked_sub(marks + 1).and_then(|at| before.get(at)) == Some(&b'\n');
        if line_starts { Before::Marks(marks) } else { Before::Text { marked: true } }
    }

    /// The quote marks of the lines before and behind the quoted line whose `From ` is at `place`.
    fn around(&self, place: u64, marks: usize) -> [usize; 2] {
        let start = place - marks as u64;
        let above = self.view(self.base.max(start.saturating_sub(1024)), start.saturating_sub(1)).unwrap_or_default();
        let above = memchr::memrchr(b'\n', above).and_then(|at| above.get(at + 1..)).unwrap_or_default();
        let below = self.view(place, place + 1024).unwrap_or_default();
        let below = memchr::memchr(b'\n', below).and_then(|at| below.get(at + 1..)).unwrap_or_default();
        [depth(above), depth(below)]
    }

    /// The `From ` line at `place`; `None` where it does not end within reason.
    fn line_at(&self, place: u64) -> Result<Option<FromLine>, Problem> {
        let mut at = place;
        let mut step = 1024;
        while at < self.len && at - place < LINE {
            let bytes = self.peek(at, step)?;
            if let Some(end) = memchr::memchr(b'\n', &bytes) {
                let end = at + end as u64;
                let tail = place.max(end.saturating_sub(256));
                let dated = from_line::ends_in_date(&self.peek(tail, end - tail)?);
                return Ok(Some(FromLine { next: end + 1, dated }));
            }
            at += bytes.len().max(1) as u64;
            step = 64 << 10;
        }
        if at < self.len {
            return Ok(None);
        }
        let tail = place.max(self.len.saturating_sub(256));
        let dated = from_line::ends_in_date(&self.peek(tail, self.len - tail)?);
        Ok(Some(FromLine { next: self.len, dated }))
    }

    /// The header at `text`, and whether the file ends before it does.
    fn header(&self, text: u64) -> Result<(Header, bool), Problem> {
        let at_hand = (self.base + self.buf.len() as u64).saturating_sub(text).min(HEADER);
        let header = Header::scan(&self.peek(text, at_hand)?);
        if header.body.is_some() || header.interrupted || at_hand == HEADER {
            return Ok((header, false));
        }
        let bytes = self.peek(text, HEADER)?;
        let header = Header::scan(&bytes);
        Ok((header, !header.interrupted && text + bytes.len() as u64 >= self.len))
    }

    /// Whether `length` bytes from `body` end at a separator or at the end of the file: then that place.
    fn lands(&self, body: u64, length: u64) -> Result<Option<u64>, Problem> {
        let Some(target) = body.checked_add(length).filter(|target| *target <= self.len) else { return Ok(None) };
        // With what stands before, to see whether the line before the separator is empty.
        let from = target.saturating_sub(3);
        let bytes = self.peek(from, 1024)?;
        let (before, rest) = bytes.split_at_checked((target - from) as usize).unwrap_or_default();
        let blank = match rest {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => 0,
        };
        let separator = rest.get(blank..).unwrap_or_default();
        if separator.is_empty() && target + blank as u64 == self.len {
            return Ok(Some(self.len));
        }
        let ends_line = matches!(before, [.., b'\n']);
        let empty = if blank > 0 { ends_line } else { before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n") };
        if !empty || !separator.starts_with(b"From ") {
            return Ok(None);
        }
        let Some(end) = memchr::memchr(b'\n', separator) else { return Ok(None) };
        let dated = from_line::ends_in_date(separator.get(..end).unwrap_or_default());
        Ok(dated.then_some(target + blank as u64))
    }
}
