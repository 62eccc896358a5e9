//! Looks into one file and into the files that it holds: chooses the reader, keeps the budget, collects what is found.
//!
//! One budget for a whole mail bounds the bytes that are unpacked, the entries that are listed, the files that are looked
//! into and the passwords that are tried; depth is a small constant. What is left out is told. Nothing is written, run or
//! asked of a network, and no reader may panic its way out: a broken file is a file in which nothing is found.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::found::{Entry, Feature, FileKind, Inside, Listing, Nested, Trait};
use super::hits::Hits;
use super::{cab, gzip, kind, lnk, mail, office, ole, onenote, page, passwords, pdf, rar, rtf, sevenz, tar, tnef, zip};
use crate::evidence::links::urls_in;
use crate::evidence::qr;
use crate::limits::SEALED_TRIES;
use crate::message::outlook::is_compound;
use crate::message::{Limits, clip};
use crate::text::Words;

/// Told where they are spent.
pub(super) const FILES_SPENT: Words =
    Words::new("files: more of them than are looked into", "ファイル：多いため一部だけを調べました");
/// Told where there is more to unpack than is unpacked.
pub(super) const UNPACKED: Words = Words::new(
    "files: more bytes to unpack than are unpacked",
    "ファイル：展開後のサイズが大きく、一部だけを展開しました",
);
/// Told where a file inside another is cut.
const FILE_CUT: Words = Words::new(
    "files: only the first {0} MiB of a file inside another are read",
    "ファイル：中に入っているファイルは先頭の {0} MiB だけを読みました",
);
/// The same of what documents say.
const SAID_CUT: Words = Words::new(
    "documents: only the first {0} KiB of what they say are read for its words",
    "文書：先頭の {0} KiB だけから語句を読み取りました",
);
/// The most features that are kept of one attached file, whatever the reader chose: each is compared with all others.
const FEATURES: usize = Limits::DEFAULT.findings;
/// The most characters that are kept of a detail or a name.
const CHARS: usize = 300;
/// The most bytes that are kept of a text.
const TEXT: usize = 16 * 1024;

/// A file and where it lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct File<'f> {
    pub(super) name: &'f str,
    pub(super) bytes: &'f [u8],
    pub(super) kind: FileKind,
    pub(super) detected: Option<&'static str>,
    /// The way to it inside the attached file; `None` for that file itself.
    pub(super) within: Option<&'f str>,
    pub(super) depth: u8,
    /// Its links are known already: the message room gave it as a part of text.
    pub(super) links_known: bool,
}

/// A link in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::evidence) struct FileLink {
    pub(in crate::evidence) raw: String,
    pub(in crate::evidence) text: Option<String>,
    pub(in crate::evidence) part: usize,
}

/// Entries of archives that act and are listed though the list is full.
const ACTING: usize = 100;
/// Bytes of headers of a mail that are unpacked as a whole.
const HEADERS: u64 = 4 * 1024 * 1024;
/// A header of so few bytes is read in any case.
const SMALL_HEADER: u64 = 8 * 1024;
/// So many bytes of an attached file are unpacked in any case, for its beginning and its first names, ...
const BEGINNING: usize = 256 * 1024;
/// ... of all of them together.
const LENT: usize = 8 * 1024 * 1024;

/// What is left to spend, and what was found.
pub(super) struct Inspector<'a> {
    /// What the mail says, where passwords may stand.
    words: (&'a str, &'a str),
    passwords: Option<Vec<String>>,
    /// How much of the mail is read.
    pub(super) most: Limits,
    /// The part that is looked into.
    pub(super) part: usize,
    pub(super) links: Vec<FileLink>,
    pub(super) nested: Vec<Nested>,
    /// What QR codes in pictures inside files say, each with the part.
    pub(super) codes: Vec<(usize, String)>,
    /// What is left to spend on pictures, of the whole mail.
    pub(super) pictures: qr::Budget,
    /// The beginnings of what documents say, each with the part.
    pub(super) said: Vec<(usize, String)>,
    pub(super) limits: Hits,
    unpacked: usize,
    entries: usize,
    /// Programs, and pages, that are listed beyond that.
    acting: (usize, usize),
    names: usize,
    /// Bytes of headers that are unpacked as a whole.
    pub(super) headers: u64,
    /// Bytes that attached files are lent where the others left them nothing.
    lent: usize,
    files: usize,
    /// Tries of passwords that cost microseconds, and of those that cost a tenth of a second.
    pub(super) tries: usize,
    pub(super) slow_tries: usize,
    links_here: usize,
    /// Bytes of scripts that may still be searched.
    pub(super) scripts: usize,
}

