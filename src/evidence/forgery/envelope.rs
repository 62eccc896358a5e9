//! Tricks with the envelope: a Return-Path that reads as another one, and a From that is not the account's own.

use super::{Forgery, Trick};
use crate::evidence::{Address, Reading};
use crate::message::{Content, Message};

/// Names of accounts that people take for an office, and that a stranger would like to write as.
const OFFICES: &[&str] = &[
    "abuse",
    "account",
    "accounts",
    "admin",
    "administrator",
    "billing",
    "ceo",
    "cfo",
    "director",
    "finance",
    "helpdesk",
    "hostmaster",
    "hr",
    "it",
    "itsupport",
    "payroll",
    "postmaster",
    "president",
    "root",
    "security",
    "service",
    "support",
    "webmaster",
];
/// Pieces of bounce addresses and of accounts that programs send from.
const TECHNICAL: &[&str] = &[
    "apache",
    "bounce",
    "daemon",
    "error",
    "fail",
    "info",
    "list",
    "mail",
    "mta",
    "news",
    "nobody",
    "noreply",
    "no-reply",
    "notif",
    "owner",
    "postmaster",
    "reply",
    "request",
    "return",
    "root",
    "rt",
    "sender",
    "srs",
    "system",
    "uucp",
    "web",
    "www",
    "admin",
    "support",
    "service",
    "donotreply",
    "help",
    "desk",
    "bugzilla",
    "git",
    "jenkins",
    "cron",
    "robot",
    "bot",
    "delivery",
    "envelope",
    "verp",
    "bnc",
];

/// Tells the tricks of the envelope.
pub(super) fn tell(
    message: &Message,
    from: &[Reading],
    return_path: Option<&Address>,
    sender: Option<&Address>,
    out: &mut Vec<Forgery>,
) {
    let main = from.first().map(|reading| &reading.address);
    if let Some(path) = return_path {
        written(message, path, out);
        if path.address.is_empty() {
            null(message, main, path, out);
        }
        if let Some(main) = main {
            subdomain(main, path, out);
            other_account(main, path, out);
        }
    }
    if let (Some(main), Some(sender)) = (main, sender)
        && let (Some(own), Some(other)) = (&main.domain, &sender.domain)
        && other.registrable.is_some()
        && !own.same_organization(other)
    {
        out.push(Forgery::new(Trick::OtherSender, &[&main.address, &sender.address], &[main.span, sender.span]));
    }
}

/// The Return-Path as it is written: what RFC 5321 section 4.1.2 has no room for, but servers let pass.
fn written(message: &Message, path: &Address, out: &mut Vec<Forgery>) {
    let Some(field) = message.field("return-path") else { return };
    let raw = field.raw.trim();
    let inner = match (raw.find('<'), raw.rfind('>')) {
        (Some(open), Some(close)) if open < close => raw.get(open + 1..close).unwrap_or(raw),
        _ => raw,
    };
    let odd = |byte: u8| matches!(byte, b'(' | b')' | b'\'' | b'"' | b',' | b':' | b';' | b'\\' | 0..b' ' | 0x7f);
    let domain = inner.rsplit_once('@').map_or("", |(_, domain)| domain);
    let ats = memchr::memchr_iter(b'@', inner.as_bytes()).count();
    if ats < 2 && !inner.bytes().any(odd) {
        return;
    }
    let quoted = inner.starts_with('"');
    let trick = if inner.starts_with('@') && inner.contains(':') {
        Trick::PathRoute
    } else if !quoted && inner.contains(['(', ')']) {
        Trick::PathComment
    } else if !quoted && ats > 1 && !inner.contains('=') {
        // With `=` it is a recipient's address that a list program packed into its own without care.
        Trick::PathTwoDomains
    } else if domain.bytes().any(odd) && !domain.starts_with('[') {
        Trick::PathOddDomain
    } else {
        return;
    };
    let read = path.domain.as_ref().map_or("", |domain| domain.host.as_str());
    out.push(Forgery::new(trick, &[inner, read], &[field.span]));
}

/// Only notices about other mail may have no return path (RFC 5321 section 4.5.5).
fn null(message: &Message, main: Option<&Address>, path: &Address, out: &mut Vec<Forgery>) {
    let Some(main) = main.filter(|main| main.address.contains('@')) else { return };
    let local = main.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let notice = ["daemon", "postmaster", "reply", "bounce", "mailer", "majordomo", "listserv"]
        .iter()
        .any(|word| local.contains(word))
        || message.field("auto-submitted").is_some()
        || message.field("x-autoreply").is_some()
        || message.field("precedence").is_some()
        || message.field("list-id").is_some()
        || message.field("x-failed-recipients").is_some()
        || message.field("disposition-notification-to").is_some()
        || message.parts.iter().any(|part| {
            part.media_type == "multipart/report"
                || part.media_type.starts_with("message/")
                || matches!(part.content, Content::Message(_))
        });
    if !notice {
        out.push(Forgery::new(Trick::PathNull, &[&main.address], &[path.span, main.span]));
    }
}

fn subdomain(main: &Address, path: &Address, out: &mut Vec<Forgery>) {
    let (Some(own), Some(envelope)) = (&main.domain, &path.domain) else { return };
    // At a free host everybody has a subdomain; the public suffix list knows those.
    if own.registrable.is_some() && envelope.host != own.host && envelope.is_below(&own.host) {
        out.push(Forgery::new(Trick::PathSubdomain, &[&own.host, &envelope.host], &[main.span, path.span]));
    }
}

/// `From: admin@one.example`, but a person of one.example sent it.
fn other_account(main: &Address, path: &Address, out: &mut Vec<Forgery>) {
    let (Some(own), Some(envelope)) = (&main.domain, &path.domain) else { return };
    if own.host != envelope.host {
        return;
    }
    let local = |address: &str| address.rsplit_once('@').map_or("", |(local, _)| local).to_ascii_lowercase();
    let (shown, real) = (local(&main.address), local(&path.address));
    let person = real.len() <= 24
        && real.len() >= 3
        && real.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_' | b'0'..=b'9'))
        && real.bytes().filter(u8::is_ascii_digit).count() <= 4
        && !real
            .split(|letter: char| !letter.is_ascii_lowercase())
            .any(|piece| TECHNICAL.iter().any(|word| piece == *word || word.len() > 4 && piece.contains(word)));
    if shown != real && OFFICES.contains(&shown.as_str()) && person {
        out.push(Forgery::new(Trick::OtherAccount, &[&main.address, &path.address], &[main.span, path.span]));
    }
}
