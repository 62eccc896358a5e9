//! How much of a mail is read: every limit once, with what it is called, what holds where nobody says otherwise, how far a
//! reader may change it and what is told where it is hit. The configuration, docs/limits.md and the rooms that keep the
//! limits are all made of this list, and a test hits every line of it. Pure; it reads no mail itself.
//!
//! A limit that is hit without a word is a place to hide in; what is left out is therefore always told with the message.
//! The hard bounds are such that no configuration makes a mail cost more than a confined process has (1 GiB, and the time
//! of `seconds`, after which it is ended), or leaves nothing to look at.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod told;

pub use told::Told;

use crate::text::{CELL_BYTES, CELL_MARKS};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things: fields, parts, links.
    Pieces,
    /// One inside the other.
    Levels,
    /// Bytes.
    Bytes,
    /// 1024 bytes.
    KiB,
    /// 1024 times 1024 bytes.
    MiB,
    /// A million pixels.
    Megapixels,
    /// Seconds.
    Seconds,
}

impl Unit {
    /// How many of what the rooms count one is.
    const fn size(self) -> usize {
        match self {
            Self::KiB => 1024,
            Self::MiB => 1024 * 1024,
            Self::Megapixels => 1_000_000,
            Self::Pieces | Self::Levels | Self::Bytes | Self::Seconds => 1,
        }
    }

    /// Its name behind a figure; empty for pieces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pieces => "",
            Self::Levels => "levels",
            Self::Bytes => "bytes",
            Self::KiB => "KiB",
            Self::MiB => "MiB",
            Self::Megapixels => "megapixels",
            Self::Seconds => "seconds",
        }
    }
}

/// What a limit is of: who shows that much of a mail shows with it what was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The message as a whole.
    Whole,
    /// Its header: who it is from, which way it came, what was found on that way.
    Header,
    /// The parts that it is made of.
    Parts,
    /// What people read of it.
    Text,
    /// Where it leads, and how else it can be answered.
    Links,
    /// What is attached, and what that holds.
    Files,
    /// What a pane shows of all that was read; it is counted there, and told nowhere else.
    Shown,
}

/// A limit that a reader may change. Figures are in its unit.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its name under `limits` in the configuration.
    pub key: &'static str,
    /// What it is a limit of.
    pub scope: Scope,
    /// What is limited.
    pub what: &'static str,
    /// What the figures count.
    pub unit: Unit,
    /// What holds where nobody says otherwise.
    pub usual: u32,
    /// The least that it can be set to.
    pub least: u32,
    /// The most that it can be set to.
    pub most: u32,
    /// Words that stand in what is told where it is hit.
    pub told: &'static str,
    place: fn(&mut Limits) -> &mut usize,
    value: fn(&Limits) -> usize,
}

impl Row {
    /// What these limits say, in its unit.
    #[must_use]
    pub fn of(&self, limits: &Limits) -> u32 {
        u32::try_from((self.value)(limits) / self.unit.size()).unwrap_or(u32::MAX)
    }
}

/// The limit of that name.
#[must_use]
pub fn row(key: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.key == key)
}

/// By scope, one line a limit: its field, its name in the configuration, what holds, its bounds, what it limits, what is told.
macro_rules! limits {
    ($($scope:ident {
        $($field:ident $key:literal $usual:literal $unit:ident ($least:literal to $most:literal) $what:literal: $told:literal;)*
    })*) => {
        /// How much of a mail is read. Travels with the message ([`crate::message::Message::limits`]). Sizes are in bytes,
        /// pictures in pixels, time in seconds, everything else in pieces or levels.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $what] pub $field: usize,)*)*
        }

        impl Limits {
            /// What holds where nobody says otherwise.
            pub const DEFAULT: Self = Self { $($($field: $usual * Unit::$unit.size(),)*)* };
        }

        /// Every limit that a reader may change, in the order in which a mail meets them.
        pub const ROWS: &[Row] = &[$($(Row {
            key: $key,
            scope: Scope::$scope,
            what: $what,
            unit: Unit::$unit,
            usual: $usual,
            least: $least,
            most: $most,
            told: $told,
            place: |limits| &mut limits.$field,
            value: |limits| limits.$field,
        },)*)*];
    };
}

