//! How the score adds up, number by number, and which look-ups could still change it. Adds nothing that the verdict does
//! not hold.

use super::jobs;
use super::lookups::never_left;
use super::time::short_moment;
use super::verdict::{impact, weight_tone};
use super::{Doc, Line, Subject, Target, Tone};
use crate::facts::listing::Thing;
use crate::facts::{Key, Reach, State};
use crate::signal::{Family, asks};
use crate::text::Words;
use crate::verdict::Sum;

/// Columns before the words of a row.
const NUMBERS: u16 = 18;

/// Log-odds as a share in percent: digits where they tell something, never 0 and never 100.
pub(super) fn percent(log_odds: f64) -> String {
    let share = 100.0 / (1.0 + (-log_odds).exp());
    if share < 0.1 {
        "<0.1 %".to_owned()
    } else if share > 99.9 {
        ">99.9 %".to_owned()
    } else if (10.0..90.0).contains(&share) {
        format!("{share:.0} %")
    } else {
        format!("{share:.1} %")
    }
}

/// `1 mail in 5`.
fn base(subject: &Subject<'_>, sum: &Sum) -> String {
    let one_in = 1.0 + (-sum.base).exp();
    let one_in = if (one_in - one_in.round()).abs() < 0.05 { format!("{one_in:.0}") } else { format!("{one_in:.1}") };
    subject.fill(
        Words::new("taken for granted: 1 mail in {0} is an attack", "前提：{0} 通に 1 通は攻撃とみなす"),
        &[&one_in],
    )
}

/// The whole sum on one line, for those who do not read on; empty where nothing was judged.
pub(super) fn brief(subject: &Subject<'_>) -> Option<Line> {
    let verdict = subject.verdict;
    if verdict.sum == Sum::default() {
        return None;
    }
    let cut =
        |sign: fn(f64) -> bool| -> f64 { verdict.sum.cut.iter().map(|(_, cut)| *cut).filter(|cut| sign(*cut)).sum() };
    let weights = |sign: fn(f64) -> bool| -> f64 {
        verdict.findings.iter().map(|finding| f64::from(finding.weight)).filter(|weight| sign(*weight)).sum()
    };
    let for_ = weights(|weight| weight > 0.0) + cut(|cut| cut < 0.0);
    let against = weights(|weight| weight < 0.0) + cut(|cut| cut > 0.0);
    let words = Words::new(
        "{0} to begin with, {1} for it, {2} against = {3}, which is {4}",
        "出発点 {0}、攻撃寄り {1}、正当寄り {2}、計 {3} ＝ {4}",
    );
    let begin = verdict.sum.base + verdict.sum.silence;
    let told = subject.fill(
        words,
        &[
            &format!("{begin:+.2}"),
            // A sum of nothing is -0.
            &format!("{:+.2}", for_ + 0.0),
            &format!("{:+.2}", against + 0.0),
            &format!("{:+.2}", verdict.sum.total),
            &percent(verdict.sum.total),
        ],
    );
    Some(Line::new(&told, Tone::Dim))
}

/// Every number that the score comes from.
pub(super) fn doc(subject: &Subject<'_>, doc: &mut Doc) {
    let verdict = subject.verdict;
    let sum = &verdict.sum;
    if *sum == Sum::default() {
        return;
    }
    doc.heading(subject.say(Words::new("How it adds up", "点数の内訳")));
    doc.line(subject.line(
        Words::new(
            "Weight in log-odds, and the probability of an attack that is reached with it.",
            "左は対数オッズの重み、次はそこまでの攻撃の確率です。",
        ),
        Tone::Dim,
    ));
    let mut at = 0.0;
    let mut row = |doc: &mut Doc, number: f64, words: &str, tone: Tone| {
        at += number;
        let numbers = format!("{number:>+7.2}  {:>7}  ", percent(at));
        doc.line(Line::new(&numbers, tone).with(words, Tone::Text).hang(NUMBERS));
    };
    row(doc, sum.base, &base(subject, sum), Tone::Dim);
    let silence = Words::new("no other rule says anything", "ほかのルールに該当しなかったこと");
    row(doc, sum.silence, subject.say(silence), Tone::Dim);
    for speaks_for in [true, false] {
        for finding in verdict.findings.iter().filter(|finding| {
            let weight = finding.weight;
            weight.is_finite() && if speaks_for { weight > 0.0 } else { weight < 0.0 }
        }) {
            let weight = f64::from(finding.weight);
            row(doc, weight, subject.say(finding.rule.title), weight_tone(finding.weight));
        }
        for (name, cut) in sum.cut.iter().filter(|(_, cut)| (*cut < 0.0) == speaks_for) {
            let words = Words::new(
                "cut: {0} may not decide alone, as its rules often see the same thing",
                "上限：{0}だけでは決めない（同じ事実を重ねて数えないため）",
            );
            row(doc, *cut, &subject.fill(words, &[subject.say(family(*name))]), Tone::Info);
        }
    }
    let total = format!("{:>+7.2}  {:>7}  ", sum.total, percent(sum.total));
    let words = Words::new("= the score: {0} of 100", "＝ 点数：100 点中 {0} 点");
    let (_, tone) = super::vocabulary::badge(verdict.level);
    doc.line(Line::new(&total, tone).with(&subject.fill(words, &[&verdict.score.to_string()]), tone).hang(NUMBERS));
    doc.gap();
}

