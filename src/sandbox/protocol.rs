//! What goes over the pipes: frames of a length, a kind and a body, all numbers little-endian. Pure; the same code writes
//! and reads both ways. A reader bounds every length before it uses it, and gives `None` for anything that is not exactly
//! a frame: a worker that a mail took over may send whatever it likes.
//!
//! ```text
//! frame    length u32 (of all that follows) | kind u8 | body
//! setup    version u16 | JSON                                                   host to worker, once, first
//! mail     want u8 | number u32 | doubts u8 x (1 + n) | path u32 + UTF-8 | offset u8 + u64 | the mail's bytes
//! hello    version u16 | files u8 | calls u8 | limits u8                        worker to host, once, first
//! answer   number u32 | by kind                                                 in the order of the mails
//! ```

use crate::analysis::Brief;
use crate::mailbox::{Canonical, Doubt, MESSAGE_LIMIT};
use crate::search::Found;
use crate::verdict::Level;
use crate::view::row::{AuthMark, Digest};

use super::confine::{Confinement, Strength};

/// The version of this format: a worker of another one is refused.
pub(super) const VERSION: u16 = 5;
/// Bytes of a length.
pub(super) const PREFIX: usize = 4;
/// The most bytes of a frame to a worker: a mail, the path of its file, and the rest.
pub(super) const REQUEST: usize = MESSAGE_LIMIT as usize + 64 * 1024;
/// The most bytes of a frame from a worker. The longest line of `scan` is far below; a longer one is no answer.
pub(super) const ANSWER: usize = 64 << 20;
/// The most bytes of a setup: own rules and lists are files of some megabytes at most.
pub(super) const SETUP: usize = 256 << 20;
/// The most bytes of a path: what is longer is no path of this system.
const PATH: usize = 32 * 1024;
/// The most bytes of a host in an answer, as of any name that can be asked for (RFC 1035, 2.3.4): rows keep them.
const HOST: usize = 255;
/// The most bytes of another text in an answer.
const NAME: usize = 4_096;
/// The most hosts of a digest.
const HOSTS: usize = 32;

/// What is wanted of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Want {
    /// The line that `scan` prints.
    Line,
    /// What a row keeps, without the identity: whose it is, the host finds out by itself.
    Brief,
    /// Nothing but that it can be analyzed and prepared without harm.
    Taste,
    /// Which terms of a query it holds; the query stands where the path would.
    Find,
}

impl Want {
    /// This is an answer to it.
    pub(super) fn takes(self, answer: &Answer) -> bool {
        match answer {
            Answer::Line(..) => self == Self::Line,
            Answer::Brief(_) => self == Self::Brief,
            Answer::Fine => self == Self::Taste,
            Answer::Found(_) => self == Self::Find,
            Answer::Broke => true,
        }
    }
}

const WANTS: [Want; 4] = [Want::Line, Want::Brief, Want::Taste, Want::Find];
const DOUBTS: [Doubt; 6] = [
    Doubt::UncertainStart,
    Doubt::UncertainEnd,
    Doubt::SeparatorLookalike,
    Doubt::Truncated,
    Doubt::WrongContentLength,
    Doubt::TooLarge,
];
const LEVELS: [Level; 4] = [Level::Clean, Level::Low, Level::Medium, Level::High];
const MARKS: [AuthMark; 4] = [AuthMark::Aligned, AuthMark::Failed, AuthMark::Claimed, AuthMark::None];

const SETUP_KIND: u8 = 1;
const MAIL_KIND: u8 = 2;
const HELLO_KIND: u8 = 16;
const LINE_KIND: u8 = 17;
const BRIEF_KIND: u8 = 18;
const FINE_KIND: u8 = 19;
const BROKE_KIND: u8 = 20;
const FOUND_KIND: u8 = 21;

/// A mail on its way to a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is wanted.
    pub want: Want,
    /// What the mailbox doubts.
    pub doubts: Vec<Doubt>,
    /// Where it lies, for [`Want::Line`]; the query's source, for [`Want::Find`].
    pub path: String,
    /// Where in the file.
    pub offset: Option<u64>,
    /// Its canonical bytes.
    pub bytes: Canonical,
}

/// What a worker says of a mail.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The line of `scan`, with its line end, and the level. Not yet looked at: the host checks it before it is printed.
    Line(Level, String),
    /// What a row keeps.
    Brief(Brief),
    /// It can be analyzed without harm.
    Fine,
    /// Which terms it holds.
    Found(Found),
    /// A defect was caught while it was analyzed; the worker lives.
    Broke,
}

