//! One MaxMind DB file: GeoLite2 and GeoIP2, DB-IP, IPinfo and ip-location-db name the same things differently.
//!
//! Read whole, never mapped. Everything in it is hostile: each field is bounded, and a field that is damaged or of another
//! kind than expected is simply not there. Merging several files is `geo`'s business.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::path::Path;

use maxminddb::{LookupResult, PathElement, Reader, path};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{file, geofeed};
use crate::text::{Sentence, Words};

/// The most bytes that are read of a user's database.
const LIMIT: u64 = 512 << 20;
/// The most characters that are kept of any name.
const TEXT: usize = 100;

/// What a database says of an address.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    pub(crate) country: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) coordinates: Option<(f64, f64)>,
    pub(crate) asn: Option<u32>,
    pub(crate) network: Option<String>,
    pub(crate) anycast: bool,
}

/// An open database.
pub(crate) struct Database {
    /// Its name with its date: `GeoLite2-City, 2026-05-01`.
    pub(crate) title: String,
    reader: Reader<Cow<'static, [u8]>>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("title", &self.title).finish_non_exhaustive()
    }
}

impl Database {
    /// Opens a database that is compiled in; its structure is proved by a test and not at every start.
    pub(crate) fn embedded(bytes: &'static [u8], name: &str) -> Result<Self, String> {
        let reader = Reader::from_source(Cow::Borrowed(bytes)).map_err(|error| clean(&error.to_string()))?;
        Ok(Self { title: title(name, reader.metadata().build_epoch), reader })
    }

    /// Opens and checks a user's file.
    ///
    /// # Errors
    /// A sentence that says why it is not used; without the path.
    pub(crate) fn open(path: &Path) -> Result<Self, Sentence> {
        let bytes = file::read(path, LIMIT)?;
        let reader = Reader::from_source(Cow::Owned(bytes)).map_err(|error| damaged(&error))?;
        reader.verify().map_err(|error| damaged(&error))?;
        let kind = clean(&reader.metadata().database_type);
        let name = if kind.is_empty() { clean(&path.file_stem().unwrap_or_default().to_string_lossy()) } else { kind };
        Ok(Self { title: title(&name, reader.metadata().build_epoch), reader })
    }

    /// What the database says of `address`; empty where it says nothing.
    pub(crate) fn row(&self, address: IpAddr) -> Row {
        let Ok(found) = self.reader.lookup(address) else { return Row::default() };
        if !found.has_data() {
            return Row::default();
        }
        let country = text(&found, &[&path!["country", "iso_code"], &path!["country_code"], &path!["country"]]);
        let north = number(&found, &[&path!["location", "latitude"], &path!["latitude"], &path!["lat"]]);
        let east =
            number(&found, &[&path!["location", "longitude"], &path!["longitude"], &path!["lng"], &path!["lon"]]);
        let asn = scalar(
            &found,
            &[&path!["autonomous_system_number"], &path!["asn"], &path!["traits", "autonomous_system_number"]],
        );
        let asn = asn.and_then(Scalar::asn);
        let network = text(
            &found,
            &[
                &path!["autonomous_system_organization"],
                &path!["as_name"],
                &path!["traits", "autonomous_system_organization"],
                &path!["organization"],
                &path!["isp"],
            ],
        )
        // IPinfo's table of networks calls it just "name".
        .or_else(|| asn.and_then(|_| text(&found, &[&path!["name"]])));
        Row {
            country: country.and_then(|code| geofeed::country(&code)),
            region: text(
                &found,
                &[&path!["subdivisions", 0, "names", "en"], &path!["region"], &path!["region_name"], &path!["state1"]],
            ),
            city: text(&found, &[&path!["city", "names", "en"], &path!["city"]]),
            coordinates: geofeed::coordinates(north, east),
            asn,
            network,
            anycast: [&path!["traits", "is_anycast"][..], &path!["is_anycast"]]
                .into_iter()
                .any(|at| matches!(found.decode_path(at), Ok(Some(Scalar::Truth(true))))),
        }
    }
}

/// Why a file is refused, in words that fit into one line.
fn damaged(error: &maxminddb::MaxMindDbError) -> Sentence {
    // What the reader of the format says is English.
    let words = Words::new("not a sound MaxMind DB file: {0}", "正しい MaxMind DB ファイルではありません");
    Sentence::new(words, [clean(&error.to_string()).into()])
}

fn title(name: &str, epoch: u64) -> String {
    let date = i64::try_from(epoch).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match date {
        Some(date) => format!("{name}, {}", date.to_zoned(jiff::tz::TimeZone::UTC).date()),
        None => format!("{name}, date unknown"),
    }
}

/// A name on one line, bounded.
fn clean(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(TEXT).collect()
}

type Found<'a> = LookupResult<'a, Cow<'static, [u8]>>;

/// The first of several paths that leads to a value.
fn scalar(found: &Found<'_>, paths: &[&[PathElement<'_>]]) -> Option<Scalar> {
    paths.iter().find_map(|at| match found.decode_path(at) {
        Ok(Some(Scalar::Other) | None) | Err(_) => None,
        Ok(value) => value,
    })
}

fn text(found: &Found<'_>, paths: &[&[PathElement<'_>]]) -> Option<String> {
    paths.iter().find_map(|at| match found.decode_path(at) {
        Ok(Some(Scalar::Text(text))) => Some(clean(&text)).filter(|text| !text.is_empty()),
        _ => None,
    })
}

fn number(found: &Found<'_>, paths: &[&[PathElement<'_>]]) -> Option<f64> {
    match scalar(found, paths)? {
        Scalar::Number(number) => Some(number),
        // IPinfo writes degrees as text.
        Scalar::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// A value of whatever kind the database has at a place.
enum Scalar {
    Text(String),
    Number(f64),
    Truth(bool),
    Other,
}

impl Scalar {
    /// `15169` and `AS15169`.
    fn asn(self) -> Option<u32> {
        match self {
            Self::Number(number) if number >= 1.0 && number <= f64::from(u32::MAX) => Some(number as u32),
            Self::Text(text) => {
                let digits = text.strip_prefix("AS").unwrap_or(&text);
                digits.parse().ok().filter(|asn| *asn > 0)
            }
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Loose)
    }
}

struct Loose;

impl<'de> Visitor<'de> for Loose {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.chars().take(4 * TEXT).collect()))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Scalar, E> {
        Ok(Scalar::Truth(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Scalar, A::Error> {
        // IPinfo's "country" is a code, GeoIP2's a map: the map is read by its own path.
        while items.next_entry::<IgnoredAny, IgnoredAny>().map_err(A::Error::custom)?.is_some() {}
        Ok(Scalar::Other)
    }
}

#[cfg(test)]
#[path = "database/tests.rs"]
mod tests;
