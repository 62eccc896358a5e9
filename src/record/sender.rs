//! Who the mail says it is from, and the three houses.

use super::declare::{Word, shape};
use super::path::Boundary;
use super::{LIST, Subject, bytes, number, optional, short};
use crate::evidence::{self, Agreement, Domain, ReadingKind};

shape! {
    /// A mail address with the name before it.
    Address<'a> {
        /// Display name, decoded.
        name: &'a str,
        /// `local@domain`.
        address: &'a str,
        /// Host of the address, lower case, in its ASCII form.
        host: &'a str,
        /// The registrable domain of the host.
        domain: &'a str,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// One way to read who the mail is from.
    Reading<'a> {
        /// How it came about.
        kind: Word<ReadingKind>,
        /// Display name, decoded.
        name: &'a str,
        /// `local@domain`.
        address: &'a str,
        /// Host of the address.
        host: &'a str,
        /// The registrable domain of the host.
        domain: &'a str,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// A filter's stamp in front of a subject.
    Stamp<'a> {
        /// As it stands: `[spam]`, `[MEIWAKU]`.
        text: &'a str,
        /// The subject without it.
        rest: &'a str,
    }
}

shape! {
    /// A Message-ID.
    MessageId<'a> {
        /// Without angle brackets.
        id: &'a str,
        /// What stands right of the `@`.
        host: &'a str,
        /// The registrable domain of the host.
        domain: &'a str,
        /// How the domain relates to that of From.
        agreement: Word<Agreement>,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// The three houses of the method.
    Triad<'a> {
        /// Return-Path.
        return_path: Address<'a>,
        /// There is a Return-Path and it is `<>`.
        return_path_null: bool,
        /// How its domain relates to that of From.
        return_path_agreement: Word<Agreement>,
        /// Message-ID.
        message_id: MessageId<'a>,
        /// Index of the oldest Received line in `hops`.
        oldest: Option<i64>,
        /// The line that the recipient's own side wrote about the first machine that is not its own.
        boundary: Boundary,
    }
}

fn host(domain: Option<&Domain>) -> &str {
    domain.map_or("", |domain| short(&domain.host))
}

fn registrable(domain: Option<&Domain>) -> &str {
    domain.map_or("", |domain| optional(domain.registrable.as_ref()))
}

fn one(address: &evidence::Address) -> Address<'_> {
    let domain = address.domain.as_ref();
    Address {
        name: short(&address.name),
        address: short(&address.address),
        host: host(domain),
        domain: registrable(domain),
        span: bytes(address.span),
    }
}

fn maybe(address: Option<&evidence::Address>) -> Address<'_> {
    address.map_or(Address { name: "", address: "", host: "", domain: "", span: [0, 0] }, one)
}

pub(super) fn stamp<'a>(subject: &Subject<'a>) -> Stamp<'a> {
    subject
        .evidence
        .stamp
        .as_ref()
        .map_or(Stamp { text: "", rest: "" }, |stamp| Stamp { text: short(&stamp.text), rest: short(&stamp.rest) })
}

pub(super) fn from<'a>(subject: &Subject<'a>) -> Address<'a> {
    maybe(subject.evidence.main_from())
}

pub(super) fn readings<'a>(subject: &Subject<'a>) -> Vec<Reading<'a>> {
    let read = |reading: &'a evidence::Reading| {
        let Address { name, address, host, domain, span } = one(&reading.address);
        Reading { kind: Word(reading.kind), name, address, host, domain, span }
    };
    subject.evidence.from.iter().take(LIST).map(read).collect()
}

pub(super) fn sender<'a>(subject: &Subject<'a>) -> Address<'a> {
    maybe(subject.evidence.sender.as_ref())
}

pub(super) fn account<'a>(subject: &Subject<'a>) -> Address<'a> {
    maybe(subject.evidence.account.as_ref())
}

pub(super) fn reply_to<'a>(subject: &Subject<'a>) -> Vec<Address<'a>> {
    subject.evidence.reply_to.iter().take(LIST).map(one).collect()
}

pub(super) fn recipients<'a>(subject: &Subject<'a>) -> Vec<Address<'a>> {
    subject.evidence.recipients.iter().take(LIST).map(one).collect()
}

pub(super) fn triad<'a>(subject: &Subject<'a>) -> Triad<'a> {
    let evidence = subject.evidence;
    let triad = &evidence.triad;
    let path = triad.return_path.as_ref();
    let id = triad.message_id_domain.as_ref();
    Triad {
        return_path: maybe(path),
        return_path_null: path.is_some_and(|path| path.address.is_empty()),
        return_path_agreement: Word(evidence.agreement(path.and_then(|path| path.domain.as_ref()))),
        message_id: MessageId {
            id: optional(triad.message_id.as_ref()),
            host: host(id),
            domain: registrable(id),
            agreement: Word(evidence.agreement(id)),
            span: bytes(triad.message_id_span),
        },
        oldest: triad.oldest.map(number),
        boundary: super::path::boundary(evidence),
    }
}
