//! Every link, defanged and split, with what the reader is shown, where it stands and which findings rest on it. What
//! can be pressed comes first; equal links are one, with a count. No live URL is ever shown here.

mod contacts;
mod ways;

use super::brief;
use super::lookups::{country_of, network_of, state};
use super::subject::clip;
use super::verdict::{impact, weight_tone};
use super::vocabulary::{OTHER_READING, class, link_kind, pressable};
use super::{Block, Doc, Line, Pane, Subject, Target, Tone, left_out};
use crate::evidence::{Domain, Link, LinkKind, UrlParts, unicode_host};
use crate::facts::Key;
use crate::signal::{Family, Finding};
use crate::text::{Words, defang, defang_url};

/// This pane.
pub const PANE: Pane = Pane { id: "links", title: Words::new("Links", "リンク"), doc };

/// What the links say.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    let links = ordered(&subject.evidence.links);
    left_out::tell(subject, &mut doc, left_out::OF_LINKS);
    if links.is_empty() {
        doc.line(subject.line(Words::new("○ The mail holds no link.", "○ リンクはありません。"), Tone::Dim));
        contacts::section(subject, &mut doc);
        return doc;
    }
    doc.line(counted(subject, &links));
    doc.gap();
    let mut before: Option<&str> = None;
    let most = subject.message.limits.links_shown;
    for (index, link) in links.iter().take(most).enumerate() {
        let host = link.target().map(|url| url.domain.host.as_str());
        one(subject, &mut doc, index + 1, link, host.is_some() && host == before);
        before = host;
    }
    if let Some(more) = links.len().checked_sub(most).filter(|more| *more > 0) {
        let words = Words::new("… and {0 more link|more links}.", "…ほか {0} 件のリンク。");
        doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim));
    }
    contacts::section(subject, &mut doc);
    doc
}

/// Links in the order of what a reader can press; the same host stays together, mail's order otherwise.
fn ordered(links: &[Link]) -> Vec<&Link> {
    let rank = |link: &Link| {
        let web = link.url.as_ref().is_some_and(|url| url.scheme.starts_with("http"));
        match link.kind {
            LinkKind::Anchor | LinkKind::Form | LinkKind::Text | LinkKind::Qr if web => 0,
            LinkKind::Anchor | LinkKind::Form | LinkKind::Text | LinkKind::Qr => 1,
            LinkKind::Attachment => 2,
            LinkKind::Header => 3,
            LinkKind::Other => 4,
            LinkKind::Image => 5,
            LinkKind::Unclaimed => 6,
        }
    };
    let mut list: Vec<&Link> = links.iter().collect();
    list.sort_by_key(|link| rank(link));
    list
}

fn counted(subject: &Subject<'_>, links: &[&Link]) -> Line {
    let mut hosts: Vec<&str> = links.iter().filter_map(|link| Some(link.url.as_ref()?.domain.host.as_str())).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let press = links.iter().filter(|link| pressable(link.kind)).count();
    let words = Words::new(
        "Links: {0}, equal ones of one place counted once. Hosts: {1}. Can be pressed: {2}.",
        "リンク：{0} 種類（同じ場所の同じものは一つに数えます）、ホスト：{1} 件、クリックできるもの：{2} 種類。",
    );
    let values = [links.len(), hosts.len(), press].map(|count| count.to_string());
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    Line::new(&subject.fill(words, &values), Tone::Text)
}

/// Where in the mail it stands, and for whom.
fn place_in(subject: &Subject<'_>, label: Line, link: &Link) -> Line {
    let kind = subject.say(link_kind(link.kind, subject.evidence.has_unread_parts()));
    let line = match link.part {
        Some(part) => {
            let words = Words::new("{0}, part {1}", "{0}、パート {1}");
            label.with(&subject.fill(words, &[kind, &(part + 1).to_string()]), Tone::Text)
        }
        None => label.with(kind, Tone::Text),
    };
    let other = link.part.and_then(|part| subject.message.parts.get(part)).is_some_and(|part| part.other.is_some());
    let line = if other { line.with("  ", Tone::Dim).with(subject.say(OTHER_READING), Tone::Medium) } else { line };
    line.to(Target::Source(link.span))
}

