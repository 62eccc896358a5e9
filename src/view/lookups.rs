//! The state of a look-up in glyph and words, and what was looked up besides addresses. "Not asked" never reads like
//! "no such record".

use std::net::IpAddr;

use super::subject::clip;
use super::time::day;
use super::{Line, Subject, Target, Tone, country};
use crate::evidence::Domain;
use crate::facts::phrases::in_language;
use crate::facts::{Dnssec, Fact, Key, Origin, Place, State};
use crate::text::{Lang, Words};

/// Who answered, and when.
pub(super) fn origin(subject: &Subject<'_>, fact: &Fact) -> Line {
    let when = fact.at.map(|at| day(at, &subject.tz)).unwrap_or_default();
    let (words, name, tone) = match &fact.origin {
        Origin::Database(name) => (Words::new("▤ database: {0}", "▤ データベース：{0}"), name.as_str(), Tone::Dim),
        Origin::Recorded(name) => (Words::new("◎ recorded: {0} {1}", "◎ 記録：{0} {1}"), name.as_str(), Tone::Info),
        Origin::Asked(name) => (Words::new("✓ asked just now: {0}", "✓ 今回照会：{0}"), name.as_str(), Tone::Good),
        Origin::Kept(name) => (Words::new("↺ kept from {1}: {0}", "↺ {1} の答えを保存：{0}"), name.as_str(), Tone::Dim),
        Origin::Nobody => (Words::new("✓ known", "✓ 既知"), "", Tone::Dim),
    };
    // A recording's own text often carries its date already.
    let dated = matches!(fact.origin, Origin::Recorded(_)) && name.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let name = in_language(name, subject.lang);
    let text = subject.fill(words, &[&clip(&name, 200), if dated { "" } else { &when }]);
    Line::new(text.trim_end(), tone)
}

/// Where a look-up stands: glyph and words.
pub(super) fn state(subject: &Subject<'_>, fact: Option<&Fact>) -> Line {
    let Some(fact) = fact else {
        return not_asked(subject);
    };
    match &fact.state {
        State::NotAsked => not_asked(subject),
        State::Queued => subject.line(Words::new("… queued", "… 待機中"), Tone::Info),
        State::Asking => subject.line(Words::new("→ asking", "→ 照会中"), Tone::Info),
        State::Value(_) => origin(subject, fact).join(signed(subject, fact)),
        State::Absent => subject
            .line(Words::new("∅ no such record", "∅ 該当なし"), Tone::Text)
            .with("  ", Tone::Dim)
            .join(origin(subject, fact)),
        State::Failed(why) => failed(subject, why),
    }
}

/// What DNSSEC says of an answer; nothing where nobody could tell.
fn signed(subject: &Subject<'_>, fact: &Fact) -> Line {
    let (words, tone) = match fact.dnssec {
        Some(Dnssec::Secure) => (Words::new("  DNSSEC ✓", "  DNSSEC ✓"), Tone::Good),
        Some(Dnssec::Insecure) => (Words::new("  not signed", "  署名なし"), Tone::Dim),
        Some(Dnssec::Bogus) => {
            (Words::new("  DNSSEC ✗ the signature does not hold", "  DNSSEC ✗ 署名が不正"), Tone::High)
        }
        Some(Dnssec::Indeterminate) | None => return Line::default(),
    };
    subject.line(words, tone)
}

fn not_asked(subject: &Subject<'_>) -> Line {
    let line = subject.line(Words::new("○ not asked", "○ 未照会"), Tone::Dim);
    if subject.ask_key.is_empty() {
        return line;
    }
    line.with(&subject.fill(Words::new(" (press {0} to ask)", "（{0} で照会）"), &[subject.ask_key]), Tone::Dim)
}

/// `AS2497 Internet Initiative Japan`; empty where nothing is known.
pub(super) fn network(place: &Place, lang: Lang) -> String {
    match (place.asn, place.network.as_deref()) {
        (Some(asn), Some(name)) => format!("AS{asn} {}", clip(&in_language(name, lang), 80)),
        (Some(asn), None) => format!("AS{asn}"),
        (None, Some(name)) => clip(&in_language(name, lang), 80),
        (None, None) => String::new(),
    }
}

/// The network of an address in words, `?` with its reason where it is not known.
pub(super) fn network_of(subject: &Subject<'_>, address: IpAddr) -> Line {
    match subject.facts.place(address).map(|place| network(place, subject.lang)) {
        Some(name) if !name.is_empty() => Line::new(&name, Tone::Text),
        _ => unknown_place(subject, address),
    }
}

/// The country of an address in words; what is missing is told by [`network_of`], which stands beside it.
pub(super) fn country_of(subject: &Subject<'_>, address: IpAddr) -> Line {
    match subject.facts.place(address) {
        Some(place) if place.anycast => {
            let code = place.country.as_deref().map(|code| country(code, subject.lang)).unwrap_or_default();
            let words = Words::new("anycast, no single place", "エニーキャスト（特定の場所なし）");
            let line = subject.line(words, Tone::Info);
            if code.is_empty() {
                return line;
            }
            let said = subject.fill(Words::new(" (registered: {0})", "（登録上：{0}）"), &[code]);
            line.with(&said, Tone::Dim)
        }
        Some(Place { country: Some(code), .. }) => Line::new(country(code, subject.lang), Tone::Text),
        _ => Line::new("-", Tone::Dim),
    }
}

/// A question never left: nobody was asked, so nobody failed to answer.
pub(super) fn never_left(why: &str) -> bool {
    ["not asked", "not contacted"].iter().any(|said| why.starts_with(said))
}

/// Why there is no answer.
fn failed(subject: &Subject<'_>, why: &str) -> Line {
    let said = clip(&in_language(why, subject.lang), 200);
    if never_left(why) {
        return Line::new(&format!("○ {said}"), Tone::Dim);
    }
    Line::new(&subject.fill(Words::new("✗ failed: {0}", "✗ 失敗：{0}"), &[&said]), Tone::Error)
}

fn unknown_place(subject: &Subject<'_>, address: IpAddr) -> Line {
    let key = Key::Place(address);
    match subject.facts.state(&key) {
        State::NotAsked => subject.line(Words::new("○ not looked up", "○ 未検索"), Tone::Dim),
        State::Queued | State::Asking => subject.line(Words::new("… looking", "… 検索中"), Tone::Info),
        State::Failed(why) => failed(subject, why),
        State::Value(_) | State::Absent => {
            let recorded = subject.facts.get(&key).is_some_and(|fact| matches!(fact.origin, Origin::Recorded(_)));
            let words = if recorded {
                Words::new("∅ not recorded", "∅ 記録なし")
            } else {
                Words::new("∅ not in the database", "∅ データベースにない")
            };
            subject.line(words, Tone::Dim)
        }
    }
}

/// A host that can be looked at closer and copied.
pub(super) fn named(domain: &Domain) -> Line {
    Line::default()
        .host(&domain.host, domain.registrable.as_deref(), Tone::Accent)
        .to(Target::Host(domain.host.clone()))
}

/// An address that can be looked at closer and copied.
pub(super) fn address_line(address: IpAddr) -> Line {
    Line::new(&address.to_string(), Tone::Text).to(Target::Host(address.to_string()))
}