limits! {
    Whole {
        seconds "seconds" 10 Seconds (2 to 60) "Time for a message, where it is read in a confined process": "took too long";
        message_bytes "message_mib" 50 MiB (1 to 50) "A message": "message: only the first";
    }
    Header {
        header_fields "header_fields" 2_000 Pieces (50 to 20_000) "Fields of a header": "fields beyond";
        header_bytes "header_kib" 1_024 KiB (64 to 8_192) "A header": "KiB left out";
        field_bytes "field_kib" 256 KiB (16 to 1_024) "A header field": "fields cut at";
        name_bytes "field_name_bytes" 256 Bytes (80 to 1_024) "The name of a header field": "field names cut";
        stray_lines "stray_lines" 20 Pieces (5 to 1_000) "Lines of a header that are no fields, told one by one": "no field";
        encoded_words "encoded_words" 1_000 Pieces (50 to 20_000) "Encoded words of a header field": "encoded words of a field";
        addresses "addresses" 1_000 Pieces (50 to 10_000) "Addresses of a field": "entries are read";
        comment_depth "comment_depth" 8 Levels (1 to 64) "Comments inside comments of an address": "comments nested";
        group_depth "group_depth" 8 Levels (1 to 64) "Groups inside groups of addresses": "groups nested";
        recipients "recipients" 1_000 Pieces (50 to 10_000) "Addresses of To and Cc": "recipients: only";
        reply_to "reply_to" 20 Pieces (5 to 500) "Addresses of Reply-To": "Reply-To: only";
        readings "sender_readings" 100 Pieces (10 to 500) "Readings of the sender": "readings of the sender";
        claims "claims" 200 Pieces (10 to 1_000) "Claims of authentication": "authentication: only";
        signatures "signatures" 10 Pieces (1 to 10) "DKIM signatures": "signatures: only";
        filters "filter_fields" 40 Pieces (5 to 500) "Fields of other filters": "fields of filters: only";
        filter_bytes "filter_field_kib" 4 KiB (1 to 64) "A field of a filter": "of a field of a filter are read";
        origins "origin_fields" 30 Pieces (5 to 300) "Fields that name an origin": "fields of origin: only";
    }
    Parts {
        parameters "mime_parameters" 1_000 Pieces (100 to 1_000) "Parameters of a field of MIME": "parameters: a field";
        parts "parts" 1_000 Pieces (10 to 10_000) "Parts of a message": "parts: the first";
        depth "depth" 64 Levels (4 to 200) "Parts inside parts": "nesting: parts deeper";
        decoded_bytes "decoded_mib" 64 MiB (1 to 256) "Bytes decoded of a message": "decoded bytes:";
        other_readings "other_readings" 4 Pieces (1 to 8) "Other readings of an ambiguous message": "other ways to read it";
        reading_bytes "other_reading_mib" 16 MiB (1 to 50) "An ambiguous message that is read twice": "one way only";
        other_parts "other_parts" 200 Pieces (10 to 1_000) "Parts of other readings": "parts of other readings";
        outside "outside_stretches" 1_000 Pieces (10 to 10_000) "Stretches outside all parts": "stretches are told";
        outside_bytes "outside_kib" 256 KiB (16 to 4_096) "Text outside all parts searched for links": "not searched for links";
    }
    Text {
        html_bytes "html_mib" 10 MiB (1 to 50) "An HTML page": "of a page are read";
        html_depth "html_depth" 512 Levels (64 to 512) "Elements inside elements of HTML": "HTML: nested deeper";
        html_attributes "html_attributes" 256 Pieces (16 to 4_096) "Attributes of a tag": "HTML: a tag has more";
        style_rules "style_rules" 200 Pieces (10 to 5_000) "Style rules of a page": "style rules";
        hidden "hidden_pieces" 100 Pieces (10 to 1_000) "Pieces of hidden text": "hidden text: only";
        text_bytes "text_kib" 64 KiB (8 to 1_024) "Visible text that rules read": "text: only the first";
    }
    Links {
        page_links "page_links" 20_000 Pieces (100 to 50_000) "Links of an HTML page": "a page has more links";
        searched_bytes "searched_mib" 2 MiB (1 to 16) "A part of text searched for links": "searched for links: only";
        text_links "text_links" 10_000 Pieces (100 to 50_000) "Links of one part of text": "of a text are read";
        odd_bytes "odd_text_kib" 256 KiB (16 to 1_024) "A part of text searched for addresses in odd notations": "in odd notations only";
        odd_links "odd_links" 500 Pieces (20 to 5_000) "Addresses in odd notations of a part": "addresses in odd notations";
        links "links" 10_000 Pieces (100 to 50_000) "Links of a message": "more left out";
        wrappers "wrappers" 5 Levels (1 to 10) "Wrappers around a link": "wrappers";
        pictures "qr_pictures" 30 Pieces (1 to 100) "Pictures searched for QR codes": "QR codes:";
        pixels "qr_megapixels" 24 Megapixels (1 to 24) "Pixels of these pictures": "megapixels in all";
        contacts "contacts" 50 Pieces (10 to 500) "Telephone numbers, wallets or accounts": "numbers and accounts:";
        hosts "hosts" 500 Pieces (20 to 2_000) "Hosts": "hosts: only";
    }
    Files {
        listed "files_listed" 500 Pieces (10 to 5_000) "Files that are listed": "attachments: more";
        text_files "text_files" 20 Pieces (1 to 200) "Files that stand in one text": "more files in a text";
        files "files" 300 Pieces (1 to 3_000) "Files that are looked into": "more of them than are looked into";
        file_depth "file_depth" 3 Levels (1 to 5) "Files inside files": "files: nested deeper";
        entries "archive_entries" 1_000 Pieces (10 to 20_000) "Entries of archives that are listed": "archives: more entries";
        names "archive_names" 20_000 Pieces (100 to 200_000) "Names in archives that are read": "archives: more names";
        file_bytes "file_mib" 16 MiB (1 to 64) "A file inside another": "of a file inside another";
        unpacked_bytes "unpacked_mib" 48 MiB (1 to 256) "Bytes unpacked of all files": "more bytes to unpack";
        file_links "file_links" 2_000 Pieces (50 to 20_000) "Links of a file": "more links in a file";
        document_bytes "document_mib" 8 MiB (1 to 64) "Text of a document searched for links": "documents: more text";
        document_entries "document_entries" 5_000 Pieces (100 to 20_000) "Entries of a document": "documents: more entries";
        streams "document_streams" 2_000 Pieces (50 to 10_000) "Streams of an older document": "documents: more streams";
        modules "macro_modules" 50 Pieces (5 to 500) "Modules of macros": "macros: more modules";
        pdf_streams "pdf_streams" 20_000 Pieces (100 to 100_000) "Streams of a PDF": "pdf: more streams";
        said_bytes "document_words_kib" 64 KiB (8 to 1_024) "Text of PDF pages whose words are read": "documents: only the first";
        pdf_bytes "pdf_mib" 4 MiB (1 to 32) "Text of PDF pages searched for links": "more text of pages";
        page_bytes "page_mib" 4 MiB (1 to 16) "An attached page": "pages: more of one";
        script_bytes "scripts_mib" 2 MiB (1 to 16) "Scripts of attached pages searched for links": "scripts: more of them";
        findings "file_findings" 100 Pieces (10 to 100) "Findings of a file": "more was found in one";
        tries "password_tries" 6 Pieces (1 to 20) "Words tried as passwords of 7z archives": "tried as passwords";
        inner_parts "inner_parts" 200 Pieces (10 to 1_000) "Parts of a message in a file": "one is larger";
        messages "messages" 100 Pieces (5 to 1_000) "Messages inside a message": "messages inside: more";
    }
    Shown {
        lines_shown "lines_shown" 2_000 Pieces (50 to 20_000) "Lines of a text that are shown": "cut off here";
        line_chars "line_characters" 4_000 Pieces (200 to 20_000) "Characters of a line that are shown": "…";
        hops_shown "hops_shown" 200 Pieces (10 to 2_000) "Received lines that are shown": "more lines";
        fields_shown "fields_shown" 1_000 Pieces (20 to 10_000) "Header fields that are shown": "more fields";
        parts_shown "parts_shown" 1_000 Pieces (20 to 10_000) "Parts that are shown": "more parts";
        links_shown "links_shown" 300 Pieces (20 to 5_000) "Links that are shown": "more links";
    }
}

