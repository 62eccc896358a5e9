//! Habits of those who send in masses: a raised priority, needless encoding, invented programs, loud subjects.
//!
//! Small marks: each happens in honest mail too, so each says how.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file, of the family of how a mail is built.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "priority-raised",
        family: Family::Structure,
        title: Words::new("Marks itself as important", "重要度を自分で高くしている"),
        reason: Words::new(
            "The mail marks itself as urgent or of high priority, to make its reader hurry. Companies hardly ever do that in mail to customers.",
            "自らを「緊急」「重要度：高」と印しています。急がせるための印で、企業が顧客向けに付けることはまれです。",
        ),
        innocent: Words::new(
            "Colleagues and monitoring systems mark urgent mail like this.",
            "同僚や監視システムが急ぎのメールに付けることがあります。",
        ),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["RFC 4021 section 2.1.54", "SpamAssassin X_PRIORITY_HIGH, Sublime importance (idea)"],
        check: priority_raised,
    },
    Rule {
        id: "encoded-without-need",
        family: Family::Structure,
        title: Words::new("Plain name or subject is encoded", "必要のない符号化で名前や件名を隠す"),
        reason: Words::new(
            "Sender or subject is written in Base64 although it is plain ASCII, so that filters which look at the raw header do not see the words.",
            "差出人名または件名が、英数字だけなのに Base64 で符号化されています。生のヘッダーを見るフィルターから単語を隠す手口です。",
        ),
        innocent: Words::new(
            "Some programs and mail services encode every header field.",
            "すべてのヘッダーを符号化するソフトや配信サービスもあります。",
        ),
        weight: 1.2,
        kind: Kind::Heuristic,
        references: &["RFC 2047 section 5", "SpamAssassin FROM_EXCESS_BASE64, SUBJ_EXCESS_BASE64 (idea)"],
        check: encoded_without_need,
    },
    Rule {
        id: "mailer-made-up",
        family: Family::Structure,
        title: Words::new("Mail program with an invented name", "送信ソフトの名前が架空"),
        reason: Words::new(
            "The mail says that it was written by \"{0}\", a name that looks made by a machine and new in every mail.",
            "送信ソフトは「{0}」とありますが、メールごとに機械で作られる架空の名前に見えます。",
        ),
        innocent: Words::new(
            "A small program of its own, named by its author.",
            "自作の小さなソフトの名前であることもあります。",
        ),
        weight: 1.2,
        kind: Kind::Heuristic,
        references: &["rspamd FORGED_MUA (idea)"],
        check: mailer_made_up,
    },
    Rule {
        id: "subject-shouts",
        family: Family::Structure,
        title: Words::new("Subject ends in an exclamation", "件名が感嘆符で終わる"),
        reason: Words::new("The subject \"{0}\" shouts.", "件名「{0}」は感嘆符で注意を引いています。"),
        innocent: Words::new("Advertising and friends write like this.", "広告や友人のメールでもよくあります。"),
        weight: 0.6,
        kind: Kind::Heuristic,
        references: &["SpamAssassin PLING_PLING (idea)"],
        check: subject_shouts,
    },
];

fn priority_raised(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let span = evidence.traces.priority?;
    (!gate::answering(evidence)).then(|| Hit::new([], vec![span]))
}

fn encoded_without_need(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let span = evidence.traces.needless_base64?;
    (!gate::listed(evidence) && !gate::answering(evidence)).then(|| Hit::new([], vec![span]))
}

/// One invented word and a small number: `Njhqo 1`.
pub(super) fn made_up(mailer: &str) -> bool {
    let Some((word, number)) = mailer.split_once(' ') else { return false };
    let letters = word.chars().all(|c| c.is_ascii_alphabetic());
    let capital =
        word.starts_with(|c: char| c.is_ascii_uppercase()) && !word.chars().skip(1).any(|c| c.is_ascii_uppercase());
    (4..=9).contains(&word.len())
        && letters
        && capital
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|c| c.is_ascii_digit())
        && !matches!(
            word,
            "Mutt"
                | "Pine"
                | "Alpine"
                | "Eudora"
                | "Mozilla"
                | "Outlook"
                | "Evolution"
                | "Postbox"
                | "Spark"
                | "Airmail"
        )
}

fn mailer_made_up(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let mailer = evidence.shape.mailer.as_deref().filter(|mailer| made_up(mailer))?;
    Some(Hit::new([mailer], vec![evidence.traces.mailer]))
}

fn subject_shouts(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let subject = evidence.subject.trim_end();
    (subject.ends_with(['!', '\u{ff01}']) && !gate::listed(evidence) && !evidence.shape.reply_mark)
        .then(|| Hit::new([subject], vec![evidence.shape.subject]))
}
