//! Authentication as recomputed, beside what is claimed: SPF with the records that decided, each signature, DMARC, and the
//! chain of forwarders. Says what is only known of today, and what waits for an answer. Judges nothing.

use super::subject::clip;
use super::{Doc, Line, Subject, Target, Tone};
use crate::evidence::{AuthClaim, Domain};
use crate::facts::phrases::in_language;
use crate::facts::{Key, State};
use crate::proof::Proof;
use crate::proof::arc::{Arc, ArcFlaw, ArcResult};
use crate::proof::dkim::{Dkim, DkimResult, Flaw, KeyFlaw};
use crate::proof::dmarc::{By, ByList, Dmarc, DmarcResult, Method, Policy, PolicyRecord};
use crate::proof::spf::{Spf, SpfProblem, SpfResult, Step, StepOutcome};
use crate::text::Words;

/// The most steps of one SPF check that are told.
const STEPS: usize = 40;
/// Days from which records of today are said to be younger than the mail.
const DAYS: i64 = 7;

/// Nothing was recomputed, and nothing is under way.
pub(super) fn is_silent(proof: &Proof) -> bool {
    proof.spf.is_none()
        && proof.dmarc.is_none()
        && proof.arc.is_none()
        && proof.dkim.iter().all(|one| one.result.is_none())
}

/// What was recomputed of the thing that a claim speaks of; a dash where it speaks of another hop.
pub(super) fn beside(subject: &Subject<'_>, claim: &AuthClaim) -> Line {
    let proof = subject.proof;
    let of = |host: &str| claim.domain.as_ref().is_some_and(|domain| domain.host == host);
    let line = match claim.method.as_str() {
        // Whoever stands outside the boundary saw another machine.
        "spf" if claim.inside => proof.spf.as_ref().map(|spf| {
            let (text, tone) = spf_word(subject, spf);
            if of(&spf.domain) || claim.domain.is_none() { Line::new(text, tone) } else { dash() }
        }),
        "dkim" => {
            let mut same = proof.dkim.iter().filter(|one| of(&one.domain));
            let first = same.next();
            let best = same.find(|one| one.result == Some(DkimResult::Pass)).or(first);
            best.map(|one| signature_word(subject, one))
        }
        "dmarc" => proof.dmarc.as_ref().map(|dmarc| dmarc_word(subject, dmarc)),
        "arc" => proof.arc.as_ref().map(|arc| arc_word(subject, arc)),
        _ => None,
    };
    line.unwrap_or_else(dash)
}

fn dash() -> Line {
    Line::new("-", Tone::Dim)
}

/// Tells what was recomputed, below the claims.
pub(super) fn tell(subject: &Subject<'_>, doc: &mut Doc) {
    let proof = subject.proof;
    if is_silent(proof) {
        if !proof.dkim.is_empty() {
            let words = Words::new(
                "○ Recomputed: not yet. Each signature's body still fits what was signed; the keys were not asked for.",
                "○ 再検証：未実施。本文は署名時のままです。公開鍵は未照会です。",
            );
            doc.line(subject.line(words, Tone::Dim));
        }
        return;
    }
    doc.gap();
    doc.heading(subject.say(Words::new("Authentication, recomputed here", "認証の再検証（gosanke による）")));
    if let Some(spf) = &proof.spf {
        path(subject, spf, doc);
    }
    if let Some(spf) = &proof.author {
        path(subject, spf, doc);
    }
    for one in &proof.dkim {
        signature(subject, one, doc);
    }
    if let Some(dmarc) = &proof.dmarc {
        policy(subject, dmarc, doc);
    }
    if let Some(arc) = &proof.arc {
        let sealers = arc.sealers.iter().take(10).map(|one| clip(one, 80)).collect::<Vec<_>>().join(" → ");
        doc.line(Line::new("ARC  ", Tone::Dim).join(arc_word(subject, arc)).with(&format!("  {sealers}"), Tone::Dim));
    }
    if let Some(days) = proof.days.filter(|days| *days >= DAYS) {
        let words = Words::new(
            "These records were asked for {0 day|days} after the mail came; what they said then may have been something else.",
            "これらのレコードは、メールが届いてから {0} 日後に引いたものです。当時の内容とは異なる可能性があります。",
        );
        doc.line(Line::new(&subject.fill(words, &[&days.to_string()]), Tone::Dim));
    }
}

