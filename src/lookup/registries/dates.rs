//! Dates as registries write them, each in its own way. Pure; reads at most 64 characters.
//!
//! ```text
//! 2026-11-21T10:00:00Z      2026-11-21 19:00:00+09      2026/11/21 19:00:00 (JST)     20261121 100000
//! 21-Nov-2026               21.11.2026 10:00:00         November 21, 2026             Sat Nov 21 10:00:00 GMT 2026
//! ```
//!
//! Of three numbers the one with four digits is the year; where it stands last, the day stands first (no registry writes
//! the month first in digits). A date without a time is taken as midnight UTC, whose day is what it says.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// Characters that are looked at.
const LENGTH: usize = 64;
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Unix seconds of a date; `None` where it is none, or one that no calendar holds.
pub(crate) fn date(text: &str) -> Option<i64> {
    let text: String = text.trim().chars().take(LENGTH).collect();
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_second());
    }
    let tokens = tokens(&text);
    let mut numbers: Vec<(i64, usize)> = Vec::new();
    let mut month = None;
    let mut time = None;
    let mut offset = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        match token {
            Token::Digits(first) if time.is_none() && matches!(next, Some(Token::Sign(':'))) => {
                let second = tokens.get(at + 2)?.number()?;
                let third = match (tokens.get(at + 3), tokens.get(at + 4)) {
                    (Some(Token::Sign(':')), Some(third)) => third.number()?,
                    _ => 0,
                };
                time = Some((first.parse().ok()?, second, third));
                at += if third > 0 || matches!(tokens.get(at + 3), Some(Token::Sign(':'))) { 4 } else { 2 };
            }
            // Behind the time only a zone or the year of Unix's own form can stand.
            Token::Digits(digits)
                if time.is_some() && (numbers.len() >= 3 || month.is_some() && numbers.len() >= 2) =>
            {
                let sign = at.checked_sub(1).and_then(|before| tokens.get(before));
                offset = offset.or_else(|| zone_of_digits(digits, sign, next, tokens.get(at + 2)));
            }
            Token::Digits(digits) if digits.len() <= 8 && numbers.len() < 3 => {
                numbers.push((digits.parse().ok()?, digits.len()));
            }
            // The time of `20261121 100000`.
            Token::Digits(digits) if digits.len() == 6 => time = time.or(Some(packed_time(digits)?)),
            Token::Letters(word) => {
                let word = word.to_ascii_lowercase();
                let named = MONTHS.iter().position(|name| word.starts_with(name) && word.len() <= 9);
                if month.is_none() && named.is_some() {
                    month = named.map(|index| index as i64 + 1);
                } else {
                    offset = offset.or(zone(&word));
                }
            }
            Token::Digits(_) | Token::Sign(_) => {}
        }
        at += 1;
    }
    if let (None, [_, (_, 6)]) = (time, numbers.as_slice()) {
        // `20261121 100000` again: the second number was no part of the date.
        let digits = tokens.iter().filter_map(Token::digits).nth(1)?;
        time = Some(packed_time(digits)?);
        numbers.truncate(1);
    }
    let (year, month, day) = calendar(&numbers, month)?;
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let (hour, minute, second) = time.unwrap_or_default();
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        // A leap second.
        i8::try_from(second).ok()?.min(59),
        0,
    )
    .ok()?;
    let moment = DateTime::from_parts(date, time).to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    Some(moment - offset.unwrap_or_default())
}

/// Year, month and day.
fn calendar(numbers: &[(i64, usize)], month: Option<i64>) -> Option<(i64, i64, i64)> {
    match (numbers, month) {
        ([(packed, 8)], None) => Some((packed / 10_000, packed / 100 % 100, packed % 100)),
        ([(year, 4), (month, ..=2), (day, ..=2)] | [(day, ..=2), (month, ..=2), (year, 4)], None) => {
            Some((*year, *month, *day))
        }
        ([(year, 4), (day, ..=2)] | [(day, ..=2), (year, 4)], Some(month)) => Some((*year, month, *day)),
        _ => None,
    }
}

fn packed_time(digits: &str) -> Option<(i64, i64, i64)> {
    let packed: i64 = digits.parse().ok()?;
    Some((packed / 10_000, packed / 100 % 100, packed % 100))
}

