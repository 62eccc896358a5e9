//! Authentication as somebody wrote it into the mail: Authentication-Results (RFC 8601), ARC-Authentication-Results (RFC
//! 8617) and Received-SPF (RFC 7208 section 9.1). Claims, not proofs: what counts is which side of the boundary they
//! stand on.
//!
//! ```text
//! mx.two.example; spf=pass smtp.mailfrom=one.example; dkim=fail (bad signature) header.d=one.example
//! spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=one.example; dmarc=none header.from=one.example      Microsoft
//! ```

mod arc;

use std::net::IpAddr;

use super::domain::literal;
use super::{Boundary, Domain, Hop, Own};
use crate::message::{Field, Message, Span, clip};

pub use arc::ArcSet;
pub(super) use arc::chain;

/// The most claims that are kept; a forger can write thousands.
const CLAIM_LIMIT: usize = 200;
/// The longest reason that is kept, in bytes.
const REASON_BYTES: usize = 200;
/// The most results that are read of one field.
const SEGMENT_LIMIT: usize = 50;

/// A word for an authentication method's outcome (RFC 8601 section 2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthResult {
    /// pass
    Pass,
    /// fail, hardfail
    Fail,
    /// softfail
    SoftFail,
    /// neutral, policy
    Neutral,
    /// none
    None,
    /// temperror, permerror and words not known
    Error,
}

impl AuthResult {
    fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "pass" => Self::Pass,
            "fail" | "hardfail" => Self::Fail,
            "softfail" => Self::SoftFail,
            "neutral" | "policy" => Self::Neutral,
            // Microsoft's `bestguesspass`: no record, the answer if there were one.
            "none" | "bestguesspass" | "bestguessfail" => Self::None,
            _ => Self::Error,
        }
    }
}

/// An authentication result as somebody wrote it into the mail. A claim, not a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthClaim {
    /// `spf`, `dkim`, `dmarc`, `arc`, lower case; Microsoft's `compauth`, and the old `domainkeys` and `sender-id`.
    pub method: String,
    /// The outcome.
    pub result: AuthResult,
    /// The domain that the outcome is about (header.d, smtp.mailfrom, header.from).
    pub domain: Option<Domain>,
    /// authserv-id, or the field's name for Received-SPF.
    pub server: String,
    /// Whether the domain is in the organization of From (relaxed alignment, RFC 7489 section 3.1).
    pub aligned: bool,
    /// Whether the domain is the very one of From (strict alignment).
    pub strict: bool,
    /// What is given as the reason, where something is: `reason=`, or the policy that applied (`p=reject`).
    pub reason: String,
    /// Number of the ARC set (`i=`) that it stands in.
    pub set: Option<u8>,
    /// Written by the recipient's side: above the boundary's Received line, or right below it by the server that wrote
    /// that line.
    pub inside: bool,
    /// The field.
    pub span: Span,
}

/// A client address that a field names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) address: IpAddr,
    /// Index of the field.
    pub(super) field: usize,
    /// One of Microsoft's fields, which stand below all others.
    pub(super) microsoft: bool,
}

/// One `;`-separated piece: its words without comments, and its comments.
#[derive(Debug, Default)]
struct Segment {
    words: String,
    comments: Vec<String>,
}

impl Segment {
    /// The value of `key=value` among the words.
    fn property(&self, key: &str) -> Option<&str> {
        self.words.split_whitespace().find_map(|word| {
            let (name, value) = word.split_once('=')?;
            name.eq_ignore_ascii_case(key).then(|| value.trim_matches(['"', '<', '>', ',']))
        })
    }

    /// `reason=`, else the policy of DMARC as a property or in a comment (`(p=REJECT sp=NONE dis=NONE)`).
    fn reason(&self) -> String {
        if let Some(reason) = self.property("reason") {
            return clip(reason, REASON_BYTES).to_owned();
        }
        if let Some(policy) = self.property("policy.dmarc").or_else(|| self.property("action")) {
            return clip(policy, REASON_BYTES).to_owned();
        }
        let policy =
            |comment: &String| comment.trim_start().get(..2).is_some_and(|start| start.eq_ignore_ascii_case("p="));
        self.comments
            .iter()
            .find(|comment| policy(comment))
            .map_or_else(String::new, |comment| clip(comment.trim(), REASON_BYTES).to_owned())
    }
}

/// Providers that write their results below their own Received line. Of all others only what stands above it counts:
/// what stands below can be typed by whoever knows the server's name, and that is public.
const WRITES_BELOW: &[&str] = &["google.com", "outlook.com", "yahoo.com", "yahoo.co.jp", "aol.com", "icloud.com"];

/// Which field a claim comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Results,
    Arc,
    Spf,
}

