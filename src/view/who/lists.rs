//! Card section: what lists and services say: marks of networks, feeds, block lists, services, certificates and passive
//! DNS, each with its source and time. What nobody asked is told as such, never as "not listed".

use super::{About, label};
use crate::facts::listing::{
    Certificate, Code, FeedHit, Holds, Judgement, Listing, Logged, Mark, NetworkKind, Part, Seen, Severity, Thing,
};
use crate::facts::phrases::in_language;
use crate::facts::{Answer, Fact, Key, State};
use crate::text::{Words, defang, defang_host};
use crate::view::lookups::state;
use crate::view::subject::clip;
use crate::view::time::day;
use crate::view::{Doc, Line, Subject, Table, Target, Tone};

/// The most lines of one answer.
const LINES: usize = 10;
/// The most names beside a domain that are listed.
const NAMES: usize = 12;
/// The most characters of one value.
const LONGEST: usize = 160;

/// Says what lists and services say.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let mut lines = Doc::default();
    if let About::Address(address) = about
        && let Some(place) = subject.facts.place(*address)
    {
        for mark in place.marks.iter().take(LINES) {
            lines.line(marked(subject, mark));
        }
    }
    for key in feeds(about) {
        feed(subject, &key, &mut lines);
    }
    listings(subject, about, &mut lines);
    judgements(subject, about, &mut lines);
    if !lines.blocks.is_empty() {
        doc.heading(subject.say(Words::new("Lists and services", "一覧と判定サービス")));
        doc.blocks.append(&mut lines.blocks);
        doc.gap();
    }
    if let About::Host(domain) = about
        && let Some(registrable) = &domain.registrable
    {
        certificates(subject, registrable, doc);
    }
    history(subject, about, doc);
}

fn marked(subject: &Subject<'_>, mark: &Mark) -> Line {
    let (words, tone) = match mark.kind {
        NetworkKind::Hosting => (Words::new("hosting provider", "ホスティング事業者"), Tone::Text),
        NetworkKind::Cloud => (Words::new("cloud", "クラウド"), Tone::Text),
        NetworkKind::Content => (Words::new("content network", "コンテンツ配信網 (CDN)"), Tone::Text),
        NetworkKind::Vpn => (Words::new("VPN service", "VPN サービス"), Tone::Medium),
        NetworkKind::Tor => (Words::new("Tor exit", "Tor の出口"), Tone::Medium),
        NetworkKind::Criminal => (Words::new("network of criminals", "犯罪者のネットワーク"), Tone::High),
        NetworkKind::Own => (Words::new("on a list of your own", "自分で指定したリストに掲載"), Tone::Medium),
    };
    let line = label(subject, Words::new("network mark", "ネットワークの種別")).with(subject.say(words), tone);
    let line = match &mark.name {
        Some(name) => line.with("  ", Tone::Dim).with(&clip(name, LONGEST), Tone::Text),
        None => line,
    };
    line.with(&format!("  ▤ {}, {}", clip(&mark.list, 60), mark.dated), Tone::Dim)
}

/// What feeds are asked about a thing.
fn feeds(about: &About<'_>) -> Vec<Key> {
    match about {
        About::Url(url) => vec![Key::Feeds((*url).to_owned())],
        About::Address(address) => vec![Key::Feeds(address.to_string())],
        About::System(number) => vec![Key::Feeds(format!("AS{number}"))],
        About::Host(domain) => {
            let above = domain.registrable.iter().filter(|registrable| **registrable != domain.host);
            std::iter::once(&domain.host).chain(above).map(|name| Key::Feeds(name.clone())).collect()
        }
        About::File(_) => Vec::new(),
    }
}

