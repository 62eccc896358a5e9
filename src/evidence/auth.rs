//! Authentication as somebody wrote it into the mail: Authentication-Results (RFC 8601), ARC-Authentication-Results (RFC
//! 8617) and Received-SPF (RFC 7208 section 9.1). Claims, not proofs: what counts is which side of the boundary they
//! stand on.
//!
//! ```text
//! mx.two.example; spf=pass smtp.mailfrom=one.example; dkim=fail (bad signature) header.d=one.example
//! spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=one.example; dmarc=none header.from=one.example      Microsoft
//! ```

mod arc;
mod segments;

use std::net::IpAddr;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::domain::literal;
use super::{Boundary, Domain, Hop, Own};
use crate::message::{Field, Message, Span, clip};

pub use arc::ArcSet;
pub(super) use arc::chain;
use segments::{Segment, segments};

/// The longest reason that is kept, in bytes.
const REASON_BYTES: usize = 200;

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
        let is = |words: &[&str]| words.iter().any(|own| word.eq_ignore_ascii_case(own));
        if is(&["pass"]) {
            Self::Pass
        } else if is(&["fail", "hardfail"]) {
            Self::Fail
        } else if is(&["softfail"]) {
            Self::SoftFail
        } else if is(&["neutral", "policy"]) {
            Self::Neutral
        } else if is(&["none", "bestguesspass", "bestguessfail"]) {
            // Microsoft's `bestguesspass`: no record, the answer if there were one.
            Self::None
        } else {
            Self::Error
        }
    }
}

/// An authentication result as somebody wrote it into the mail. A claim, not a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthClaim {
    /// `spf`, `dkim`, `dmarc`, `arc`, lower case; Microsoft's `compauth`, and the old `domainkeys` and `sender-id`; `auth`
    /// and `iprev` about the connection.
    pub method: String,
    /// The outcome.
    pub result: AuthResult,
    /// The domain that the outcome is about (header.d, smtp.mailfrom, header.from).
    pub domain: Option<Domain>,
    /// authserv-id; for Received-SPF the server that wrote it, or the field's name where it names none.
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

/// The first claim that the domain of From is proved: a pass of DKIM or DMARC for it, written on the recipient's side. DMARC
/// that rests on SPF alone proves nothing where a relay passed the mail on (see [`relayed`]).
pub(crate) fn aligned_claim(auth: &[AuthClaim]) -> Option<&AuthClaim> {
    let passed = |claim: &&AuthClaim| claim.inside && claim.aligned && claim.result == AuthResult::Pass;
    let signed = auth.iter().filter(passed).find(|claim| claim.method == "dkim");
    if signed.is_none() && relayed(auth).is_some() {
        return None;
    }
    auth.iter().filter(passed).find(|claim| matches!(claim.method.as_str(), "dkim" | "dmarc"))
}

/// What the first relay found of a domain that the recipient's side accepts by SPF: that its sender may not send for it. The
/// recipient's side sees the relay's own machines, which the domain allows because it is that provider's customer. The
/// claim of the relay, first of all ARC sets, is typed by nobody to his own harm.
pub(crate) fn relayed(auth: &[AuthClaim]) -> Option<&AuthClaim> {
    let spf = |claim: &&AuthClaim| claim.method == "spf" && claim.domain.is_some();
    let refused = auth.iter().filter(spf).find(|claim| {
        claim.set == Some(1) && !claim.inside && matches!(claim.result, AuthResult::Fail | AuthResult::SoftFail)
    })?;
    let passed = |claim: &AuthClaim| {
        claim.inside && claim.set != Some(1) && claim.result == AuthResult::Pass && claim.domain == refused.domain
    };
    auth.iter().filter(spf).any(passed).then_some(refused)
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
    if field.is("authentication-results") || field.is("x-ms-exchange-authentication-results") {
        Some(Source::Results)
    } else if field.is("arc-authentication-results") {
        Some(Source::Arc)
    } else if field.is("received-spf") {
        Some(Source::Spf)
    } else {
        None
    }
}

/// The fields that tell of checks, cut into their pieces once for all who read them.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<Check>);

#[derive(Debug)]
struct Check {
    source: Source,
    /// Index of the field.
    field: usize,
    segments: Vec<Segment>,
}

/// Cuts the fields that tell of checks, top first.
pub(super) fn checks(message: &Message) -> Checks {
    let fields = message.fields.iter().enumerate();
    let fields = fields.filter_map(|(at, field)| Some((at, field, source(field)?)));
    Checks(fields.map(|(field, own, source)| Check { source, field, segments: segments(&own.raw) }).collect())
}