/// Seconds east of Greenwich of the zones that registries name.
fn zone(word: &str) -> Option<i64> {
    Some(match word {
        "z" | "utc" | "gmt" => 0,
        "cet" => 3_600,
        "cest" | "eet" => 7_200,
        "msk" | "eest" => 10_800,
        "jst" | "kst" => 32_400,
        _ => return None,
    })
}

/// `+09`, `+0900`, `+09:00` behind a time.
fn zone_of_digits(digits: &str, sign: Option<&Token>, next: Option<&Token>, minutes: Option<&Token>) -> Option<i64> {
    let east = match sign? {
        Token::Sign('+') => 1,
        Token::Sign('-') => -1,
        _ => return None,
    };
    let number: i64 = digits.parse().ok()?;
    let (hours, rest) = match (digits.len(), next, minutes) {
        (4, ..) => (number / 100, number % 100),
        (2, Some(Token::Sign(':')), Some(minutes)) => (number, minutes.number()?),
        (2, ..) => (number, 0),
        _ => return None,
    };
    (hours <= 14 && rest < 60).then(|| east * (hours * 3_600 + rest * 60))
}

#[derive(Debug)]
enum Token {
    Digits(String),
    Letters(String),
    Sign(char),
}

impl Token {
    fn digits(&self) -> Option<&str> {
        match self {
            Self::Digits(digits) => Some(digits),
            Self::Letters(_) | Self::Sign(_) => None,
        }
    }

    fn number(&self) -> Option<i64> {
        self.digits()?.parse().ok()
    }
}

/// Runs of digits and of letters, and single signs; a fraction of a second is left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut joined = false;
    for c in text.chars() {
        match (c, tokens.last_mut()) {
            ('0'..='9', Some(Token::Digits(run))) if joined => run.push(c),
            ('0'..='9', _) => tokens.push(Token::Digits(c.to_string())),
            ('a'..='z' | 'A'..='Z', Some(Token::Letters(run))) if joined => run.push(c),
            ('a'..='z' | 'A'..='Z', _) => tokens.push(Token::Letters(c.to_string())),
            (' ' | ',' | '(' | ')', _) => {
                joined = false;
                continue;
            }
            _ => tokens.push(Token::Sign(c)),
        }
        joined = true;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_registry_are_read() {
        let noon = 1_795_255_200; // 2026-11-21T10:00:00Z
        let day = noon - 10 * 3_600;
        for (text, expected) in [
            ("2026-11-21T10:00:00Z", noon),
            ("2026-11-21T10:00:00.0Z", noon),
            ("2026-11-21T19:00:00+09:00", noon),
            ("2026-11-21 10:00:00", noon),
            ("2026-11-21 10:00:00.123456 UTC", noon),
            ("2026-11-21 19:00:00+09", noon),
            ("2026-11-21 19:00:00 +0900", noon),
            ("2026-11-21 05:00:00-05:00", noon),
            ("2026/11/21 19:00:00 (JST)", noon),
            ("2026/11/21", day),
            ("2026-11-21", day),
            ("2026.11.21 13:00:00 MSK", noon),
            ("2026. 11. 21.", day),
            ("20261121", day),
            ("20261121 100000", noon),
            ("21-Nov-2026", day),
            ("21-Nov-2026 10:00:00 UTC", noon),
            ("21.11.2026", day),
            ("21.11.2026 10:00:00", noon),
            ("21/11/2026", day),
            ("November 21, 2026", day),
            ("November  21 2026", day),
            ("Sat Nov 21 10:00:00 GMT 2026", noon),
            ("Sat Nov 21 10:00:00 2026", noon),
            ("21 November 2026 at 10:00", noon),
            ("2026-Nov-21", day),
            ("  2026-11-21 10:00  ", noon),
        ] {
            assert_eq!(date(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "invalid",
            "=1+1",
            "99999-13-45T99:99:99Z",
            "99999-01-01T00:00:00Z",
            "2026-13-01",
            "2026-02-30",
            "2026-11-21 25:00:00",
            "2026",
            "11-21",
            "31/12/26",
            "before Aug-1996",
            "2026-11-21 10:",
            "Nov Nov Nov",
            "18446744073709551616-01-01",
            "\u{1b}[2J",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
        assert_eq!(date(&format!("{}2026-11-21", " ".repeat(100_000))), Some(1_795_219_200));
        assert_eq!(date(&"1:".repeat(100_000)), None);
    }
}
