//! Authentication as somebody wrote it into the mail: Authentication-Results (RFC 8601), ARC-Authentication-Results (RFC
//! 8617) and Received-SPF (RFC 7208 section 9.1). Claims, not proofs: what counts is which side of the boundary they
//! stand on.
//!
//! ```text
//! mx.two.example; spf=pass smtp.mailfrom=one.example; dkim=fail (bad signature) header.d=one.example
//! spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=one.example; dmarc=none header.from=one.example      Microsoft
//! ```

use std::net::IpAddr;

use super::domain::literal;
use super::{Boundary, Domain, Hop, Own};
use crate::message::{Field, Message, Span, clip};

/// The most claims that are kept; a forger can write thousands.
const CLAIM_LIMIT: usize = 200;
/// The longest reason that is kept, in bytes.
const REASON_BYTES: usize = 200;
/// The most ARC sets (RFC 8617 section 4.2.1).
const SET_LIMIT: u8 = 50;
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

/// An ARC set (RFC 8617 section 4.2) as its fields describe it. Nothing is verified here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArcSet {
    /// `i=`
    pub number: u8,
    /// `cv=` of ARC-Seal: what the forwarder found of the sets before it (`none`, `pass`, `fail`), lower case.
    pub chain: String,
    /// `d=` of ARC-Seal: who sealed.
    pub sealer: String,
    /// All three fields are there, once each, and the first set alone says `none` (section 5.2).
    pub whole: bool,
    /// ARC-Seal, else the first of its fields.
    pub span: Span,
}

/// The ARC sets, newest first.
pub(super) fn chain(message: &Message) -> Vec<ArcSet> {
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
            tag("i").and_then(|number| number.parse::<u8>().ok()).filter(|number| (1..=SET_LIMIT).contains(number))
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
            set.span = field.span;
        }
    }
    for (set, seen) in &mut sets {
        set.whole = *seen == [1; 3] && (set.chain == "none") == (set.number == 1);
    }
    sets.sort_by_key(|(set, _)| std::cmp::Reverse(set.number));
    sets.into_iter().map(|(set, _)| set).collect()
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
mod tests {
    use super::super::boundary::boundary;
    use super::super::path::hops;
    use super::*;

    fn read(header: &str) -> Vec<(String, AuthResult, String, bool, bool)> {
        let message = Message::parse(format!("{header}\n\nx").as_bytes());
        let hops = hops(&message);
        let from = Domain::of("one.example");
        claims(&message, &hops, boundary(&message, &hops, &Own::default()), Some(&from), &Own::default())
            .into_iter()
            .map(|claim| {
                let domain = claim.domain.map(|domain| domain.host).unwrap_or_default();
                (claim.method, claim.result, domain, claim.aligned, claim.inside)
            })
            .collect()
    }

    const LINE: &str = "Received: from x (mail.one.example [192.0.2.1]) by mx.two.example with ESMTP; date";

    #[test]
    fn results_with_comments_versions_and_quotes_are_read() {
        let field = "Authentication-Results: mx.two.example 1; (a;b) spf=pass (ok; fine) smtp.mailfrom=a@mail.one.example;\n \
                     dkim=fail reason=\"bad; signature\" header.d=other.example; dmarc/1=none header.from=one.example; auth=pass smtp.auth=x";
        assert_eq!(
            read(&format!("{field}\n{LINE}")),
            [
                ("spf".to_owned(), AuthResult::Pass, "mail.one.example".to_owned(), true, true),
                ("dkim".to_owned(), AuthResult::Fail, "other.example".to_owned(), false, true),
                ("dmarc".to_owned(), AuthResult::None, "one.example".to_owned(), true, true),
            ]
        );
    }

    #[test]
    fn microsofts_form_without_a_server_is_read() {
        let field = "Authentication-Results: spf=softfail (sender IP is 192.0.2.1) smtp.mailfrom=one.example; dkim=none (message not signed) header.d=none;dmarc=fail action=none header.from=one.example;compauth=fail reason=001";
        let read = read(&format!("{field}\n{LINE}"));
        assert_eq!(read.len(), 4);
        assert_eq!(read.get(1).unwrap().2, "");
        assert_eq!((read.get(3).unwrap().0.as_str(), read.get(3).unwrap().1), ("compauth", AuthResult::Fail));
        assert_eq!(read.first().unwrap().1, AuthResult::SoftFail);
    }