/// The result in a word with its glyph.
fn spf_word(subject: &Subject<'_>, spf: &Spf) -> (&'static str, Tone) {
    match spf.result {
        Some(result) => result_word(result),
        None if is_waiting(subject, &spf.wants) => ("…", Tone::Info),
        None => ("○", Tone::Dim),
    }
}

fn result_word(result: SpfResult) -> (&'static str, Tone) {
    match result {
        SpfResult::Pass => ("✓ pass", Tone::Good),
        SpfResult::Fail => ("✗ fail", Tone::High),
        SpfResult::SoftFail => ("✗ softfail", Tone::Medium),
        SpfResult::Neutral => ("· neutral", Tone::Dim),
        SpfResult::None => ("○ none", Tone::Dim),
        SpfResult::TempError => ("! temperror", Tone::Error),
        SpfResult::PermError => ("! permerror", Tone::Error),
    }
}

/// Whether any of these questions is under way; else nobody asked it.
fn is_waiting(subject: &Subject<'_>, wants: &[Key]) -> bool {
    wants.iter().any(|key| matches!(subject.facts.state(key), State::Queued | State::Asking))
}

/// One SPF check with the tree of records that it went through.
fn path(subject: &Subject<'_>, spf: &Spf, doc: &mut Doc) {
    let words = match spf.result {
        Some(SpfResult::Pass) => Words::new("{1} may send for {0}", "{1} は {0} の送信元として許可済み"),
        Some(SpfResult::Fail) => Words::new("{1} may not send for {0}", "{1} は {0} の送信元として許可されていない"),
        Some(SpfResult::SoftFail) => {
            Words::new("{1} is probably no machine of {0}", "{1} はおそらく {0} の送信元ではない")
        }
        Some(SpfResult::Neutral) => Words::new("{0} says nothing of {1}", "{0} は {1} について何も述べていない"),
        Some(SpfResult::None) => Words::new("{0} does not say who may send for it", "{0} は送信元を公開していない"),
        Some(SpfResult::TempError) => Words::new("a question about {0} got no answer", "{0} の照会に応答なし"),
        Some(SpfResult::PermError) => {
            Words::new("the record of {0} cannot be evaluated", "{0} のレコードは評価できない")
        }
        None if is_waiting(subject, &spf.wants) => {
            Words::new("{0}: waiting for answers about {1}", "{0}：{1} について応答待ち")
        }
        None => Words::new("{0}: whether {1} may send for it was not asked", "{0}：{1} の送信可否は未照会"),
    };
    let (word, tone) = spf_word(subject, spf);
    let address = spf.address.to_string();
    let said = subject.fill(words, &[&clip(&spf.domain, 120), &address]);
    let mut line = Line::new("SPF  ", Tone::Dim).with(word, tone).with(&format!("  {said}"), Tone::Text);
    if spf.helo {
        line = line.with(
            subject
                .say(Words::new(" (greeting, as there is no envelope sender)", "（送信者が空のため HELO 名で検証）")),
            Tone::Dim,
        );
    }
    doc.line(line.to(Target::Host(spf.domain.clone())).hang(5));
    if let Some(problem) = &spf.problem {
        doc.line(Line::new(&problem_said(subject, problem), Tone::Error).indent(5));
    }
    for step in spf.path.iter().filter(|step| shown(step)).take(STEPS) {
        doc.line(branch(subject, step));
    }
    if spf.path_cut {
        doc.line(subject.line(Words::new("… and more terms", "…ほかにもあり"), Tone::Dim).indent(5));
    }
    if spf.lookups > 0 {
        let words = Words::new("{0} of 10 look-ups, {1} of 2 without a record", "照会 {0}/10 回、記録なし {1}/2 回");
        let text = subject.fill(words, &[&spf.lookups.to_string(), &spf.voids.to_string()]);
        doc.line(Line::new(&text, Tone::Dim).indent(5));
    }
    if let Some(told) = &spf.explanation {
        let words = Words::new("the domain's own words: {0}", "ドメイン側の説明：{0}");
        doc.line(Line::new(&subject.fill(words, &[&clip(told, 300)]), Tone::Dim).indent(5));
    }
}

