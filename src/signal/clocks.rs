//! Times of the mail beside each other. Facts: no such difference tells honest mail from fraud by itself.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
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
pub(super) fn duration(seconds: i64) -> String {
    match seconds {
        86_400.. => format!("{} d", seconds / 86_400),
        3_600.. => format!("{} h", seconds / 3_600),
        _ => format!("{} min", seconds / 60),
    }
}
