//! What limits left out of that which a pane shows, in the pane itself: what is not there must not be taken for what the mail
//! does not have.

use super::{Doc, Line, Subject, Tone};
use crate::message::{Scope, Told};
use crate::text::{Lang, Words};

/// The most limits that one pane tells.
const MOST: usize = 8;

/// Told before what the pane says of the header.
pub(super) const OF_HEADER: &[Scope] = &[Scope::Whole, Scope::Header];
/// Of what people read.
pub(super) const OF_TEXT: &[Scope] = &[Scope::Whole, Scope::Parts, Scope::Text];
/// Of links and contacts.
pub(super) const OF_LINKS: &[Scope] = &[Scope::Whole, Scope::Parts, Scope::Text, Scope::Links];
/// Of parts and files.
pub(super) const OF_PARTS: &[Scope] = &[Scope::Whole, Scope::Parts, Scope::Files];

/// A line for each limit of these scopes that was hit.
pub(super) fn tell(subject: &Subject<'_>, doc: &mut Doc, scopes: &'static [Scope]) {
    let mut told = subject.evidence.left_out(scopes);
    for told in told.by_ref().take(MOST) {
        doc.line(Line::new(&format!("! {}", sentence(told, subject.lang)), Tone::Medium));
    }
    let more = told.count();
    if more > 0 {
        let words =
            Words::new("! … and {0 more limit|more limits}, see the verdict", "! …ほか {0} 件の上限（判定を参照）");
        doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Medium));
    }
}

/// The limit and what was left out, as a sentence.
pub(super) fn sentence(told: &Told, lang: Lang) -> String {
    Words::new("A limit was hit: {0}", "上限に達しました：{0}").fill(lang, &[told.get(lang)])
}
