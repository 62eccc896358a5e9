//! What others wrote into the header: filters on the way, forwarders that sealed it, and fields that say from where it was
//! handed in. All of it is a claim, and each says who could have typed it. Nothing is said where nothing stands.

use super::subject::clip;
use super::tricks::trick;
use super::vocabulary::{filter, origin, program, reader};
use super::{Doc, Line, Subject, Table, Target, Tone};
use crate::evidence::FilterSaid;
use crate::text::Words;

/// The most rows of each table.
const ROWS: usize = 40;

/// Who could have written a claim.
pub(super) fn side(subject: &Subject<'_>, inside: bool) -> Line {
    if inside {
        subject.line(Words::new(" (✓ recipient's side)", "（✓ 受信側）"), Tone::Good)
    } else {
        subject.line(Words::new(" (✎ could be typed)", "（✎ 書き込み可能）"), Tone::Dim)
    }
}

/// What other filters said.
pub(super) fn filters(subject: &Subject<'_>, doc: &mut Doc) {
    let filters = &subject.evidence.filters;
    if filters.is_empty() {
        return;
    }
    doc.gap();
    doc.heading(subject.say(Words::new("What other filters wrote", "ほかのフィルターの記載")));
    let mut table = Table::new(&[
        subject.say(Words::new("Filter", "フィルター")),
        subject.say(Words::new("Says", "判定")),
        subject.say(Words::new("Points", "点数")),
        subject.say(Words::new("In words", "内容")),
        subject.say(Words::new("Field", "欄")),
    ]);
    for said in filters.iter().take(ROWS) {
        let (words, tone) = filter(said.verdict);
        let mut codes: Vec<&str> = said.codes.iter().map(|words| subject.say(*words)).collect();
        let more = subject.fill(Words::new("{0} more", "ほか {0} 件"), &[&said.more.to_string()]);
        if said.more > 0 {
            codes.push(&more);
        }
        table.row(vec![
            Line::new(said.filter, Tone::Text).to(Target::Source(said.span)),
            // What anyone could have typed does not stand out.
            subject.line(words, if said.inside { tone } else { Tone::Dim }),
            Line::new(&points(said), Tone::Text),
            Line::new(&clip(&codes.join(subject.say(Words::new("; ", "、"))), 800), Tone::Text),
            Line::new(&clip(&said.field, 60), Tone::Dim).join(side(subject, said.inside)),
        ]);
    }
    doc.table(table);
}

fn points(said: &FilterSaid) -> String {
    match (said.score, said.limit) {
        (Some(score), Some(limit)) => format!("{score} / {limit}"),
        (Some(score), None) => format!("{score}"),
        _ => "-".to_owned(),
    }
}

/// Who sealed the mail on its way.
pub(super) fn chain(subject: &Subject<'_>, doc: &mut Doc) {
    for set in subject.evidence.chain.iter().take(ROWS) {
        let words = Words::new(
            "ARC set {0}: sealed in the name of {1}, which found the sets before it: {2}.",
            "ARC セット {0}：{1} の名で封印。それまでのセットの検証結果は {2} と記載。",
        );
        let found = if set.chain.is_empty() { "?" } else { set.chain.as_str() };
        let sealer = if set.sealer.is_empty() { "?" } else { set.sealer.as_str() };
        let text = subject.fill(words, &[&set.number.to_string(), &clip(sealer, 120), &clip(found, 20)]);
        let mut line = Line::new(&text, Tone::Dim).to(Target::Source(set.span));
        if !set.whole {
            line = line.with(subject.say(Words::new(" ! not whole", " ! 不完全")), Tone::Medium);
        }
        doc.line(line);
    }
}