/// A limit that stays as it is, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixed {
    /// What is limited.
    pub what: &'static str,
    /// How much is read.
    pub most: usize,
    /// What `most` counts.
    pub unit: Unit,
    /// Why nobody may change it.
    pub why: &'static str,
}

/// The most bytes that are read of a message at all.
pub const MESSAGE_BYTES: usize = 50 * 1024 * 1024;
/// The most parts that the parser makes; those beyond [`Limits::parts`] are only counted.
pub const PARSED_PARTS: usize = 10_000;
/// The most lines of blanks inside a header that are taken for what they are.
pub const HEADER_GAPS: usize = 10_000;
/// The most bytes of strings of a PDF that are read.
pub const PDF_STRINGS: usize = 16 * 1024 * 1024;
/// The most bytes of a PDF that are searched for what references name.
pub const PDF_SEARCHED: usize = 32 * 1024 * 1024;
/// The most bytes of an encrypted PDF, and ...
pub const SEALED_BYTES: usize = 8 * 1024 * 1024;
/// ... the most of its objects.
pub const SEALED_OBJECTS: usize = 200_000;
/// The most words that are tried as passwords of the encrypted PDFs of a mail.
pub const SEALED_TRIES: usize = 200;
/// The most sets of forwarders (RFC 8617 section 4.2.1).
pub const ARC_SETS: u8 = 50;

