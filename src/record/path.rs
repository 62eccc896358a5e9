//! The way that the mail came, and what was claimed about it.

use std::borrow::Cow;

use super::declare::{Said, Word, Worded as _, shape};
use super::{LIST, Subject, address, bytes, number, optional, short};
use crate::evidence::{AuthResult, Author, Evidence, Excuse};

shape! {
    /// Where the recipient's own side begins.
    Boundary {
        /// Index into `hops`.
        hop: Option<i64>,
        /// Why this line.
        reason: &'static str,
    }
}

shape! {
    /// A Received line.
    Hop<'a> {
        /// Name that the client gave.
        helo: &'a str,
        /// Name that the server found for the address.
        reverse: &'a str,
        /// That name was looked up one way only.
        reverse_unverified: bool,
        /// The client's address.
        address: String,
        /// The server that wrote the line.
        by: &'a str,
        /// That server's own address.
        by_address: String,
        /// Protocol.
        with: &'a str,
        /// The line says that the connection was encrypted (ESMTPS and kin, RFC 3848, or a version of TLS).
        tls: bool,
        /// Version of TLS, where the line names one: `1.3`.
        tls_version: &'a str,
        /// Cipher suite, where the line names one.
        tls_cipher: &'a str,
        /// Queue id.
        id: &'a str,
        /// Recipient named in the line.
        recipient: &'a str,
        /// Unix seconds.
        time: Option<i64>,
        /// Seconds since the line below; negative where clocks disagree.
        delay: Option<i64>,
        /// Who could have typed the line.
        author: Word<Author>,
        /// It is the line at the trust boundary.
        boundary: bool,
        /// It does not follow the grammar; only what is certain is filled in.
        unread: bool,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// An authentication result as somebody wrote it: a claim, not a proof.
    Claim<'a> {
        /// `spf`, `dkim`, `dmarc`, `arc`, `compauth`, `domainkeys`, `sender-id`.
        method: &'a str,
        /// The outcome.
        result: Word<AuthResult>,
        /// The host that the outcome is about.
        host: &'a str,
        /// Its registrable domain.
        domain: &'a str,
        /// Who wrote it (authserv-id).
        server: &'a str,
        /// The domain is in the organization of From.
        aligned: bool,
        /// The domain is the very one of From.
        strict: bool,
        /// The reason or the policy that it names.
        reason: &'a str,
        /// The ARC set that it stands in.
        set: Option<i64>,
        /// Written by the recipient's own side.
        inside: bool,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// A word with its detail.
    Reason<'a> {
        /// The word.
        kind: &'static str,
        /// What it is about.
        detail: Cow<'a, str>,
    }
}

impl Said for Cow<'_, str> {
    fn said() -> String {
        "text".to_owned()
    }
}

pub(super) fn boundary(evidence: &Evidence) -> Boundary {
    evidence.triad.boundary.map_or(Boundary { hop: None, reason: "" }, |boundary| Boundary {
        hop: Some(number(boundary.hop)),
        reason: boundary.reason.word(),
    })
}

/// ESMTPS, ESMTPSA, UTF8SMTPS, LMTPS ... (RFC 3848, RFC 6531): the S behind the protocol's name.
fn encrypted(with: &str) -> bool {
    let word = with.split([' ', '(']).next().unwrap_or_default();
    let upper = word.to_ascii_uppercase();
    upper.rsplit_once("MTP").is_some_and(|(_, rest)| rest.starts_with('S')) || upper == "HTTPS"
}

pub(super) fn hops<'a>(subject: &Subject<'a>) -> Vec<Hop<'a>> {
    let evidence = subject.evidence;
    let at_boundary = evidence.triad.boundary.map(|boundary| boundary.hop);
    let hop = |(at, hop): (usize, &'a crate::evidence::Hop)| Hop {
        helo: optional(hop.helo.as_ref()),
        reverse: optional(hop.reverse.as_ref()),
        reverse_unverified: hop.reverse_unverified,
        address: address(hop.address),
        by: optional(hop.by.as_ref()),
        by_address: address(hop.by_address),
        with: optional(hop.with.as_ref()),
        tls: hop.tls.is_some() || hop.with.as_deref().is_some_and(encrypted),
        tls_version: hop.tls.as_ref().map_or("", |tls| short(&tls.version)),
        tls_cipher: hop.tls.as_ref().map_or("", |tls| short(&tls.cipher)),
        id: optional(hop.id.as_ref()),
        recipient: optional(hop.recipient.as_ref()),
        time: hop.time,
        delay: hop.delay,
        author: Word(evidence.author_of_hop(at)),
        boundary: at_boundary == Some(at),
        unread: hop.unread,
        span: bytes(hop.span),
    };
    evidence.hops.iter().enumerate().take(LIST).map(hop).collect()
}

pub(super) fn claims<'a>(subject: &Subject<'a>) -> Vec<Claim<'a>> {
    let claim = |claim: &'a crate::evidence::AuthClaim| Claim {
        method: short(&claim.method),
        result: Word(claim.result),
        host: claim.domain.as_ref().map_or("", |domain| short(&domain.host)),
        domain: claim.domain.as_ref().map_or("", |domain| optional(domain.registrable.as_ref())),
        server: short(&claim.server),
        aligned: claim.aligned,
        strict: claim.strict,
        reason: short(&claim.reason),
        set: claim.set.map(i64::from),
        inside: claim.inside,
        span: bytes(claim.span),
    };
    subject.evidence.auth.iter().chain(&subject.evidence.connection).take(LIST).map(claim).collect()
}

pub(super) fn excuses<'a>(subject: &Subject<'a>) -> Vec<Reason<'a>> {
    let detail = |excuse: &'a Excuse| match excuse {
        Excuse::List(detail) | Excuse::AlignedAuthentication(detail) => short(detail),
        Excuse::Service(name) => name,
        Excuse::Forwarder => "",
    };
    let excuses = subject.evidence.excuses.iter().take(LIST);
    excuses.map(|excuse| Reason { kind: excuse.word(), detail: detail(excuse).into() }).collect()
}

#[cfg(test)]
mod tests {
    use super::encrypted;

    #[test]
    fn the_protocol_says_whether_it_was_encrypted() {
        for (with, expected) in [
            ("ESMTPS", true),
            ("esmtpsa", true),
            ("UTF8SMTPS", true),
            ("HTTPS", true),
            ("ESMTPS (TLS1.3)", true),
            ("ESMTP", false),
            ("ESMTPA", false),
            ("SMTP", false),
            ("Microsoft SMTP Server", false),
            ("", false),
        ] {
            assert_eq!(encrypted(with), expected, "{with}");
        }
    }
}
