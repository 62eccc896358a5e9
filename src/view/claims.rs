//! Authentication results as somebody wrote them into the mail, each with who could have written it, and beside it what
//! was recomputed of the same thing. A claim is never shown as a proof.

use super::subject::clip;
use super::triad::host;
use super::vocabulary::auth;
use super::{Doc, Line, Subject, Table, Target, Tone, others, proof};
use crate::evidence::AuthResult;
use crate::text::Words;

/// Tells the claims below the triad.
pub(super) fn tell(subject: &Subject<'_>, doc: &mut Doc) {
    let (claims, connection) = (&subject.evidence.auth, &subject.evidence.connection);
    doc.gap();
    doc.heading(subject.say(Words::new("Authentication, as somebody wrote it", "認証結果（記載されているもの）")));
    if claims.is_empty() && connection.is_empty() {
        doc.line(
            subject.line(Words::new("○ No result stands in the mail.", "○ 認証結果の記載はありません。"), Tone::Dim),
        );
        proof::tell(subject, doc);
        return;
    }
    let recomputed = !proof::is_silent(subject.proof);
    let mut titles = vec![
        subject.say(Words::new("Method", "方式")),
        subject.say(Words::new("Claimed", "記載")),
        subject.say(Words::new("For", "対象")),
        subject.say(Words::new("Against From", "From との関係")),
        subject.say(Words::new("Written by", "記載者")),
    ];
    if recomputed {
        titles.insert(2, subject.say(Words::new("Recomputed", "再検証")));
    }
    let mut table = Table::new(&titles);
    for claim in claims.iter().take(40).chain(connection.iter().take(10)) {
        let (result, tone) = auth(claim.result);
        let (aligned, aligned_tone) = match (&claim.domain, claim.aligned) {
            (None, _) if matches!(&*claim.method, "auth" | "iprev") => {
                (Words::new("about the connection", "接続について"), Tone::Dim)
            }
            (None, _) => (Words::new("? names no domain", "? ドメインの記載なし"), Tone::Dim),
            (_, true) if claim.result == AuthResult::Pass && claim.strict => {
                (Words::new("= aligned, the same domain", "= 一致（同じドメイン）"), Tone::Good)
            }
            (_, true) if claim.result == AuthResult::Pass => (Words::new("≈ aligned", "≈ 一致"), Tone::Good),
            (_, true) => (Words::new("≈ about From's domain", "≈ From のドメインについて"), Tone::Text),
            (_, false) => (Words::new("≠ another organization", "≠ 別の組織"), Tone::Medium),
        };
        let method =
            claim.set.map_or_else(|| clip(&claim.method, 20), |set| format!("{} (i={set})", clip(&claim.method, 20)));
        let reason = if claim.reason.is_empty() { String::new() } else { format!(" ({})", clip(&claim.reason, 100)) };
        let mut row = vec![
            Line::new(&method, Tone::Text).to(Target::Source(claim.span)),
            Line::new(result, tone).with(&reason, Tone::Dim),
            host(claim.domain.as_ref()),
            subject.line(aligned, aligned_tone),
            Line::new(&clip(&claim.server, 120), Tone::Text).join(others::side(subject, claim.inside)),
        ];
        if recomputed {
            row.insert(2, proof::beside(subject, claim));
        }
        table.row(row);
    }
    doc.table(table);
    proof::tell(subject, doc);
    others::chain(subject, doc);
}
