//! One mail in a screenful of plain text, for a ticket: who, whence, where to, why. Everything in it is defanged.

use super::delivery::{answer, described, machine, vouched};
use super::indicators::indicators;
use super::subject::clip;
use super::time::moment;
use super::verdict::{impact, reason};
use super::vocabulary::{badge, excuse, level};
use super::{Doc, Line, Subject, Tone};
use crate::text::{Words, defang, defang_address, defang_host};

/// The lines of the summary, all of them text that can be passed on.
#[must_use]
pub fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let evidence = subject.evidence;
    let mut out: Vec<Line> = Vec::new();
    let mut put = |label: Words, value: &str| {
        let colon = subject.say(Words::new(": ", "："));
        out.push(Line::new(subject.say(label), Tone::Dim).with(colon, Tone::Dim).with(value, Tone::Text));
    };
    let (word, _) = badge(subject.verdict.level);
    put(
        Words::new("Verdict", "判定"),
        &format!("{word} {}/100 {}", subject.verdict.score, subject.say(level(subject.verdict.level))),
    );
    put(Words::new("Subject", "件名"), &defang(&clip(&evidence.subject, 300)));
    if let Some(from) = evidence.main_from() {
        let address = defang_address(&from.address);
        let name = defang(&clip(&from.name, 200));
        put(Words::new("From", "From"), format!("{name} <{address}>").trim_start());
    }
    if let Some(path) = &evidence.triad.return_path {
        put(Words::new("Return-Path", "Return-Path"), &format!("<{}>", defang_address(&path.address)));
    }
    if let Some(id) = &evidence.triad.message_id {
        put(Words::new("Message-ID", "Message-ID"), &defang_address(&clip(id, 500)));
    }
    if let Some(date) = evidence.date {
        put(Words::new("Date", "日時"), &moment(date, &subject.tz));
    }
    if let Some(machine) = machine(subject) {
        let (words, _) = vouched(machine.proof);
        put(
            Words::new("Delivered by", "配送元"),
            &format!("{} ({})", defang(&described(subject, &machine)), subject.say(words)),
        );
    }
    if let Some(domain) = subject.from_domain() {
        put(Words::new("Domain against machine", "ドメインと配送元"), &defang(&answer(subject, domain).text()));
    }
    for one in evidence.excuses.iter().take(5) {
        put(Words::new("Innocent reason", "正当な理由"), &defang(&excuse(one, subject.lang)));
    }
    if let Some(campaign) = subject.entry.campaign {
        out.push(campaign.line(subject.lang));
    }
    for finding in subject.verdict.findings.iter().take(20) {
        let text = format!(
            "{} {}: {}",
            impact(finding.weight),
            subject.say(finding.rule.title),
            defang(&reason(subject, finding))
        );
        out.push(Line::new("- ", Tone::Dim).with(&text, Tone::Text));
    }
    let found = indicators(subject);
    for (label, list) in [
        (Words::new("URL", "URL"), &found.urls),
        (Words::new("Domain", "ドメイン"), &found.domains),
        (Words::new("Address", "アドレス"), &found.addresses),
        (Words::new("Mail address", "メールアドレス"), &found.mail_addresses),
        (Words::new("SHA-256", "SHA-256"), &found.hashes),
        (Words::new("Telephone", "電話番号"), &found.phones),
        (Words::new("Wallet", "ウォレット"), &found.wallets),
        (Words::new("Bank account", "銀行口座"), &found.accounts),
    ] {
        for one in list.iter().take(20) {
            let colon = subject.say(Words::new(": ", "："));
            out.push(Line::new(subject.say(label), Tone::Dim).with(colon, Tone::Dim).with(&one.defanged, Tone::Text));
        }
    }
    out.extend(hosts(subject));
    if let Some(digest) = subject.entry.sha256 {
        out.push(Line::new("SHA-256 ", Tone::Dim).with(
            &subject.fill(Words::new("of the mail: {0}", "（メール全体）：{0}"), &[&digest.to_string()]),
            Tone::Text,
        ));
    }
    if !subject.entry.note.is_empty() {
        let note = subject.fill(Words::new("Note: {0}", "メモ：{0}"), &[&clip(subject.entry.note, 2_000)]);
        out.push(Line::new(&note, Tone::Text));
    }
    out
}

/// Where the machine and the link hosts stand: network and country of every address that is known.
fn hosts(subject: &Subject<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for host in subject.evidence.hosts.iter().take(40) {
        for address in subject.facts.addresses(&host.domain.host).unwrap_or_default().iter().take(2) {
            let line = Line::new(&defang_host(&host.domain.host), Tone::Text)
                .with(" = ", Tone::Dim)
                .with(&defang_host(&address.to_string()), Tone::Text)
                .with(", ", Tone::Dim)
                .join(super::lookups::network_of(subject, *address))
                .with(", ", Tone::Dim)
                .join(super::lookups::country_of(subject, *address));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// The summary as a document.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    Doc { blocks: lines(subject).into_iter().map(super::Block::Line).collect() }
}