/// What decided, and the records that were gone through on the way.
fn shown(step: &Step) -> bool {
    step.decides || matches!(step.outcome, StepOutcome::Led(_) | StepOutcome::Open)
}

fn branch(subject: &Subject<'_>, step: &Step) -> Line {
    let (said, tone) = match step.outcome {
        StepOutcome::Match(result) => result_word(result),
        StepOutcome::Led(result) => (result.word(), Tone::Dim),
        StepOutcome::NoMatch => ("", Tone::Dim),
        StepOutcome::Open => ("…", Tone::Info),
    };
    let term = if step.term.is_empty() {
        subject.say(Words::new("(end of the record)", "（レコードの終わり）")).to_owned()
    } else {
        clip(&step.term, 120)
    };
    let mark = if step.decides { "└ " } else { "├ " };
    Line::new(mark, Tone::Dim)
        .with(&clip(&step.domain, 80), Tone::Dim)
        .with("  ", Tone::Dim)
        .with(&term, if step.decides { Tone::Accent } else { Tone::Text })
        .with(&format!("  {said}"), tone)
        .indent(5 + 2 * u16::from(step.depth))
        .hang(2)
}

fn problem_said(subject: &Subject<'_>, problem: &SpfProblem) -> String {
    let fill = |words: Words, values: &[&str]| subject.fill(words, values);
    match problem {
        SpfProblem::Syntax(term) => {
            fill(Words::new("not a term of SPF: {0}", "SPF の書式に合わない：{0}"), &[&clip(term, 100)])
        }
        SpfProblem::NotAscii => fill(Words::new("bytes that SPF does not allow", "SPF で使えない文字を含む"), &[]),
        SpfProblem::TwoRecords(at) => {
            fill(Words::new("{0} has more than one record", "{0} にレコードが複数ある"), &[&clip(at, 100)])
        }
        SpfProblem::NoRecord(at) => {
            fill(Words::new("leads to {0}, which has no record", "参照先 {0} にレコードがない"), &[&clip(at, 100)])
        }
        SpfProblem::TooManyLookups => fill(Words::new("asks for more than ten look-ups", "照会が 10 回を超える"), &[]),
        SpfProblem::TooManyVoids => {
            fill(Words::new("more than two names without a record", "存在しない名前が 2 件を超える"), &[])
        }
        SpfProblem::TooManyExchangers(at) => {
            fill(Words::new("{0} has more than ten mail exchangers", "{0} の MX が 10 件を超える"), &[&clip(at, 100)])
        }
        SpfProblem::Unanswered(at, why) => {
            let why = clip(&in_language(why, subject.lang), 100);
            fill(Words::new("{0}: {1}", "{0}：{1}"), &[&clip(at, 100), &why])
        }
    }
}

