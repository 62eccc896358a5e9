//! Card section: what a domain's records say of its mail and certificates, put in words: MTA-STS with the policy that its
//! server gave, reports about encryption, its sign, and who may issue certificates where a name above says so.

use super::{About, label};
use crate::proof::policies::{Bimi, MtaSts, Told, policies};
use crate::text::{Words, defang};
use crate::view::subject::clip;
use crate::view::{Doc, Line, Subject, Tone};

/// The most patterns of mail exchangers, addresses of reports and issuers that are said.
const SAID: usize = 6;
/// The most characters of one of them.
const LONGEST: usize = 120;
const BROKEN: Words =
    Words::new("a record that cannot be read, or more than one", "レコードが読み取れない、または複数ある");

/// Says them.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let About::Host(domain) = about else { return };
    let told = policies(subject.facts, domain.organization());
    let mut lines = Vec::new();
    let mut put = |name: Words, value: Option<Line>| {
        lines.extend(value.map(|value| label(subject, name).join(value)));
    };
    let mta_sts = |policy: &MtaSts| mta_sts(subject, policy);
    put(
        Words::new("mail to it, on the way (MTA-STS)", "配送経路の暗号化 (MTA-STS)"),
        said(subject, &told.mta_sts, mta_sts),
    );
    let reports = |list: &Vec<String>| Line::new(&few(list), Tone::Text);
    put(
        Words::new("reports about that (TLS-RPT)", "そのレポート先 (TLS-RPT)"),
        said(subject, &told.tls_reports, reports),
    );
    put(Words::new("its sign (BIMI)", "ロゴ (BIMI)"), said(subject, &told.bimi, |sign| bimi(subject, sign)));
    // What stands at the domain itself is among its records.
    if let Told::Value((at, list)) = &told.issuers
        && at != domain.organization()
    {
        let from = subject.fill(Words::new("  by {0}", "  {0} の指定"), &[&clip(at, LONGEST)]);
        let line = Line::new(&few(list), Tone::Text).with(&from, Tone::Dim);
        put(Words::new("may issue certificates (CAA)", "証明書を発行できる認証局 (CAA)"), Some(line));
    }
    if lines.is_empty() {
        return;
    }
    doc.heading(subject.say(Words::new("What these records say", "レコードの意味")));
    for line in lines {
        doc.line(line);
    }
    doc.gap();
}

/// Nothing where nobody knows, or where there is none: that stands among the records.
fn said<T>(subject: &Subject<'_>, told: &Told<T>, line: impl Fn(&T) -> Line) -> Option<Line> {
    match told {
        Told::Unknown | Told::Absent => None,
        Told::Broken => Some(subject.line(BROKEN, Tone::Medium)),
        Told::Value(value) => Some(line(value)),
    }
}

/// Some of a list, and how many more there are.
fn few(list: &[String]) -> String {
    let shown: Vec<String> = list.iter().take(SAID).map(|one| harmless(one)).collect();
    let more = list.len().saturating_sub(SAID);
    shown.join(", ") + &if more > 0 { format!(" +{more}") } else { String::new() }
}

fn harmless(text: &str) -> String {
    let short = clip(text, LONGEST);
    if short.contains("://") || short.contains('@') { defang(&short) } else { short }
}

fn mta_sts(subject: &Subject<'_>, policy: &MtaSts) -> Line {
    let (words, tone) = match policy.mode.as_deref() {
        Some("enforce") => {
            (Words::new("enforced: it takes mail encrypted only", "必須：暗号化された配送だけを受け付ける"), Tone::Good)
        }
        Some("testing") => (Words::new("only tested: failures are reported", "試験運用：失敗は報告のみ"), Tone::Text),
        Some("none") => (Words::new("withdrawn", "取り下げ済み"), Tone::Dim),
        Some(_) => (Words::new("a mode that there is not", "未定義のモード"), Tone::Medium),
        None => (Words::new("announced; the policy itself is not known", "宣言あり、ポリシー本文は未取得"), Tone::Dim),
    };
    let mut line = subject.line(words, tone);
    if !policy.exchangers.is_empty() {
        line = line.with(&format!("  mx {}", few(&policy.exchangers)), Tone::Text);
    }
    if let Some(age) = policy.max_age {
        let words = Words::new("  for {0 day|days}", "  有効 {0} 日");
        line = line.with(&subject.fill(words, &[&(age / 86_400).to_string()]), Tone::Dim);
    }
    line
}

fn bimi(subject: &Subject<'_>, sign: &Bimi) -> Line {
    if sign.picture.is_empty() {
        return subject.line(Words::new("wants none shown", "表示を望まない"), Tone::Dim);
    }
    let line = Line::new(&harmless(&sign.picture), Tone::Link);
    if sign.certificate.is_empty() {
        return line.with(subject.say(Words::new("  without a certificate", "  証明書なし")), Tone::Dim);
    }
    line.with(subject.say(Words::new("  certificate ", "  証明書 ")), Tone::Dim)
        .with(&harmless(&sign.certificate), Tone::Link)
}
