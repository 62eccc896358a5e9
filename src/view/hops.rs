//! The path of the mail, oldest hop first, with delays, encryption and the boundary between what the sender could type
//! and what the recipient's side wrote.

use super::delivery::vouched;
use super::subject::clip;
use super::time::{ago, moment};
use super::{Doc, Line, Pane, Subject, Table, Target, Tone, left_out};
use crate::evidence::Hop;
use crate::text::Words;

/// This pane.
pub const PANE: Pane = Pane { id: "hops", title: Words::new("Hops", "経路"), doc };

/// What the path says.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    let hops = &subject.evidence.hops;
    left_out::tell(subject, &mut doc, left_out::OF_HEADER);
    if hops.is_empty() {
        doc.line(subject.line(
            Words::new(
                "∅ No Received line: the mail never traveled, or its path was taken off.",
                "∅ Received 行がありません。配送されていないか、経路が取り除かれています。",
            ),
            Tone::Medium,
        ));
        return doc;
    }
    doc.line(subject.line(
        Words::new(
            "The path from the sender (top) to the mailbox (bottom); in the header it stands the other way round.",
            "送信者（上）からメールボックス（下）への経路です。ヘッダーでは逆順に並んでいます。",
        ),
        Tone::Dim,
    ));
    doc.gap();
    // What the recipient's side wrote stands at the end, and is what counts: the sender can write as many as he likes.
    let left_out = hops.len().saturating_sub(subject.message.limits.hops_shown);
    if left_out > 0 {
        let words = Words::new(
            "… and {0 more line|more lines} before these, which the sender could have written.",
            "…この前にほか {0} 行（送信者が書ける行です）。",
        );
        doc.line(Line::new(&subject.fill(words, &[&left_out.to_string()]), Tone::Dim));
    }
    doc.table(table(subject, left_out));
    doc.gap();
    boundary(subject, &mut doc);
    clocks(subject, &mut doc);
    doc
}

fn table(subject: &Subject<'_>, left_out: usize) -> Table {
    let mut table = Table::new(&[
        "#",
        subject.say(Words::new("Time", "時刻")),
        subject.say(Words::new("Delay", "所要時間")),
        subject.say(Words::new("From", "送り手")),
        subject.say(Words::new("Written by", "書いたサーバー")),
        subject.say(Words::new("Protocol", "プロトコル")),
        subject.say(Words::new("Trust", "信頼")),
    ]);
    for (index, hop) in subject.evidence.hops.iter().enumerate().rev().skip(left_out) {
        table.row(vec![
            Line::new(&(subject.evidence.hops.len() - index).to_string(), Tone::Dim).to(Target::Source(hop.span)),
            match hop.time {
                Some(time) => Line::new(&moment(time, &subject.tz), Tone::Text),
                None => subject.line(Words::new("∅ no time", "∅ 時刻なし"), Tone::Medium),
            },
            delay(subject, hop),
            client(subject, hop),
            hop.by.as_ref().map_or_else(dash, |by| Line::default().host(&clip(by, 255), None, Tone::Text)),
            protocol(subject, hop),
            trust(subject, index, hop),
        ]);
    }
    table
}

fn dash() -> Line {
    Line::new("-", Tone::Dim)
}

fn delay(subject: &Subject<'_>, hop: &Hop) -> Line {
    match hop.delay {
        None => dash(),
        Some(seconds) if seconds < 0 => Line::new(&format!("! −{} ", ago(seconds, subject.lang)), Tone::Medium)
            .with(subject.say(Words::new("(clocks disagree)", "（時計の不一致）")), Tone::Medium),
        Some(seconds) => {
            let tone = if seconds > 3600 { Tone::Low } else { Tone::Text };
            Line::new(&format!("+{}", ago(seconds, subject.lang)), tone)
        }
    }
}

/// Who handed over: the address that was seen, the name found for it, the name that it gave.
fn client(subject: &Subject<'_>, hop: &Hop) -> Line {
    let mut line = Line::default();
    if let Some(address) = hop.address {
        line = line.with(&format!("{address} "), Tone::Accent).to(Target::Host(address.to_string()));
    }
    if let Some(name) = &hop.reverse {
        line = line.host(&clip(name, 255), None, Tone::Text).with(" ", Tone::Dim);
    }
    if let Some(name) = hop.helo.as_ref().filter(|name| hop.reverse.as_ref() != Some(name)) {
        line = line.with(subject.say(Words::new("calls itself ", "名乗り ")), Tone::Dim).host(
            &clip(name, 255),
            None,
            Tone::Text,
        );
    }
    if line.pieces.is_empty() { dash() } else { line }
}