    #[test]
    fn what_the_sender_could_type_is_outside() {
        let forged = "Authentication-Results: mx.two.example; dkim=pass header.d=one.example";
        let other = "Authentication-Results: mx.bank.example; dkim=pass header.d=one.example";
        let own = "Authentication-Results: mx.two.example; dkim=fail header.d=one.example";
        let below = "Received: from y by z.example; date";
        let inside = |header: String| read(&header).iter().map(|claim| claim.4).collect::<Vec<_>>();
        assert_eq!(inside(format!("{own}\n{LINE}\n{forged}")), [true, false]);
        assert_eq!(inside(format!("{LINE}\n{own}\n{forged}\n{below}")), [false, false], "the server's name is public");
        let google =
            "Received: from x.one.example (x.one.example. [198.51.100.1]) by mx.google.com with ESMTPS id 1; date";
        let theirs = "Authentication-Results: mx.google.com; dkim=fail header.d=one.example";
        let typed = "Authentication-Results: mx.google.com; dkim=pass header.d=one.example";
        assert_eq!(inside(format!("{google}\n{theirs}\n{typed}\n{below}")), [true, false]);
        assert_eq!(inside(format!("{google}\nSubject: x\n{typed}")), [false], "behind what the sender wrote");
        assert_eq!(inside(format!("{LINE}\n{other}\n{below}")), [false]);
        assert_eq!(inside(format!("{LINE}\n{below}\n{forged}")), [false]);
        assert_eq!(inside(forged.to_owned()), [false]);
    }

    #[test]
    fn only_the_names_that_the_reader_gave_write_on_his_side() {
        let google =
            "Received: from x.one.example (x.one.example. [198.51.100.1]) by mx.google.com with ESMTPS id 1; date";
        let header = format!(
            "Authentication-Results: filter.two.example; dkim=pass header.d=one.example\nAuthentication-Results: MX.two.example; spf=pass smtp.mailfrom=a@one.example\nReceived-SPF: pass client-ip=198.51.100.1; envelope-from=a@one.example\n{google}\nAuthentication-Results: mx.google.com; dmarc=pass header.from=one.example\nFrom: a@one.example\n\nx"
        );
        let message = Message::parse(header.as_bytes());
        let hops = hops(&message);
        let inside = |ids: &[&str]| -> Vec<(String, bool)> {
            let own = Own { authserv_ids: ids.iter().map(|id| (*id).to_owned()).collect(), ..Own::default() };
            claims(&message, &hops, boundary(&message, &hops, &own), Some(&Domain::of("one.example")), &own)
                .into_iter()
                .map(|claim| (claim.server, claim.inside))
                .collect()
        };
        let sides = |ids: &[&str]| inside(ids).into_iter().map(|(_, inside)| inside).collect::<Vec<_>>();
        assert_eq!(sides(&[]), [true, true, true, true], "without a word from the reader the place decides");
        assert_eq!(sides(&["mx.two.example"]), [false, true, true, false], "case does not matter");
        assert_eq!(sides(&["mx.google.com", "filter.two.example"]), [true, false, true, true]);
        assert_eq!(sides(&["two.example"]), [false, false, true, false], "a name is no domain");
    }

