//! Innocent reasons for identities that differ: lists, mail services, aligned authentication, forwarders.
//!
//! A reason that the sender alone could have typed is still named; which weight it has is decided by the rules.

use super::auth::aligned_claim;
use super::services::service;
use super::{AuthClaim, AuthResult, Domain, Hop, Triad};
use crate::message::Message;

/// Why a difference between identities may be innocent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Excuse {
    /// A mailing list (List-Id, List-Post); its id.
    List(String),
    /// A known mail service delivers; its name.
    Service(&'static str),
    /// A DKIM or DMARC pass aligned with From, inside the boundary.
    AlignedAuthentication(String),
    /// A forwarder (X-Forwarded-For, Resent-*).
    Forwarder,
}

pub(super) fn excuses(
    message: &Message,
    hops: &[Hop],
    triad: &Triad,
    auth: &[AuthClaim],
    from: Option<&Domain>,
) -> Vec<Excuse> {
    let mut out = Vec::new();
    out.extend(aligned(auth));
    out.extend(list(message));
    out.extend(delivering_service(hops, triad, auth, from));
    if is_forwarded(message, triad) {
        out.push(Excuse::Forwarder);
    }
    out
}

fn aligned(auth: &[AuthClaim]) -> Option<Excuse> {
    let claim = aligned_claim(auth)?;
    let domain = claim.domain.as_ref().map(|domain| domain.host.as_str()).unwrap_or_default();
    Some(Excuse::AlignedAuthentication(format!("{}={domain}", claim.method)))
}

/// List-Id (RFC 2919): the id in angle brackets; else the address of List-Post (RFC 2369).
fn list(message: &Message) -> Option<Excuse> {
    let id = message.field("list-id").map(|field| {
        let raw = field.raw.as_str();
        raw.rsplit_once('<').map_or(raw, |(_, id)| id).trim_end_matches('>').trim().to_owned()
    });
    let post = || {
        let field = message.field("list-post")?;
        let (_, address) = field.raw.split_once("mailto:")?;
        Some(address.split(['>', '?', ' ']).next().unwrap_or_default().to_owned())
    };
    id.filter(|id| !id.is_empty()).or_else(post).map(|id| Excuse::List(id.chars().take(200).collect()))
}

/// The machine at the boundary belongs to a service, or a service's signature or path was found good; the Return-Path
/// alone counts only where nobody checked it.
fn delivering_service(hops: &[Hop], triad: &Triad, auth: &[AuthClaim], from: Option<&Domain>) -> Option<Excuse> {
    let foreign = |domain: &Domain| from.is_none_or(|from| !from.same_organization(domain));
    let known = |domain: &Domain| foreign(domain).then(|| service(domain)).flatten();
    let line = triad.boundary.and_then(|boundary| hops.get(boundary.hop));
    let by_machine = line.and_then(|line| line.reverse.as_deref()).map(Domain::of).and_then(|name| known(&name));
    let by_check = || {
        auth.iter()
            .filter(|claim| claim.inside && claim.result == AuthResult::Pass)
            .find_map(|claim| claim.domain.as_ref().and_then(known))
    };
    let unchecked = !auth.iter().any(|claim| claim.inside && claim.method == "spf");
    let by_path = || triad.return_path.as_ref().filter(|_| unchecked)?.domain.as_ref().and_then(known);
    let by_greeting = || {
        let line = line.filter(|line| line.reverse.is_none() && unchecked)?;
        line.helo.as_deref().map(Domain::of).and_then(|name| known(&name))
    };
    by_machine.or_else(by_check).or_else(by_path).or_else(by_greeting).map(Excuse::Service)
}

fn is_forwarded(message: &Message, triad: &Triad) -> bool {
    let fields = [
        "x-forwarded-for",
        "x-forwarded-to",
        "resent-from",
        "resent-to",
        "resent-sender",
        "x-ms-exchange-forwardinghost",
    ];
    // The sender rewriting scheme of forwarders (SRS).
    let rewritten = triad.return_path.as_ref().is_some_and(|path| {
        path.address
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case("srs0=") || start.eq_ignore_ascii_case("srs1="))
    });
    rewritten || fields.iter().any(|name| message.field(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Vec<Excuse> {
        super::super::examine(&Message::parse(format!("{header}\nFrom: a@shop.example\n\nx").as_bytes()), &[]).excuses
    }

    #[test]
    fn each_innocent_reason_is_named() {
        let line = "Received: from x (a1.smtp-out.amazonses.com [192.0.2.1]) by mx.two.example; date";
        assert_eq!(read(line), [Excuse::Service("Amazon SES")]);
        assert_eq!(read("List-Id: A list <dev.lists.example>"), [Excuse::List("dev.lists.example".into())]);
        assert_eq!(read("List-Post: <mailto:dev@lists.example>"), [Excuse::List("dev@lists.example".into())]);
        assert_eq!(read("X-Forwarded-To: b@two.example"), [Excuse::Forwarder]);
        assert_eq!(read("Return-Path: <SRS0=x=y=a=b@two.example>"), [Excuse::Forwarder]);
        assert_eq!(read("Return-Path: <b@em1.sendgrid.net>"), [Excuse::Service("SendGrid")]);
        let own = "Received: from x (y.other.example [192.0.2.1]) by mx.two.example; date";
        let auth = "Authentication-Results: mx.two.example; dkim=pass header.d=shop.example";
        assert_eq!(read(&format!("{auth}\n{own}")), [Excuse::AlignedAuthentication("dkim=shop.example".into())]);
    }

    #[test]
    fn what_proves_nothing_is_no_excuse() {
        let own = "Received: from x (y.other.example [192.0.2.1]) by mx.two.example; date";
        let forged = "Authentication-Results: mx.two.example; dkim=pass header.d=shop.example";
        assert_eq!(read(&format!("{own}\nReceived: by z; date\n{forged}")), []);
        let failed = "Authentication-Results: mx.two.example; spf=fail smtp.mailfrom=em1.sendgrid.net";
        assert_eq!(read(&format!("Return-Path: <b@em1.sendgrid.net>\n{failed}\n{own}")), []);
        assert_eq!(read("Subject: x"), []);
    }
}
