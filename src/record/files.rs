//! What is attached, what it holds, and the messages inside.

use super::declare::shape;
use super::{LIST, Subject, Word, moment, number, optional, short};
use crate::evidence::{self, FileKind, NameTrick, Trait};

/// The most entries of an archive and the most traits of a file.
const INSIDE: usize = 100;

shape! {
    /// What was found in a file.
    Found<'a> {
        /// What it is.
        what: Word<Trait>,
        /// Of `holds`: the kind of file that it holds.
        kind: Word<FileKind>,
        /// What goes with it: a name, an address, a figure.
        detail: &'a str,
        /// The way to the file that holds it, where that lies inside the attached one.
        within: &'a str,
    }
}

shape! {
    /// An entry of an archive.
    Entry<'a> {
        /// Its name.
        name: &'a str,
        /// Bytes that it claims to unpack to.
        size: i64,
        /// What opening it would do.
        kind: Word<FileKind>,
        /// It is encrypted.
        encrypted: bool,
        /// Archives around it, the attached one not counted.
        depth: i64,
    }
}

shape! {
    /// A file.
    File<'a> {
        /// Its name.
        name: &'a str,
        /// The name as a screen that follows direction marks shows it, where that differs.
        shown: &'a str,
        /// How the name pretends.
        tricks: Vec<Word<NameTrick>>,
        /// The media type that it is said to be.
        declared: &'a str,
        /// The media type that its content shows.
        detected: &'a str,
        /// What opening it would do.
        kind: Word<FileKind>,
        /// Bytes after decoding.
        size: i64,
        /// MD5 of these bytes in hexadecimal; empty where they were not kept.
        md5: String,
        /// SHA-1 of these bytes in hexadecimal.
        sha1: String,
        /// SHA-256 of these bytes in hexadecimal.
        sha256: String,
        /// Shown inside the body.
        inline: bool,
        /// A web page with a form or a question for a password.
        form: bool,
        /// What was found in it.
        found: Vec<Found<'a>>,
        /// The format of an archive that could be listed.
        archive: &'static str,
        /// The entries of the archive, the first 100.
        entries: Vec<Entry<'a>>,
        /// How many entries there are.
        entry_count: i64,
        /// Only programs see it that read the mail in another way.
        other_reading: bool,
        /// Pages of a PDF.
        pages: Option<i64>,
        /// Index of the MIME part.
        part: i64,
    }
}

shape! {
    /// A message inside the message.
    Nested<'a> {
        /// Its From field.
        from: &'a str,
        /// Its subject.
        subject: &'a str,
        /// Its Date field, RFC 3339 in UTC.
        date: String,
        /// The way to it inside a file; empty where the part is the message.
        within: &'a str,
        /// Index of the MIME part.
        part: i64,
    }
}

fn long_number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn found(feature: &evidence::Feature) -> Found<'_> {
    let kind = if let Trait::Holds(kind) = feature.what { kind } else { FileKind::Unknown };
    Found {
        what: Word(feature.what),
        kind: Word(kind),
        detail: short(&feature.detail),
        within: optional(feature.within.as_ref()),
    }
}

fn entry(entry: &evidence::Entry) -> Entry<'_> {
    Entry {
        name: short(&entry.name),
        size: long_number(entry.size),
        kind: Word(entry.kind),
        encrypted: entry.encrypted,
        depth: entry.depth.into(),
    }
}

pub(super) fn files<'a>(subject: &Subject<'a>) -> Vec<File<'a>> {
    let file = |file: &'a evidence::Attachment| {
        let hashes = file.hashes(subject.message).unwrap_or_default();
        let listing = file.inside.listing.as_ref();
        File {
            name: optional(file.name.as_ref()),
            shown: optional(file.naming.shown.as_ref()),
            tricks: file.naming.tricks.iter().copied().map(Word).collect(),
            declared: short(&file.declared),
            detected: file.detected.unwrap_or_default(),
            kind: Word(file.kind),
            size: long_number(file.size),
            md5: hashes.md5,
            sha1: hashes.sha1,
            sha256: hashes.sha256,
            inline: file.inline,
            form: file.form,
            found: file.inside.features.iter().take(INSIDE).map(found).collect(),
            archive: listing.map_or("", |listing| listing.format),
            entries: listing.iter().flat_map(|listing| listing.entries.iter().take(INSIDE)).map(entry).collect(),
            entry_count: listing.map_or(0, |listing| long_number(listing.count)),
            other_reading: subject.message.parts.get(file.part).is_some_and(|part| part.other.is_some()),
            pages: file.inside.pages.map(i64::from),
            part: number(file.part),
        }
    };
    subject.evidence.attachments.iter().take(LIST).map(file).collect()
}

pub(super) fn nested<'a>(subject: &Subject<'a>) -> Vec<Nested<'a>> {
    let nested = |nested: &'a evidence::Nested| Nested {
        from: short(&nested.from),
        subject: short(&nested.subject),
        date: moment(nested.date),
        within: optional(nested.within.as_ref()),
        part: number(nested.part),
    };
    subject.evidence.nested.iter().take(LIST).map(nested).collect()
}