/// A mail as a worker sees it, in place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mail<'a> {
    pub(super) want: Want,
    pub(super) number: u32,
    pub(super) doubts: Vec<Doubt>,
    pub(super) path: &'a str,
    pub(super) offset: Option<u64>,
    pub(super) bytes: &'a [u8],
}

/// What comes from a host.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FromHost<'a> {
    Setup(&'a [u8]),
    Mail(Mail<'a>),
}

/// What comes from a worker.
#[derive(Debug, PartialEq)]
pub(super) enum FromWorker {
    Hello(Confinement),
    Answer(u32, Answer),
}

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|other| other == one).unwrap_or_default() as u8
}

/// The beginning of a mail's frame; its bytes follow as they are, uncopied. The number is put in when it is sent.
pub(super) fn mail_head(number: u32, request: &Request) -> Vec<u8> {
    let doubts: Vec<u8> = request.doubts.iter().take(250).map(|doubt| place(&DOUBTS, doubt)).collect();
    let path = crate::message::clip(&request.path, PATH);
    let length = 1 + 1 + 4 + 1 + doubts.len() + 4 + path.len() + 9 + request.bytes.len();
    let mut out = Vec::with_capacity(32 + doubts.len() + path.len());
    out.extend((length as u32).to_le_bytes());
    out.push(MAIL_KIND);
    out.push(place(&WANTS, &request.want));
    out.extend(number.to_le_bytes());
    out.push(doubts.len() as u8);
    out.extend(&doubts);
    text(&mut out, path);
    out.push(u8::from(request.offset.is_some()));
    out.extend(request.offset.unwrap_or_default().to_le_bytes());
    out
}

/// The frame of a setup.
pub(super) fn setup(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() + 16);
    frame(&mut out, |out| {
        out.push(SETUP_KIND);
        out.extend(VERSION.to_le_bytes());
        out.extend(json);
    });
    out
}

/// Writes the frame of a greeting.
pub(super) fn hello(out: &mut Vec<u8>, held: Confinement) {
    frame(out, |out| {
        out.push(HELLO_KIND);
        out.extend(VERSION.to_le_bytes());
        out.extend([held.files, held.calls, held.limits].map(Strength::byte));
    });
}

/// Writes the frame of an answer.
pub(super) fn answer(out: &mut Vec<u8>, number: u32, answer: &Answer) {
    frame(out, |out| {
        let kind = match answer {
            Answer::Line(..) => LINE_KIND,
            Answer::Brief(_) => BRIEF_KIND,
            Answer::Fine => FINE_KIND,
            Answer::Found(_) => FOUND_KIND,
            Answer::Broke => BROKE_KIND,
        };
        out.push(kind);
        out.extend(number.to_le_bytes());
        match answer {
            Answer::Line(level, line) => {
                out.push(place(&LEVELS, level));
                out.extend(line.as_bytes());
            }
            Answer::Brief(brief) => brief_out(out, brief),
            Answer::Found(found) => out.push(found.byte()),
            Answer::Fine | Answer::Broke => {}
        }
    });
}

