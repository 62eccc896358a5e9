//! DKIM-Signature fields as they describe themselves (RFC 6376 section 3.5), and what a signature leaves open. Nothing is
//! verified here: that needs a key from DNS.

use super::{Forgery, Trick};
use crate::evidence::Domain;
use crate::message::{Field, Message, Span};

/// Fields that a reader believes and that must not be added behind a signature.
const BELIEVED: &[&str] = &["from", "subject", "to", "date", "reply-to", "sender", "content-type"];

/// A signature as it describes itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// `d=`: who says to have signed. As written, blanks taken out.
    pub domain: String,
    /// `s=`: which key.
    pub selector: String,
    /// `l=`: how many bytes of the body are signed; `None` for all.
    pub length: Option<u64>,
    /// `h=`: names of the signed fields, lower case, as often as they are named.
    pub fields: Vec<String>,
    /// The field.
    pub span: Span,
}

impl Signature {
    /// The signing domain.
    #[must_use]
    pub fn signer(&self) -> Domain {
        Domain::of(&self.domain)
    }

    fn of(field: &Field) -> Self {
        let mut out = Self { span: field.span, ..Self::default() };
        for tag in field.raw.split(';').take(50) {
            let Some((name, value)) = tag.split_once('=') else { continue };
            let tight = || match memchr::memchr2(b' ', b'\t', value.as_bytes()) {
                None if value.len() <= 500 => value.to_owned(),
                _ => value.chars().filter(|letter| !matches!(letter, ' ' | '\t')).take(500).collect(),
            };
            match name.trim() {
                "d" => out.domain = tight(),
                "s" => out.selector = tight(),
                "l" => out.length = value.trim().parse().ok(),
                "h" => {
                    out.fields = value.split(':').take(200).map(|name| name.trim().to_ascii_lowercase()).collect();
                }
                _ => {}
            }
        }
        out
    }

    fn signs(&self, name: &str) -> usize {
        self.fields.iter().filter(|field| *field == name).count()
    }
}

pub(super) fn signatures(message: &Message) -> Vec<Signature> {
    message.all("dkim-signature").take(message.limits.signatures).map(Signature::of).collect()
}

/// Tells what the signatures leave open.
pub(super) fn tell(message: &Message, signatures: &[Signature], out: &mut Vec<Forgery>) {
    if signatures.is_empty() {
        return;
    }
    for signature in signatures {
        names(signature, out);
    }
    // What one whole signature covers is covered.
    let Some(best) = signatures.iter().max_by_key(|signature| (signature.length.is_none(), signature.fields.len()))
    else {
        return;
    };
    let body = u64::from(message.size.saturating_sub(message.body_start));
    if let Some(length) = best.length
        && body > length.saturating_add(length / 20).saturating_add(80)
    {
        let values = [length.to_string(), body.to_string()];
        out.push(Forgery::new(Trick::SignedInPart, &[&values[0], &values[1]], &[best.span]));
    }
    let unsigned = ["from", "subject"]
        .into_iter()
        .find(|name| message.field(name).is_some() && signatures.iter().all(|one| one.signs(name) == 0));
    if let Some(name) = unsigned {
        out.push(Forgery::new(Trick::Unsigned, &[capital(name), &best.domain], &[best.span]));
    }
    for name in BELIEVED {
        let standing = message.all(name).count();
        if standing < 2 {
            continue;
        }
        let added = signatures.iter().all(|one| (1..standing).contains(&one.signs(name)));
        if added && let Some(field) = message.field(name) {
            out.push(Forgery::new(Trick::AddedField, &[capital(name), &best.domain], &[field.span, best.span]));
            break;
        }
    }
}

fn capital(name: &str) -> &str {
    match name {
        "from" => "From",
        "subject" => "Subject",
        "to" => "To",
        "date" => "Date",
        "reply-to" => "Reply-To",
        "sender" => "Sender",
        "content-type" => "Content-Type",
        name => name,
    }
}

/// Domain and selector are host names: letters, digits, hyphens, underscores and dots.
fn names(signature: &Signature, out: &mut Vec<Forgery>) {
    let name = [&signature.domain, &signature.selector].into_iter().find(|name| {
        !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80)
    });
    let Some(name) = name else { return };
    let unreadable = name.chars().any(|letter| letter.is_control() || letter == '\u{fffd}');
    let trick = if unreadable { Trick::SignatureByte } else { Trick::SignatureQuote };
    if out.iter().all(|told| told.trick != trick) {
        out.push(Forgery::new(trick, &[name], &[signature.span]));
    }
}
