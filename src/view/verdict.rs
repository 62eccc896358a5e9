//! The verdict explained: level, score, every finding with its reason and the bytes it rests on, and what to do now.
//! It never says that a mail is harmless, and it never hides what speaks against its own judgment.

use super::delivery::{Outcome, compare};
use super::parts::message;
use super::subject::clip;
use super::vocabulary::{badge, doubt, level, quirk};
use super::{Doc, Line, Pane, Subject, Target, Tone, page, sum};
use crate::facts::phrases::in_language;
use crate::mailbox::Doubt;
use crate::message::{Content, Quirk, Span};
use crate::signal::{Finding, Kind};
use crate::text::{Words, defang, show_bytes};
use crate::verdict::Level;

/// This pane.
pub const PANE: Pane = Pane { id: "verdict", title: Words::new("Verdict", "判定"), doc };

/// Bytes of an excerpt, and excerpts of a finding.
const EXCERPT: usize = 240;
const EXCERPTS: usize = 3;
/// The most messages inside that are named.
const MESSAGES: usize = 5;
/// The most doubts about the reading that are told; limits that were hit stand in front where there are many.
const QUIRKS: usize = 50;

/// What the judgment says.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    let verdict = subject.verdict;
    let (word, tone) = badge(verdict.level);
    doc.push(super::Block::Heading(
        Line::new(word, tone)
            .with("  ", Tone::Dim)
            .with(&subject.fill(Words::new("{0} of 100", "100 点中 {0} 点"), &[&verdict.score.to_string()]), tone),
    ));
    let some = verdict.findings.iter().any(|finding| finding.weight > 0.0);
    let words = if some && verdict.level == Level::Clean {
        Words::new(
            "A few things speak against it, too little to warn of it. That is not a proof of anything.",
            "気になる点はありますが、警告するほどではありません。ただし、安全を証明するものではありません。",
        )
    } else {
        level(verdict.level)
    };
    doc.line(subject.line(words, Tone::Text));
    if subject.evidence.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_))) {
        let words = Words::new(
            "! Limits were hit: this mail was not read, and so not rated, to its end. The last lines say which.",
            "! 上限に達したため、このメールの一部は読み取りも評価もしていません。どの上限かは末尾に示します。",
        );
        doc.line(subject.line(words, Tone::Medium));
    }
    if let Some(line) = sum::brief(subject) {
        doc.line(line);
    }
    messages_inside(subject, &mut doc);
    if let Some(campaign) = subject.entry.campaign {
        doc.line(campaign.line(subject.lang));
    }
    if let Some(mark) = subject.entry.mark {
        doc.line(Line::new(&subject.fill(Words::new("Your mark: {0}", "あなたの印：{0}"), &[mark]), Tone::Accent));
    }
    if !subject.entry.note.is_empty() {
        let note = clip(subject.entry.note, 2_000);
        doc.line(
            Line::new(&subject.fill(Words::new("Your note: {0}", "あなたのメモ：{0}"), &[&note]), Tone::Accent)
                .to(Target::Value(note.clone())),
        );
    }
    doc.gap();
    sum::moves(subject, &mut doc);
    let group = |wanted: fn(f32) -> bool| -> Vec<_> {
        verdict.findings.iter().filter(|finding| wanted(finding.weight)).collect()
    };
    let against = group(|weight| weight > 0.0);
    findings(subject, &mut doc, Words::new("What speaks for an attack", "攻撃をうかがわせる点"), &against);
    if against.is_empty() {
        doc.line(subject.line(
            Words::new(
                "· No rule found anything that speaks for an attack.",
                "· 攻撃をうかがわせるルールには該当しませんでした。",
            ),
            Tone::Dim,
        ));
        doc.gap();
    }
    let title = Words::new("What speaks against an attack", "正当なメールをうかがわせる点");
    findings(subject, &mut doc, title, &group(|weight| weight < 0.0));
    let title = Words::new("Good to know, without weight", "参考（重みなし）");
    findings(subject, &mut doc, title, &group(|weight| weight == 0.0));
    sum::doc(subject, &mut doc);
    sum::changes(subject, &mut doc);
    advice(subject, &mut doc);
    doubts(subject, &mut doc);
    doc
}

/// A weight as it is shown: `▲ +2.5`, `▽ -1.0`.
pub(super) fn impact(weight: f32) -> String {
    let glyph = if weight == 0.0 {
        return "· 0".to_owned();
    } else if weight < 0.0 {
        "▽"
    } else if weight >= 2.0 {
        "▲"
    } else if weight >= 1.0 {
        "◆"
    } else {
        "●"
    };
    format!("{glyph} {weight:+.1}")
}