fn feed(subject: &Subject<'_>, key: &Key, doc: &mut Doc) {
    let Some(fact) = subject.facts.get(key).filter(|fact| fact.state != State::NotAsked) else { return };
    let name = || label(subject, Words::new("feeds", "脅威フィード"));
    let State::Value(Answer::Feeds(hits)) = &fact.state else {
        doc.line(name().join(state(subject, Some(fact))));
        return;
    };
    for hit in hits.iter().take(LINES) {
        doc.line(name().join(found(subject, hit)));
    }
    more(subject, hits.len(), doc);
}

fn found(subject: &Subject<'_>, hit: &FeedHit) -> Line {
    let (part, tone) = match hit.part {
        Part::Url => (Words::new("this very URL", "この URL そのもの"), Tone::High),
        Part::Path => (Words::new("the same page", "同じページ"), Tone::High),
        Part::Host => (Words::new("the host", "ホスト"), Tone::Medium),
        Part::Beside => (Words::new("another page on the host", "同じホストの別ページ"), Tone::Low),
    };
    let holds = match hit.holds {
        Holds::Phishing => Words::new("phishing", "フィッシング"),
        Holds::Malware => Words::new("malware", "不正プログラム"),
        Holds::Criminal => Words::new("networks of criminals", "犯罪者のネットワーク"),
        Holds::Own => Words::new("a list of your own", "自分の一覧"),
    };
    let mut line = Line::new(&clip(&hit.feed, 40), tone)
        .with(&format!(" ({})  ", subject.say(holds)), Tone::Dim)
        .with(subject.say(part), tone);
    if let Some(note) = &hit.note {
        line = line.with("  ", Tone::Dim).with(&clip(&defang(note), LONGEST), Tone::Text);
    }
    if let Some(since) = &hit.since {
        line = line.with(&format!("  {}", subject.fill(Words::new("since {0}", "{0} から"), &[since])), Tone::Dim);
    }
    line.with(&format!("  ▤ {}", hit.dated), Tone::Dim)
}

/// What block lists over DNS say.
fn listings(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let names = names(about);
    let facts = subject.facts.iter().filter_map(|(key, fact)| match key {
        Key::Listed { list, name } if names.contains(name) => Some((list, fact)),
        _ => None,
    });
    for (list, fact) in facts.filter(|(_, fact)| fact.state != State::NotAsked).take(40) {
        let line = label(subject, Words::new("block list", "ブロックリスト")).with(&clip(list, 40), Tone::Text);
        let line = line.with("  ", Tone::Dim);
        match &fact.state {
            State::Value(Answer::Listing(listing)) => {
                doc.line(line.join(listed(subject, listing)).with("  ", Tone::Dim).join(state(subject, Some(fact))));
            }
            State::Absent => {
                let words = Words::new("∅ not listed", "∅ 掲載なし");
                doc.line(line.join(subject.line(words, Tone::Text)).with("  ", Tone::Dim).join(source(subject, fact)));
            }
            _ => doc.line(line.join(state(subject, Some(fact)))),
        }
    }
}

/// The name, its registrable domain, or the address, as lists and services are asked about it.
fn names(about: &About<'_>) -> Vec<String> {
    match about {
        About::Host(domain) => std::iter::once(domain.host.clone()).chain(domain.registrable.clone()).collect(),
        About::Address(address) => vec![address.to_string()],
        About::Url(_) | About::System(_) | About::File(_) => Vec::new(),
    }
}

fn listed(subject: &Subject<'_>, listing: &Listing) -> Line {
    // What was abused is honest itself.
    let weight = |code: &Code| if code.abused { code.weight.min(Severity::Spam) } else { code.weight };
    let worst = listing.codes.iter().map(weight).max();
    let meanings: Vec<String> =
        listing.codes.iter().take(4).map(|code| clip(&in_language(&code.meaning, subject.lang), 100)).collect();
    let line = Line::new(&meanings.join(", "), severity(worst));
    match &listing.reason {
        Some(reason) => line.with("  ", Tone::Dim).with(&clip(&defang(reason), LONGEST), Tone::Dim),
        None => line,
    }
}