impl<'a> Inspector<'a> {
    pub(super) fn new(subject: &'a str, body: &'a str, most: &Limits) -> Self {
        Self {
            words: (subject, body),
            passwords: None,
            most: *most,
            part: 0,
            links: Vec::new(),
            nested: Vec::new(),
            codes: Vec::new(),
            pictures: qr::Budget::within(most),
            said: Vec::new(),
            limits: Hits::default(),
            unpacked: most.unpacked_bytes,
            entries: most.entries,
            acting: (ACTING, ACTING),
            names: most.names,
            headers: HEADERS,
            lent: LENT,
            files: most.files,
            tries: SEALED_TRIES,
            slow_tries: most.tries,
            links_here: 0,
            scripts: most.script_bytes,
        }
    }

    /// Looks into an attached file.
    pub(super) fn attached(&mut self, part: usize, file: &File<'_>) -> Inside {
        self.part = part;
        self.links_here = 0;
        // A large file must not hide what is in the next one.
        let lent = BEGINNING.saturating_sub(self.unpacked).min(self.lent);
        self.unpacked += lent;
        self.lent -= lent;
        let mut inside = Inside::default();
        // The readers of formats are written for hostile input; one that fails all the same costs its file only.
        let run = AssertUnwindSafe(|| self.look(file, &mut inside));
        if catch_unwind(run).is_err() {
            self.limits.hit(Words::new(
                "files: a file broke its reader and is told as far as it was read",
                "ファイル：解析に失敗したファイルがあり、読めたところまでを示します",
            ));
        }
        keep_few(&mut inside.features, self.most.findings);
        inside
    }

    /// Looks into a file by what it is.
    pub(super) fn look(&mut self, file: &File<'_>, inside: &mut Inside) {
        if self.files == 0 {
            self.limits.hit(FILES_SPENT);
            // The list of an attached archive costs names, and what acts may be there; nothing of it is unpacked any more.
            let is_zip = || file.kind == FileKind::Unknown && zip::ends(file.bytes);
            if file.depth > 0 || file.kind != FileKind::Archive && !is_zip() {
                return;
            }
        }
        self.files = self.files.saturating_sub(1);
        match (file.kind, file.detected.unwrap_or_default()) {
            (_, kind) if kind.starts_with("application/zip") || file.bytes.starts_with(b"PK\x03\x04") => {
                zip::look(self, file, inside);
            }
            (_, "application/vnd.microsoft.portable-executable") if zip::ends(file.bytes) => {
                zip::look(self, file, inside);
            }
            (_, "application/x-7z-compressed") => sevenz::look(self, file, inside),
            (_, "application/gzip") => gzip::look(self, file, inside),
            (_, "application/x-tar") => tar::look(self, file, inside),
            (_, "application/vnd.rar") => rar::look(self, file, inside),
            (_, "application/vnd.ms-cab-compressed") => cab::look(self, file, inside),
            (_, "application/vnd.ms-outlook") => mail::outlook(self, file, inside),
            _ if is_compound(file.bytes) => ole::look(self, file, inside),
            (_, "application/pdf") => pdf::look(self, file, inside),
            (_, "application/rtf") => rtf::look(self, file, inside),
            (_, "application/onenote") => onenote::look(self, file, inside),
            (_, "application/ms-tnef") => tnef::look(self, file, inside),
            (_, "application/x-ms-shortcut" | "application/x-url") => lnk::look(self, file, inside),
            (FileKind::Message, _) | (_, "message/rfc822") => mail::look(self, file, inside),
            (FileKind::Page | FileKind::Drawing, _) | (_, "text/html" | "image/svg+xml" | "application/hta") => {
                page::look(self, file, inside);
            }
            // What else stands in front of an archive does not keep a program from opening it.
            (FileKind::Archive | FileKind::Unknown, _) if zip::ends(file.bytes) => zip::look(self, file, inside),
            (FileKind::Archive, _) => {
                let known = file.detected.is_some();
                let why = if known { "no reader for this format" } else { "not what its name says" };
                add(inside, Trait::Unlistable, why, file.within);
            }
            (FileKind::Text | FileKind::Office, _) if !file.links_known => office::text(self, file),
            _ => {}
        }
    }

    /// Looks into a file that another one holds.
    pub(super) fn child(&mut self, parent: &File<'_>, name: &str, bytes: &[u8], inside: &mut Inside) -> FileKind {
        let detected = kind::detect(bytes);
        let kind = kind::kind(detected, name, "");
        holds(parent, kind, name, inside);
        if kind == FileKind::Image {
            self.picture(bytes);
            return kind;
        }
        if usize::from(parent.depth) >= self.most.file_depth {
            if kind.opened() {
                self.limits.hit(Words::new(
                    "files: nested deeper than is looked",
                    "ファイル：入れ子が深く、調べていないファイルがあります",
                ));
            }
            return kind;
        }
        let way = way(parent, name);
        let child =
            File { name, bytes, kind, detected, within: Some(&way), depth: parent.depth + 1, links_known: false };
        self.look(&child, inside);
        kind
    }

