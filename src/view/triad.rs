//! The triad: Return-Path, Message-ID and Received, questioned beside each other and against From. Says who could have
//! typed each and why a difference may be innocent; judges nothing.

use super::delivery::{answer, described, machine, vouched};
use super::subject::clip;
use super::vocabulary::{agreement, auth, excuse, reading};
use super::{Doc, Line, Pane, Subject, Table, Target, Tone};
use crate::evidence::{Agreement, Domain, Hop, Role};
use crate::text::Words;

/// This pane.
pub const PANE: Pane = Pane { id: "triad", title: Words::new("Triad", "御三家"), doc };

/// What the triad says.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    who_sent_it(subject, &mut doc);
    stamp(subject, &mut doc);
    readings(subject, &mut doc);
    grid(subject, &mut doc);
    excuses(subject, &mut doc);
    houses(subject, &mut doc);
    claims(subject, &mut doc);
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
                Words::new("The machine that delivered is {0}", "配送した機械は {0}"),
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
                "機械を示す Received 行がありません。配送されていないか、経路が取り除かれています。",
            ),
            Tone::Medium,
        )),
    }
    if let Some(domain) = subject.from_domain() {
        doc.line(answer(subject, domain));
    }
    doc.gap();
}

/// `From says X` as a line.
pub(super) fn sender_line(subject: &Subject<'_>) -> Line {
    let Some(from) = subject.evidence.main_from() else {
        return subject
            .line(Words::new("No From field names a sender.", "送信者を示す From 欄がありません。"), Tone::Medium);
    };
    let label = subject.line(Words::new("From says ", "From の名乗りは "), Tone::Text);
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
        "件名に {0} の印があります。メールボックスの手前の迷惑メール判定が付けたか、誰かが書いたものです。",
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
    let none = || Line::new("-", Tone::Dim);
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
            none(),
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
            none(),
            subject.line(sender, Tone::Dim),
            against(triad.message_id_domain.as_ref()),
        ]);
    } else {
        table.row(missing(subject, "Message-ID"));
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

fn name_of(hop: &Hop) -> Line {
    hop.helo
        .as_ref()
        .or(hop.reverse.as_ref())
        .map_or_else(|| Line::new("-", Tone::Dim), |name| Line::default().host(&clip(name, 255), None, Tone::Text))
}

fn host(domain: Option<&Domain>) -> Line {
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

fn excuses(subject: &Subject<'_>, doc: &mut Doc) {
    let evidence = subject.evidence;
    let from = subject.from_domain();
    let differs = [
        agree(evidence.triad.return_path.as_ref().and_then(|path| path.domain.as_ref()), from),
        agree(evidence.triad.message_id_domain.as_ref(), from),
        agree(subject.host(Role::BoundaryHelo).map(|host| &host.domain), from),
    ]
    .contains(&Agreement::Different);
    if !evidence.excuses.is_empty() {
        let words = Words::new("Innocent reasons why they may differ:", "食い違いの正当な理由になりうるもの：");
        doc.line(subject.line(words, Tone::Info));
        for one in evidence.excuses.iter().take(20) {
            doc.line(Line::new(&format!("+ {}", excuse(one, subject.lang)), Tone::Good).indent(2));
        }
    } else if differs {
        doc.line(subject.line(
            Words::new(
                "They differ, and none of the innocent reasons holds: no mailing list, no known mail service, no forwarder, \
                 no authentication that passed for From.",
                "食い違いがあり、正当な理由（メーリングリスト、既知の配信サービス、転送、From に対する認証の合格）は\
                 どれも見当たりません。",
            ),
            Tone::Medium,
        ));
    } else {
        return;
    }
    doc.gap();
}

fn houses(subject: &Subject<'_>, doc: &mut Doc) {
    let triad = &subject.evidence.triad;
    doc.heading(subject.say(Words::new("What they are, and what they say", "それぞれの意味と内容")));
    let explained = [
        (
            triad.return_path.as_ref().map(|path| (format!("<{}>", clip(&path.address, 320)), path.span)),
            Words::new(
                "Return-Path is where bounces go. Anyone can forge it.",
                "Return-Path は不達通知の宛先です。誰でも偽装できます。",
            ),
        ),
        (
            triad.message_id.as_ref().map(|id| (format!("<{}>", clip(id, 500)), triad.message_id_span)),
            Words::new(
                "Message-ID is unique to one mail. Its right side is normally the sender's domain or a host name; it can \
                 be forged.",
                "Message-ID はメールごとに固有です。@ の右側は通常、送信者のドメインかホスト名ですが、偽装できます。",
            ),
        ),
        (
            triad
                .oldest
                .and_then(|index| subject.evidence.hops.get(index))
                .map(|hop| (clip(&String::from_utf8_lossy(subject.quote(hop.span)), 600), hop.span)),
            Words::new(
                "Received is written by each server on the way for itself, the newest on top. The lowest is the sender's \
                 server, and the number in it is the address; below the boundary it can be made up.",
                "Received は経路の各サーバーが自分で書き、新しいものほど上に来ます。一番下が送信元のサーバーで、書かれた数字が\
                 アドレスです。境界より下は捏造できます。",
            ),
        ),
    ];
    for (value, words) in explained {
        if let Some((text, span)) = value {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                doc.line(Line::new(&text, Tone::Text).to(Target::Source(span)).to(Target::Value(text.clone())));
            }
        }
        doc.line(subject.line(words, Tone::Dim).indent(2));
    }
    if let Some(hop) =
        triad.boundary.filter(|one| triad.oldest != Some(one.hop)).and_then(|one| subject.evidence.hops.get(one.hop))
    {
        let text = clip(&String::from_utf8_lossy(subject.quote(hop.span)), 600);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            doc.line(Line::new(&text, Tone::Text).to(Target::Source(hop.span)));
        }
        doc.line(
            subject
                .line(
                    Words::new(
                        "The boundary is the line that the recipient's own side wrote about the first machine that is not \
                         its own: the only address here that the sender could not choose.",
                        "境界は、受信側が自分のものではない最初の機械について書いた行です。ここにあるアドレスの中で唯一、\
                         送信者が選べないものです。",
                    ),
                    Tone::Dim,
                )
                .indent(2),
        );
    }
}

