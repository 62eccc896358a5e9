//! What other filters said, and clocks: verdicts count only where the recipient's own side wrote them, and nothing that a
//! filter wrote ever speaks for a mail, since whoever sends can type it.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{FilterSaid, FilterVerdict};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "filter-called-phishing",
        family: Family::Structure,
        title: Words::new("The recipient's filter called it phishing", "受信側のフィルターがフィッシングと判定"),
        reason: Words::new(
            "{0}, on the recipient's side, wrote {1}: it took the mail for phishing, malware or a forged sender.",
            "受信側の {0} が {1} 欄に、フィッシング・マルウェア・なりすましのいずれかと記録しています。",
        ),
        innocent: Words::new(
            "Filters err, mostly on mail that was forwarded.",
            "フィルターの誤判定の場合です。転送メールでよく起こります。",
        ),
        weight: 1.5,
        kind: Kind::Correlated,
        references: &["Microsoft, anti-spam message headers: CAT", "Rspamd upstream_spam_filters"],
        check: called_phishing,
    },
    Rule {
        id: "filter-called-spam",
        family: Family::Structure,
        title: Words::new("The recipient's filter called it spam", "受信側のフィルターが迷惑メールと判定"),
        reason: Words::new(
            "{0}, on the recipient's side, wrote {1}: it took the mail for spam.",
            "受信側の {0} が {1} 欄に、迷惑メールと記録しています。",
        ),
        innocent: Words::new(
            "Filters err, and advertising that was ordered is called spam as well.",
            "フィルターの誤判定や、登録済みの広告メールの場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &["Microsoft, anti-spam message headers: SCL, SFV", "Rspamd upstream_spam_filters"],
        check: called_spam,
    },
    Rule {
        id: "filter-cleared-unproved",
        family: Family::Structure,
        title: Words::new("It brings its own all-clear", "「迷惑メールではない」という記載が持ち込まれている"),
        reason: Words::new(
            "{1} says in the name of {0} that it is no spam, but nothing shows that the recipient's side wrote that. It counts for nothing.",
            "{1} 欄に {0} の名で「迷惑メールではない」とありますが、受信側が書いたという裏付けはありません。判定には使いません。",
        ),
        innocent: Words::new(
            "The sender's own server or a mailing list checks what it sends.",
            "送信側のサーバーやメーリングリストが検査した場合にも付きます。",
        ),
        weight: 0.0,
        kind: Kind::Direct,
        references: &["RFC 5451 section 7.1, on results that senders forge"],
        check: cleared_unproved,
    },
    Rule {
        id: "date-far-from-delivery",
        family: Family::Path,
        title: Words::new("Its date is far from its delivery", "日付と配送時刻が大きく異なる"),
        reason: Words::new(
            "The Date field and the time of the recipient's own server are {0} apart.",
            "Date 欄と受信側サーバーの時刻に {0} の開きがあります。",
        ),
        innocent: Words::new(
            "A clock that was set wrong, a mail that waited in a queue, or one that was sent again.",
            "時計のずれ、送信待ち、再送の場合です。",
        ),
        weight: 0.0,
        kind: Kind::Correlated,
        references: &["RFC 5322 section 3.6.1", "SpamAssassin DATE_IN_PAST_96_XX, DATE_IN_FUTURE_12_24"],
        check: date_far_from_delivery,
    },
    Rule {
        id: "path-runs-backward",
        family: Family::Path,
        title: Words::new("A line of its path is older than the one before", "経路の時刻が逆転している"),
        reason: Words::new(
            "The line of {0} is {1} older than the line below it, which was written first.",
            "{0} の行の時刻が、先に書かれたはずの下の行より {1} 前になっています。",
        ),
        innocent: Words::new("A server whose clock is wrong.", "時計のずれたサーバーの場合です。"),
        weight: 0.0,
        kind: Kind::Correlated,
        references: &["RFC 5321 section 4.4"],
        check: path_runs_backward,
    },
];

/// A difference of clocks that happens to honest machines, in seconds.
const CLOCKS: i64 = 10 * 60;
/// Date and delivery further apart than this are told, in seconds.
const FAR: i64 = 3 * 86_400;

fn inside<'a>(evidence: &Seen<'a>, test: impl Fn(FilterVerdict) -> bool) -> Option<&'a FilterSaid> {
    evidence.evidence().filters.iter().find(|said| said.inside && test(said.verdict))
}

fn told(said: &FilterSaid) -> Hit {
    Hit::new([said.filter, &said.field], vec![said.span])
}

fn called_phishing(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, |verdict| matches!(verdict, FilterVerdict::Phishing | FilterVerdict::Malware)).map(told)
}

fn called_spam(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let said = inside(evidence, |verdict| verdict == FilterVerdict::Spam)?;
    called_phishing(evidence, facts).is_none().then(|| told(said))
}

fn cleared_unproved(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    evidence.filters.iter().find(|said| !said.inside && said.verdict == FilterVerdict::Clean).map(told)
}

fn date_far_from_delivery(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (_, hop) = gate::delivered_by(evidence)?;
    let apart = evidence.date?.checked_sub(hop.time?)?.checked_abs()?;
    (apart > FAR).then(|| Hit::new([&duration(apart)], vec![evidence.traces.date, hop.span]))
}

fn path_runs_backward(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (hop, back) = evidence.hops.iter().find_map(|hop| Some((hop, hop.delay.filter(|delay| *delay < -CLOCKS)?)))?;
    let by = hop.by.as_deref().unwrap_or("?");
    Some(Hit::new([by, &duration(back.saturating_abs())], vec![hop.span]))
}

/// Days, hours or minutes, whichever is the largest that fits, in signs that need no translation.
fn duration(seconds: i64) -> String {
    match seconds {
        86_400.. => format!("{} d", seconds / 86_400),
        3_600.. => format!("{} h", seconds / 3_600),
        _ => format!("{} min", seconds / 60),
    }
}