fn severity(worst: Option<Severity>) -> Tone {
    match worst {
        Some(Severity::Attack) => Tone::High,
        Some(Severity::Spam) => Tone::Medium,
        Some(Severity::Note) => Tone::Low,
        None => Tone::Text,
    }
}

/// The source alone, for an answer whose state was told in other words.
fn source(subject: &Subject<'_>, fact: &Fact) -> Line {
    crate::view::lookups::origin(subject, fact)
}

/// What services say.
fn judgements(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let names = names(about);
    let ours = |thing: &Thing| match (thing, about) {
        (Thing::Domain(name), About::Host(_)) => names.contains(name),
        (Thing::Address(judged), About::Address(address)) => judged == address,
        (Thing::File(judged), About::File(hash)) => judged == hash,
        (Thing::Url(judged), About::Url(url)) => judged == url,
        _ => false,
    };
    let facts = subject.facts.iter().filter_map(|(key, fact)| match key {
        Key::Judged { by, thing } if ours(thing) => Some((by, fact)),
        _ => None,
    });
    for (by, fact) in facts.filter(|(_, fact)| fact.state != State::NotAsked).take(20) {
        let line =
            label(subject, Words::new("service", "判定サービス")).with(&clip(by, 40), Tone::Text).with("  ", Tone::Dim);
        match &fact.state {
            State::Value(Answer::Judgement(judgement)) => {
                doc.line(line.join(verdict(subject, judgement)).with("  ", Tone::Dim).join(source(subject, fact)));
                details(subject, judgement, doc);
            }
            State::Absent => {
                let words = Words::new("∅ unknown to it", "∅ 情報なし");
                doc.line(line.join(subject.line(words, Tone::Text)).with("  ", Tone::Dim).join(source(subject, fact)));
            }
            _ => doc.line(line.join(state(subject, Some(fact)))),
        }
    }
}

fn verdict(subject: &Subject<'_>, judgement: &Judgement) -> Line {
    let words = match judgement.severity {
        Some(Severity::Attack) => Words::new("calls it bad", "危険と判定"),
        Some(Severity::Spam) => Words::new("many reports", "報告多数"),
        Some(Severity::Note) => Words::new("some doubt", "一部に疑い"),
        None => Words::new("nothing against it", "問題の指摘なし"),
    };
    let line = subject.line(words, severity(judgement.severity));
    match judgement.votes {
        Some((bad, all)) => line.with(&format!("  {bad}/{all}"), Tone::Text),
        None => line,
    }
}

fn details(subject: &Subject<'_>, judgement: &Judgement, doc: &mut Doc) {
    for (name, value) in judgement.said.iter().take(20) {
        let name = in_language(name, subject.lang).into_owned();
        doc.line(
            Line::new(&clip(&name, 60), Tone::Dim)
                .with("  ", Tone::Dim)
                .with(&clip(&defang(value), LONGEST), Tone::Text)
                .indent(6)
                .hang(2),
        );
    }
    if let Some(link) = &judgement.link {
        // The service's own page: live, as it is for reading more.
        doc.line(Line::new(&clip(link, 200), Tone::Link).to(Target::Value(link.clone())).indent(6).hang(2));
    }
}

/// What logs of certificates know.
fn certificates(subject: &Subject<'_>, registrable: &str, doc: &mut Doc) {
    let key = Key::Certificates(registrable.to_owned());
    let Some(fact) = subject.facts.get(&key).filter(|fact| fact.state != State::NotAsked) else { return };
    doc.heading(subject.say(Words::new("Certificates", "証明書の記録")));
    let name = || label(subject, Words::new("logs", "公開ログ"));
    match &fact.state {
        State::Value(Answer::Logged(logged)) => {
            let first = logged.first.map_or_else(|| "?".to_owned(), |first| day(first, &subject.tz));
            let words = Words::new("first {0}, {1} in all", "初回 {0}、全 {1} 件");
            let text = subject.fill(words, &[&first, &logged.found.to_string()]);
            doc.line(name().with(&text, Tone::Text).with("  ", Tone::Dim).join(state(subject, Some(fact))));
            newest(subject, logged, doc);
            siblings(subject, logged, doc);
        }
        _ => doc.line(name().join(state(subject, Some(fact)))),
    }
    doc.gap();
}

