//! What a mail gives away: pure functions from a [`Message`] to plain values, each with the bytes that it rests on.
//!
//! Evidence states facts and never judges: `signal` does. It is computed once per message.

use std::net::IpAddr;

use crate::facts::Key;
use crate::mailbox::Doubt;
use crate::message::{Message, Quirk, Span};

pub mod shape;

pub use shape::Shape;

/// A host name or domain with what the public suffix list says of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Domain {
    /// Lower-case ASCII (A-label) name without trailing dot, as in the mail otherwise.
    pub host: String,
    /// The registrable domain (eTLD+1); `None` for a bare suffix, an address literal or a name without a known shape.
    pub registrable: Option<String>,
    /// The name sits below a private suffix (`azurefd.net`, `github.io`): the registrable part belongs to a customer.
    pub private_suffix: bool,
}

/// A mail address with its domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Display name, decoded; empty where there is none.
    pub name: String,
    /// `local@domain` as written, comments removed; empty where the entry holds no address.
    pub address: String,
    /// The domain of the address.
    pub domain: Option<Domain>,
    /// The field it stands in.
    pub span: Span,
}

/// How one identity relates to the From domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// The very same host.
    Equal,
    /// The same registrable domain.
    SameOrganization,
    /// Another organization.
    Different,
    /// One of the two is not there or has no domain.
    Unknown,
}

/// How a From-like reading came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadingKind {
    /// The only or first plain reading.
    Plain,
    /// A further From field.
    FurtherField,
    /// A further address in one From field.
    FurtherAddress,
    /// A From-like field with an odd name (`From :`, folded, leading blank).
    OddName,
    /// An address inside the display name.
    InName,
    /// An address that only decoding an encoded word brings out.
    InEncodedWord,
    /// Text after the angle brackets or other damage holds a second address.
    Malformed,
}

/// One way to read who the mail is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The address that this reading gives.
    pub address: Address,
    /// How it came about.
    pub kind: ReadingKind,
}

/// Who could have typed a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// Anyone who sends: proves nothing alone.
    Sender,
    /// The recipient's own side wrote it.
    Recipient,
    /// A server on the way that nothing vouches for.
    Relay,
}

/// One Received line (RFC 5321 section 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hop {
    /// The name that the client gave in HELO or EHLO, as written.
    pub helo: Option<String>,
    /// The name that the server found for the address (reverse DNS), where the line carries it.
    pub reverse: Option<String>,
    /// The client's address as the writing server saw it.
    pub address: Option<IpAddr>,
    /// The server that wrote the line.
    pub by: Option<String>,
    /// Protocol (`ESMTPS`, `LMTP` ...).
    pub with: Option<String>,
    /// Queue id.
    pub id: Option<String>,
    /// Recipient named in the line.
    pub recipient: Option<String>,
    /// Unix seconds.
    pub time: Option<i64>,
    /// Seconds since the hop before (below); negative where clocks disagree.
    pub delay: Option<i64>,
    /// The field.
    pub span: Span,
    /// The line could not be read by the grammar; only what is certain is filled in.
    pub unread: bool,
}

/// Why a hop is taken as the trust boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoundaryReason {
    /// The first line from the top whose client is a public address outside the organization that wrote it.
    FirstForeignClient,
    /// Received-SPF, X-Sender-IP or an authentication result names this client address.
    NamedByRecipient,
    /// Only one line carries an address at all.
    OnlyAddress,
}

/// The line that the recipient's own side wrote about the first machine that is not its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boundary {
    /// Index into [`Evidence::hops`].
    pub hop: usize,
    /// Why this one.
    pub reason: BoundaryReason,
}

/// The three houses of the method, with the boundary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Triad {
    /// Return-Path: address, `Some` with an empty address for the null path `<>`.
    pub return_path: Option<Address>,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// The domain right of the `@` of Message-ID.
    pub message_id_domain: Option<Domain>,
    /// Field of the Message-ID.
    pub message_id_span: Span,
    /// Index of the oldest (lowest) Received line.
    pub oldest: Option<usize>,
    /// The boundary.
    pub boundary: Option<Boundary>,
}

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