fn protocol(subject: &Subject<'_>, hop: &Hop) -> Line {
    let Some(with) = hop.with.as_deref() else {
        return dash();
    };
    let upper = with.to_ascii_uppercase();
    // RFC 3848: the S of ESMTPS and ESMTPSA stands for TLS, the A for authentication.
    let tail = upper.strip_prefix("UTF8").unwrap_or(&upper);
    let marks = ["ESMTP", "LMTP", "SMTP"].iter().find_map(|stem| tail.strip_prefix(stem)).unwrap_or_default();
    let line = Line::new(&clip(with, 40), Tone::Text);
    let line = if let Some(tls) = &hop.tls {
        let (glyph, tone) = if tls.is_outdated() { ("!", Tone::Medium) } else { ("✓", Tone::Good) };
        let name = if tls.version.starts_with("SSL") {
            tls.version.clone()
        } else {
            format!("TLS {}", tls.version).trim_end().to_owned()
        };
        line.with(&format!(" {glyph} {name}"), tone)
    } else if marks.contains('S') || upper.contains("HTTPS") {
        line.with(subject.say(Words::new(" ✓ TLS", " ✓ TLS")), Tone::Good)
    } else if tail.contains("SMTP") {
        line.with(subject.say(Words::new(" ○ TLS not stated", " ○ TLS の記載なし")), Tone::Dim)
    } else {
        line
    };
    if marks.contains('A') {
        line.with(subject.say(Words::new(", logged in", "、認証済み")), Tone::Info)
    } else {
        line
    }
}

fn trust(subject: &Subject<'_>, index: usize, hop: &Hop) -> Line {
    let line = match subject.evidence.triad.boundary {
        Some(boundary) if boundary.hop == index => subject.line(Words::new("◀ boundary", "◀ 境界"), Tone::Accent),
        Some(boundary) if index < boundary.hop => {
            subject.line(Words::new("✓ recipient's side", "✓ 受信側"), Tone::Good)
        }
        Some(_) => subject.line(Words::new("✎ the sender could have typed it", "✎ 送信者が書き込める"), Tone::Dim),
        None => subject.line(Words::new("? nothing vouches for it", "? 裏付けなし"), Tone::Dim),
    };
    if hop.unread {
        line.with(subject.say(Words::new(" ! odd form, read in part", " ! 変則的な書式、一部のみ")), Tone::Medium)
    } else {
        line
    }
}

fn boundary(subject: &Subject<'_>, doc: &mut Doc) {
    let found = subject.evidence.triad.boundary.and_then(|one| Some((one, subject.evidence.hops.get(one.hop)?)));
    let Some((boundary, hop)) = found else {
        doc.line(subject.line(
            Words::new(
                "? No boundary: no line can be told to be the recipient's own, so nothing here is proved.",
                "? 境界なし：受信側が書いたと言える行がなく、どれも証明されていません。",
            ),
            Tone::Medium,
        ));
        return;
    };
    let number = (subject.evidence.hops.len() - boundary.hop).to_string();
    let (words, tone) = vouched(Some(boundary.reason));
    doc.line(
        Line::new(
            &subject.fill(Words::new("◀ The boundary is line {0}; ", "◀ 境界は {0} 行目。"), &[&number]),
            Tone::Accent,
        )
        .with(subject.say(words), tone)
        .with(subject.say(Words::new(".", "。")), Tone::Text)
        .to(Target::Source(hop.span)),
    );
}

/// The whole journey, and the Date field against the first server's clock.
fn clocks(subject: &Subject<'_>, doc: &mut Doc) {
    let times: Vec<i64> = subject.evidence.hops.iter().rev().filter_map(|hop| hop.time).collect();
    let (Some(first), Some(last)) = (times.first().copied(), times.last().copied()) else {
        return;
    };
    if times.len() > 1 && last >= first {
        let words = Words::new("From the first server to the last: {0}.", "最初から最後のサーバーまで：{0}。");
        doc.line(Line::new(&subject.fill(words, &[&ago(last.saturating_sub(first), subject.lang)]), Tone::Text));
    }
    if let Some(date) = subject.evidence.date {
        let words = if first >= date {
            Words::new(
                "The Date field is {0} older than the first server's time.",
                "Date 欄は最初のサーバーの時刻より {0}前です。",
            )
        } else {
            Words::new(
                "The Date field is {0} newer than the first server's time.",
                "Date 欄は最初のサーバーの時刻より {0} 後です。",
            )
        };
        let gap = first.saturating_sub(date);
        let tone = if gap.unsigned_abs() > 86_400 { Tone::Medium } else { Tone::Dim };
        let line = Line::new(&subject.fill(words, &[&ago(gap, subject.lang)]), tone);
        doc.line(match subject.message.field("Date") {
            Some(field) => line.to(Target::Source(field.span)),
            None => line,
        });
    }
    if subject.evidence.hops.iter().any(|hop| hop.delay.is_some_and(|delay| delay < 0)) {
        doc.line(subject.line(
            Words::new(
                "! A line is older than the one before it: a clock is wrong, or somebody made a line up.",
                "! 前の行より古い時刻の行があります。時計のずれか、捏造された行です。",
            ),
            Tone::Medium,
        ));
    }
}