/// Every limit that stays as it is.
pub const FIXED: &[Fixed] = &[
    Fixed {
        what: "Bytes read of a message",
        most: MESSAGE_BYTES / 1024 / 1024,
        unit: Unit::MiB,
        why: "marks and notes are kept by a hash of these bytes; `message_mib` makes less of them be taken apart",
    },
    Fixed {
        what: "Parts that are counted",
        most: PARSED_PARTS,
        unit: Unit::Pieces,
        why: "it bounds the parser's own memory; `parts` cannot be more",
    },
    Fixed {
        what: "Lines of blanks in a header that are read as a part of it",
        most: HEADER_GAPS,
        unit: Unit::Pieces,
        why: "each is covered up for the parser; the first of them already makes the header a damaged one",
    },
    Fixed {
        what: "Sets of forwarders (ARC)",
        most: ARC_SETS as usize,
        unit: Unit::Pieces,
        why: "RFC 8617 section 4.2.1 allows no more; a higher number is no set",
    },
    Fixed {
        what: "Strings of a PDF",
        most: PDF_STRINGS / 1024 / 1024,
        unit: Unit::MiB,
        why: "a string that never ends is read again from each of its names",
    },
    Fixed {
        what: "Bytes of a PDF searched for what references name",
        most: PDF_SEARCHED / 1024 / 1024,
        unit: Unit::MiB,
        why: "each reference is a search through a piece of the file",
    },
    Fixed {
        what: "An encrypted PDF",
        most: SEALED_BYTES / 1024 / 1024,
        unit: Unit::MiB,
        why: "its reader keeps it in memory whole, several times over",
    },
    Fixed { what: "Objects of an encrypted PDF", most: SEALED_OBJECTS, unit: Unit::Pieces, why: "as before" },
    Fixed {
        what: "Words tried as passwords of encrypted PDFs",
        most: SEALED_TRIES,
        unit: Unit::Pieces,
        why: "a mail gives 60 words at most, and more than three such files are told",
    },
    Fixed {
        what: "Marks upon a letter on the screen",
        most: CELL_MARKS,
        unit: Unit::Pieces,
        why: "columns and borders rest on it; what is left out is counted in its place: `<+3>`",
    },
    Fixed { what: "A letter on the screen, with its marks", most: CELL_BYTES, unit: Unit::Bytes, why: "as before" },
];

