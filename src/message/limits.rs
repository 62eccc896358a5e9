//! What bounds the work for one mail, as far as a reader may change it. Every figure has hard bounds: no configuration can
//! make a mail cost more than the confined process has, or leave nothing to look at.

use serde::{Deserialize, Serialize};

use super::{DECODED_BYTES, DEPTH_LIMIT, FIELD_LIMIT, HEADER_BYTES, PART_LIMIT};

/// Limits that a reader may change. What is hit is told with the message, whatever the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Header fields of one header block.
    pub header_fields: usize,
    /// Bytes of one header block.
    pub header_bytes: usize,
    /// Parts of one message.
    pub parts: usize,
    /// Levels of parts in parts.
    pub depth: usize,
    /// Bytes that are decoded of one message.
    pub decoded_bytes: usize,
    /// Links of one message.
    pub links: usize,
    /// Files that are looked into.
    pub files: usize,
    /// Entries of archives that are listed.
    pub entries: usize,
    /// Bytes that are unpacked of all files.
    pub unpacked_bytes: usize,
}

impl Limits {
    /// What holds where nobody says otherwise.
    pub const DEFAULT: Self = Self {
        header_fields: FIELD_LIMIT,
        header_bytes: HEADER_BYTES,
        parts: PART_LIMIT,
        depth: DEPTH_LIMIT,
        decoded_bytes: DECODED_BYTES,
        links: 10_000,
        files: 300,
        entries: 1_000,
        unpacked_bytes: 48 * MIB,
    };

    /// Sets the limit of that key to so many of its units; false where there is no such key or the figure is out of bounds.
    pub fn set(&mut self, key: &str, value: u32) -> bool {
        let Some(row) = ADJUSTABLE.iter().find(|row| row.key == key) else { return false };
        if !(row.least..=row.most).contains(&value) {
            return false;
        }
        *(row.place)(self) = (value as usize).saturating_mul(row.unit);
        true
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

const KIB: usize = 1024;
const MIB: usize = 1024 * 1024;

/// A limit that a reader may change, with its bounds.
#[derive(Clone, Copy)]
pub struct Adjustable {
    /// Its name in the configuration.
    pub key: &'static str,
    /// What one stands for: pieces, 1024 bytes, 1024 times 1024 bytes.
    pub unit: usize,
    /// The least that it can be set to.
    pub least: u32,
    /// The most that it can be set to.
    pub most: u32,
    place: fn(&mut Limits) -> &mut usize,
}

impl Adjustable {
    /// What holds where nobody says otherwise, in its units.
    #[must_use]
    pub fn default(&self) -> usize {
        let mut limits = Limits::DEFAULT;
        *(self.place)(&mut limits) / self.unit
    }
}

/// Every limit that a reader may change.
pub const ADJUSTABLE: &[Adjustable] = &[
    row("header_fields", 1, 50, 20_000, |limits| &mut limits.header_fields),
    row("header_kib", KIB, 64, 8_192, |limits| &mut limits.header_bytes),
    row("parts", 1, 10, 10_000, |limits| &mut limits.parts),
    row("depth", 1, 4, 200, |limits| &mut limits.depth),
    row("decoded_mib", MIB, 1, 256, |limits| &mut limits.decoded_bytes),
    row("links", 1, 100, 50_000, |limits| &mut limits.links),
    row("files", 1, 1, 3_000, |limits| &mut limits.files),
    row("archive_entries", 1, 10, 20_000, |limits| &mut limits.entries),
    row("unpacked_mib", MIB, 1, 256, |limits| &mut limits.unpacked_bytes),
];

const fn row(
    key: &'static str,
    unit: usize,
    least: u32,
    most: u32,
    place: fn(&mut Limits) -> &mut usize,
) -> Adjustable {
    Adjustable { key, unit, least, most, place }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Message, Quirk};

    #[test]
    fn a_limit_can_be_set_within_its_bounds_only() {
        for row in ADJUSTABLE {
            let mut limits = Limits::DEFAULT;
            assert!((row.least as usize..=row.most as usize).contains(&row.default()), "{}", row.key);
            assert!(!limits.set(row.key, row.least - 1) && !limits.set(row.key, row.most + 1), "{}", row.key);
            assert_eq!(limits, Limits::DEFAULT);
            assert!(limits.set(row.key, row.most) && limits != Limits::DEFAULT, "{}", row.key);
            assert_eq!(*(row.place)(&mut limits), row.most as usize * row.unit);
        }
        assert!(!Limits::DEFAULT.clone().set("nothing", 5));
    }

    #[test]
    fn a_limit_that_was_set_is_the_one_that_is_hit_and_told() {
        let mut limits = Limits::DEFAULT;
        assert!(limits.set("parts", 10) && limits.set("header_fields", 50) && limits.set("depth", 4));
        let parts = "--b\n\nx\n".repeat(20);
        let fields = "X-Y: z\n".repeat(60);
        let mail = format!("{fields}Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
        let told = |mail: &str| -> String {
            let message = Message::parse_within(mail.as_bytes(), &limits);
            assert!(message.parts.len() <= 10 && message.fields.len() <= 50);
            let quirks = message.quirks.iter().map(|quirk| match quirk {
                Quirk::Limit(what) => what.clone(),
                _ => String::new(),
            });
            quirks.collect::<Vec<_>>().join("; ")
        };
        assert!(told(&mail).contains("first 10 of 21") && told(&mail).contains("beyond 50 fields"), "{}", told(&mail));
        let deep = "Content-Type: message/rfc822\n\n".repeat(8);
        assert!(told(&deep).contains("deeper than 4"), "{}", told(&deep));
        let plain = Message::parse(mail.as_bytes());
        assert!(!plain.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_))), "{:?}", plain.quirks);
    }
}
