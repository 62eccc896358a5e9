//! The triad: Return-Path, Message-ID and Received, questioned beside each other and against From. Says who could have
//! typed each and why a difference may be innocent; judges nothing.

use super::delivery::{Outcome, answer, compare, described, machine, remark, vouched};
use super::lookups::state;
use super::place::private;
use super::subject::clip;
use super::vocabulary::{agreement, excuse, is_vouched, reading};
use super::{Doc, Line, Pane, Subject, Table, Target, Tone, claims, houses, left_out, others};
use crate::evidence::{Agreement, Domain, Hop, Role};
use crate::facts::{Answer, Key, State};
use crate::text::Words;

/// This pane.
pub const PANE: Pane = Pane { id: "triad", title: Words::new("Triad", "御三家"), doc };

/// What the triad says.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    left_out::tell(subject, &mut doc, left_out::OF_HEADER);
    who_sent_it(subject, &mut doc);
    grid(subject, &mut doc);
    excuses(subject, &mut doc);
    stamp(subject, &mut doc);
    readings(subject, &mut doc);
    houses::explain(subject, &mut doc);
    claims::tell(subject, &mut doc);
    others::filters(subject, &mut doc);
    doc
}

/// How two domains stand to each other.
pub(super) fn agree(one: Option<&Domain>, other: Option<&Domain>) -> Agreement {
    match (one, other) {
        (Some(one), Some(other)) if one.host == other.host => Agreement::Equal,
        (Some(one), Some(other)) => match (&one.registrable, &other.registrable) {
            (Some(a), Some(b)) if a == b => Agreement::SameOrganization,
            (None, None) => Agreement::Unknown,
            _ => Agreement::Different,
        },
        _ => Agreement::Unknown,
    }
}

fn who_sent_it(subject: &Subject<'_>, doc: &mut Doc) {
    doc.heading(subject.say(Words::new("Who really sent it?", "本当の送信者は？")));
    doc.line(sender_line(subject));
    match machine(subject) {
        Some(machine) => {
            let (words, tone) = vouched(machine.proof);
            let said = subject.fill(
                Words::new("The machine that delivered is {0}", "配送したサーバーは {0}"),
                &[&described(subject, &machine)],
            );
            doc.line(
                Line::new(&said, Tone::Accent)
                    .with(subject.say(Words::new("; ", "。")), Tone::Text)
                    .with(subject.say(words), tone)
                    .with(subject.say(Words::new(".", "。")), Tone::Text)
                    .to(Target::Host(machine.address.to_string()))
                    .to(Target::Source(machine.hop.span)),
            );
        }
        None => doc.line(subject.line(
            Words::new(
                "No Received line names a machine: it never traveled, or its path was taken off.",
                "サーバーを示す Received 行がありません。配送されていないか、経路が取り除かれています。",
            ),
            Tone::Medium,
        )),
    }
    if let Some(domain) = subject.from_domain() {
        doc.line(answer(subject, domain));
        if let Some(line) = remark(subject, domain) {
            doc.line(line.indent(2));
        }
    }
    doc.gap();
}

/// `From says X` as a line.
pub(super) fn sender_line(subject: &Subject<'_>) -> Line {
    let Some(from) = subject.evidence.main_from() else {
        return subject
            .line(Words::new("No From field names a sender.", "送信者を示す From 欄がありません。"), Tone::Medium);
    };
    let label = subject.line(Words::new("From says ", "From 欄の名乗りは "), Tone::Text);
    let label =
        if from.name.is_empty() { label } else { label.with(&format!("\"{}\" ", clip(&from.name, 120)), Tone::Text) };
    if from.address.is_empty() {
        return label
            .with(subject.say(Words::new("and gives no address.", "で、アドレスがありません。")), Tone::Medium)
            .to(Target::Source(from.span));
    }
    let registrable = from.domain.as_ref().and_then(|domain| domain.registrable.as_deref());
    label
        .host(&clip(&from.address, 320), registrable, Tone::Accent)
        .with(subject.say(Words::new("; anyone can type that.", "。これは誰でも書けます。")), Tone::Dim)
        .to(Target::Address(from.address.clone()))
        .to(Target::Source(from.span))
}

