//! Batches as bytes, for a cache: numbers of fixed size, texts behind them, a checksum at the end. Reading believes
//! nothing: whatever does not fit to the last byte is `None`, and its rows are read from the mailbox again.

use flate2::Crc;

use crate::mailbox::{Identity, Problem};

use super::findings::Findings;
use super::found::{DONE, Found, Hosts, MOST_MARKS, NAMED, OF_ANALYSIS};
use super::heads::{CASED, DATED, FILED, Head, Heads, MOST, RANGED};

/// What a piece is, and the version of its form.
const HEADS: &[u8; 4] = b"gsh1";
const FOUND: &[u8; 4] = b"gsf1";
const NAMES: &[u8; 4] = b"gsn1";

/// Bytes with a name in front and a checksum behind.
#[derive(Debug)]
pub(in crate::tui) struct Sealed(Vec<u8>);

impl Sealed {
    pub(in crate::tui) fn new(what: [u8; 4], room: usize) -> Self {
        let mut bytes = Vec::with_capacity(room + 8);
        bytes.extend_from_slice(&what);
        Self(bytes)
    }

    pub(in crate::tui) fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(in crate::tui) fn done(mut self) -> Vec<u8> {
        let sum = crc(&self.0);
        self.0.extend_from_slice(&sum.to_le_bytes());
        self.0
    }
}