fn family(family: Family) -> Words {
    match family {
        Family::Sender => Words::new("the sender", "差出人"),
        Family::Path => Words::new("the way it came", "配送経路"),
        Family::Authentication => Words::new("authentication", "認証"),
        Family::Links => Words::new("links", "リンク"),
        Family::Body => Words::new("the text", "本文"),
        Family::Attachments => Words::new("attachments", "添付"),
        Family::Structure => Words::new("the way it is built", "メールの作り"),
        Family::Lists => Words::new("your lists", "自分の一覧"),
        Family::Own => Words::new("your own rules", "独自ルール"),
    }
}

/// What a question names, for looking closer and for copying.
fn target(key: &Key) -> Target {
    match key {
        Key::Feeds(text) | Key::Page(text) if text.contains("://") => Target::Url(text.clone()),
        Key::Judged { thing: Thing::Url(url), .. } => Target::Url(url.clone()),
        Key::Judged { thing: Thing::File(hash), .. } => Target::Hash(hash.clone()),
        Key::System(number) => Target::Value(format!("AS{number}")),
        Key::Listed { name, .. } => Target::Host(name.clone()),
        Key::Judged { thing, .. } => Target::Host(thing.to_string()),
        _ => Target::Host(key.about()),
    }
}

/// Which answers moved the score, and by how much, oldest first.
pub(super) fn moves(subject: &Subject<'_>, doc: &mut Doc) {
    if subject.moves.is_empty() {
        return;
    }
    doc.heading(subject.say(Words::new("Which answers moved it", "判定を動かした回答")));
    for one in subject.moves {
        let by = one.after - one.before;
        // No finding by itself: the finding that rests on it stands below, and a jump goes there.
        let tone = if by < 0.0 { Tone::Good } else { Tone::Accent };
        let words = Words::new("  score {0} → {1}", "  点数 {0} → {1}");
        let scores = [one.score.0, one.score.1].map(|score| score.to_string());
        let mut line = Line::new(&format!("{by:>+7.2}  "), tone)
            .with(&jobs::question(&one.key, subject.lang), Tone::Text)
            .with(&subject.fill(words, &[&scores[0], &scores[1]]), tone)
            .hang(9);
        if let Some(at) = one.at {
            line = line.with(&format!("  {}", short_moment(at, &subject.tz)), Tone::Dim);
        }
        doc.line(line.to(target(&one.key)));
    }
    doc.gap();
}

/// Which answers would change the verdict.
pub(super) fn changes(subject: &Subject<'_>, doc: &mut Doc) {
    let verdict = subject.verdict;
    if verdict.sum == Sum::default() {
        return;
    }
    let open: Vec<_> = asks::open(subject.evidence, subject.facts)
        .into_iter()
        .filter_map(|one| Some((verdict.weights.of_rule(one.rule).filter(|weight| *weight != 0.0)?, one)))
        .collect();
    doc.heading(subject.say(Words::new("What would change the verdict", "判定を変えうる照会")));
    let mut keys: Vec<&Key> = Vec::new();
    for key in open.iter().flat_map(|(_, one)| &one.keys) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        let words = Words::new(
            "· No look-up: every question that the rules read is answered, or none applies.",
            "· 照会はありません。ルールが使う答えはすべて揃っているか、該当しません。",
        );
        doc.line(subject.line(words, Tone::Dim));
        doc.gap();
        return;
    }
    for key in keys {
        let (glyph, state, tone) = match subject.facts.state(key) {
            State::Queued | State::Asking => ("…", Words::new("being asked", "照会中"), Tone::Info),
            State::Failed(why) if !never_left(why) => ("✗", Words::new("no answer", "回答なし"), Tone::Medium),
            _ => ("○", Words::new("not asked", "未照会"), Tone::Dim),
        };
        let line = Line::new(&format!("{glyph} "), tone)
            .with(&jobs::question(key, subject.lang), Tone::Text)
            .with(&format!("  {}", subject.say(state)), tone);
        doc.line(line.to(target(key)));
    }
    for (weight, one) in &open {
        let then = percent(verdict.sum.total + f64::from(*weight));
        // At the ends of the scale the sign says it all.
        let words = if then.starts_with(['<', '>']) {
            Words::new(": then {0}", "：その場合は {0}")
        } else {
            Words::new(": then about {0}", "：その場合は約 {0}")
        };
        doc.line(
            Line::new(&format!("{}  ", impact(*weight)), weight_tone(*weight))
                .with(
                    &subject.fill(Words::new("if “{0}”", "結果が「{0}」"), &[subject.say(one.rule.title)]),
                    Tone::Text,
                )
                .with(&subject.fill(words, &[&then]), Tone::Dim)
                .indent(2)
                .hang(8),
        );
    }
    if !subject.ask_key.is_empty() {
        let noticed = open.iter().flat_map(|(_, one)| &one.keys).any(|key| key.reach() == Reach::Sender);
        let words = if noticed {
            Words::new(
                "Press {0} to ask. The sender's name servers can notice the question.",
                "{0} で照会します。送信者側の DNS サーバーに気付かれることがあります。",
            )
        } else {
            Words::new(
                "Press {0} to ask. The sender does not notice the question.",
                "{0} で照会します。送信者には気付かれません。",
            )
        };
        doc.line(Line::new(&subject.fill(words, &[subject.ask_key]), Tone::Dim));
    }
    doc.gap();
}