/// The tone of a weight.
pub(super) fn weight_tone(weight: f32) -> Tone {
    if weight == 0.0 {
        Tone::Info
    } else if weight < 0.0 {
        Tone::Good
    } else if weight >= 2.0 {
        Tone::High
    } else if weight >= 1.0 {
        Tone::Medium
    } else {
        Tone::Low
    }
}

/// Messages inside: a report is as harmless as the mail that it reports is not.
fn messages_inside(subject: &Subject<'_>, doc: &mut Doc) {
    let inside = subject.evidence.nested.iter().enumerate().filter(|(_, nested)| nested.within.is_none());
    let count = inside.clone().count();
    if count == 0 {
        return;
    }
    let words = Words::new(
        "Messages inside: {0}, each rated by itself. Enter opens one.",
        "中にメールが {0} 通あり、それぞれ個別に評価されます。Enter で開きます。",
    );
    doc.line(Line::new(&subject.fill(words, &[&count.to_string()]), Tone::Info));
    for (at, nested) in inside.take(MESSAGES) {
        doc.line(message(subject, nested).indent(2).hang(2).to(Target::Nested(at)));
    }
}

fn kind(kind: Kind) -> Words {
    match kind {
        Kind::Direct => Words::new("direct: the bytes show it", "直接：バイト列そのものが示す"),
        Kind::Correlated => {
            Words::new("correlated: two things put beside each other", "相関：二つ以上を突き合わせた結果")
        }
        Kind::Heuristic => Words::new("heuristic: experience, can be wrong", "経験則：外れることもある"),
    }
}

/// The reason of a finding with its values; URLs and names in the values are defanged.
pub(super) fn reason(subject: &Subject<'_>, finding: &Finding) -> String {
    let values: Vec<String> = finding
        .hit
        .values
        .iter()
        .map(|value| {
            let value = clip(value, 300);
            // What look-ups said is in English until it is shown.
            let value = in_language(&value, subject.lang).into_owned();
            if value.contains("://") { defang(&value) } else { value }
        })
        .collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    finding.rule.reason.fill(subject.lang, &values)
}

/// What would make the finding a false alarm; for what speaks for the mail, what it does not prove.
fn innocent(subject: &Subject<'_>, finding: &Finding) -> Option<Line> {
    let told = subject.say(finding.rule.innocent);
    // The labels fit the sentences of the rules: "A damaged file.", "Clubs and shops do so, too."
    let label = if finding.weight > 0.0 {
        Words::new("False alarms: ", "誤検知の可能性：")
    } else if finding.weight < 0.0 {
        Words::new("But: ", "ただし：")
    } else {
        Words::new("Usual reasons: ", "よくある理由：")
    };
    (!told.is_empty()).then(|| Line::new(subject.say(label), Tone::Dim).with(told, Tone::Dim).indent(4))
}

fn findings(subject: &Subject<'_>, doc: &mut Doc, title: Words, list: &[&Finding]) {
    if list.is_empty() {
        return;
    }
    doc.heading(subject.say(title));
    for finding in list {
        let tone = weight_tone(finding.weight);
        let first = finding.hit.spans.first().copied();
        let mut head = Line::new(&format!("{}  ", impact(finding.weight)), tone)
            .with(subject.say(finding.rule.title), tone)
            .to(Target::Value(finding.rule.id.to_owned()));
        if let Some(span) = first {
            head = head.to(Target::Source(span));
        }
        doc.line(head);
        doc.line(Line::new(&reason(subject, finding), Tone::Text).indent(4));
        if let Some(line) = innocent(subject, finding) {
            doc.line(line);
        }
        let mut spans: Vec<Span> = Vec::new();
        for span in finding.hit.spans.iter().take(100) {
            if !spans.contains(span) {
                spans.push(*span);
            }
        }
        for line in spans.iter().take(EXCERPTS).filter_map(|span| excerpt(subject, *span)) {
            doc.line(line.indent(4));
        }
        if spans.len() > EXCERPTS {
            let words = Words::new("… further places: {0}", "…ほか {0} か所");
            let more = (spans.len() - EXCERPTS).to_string();
            doc.line(Line::new(&subject.fill(words, &[&more]), Tone::Dim).indent(4));
        }
        let mut small = format!("{} · {}", finding.rule.id, subject.say(kind(finding.rule.kind)));
        if !finding.rule.references.is_empty() {
            small.push_str(" · ");
            small.push_str(&finding.rule.references.join(", "));
        }
        doc.line(Line::new(&small, Tone::Dim).indent(4));
    }
    doc.gap();
}