fn stamp(subject: &Subject<'_>, doc: &mut Doc) {
    let Some(stamp) = &subject.evidence.stamp else {
        return;
    };
    let words = Words::new(
        "The subject carries the stamp {0}: a filter in front of the mailbox wrote it, or somebody typed it.",
        "件名に {0} が付いています。メールボックスの手前の迷惑メール判定が付けたか、誰かが書いたものです。",
    );
    let line = Line::new(&subject.fill(words, &[&clip(&stamp.text, 40)]), Tone::Medium);
    doc.line(match subject.message.field("Subject") {
        Some(field) => line.to(Target::Source(field.span)),
        None => line,
    });
    doc.gap();
}

fn readings(subject: &Subject<'_>, doc: &mut Doc) {
    let from = &subject.evidence.from;
    if subject.evidence.from_malformed {
        doc.line(subject.line(
            Words::new(
                "The From field holds an entry without an address: programs can disagree about it.",
                "From 欄にアドレスのない項目があり、ソフトによって読み方が変わります。",
            ),
            Tone::Medium,
        ));
    }
    if from.len() > 1 {
        doc.line(subject.line(
            Words::new(
                "There is more than one way to read who it is from; other programs may show another:",
                "送信者の読み方が複数あり、ほかのソフトでは別の送信者が表示されることがあります。",
            ),
            Tone::Medium,
        ));
        let mut table = Table::new(&[
            subject.say(Words::new("Reading", "読み方")),
            subject.say(Words::new("Name", "表示名")),
            subject.say(Words::new("Address", "アドレス")),
        ]);
        for one in from.iter().take(50) {
            let address = &one.address;
            let registrable = address.domain.as_ref().and_then(|domain| domain.registrable.as_deref());
            table.row(vec![
                subject.line(reading(one.kind), Tone::Text).to(Target::Source(address.span)),
                Line::new(&clip(&address.name, 120), Tone::Text),
                Line::default()
                    .host(&clip(&address.address, 320), registrable, Tone::Accent)
                    .to(Target::Address(address.address.clone())),
            ]);
        }
        doc.table(table);
    }
    if from.len() > 1 || subject.evidence.from_malformed {
        doc.gap();
    }
}

fn grid(subject: &Subject<'_>, doc: &mut Doc) {
    let triad = &subject.evidence.triad;
    let from = subject.from_domain();
    let sender = Words::new("✎ the sender", "✎ 送信者");
    doc.heading(subject.say(Words::new("The three houses", "御三家")));
    let mut table = Table::new(&[
        subject.say(Words::new("House", "項目")),
        subject.say(Words::new("Domain", "ドメイン")),
        subject.say(Words::new("Address", "アドレス")),
        subject.say(Words::new("Could be typed by", "書き込めた者")),
        subject.say(Words::new("Against From", "From との関係")),
    ]);
    let against = |domain: Option<&Domain>| {
        let (words, tone) = agreement(agree(domain, from));
        subject.line(words, tone)
    };

    if let Some(path) = &triad.return_path {
        let empty = path.address.is_empty();
        table.row(vec![
            Line::new("Return-Path", Tone::Text).to(Target::Source(path.span)),
            if empty {
                subject.line(Words::new("<> (a bounce)", "<>（不達通知）"), Tone::Info)
            } else {
                host(path.domain.as_ref()).to(Target::Address(path.address.clone()))
            },
            known(subject, path.domain.as_ref()),
            subject.line(sender, Tone::Dim),
            against(path.domain.as_ref()),
        ]);
    } else {
        table.row(missing(subject, "Return-Path"));
    }
    if triad.message_id.is_some() {
        table.row(vec![
            Line::new("Message-ID", Tone::Text).to(Target::Source(triad.message_id_span)),
            host(triad.message_id_domain.as_ref()),
            known(subject, triad.message_id_domain.as_ref()),
            subject.line(sender, Tone::Dim),
            match relay(subject) {
                Some(line) => against(triad.message_id_domain.as_ref()).with(" ", Tone::Dim).join(line),
                None => against(triad.message_id_domain.as_ref()),
            },
        ]);
    } else {
        table.row(missing(subject, "Message-ID"));
    }
    let further = subject.evidence.sender.iter().map(|one| ("Sender", one));
    for (title, one) in further.chain(subject.evidence.reply_to.iter().map(|one| ("Reply-To", one))).take(10) {
        if agree(one.domain.as_ref(), from) != Agreement::Equal {
            table.row(vec![
                Line::new(title, Tone::Text).to(Target::Source(one.span)),
                host(one.domain.as_ref()).to(Target::Address(one.address.clone())),
                known(subject, one.domain.as_ref()),
                subject.line(sender, Tone::Dim),
                against(one.domain.as_ref()),
            ]);
        }
    }
    let boundary = triad.boundary.map(|boundary| boundary.hop);
    match triad.oldest {
        Some(oldest) if boundary != Some(oldest) => {
            let title = Words::new("Received, oldest", "Received（最初）");
            received(subject, &mut table, title, oldest, Role::OldestHelo, None);
        }
        None => table.row(missing(subject, "Received")),
        Some(_) => {}
    }
    if let Some(boundary) = triad.boundary {
        let title = if triad.oldest == Some(boundary.hop) {
            Words::new("Received, oldest = boundary", "Received（最初＝境界）")
        } else {
            Words::new("Received, boundary", "Received（境界）")
        };
        received(subject, &mut table, title, boundary.hop, Role::BoundaryHelo, Some(boundary.reason));
    }
    doc.table(table);
    doc.gap();
}

