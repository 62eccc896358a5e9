//! Ways of writing a mail that make programs disagree about who it is from: what was done, and the readings that follow.
//! They are known from "Composition Kills" (USENIX Security 2020), "Weak Links in Authentication Chains" (USENIX Security
//! 2021) and "Splitting the email atom" (2024).
//!
//! Facts only: that a From list holds two addresses is a fact, whether that is fraud is not decided here. An ordinary mail
//! passes with a look at its From, Return-Path and DKIM-Signature fields; nothing is kept for it.

mod envelope;
mod from;
mod signature;

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Address, Hop, Reading, sender};
use crate::message::{Message, Span};

pub use signature::Signature;

/// What was done to the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trick {
    /// Two From fields with different addresses.
    SeveralFields,
    /// ` From:`: a From-like line that starts with a blank.
    LeadingBlank,
    /// `From :`
    BlankBeforeColon,
    /// `From`, line break, ` :`.
    FoldedName,
    /// No From that a strict program reads, but a Sender or Resent-From.
    NoFrom,
    /// `From: a@one.example, b@two.example`
    SeveralAddresses,
    /// `From: <a@one.example>\,<b@two.example>`: a backslash before the comma.
    QuotedPair,
    /// `From: a@one.example,<b@two.example>`: a bare address beside one in brackets.
    BareAndBracketed,
    /// `From: <a@one.example>b@two.example`
    BehindBrackets,
    /// `From: <@relay.example:a@one.example>`
    SourceRoute,
    /// An address that only decoding an encoded word brings out, or an encoded word inside an address.
    EncodedAddress,
    /// A character without ink in or behind the address.
    InvisibleCharacter,
    /// A character that turns the direction of the text in the address.
    Direction,
    /// A byte that belongs to no text in the address.
    StrayByte,
    /// `From: <a@one@two.example>`
    TwoDomains,
    /// Return-Path: a comment or one of its parentheses.
    PathComment,
    /// Return-Path: more than one unquoted `@`.
    PathTwoDomains,
    /// Return-Path: a source route.
    PathRoute,
    /// Return-Path: a character in its domain that no domain has.
    PathOddDomain,
    /// Return-Path is null, but nothing marks the mail as a notice.
    PathNull,
    /// Return-Path in a subdomain of From's domain.
    PathSubdomain,
    /// From and Return-Path are different people of one domain.
    OtherAccount,
    /// Sender is of another organization than From.
    OtherSender,
    /// DKIM-Signature: a byte in the domain or selector that ends the text for some programs.
    SignatureByte,
    /// DKIM-Signature: a quotation mark, parenthesis or the like in the domain or selector.
    SignatureQuote,
    /// DKIM-Signature: the body goes on behind the signed length.
    SignedInPart,
    /// DKIM-Signature: From or Subject are not signed.
    Unsigned,
    /// DKIM-Signature: a field stands there more often than was signed.
    AddedField,
}

/// One of them, found in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgery {
    /// What was done.
    pub trick: Trick,
    /// What one program reads, and what another does; one or two texts, as [`Trick`] needs.
    pub readings: Vec<String>,
    /// The fields it stands in.
    pub spans: Vec<Span>,
}

impl Forgery {
    fn new(trick: Trick, readings: &[&str], spans: &[Span]) -> Self {
        let mut spans = spans.to_vec();
        spans.dedup();
        Self { trick, readings: readings.iter().map(|text| (*text).to_owned()).collect(), spans }
    }
}

/// What a program shows as the sender, by how it reads the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// How it reads.
    pub reader: Reader,
    /// The address; empty where it shows none.
    pub address: String,
}

/// Kinds of programs, as eight parsers read the published cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    /// The first From field with a name as the standard wants it (Python's email package, eml_parser).
    FirstStrict,
    /// The first From field, however it is written (postal-mime).
    FirstForgiving,
    /// The last From field, however it is written (Nodemailer's mailparser, older mail-parser for Rust).
    LastForgiving,
    /// The last address of the field (programs that take what stands in brackets last).
    LastAddress,
    /// What stands before the field is decoded (programs that decode first and read then).
    DecodedFirst,
}

/// All that is found; in the order of the fields it stands in.
pub(super) fn forgeries(
    message: &Message,
    from: &[Reading],
    return_path: Option<&Address>,
    sender: Option<&Address>,
    signatures: &[Signature],
) -> Vec<Forgery> {
    let mut out = Vec::new();
    from::tell(message, from, sender, &mut out);
    envelope::tell(message, from, return_path, sender, &mut out);
    signature::tell(message, signatures, &mut out);
    out
}

/// The signatures that the mail carries, as they describe themselves.
pub(super) fn signatures(message: &Message) -> Vec<Signature> {
    signature::signatures(message)
}

/// What programs show as the sender; empty where all show the same.
pub(super) fn shown(message: &Message, from: &[Reading]) -> Vec<Shown> {
    from::shown(message, from)
}

static AUTHENTICATED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("Authenticated sender: "));

/// The account under which a server let somebody send, where a field names one: `Authenticated sender: x` in a Received
/// line, else X-Authenticated-Sender and its kin.
pub(super) fn account(message: &Message, hops: &[Hop]) -> Option<Address> {
    const NAMES: &[&str] = &["x-authenticated-sender", "authenticated-sender", "x-authenticated-user", "x-auth-user"];
    let field = message.fields.iter().find(|field| NAMES.iter().any(|name| field.is(name)));
    if let Some(field) = field {
        return sender::addresses(message, &field.name, 1).pop();
    }
    hops.iter().find_map(|hop| {
        let raw = message.fields.get(hop.field)?.raw.as_str();
        let at = AUTHENTICATED.find(raw.as_bytes())?;
        let name = raw.get(at + 22..)?.split([')', ' ', ',']).next()?;
        name.contains('@').then(|| sender::plain(name, field_span(message, hop)))
    })
}

fn field_span(message: &Message, hop: &Hop) -> Span {
    message.fields.get(hop.field).map(|field| field.span).unwrap_or_default()
}

#[cfg(test)]
mod tests;
