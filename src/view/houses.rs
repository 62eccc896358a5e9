//! What each house of the triad is, beside what it says in this mail: the part of the triad for those who read it for
//! the first time.

use super::subject::clip;
use super::{Doc, Line, Subject, Target, Tone};
use crate::evidence::BoundaryReason;
use crate::text::Words;

/// Explains the houses below the grid.
pub(super) fn explain(subject: &Subject<'_>, doc: &mut Doc) {
    let triad = &subject.evidence.triad;
    doc.heading(subject.say(Words::new("What they are, and what they say", "それぞれの意味と内容")));
    let explained = [
        (
            triad.return_path.as_ref().map(|path| (format!("<{}>", clip(&path.address, 320)), path.span)),
            Words::new(
                "Return-Path is where bounces go. Anyone can forge it.",
                "Return-Path は不達通知の宛先です。誰でも偽装できます。",
            ),
        ),
        (
            triad.message_id.as_ref().map(|id| (format!("<{}>", clip(id, 500)), triad.message_id_span)),
            Words::new(
                "Message-ID is unique to one mail. Its right side is normally the sender's domain or a host name; it can \
                 be forged.",
                "Message-ID はメールごとに固有です。@ の右側は通常、送信者のドメインかホスト名ですが、偽装できます。",
            ),
        ),
        (
            triad
                .oldest
                .and_then(|index| subject.evidence.hops.get(index))
                .map(|hop| (clip(&String::from_utf8_lossy(subject.quote(hop.span)), 600), hop.span)),
            Words::new(
                "Received is written by each server on the way for itself, the newest on top. The lowest is the sender's \
                 server, and the number in it is the address; below the boundary it can be made up.",
                "Received は経路の各サーバーが自分で書き、新しいものほど上に来ます。一番下が送信元のサーバーで、書かれた数字が\
                 アドレスです。境界より下は捏造できます。",
            ),
        ),
    ];
    for (value, words) in explained {
        if let Some((text, span)) = value {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                doc.line(Line::new(&text, Tone::Text).to(Target::Source(span)).to(Target::Value(text.clone())));
            }
        }
        doc.line(subject.line(words, Tone::Dim).indent(2));
    }
    let proved = triad.boundary.is_some_and(|one| one.reason != BoundaryReason::OnlyAddress);
    if let Some(hop) =
        triad.boundary.filter(|one| triad.oldest != Some(one.hop)).and_then(|one| subject.evidence.hops.get(one.hop))
    {
        let text = clip(&String::from_utf8_lossy(subject.quote(hop.span)), 600);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            doc.line(Line::new(&text, Tone::Text).to(Target::Source(hop.span)));
        }
        let words = if proved {
            Words::new(
                "The boundary is the line that the recipient's own side wrote about the first machine that is not its own: \
                 the only address here that the sender could not choose.",
                "境界は、受信側が外部の最初のサーバーについて書いた行です。ここにあるアドレスの中で唯一、送信者が選べないものです。",
            )
        } else {
            Words::new(
                "The boundary is taken to be the only line that carries an address; most likely the recipient's own side \
                 wrote it.",
                "アドレスのある唯一の行を境界とみなしています。おそらく受信側が書いた行です。",
            )
        };
        doc.line(subject.line(words, Tone::Dim).indent(2));
    }
}