/// The bytes of a span on one line, with their place: `@1024 Return-Path: <...>`.
fn excerpt(subject: &Subject<'_>, span: Span) -> Option<Line> {
    let bytes = subject.quote(span);
    if bytes.is_empty() {
        return None;
    }
    if let Some(line) = whole_part(subject, span) {
        return Some(line);
    }
    let cut = bytes.get(..EXCERPT).unwrap_or(bytes);
    let flat: Vec<u8> =
        cut.iter().map(|byte| if matches!(byte, b'\r' | b'\n' | b'\t') { b' ' } else { *byte }).collect();
    let text = show_bytes(&flat).as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = if text.contains("://") { defang(&text) } else { text };
    let mut line = Line::new(&format!("@{} ", span.start), Tone::Dim).with(&text, Tone::Accent);
    if bytes.len() > EXCERPT {
        line = line.with("…", Tone::Dim);
    }
    // Encoded words prove nothing to a reader until they are decoded.
    if text.contains("=?")
        && let Some(field) = subject.message.fields.iter().take(1_000).find(|field| field.span == span)
    {
        line = line.with(" → ", Tone::Dim).with(clip(&field.value, 160).trim(), Tone::Text);
    }
    Some(line.to(Target::Source(span)))
}

/// A span that is the whole body of a part says no more than the part's number; its beginning helps to know it again.
/// Evidence gives such spans where the part is encoded and the exact bytes cannot be named.
fn whole_part(subject: &Subject<'_>, span: Span) -> Option<Line> {
    let (at, part) = subject.message.parts.iter().enumerate().find(|(_, part)| part.span == span)?;
    let text = match &part.content {
        Content::Text(text) => clip(text, 400),
        Content::Html(html) => page::text(&clip(html, 4_000)),
        _ => String::new(),
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = Words::new("somewhere in part {0}, {1}: ", "パート {0}（{1}）の中：");
    let label = subject.fill(words, &[&(at + 1).to_string(), &clip(&part.media_type, 60)]);
    Some(
        Line::new(&format!("@{} ", span.start), Tone::Dim)
            .with(&label, Tone::Dim)
            .with(&defang(&clip(&text, 80)), Tone::Accent)
            .to(Target::Source(span)),
    )
}

fn advice(subject: &Subject<'_>, doc: &mut Doc) {
    doc.heading(subject.say(Words::new("What to do now", "どうすればよいか")));
    let lines: &[Words] = match subject.verdict.level {
        Level::High => &[
            Words::new(
                "Press nothing in it, open no attachment, do not answer it. Delete it, or keep it as evidence.",
                "リンクを押さず、添付を開かず、返信もしないでください。削除するか、証拠として保管します。",
            ),
            Words::new(
                "Did somebody type a password on its page? Change it now at the real site, reached by a bookmark of your \
                 own, and everywhere else it was used; tell whoever runs your mail server.",
                "ページにパスワードを入力してしまったら、自分のブック印から本物のサイトを開いてすぐに変更し、使い回して\
                 いる所もすべて変更して、メールサーバーの管理者に知らせてください。",
            ),
            Words::new(
                "If it claims to come from your own provider: compare its sender and link domains with those that the \
                 provider names in its contract or on its site.",
                "契約中の事業者を名乗っている場合は、送信者とリンクのドメインを、契約書や公式サイトのものと見比べてください。",
            ),
            Words::new(
                "Copy its indicators, defanged, for the report or the block list.",
                "報告やブロックリストのために、無害化した指標（URL・ドメインなど）をコピーしておきましょう。",
            ),
        ],
        Level::Medium => &[
            Words::new(
                "Do not press its links. Reach the sender by a way that you know already: a bookmark, a number from an \
                 old letter.",
                "リンクは押さず、ブック印や以前の書類の電話番号など、すでに知っている方法で差出人に確かめてください。",
            ),
            Words::new(
                "Look at the addresses and links panes: does the registrable domain belong to whom it claims?",
                "「アドレス」と「リンク」を見て、登録ドメインが名乗った相手のものか確かめてください。",
            ),
        ],
        Level::Low => &[Words::new(
            "Read the reasons above. If you did not expect this mail, be as careful as with a mail rated MED.",
            "上の理由を読んでください。心当たりのないメールなら、MED のメールと同じように注意してください。",
        )],
        Level::Clean => &[Words::new(
            "If it asks for a password, money or haste, check by another way all the same: a hijacked mailbox of a friend \
             passes every rule.",
            "パスワードやお金を求めたり急がせたりする場合は、それでも別の方法で確かめてください。乗っ取られた知人のメールは\
             どのルールにもかかりません。",
        )],
    };
    for words in lines {
        doc.line(Line::new("→ ", Tone::Accent).with(subject.say(*words), Tone::Text));
    }
    if subject.verdict.level >= Level::Medium {
        if !subject.evidence.attachments.iter().all(|file| file.inline) {
            doc.line(Line::new("→ ", Tone::Accent).with(
                subject.say(Words::new(
                    "Leave its attachments closed; their SHA-256 can be looked up without opening them.",
                    "添付は開かないでください。SHA-256 なら、開かずに調べられます。",
                )),
                Tone::Text,
            ));
        }
        if subject.in_japan() {
            japan(subject, doc);
        }
    }
    doc.gap();
}

/// Where to report in Japan, and the law on forged senders.
fn japan(subject: &Subject<'_>, doc: &mut Doc) {
    let words = Words::new("Where to report in Japan:", "日本での報告先：");
    doc.line(subject.line(words, Tone::Text));
    let places = [
        (Words::new("the Anti-Phishing Council", "フィッシング対策協議会"), "info@antiphishing.jp"),
        (Words::new("the Anti-Spam Consultation Center", "迷惑メール相談センター"), "meiwaku@dekyo.or.jp"),
        (Words::new("the cyber desk of your prefecture's police", "都道府県警察のサイバー犯罪相談窓口"), ""),
        (Words::new("the provider or brand that it imitates", "なりすまされた事業者"), ""),
    ];
    for (name, address) in places {
        let line = Line::new("· ", Tone::Dim).with(subject.say(name), Tone::Text).indent(2);
        doc.line(if address.is_empty() {
            line
        } else {
            line.with("  ", Tone::Dim).with(address, Tone::Accent).to(Target::Address(address.to_owned()))
        });
    }
    let forged = subject
        .from_domain()
        .is_some_and(|domain| matches!(compare(subject, domain), Outcome::Differs(_) | Outcome::Disowned(_)));
    if forged && subject.verdict.level == Level::High {
        doc.line(subject.line(
            Words::new(
                "In Japan, forging the sender breaks the Act on Regulation of Transmission of Specified Electronic Mail \
                 (特定電子メール法): up to one year or 1 million yen for a person, up to 30 million yen for a company.",
                "送信者を偽ることは特定電子メール法に違反します（個人は 1 年以下の拘禁刑または 100 万円以下の罰金、法人は 3000 \
                 万円以下の罰金）。",
            ),
            Tone::Dim,
        ));
    }
}

fn doubts(subject: &Subject<'_>, doc: &mut Doc) {
    let evidence = subject.evidence;
    if evidence.doubts.is_empty() && evidence.quirks.is_empty() && evidence.repeated.is_empty() {
        return;
    }
    doc.heading(subject.say(Words::new("How sure the reading is", "読み取りの確かさ")));
    let line = |text: &str| Line::new("! ", Tone::Medium).with(text, Tone::Text);
    // What is too large is told among the limits.
    for one in evidence.doubts.iter().filter(|one| **one != Doubt::TooLarge) {
        doc.line(line(subject.say(doubt(*one))));
    }
    for one in evidence.quirks.iter().take(QUIRKS) {
        let said = line(&clip(&quirk(one, subject.lang), 400));
        doc.line(match one {
            crate::message::Quirk::NotAField(at) => {
                said.to(Target::Source(Span { start: *at, end: at.saturating_add(1) }))
            }
            _ => said,
        });
    }
    if let Some(more) = evidence.quirks.len().checked_sub(QUIRKS).filter(|more| *more > 0) {
        let words = Words::new("… and {0} more of that kind.", "…同様の点がほか {0} 件。");
        doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim));
    }
    if !evidence.repeated.is_empty() {
        let names = evidence.repeated.iter().take(20).map(|name| clip(name, 60)).collect::<Vec<_>>().join(", ");
        doc.line(line(&subject.fill(
            Words::new("Fields that may stand once stand more often: {0}.", "一度しか書けない欄が複数あります：{0}"),
            &[&names],
        )));
    }
    doc.gap();
}