/// What other programs show as the sender, and by which trick.
pub(super) fn senders(subject: &Subject<'_>, doc: &mut Doc) {
    let evidence = subject.evidence;
    if evidence.shown.is_empty() && evidence.forgeries.is_empty() {
        return;
    }
    // A signature or a return path can be odd although all programs show the same sender.
    doc.heading(subject.say(if evidence.shown.is_empty() {
        Words::new("Oddities of sender, envelope and signature", "差出人・配送情報・署名の不審な点")
    } else {
        Words::new("Programs disagree about the sender", "ソフトによって異なる差出人")
    }));
    for forgery in evidence.forgeries.iter().take(ROWS) {
        let mut line = subject.line(trick(forgery.trick), Tone::Medium);
        if !forgery.readings.is_empty() {
            let readings: Vec<String> = forgery.readings.iter().take(4).map(|text| clip(text, 200)).collect();
            line = line.with("  ", Tone::Dim).with(&readings.join(" ≠ "), Tone::Text);
        }
        for span in forgery.spans.iter().take(4) {
            line = line.to(Target::Source(*span));
        }
        doc.line(line);
    }
    let mut table = Table::new(&[
        subject.say(Words::new("A program that reads", "読み方")),
        subject.say(Words::new("Shows", "表示される差出人")),
    ]);
    for shown in evidence.shown.iter().take(ROWS) {
        let address = if shown.address.is_empty() {
            subject.line(Words::new("∅ nobody", "∅ なし"), Tone::Dim)
        } else {
            Line::new(&clip(&shown.address, 300), Tone::Accent).to(Target::Address(clip(&shown.address, 300)))
        };
        table.row(vec![subject.line(reader(shown.reader), Tone::Text), address]);
    }
    doc.table(table);
    doc.gap();
}

/// The signatures by their own account, and the fields that say where the mail was handed in.
pub(super) fn origins(subject: &Subject<'_>, doc: &mut Doc) {
    let evidence = subject.evidence;
    if evidence.origins.is_empty() && evidence.signatures.is_empty() && evidence.account.is_none() {
        return;
    }
    doc.heading(subject.say(Words::new("Where it says to come from", "発信元についての記載")));
    for signature in evidence.signatures.iter().take(ROWS) {
        let length = signature.length.map_or_else(
            || subject.say(Words::new("the whole body", "本文全体")).to_owned(),
            |length| {
                subject.fill(
                    Words::new("the first {0} bytes of the body", "本文の先頭 {0} バイト"),
                    &[&length.to_string()],
                )
            },
        );
        let words = Words::new(
            "Signed by {0} with the key {1}: {2} and {3} header fields, says the mail",
            "{0} の署名（鍵 {1}）：{2}とヘッダー {3} 欄（メールの記載）",
        );
        let values = [
            &*clip(&signature.domain, 200),
            &*clip(&signature.selector, 100),
            &length,
            &signature.fields.len().to_string(),
        ];
        doc.line(
            Line::new(&subject.fill(words, &values), Tone::Text)
                .to(Target::Source(signature.span))
                .to(Target::Host(clip(&signature.domain, 255))),
        );
    }
    if let Some(account) = &evidence.account {
        let words =
            Words::new("Sent with the account {0}, says a server", "サーバーの記載では、アカウント {0} から送信");
        doc.line(
            Line::new(&subject.fill(words, &[&clip(&account.address, 300)]), Tone::Accent)
                .to(Target::Source(account.span))
                .to(Target::Address(clip(&account.address, 300))),
        );
    }
    for one in evidence.origins.iter().take(ROWS) {
        let mut line = Line::new(subject.say(origin(one.kind)), Tone::Dim)
            .with("  ", Tone::Dim)
            .with(&clip(&one.value, 300), Tone::Text)
            .with(&format!("  ({})", clip(&one.field, 60)), Tone::Dim)
            .to(Target::Source(one.span))
            .to(Target::Value(one.value.clone()));
        if let Some((name, kind)) = one.program {
            line = line.with(&format!("  {name}: {}", subject.say(program(kind))), Tone::Dim);
        }
        if let Some(address) = one.address {
            line = line.to(Target::Host(address.to_string()));
        }
        doc.line(line);
    }
    doc.gap();
}
