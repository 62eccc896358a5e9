//! The user's own corrections of places: a file in the form of RFC 8805 (geofeed).
//!
//! ```text
//! # prefix, country, region, city, postal code[, latitude, longitude]
//! 192.0.2.0/24,JP,JP-16,Toyama,,36.70,137.21
//! 198.51.100.0/24,,,,            # no country: this network should not be placed
//! ```
//!
//! The two last columns are our own, RFC 8805 asks readers to ignore what follows the fifth; with them a correction gets
//! a pin. A wrong line is a warning with its number, never the end of the file.

use std::net::IpAddr;

use super::csv;
use super::prefix::{Prefix, PrefixMap};
use crate::text::{Sentence, Words};

/// The most bytes that are read of an override file.
pub(crate) const LIMIT: u64 = 4 << 20;
/// The most lines.
const LINES: usize = 50_000;
/// The most warnings; what follows is counted.
const WARNINGS: usize = 10;
/// The most characters of a region or city.
const TEXT: usize = 100;

const MORE: Words = Words::new("only the first {0} lines are read", "先頭の {0} 行だけを読みます");
const NO_PREFIX: Words =
    Words::new("the first column is no address prefix", "1 列目がアドレスの範囲（プレフィックス）ではありません");
const NO_COUNTRY: Words =
    Words::new("the second column is no two-letter country code", "2 列目が 2 文字の国コードではありません");
const NO_DEGREES: Words = Words::new("latitude and longitude are no degrees", "緯度と経度が正しい度数ではありません");
const NO_COUNTRY_OF_REGION: Words = Words::new("a region without a country", "地域に国がありません");

/// A correction. Everything empty: the network should not be placed at all (RFC 8805 section 2.1.1.2).
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Correction {
    pub(crate) country: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) coordinates: Option<(f64, f64)>,
}

/// Corrections by prefix.
#[derive(Debug, Clone, Default)]
pub(crate) struct Geofeed(PrefixMap<Correction>);

impl Geofeed {
    /// Reads the text of a file; gives what was understood and a warning for each line that was not.
    pub(crate) fn parse(bytes: &[u8]) -> (Self, Vec<Sentence>) {
        let text = String::from_utf8_lossy(bytes);
        let mut map = PrefixMap::default();
        let mut warnings = Vec::new();
        let mut wrong = 0_usize;
        for (index, line) in text.lines().enumerate() {
            if index >= LINES {
                warnings.push(Sentence::new(MORE, [LINES.into()]));
                break;
            }
            let line = line.split('#').next().unwrap_or_default().trim_start_matches('\u{feff}').trim();
            if line.is_empty() {
                continue;
            }
            match row(line) {
                Ok((prefix, correction)) => map.insert(prefix, correction),
                Err(why) => {
                    wrong += 1;
                    if wrong <= WARNINGS {
                        let words = Words::new("line {0}: {1}", "{0} 行目: {1}");
                        warnings.push(Sentence::new(words, [(index + 1).into(), why.into()]));
                    }
                }
            }
        }
        if wrong > WARNINGS {
            let words = Words::new("{0 more line was|more lines were} not understood", "ほかに {0} 行を読み取れません");
            warnings.push(Sentence::new(words, [(wrong - WARNINGS).into()]));
        }
        (Self(map), warnings)
    }

    /// The correction for an address.
    pub(crate) fn get(&self, address: IpAddr) -> Option<&Correction> {
        self.0.get(address)
    }
}

fn row(line: &str) -> Result<(Prefix, Correction), Words> {
    let fields = csv::fields(line);
    let mut fields = fields.iter().map(|field| field.trim());
    let prefix = Prefix::parse(fields.next().unwrap_or_default()).ok_or(NO_PREFIX)?;
    let country = match fields.next().unwrap_or_default() {
        "" => None,
        code => Some(country(code).ok_or(NO_COUNTRY)?),
    };
    let mut text = || fields.next().filter(|field| !field.is_empty()).map(|field| field.chars().take(TEXT).collect());
    let (region, city) = (text(), text());
    // Postal codes are deprecated in the RFC itself.
    let _ = fields.next();
    let coordinates = match (fields.next().unwrap_or_default(), fields.next().unwrap_or_default()) {
        ("", _) | (_, "") => None,
        (north, east) => {
            let (north, east) = (north.parse().ok(), east.parse().ok());
            Some(coordinates(north, east).ok_or(NO_DEGREES)?)
        }
    };
    if country.is_none() && region.is_some() {
        return Err(NO_COUNTRY_OF_REGION);
    }
    Ok((prefix, Correction { country, region, city, coordinates }))
}