fn source(field: &Field) -> Option<Source> {
    let name = field.name.as_str();
    if name.eq_ignore_ascii_case("authentication-results")
        || name.eq_ignore_ascii_case("x-ms-exchange-authentication-results")
    {
        Some(Source::Results)
    } else if name.eq_ignore_ascii_case("arc-authentication-results") {
        Some(Source::Arc)
    } else if name.eq_ignore_ascii_case("received-spf") {
        Some(Source::Spf)
    } else {
        None
    }
}

/// All claims, top first.
pub(super) fn claims(
    message: &Message,
    hops: &[Hop],
    boundary: Option<Boundary>,
    from: Option<&Domain>,
    own: &Own,
) -> Vec<AuthClaim> {
    let line = boundary.and_then(|boundary| hops.get(boundary.hop));
    let below =
        line.and_then(|line| hops.iter().find(|hop| hop.field > line.field)).map_or(usize::MAX, |hop| hop.field);
    let by = line.and_then(|line| line.by.as_deref()).map(Domain::of);
    // What the server of that line wrote stands in one run with it. Behind the first field that the sender wrote, anything
    // may be typed.
    let run = line.map_or(0, |line| {
        let after = message.fields.iter().skip(line.field + 1);
        line.field + after.take_while(|field| is_written_on_delivery(&field.name)).count()
    });
    let mut out = Vec::new();
    let mut own_block: Vec<Source> = Vec::new();
    for (at, field) in message.fields.iter().enumerate() {
        let Some(source) = source(field) else { continue };
        if out.len() >= CLAIM_LIMIT {
            break;
        }
        let start = out.len();
        match source {
            Source::Spf => out.extend(received_spf(field)),
            Source::Results | Source::Arc => results(field, source == Source::Arc, &mut out),
        }
        let server = match source {
            Source::Spf => spf_writer(field).unwrap_or_default(),
            Source::Results | Source::Arc => out.get(start).map(|claim| Domain::of(&claim.server)).unwrap_or_default(),
        };
        // Gmail and others put their results below their own Received line. Only the first of a kind can be theirs.
        let its = |by: &Domain| {
            source != Source::Arc
                && at < below
                && at <= run
                && !own_block.contains(&source)
                && WRITES_BELOW.contains(&by.organization())
                && server.same_organization(by)
        };
        let inside = match line {
            Some(line) if at < line.field => true,
            Some(_) => by.as_ref().is_some_and(its),
            None => false,
        };
        // A server that wrote its results above its line does not write them below as well.
        let written_above =
            line.is_some_and(|line| at < line.field) && by.as_ref().is_some_and(|by| server.same_organization(by));
        if written_above || line.is_some_and(|line| at > line.field) {
            own_block.push(source);
        }
        for claim in out.iter_mut().skip(start) {
            // Where the reader said under which names his servers write, no other name is one of his.
            claim.inside =
                inside && (source == Source::Spf || own.authserv_ids.is_empty() || own.writes_as(&claim.server));
            claim.strict = claim.domain.as_ref().zip(from).is_some_and(|(one, from)| one.host == from.host);
            claim.aligned = claim.domain.as_ref().zip(from).is_some_and(|(one, from)| one.same_organization(from));
        }
    }
    out.truncate(CLAIM_LIMIT);
    out
}

/// A field that servers add while they deliver, and no sender's program needs.
fn is_written_on_delivery(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "authentication-results",
        "received-spf",
        "return-path",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "dkim-filter",
        "authentication-results-original",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str())
        || ["arc-", "x-spam", "x-received", "x-virus", "x-google-", "x-ms-exchange", "x-rspamd", "x-comment"]
            .iter()
            .any(|start| name.starts_with(start))
}

fn results(field: &Field, arc: bool, out: &mut Vec<AuthClaim>) {
    let mut server = String::new();
    let mut set = None;
    for (at, segment) in segments(&field.raw).iter().enumerate() {
        let Some(first) = segment.words.split_whitespace().next() else { continue };
        let Some((method, result)) = first.split_once('=') else {
            if server.is_empty() && at < 2 {
                first.clone_into(&mut server);
            }
            continue;
        };
        if arc && method.eq_ignore_ascii_case("i") {
            set = result.parse().ok();
            continue;
        }
        let method = method.split('/').next().unwrap_or(method).to_ascii_lowercase();
        let properties: &[&str] = match method.as_str() {
            "spf" => &["smtp.mailfrom", "smtp.mail", "smtp.helo"],
            "dkim" => &["header.d", "header.i"],
            "dmarc" => &["header.from"],
            "arc" => &["header.oldest-pass"],
            "domainkeys" | "sender-id" => &["header.from", "header.sender"],
            "compauth" => &[],
            _ => continue,
        };
        let domain = properties.iter().find_map(|key| segment.property(key)).and_then(domain_in);
        out.push(AuthClaim {
            // What ARC and Sender ID speak of vouches for nobody's From.
            domain: domain.filter(|_| !matches!(&*method, "arc" | "sender-id")),
            method,
            result: AuthResult::of(result.trim_matches('"')),
            server: server.clone(),
            aligned: false,
            strict: false,
            reason: segment.reason(),
            set,
            inside: false,
            span: field.span,
        });
    }
}

