//! Dates of header fields (RFC 5322 section 3.3 with the obsolete forms and zones of 4.3), read with patience: a date
//! that makes no sense is no date, never a panic and never a wrong one.
//!
//! ```text
//! Mon, 25 Apr 2022 10:00:00 +0900 (JST)      the usual form
//! Mon Apr 25 10:00:00 2022                   as C libraries write it
//! 2022-04-25T10:00:00+09:00                  as some gateways do
//! ```

use super::clip;

/// The longest text that is looked at; comments behind a date can be long.
const DATE_BYTES: usize = 256;

/// The words of a date as they are found, whatever their order.
#[derive(Debug, Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    /// Seconds since midnight.
    time: Option<i64>,
    /// Seconds east of Greenwich.
    zone: Option<i64>,
}

/// Unix seconds of a date as mail headers write it; `None` where it names no moment (31 February, hour 25, year 99999).
/// A zone that is missing or not known is taken as UTC, as RFC 5322 section 4.3 asks.
///
/// ```
/// assert_eq!(gosanke::message::parse_date("Mon, 25 Apr 2022 10:00:00 +0900 (JST)"), Some(1_650_848_400));
/// assert_eq!(gosanke::message::parse_date("Wed, 31 Feb 2024 10:00:00 +0000"), None);
/// ```
#[must_use]
pub fn parse_date(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = clip(text, DATE_BYTES);
    usual(text.as_bytes()).or_else(|| unusual(text))
}

/// The usual form alone, letter by letter: `Mon, 25 Apr 2022 10:00:00 +0900` with a comment behind it or none. What it
/// reads, [`unusual`] reads the same way; everything else is left to that.
fn usual(text: &[u8]) -> Option<i64> {
    let text = match text {
        // A weekday is not looked at; one that is the name of a month would be.
        [a, b, c, b',', b' ', rest @ ..] if [a, b, c].iter().all(|byte| byte.is_ascii_alphabetic()) => {
            if month_of([*a, *b, *c]).is_some() {
                return None;
            }
            rest.trim_ascii_start()
        }
        text => text,
    };
    let (day, text) = match text {
        [one, b' ', rest @ ..] => (digit(*one)?, rest),
        [ten, one, b' ', rest @ ..] => (number([*ten, *one])?, rest),
        _ => return None,
    };
    let [a, b, c, b' ', y1, y2, y3, y4, b' ', h1, h2, b':', m1, m2, b':', s1, s2, b' ', text @ ..] = text else {
        return None;
    };
    let [sign @ (b'+' | b'-'), z1, z2, z3, z4, rest @ ..] = text else { return None };
    if !(rest.is_empty() || rest.starts_with(b" (")) {
        return None;
    }
    let (hour, minute, second) = (number([*h1, *h2])?, number([*m1, *m2])?, number([*s1, *s2])?);
    let (hours, minutes) = (number([*z1, *z2])?, number([*z3, *z4])?);
    if hour > 23 || minute > 59 || second > 60 || hours > 14 || minutes > 59 {
        return None;
    }
    let zone = hours * 3600 + minutes * 60;
    let found = Found {
        year: Some(number([*y1, *y2])? * 100 + number([*y3, *y4])?),
        month: month_of([*a, *b, *c]),
        day: Some(day),
        time: Some(hour * 3600 + minute * 60 + second),
        zone: Some(if *sign == b'-' { -zone } else { zone }),
    };
    found.seconds()
}

fn digit(byte: u8) -> Option<i64> {
    byte.is_ascii_digit().then(|| i64::from(byte - b'0'))
}

fn number([ten, one]: [u8; 2]) -> Option<i64> {
    Some(digit(ten)? * 10 + digit(one)?)
}

/// Any form that [`parse_date`] knows.
fn unusual(text: &str) -> Option<i64> {
    let mut found = Found::default();
    if !iso(text, &mut found) {
        found = Found::default();
        for word in text.split(|letter: char| letter.is_whitespace() || letter == ',').filter(|word| !word.is_empty()) {
            if word.starts_with('(') {
                // Only a comment with the zone's name follows.
                break;
            }
            // `25-Apr-2022`, but not `-0700`.
            if word.len() > 6 && word.bytes().filter(|byte| *byte == b'-').count() == 2 {
                for piece in word.split('-') {
                    found.word(piece)?;
                }
            } else {
                found.word(word)?;
            }
        }
    }
    found.seconds()
}