/// A country code, upper case; `None` where the text is none.
pub(crate) fn country(text: &str) -> Option<String> {
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| text.to_ascii_uppercase())
}

/// Degrees north and east that can be on Earth; 0,0 stands for "not known" in many databases and is taken as such.
pub(crate) fn coordinates(north: Option<f64>, east: Option<f64>) -> Option<(f64, f64)> {
    let (north, east) = (north?, east?);
    let fits = north.is_finite() && east.is_finite() && north.abs() <= 90.0 && east.abs() <= 180.0;
    let null = north.abs() < 1e-9 && east.abs() < 1e-9;
    (fits && !null).then_some((north, east))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn corrections_are_found_by_the_longest_prefix() {
        let text = "# mine\r\n192.0.2.0/24,jp,JP-16,\"Toyama, Toyama\",,36.70,137.21\r\n\r\n192.0.2.128/25,,,, # nowhere\r\n2001:db8::/32,FI,,Tuusula,";
        let (feed, warnings) = Geofeed::parse(text.as_bytes());
        assert_eq!(warnings, []);
        let toyama = feed.get("192.0.2.1".parse().unwrap()).unwrap();
        assert_eq!(toyama.country.as_deref(), Some("JP"));
        assert_eq!(toyama.city.as_deref(), Some("Toyama, Toyama"));
        assert_eq!(toyama.coordinates, Some((36.70, 137.21)));
        assert_eq!(feed.get("192.0.2.200".parse().unwrap()), Some(&Correction::default()));
        assert_eq!(feed.get("2001:db8::1".parse().unwrap()).unwrap().city.as_deref(), Some("Tuusula"));
        assert_eq!(feed.get("198.51.100.1".parse().unwrap()), None);
    }

    #[test]
    fn a_wrong_line_is_named_and_the_rest_is_kept() {
        let text = "nonsense\n192.0.2.0/24,Japan\n192.0.2.0/24,JP,,,,91,0\n198.51.100.0/24,JP\n,\n192.0.2.0/99,JP\n10.0.0.0/8,,JP-13";
        let (feed, warnings) = Geofeed::parse(text.as_bytes());
        let said: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "line 1: the first column is no address prefix",
                "line 2: the second column is no two-letter country code",
                "line 3: latitude and longitude are no degrees",
                "line 5: the first column is no address prefix",
                "line 6: the first column is no address prefix",
                "line 7: a region without a country",
            ]
        );
        for told in warnings {
            assert!(crate::text::latin_words(&told.words(Lang::Ja)).is_empty(), "{}", told.words(Lang::Ja));
        }
        assert!(feed.get("198.51.100.1".parse().unwrap()).is_some());
    }

    #[test]
    fn a_file_of_errors_gives_few_warnings() {
        let (_, warnings) = Geofeed::parse("x\n".repeat(70_000).as_bytes());
        assert_eq!(warnings.len(), WARNINGS + 2);
        assert_eq!(warnings.last().unwrap().to_string(), "49990 more lines were not understood");
        for told in warnings {
            assert!(crate::text::latin_words(&told.words(Lang::Ja)).is_empty(), "{}", told.words(Lang::Ja));
        }
    }

    #[test]
    fn degrees_that_cannot_be_are_no_place() {
        assert_eq!(coordinates(Some(0.0), Some(0.0)), None);
        assert_eq!(coordinates(Some(f64::NAN), Some(1.0)), None);
        assert_eq!(coordinates(Some(1e308), Some(1.0)), None);
        assert_eq!(coordinates(Some(1.0), None), None);
        assert_eq!(coordinates(Some(-36.8), Some(174.7)), Some((-36.8, 174.7)));
    }
}