/// What came of a signature, with its glyph.
fn signature_word(subject: &Subject<'_>, one: &Dkim) -> Line {
    let (words, tone) = match &one.result {
        None => (Words::new("○ key not at hand", "○ 公開鍵は未取得"), Tone::Dim),
        Some(DkimResult::Pass) => (Words::new("✓ pass", "✓ 合格"), Tone::Good),
        Some(DkimResult::BodyChanged) => (Words::new("✗ body changed", "✗ 本文が変更済み"), Tone::Medium),
        Some(DkimResult::Wrong) => (Words::new("✗ signature wrong", "✗ 署名が不一致"), Tone::High),
        Some(DkimResult::Expired(_)) => (Words::new("! expired", "! 期限切れ"), Tone::Medium),
        Some(DkimResult::KeyWeak(_)) => (Words::new("! key too weak", "! 鍵が短すぎる"), Tone::Medium),
        Some(DkimResult::HashWeak) => (Words::new("! SHA-1 proves nothing", "! SHA-1 は証明にならない"), Tone::Medium),
        Some(DkimResult::KeyGone) => (Words::new("○ key gone", "○ 公開鍵は撤去済み"), Tone::Dim),
        Some(DkimResult::KeyUnusable(flaw)) => (key_flaw(*flaw), Tone::Medium),
        Some(DkimResult::Void(flaw)) => (void(*flaw), Tone::Medium),
        Some(DkimResult::Unanswered(_)) => {
            (Words::new("! no answer for the key", "! 公開鍵の照会に応答なし"), Tone::Error)
        }
    };
    subject.line(words, tone)
}

fn key_flaw(flaw: KeyFlaw) -> Words {
    match flaw {
        KeyFlaw::NoKey => Words::new("○ key gone", "○ 公開鍵は撤去済み"),
        KeyFlaw::Revoked => Words::new("! key taken back by the domain", "! 公開鍵はドメイン側が失効済み"),
        KeyFlaw::OtherUse => Words::new("! the key is not for this use", "! 公開鍵の用途が異なる"),
        KeyFlaw::OtherKind => Words::new("! the key is of an unknown kind", "! 公開鍵の種類が不明"),
        KeyFlaw::Unreadable => Words::new("! the key cannot be read", "! 公開鍵を読み取れない"),
        KeyFlaw::TooLarge => Words::new("! the key is too large to compute with", "! 公開鍵が大きすぎて計算しない"),
    }
}

fn void(flaw: Flaw) -> Words {
    match flaw {
        Flaw::FromUnsigned => Words::new("✗ void: From is not signed", "✗ 無効：From が署名対象外"),
        Flaw::Identity => Words::new("✗ void: signs for somebody else", "✗ 無効：別のドメインを名乗る署名"),
        Flaw::Version | Flaw::Algorithm | Flaw::Canonicalization | Flaw::Query => {
            Words::new("✗ void: made in a way that nobody knows", "✗ 無効：未知の方式")
        }
        Flaw::TooMany => Words::new("! not computed: too many different ones", "! 種類が多すぎるため計算せず"),
        Flaw::Syntax | Flaw::Missing(_) | Flaw::Times => Words::new("✗ void: not well formed", "✗ 無効：書式の誤り"),
    }
}

fn signature(subject: &Subject<'_>, one: &Dkim, doc: &mut Doc) {
    let mut about = if one.selector.is_empty() { String::new() } else { format!("s={}", clip(&one.selector, 60)) };
    if let Some(algorithm) = one.algorithm {
        about.push_str(&format!(" {}", algorithm.word()));
    }
    if let Some(bits) = one.bits {
        about.push_str(&format!(" {bits} bit"));
    }
    let domain = if one.domain.is_empty() { "?" } else { &one.domain };
    let line = Line::new("DKIM ", Tone::Dim)
        .join(signature_word(subject, one))
        .with(&format!("  {}", clip(domain, 120)), Tone::Accent)
        .with(&format!("  {about}"), Tone::Dim)
        .to(Target::Source(one.span));
    doc.line(line.hang(5));
    for note in notes(subject, one) {
        doc.line(note.indent(5));
    }
}