/// The domain of `a@b`, `@b` or `b`.
fn domain_in(value: &str) -> Option<Domain> {
    let host = value.rsplit('@').next().unwrap_or(value);
    (host.contains('.')).then(|| Domain::of(host))
}

fn received_spf(field: &Field) -> Option<AuthClaim> {
    let segments = segments(&field.raw);
    let first = segments.first()?;
    let word = first.words.split_whitespace().next()?;
    let sender = segments.iter().find_map(|segment| segment.property("envelope-from"));
    let domain = sender.and_then(domain_in).or_else(|| {
        // `(two.example: domain of a@one.example designates 192.0.2.1 as permitted sender)`
        let comment = first.comments.first()?;
        let (_, rest) = comment.split_once("domain of ")?;
        domain_in(rest.split_whitespace().next()?)
    });
    let helo = || segments.iter().find_map(|segment| segment.property("helo")).and_then(domain_in);
    Some(AuthClaim {
        method: "spf".to_owned(),
        result: AuthResult::of(word),
        domain: domain.or_else(helo),
        server: "Received-SPF".to_owned(),
        aligned: false,
        strict: false,
        reason: String::new(),
        set: None,
        inside: false,
        span: field.span,
    })
}

/// The server that wrote a Received-SPF: `receiver=`, or the name in front of its comment.
fn spf_writer(field: &Field) -> Option<Domain> {
    let segments = segments(&field.raw);
    let receiver = segments.iter().find_map(|segment| segment.property("receiver"));
    let comment = || segments.first()?.comments.first()?.split_once(": ").map(|(name, _)| name);
    receiver.or_else(comment).filter(|name| name.contains('.')).map(Domain::of)
}

/// Client addresses that fields name, the first of each kind.
pub(super) fn named(message: &Message) -> Vec<Named> {
    let mut out = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (at, field) in message.fields.iter().enumerate() {
        let kind = match field.name.to_ascii_lowercase().as_str() {
            "received-spf" => "spf",
            "authentication-results" => "results",
            "x-sender-ip" => "x-sender-ip",
            "x-forefront-antispam-report" => "forefront",
            _ => continue,
        };
        if seen.contains(&kind) {
            continue;
        }
        seen.push(kind);
        let address = match kind {
            "x-sender-ip" => literal(&field.raw),
            "forefront" => field.raw.split(';').find_map(|part| part.trim().strip_prefix("CIP:")).and_then(literal),
            _ => segments(&field.raw).iter().find_map(address_in),
        };
        let microsoft = matches!(kind, "x-sender-ip" | "forefront");
        out.extend(address.map(|address| Named { address, field: at, microsoft }));
    }
    out
}

fn address_in(segment: &Segment) -> Option<IpAddr> {
    ["client-ip", "smtp.remote-ip", "policy.iprev"]
        .iter()
        .find_map(|key| segment.property(key).and_then(literal))
        .or_else(|| {
            segment.comments.iter().find_map(|comment| {
                let behind = comment
                    .split_once("sender IP is ")
                    .or_else(|| comment.split_once("designates "))
                    .or_else(|| comment.split_once("designate "))?;
                literal(behind.1.split_whitespace().next()?.trim_end_matches([')', ',']))
            })
        })
}

/// Cuts a value at its semicolons and takes comments out. Nesting of comments is counted.
fn segments(raw: &str) -> Vec<Segment> {
    let mut out = Vec::new();
    let mut segment = Segment::default();
    let mut comment = String::new();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for letter in raw.chars() {
        let text = if depth > 0 { &mut comment } else { &mut segment.words };
        match letter {
            _ if escaped => {
                escaped = false;
                text.push(letter);
            }
            '\\' if depth > 0 || quoted => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            // A quoted local part may hold blanks and signs that would read as another property.
            _ if quoted => text.push(if letter.is_whitespace() || letter == '=' { '_' } else { letter }),
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    segment.comments.push(std::mem::take(&mut comment));
                    segment.words.push(' ');
                }
            }
            ';' if depth == 0 => {
                out.push(std::mem::take(&mut segment));
                if out.len() >= SEGMENT_LIMIT {
                    return out;
                }
            }
            _ => text.push(letter),
        }
    }
    out.push(segment);
    out
}

#[cfg(test)]
mod tests;