impl Limits {
    /// Sets the limit of that key to so many of its units; false where there is no such key or the figure is out of bounds.
    pub fn set(&mut self, key: &str, value: u32) -> bool {
        let Some(row) = row(key).filter(|row| (row.least..=row.most).contains(&value)) else { return false };
        *(row.place)(self) = (value as usize).saturating_mul(row.unit.size());
        true
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What was changed, by name, in the units of the configuration: a confined process that is told this stays within the same
/// bounds.
impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let changed = ROWS.iter().filter(|row| (row.value)(self) != (row.value)(&Self::DEFAULT));
        let mut map = out.serialize_map(None)?;
        for row in changed {
            map.serialize_entry(row.key, &row.of(self))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Limits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Changed;

        impl<'de> Visitor<'de> for Changed {
            type Value = Limits;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("limits by name, within their bounds")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Limits, A::Error> {
                let mut limits = Limits::DEFAULT;
                while let Some((key, value)) = map.next_entry::<String, u32>()? {
                    if !limits.set(&key, value) {
                        return Err(de::Error::custom("no such limit, or out of its bounds"));
                    }
                }
                Ok(limits)
            }
        }

        from.deserialize_map(Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_can_be_set_within_its_bounds_only() {
        for row in ROWS {
            let mut limits = Limits::DEFAULT;
            assert_eq!(row.of(&limits), row.usual, "{}", row.key);
            assert!((row.least..=row.most).contains(&row.usual) && row.least < row.most, "{}", row.key);
            assert!(!limits.set(row.key, row.least - 1) && !limits.set(row.key, row.most + 1), "{}", row.key);
            assert_eq!(limits, Limits::DEFAULT);
            for value in [row.least, row.most] {
                assert!(limits.set(row.key, value) && row.of(&limits) == value, "{}", row.key);
            }
        }
        assert!(!Limits::DEFAULT.clone().set("nothing", 5));
    }

    #[test]
    fn each_has_a_name_of_its_own_and_another_figure_than_its_neighbor() {
        let mut keys: Vec<&str> = ROWS.iter().map(|row| row.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), ROWS.len());
        for row in ROWS {
            let mut limits = Limits::DEFAULT;
            let value = if row.usual == row.most { row.least } else { row.most };
            limits.set(row.key, value);
            let changed = ROWS.iter().filter(|row| row.of(&limits) != row.usual).count();
            assert_eq!(changed, 1, "{}", row.key);
        }
    }

    #[test]
    fn what_was_changed_goes_over_and_nothing_else() {
        assert_eq!(serde_json::to_string(&Limits::DEFAULT).unwrap(), "{}");
        let mut limits = Limits::DEFAULT;
        assert!(limits.set("html_mib", 3) && limits.set("parts", 20));
        let json = serde_json::to_string(&limits).unwrap();
        assert_eq!(json, r#"{"parts":20,"html_mib":3}"#);
        assert_eq!(serde_json::from_str::<Limits>(&json).unwrap(), limits);
        for wrong in [r#"{"parts":9}"#, r#"{"nothing":20}"#, r#"{"parts":-1}"#, r#"{"parts":"20"}"#, "7"] {
            assert!(serde_json::from_str::<Limits>(wrong).is_err(), "{wrong}");
        }
    }
}
