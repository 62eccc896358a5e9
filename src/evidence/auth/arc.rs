//! The sets of fields in which forwarders say what they found and seal it (RFC 8617), put together by their numbers.

use super::segments::SEGMENT_LIMIT;
use crate::limits::ARC_SETS;
use crate::message::{Message, Span, clip};

/// An ARC set (RFC 8617 section 4.2) as its fields describe it. Nothing is verified here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArcSet {
    /// `i=`
    pub number: u8,
    /// `cv=` of ARC-Seal: what the forwarder found of the sets before it (`none`, `pass`, `fail`), lower case.
    pub chain: String,
    /// `d=` of ARC-Seal: who sealed.
    pub sealer: String,
    /// `s=` of ARC-Seal: which of the sealer's keys.
    pub selector: String,
    /// `d=` of ARC-Message-Signature.
    pub signer: String,
    /// `s=` of ARC-Message-Signature.
    pub message_selector: String,
    /// All three fields are there, once each, and the first set alone says `none` (section 5.2).
    pub whole: bool,
    /// ARC-Seal, else the first of its fields.
    pub span: Span,
}

/// The ARC sets, newest first.
pub(in crate::evidence) fn chain(message: &Message) -> Vec<ArcSet> {
    // For each number: the set and how often each of its three fields is there.
    let mut sets: Vec<(ArcSet, [u8; 3])> = Vec::new();
    for field in &message.fields {
        let kind = match field.name.get(..4).filter(|start| start.eq_ignore_ascii_case("arc-")).and(field.name.get(4..))
        {
            Some(rest) if rest.eq_ignore_ascii_case("seal") => 0,
            Some(rest) if rest.eq_ignore_ascii_case("message-signature") => 1,
            Some(rest) if rest.eq_ignore_ascii_case("authentication-results") => 2,
            _ => continue,
        };
        let tag = |name: &str| {
            field.raw.split(';').take(SEGMENT_LIMIT).find_map(|tag| {
                let (key, value) = tag.split_once('=')?;
                key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        let Some(number) =
            tag("i").and_then(|number| number.parse::<u8>().ok()).filter(|number| (1..=ARC_SETS).contains(number))
        else {
            continue;
        };
        let at = sets.iter().position(|(set, _)| set.number == number).unwrap_or(sets.len());
        if at == sets.len() {
            sets.push((ArcSet { number, span: field.span, ..ArcSet::default() }, [0; 3]));
        }
        let Some((set, seen)) = sets.get_mut(at) else { continue };
        if let Some(count) = seen.get_mut(kind) {
            *count = count.saturating_add(1);
        }
        if kind == 0 && set.sealer.is_empty() {
            set.chain = clip(tag("cv").unwrap_or_default(), 20).to_ascii_lowercase();
            clip(tag("d").unwrap_or_default(), 255).clone_into(&mut set.sealer);
            clip(tag("s").unwrap_or_default(), 255).clone_into(&mut set.selector);
            set.span = field.span;
        }
        if kind == 1 && set.signer.is_empty() {
            clip(tag("d").unwrap_or_default(), 255).clone_into(&mut set.signer);
            clip(tag("s").unwrap_or_default(), 255).clone_into(&mut set.message_selector);
        }
    }
    for (set, seen) in &mut sets {
        set.whole = *seen == [1; 3] && (set.chain == "none") == (set.number == 1);
    }
    sets.sort_by_key(|(set, _)| std::cmp::Reverse(set.number));
    sets.into_iter().map(|(set, _)| set).collect()
}