/// A Message-ID in the name of the server that took the mail in was given by it, because the sender gave none.
fn relay(subject: &Subject<'_>) -> Option<Line> {
    let domain = subject.evidence.triad.message_id_domain.as_ref()?;
    let boundary = subject.evidence.triad.boundary?;
    let by = subject.evidence.hops.get(boundary.hop)?.by.as_deref()?;
    let registrable = domain.registrable.as_deref()?;
    let given = by == registrable || by.strip_suffix(registrable).is_some_and(|left| left.ends_with('.'));
    let sender = agree(Some(domain), subject.from_domain());
    (given && sender == Agreement::Different).then(|| {
        subject.line(
            Words::new(
                "(of the relay that took the mail in, not of the sender)",
                "（送信者ではなく、受け付けた中継サーバーのもの）",
            ),
            Tone::Info,
        )
    })
}

fn received(
    subject: &Subject<'_>,
    table: &mut Table,
    title: Words,
    index: usize,
    role: Role,
    reason: Option<crate::evidence::BoundaryReason>,
) {
    let Some(hop) = subject.evidence.hops.get(index) else {
        return;
    };
    let helo = subject.host(role).map(|host| &host.domain);
    let (words, tone) = match reason {
        Some(crate::evidence::BoundaryReason::OnlyAddress) => {
            (Words::new("? likely the recipient's side", "? おそらく受信側"), Tone::Info)
        }
        Some(_) => (
            Words::new("✓ the recipient's server (the name: the sender)", "✓ 受信側サーバー（名乗りは送信者）"),
            Tone::Good,
        ),
        None => (Words::new("✎ the sender", "✎ 送信者"), Tone::Dim),
    };
    table.row(vec![
        subject.line(title, Tone::Text).to(Target::Source(hop.span)),
        helo.map_or_else(|| name_of(hop), |domain| host(Some(domain))),
        match hop.address {
            Some(address) => Line::new(&address.to_string(), Tone::Accent).to(Target::Host(address.to_string())),
            None => Line::new("-", Tone::Dim),
        },
        subject.line(words, tone),
        hop_against(subject, hop, helo),
    ]);
}

/// A hop agrees by its address, where the sender's domain is known to resolve, and by the name that it gave.
fn hop_against(subject: &Subject<'_>, hop: &Hop, helo: Option<&Domain>) -> Line {
    let from = subject.from_domain();
    let known = from.and_then(|domain| {
        subject
            .facts
            .addresses(&domain.host)
            .or_else(|| subject.facts.addresses(domain.registrable.as_deref().unwrap_or_default()))
    });
    let (name, name_tone) = agreement(agree(helo, from));
    let by_name = Line::new(subject.say(Words::new("name ", "名乗り ")), Tone::Dim).with(subject.say(name), name_tone);
    match (known, hop.address) {
        (_, Some(address)) if private(address) => {
            subject.line(Words::new("address ? private; ", "アドレス ? プライベート、"), Tone::Dim).join(by_name)
        }
        (Some(list), Some(address)) => {
            let same = if list.contains(&address) { Agreement::Equal } else { Agreement::Different };
            let (words, tone) = agreement(same);
            Line::new(subject.say(Words::new("address ", "アドレス ")), Tone::Dim)
                .with(subject.say(words), tone)
                .with(subject.say(Words::new("; ", "、")), Tone::Dim)
                .join(by_name)
        }
        _ => by_name,
    }
}

/// The client's name as far as the line gives one; else the server that wrote it.
fn name_of(hop: &Hop) -> Line {
    if let Some(name) = hop.helo.as_ref().or(hop.reverse.as_ref()) {
        return Line::default().host(&clip(name, 255), None, Tone::Text);
    }
    match &hop.by {
        Some(by) => Line::new("by ", Tone::Dim).host(&clip(by, 255), None, Tone::Text),
        None => Line::new("-", Tone::Dim),
    }
}

