//! Times, spans of time and sizes in words. A time that no calendar holds is shown as its number.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::text::{Lang, Words};

/// `2022-04-25 23:44:10 +09:00` in the given zone.
#[must_use]
pub fn moment(seconds: i64, tz: &TimeZone) -> String {
    match Timestamp::from_second(seconds) {
        Ok(time) => time.to_zoned(tz.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        Err(_) => format!("@{seconds}"),
    }
}

/// `2022-04-25 23:44`, for a list.
pub(super) fn short_moment(seconds: i64, tz: &TimeZone) -> String {
    match Timestamp::from_second(seconds) {
        Ok(time) => time.to_zoned(tz.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => format!("@{seconds}"),
    }
}

/// The day alone: `2022-04-25`.
pub(super) fn day(seconds: i64, tz: &TimeZone) -> String {
    match Timestamp::from_second(seconds) {
        Ok(time) => time.to_zoned(tz.clone()).strftime("%Y-%m-%d").to_string(),
        Err(_) => format!("@{seconds}"),
    }
}

/// A length of time in its two largest units: `3 s`, `2 min 5 s`, `4 h 10 min`, `12 d 3 h`. The sign is dropped.
#[must_use]
pub fn ago(seconds: i64, lang: Lang) -> String {
    const UNITS: [(u64, Words); 4] = [
        (86_400, Words::new(" d", " 日")),
        (3_600, Words::new(" h", " 時間")),
        (60, Words::new(" min", " 分")),
        (1, Words::new(" s", " 秒")),
    ];
    let mut left = seconds.unsigned_abs();
    let mut said = Vec::new();
    for (size, unit) in UNITS {
        let count = left / size;
        left %= size;
        if count > 0 && said.len() < 2 {
            said.push(format!("{count}{}", unit.get(lang)));
        } else if !said.is_empty() {
            break;
        }
    }
    if said.is_empty() { format!("0{}", Words::new(" s", " 秒").get(lang)) } else { said.join(" ") }
}

/// `1,234 bytes`, `12.5 KiB`, `3.1 MiB`.
pub(super) fn size(bytes: u64, lang: Lang) -> String {
    const KIB: u64 = 1024;
    match bytes {
        0..10_000 => format!("{bytes}{}", Words::new(" bytes", " バイト").get(lang)),
        10_000..1_048_576 => format!("{:.1} KiB", bytes as f64 / KIB as f64),
        _ => format!("{:.1} MiB", bytes as f64 / (KIB * KIB) as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_two_units() {
        for (seconds, said) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (-125, "2 min 5 s"),
            (3_605, "1 h"),
            (15_000, "4 h 10 min"),
            (1_047_600, "12 d 3 h"),
        ] {
            assert_eq!(ago(seconds, Lang::En), said);
        }
        assert_eq!(ago(7_260, Lang::Ja), "2 時間 1 分");
        assert!(!ago(i64::MIN, Lang::En).is_empty());
    }

    #[test]
    fn a_time_beyond_the_calendar_is_a_number() {
        assert_eq!(moment(0, &TimeZone::UTC), "1970-01-01 00:00:00 +00:00");
        assert_eq!(moment(i64::MAX, &TimeZone::UTC), format!("@{}", i64::MAX));
        assert_eq!(short_moment(1_650_900_000, &TimeZone::UTC), "2022-04-25 15:20");
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size(12, Lang::En), "12 bytes");
        assert_eq!(size(20_480, Lang::Ja), "20.0 KiB");
        assert_eq!(size(3 * 1024 * 1024, Lang::En), "3.0 MiB");
    }
}