/// An authentication result as somebody wrote it into the mail. A claim, not a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthClaim {
    /// `spf`, `dkim`, `dmarc`, `arc`, lower case.
    pub method: String,
    /// The outcome.
    pub result: AuthResult,
    /// The domain that the outcome is about (header.d, smtp.mailfrom, header.from).
    pub domain: Option<Domain>,
    /// authserv-id, or the field's name for Received-SPF.
    pub server: String,
    /// Whether the domain is in the organization of From.
    pub aligned: bool,
    /// Stands on the recipient's side of the boundary: above the boundary's Received line.
    pub inside: bool,
    /// The field.
    pub span: Span,
}

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkKind {
    /// `<a href>`, `<area>`.
    Anchor,
    /// In readable text.
    Text,
    /// `<form action>`, `formaction`.
    Form,
    /// `<img src>`, `srcset`, background: loaded, not pressed.
    Image,
    /// meta refresh, base, script, iframe, stylesheet and others.
    Other,
    /// In a header field (List-Unsubscribe ...).
    Header,
    /// In an attached file.
    Attachment,
    /// In a QR code.
    Qr,
}

/// A URL taken apart as a browser would (WHATWG).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlParts {
    /// `https` ...
    pub scheme: String,
    /// User info before `@`, where there is some.
    pub user_info: Option<String>,
    /// The host.
    pub domain: Domain,
    /// The host is an address, in whatever spelling it was written.
    pub address: Option<IpAddr>,
    /// Port where it is not the scheme's own.
    pub port: Option<u16>,
    /// Path, query and fragment.
    pub path: String,
    /// The whole URL as a browser would write it.
    pub normal: String,
}

/// A class that a host list or the shape of the host gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostClass {
    /// A URL shortener.
    Shortener,
    /// Free hosting or a cloud front door: anyone may have a name there.
    FreeHosting,
    /// An address instead of a name.
    Literal,
    /// Punycode.
    Punycode,
    /// A domain of a known brand; the brand's id.
    Brand(&'static str),
}

/// A link. Equal targets of the same kind and text are one, with a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As written, entities decoded.
    pub raw: String,
    /// Taken apart; `None` where a browser would refuse it.
    pub url: Option<UrlParts>,
    /// Where it stands.
    pub kind: LinkKind,
    /// The text that a reader sees on it.
    pub text: Option<String>,
    /// A host that the text names, where it looks like a URL or host itself.
    pub text_host: Option<Domain>,
    /// The part (index into [`Message::parts`]) it stands in; `None` for a header.
    pub part: Option<usize>,
    /// Where in the message: the exact bytes where the part is not encoded, else the part's body.
    pub span: Span,
    /// How often it occurs.
    pub count: u32,
    /// What the host is.
    pub classes: Vec<HostClass>,
}

/// Text that a reader does not see, and how it was hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The text (at most 200 characters of it).
    pub text: String,
    /// The style or attribute that hides it.
    pub how: String,
    /// The part.
    pub part: usize,
}

/// What lexicons found in subject and body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording {
    /// Urgency and threat words, as found.
    pub urgent: Vec<String>,
    /// Words for credentials, log-in, verification.
    pub credential: Vec<String>,
    /// Words for payment demands, transfers, wallets.
    pub money: Vec<String>,
    /// Ids of brands mentioned in From name, subject or body.
    pub brands: Vec<&'static str>,
}

/// The readable content.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Body {
    /// Text as a reader sees it, at most 64 KiB.
    pub text: String,
    /// Hidden text.
    pub hidden: Vec<Hidden>,
    /// What the words say.
    pub wording: Wording,
    /// A form stands in the HTML.
    pub form: bool,
    /// Share of the text that is Japanese script, 0 to 1.
    pub japanese: f32,
    /// Zero-width and direction-changing characters in subject, names and body.
    pub invisible: u32,
    /// The body is one image and almost no text.
    pub image_only: bool,
}