/// Where a domain leads as far as that is known, or where the question stands; a dash while nobody asked.
fn known(subject: &Subject<'_>, domain: Option<&Domain>) -> Line {
    let dash = || Line::new("-", Tone::Dim);
    let Some(domain) = domain else { return dash() };
    let fact = subject.facts.get(&Key::Addresses(domain.host.clone()));
    match fact.map(|fact| &fact.state) {
        None | Some(State::NotAsked) => dash(),
        Some(State::Value(Answer::Addresses(list))) => {
            let Some(first) = list.first() else { return dash() };
            let more = if list.len() > 1 { format!(" +{}", list.len() - 1) } else { String::new() };
            Line::new(&first.to_string(), Tone::Text).with(&more, Tone::Dim).to(Target::Host(first.to_string()))
        }
        Some(State::Absent) => subject.line(Words::new("∅ none", "∅ なし"), Tone::Text),
        Some(State::Failed(_)) => subject.line(Words::new("✗ failed", "✗ 失敗"), Tone::Error),
        Some(_) => state(subject, fact),
    }
}

/// A domain as a cell.
pub(super) fn host(domain: Option<&Domain>) -> Line {
    domain.map_or_else(
        || Line::new("-", Tone::Dim),
        |domain| {
            Line::default()
                .host(&domain.host, domain.registrable.as_deref(), Tone::Text)
                .to(Target::Host(domain.host.clone()))
        },
    )
}

fn missing(subject: &Subject<'_>, title: &str) -> Vec<Line> {
    let dash = || Line::new("-", Tone::Dim);
    vec![
        Line::new(title, Tone::Text),
        subject.line(Words::new("∅ not there", "∅ なし"), Tone::Medium),
        dash(),
        dash(),
        dash(),
    ]
}

/// The identities of another organization than From. A Message-ID that the receiving relay gave says nothing of the
/// sender, and a machine that the sender's domain resolves to may call itself what it likes.
fn differing(subject: &Subject<'_>) -> Vec<&'static str> {
    let triad = &subject.evidence.triad;
    let from = subject.from_domain();
    let differs = |domain: Option<&Domain>| agree(domain, from) == Agreement::Different;
    let mut list = Vec::new();
    if differs(triad.return_path.as_ref().and_then(|path| path.domain.as_ref())) {
        list.push("Return-Path");
    }
    if differs(triad.message_id_domain.as_ref()) && relay(subject).is_none() {
        list.push("Message-ID");
    }
    let resolved = from.is_some_and(|domain| {
        matches!(
            compare(subject, domain),
            Outcome::Equal | Outcome::Exchanger(_) | Outcome::Allowed(_) | Outcome::SameNetwork(..)
        )
    });
    if !resolved && differs(subject.host(Role::BoundaryHelo).map(|host| &host.domain)) {
        list.push("Received");
    }
    list
}

fn excuses(subject: &Subject<'_>, doc: &mut Doc) {
    let evidence = subject.evidence;
    let mut differing = differing(subject);
    let elsewhere = subject.from_domain().is_some_and(|domain| {
        matches!(compare(subject, domain), Outcome::Differs(_) | Outcome::Disowned(_) | Outcome::Absent)
    });
    if elsewhere && !differing.contains(&"Received") {
        differing.push("Received");
    }
    if differing.is_empty() {
        return;
    }
    if evidence.excuses.is_empty() {
        let words = Words::new(
            "Different from From: {0}; and none of the innocent reasons holds: no mailing list, no known mail service, no \
             forwarder, no authentication that passed for From.",
            "From と異なるもの：{0}。正当な理由（メーリングリスト、既知の配信サービス、転送、From に対する認証の合格）はどれも\
             見当たりません。",
        );
        let list = differing.join(subject.say(Words::new(", ", "、")));
        doc.line(Line::new(&subject.fill(words, &[&list]), Tone::Medium));
    } else {
        let words = Words::new("Innocent reasons why they may differ:", "食い違いの正当な理由になりうるもの：");
        doc.line(subject.line(words, Tone::Info));
        for one in evidence.excuses.iter().take(20) {
            let (sign, tone) = if is_vouched(one) { ('+', Tone::Good) } else { ('✎', Tone::Dim) };
            doc.line(Line::new(&format!("{sign} {}", excuse(one, subject.lang)), tone).indent(2));
        }
    }
    doc.gap();
}