/// All claims, top first.
pub(super) fn claims(
    message: &Message,
    checks: &Checks,
    hops: &[Hop],
    boundary: Option<Boundary>,
    from: Option<&Domain>,
    own: &Own,
) -> Vec<AuthClaim> {
    let line = boundary.and_then(|boundary| hops.get(boundary.hop));
    let below =
        line.and_then(|line| hops.iter().find(|hop| hop.field > line.field)).map_or(usize::MAX, |hop| hop.field);
    let by = line.and_then(|line| line.by.as_deref()).map(server_of_line);
    // What the server of that line wrote stands in one run with it. Behind the first field that the sender wrote, anything
    // may be typed.
    let run = line.map_or(0, |line| {
        let after = message.fields.iter().skip(line.field + 1);
        line.field + after.take_while(|field| is_written_on_delivery(&field.name)).count()
    });
    // iCloud writes a field for each check and for each signature, and Received-SPF last: all above that is its own.
    let last_of_icloud = line.filter(|_| by.as_ref().is_some_and(|by| by.host == ICLOUD)).and_then(|line| {
        let mut fields = message.fields.iter().enumerate().take(run + 1).skip(line.field + 1);
        fields.find(|(_, field)| field.is("received-spf")).map(|(at, _)| at)
    });
    let mut out = Vec::new();
    let mut own_block: Vec<Source> = Vec::new();
    for Check { source, field: at, segments } in &checks.0 {
        let (at, source) = (*at, *source);
        let Some(field) = message.fields.get(at) else { continue };
        if out.len() >= message.limits.claims {
            break;
        }
        let start = out.len();
        match source {
            Source::Spf => out.extend(received_spf(field, segments)),
            Source::Results | Source::Arc => results(field, segments, source == Source::Arc, &mut out),
        }
        let server = match source {
            Source::Spf => spf_writer(segments).unwrap_or_default(),
            Source::Results | Source::Arc => out.get(start).map(|claim| Domain::of(&claim.server)).unwrap_or_default(),
        };
        // Gmail and others put their results below their own Received line. Only the first of a kind can be theirs.
        let its = |by: &Domain| {
            source != Source::Arc
                && at < below
                && at <= run
                && (!own_block.contains(&source) || last_of_icloud.is_some_and(|last| at <= last))
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
    out.truncate(message.limits.claims);
    out
}

/// iCloud's domain, which its servers leave out of their Received lines: `by p00-icloudmta-asmtp-us-east-1a-34`.
const ICLOUD: &str = "icloud.com";

/// Whose server wrote a Received line, by the name that it gives itself.
fn server_of_line(by: &str) -> Domain {
    let front = by.split_once("-icloudmta-").and_then(|(front, _)| front.strip_prefix('p'));
    let icloud = front.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    Domain::of(if icloud && !by.contains('.') { ICLOUD } else { by })
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
    let starts = |start: &&str| name.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
        || [
            "arc-",
            "x-spam",
            "x-received",
            "x-virus",
            "x-google-",
            "x-ms-exchange",
            "x-rspamd",
            "x-comment",
            "x-arc-info",
            "x-dmarc-",
            "x-icl-",
        ]
        .iter()
        .any(starts)
}

fn results(field: &Field, segments: &[Segment], arc: bool, out: &mut Vec<AuthClaim>) {
    let mut server = String::new();
    let mut set = None;
    for (at, segment) in segments.iter().enumerate() {
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
            "compauth" | "auth" | "iprev" => &[],
            _ => continue,
        };
        let domain = properties.iter().find_map(|key| segment.property(key)).and_then(domain_in);
        let mut reason = segment.reason();
        if is_connection(&method) && reason.is_empty() {
            let said = ["smtp.auth", "policy.iprev", "smtp.remote-ip"].iter().find_map(|key| segment.property(key));
            clip(said.unwrap_or_default(), REASON_BYTES).clone_into(&mut reason);
        }
        out.push(AuthClaim {
            // What ARC and Sender ID speak of vouches for nobody's From.
            domain: domain.filter(|_| !matches!(&*method, "arc" | "sender-id")),
            method,
            result: AuthResult::of(result.trim_matches('"')),
            server: server.clone(),
            aligned: false,
            strict: false,
            reason,
            set,
            inside: false,
            span: field.span,
        });
    }
}

/// Methods that are about the connection, not about who is written in the mail: who logged in to hand it in, and whether
/// the client's name and address fit (RFC 8601 sections 2.7.4 and 2.7.3).
fn is_connection(method: &str) -> bool {
    matches!(method, "auth" | "iprev")
}

/// Takes the claims that are about the connection out of the others: they vouch for no domain.
pub(super) fn of_connection(claims: &mut Vec<AuthClaim>) -> Vec<AuthClaim> {
    let apart: Vec<AuthClaim> = claims.iter().filter(|claim| is_connection(&claim.method)).cloned().collect();
    if !apart.is_empty() {
        claims.retain(|claim| !is_connection(&claim.method));
    }
    apart
}

/// The domain of `a@b`, `@b` or `b`.
fn domain_in(value: &str) -> Option<Domain> {
    let host = value.rsplit('@').next().unwrap_or(value);
    (host.contains('.')).then(|| Domain::of(host))
}

fn received_spf(field: &Field, segments: &[Segment]) -> Option<AuthClaim> {
    let first = segments.first()?;
    let word = first.words.split_whitespace().next()?;
    let sender = segments.iter().find_map(|segment| segment.property("envelope-from"));
    let domain = sender.and_then(domain_in).or_else(|| {
        // `(two.example: domain of a@one.example designates 192.0.2.1 as permitted sender)`
        let comment = first.comments.first()?;
        let (_, rest) = comment.split_once("domain of ")?;
        // Gmail writes `domain of transitioning a@one.example does not designate 192.0.2.1` for a soft fail.
        domain_in(rest.split_whitespace().find(|word| *word != "transitioning")?)
    });
    let helo = || segments.iter().find_map(|segment| segment.property("helo")).and_then(domain_in);
    Some(AuthClaim {
        method: "spf".to_owned(),
        result: AuthResult::of(word),
        domain: domain.or_else(helo),
        server: spf_writer(segments).map_or_else(|| "Received-SPF".to_owned(), |writer| writer.host),
        aligned: false,
        strict: false,
        reason: String::new(),
        set: None,
        inside: false,
        span: field.span,
    })
}

/// The server that wrote a Received-SPF: `receiver=`, or the name in front of its comment.
fn spf_writer(segments: &[Segment]) -> Option<Domain> {
    let receiver = segments.iter().find_map(|segment| segment.property("receiver"));
    let comment = || segments.first()?.comments.first()?.split_once(": ").map(|(name, _)| name);
    receiver.or_else(comment).filter(|name| name.contains('.')).map(Domain::of)
}

/// Client addresses that fields name, the first of each kind.
pub(super) fn named(message: &Message, checks: &Checks) -> Vec<Named> {
    let first = |name: &str| message.fields.iter().position(|field| field.is(name));
    let checked = |name: &str| {
        let is = |check: &&Check| message.fields.get(check.field).is_some_and(|field| field.is(name));
        let check = checks.0.iter().find(is)?;
        let address = check.segments.iter().find_map(address_in)?;
        Some(Named { address, field: check.field, microsoft: false })
    };
    let microsofts = |name: &str, read: fn(&str) -> Option<IpAddr>| {
        let field = first(name)?;
        Some(Named { address: read(&message.fields.get(field)?.raw)?, field, microsoft: true })
    };
    let forefront = |raw: &str| raw.split(';').find_map(|part| part.trim().strip_prefix("CIP:")).and_then(literal);
    let mut out: Vec<Named> = [
        checked("received-spf"),
        checked("authentication-results"),
        microsofts("x-sender-ip", literal),
        microsofts("x-forefront-antispam-report", forefront),
    ]
    .into_iter()
    .flatten()
    .collect();
    out.sort_unstable_by_key(|name| name.field);
    out
}

/// Made once, since the comments of every mail are searched for them.
static SENDER_IP: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("sender IP is "));
static DESIGNATES: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("designates "));
static DESIGNATE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("designate "));

fn behind<'a>(text: &'a str, words: &Finder<'_>) -> Option<&'a str> {
    text.get(words.find(text.as_bytes())? + words.needle().len()..)
}

fn address_in(segment: &Segment) -> Option<IpAddr> {
    ["client-ip", "smtp.remote-ip", "policy.iprev"]
        .iter()
        .find_map(|key| segment.property(key).and_then(literal))
        .or_else(|| {
            segment.comments.iter().find_map(|comment| {
                let behind = behind(comment, &SENDER_IP)
                    .or_else(|| behind(comment, &DESIGNATES))
                    .or_else(|| behind(comment, &DESIGNATE))?;
                literal(behind.split_whitespace().next()?.trim_end_matches([')', ',']))
            })
        })
}

#[cfg(test)]
mod tests;