impl Found {
    /// Takes one word in; `None` where it makes the date senseless.
    fn word(&mut self, word: &str) -> Option<()> {
        let first = word.bytes().next()?;
        let clocklike = word.contains(':') || word.bytes().filter(|byte| *byte == b'.').count() == 2;
        if clocklike && first.is_ascii_digit() {
            if self.time.is_none() {
                self.time = Some(clock(word)?);
            }
        } else if matches!(first, b'+' | b'-') {
            if self.time.is_some() && self.zone.is_none() {
                self.zone = Some(offset(word)?);
            } else if self.time.is_none() {
                return None;
            }
        } else if first.is_ascii_digit() {
            let number: i64 = word.parse().ok().filter(|_| word.len() <= 4)?;
            if word.len() <= 2 && self.day.is_none() {
                self.day = Some(number);
            } else if self.year.is_none() {
                self.year = Some(match (word.len(), number) {
                    (4, _) => number,
                    // RFC 5322 section 4.3.
                    (2, 0..=49) => number + 2000,
                    _ => number + 1900,
                });
            }
        } else if self.month.is_none() && month(word).is_some() {
            self.month = month(word);
        } else if self.time.is_some() && self.zone.is_none() {
            self.zone = Some(named_zone(word));
        }
        Some(())
    }

    fn seconds(&self) -> Option<i64> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        if !(1970..=2200).contains(&year) || !(1..=days).contains(&day) {
            return None;
        }
        // Days since 1970-01-01, years counted from March so that the leap day is the last of its year.
        let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, of_era) = (shifted_year.div_euclid(400), shifted_year.rem_euclid(400));
        let of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let since = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        Some(since * 86_400 + self.time? - self.zone.unwrap_or(0))
    }
}

/// `10:00`, `10:00:00`, `10:00:00.123`, `10.00.00`; a leap second is counted as the second that follows.
fn clock(word: &str) -> Option<i64> {
    let (whole, mark) = if word.contains(':') { (word.split('.').next()?, ':') } else { (word, '.') };
    let mut numbers = whole.splitn(3, mark).map(|part| part.parse::<i64>().ok().filter(|_| part.len() <= 2));
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().map_or(Some(0), |second| second)?;
    ((0..=23).contains(&hour) && (0..=59).contains(&minute) && (0..=60).contains(&second))
        .then_some(hour * 3600 + minute * 60 + second)
}

/// `+0900`, `-7`, `+09:00`, at most fourteen hours.
fn offset(word: &str) -> Option<i64> {
    let digits: String = word.chars().skip(1).filter(|letter| *letter != ':').collect();
    let number: i64 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    Some(if word.starts_with('-') { -seconds } else { seconds })
}

/// Names of zones; the military letters and all others say nothing (RFC 5322 section 4.3).
fn named_zone(word: &str) -> i64 {
    let hours = match word.to_ascii_uppercase().as_str() {
        "JST" | "KST" => 9,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "CET" | "MET" | "BST" => 1,
        "CEST" | "MEST" | "EET" => 2,
        "EEST" | "MSK" => 3,
        _ => 0,
    };
    hours * 3600
}

fn month(word: &str) -> Option<i64> {
    word.as_bytes().first_chunk().copied().and_then(month_of)
}

