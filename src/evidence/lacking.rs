//! Fields that stand there and do not say what they are for: a time that cannot be, a From without an address. Facts
//! only; nothing is guessed in their place.

use super::Evidence;
use crate::message::{Message, Quirk, clip};

/// The most bytes that are told of a field.
const TOLD: usize = 100;
/// The most times that are told.
const TIMES: usize = 5;

/// Tells of such fields. Costs a look at what was read of them.
pub(super) fn tell(message: &Message, evidence: &mut Evidence) {
    if evidence.from.iter().all(|reading| reading.address.address.is_empty())
        && let Some(field) = message.field("from")
    {
        evidence.quirks.push(Quirk::NoAddress(clip(field.value.trim(), TOLD).to_owned()));
    }
    if evidence.date.is_none()
        && let Some(field) = message.field("date")
        && !field.raw.trim().is_empty()
    {
        evidence.quirks.push(Quirk::ImpossibleTime(clip(field.raw.trim(), TOLD).to_owned()));
    }
    let lines = evidence.hops.iter().filter(|hop| hop.time.is_none());
    let times = lines.filter_map(|hop| {
        let (_, time) = message.fields.get(hop.field)?.raw.rsplit_once(';')?;
        let time = clip(time.trim(), TOLD);
        is_timelike(time).then(|| Quirk::ImpossibleTime(time.to_owned()))
    });
    let times: Vec<Quirk> = times.take(TIMES).collect();
    evidence.quirks.extend(times);
}

/// A clock stands in it, or a day with a year: `25:61`, `32 Nov 2026`.
fn is_timelike(text: &str) -> bool {
    let digits = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let clock = |word: &str| {
        let mut parts = word.split(':');
        matches!((parts.next(), parts.next()), (Some(hour), Some(minute))
            if hour.len() <= 2 && minute.len() >= 2 && digits(hour) && digits(minute.get(..2).unwrap_or_default()))
    };
    let words = || text.split_whitespace().take(8);
    words().any(clock)
        || words().any(|word| word.len() == 4 && digits(word)) && words().any(|word| word.len() <= 2 && digits(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(header: &str) -> Vec<Quirk> {
        super::super::examine(&Message::parse(format!("{header}\n\nx").as_bytes()), &[]).quirks
    }

    #[test]
    fn times_that_cannot_be_are_told() {
        for (header, time) in [
            ("Date: Fri, 32 Nov 2026 10:00:00 +0000", "Fri, 32 Nov 2026 10:00:00 +0000"),
            ("Date: 99 Foo", "99 Foo"),
            ("Date: yesterday", "yesterday"),
            ("Received: from a by b with ESMTP; Mon, 16 Nov 2026 25:61:00 +0000", "Mon, 16 Nov 2026 25:61:00 +0000"),
            ("Received: from a by b with ESMTP; Mon, 16 Nov 2026 10:00:00 +9999", "Mon, 16 Nov 2026 10:00:00 +9999"),
            ("Received: from a by b with ESMTP; Fri, 32 Nov 2026", "Fri, 32 Nov 2026"),
        ] {
            assert_eq!(
                told(&format!("From: a@one.example\n{header}")),
                [Quirk::ImpossibleTime(time.into())],
                "{header}"
            );
        }
        let many = "Received: from a by b; Mon, 16 Nov 2026 25:61:00 +0000\n".repeat(900);
        assert_eq!(told(&format!("{many}From: a@one.example")).len(), TIMES);
    }

    #[test]
    fn times_that_can_be_and_lines_without_one_are_not() {
        for header in [
            "Date: Mon, 16 Nov 2026 10:00:00 +0000",
            "Date: Mon, 16 Nov 2026 10:00:00 +0900 (JST)",
            "Date:",
            "Subject: x",
            "Received: from a by b with ESMTP; date",
            "Received: from a (a [192.0.2.1]) by b with ESMTP",
            "Received: from a by b (envelope-from <x@one.example>; version=1.2.3) with ESMTP id 2026",
            "Received: (qmail 12345 invoked by uid 1000); 16 Nov 2026 01:00:00 -0000",
            "Received: from a by b with ESMTP; Mon, 16 Nov 2026 10:00:00 +0900 (JST)",
        ] {
            assert_eq!(told(&format!("From: a@one.example\n{header}")), [], "{header}");
        }
    }

    #[test]
    fn a_from_without_an_address_is_told() {
        for (from, text) in [("undisclosed:;", "undisclosed:;"), ("", ""), ("Only a name", "Only a name"), ("<>", "<>")]
        {
            assert_eq!(told(&format!("From: {from}")), [Quirk::NoAddress(text.into())], "{from}");
        }
        for header in [
            "From: Anna <a@one.example>",
            "From: a@one.example",
            "From: team: a@one.example;",
            "From:\nFrom: a@one.example",
            "Subject: x",
        ] {
            assert_eq!(told(header), [], "{header}");
        }
    }
}