    #[test]
    fn received_spf_is_a_claim_and_names_the_client() {
        let field = "Received-SPF: pass (two.example: domain of a@one.example designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from=\"a@one.example\"; helo=x.one.example;";
        let claims = read(&format!("{field}\n{LINE}"));
        assert_eq!(claims, [("spf".to_owned(), AuthResult::Pass, "one.example".to_owned(), true, true)]);
        let message = Message::parse(format!("{field}\n\nx").as_bytes());
        assert_eq!(named(&message).first().unwrap().address, "192.0.2.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn many_forged_results_and_deep_comments_end_soon() {
        let header = "Authentication-Results: x; spf=pass smtp.mailfrom=a.example\n".repeat(1_900);
        assert_eq!(read(&format!("{header}{LINE}")).len(), CLAIM_LIMIT);
        read(&format!("Authentication-Results: x; {}", "(".repeat(200_000)));
        read(&format!("Authentication-Results: x{}", ";spf=pass".repeat(20_000)));
    }

    #[test]
    fn reasons_policies_and_both_alignments_are_read() {
        for (field, method, reason, aligned, strict) in [
            (
                "mx.two.example; dkim=fail reason=\"bad; signature\" header.d=one.example",
                "dkim",
                "bad;_signature",
                true,
                true,
            ),
            ("mx.two.example; dkim=pass (2048-bit key) header.d=mail.one.example header.s=s1", "dkim", "", true, false),
            (
                "mx.two.example; dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=one.example",
                "dmarc",
                "p=REJECT sp=NONE dis=NONE",
                true,
                true,
            ),
            ("mx.two.example; dmarc=fail action=quarantine header.from=one.example", "dmarc", "quarantine", true, true),
            (
                "mx.two.example; dmarc=fail policy.dmarc=reject header.from=other.example",
                "dmarc",
                "reject",
                false,
                false,
            ),
            ("compauth=fail reason=001", "compauth", "001", false, false),
            ("mx.two.example; sender-id=pass header.from=a@one.example", "sender-id", "", false, false),
            ("mx.two.example (a (nested) remark) 1; DKIM/1=pass header.i=@one.example", "dkim", "", true, true),
            ("\"mx.two.example\"; dkim = pass header.d=one.example", "", "", false, false),
            ("mx.two.example; none", "", "", false, false),
        ] {
            let message = Message::parse(format!("Authentication-Results: {field}\n\nx").as_bytes());
            let all = claims(&message, &[], None, Some(&Domain::of("one.example")), &Own::default());
            if method.is_empty() {
                continue;
            }
            let [claim] = all.as_slice() else { panic!("{field}: {all:?}") };
            assert_eq!(
                (claim.method.as_str(), claim.reason.as_str(), claim.aligned, claim.strict),
                (method, reason, aligned, strict),
                "{field}"
            );
        }
    }

    #[test]
    fn sets_of_arc_are_put_together() {
        let set = |number: u8, cv: &str| {
            format!(
                "ARC-Seal: i={number}; a=rsa-sha256; cv={cv}; d=relay{number}.example; s=x; b=AA==\nARC-Message-Signature: i={number}; d=relay{number}.example; b=AA==\nARC-Authentication-Results: i={number}; relay{number}.example; spf=pass smtp.mailfrom=one.example\n"
            )
        };
        let read = |header: String| chain(&Message::parse(format!("{header}\nx").as_bytes()));
        let chain = read(format!("{}{}", set(2, "pass"), set(1, "none")));
        let short: Vec<_> =
            chain.iter().map(|set| (set.number, set.chain.as_str(), set.sealer.as_str(), set.whole)).collect();
        assert_eq!(short, [(2, "pass", "relay2.example", true), (1, "none", "relay1.example", true)]);
        assert!(read(set(1, "pass")).iter().all(|set| !set.whole), "the first has nothing before it");
        assert!(read(format!("{0}{0}", set(1, "none"))).iter().all(|set| !set.whole), "twice");
        assert!(read("ARC-Seal: i=1; cv=none; d=a.example\n".to_owned()).iter().all(|set| !set.whole), "alone");
        assert!(
            read("ARC-Seal: i=0; cv=none\nARC-Seal: i=99; cv=none\nARC-Seal: cv=none\nSubject: x\n".to_owned())
                .is_empty()
        );
        assert!(read("ARC-Seal: i=7; cv=pass\n".repeat(1_900)).len() == 1);
        let message = Message::parse(format!("{}\nx", set(3, "pass")).as_bytes());
        let all = claims(&message, &[], None, None, &Own::default());
        assert_eq!(all.iter().map(|claim| (claim.set, claim.inside)).collect::<Vec<_>>(), [(Some(3), false)]);
    }
}