/// An attached or embedded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The part.
    pub part: usize,
    /// The name, where it has one.
    pub name: Option<String>,
    /// The declared media type.
    pub declared: String,
    /// The media type that the content shows.
    pub detected: Option<&'static str>,
    /// Decoded bytes.
    pub size: u64,
    /// SHA-256 of the decoded bytes, lower-case hex.
    pub sha256: String,
    /// Shown inside the body (`cid:` image), not listed as a file.
    pub inline: bool,
}

/// A stamp that some filter wrote in front of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// As it stands: `[spam]`, `[MEIWAKU]`, `***SPAM***`.
    pub text: String,
    /// The subject without it.
    pub rest: String,
}

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

/// A role that a host plays in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Domain of From.
    From,
    /// Domain of Return-Path.
    ReturnPath,
    /// Domain of Reply-To.
    ReplyTo,
    /// Right side of Message-ID.
    MessageId,
    /// HELO name of the oldest line.
    OldestHelo,
    /// HELO name at the boundary.
    BoundaryHelo,
    /// Address of the oldest line.
    OldestAddress,
    /// Address at the boundary.
    BoundaryAddress,
    /// Host of a link that a reader can press, or of a form.
    Link,
    /// Host of an image or of another loaded resource.
    Resource,
}

/// A host or an address that matters, with the roles it plays, in the order of the roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name; for a bare address the address in its usual spelling.
    pub domain: Domain,
    /// The address, where the mail itself says it (an address literal, or the client address of a hop).
    pub address: Option<IpAddr>,
    /// Its roles.
    pub roles: Vec<Role>,
}

/// All that a mail gives away.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Subject, decoded.
    pub subject: String,
    /// A filter's stamp in front of it.
    pub stamp: Option<Stamp>,
    /// Unix seconds of the Date field.
    pub date: Option<i64>,
    /// Every way to read who it is from; the first is the one that the list shows.
    pub from: Vec<Reading>,
    /// The From list has an entry without an address (`Some Brand, x <a@b>`).
    pub from_malformed: bool,
    /// Sender field.
    pub sender: Option<Address>,
    /// Reply-To.
    pub reply_to: Vec<Address>,
    /// To and Cc.
    pub recipients: Vec<Address>,
    /// Return-Path, Message-ID, Received.
    pub triad: Triad,
    /// Received lines, top (newest) first.
    pub hops: Vec<Hop>,
    /// Authentication as claimed.
    pub auth: Vec<AuthClaim>,
    /// Innocent reasons for differing identities.
    pub excuses: Vec<Excuse>,
    /// Links.
    pub links: Vec<Link>,
    /// Hosts that matter.
    pub hosts: Vec<Host>,
    /// Readable content.
    pub body: Body,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// What the message room had to forgive.
    pub quirks: Vec<Quirk>,
    /// What the mailbox room doubts.
    pub doubts: Vec<Doubt>,
    /// Names of header fields that occur more often than RFC 5322 section 3.6 allows.
    pub repeated: Vec<String>,
    /// How the message is built.
    pub shape: Shape,
}

/// Takes a message apart.
#[must_use]
pub fn examine(message: &Message, doubts: &[Doubt]) -> Evidence {
    Evidence { doubts: doubts.to_vec(), shape: shape::shape(message), ..Evidence::default() }
}

impl Evidence {
    /// The reading that the list shows.
    #[must_use]
    pub fn main_from(&self) -> Option<&Address> {
        self.from.first().map(|reading| &reading.address)
    }

    /// The questions whose answers this mail wants, most telling first; which of them may be asked is not decided here.
    #[must_use]
    pub fn wants(&self) -> Vec<Key> {
        Vec::new()
    }
}