fn frame(out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; PREFIX]);
    body(out);
    let length = (out.len() - start - PREFIX) as u32;
    if let Some(prefix) = out.get_mut(start..start + PREFIX) {
        prefix.copy_from_slice(&length.to_le_bytes());
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

fn optional(out: &mut Vec<u8>, value: Option<&str>) {
    out.push(u8::from(value.is_some()));
    text(out, crate::message::clip(value.unwrap_or_default(), NAME));
}

fn brief_out(out: &mut Vec<u8>, brief: &Brief) {
    out.push(u8::from(brief.digest.is_some()));
    let Some(digest) = &brief.digest else { return };
    out.push(place(&LEVELS, &digest.level));
    out.push(digest.score);
    out.extend((digest.attachments as u32).to_le_bytes());
    out.extend((digest.links as u32).to_le_bytes());
    out.push(place(&MARKS, &digest.auth));
    out.push(u8::from(digest.partial));
    out.push(digest.hosts.len().min(HOSTS) as u8);
    for host in digest.hosts.iter().take(HOSTS) {
        text(out, crate::message::clip(host, HOST));
    }
    optional(out, digest.registrable.as_deref());
    optional(out, digest.campaign.as_deref());
}

/// A length that no frame has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLength;

/// The length of the frame that stands at the beginning of `bytes`, without its prefix: `None` while the prefix is not
/// there.
pub(super) fn length(bytes: &[u8], most: usize) -> Result<Option<usize>, BadLength> {
    let Some(prefix) = bytes.first_chunk::<PREFIX>() else { return Ok(None) };
    let length = u32::from_le_bytes(*prefix) as usize;
    if (1..=most).contains(&length) { Ok(Some(length)) } else { Err(BadLength) }
}

/// A frame from a host, without its length.
pub(super) fn from_host(frame: &[u8]) -> Option<FromHost<'_>> {
    let mut rest = Bytes(frame);
    match rest.byte()? {
        SETUP_KIND => (rest.short()? == VERSION).then_some(FromHost::Setup(rest.0)),
        MAIL_KIND => {
            let want = *WANTS.get(usize::from(rest.byte()?))?;
            let number = rest.number()?;
            let count = usize::from(rest.byte()?);
            let doubts = rest.take(count)?.iter().map(|doubt| DOUBTS.get(usize::from(*doubt)).copied());
            let doubts = doubts.collect::<Option<Vec<Doubt>>>()?;
            let path = rest.text(PATH)?;
            let is_some = rest.flag()?;
            let offset = u64::from_le_bytes(*rest.take(8)?.first_chunk()?);
            Some(FromHost::Mail(Mail { want, number, doubts, path, offset: is_some.then_some(offset), bytes: rest.0 }))
        }
        _ => None,
    }
}

/// A frame from a worker, without its length.
pub(super) fn from_worker(frame: &[u8]) -> Option<FromWorker> {
    let mut rest = Bytes(frame);
    let kind = rest.byte()?;
    if kind == HELLO_KIND {
        if rest.short()? != VERSION {
            return None;
        }
        let mut strength = || Strength::of_byte(rest.byte()?);
        let held = Confinement { files: strength()?, calls: strength()?, limits: strength()? };
        return rest.0.is_empty().then_some(FromWorker::Hello(held));
    }
    let number = rest.number()?;
    let answer = match kind {
        LINE_KIND => {
            let level = *LEVELS.get(usize::from(rest.byte()?))?;
            let line = simdutf8::basic::from_utf8(rest.0).ok()?.to_owned();
            rest.0 = &[];
            Answer::Line(level, line)
        }
        BRIEF_KIND => Answer::Brief(brief_in(&mut rest)?),
        FINE_KIND => Answer::Fine,
        FOUND_KIND => Answer::Found(Found::of_byte(rest.byte()?)),
        BROKE_KIND => Answer::Broke,
        _ => return None,
    };
    rest.0.is_empty().then_some(FromWorker::Answer(number, answer))
}

fn brief_in(rest: &mut Bytes<'_>) -> Option<Brief> {
    if !rest.flag()? {
        return Some(Brief::default());
    }
    let level = *LEVELS.get(usize::from(rest.byte()?))?;
    let score = rest.byte().filter(|score| *score <= 100)?;
    let attachments = rest.number()? as usize;
    let links = rest.number()? as usize;
    let auth = *MARKS.get(usize::from(rest.byte()?))?;
    let partial = rest.flag()?;
    let count = usize::from(rest.byte()?);
    if count > HOSTS {
        return None;
    }
    let mut hosts = Vec::with_capacity(count);
    for _ in 0..count {
        hosts.push(rest.text(HOST)?.to_owned());
    }
    let mut registrable = None;
    rest.optional(&mut registrable)?;
    let mut campaign = None;
    rest.optional(&mut campaign)?;
    Some(Brief {
        identity: None,
        digest: Some(Digest { level, score, attachments, links, hosts, auth, partial, registrable, campaign }),
    })
}

/// What is left of a frame.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(*self.take(2)?.first_chunk()?))
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(*self.take(4)?.first_chunk()?))
    }

    fn text(&mut self, most: usize) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= most)?;
        simdutf8::basic::from_utf8(self.take(length)?).ok()
    }

    fn optional(&mut self, to: &mut Option<String>) -> Option<()> {
        let is_some = self.flag()?;
        let text = self.text(NAME)?;
        *to = is_some.then(|| text.to_owned());
        Some(())
    }
}
