//! What others wrote into the header: filters, machines and programs by their own account, and forwarders. Claims only.

use super::declare::{Word, Worded as _, shape};
use super::{LIST, Subject, address, bytes, short};
use crate::evidence::{self, FilterVerdict, OriginKind};

shape! {
    /// What a field of a filter says.
    Filter<'a> {
        /// The filter.
        filter: &'a str,
        /// The field's name.
        field: &'a str,
        /// The gravest thing that it says.
        verdict: Word<FilterVerdict>,
        /// Points that it gave.
        score: Option<f64>,
        /// Points from which it calls a mail spam.
        limit: Option<f64>,
        /// Its codes, and the tests that it lists, in words.
        codes: Vec<&'a str>,
        /// How many more there are than are told.
        more: i64,
        /// Written by the recipient's own side.
        inside: bool,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// A field that says where the mail comes from, by its own account.
    Origin<'a> {
        /// What it tells.
        kind: Word<OriginKind>,
        /// The field's name.
        field: &'a str,
        /// Its value, decoded.
        value: &'a str,
        /// The address of a machine in it.
        address: String,
        /// The program, where its name is known.
        program: &'a str,
        /// `program`, `web`, `phone`, `library` or `bulk`.
        program_kind: &'static str,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// An ARC set (RFC 8617): not verified.
    ArcSet<'a> {
        /// Its number (`i=`).
        number: i64,
        /// `cv=`: what the forwarder found of the sets before it.
        chain: &'a str,
        /// Who sealed (`d=`).
        sealer: &'a str,
        /// Its three fields are there and agree with its number.
        whole: bool,
        /// The field.
        span: [i64; 2],
    }
}

pub(super) fn filters<'a>(subject: &Subject<'a>) -> Vec<Filter<'a>> {
    let filter = |one: &'a evidence::FilterSaid| Filter {
        filter: one.filter,
        field: short(&one.field),
        verdict: Word(one.verdict),
        score: one.score,
        limit: one.limit,
        codes: one.codes.iter().take(LIST).map(|words| words.en).collect(),
        more: (one.codes.len().saturating_sub(LIST) + one.more) as i64,
        inside: one.inside,
        span: bytes(one.span),
    };
    subject.evidence.filters.iter().take(LIST).map(filter).collect()
}

pub(super) fn origins<'a>(subject: &Subject<'a>) -> Vec<Origin<'a>> {
    let origin = |one: &'a evidence::Origin| Origin {
        kind: Word(one.kind),
        field: short(&one.field),
        value: short(&one.value),
        address: address(one.address),
        program: one.program.map_or("", |(name, _)| name),
        program_kind: one.program.map_or("", |(_, kind)| kind.word()),
        span: bytes(one.span),
    };
    subject.evidence.origins.iter().take(LIST).map(origin).collect()
}

pub(super) fn chain<'a>(subject: &Subject<'a>) -> Vec<ArcSet<'a>> {
    let set = |one: &'a evidence::ArcSet| ArcSet {
        number: one.number.into(),
        chain: short(&one.chain),
        sealer: short(&one.sealer),
        whole: one.whole,
        span: bytes(one.span),
    };
    subject.evidence.chain.iter().take(LIST).map(set).collect()
}