/// The bytes between name and checksum, where both fit.
pub(in crate::tui) fn unsealed(what: [u8; 4], bytes: &[u8]) -> Option<Reader<'_>> {
    let (body, sum) = bytes.split_last_chunk::<4>()?;
    let rest = body.strip_prefix(&what)?;
    (crc(body) == u32::from_le_bytes(*sum)).then_some(Reader(rest))
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Takes numbers off the front of bytes.
pub(in crate::tui) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn u8(&mut self) -> Option<u8> {
        self.chunk::<1>().map(u8::from_le_bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }

    pub(in crate::tui) fn u64(&mut self) -> Option<u64> {
        self.chunk().map(u64::from_le_bytes)
    }

    fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Nothing may be left.
    pub(in crate::tui) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Rows, with a key for each that tells whether it is the same mail at another time.
pub(in crate::tui) fn heads(heads: &Heads, keys: &[u64]) -> Vec<u8> {
    let mut problems = Vec::new();
    for problem in &heads.problems {
        let (tag, text) = match problem {
            Problem::Unreadable(why) => (0, why.clone()),
            Problem::NotRegular => (1, String::new()),
            Problem::Empty => (2, String::new()),
            Problem::NotMail => (3, String::new()),
            Problem::Gone => (4, String::new()),
            Problem::Refused(number) => (5, number.to_string()),
            Problem::Defect => (6, String::new()),
        };
        let text = text.get(..text.floor_char_boundary(1000)).unwrap_or_default();
        problems.push(tag);
        problems.extend_from_slice(&(text.len() as u16).to_le_bytes());
        problems.extend_from_slice(text.as_bytes());
    }
    let room = 24 + heads.len() * 56 + problems.len() + heads.files.len() + heads.text.len();
    let mut out = Sealed::new(*HEADS, room);
    for len in [heads.len(), heads.problems.len(), problems.len(), heads.files.len(), heads.text.len()] {
        out.put(&(len as u32).to_le_bytes());
    }
    for (head, key) in heads.rows.iter().zip(keys.iter().copied().chain(std::iter::repeat(0))) {
        out.put(&key.to_le_bytes()).put(&head.date.to_le_bytes());
        out.put(&head.start.to_le_bytes()).put(&head.end.to_le_bytes());
        out.put(&head.text.to_le_bytes()).put(&head.file.to_le_bytes());
        for number in [head.name, head.address, head.subject, head.file_len, head.problem, head.folder] {
            out.put(&number.to_le_bytes());
        }
        out.put(&[head.flags, head.doubts, head.bits, head.status]);
    }
    out.put(&problems).put(&heads.files).put(heads.text.as_bytes());
    out.done()
}

/// Reads what [`heads`] wrote. Rows get the number of `folder`, which may be another one today.
pub(in crate::tui) fn read_heads(bytes: &[u8], folder: u16) -> Option<(Heads, Vec<u64>)> {
    let mut from = unsealed(*HEADS, bytes)?;
    let mut len = || from.u32().map(|len| len as usize);
    let (rows, problems, problem_bytes, files, text) = (len()?, len()?, len()?, len()?, len()?);
    if rows == 0 || rows > MOST {
        return None;
    }
    let mut heads = Heads { rows: Vec::with_capacity(rows), ..Heads::default() };
    let mut keys = Vec::with_capacity(rows);
    for _ in 0..rows {
        keys.push(from.u64()?);
        heads.rows.push(Head {
            date: from.u64()? as i64,
            start: from.u64()?,
            end: from.u64()?,
            text: from.u32()?,
            file: from.u32()?,
            name: from.u16()?,
            address: from.u16()?,
            subject: from.u16()?,
            file_len: from.u16()?,
            problem: from.u16()?,
            folder: {
                from.u16()?;
                folder
            },
            flags: from.u8()?,
            doubts: from.u8()?,
            bits: from.u8()?,
            status: from.u8()?,
        });
    }
    let mut told = Reader(from.bytes(problem_bytes)?);
    for _ in 0..problems.min(MOST) {
        let (tag, len) = (told.u8()?, told.u16()?);
        let why = simdutf8::basic::from_utf8(told.bytes(usize::from(len))?).ok()?;
        heads.problems.push(match tag {
            0 => Problem::Unreadable(why.to_owned()),
            1 => Problem::NotRegular,
            2 => Problem::Empty,
            3 => Problem::NotMail,
            4 => Problem::Gone,
            5 => Problem::Refused(why.parse().ok()?),
            6 => Problem::Defect,
            _ => return None,
        });
    }
    told.end()?;
    heads.files = from.bytes(files)?.to_vec();
    simdutf8::basic::from_utf8(from.bytes(text)?).ok()?.clone_into(&mut heads.text);
    from.end()?;
    heads.fit().then_some((heads, keys))
}

impl Heads {
    /// Whether every number points to where it should.
    fn fit(&self) -> bool {
        let mut end = 0;
        self.rows.iter().all(|head| {
            let begins = head.text as usize == end;
            end = head.text_end();
            let name = head.text as usize + usize::from(head.name);
            let address = name + 1 + usize::from(head.address);
            let boundary = |at: usize| self.text.is_char_boundary(at);
            let byte = |at: usize, wanted: u8| self.text.as_bytes().get(at) == Some(&wanted);
            begins
                && boundary(name)
                && byte(name, b' ')
                && boundary(address)
                && byte(address, b'\n')
                && byte(end - 1, b'\n')
                && head.file as usize + usize::from(head.file_len) <= self.files.len()
                && usize::from(head.problem) <= self.problems.len()
                && head.bits & !(DATED | RANGED | FILED | CASED) == 0
        }) && end == self.text.len()
    }
}

/// What was found in rows whose bytes have the sum `sum`.
pub(in crate::tui) fn found(findings: &Findings, sum: u64) -> Vec<u8> {
    let (text, ends) = findings.hosts.raw();
    let mut out = Sealed::new(*FOUND, 20 + findings.found.len() * 20 + ends.len() * 4 + text.len());
    out.put(&sum.to_le_bytes());
    for len in [findings.found.len(), ends.len(), text.len()] {
        out.put(&(len as u32).to_le_bytes());
    }
    for found in &findings.found {
        out.put(&found.campaign.to_le_bytes()).put(&found.hosts.to_le_bytes());
        out.put(&found.links.to_le_bytes()).put(&found.attachments.to_le_bytes());
        out.put(&[found.score, found.keep, found.marks, found.bits & OF_ANALYSIS]);
    }
    for end in ends {
        out.put(&(*end as u32).to_le_bytes());
    }
    out.put(text.as_bytes());
    out.done()
}

/// Reads what [`found`] wrote, for so many rows.
pub(in crate::tui) fn read_found(bytes: &[u8], sum: u64, rows: usize) -> Option<Findings> {
    let mut from = unsealed(*FOUND, bytes)?;
    let of = from.u64()?;
    let (count, lists, text) = (from.u32()? as usize, from.u32()? as usize, from.u32()? as usize);
    if of != sum || count != rows || lists > rows {
        return None;
    }
    let mut findings = Findings { found: Vec::with_capacity(rows), ..Findings::default() };
    for _ in 0..rows {
        let found = Found {
            campaign: from.u64()?,
            hosts: from.u32()?,
            links: from.u16()?,
            attachments: from.u16()?,
            score: from.u8()?,
            keep: from.u8()?,
            marks: from.u8()?,
            bits: from.u8()?,
        };
        let fits = found.hosts as usize <= lists
            && found.score <= 100
            && found.marks <= MOST_MARKS
            && found.bits & !OF_ANALYSIS == 0
            && (found.bits & DONE != 0 || found == Found::default());
        if !fits {
            return None;
        }
        findings.found.push(found);
    }
    let ends: Option<Vec<usize>> = (0..lists).map(|_| from.u32().map(|end| end as usize)).collect();
    let text = simdutf8::basic::from_utf8(from.bytes(text)?).ok()?;
    findings.hosts = Hosts::of_raw(text, ends?)?;
    from.end()?;
    Some(findings)
}

/// Which mails the rows are whose bytes have the sum `sum`.
pub(in crate::tui) fn names(identities: &[Identity], sum: u64) -> Vec<u8> {
    let mut out = Sealed::new(*NAMES, 8 + identities.len() * 32);
    out.put(&sum.to_le_bytes());
    for identity in identities {
        out.put(&identity.0);
    }
    out.done()
}

/// Reads what [`names`] wrote into findings: rows that can be read are named by it.
pub(in crate::tui) fn read_names(bytes: &[u8], sum: u64, heads: &Heads, findings: &mut Findings) -> Option<()> {
    let mut from = unsealed(*NAMES, bytes)?;
    if from.u64()? != sum || from.0.len() != heads.len() * 32 {
        return None;
    }
    findings.identities = (0..heads.len()).map(|_| from.chunk::<32>().map(Identity)).collect::<Option<_>>()?;
    for (at, found) in findings.found.iter_mut().enumerate() {
        found.set(NAMED, heads.is_readable(at));
    }
    Some(())
}