/// A month by its first three letters, in any case.
fn month_of(name: [u8; 3]) -> Option<i64> {
    Some(match &name.map(|byte| byte.to_ascii_lowercase()) {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

/// `2022-04-25T10:00:00+09:00`, or with a blank in place of the `T`. Gives true where the text has that shape.
fn iso(text: &str, found: &mut Found) -> bool {
    let Some((date, rest)) = text.split_once(['T', ' ']) else { return false };
    let mut numbers = date.split('-').map(|part| part.parse::<i64>().ok());
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return false;
    };
    let (time, zone) = match rest.trim().find(['+', '-', 'Z', ' ']) {
        Some(at) => rest.trim().split_at(at),
        None => (rest.trim(), "Z"),
    };
    found.year = Some(year);
    found.month = (1..=12).contains(&month).then_some(month);
    found.day = Some(day);
    found.time = clock(time);
    // Programs in Go write `+0000 UTC m=+1.5`.
    found.zone = match zone.split_whitespace().next() {
        None | Some("Z") => Some(0),
        Some(zone) => offset(zone),
    };
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{parse_date, unusual, usual};

    /// Pieces of dates in their usual order, some of them wrong, with what may stand between them.
    fn dates() -> impl Strategy<Value = String> {
        let weekday = prop::sample::select(vec!["Mon, ", "Thu,", "", "Mar, ", "Tue,  ", "Mo, ", "a b, "]);
        let day = prop::sample::select(vec!["1", "01", "25", "31", "32", "0", "+1", "001", "x"]);
        let month = prop::sample::select(vec!["Jan", "feb", "MAR", "Apr", "Sept", "Dec", "Foo", "April"]);
        let year = prop::sample::select(vec!["2022", "1969", "2200", "22", "99999", "20x2"]);
        let time =
            prop::sample::select(vec!["10:00:00", "23:59:60", "24:00:00", "1:02:03", "10:00", "10.00.00", "10:0a:00"]);
        let zone = prop::sample::select(vec!["+0900", "-0000", "-1400", "+1500", "+0060", "GMT", "", "+09:00", "0900"]);
        let end = prop::sample::select(vec!["", " (JST)", "(JST)", " x", " ", " -0100", " ("]);
        let blank = || prop::sample::select(vec![" ", " ", " ", " ", "  ", "-", "\t"]);
        (weekday, day, (blank(), month, blank(), year), (blank(), time, blank(), zone), end).prop_map(
            |(weekday, day, (one, month, two, year), (three, time, four, zone), end)| {
                [weekday, day, one, month, two, year, three, time, four, zone, end].concat()
            },
        )
    }

    proptest! {
        #[test]
        fn the_short_way_reads_nothing_that_the_long_one_reads_otherwise(text in dates()) {
            let text = text.trim();
            if let Some(seconds) = usual(text.as_bytes()) {
                prop_assert_eq!(Some(seconds), unusual(text), "{}", text);
            }
        }
    }

    #[test]
    fn the_usual_form_goes_the_short_way() {
        for text in
            ["Mon, 25 Apr 2022 10:00:00 +0900", "5 Apr 2022 01:00:00 -0000 (UTC)", "Mon,  5 Apr 2022 01:00:00 +0000"]
        {
            assert_eq!(usual(text.as_bytes()), unusual(text), "{text}");
            assert!(usual(text.as_bytes()).is_some(), "{text}");
        }
    }

    #[test]
    fn dates_as_mail_writes_them_are_read() {
        for (text, seconds) in [
            ("Mon, 25 Apr 2022 10:00:00 +0900", 1_650_848_400),
            ("25 Apr 2022 01:00:00 -0000", 1_650_848_400),
            ("Mon, 25 Apr 2022 10:00:00 +0900 (JST)", 1_650_848_400),
            ("Sun, 24 Apr 2022 21:00:00 EDT", 1_650_848_400),
            ("Mon, 25 Apr 22 01:00 GMT", 1_650_848_400),
            ("Mon Apr 25 01:00:00 2022", 1_650_848_400),
            ("Mon Apr 25 10:00:00 +0900 2022", 1_650_848_400),
            ("2022-04-25T10:00:00+09:00", 1_650_848_400),
            ("2022-04-25 10:00:00.123456 +0900 JST m=+1.5", 1_650_848_400),
            ("2022-04-25 01:00:00.12 +0000 UTC", 1_650_848_400),
            ("Mon,25 Apr 2022 10:00:00 +0900", 1_650_848_400),
            ("Mon, 25 Apr 2022 10.00.00 +0900", 1_650_848_400),
            ("Sat, 31 Dec 2016 23:59:60 +0000", 1_483_228_800),
        ] {
            assert_eq!(parse_date(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn dates_that_name_no_moment_are_no_dates() {
        for text in [
            "",
            "yesterday",
            "Wed, 31 Feb 2024 10:00:00 +0000",
            "Mon, 25 Apr 99999 10:00:00 +0000",
            "Mon, 25 Apr 0000 25:61:00 +0000",
            "Mon, 25 Apr 2022 10:00:00 +9999",
            "Mon, -5 Apr 2022 10:00:00 +0000",
            "((((((((((((((((((",
            "日本語",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