fn newest(subject: &Subject<'_>, logged: &Logged, doc: &mut Doc) {
    let mut table = Table::new(&[
        subject.say(Words::new("From", "開始")),
        subject.say(Words::new("Until", "終了")),
        subject.say(Words::new("Issuer", "発行者")),
        subject.say(Words::new("Names", "名前")),
    ]);
    let date = |moment: Option<i64>| moment.map_or_else(|| "?".to_owned(), |moment| day(moment, &subject.tz));
    for Certificate { issuer, names, not_before, not_after, .. } in logged.certificates.iter().take(LINES) {
        let names: Vec<String> = names.iter().take(4).map(|name| defang_host(name)).collect();
        table.row(vec![
            Line::new(&date(*not_before), Tone::Text),
            Line::new(&date(*not_after), Tone::Dim),
            Line::new(&clip(issuer, 60), Tone::Text),
            Line::new(&clip(&names.join(", "), LONGEST), Tone::Text),
        ]);
    }
    if !table.rows.is_empty() {
        doc.table(table);
    }
}

fn siblings(subject: &Subject<'_>, logged: &Logged, doc: &mut Doc) {
    if logged.siblings.is_empty() {
        return;
    }
    let shown: Vec<String> = logged.siblings.iter().take(NAMES).map(|name| defang_host(name)).collect();
    let rest = logged.siblings.len().saturating_sub(shown.len());
    let more = if rest > 0 { format!(" +{rest}") } else { String::new() };
    let line = label(subject, Words::new("names beside it", "同じドメインの名前"));
    doc.line(line.with(&(shown.join(", ") + &more), Tone::Text));
}

/// What passive DNS saw.
fn history(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let known = names(about).into_iter().map(Key::History);
    for key in known {
        let Some(fact) = subject.facts.get(&key).filter(|fact| fact.state != State::NotAsked) else { continue };
        doc.heading(subject.say(Words::new("Passive DNS", "パッシブ DNS")));
        if let State::Value(Answer::History(seen)) = &fact.state {
            doc.table(rows(subject, seen));
            more(subject, seen.len(), doc);
        }
        doc.line(label(subject, Words::new("source", "出どころ")).join(state(subject, Some(fact))));
        doc.gap();
    }
}

fn rows(subject: &Subject<'_>, seen: &[Seen]) -> Table {
    let mut table = Table::new(&[
        subject.say(Words::new("Record", "レコード")),
        subject.say(Words::new("Name", "名前")),
        subject.say(Words::new("Value", "値")),
        subject.say(Words::new("First", "初回")),
        subject.say(Words::new("Last", "最終")),
    ]);
    let date = |moment: Option<i64>| moment.map_or_else(|| "?".to_owned(), |moment| day(moment, &subject.tz));
    for one in seen.iter().take(LINES) {
        table.row(vec![
            Line::new(&clip(&one.kind, 12), Tone::Dim),
            Line::new(&clip(&defang_host(&one.name), 80), Tone::Text),
            Line::new(&clip(&defang(&one.value), LONGEST), Tone::Text),
            Line::new(&date(one.first), Tone::Dim),
            Line::new(&date(one.last), Tone::Text),
        ]);
    }
    table
}

fn more(subject: &Subject<'_>, all: usize, doc: &mut Doc) {
    if all > LINES {
        let words = Words::new("… and {0} more", "…ほか {0} 件");
        let text = subject.fill(words, &[&(all - LINES).to_string()]);
        doc.line(Line::new(&text, Tone::Dim).indent(2));
    }
}