fn one(subject: &Subject<'_>, doc: &mut Doc, number: usize, link: &Link, same_host: bool) {
    let first = doc.blocks.len();
    let live = link.url.as_ref().map_or(link.raw.as_str(), |url| url.normal.as_str());
    let registrable = link.target().and_then(|url| url.domain.registrable.as_deref());
    let mut head = Line::new(&format!("{number} "), Tone::Dim).with(&clip(&defang_url(live), 2000), Tone::Link);
    if link.count > 1 {
        head = head.with(&format!("  ×{}", link.count), Tone::Info);
    }
    head = head.to(Target::Url(clip(live, 8000))).to(Target::Source(link.span));
    if let Some(url) = link.target() {
        head = head.to(Target::Host(url.domain.host.clone()));
    }
    doc.line(head);
    ways::lines(subject, doc, link);

    let label = |words: Words| Line::new(subject.say(words), Tone::Dim).with("  ", Tone::Dim).indent(4);
    shown_text(subject, doc, link, registrable);
    match link.target() {
        Some(url) => split(subject, doc, url),
        None => doc.line(
            subject
                .line(Words::new("✗ a browser would refuse it", "✗ ブラウザーでは開けません"), Tone::Medium)
                .indent(4),
        ),
    }
    doc.line(place_in(subject, label(Words::new("stands in", "場所")), link));
    for one in link.classes.iter().take(8) {
        doc.line(label(Words::new("host is", "種類")).with(&class(*one, subject.lang), Tone::Info));
    }
    ways::oddities(subject, doc, link);
    if let Some(url) = link.target() {
        if same_host {
            doc.line(
                label(Words::new("host", "ホスト"))
                    .with(subject.say(Words::new("the same as of the link above", "一つ上のリンクと同じ")), Tone::Dim),
            );
        } else {
            place_of(subject, doc, url);
        }
    }
    if let Some(url) = link.target() {
        for line in brief::of_link(subject, &url.normal) {
            doc.line(line.indent(4).hang(2));
        }
    }
    for finding in subject.verdict.findings.iter().filter(|finding| rests_on(subject, finding, link)).take(12) {
        doc.line(
            Line::new(&format!("{} ", impact(finding.weight)), weight_tone(finding.weight))
                .with(subject.say(finding.rule.title), weight_tone(finding.weight))
                .to(Target::Source(finding.hit.spans.first().copied().unwrap_or(link.span)))
                .indent(4),
        );
    }
    name_it(doc.blocks.get_mut(first..).unwrap_or_default(), link, live);
    doc.gap();
}

/// Lines below a link that name nothing of their own are about the link.
fn name_it(blocks: &mut [Block], link: &Link, live: &str) {
    for block in blocks {
        let Block::Line(line) = block else { continue };
        if line.targets.iter().any(|target| !matches!(target, Target::Source(_))) {
            continue;
        }
        line.targets.push(Target::Url(clip(live, 8000)));
        if let Some(url) = link.target() {
            line.targets.push(Target::Host(url.domain.host.clone()));
        }
        line.targets.push(Target::Source(link.span));
    }
}

/// What the reader is shown, against where it leads.
fn shown_text(subject: &Subject<'_>, doc: &mut Doc, from: &Link, registrable: Option<&str>) {
    let Some(text) = from.text.as_deref().filter(|text| !text.trim().is_empty()) else {
        return;
    };
    let mut line = Line::new(subject.say(Words::new("shown as", "表示")), Tone::Dim)
        .with("  ", Tone::Dim)
        .with(&format!("\"{}\"", clip(&defang(text), 300)), Tone::Text)
        .indent(4);
    if let (Some(shown), Some(url)) = (&from.text_host, from.target()) {
        line = if shown.host == url.domain.host {
            line.with(subject.say(Words::new("  = leads there", "  = 表示どおり")), Tone::Good)
        } else if shown.registrable.is_some() && shown.registrable.as_deref() == registrable {
            line.with(subject.say(Words::new("  ≈ same organization", "  ≈ 同じ組織")), Tone::Good)
        } else {
            let words = Words::new("  ≠ leads to {0}", "  ≠ 実際は {0}");
            let real = registrable.unwrap_or(&url.domain.host);
            line.with(&subject.fill(words, &[real]), Tone::High)
        };
    }
    doc.line(line);
}