    /// A header of so many bytes may be unpacked as a whole. A small one always may, so that no archive hides the next one.
    pub(super) fn has_room_for(&mut self, size: u64) -> bool {
        let fits = size <= self.headers.max(SMALL_HEADER);
        if !fits {
            self.limits.hit(UNPACKED);
        }
        fits
    }

    /// Before each header of an archive is read, whatever it is of: false where no more are.
    pub(super) fn next_name(&mut self, inside: &mut Inside) -> bool {
        if let Some(left) = self.names.checked_sub(1) {
            self.names = left;
            return true;
        }
        if let Some(listing) = &mut inside.listing {
            listing.cut = true;
        }
        self.limits.hit(Words::new(
            "archives: more names than are read",
            "アーカイブ：項目が多く、名前を読んでいないものがあります",
        ));
        false
    }

    /// Lists an entry. Where the list is full, what acts is listed all the same, so that no number of harmless files hides
    /// it.
    pub(super) fn list(&mut self, file: &File<'_>, format: &'static str, mut entry: Entry, inside: &mut Inside) {
        let listing = inside.listing.get_or_insert_with(|| Listing { format, ..Listing::default() });
        listing.count = listing.count.saturating_add(1);
        if file.depth == 0 {
            listing.total = listing.total.saturating_add(entry.size);
        }
        if leads_out(&entry.name) {
            add(inside, Trait::Traversal, &entry.name, file.within);
        }
        let room = match entry.kind {
            kind if self.entries > 0 || !kind.acts() => &mut self.entries,
            kind if kind.runs() => &mut self.acting.0,
            _ => &mut self.acting.1,
        };
        if *room == 0 {
            self.limits.hit(Words::new(
                "archives: more entries than are listed",
                "アーカイブ：項目が多く、一部だけを一覧にしました",
            ));
            return;
        }
        *room -= 1;
        if let Some(listing) = &mut inside.listing {
            entry.name = short(&entry.name);
            entry.depth = file.depth;
            listing.entries.push(entry);
        }
    }

    /// Reads what a decoder gives, within what is left of the budget. The flag says that there was more.
    pub(super) fn unpack(&mut self, reader: &mut dyn Read, limit: usize) -> Option<(Vec<u8>, bool)> {
        let whole = self.most.file_bytes;
        let limit = limit.min(whole).min(self.unpacked);
        let mut bytes = Vec::new();
        let result = reader.take(limit as u64 + 1).read_to_end(&mut bytes);
        let more = bytes.len() > limit;
        bytes.truncate(limit);
        self.unpacked = self.unpacked.saturating_sub(bytes.len());
        if more && limit == whole {
            self.limits.hit_with(FILE_CUT, &[&(self.most.file_bytes / 1024 / 1024)]);
        }
        if self.unpacked == 0 {
            self.limits.hit(UNPACKED);
        }
        // What stands before damage is looked at.
        (result.is_ok() || !bytes.is_empty()).then_some((bytes, more))
    }

    /// An entry of that kind is unpacked and looked into: what runs is told by its name, films hold nothing.
    pub(super) fn wants(&mut self, kind: FileKind) -> bool {
        kind.opened() || kind == FileKind::Image && self.pictures.any_left()
    }

    /// Searches a picture for QR codes.
    pub(super) fn picture(&mut self, bytes: &[u8]) {
        let found = qr::in_picture(bytes, &mut self.pictures);
        self.codes.extend(found.into_iter().map(|text| (self.part, text)));
    }

    /// Nothing is left to unpack into; what follows is left out, and that is told.
    pub(super) fn exhausted(&mut self) -> bool {
        if self.files == 0 {
            self.limits.hit(FILES_SPENT);
        }
        self.unpacked == 0 || self.files == 0
    }

    /// The words of the mail that may be passwords, the likeliest first.
    pub(super) fn passwords(&mut self) -> Vec<String> {
        let (subject, body) = self.words;
        self.passwords.get_or_insert_with(|| passwords::candidates(subject, body)).clone()
    }

    /// Keeps a link.
    pub(super) fn link(&mut self, raw: &str, text: Option<&str>) {
        let raw = raw.trim();
        if raw.is_empty() {
            return;
        }
        if self.links_here >= self.most.file_links {
            self.limits.hit(Words::new(
                "files: more links in a file than are kept",
                "ファイル：リンクが多く、一部だけを記録したファイルがあります",
            ));
            return;
        }
        self.links_here += 1;
        let text = text.map(short).filter(|text| !text.is_empty());
        self.links.push(FileLink { raw: clip(raw, 8 * 1024).to_owned(), text, part: self.part });
    }

