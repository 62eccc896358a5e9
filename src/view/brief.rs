//! What others say of a host, a line each: whose it is and since when, block lists, feeds, services, certificates, and
//! what its page showed. Short, for the panes; the Who card says the same in full. What nobody asked has no line.

use std::net::IpAddr;

use super::lookups::{origin, state};
use super::subject::clip;
use super::time::{ago, day};
use super::{Line, Subject, Tone, country};
use crate::evidence::Domain;
use crate::facts::listing::{Code, FeedHit, Judgement, Listing, Logged, Severity, Thing};
use crate::facts::phrases::in_language;
use crate::facts::registration::Registration;
use crate::facts::visit::Visit;
use crate::facts::{Answer, Fact, Key, State};
use crate::text::{Words, defang, defang_url};

/// A domain that was registered so many seconds before the mail is fresh, or young.
const FRESH: i64 = 30 * 86_400;
const YOUNG: i64 = 180 * 86_400;
/// The most addresses whose listings are told with a host.
const ADDRESSES: usize = 4;
/// The most names of lists, feeds or services on one line.
const NAMES: usize = 12;

/// What is known of a host beside its addresses.
pub(super) fn lines(subject: &Subject<'_>, domain: &Domain) -> Vec<Line> {
    let mut out = Vec::new();
    out.extend(told(subject, domain, Words::new("owner", "所有者"), Key::Owner));
    out.extend(told(subject, domain, Words::new("reputation", "評判"), Key::Reputation));
    let addresses = subject.facts.addresses(&domain.host).unwrap_or_default().iter().take(ADDRESSES);
    let mut names = vec![domain.host.clone()];
    names.extend(domain.registrable.iter().filter(|name| **name != domain.host).cloned());
    out.extend(listed(subject, &names));
    for address in addresses {
        out.extend(listed(subject, &[address.to_string()]));
    }
    out.extend(feeds(subject, &domain.host));
    out.extend(judged(subject, &names.into_iter().map(Thing::Domain).collect::<Vec<_>>()));
    out.extend(told(subject, domain, Words::new("certificates", "証明書"), Key::Certificates));
    out.extend(told(subject, domain, Words::new("page", "ページ"), Key::Page));
    out
}

/// What is known of one link beside its host: feeds, services that know URLs, and visits.
pub(super) fn of_link(subject: &Subject<'_>, url: &str) -> Vec<Line> {
    let mut out = Vec::new();
    out.extend(feeds(subject, url));
    out.extend(judged(subject, &[Thing::Url(url.to_owned())]));
    let fact = subject.facts.get(&Key::Page(url.to_owned())).filter(|fact| fact.state != State::NotAsked);
    out.extend(fact.map(|fact| said(subject, Words::new("visit", "訪問"), fact)));
    out
}

/// What lists and services say of an address.
pub(super) fn of_address(subject: &Subject<'_>, address: IpAddr) -> Vec<Line> {
    let mut out = Vec::new();
    out.extend(listed(subject, &[address.to_string()]));
    out.extend(judged(subject, &[Thing::Address(address)]));
    out
}

fn label(subject: &Subject<'_>, words: Words) -> Line {
    Line::new(subject.say(words), Tone::Dim).with("  ", Tone::Dim)
}

/// A fact about a host, asked by its full name or by its registrable domain; `None` where nobody asked.
fn told(subject: &Subject<'_>, domain: &Domain, words: Words, key: fn(String) -> Key) -> Option<Line> {
    let fact = std::iter::once(domain.host.as_str())
        .chain(domain.registrable.as_deref())
        .filter_map(|name| subject.facts.get(&key(name.to_owned())))
        .find(|fact| fact.state != State::NotAsked)?;
    Some(said(subject, words, fact))
}

/// A fact on one line: its value in short with its source, else where it stands.
fn said(subject: &Subject<'_>, words: Words, fact: &Fact) -> Line {
    let line = label(subject, words);
    let value = match &fact.state {
        State::Value(Answer::Text(text)) => Line::new(&clip(text, 600), Tone::Text),
        State::Value(Answer::Registration(one)) => registration(subject, one),
        State::Value(Answer::Logged(one)) => logged(subject, one),
        State::Value(Answer::Visit(one)) => visited(subject, one),
        _ => return line.join(state(subject, Some(fact))),
    };
    line.join(value).with("  ", Tone::Dim).join(origin(subject, fact))
}

