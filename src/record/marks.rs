//! Marks that tell how a mail was made: forged senders, signatures as they describe themselves, look-alike letters, what
//! it talks about, and what the reader's own lists say.

use super::declare::shape;
use super::{LIST, Subject, Word, bytes, optional, short};
use crate::evidence::{self, BlockedSort, Reader, Theme, Trick};

shape! {
    /// A way of writing that makes programs disagree about the sender.
    Forgery<'a> {
        /// What was done.
        trick: Word<Trick>,
        /// What one program reads, and what another does.
        readings: Vec<&'a str>,
        /// The fields.
        spans: Vec<[i64; 2]>,
    }
}

shape! {
    /// What one sort of program shows as the sender.
    Shown<'a> {
        /// How it reads.
        reader: Word<Reader>,
        /// The address.
        address: &'a str,
    }
}

shape! {
    /// A DKIM signature as it describes itself: not verified.
    Signature<'a> {
        /// Who says to have signed (`d=`).
        host: &'a str,
        /// Which key (`s=`).
        selector: &'a str,
        /// How many bytes of the body are signed (`l=`); null for all.
        length: Option<i64>,
        /// Names of the signed fields.
        fields: Vec<&'a str>,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// What the mail talks about.
    Talk<'a> {
        /// The theme.
        theme: Word<Theme>,
        /// The words that say so.
        words: &'a str,
    }
}

shape! {
    /// Letters that are not what they look like.
    Letters<'a> {
        /// Words of name and subject that mix alphabets; at most five.
        mixed_in_head: Vec<&'a str>,
        /// Words of the text that mix alphabets; at most five.
        mixed: Vec<&'a str>,
        /// How many such words the text has.
        mixed_count: i64,
        /// Invisible characters between letters of name and subject.
        split_in_head: i64,
        /// Invisible characters between letters of the text.
        split: i64,
    }
}

shape! {
    /// Something that the reader knows as bad.
    Blocked<'a> {
        /// What it is.
        sort: Word<BlockedSort>,
        /// As the mail has it.
        value: &'a str,
        /// The entry of the list.
        entry: &'a str,
        /// Where it stands.
        span: [i64; 2],
    }
}

shape! {
    /// What the reader's own lists say.
    Lists<'a> {
        /// The entry of the trusted senders that names From; it counts only where From is proved.
        allowed: &'a str,
        /// What he knows as bad, the first of each sort.
        blocked: Vec<Blocked<'a>>,
        /// The person whose name stands in From before another address.
        vip: &'a str,
        /// From is in one of his own domains.
        own_domain: bool,
    }
}

pub(super) fn forgeries<'a>(subject: &Subject<'a>) -> Vec<Forgery<'a>> {
    let forgery = |one: &'a evidence::Forgery| Forgery {
        trick: Word(one.trick),
        readings: one.readings.iter().take(LIST).map(|text| short(text)).collect(),
        spans: one.spans.iter().take(LIST).map(|span| bytes(*span)).collect(),
    };
    subject.evidence.forgeries.iter().take(LIST).map(forgery).collect()
}

pub(super) fn shown<'a>(subject: &Subject<'a>) -> Vec<Shown<'a>> {
    let shown = |one: &'a evidence::Shown| Shown { reader: Word(one.reader), address: short(&one.address) };
    subject.evidence.shown.iter().take(LIST).map(shown).collect()
}

pub(super) fn signatures<'a>(subject: &Subject<'a>) -> Vec<Signature<'a>> {
    let signature = |one: &'a evidence::Signature| Signature {
        host: short(&one.domain),
        selector: short(&one.selector),
        length: one.length.map(|length| i64::try_from(length).unwrap_or(i64::MAX)),
        fields: one.fields.iter().take(LIST).map(|name| short(name)).collect(),
        span: bytes(one.span),
    };
    subject.evidence.signatures.iter().take(LIST).map(signature).collect()
}

pub(super) fn themes<'a>(subject: &Subject<'a>) -> Vec<Talk<'a>> {
    let talk = |(theme, words): &'a (Theme, String)| Talk { theme: Word(*theme), words: short(words) };
    subject.evidence.themes.all().iter().take(LIST).map(talk).collect()
}

pub(super) fn file_themes<'a>(subject: &Subject<'a>) -> Vec<Talk<'a>> {
    let talk = |(theme, words): &'a (Theme, String)| Talk { theme: Word(*theme), words: short(words) };
    subject.evidence.file_themes.all().iter().take(LIST).map(talk).collect()
}

pub(super) fn letters<'a>(subject: &Subject<'a>) -> Letters<'a> {
    let letters = &subject.evidence.letters;
    Letters {
        mixed_in_head: letters.mixed_in_head.iter().take(LIST).map(|word| short(word)).collect(),
        mixed: letters.mixed.iter().take(LIST).map(|word| short(word)).collect(),
        mixed_count: letters.mixed_count.into(),
        split_in_head: letters.split_in_head.into(),
        split: letters.split.into(),
    }
}

pub(super) fn lists<'a>(subject: &Subject<'a>) -> Lists<'a> {
    let known = &subject.evidence.known;
    let blocked = |one: &'a evidence::Blocked| Blocked {
        sort: Word(one.sort),
        value: short(&one.value),
        entry: short(&one.entry),
        span: bytes(one.span),
    };
    Lists {
        allowed: optional(known.allowed.as_ref()),
        blocked: known.blocked.iter().take(LIST).map(blocked).collect(),
        vip: known.vip.as_ref().map_or("", |(name, _)| short(name)),
        own_domain: known.own_domain,
    }
}