    /// Keeps the links of a text.
    pub(super) fn links_of(&mut self, text: &str) {
        for (raw, _) in urls_in(text, &self.most) {
            self.link(raw, None);
        }
    }

    /// Keeps the beginning of what a document shows its reader, page by page.
    pub(super) fn says(&mut self, text: &str) {
        let kept: usize = self.said.iter().map(|(_, said)| said.len() + 1).sum();
        let room = self.most.said_bytes.saturating_sub(kept);
        if text.len() > room {
            self.limits.hit_with(SAID_CUT, &[&(self.most.said_bytes / 1024)]);
        }
        let text = clip(text, room).trim();
        match self.said.last_mut().filter(|(part, _)| *part == self.part) {
            Some((_, said)) if !text.is_empty() => {
                said.push('\n');
                said.push_str(text);
            }
            None if !text.is_empty() => self.said.push((self.part, text.to_owned())),
            _ => {}
        }
    }

    /// Keeps a nested message.
    pub(super) fn message(&mut self, nested: Nested) {
        if self.nested.len() < self.most.messages {
            self.nested.push(nested);
        } else {
            self.limits
                .hit(Words::new("messages inside: more than are told", "添付メール：多いため一部だけを示します"));
        }
    }

    /// How many links were found so far.
    pub(super) fn link_count(&self) -> usize {
        self.links.len()
    }
}

/// Tells that a file holds another one, where that says something.
pub(super) fn holds(parent: &File<'_>, kind: FileKind, name: &str, inside: &mut Inside) {
    let telling = kind.runs()
        || kind.browses()
        || matches!(kind, FileKind::DiskImage | FileKind::MacroOffice | FileKind::OneNote);
    if telling {
        add(inside, Trait::Holds(kind), name, parent.within);
    } else if kind == FileKind::Archive && parent.kind == FileKind::Archive {
        add(inside, Trait::NestedArchive, name, parent.within);
    }
}

/// Adds a feature once. The first of its sort always has room: a hundred pages must not hide one program.
pub(super) fn add(inside: &mut Inside, what: Trait, detail: &str, within: Option<&str>) {
    let is_new = || !inside.features.iter().any(|feature| feature.what == what);
    if inside.features.len() >= FEATURES && !is_new() {
        return;
    }
    let feature = Feature { what, detail: short(detail), within: within.map(short) };
    if !inside.features.contains(&feature) {
        inside.features.push(feature);
    }
}

/// Keeps `most` features, the first of each sort before further ones.
fn keep_few(features: &mut Vec<Feature>, most: usize) {
    if features.len() <= most {
        return;
    }
    let mut seen: Vec<Trait> = Vec::new();
    let is_first = |feature: &Feature| {
        let is_first = !seen.contains(&feature.what);
        if is_first {
            seen.push(feature.what);
        }
        is_first
    };
    let (first, more): (Vec<Feature>, Vec<Feature>) = features.drain(..).partition(is_first);
    features.extend(first.into_iter().chain(more).take(most));
}

/// Adds readable text.
pub(super) fn text(inside: &mut Inside, text: &str) {
    let room = TEXT.saturating_sub(inside.text.len());
    let text = text.trim();
    if room > 0 && !text.is_empty() {
        if !inside.text.is_empty() {
            inside.text.push('\n');
        }
        inside.text.push_str(clip(text, room));
    }
}

/// The way to a file inside another one.
pub(super) fn way(parent: &File<'_>, name: &str) -> String {
    match parent.within {
        Some(within) => short(&format!("{within}/{name}")),
        None => short(name),
    }
}

/// The beginning of a name or detail.
pub(super) fn short(text: &str) -> String {
    text.chars().take(CHARS).collect()
}

/// A claim of size that no honest archive makes: a thousandfold growth beyond what one would notice.
pub(super) fn bomb(claimed: u64, packed: u64) -> bool {
    claimed > 64 * 1024 * 1024 && claimed / packed.max(1) > 200
}

/// The name leads out of the folder that the archive is unpacked into.
fn leads_out(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    name.starts_with(['/', '\\']) || drive || name.split(['/', '\\']).any(|step| step == "..")
}

/// A name of an archive that says no charset: UTF-8, else Shift_JIS as Japanese Windows writes it, else a guess.
pub(super) fn name_text(raw: &[u8]) -> String {
    let raw = raw.get(..4096).unwrap_or(raw);
    if let Ok(text) = std::str::from_utf8(raw) {
        return text.to_owned();
    }
    encoding_rs::SHIFT_JIS
        .decode_without_bom_handling_and_without_replacement(raw)
        .map_or_else(|| crate::message::text_of(raw), std::borrow::Cow::into_owned)
}