/// `2025-07-18, 4 d before the mail; Example Registrar; Iceland`
fn registration(subject: &Subject<'_>, one: &Registration) -> Line {
    let mut line = match one.created {
        Some(created) => age(subject, created),
        None => Line::default(),
    };
    let mut rest: Vec<String> = [&one.registrant, &one.name, &one.registrar]
        .into_iter()
        .flatten()
        .map(|text| clip(&defang(text), 80))
        .collect();
    rest.dedup();
    rest.extend(one.country.iter().map(|code| country(code, subject.lang).to_owned()));
    if !rest.is_empty() {
        if one.created.is_some() {
            line = line.with(subject.say(Words::new("; ", "、")), Tone::Dim);
        }
        line = line.with(&rest.join(subject.say(Words::new("; ", "、"))), Tone::Text);
    }
    if line.pieces.is_empty() { subject.line(Words::new("registered", "登録あり"), Tone::Text) } else { line }
}

/// When a thing began, beside the mail's date where it has one.
fn age(subject: &Subject<'_>, began: i64) -> Line {
    let date = day(began, &subject.tz);
    let Some(mail) = subject.evidence.date else {
        return Line::new(&subject.fill(Words::new("since {0}", "{0} から"), &[&date]), Tone::Text);
    };
    let before = mail.saturating_sub(began);
    if before < 0 {
        let words = Words::new("since {0}, after the mail was written", "{0} から（メールの日付より後）");
        return Line::new(&subject.fill(words, &[&date]), Tone::Info);
    }
    let tone = match before {
        ..FRESH => Tone::High,
        FRESH..YOUNG => Tone::Medium,
        _ => Tone::Text,
    };
    // Nobody counts eleven thousand days.
    let length = if before >= 2 * 365 * 86_400 {
        subject.fill(Words::new("{0 year|years}", "{0} 年"), &[&(before / (365 * 86_400)).to_string()])
    } else if before >= 2 * 86_400 {
        subject.fill(Words::new("{0 day|days}", "{0} 日"), &[&(before / 86_400).to_string()])
    } else {
        ago(before, subject.lang)
    };
    let words = Words::new("since {0}, {1} before the mail", "{0} から（メールの {1} 前）");
    Line::new(&subject.fill(words, &[&date, &length]), tone)
}

fn logged(subject: &Subject<'_>, one: &Logged) -> Line {
    let count = one.found.max(one.certificates.len() as u32).to_string();
    let line = Line::new(&subject.fill(Words::new("{0} in the logs", "ログに {0} 件"), &[&count]), Tone::Text);
    match one.first {
        Some(first) => {
            line.with(subject.say(Words::new(", the first ", "、最初は ")), Tone::Dim).join(age(subject, first))
        }
        None => line,
    }
}

fn visited(subject: &Subject<'_>, one: &Visit) -> Line {
    let stops = one.hops.len().to_string();
    let mut line = Line::new(&subject.fill(Words::new("{0 stop|stops}", "{0} か所を経由"), &[&stops]), Tone::Text);
    if let Some(last) = one.hops.last() {
        let words = Words::new(", ends at {0}", "、最後は {0}");
        line = line.with(&subject.fill(words, &[&clip(&defang_url(&last.url), 160)]), Tone::Text);
    }
    if let Some(why) = &one.ended {
        line = line.with(&format!(" ({})", clip(&in_language(why, subject.lang), 120)), Tone::Medium);
    }
    if let Some(page) = &one.page {
        line = line.with(&format!("  \"{}\"", clip(&defang(&page.title), 80)), Tone::Text);
        if page.forms.iter().any(|form| form.passwords > 0) {
            line = line.with(subject.say(Words::new("  asks for a password", "  パスワードを求める")), Tone::High);
        }
    }
    line
}