fn notes(subject: &Subject<'_>, one: &Dkim) -> Vec<Line> {
    let mut out = Vec::new();
    let mut say = |words: Words, values: &[&str], tone: Tone| out.push(Line::new(&subject.fill(words, values), tone));
    match (&one.result, one.header_holds) {
        (Some(DkimResult::BodyChanged), Some(true)) => say(
            Words::new(
                "The signed fields of the header fit: the body was changed after it was signed, as lists and scanners do.",
                "ヘッダーの署名は合っています。署名後に本文だけが変更されています（メーリングリストやウイルス検査など）。",
            ),
            &[],
            Tone::Dim,
        ),
        (Some(DkimResult::BodyChanged), Some(false)) => {
            say(
                Words::new("The signed fields of the header do not fit, either.", "ヘッダーの署名も合いません。"),
                &[],
                Tone::Medium,
            );
        }
        (Some(DkimResult::KeyGone), _) => say(
            Words::new(
                "Domains take old keys away: nobody can tell any more whether it was right.",
                "古い鍵は撤去されるのが普通です。正しい署名だったかどうかは、もう確かめられません。",
            ),
            &[],
            Tone::Dim,
        ),
        (Some(DkimResult::Unanswered(why)), _) => {
            say(Words::new("{0}", "{0}"), &[&clip(&in_language(why, subject.lang), 120)], Tone::Dim);
        }
        _ => {}
    }
    if one.unsigned_bytes > 0 {
        let count = one.unsigned_bytes.to_string();
        say(
            Words::new(
                "{0} bytes at the end of the body are not signed (l=).",
                "本文の末尾 {0} バイトは署名対象外です（l=）。",
            ),
            &[&count],
            Tone::Medium,
        );
    }
    if !one.unsigned.is_empty() {
        say(Words::new("Not signed: {0}.", "署名対象外：{0}"), &[&one.unsigned.join(", ")], Tone::Medium);
    }
    if one.testing {
        say(
            Words::new(
                "The domain says that it only tries signing out (t=y).",
                "ドメイン側が試験運用中と表明しています（t=y）。",
            ),
            &[],
            Tone::Dim,
        );
    }
    out
}

fn dmarc_word(subject: &Subject<'_>, dmarc: &Dmarc) -> Line {
    let (words, tone) = match &dmarc.result {
        None if is_waiting(subject, &dmarc.wants) => (Words::new("… waiting for answers", "… 応答待ち"), Tone::Info),
        None => (Words::new("○ not asked", "○ 未照会"), Tone::Dim),
        Some(DmarcResult::Pass) => (Words::new("✓ pass", "✓ 合格"), Tone::Good),
        Some(DmarcResult::Fail) => (Words::new("✗ fail", "✗ 不合格"), Tone::High),
        Some(DmarcResult::None) => (Words::new("○ no policy", "○ ポリシーなし"), Tone::Dim),
        Some(DmarcResult::Undecided) => (Words::new("? keys gone", "? 公開鍵が撤去済みで判定不能"), Tone::Dim),
        Some(DmarcResult::Unanswered(_)) => (Words::new("! no answer", "! 応答なし"), Tone::Error),
    };
    subject.line(words, tone)
}

fn policy(subject: &Subject<'_>, dmarc: &Dmarc, doc: &mut Doc) {
    let mut line = Line::new("DMARC ", Tone::Dim)
        .join(dmarc_word(subject, dmarc))
        .with(&format!("  {}", clip(&dmarc.domain, 120)), Tone::Accent);
    if let Some(record) = &dmarc.record {
        let tone = if record.policy == Policy::None { Tone::Dim } else { Tone::Text };
        line = line.with(&format!("  p={}", record.policy.word()), tone);
        if record.testing {
            line = line.with(subject.say(Words::new(" t=y (only a test)", " t=y（試験運用）")), Tone::Dim);
        }
        line = line.with(&found(subject, dmarc, record), Tone::Dim);
    }
    let by = match &dmarc.by {
        Some(By::Dkim(domain)) => Some(
            subject.fill(Words::new("proved by the signature of {0}", "{0} の署名による証明"), &[&clip(domain, 100)]),
        ),
        Some(By::Spf(domain)) => {
            Some(subject.fill(Words::new("proved by SPF of {0}", "{0} の SPF による証明"), &[&clip(domain, 100)]))
        }
        None => None,
    };
    if let Some(by) = by {
        line = line.with(&format!("  {by}"), Tone::Good);
    }
    doc.line(line.hang(6));
}

