//! Tells a `From ` line that ends in an asctime-like date from a sentence that begins with "From". Pure; looks at the
//! end of the line only, however long the line is.
//!
//! `From MAILER-DAEMON Fri Jul  8 12:08:34 2011` and its relatives with a zone before or behind the year, without
//! seconds, or with `remote from host` behind it (qmail mbox(5), RFC 4155 appendix A).

/// How much of a line's end is looked at: the longest date with zones and `remote from` stays far below.
const TAIL: usize = 160;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Whether `line`, which begins with `From `, ends in a date. `line` may be only the end of the line.
pub(in crate::mailbox) fn ends_in_date(line: &[u8]) -> bool {
    let tail = line.get(line.len().saturating_sub(TAIL)..).unwrap_or_default();
    let words: Vec<&[u8]> = tail.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let mut words = words.as_slice();
    if let [before @ .., b"remote", b"from", _] = words {
        words = before;
    }
    // The weekday stands at most eight words from the end: Www Mmm dd time zone zone yyyy zone zone.
    (5..=9).any(|count| words.len().checked_sub(count).and_then(|at| words.get(at..)).is_some_and(is_date))
}

fn is_date(words: &[&[u8]]) -> bool {
    let [day, month, date, time, rest @ ..] = words else { return false };
    let named = |names: &[&str], word: &[u8]| names.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()));
    if !named(&DAYS, day) || !named(&MONTHS, month) || !number(date, 1, 2).is_some_and(|date| (1..=31).contains(&date))
    {
        return false;
    }
    if !is_time(time) {
        return false;
    }
    let Some(at) = rest.iter().position(|word| number(word, 4, 4).is_some_and(|year| year >= 1900)) else {
        return false;
    };
    let (before, after) = (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default());
    before.len() <= 2 && after.len() <= 2 && before.iter().chain(after).all(|word| is_zone(word))
}

fn is_time(word: &[u8]) -> bool {
    let mut parts = word.split(|byte| *byte == b':');
    let hour = parts.next().and_then(|part| number(part, 1, 2)).is_some_and(|hour| hour < 24);
    let minute = parts.next().and_then(|part| number(part, 2, 2)).is_some_and(|minute| minute < 60);
    // 60 is a leap second.
    let second = parts.next().is_none_or(|part| number(part, 2, 2).is_some_and(|second| second <= 60));
    hour && minute && second && parts.next().is_none()
}

fn is_zone(word: &[u8]) -> bool {
    let offset = matches!(word, [b'+' | b'-', digits @ ..] if number(digits, 4, 4).is_some());
    offset || (word.len() <= 8 && word.iter().all(|byte| byte.is_ascii_uppercase() || b"()+-/".contains(byte)))
}

fn number(word: &[u8], least: usize, most: usize) -> Option<u32> {
    if !(least..=most).contains(&word.len()) || !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(word.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_end_in_a_date() {
        for line in [
            "From a@example.com Thu Aug 22 16:23:28 2002",
            "From a@example.com  Thu Aug  2 16:23:28 2002\r\n",
            "From - Thu Aug 22 16:23:28 2002",
            "From MAILER-DAEMON Thu Aug 22 16:23:28 +0200 2002",
            "From a@example.com Thu Aug 22 16:23:28 2002 +0200",
            "From a@example.com Thu Aug 22 16:23 MET DST 2002",
            "From a user at example.com Thu Aug 22 16:23:28 2002",
            "From uucp Thu Aug 22 16:23 EDT 2002 remote from host",
            "From 1e19ea78e7fe254034970f75e3b7cb705b Mon Sep 17 00:00:00 2001",
            "From  Mon Jan  5 10:00:00 2026",
        ] {
            assert!(ends_in_date(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn sentences_and_other_dates_do_not() {
        for line in [
            "From ",
            "From me to you, with love",
            "From Thu Aug 22 until now",
            "From Mon to Sat 10:00 in 2024",
            "From a@example.com Thu, 22 Aug 2002 16:23:28 +0200",
            "From a@example.com Thu Aug 42 16:23:28 2002",
            "From a@example.com Thu Aug 22 25:23:28 2002",
            "From a@example.com Thu Aug 22 16:23:28 2002 they wrote",
            "From a@example.com Thu Aug 22 16:23:28 20022",
        ] {
            assert!(!ends_in_date(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn a_sender_of_a_megabyte_changes_nothing() {
        let line = format!("From {} Thu Aug 22 16:23:28 2002", "a".repeat(1 << 20));
        assert!(ends_in_date(line.as_bytes()));
    }
}