/// The URL in its pieces; what is not there is not listed, except the path, whose absence tells something.
fn split(subject: &Subject<'_>, doc: &mut Doc, url: &UrlParts) {
    let mut push = |words: Words, line: Line| {
        doc.line(Line::new(subject.say(words), Tone::Dim).with("  ", Tone::Dim).join(line).indent(4));
    };
    let plain = url.scheme == "http";
    let scheme = Line::new(&clip(&url.scheme, 40), if plain { Tone::Low } else { Tone::Text });
    push(
        Words::new("scheme", "スキーム"),
        if plain {
            scheme.with(subject.say(Words::new(" (not encrypted)", "（暗号化なし）")), Tone::Low)
        } else {
            scheme
        },
    );
    if let Some(user) = &url.user_info {
        let words = Words::new(" (stands before @ and is not the host)", "（@ の前にあり、ホストではありません）");
        push(
            Words::new("user info", "ユーザー情報"),
            Line::new(&clip(user, 200), Tone::High).with(subject.say(words), Tone::High),
        );
    }
    let (sub, registrable) = halves(&url.domain);
    if let Some(sub) = sub {
        let length = sub.split('.').map(str::len).max().unwrap_or_default();
        let line = Line::new(sub, Tone::Text);
        let words = Words::new(" (a label of {0} characters)", "（{0} 文字のラベル）");
        push(
            Words::new("subdomain", "サブドメイン"),
            if length >= 30 { line.with(&subject.fill(words, &[&length.to_string()]), Tone::Medium) } else { line },
        );
    }
    if let Some(registrable) = registrable {
        let line =
            Line::default().host(registrable, Some(registrable), Tone::Accent).to(Target::Host(registrable.to_owned()));
        let private =
            Words::new(" (a customer's name below a shared domain)", "（共用ドメインの下にある利用者の名前）");
        push(
            Words::new("registrable domain", "登録ドメイン"),
            if url.domain.private_suffix { line.with(subject.say(private), Tone::Info) } else { line },
        );
        if url.domain.host.contains("xn--") {
            push(
                Words::new("as it may be shown", "画面での見え方"),
                Line::new(&unicode_host(&url.domain.host), Tone::Medium),
            );
        }
    } else if let Some(address) = url.address {
        push(
            Words::new("host", "ホスト"),
            Line::new(&address.to_string(), Tone::Medium).to(Target::Host(address.to_string())),
        );
    } else if !url.domain.host.is_empty() {
        push(Words::new("host", "ホスト"), Line::new(&url.domain.host, Tone::Accent));
    }
    if let Some(port) = url.port {
        push(Words::new("port", "ポート"), Line::new(&port.to_string(), Tone::Medium));
    }
    let path = if url.path.is_empty() { "-".to_owned() } else { clip(&defang(&url.path), 600) };
    push(Words::new("path", "パス"), Line::new(&path, Tone::Text));
}

/// A host in its subdomain and its registrable domain.
pub(super) fn halves(domain: &Domain) -> (Option<&str>, Option<&str>) {
    let Some(registrable) = domain.registrable.as_deref() else {
        return (None, None);
    };
    let sub = domain.host.strip_suffix(registrable).and_then(|left| left.strip_suffix('.'));
    (sub.filter(|sub| !sub.is_empty()), Some(registrable))
}

fn place_of(subject: &Subject<'_>, doc: &mut Doc, url: &UrlParts) {
    let label = || Line::new(subject.say(Words::new("address", "アドレス")), Tone::Dim).with("  ", Tone::Dim).indent(4);
    let known: Vec<_> = match url.address {
        Some(address) => vec![address],
        None => subject.facts.addresses(&url.domain.host).unwrap_or_default().iter().take(3).copied().collect(),
    };
    for address in &known {
        let mut line = label()
            .with(&address.to_string(), Tone::Text)
            .with("  ", Tone::Dim)
            .join(network_of(subject, *address))
            .with("  ", Tone::Dim)
            .join(country_of(subject, *address));
        line = line.to(Target::Host(address.to_string()));
        doc.line(line);
    }
    if known.is_empty() && !url.domain.host.is_empty() {
        doc.line(label().join(state(subject, subject.facts.get(&Key::Addresses(url.domain.host.clone())))));
    }
    for line in brief::lines(subject, &url.domain) {
        doc.line(line.indent(4).hang(2));
    }
}

/// Whether a finding is about this link: it rests on the link's own bytes, or, where only the part is known because it
/// is encoded, on the part and names the link's host.
fn rests_on(subject: &Subject<'_>, finding: &Finding, link: &Link) -> bool {
    if finding.rule.family != Family::Links {
        return false;
    }
    let named = link.ways().chain(&link.url).any(|url| {
        finding.hit.values.iter().any(|value| {
            *value == url.domain.host
                || Some(value.as_str()) == url.domain.registrable.as_deref()
                || *value == url.normal
                || *value == link.raw
        })
    });
    if finding.hit.spans.is_empty() {
        return named;
    }
    let touched = finding.hit.spans.iter().any(|span| span.start < link.span.end && link.span.start < span.end);
    let part = link.part.and_then(|part| subject.message.parts.get(part));
    touched && (named || part.is_none_or(|part| part.span != link.span))
}