/// Where a policy stands and how it was found: ` (shop.example, by tree walk)`.
fn found(subject: &Subject<'_>, dmarc: &Dmarc, record: &PolicyRecord) -> String {
    let words = match dmarc.method {
        None | Some(Method::Own) => return String::new(),
        Some(Method::List) => Words::new(" ({0}, by the public suffix list)", "（{0}、Public Suffix List による）"),
        Some(Method::Walk) => Words::new(" ({0}, by a DNS tree walk)", "（{0}、DNS ツリーウォークによる）"),
        Some(Method::Both) => Words::new(
            " ({0}, by tree walk and public suffix list alike)",
            "（{0}、ツリーウォークと Public Suffix List で一致）",
        ),
    };
    let mut text = subject.fill(words, &[&clip(&record.at, 100)]);
    match &dmarc.by_list {
        ByList::Other(listed) => {
            let words = Words::new("; the list leads to p={0} at {1}", "、リストでは {1} の p={0}");
            text.push_str(&subject.fill(words, &[listed.policy.word(), &clip(&listed.at, 100)]));
        }
        ByList::Nothing => text.push_str(subject.say(Words::new("; the list leads to none", "、リストでは該当なし"))),
        ByList::Same => {}
    }
    text
}

fn arc_word(subject: &Subject<'_>, arc: &Arc) -> Line {
    let text = match &arc.result {
        None if is_waiting(subject, &arc.wants) => {
            return subject.line(Words::new("… waiting for keys", "… 公開鍵待ち"), Tone::Info);
        }
        None => return subject.line(Words::new("○ keys not asked for", "○ 公開鍵は未照会"), Tone::Dim),
        Some(ArcResult::Pass) => return subject.line(Words::new("✓ chain holds", "✓ チェーンは正しい"), Tone::Good),
        Some(ArcResult::KeyGone(number)) => {
            let words = Words::new("○ key of set {0} gone", "○ セット {0} の公開鍵は撤去済み");
            return Line::new(&subject.fill(words, &[&number.to_string()]), Tone::Dim);
        }
        Some(ArcResult::Unanswered(_)) => {
            return subject.line(Words::new("! no answer for a key", "! 公開鍵の照会に応答なし"), Tone::Error);
        }
        Some(ArcResult::Fail(flaw)) => match flaw {
            ArcFlaw::Set(number) => {
                subject.fill(Words::new("✗ set {0} is not whole", "✗ セット {0} が不完全"), &[&number.to_string()])
            }
            ArcFlaw::TooMany => subject.say(Words::new("✗ too many sets", "✗ セットが多すぎる")).to_owned(),
            ArcFlaw::SaysFail(number) => subject
                .fill(Words::new("✗ set {0} found it broken", "✗ セット {0} が破損を記録"), &[&number.to_string()]),
            ArcFlaw::Seal(number) => {
                subject.fill(Words::new("✗ seal {0} is wrong", "✗ シール {0} が不一致"), &[&number.to_string()])
            }
            ArcFlaw::Message(_) => {
                subject.say(Words::new("✗ changed after the last seal", "✗ 最後の封印後に変更あり")).to_owned()
            }
        },
    };
    Line::new(&text, Tone::Medium)
}

/// SPF's answer to the central question: whether a domain lets the machine that delivered send for it.
pub(super) fn lets(subject: &Subject<'_>, domain: &Domain) -> Option<(bool, String)> {
    let spf = subject.proof.machine_of(domain)?;
    let term = spf.decisive().last().map(|step| clip(&step.term, 80)).unwrap_or_default();
    match spf.result? {
        SpfResult::Pass => Some((true, term)),
        SpfResult::Fail | SpfResult::SoftFail => Some((false, term)),
        _ => None,
    }
}