/// What block lists say of names or of an address, all on one line; `None` where none was asked.
fn listed(subject: &Subject<'_>, names: &[String]) -> Option<Line> {
    let mut facts: Vec<(&str, &Fact)> = Vec::new();
    for list in subject.facts.block_lists() {
        for name in names {
            let key = Key::Listed { list: list.to_owned(), name: name.clone() };
            facts.extend(subject.facts.get(&key).map(|fact| (list, fact)));
        }
    }
    if facts.is_empty() {
        return None;
    }
    let mut line = label(subject, Words::new("block lists", "ブロックリスト"));
    if let Some(name) = names.first().filter(|name| name.parse::<IpAddr>().is_ok()) {
        line = line.with(&format!("{name}  "), Tone::Dim);
    }
    let mut clean = Vec::new();
    for (list, fact) in facts.iter().take(NAMES) {
        match &fact.state {
            State::Value(Answer::Listing(one)) => line = line.join(listing(subject, list, one)),
            State::Absent => clean.push(*list),
            _ => {
                line = line.with(&format!("{list} "), Tone::Dim).join(state(subject, Some(fact))).with("  ", Tone::Dim);
            }
        }
    }
    if !clean.is_empty() {
        let words = Words::new("· not on {0}", "· {0} には未登録");
        line = line.with(&subject.fill(words, &[&clean.join(", ")]), Tone::Text);
    }
    Some(line)
}

/// `✗ dbl: phishing domain`
fn listing(subject: &Subject<'_>, list: &str, one: &Listing) -> Line {
    let worst = one.codes.iter().max_by_key(|code| code.weight);
    // What was abused is honest itself.
    let weight = |code: &Code| if code.abused { code.weight.min(Severity::Spam) } else { code.weight };
    let tone = worst.map_or(Tone::Info, |code| severity(weight(code)));
    let meaning = worst.map(|code| in_language(&code.meaning, subject.lang)).unwrap_or_default();
    Line::new(&format!("✗ {list}: {}  ", clip(&meaning, 80)), tone)
}

fn severity(severity: Severity) -> Tone {
    match severity {
        Severity::Note => Tone::Info,
        Severity::Spam => Tone::Medium,
        Severity::Attack => Tone::High,
    }
}

/// What downloaded feeds say of a URL or a host.
fn feeds(subject: &Subject<'_>, text: &str) -> Option<Line> {
    let fact = subject.facts.get(&Key::Feeds(text.to_owned()))?;
    match &fact.state {
        State::Value(Answer::Feeds(hits)) if !hits.is_empty() => {
            let mut line = label(subject, Words::new("feeds", "脅威フィード"));
            for hit in hits.iter().take(NAMES) {
                line = line.join(feed(subject, hit));
            }
            Some(line)
        }
        // That a feed does not have it says little: only the card tells it.
        _ => None,
    }
}

fn feed(subject: &Subject<'_>, hit: &FeedHit) -> Line {
    let words = if hit.exact {
        Words::new("✗ {0} ({1}): this very URL  ", "✗ {0}（{1}）: この URL  ")
    } else {
        Words::new("✗ {0} ({1}): its host  ", "✗ {0}（{1}）: このホスト  ")
    };
    Line::new(&subject.fill(words, &[&clip(&hit.feed, 40), &clip(&hit.dated, 20)]), Tone::High)
}

/// What services say of one or several things.
fn judged(subject: &Subject<'_>, things: &[Thing]) -> Option<Line> {
    let mut line: Option<Line> = None;
    let asked = subject.facts.services().into_iter().flat_map(|by| things.iter().map(move |thing| (by, thing)));
    for (by, thing) in asked {
        let fact = subject.facts.get(&Key::Judged { by: by.to_owned(), thing: thing.clone() });
        let Some(fact) = fact.filter(|fact| fact.state != State::NotAsked) else { continue };
        let told = line.unwrap_or_else(|| label(subject, Words::new("services", "判定サービス")));
        line = Some(match &fact.state {
            State::Value(Answer::Judgement(one)) => told.join(judgement(subject, by, one)),
            _ => told.with(&format!("{by} "), Tone::Dim).join(state(subject, Some(fact))).with("  ", Tone::Dim),
        });
    }
    line
}

/// `✗ virustotal: 12 of 70`
fn judgement(subject: &Subject<'_>, by: &str, one: &Judgement) -> Line {
    let (sign, tone) = match one.severity {
        Some(grade) => ("✗", severity(grade)),
        None => ("·", Tone::Text),
    };
    let mut text = format!("{sign} {by}");
    if let Some((bad, all)) = one.votes {
        let words = Words::new(": {0} of {1} against it", ": {1} 件中 {0} 件が悪性と判定");
        text.push_str(&subject.fill(words, &[&bad.to_string(), &all.to_string()]));
    } else if let Some((name, value)) = one.said.first() {
        text.push_str(&format!(": {} {}", in_language(name, subject.lang), clip(&defang(value), 60)));
    }
    Line::new(&format!("{text}  "), tone)
}