fn claims(subject: &Subject<'_>, doc: &mut Doc) {
    let claims = &subject.evidence.auth;
    doc.gap();
    doc.heading(subject.say(Words::new("Authentication, as somebody wrote it", "認証結果（記載されているもの）")));
    if claims.is_empty() {
        doc.line(
            subject.line(Words::new("○ No result stands in the mail.", "○ 認証結果の記載はありません。"), Tone::Dim),
        );
        return;
    }
    let mut table = Table::new(&[
        subject.say(Words::new("Method", "方式")),
        subject.say(Words::new("Result", "結果")),
        subject.say(Words::new("For", "対象")),
        subject.say(Words::new("Against From", "From との関係")),
        subject.say(Words::new("Written by", "記載者")),
    ]);
    for claim in claims.iter().take(40) {
        let (result, tone) = auth(claim.result);
        let (aligned, aligned_tone) = match (&claim.domain, claim.aligned) {
            (None, _) => (Words::new("? names no domain", "? ドメインの記載なし"), Tone::Dim),
            (_, true) => (Words::new("≈ aligned", "≈ 一致"), Tone::Good),
            (_, false) => (Words::new("≠ another organization", "≠ 別の組織"), Tone::Medium),
        };
        let (side, side_tone) = if claim.inside {
            (Words::new(" (✓ recipient's side)", "（✓ 受信側）"), Tone::Good)
        } else {
            (Words::new(" (✎ could be typed)", "（✎ 書き込み可能）"), Tone::Dim)
        };
        table.row(vec![
            Line::new(&clip(&claim.method, 20), Tone::Text).to(Target::Source(claim.span)),
            Line::new(result, tone),
            host(claim.domain.as_ref()),
            subject.line(aligned, aligned_tone),
            Line::new(&clip(&claim.server, 120), Tone::Text).with(subject.say(side), side_tone),
        ]);
    }
    doc.table(table);
}
