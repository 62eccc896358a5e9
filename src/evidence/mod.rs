//! What a mail gives away: pure functions from a [`Message`] to plain values, each with the bytes that it rests on.
//!
//! Evidence states facts and never judges: `signal` does. It is computed once per message. One file per subject; nothing
//! here reads a disk, a clock or the network.

mod attachments;
mod auth;
mod base64;
mod blanks;
mod body;
mod boundary;
mod brands;
mod carries;
mod classes;
mod contacts;
mod controls;
mod domain;
mod excuses;
mod filters;
mod forgery;
mod hosts;
mod lacking;
mod letters;
mod limits;
mod links;
mod listed;
mod marks;
mod memory;
mod origins;
mod own;
mod page;
mod path;
mod phrases;
mod places;
mod punycode;
mod qr;
mod script;
mod sender;
mod services;
mod shape;
mod sources;
mod stamp;
mod style;
mod themes;
mod traces;
mod triad;
mod twins;
mod url;
pub mod usual;
mod wording;
mod wrappers;

#[cfg(test)]
mod corpora;

use crate::mailbox::Doubt;
use crate::message::{Message, Quirk, Scope, Told, parse_date};
use crate::text::Words;

pub(crate) use attachments::builds;
pub use attachments::{
    Attachment, Entry, Feature, FileKind, Hashes, Inside, Listing, NameTrick, Naming, Nested, Trait, naming,
    nested_bytes,
};
pub use auth::{ArcSet, AuthClaim, AuthResult};
pub(crate) use auth::{aligned_claim, relayed};
pub(crate) use base64::decode as base64;
pub use body::{Body, Hidden};
pub use boundary::{Boundary, BoundaryReason};
pub use brands::{Brand, brand, brands, owner as brand_of};
pub(crate) use brands::{EVERYDAY, SERVICE, SERVICE_JA, TENANTS, apart, domain_named, mentions, owns};
pub use carries::{Spelling, carried_address};
pub use classes::UrlTrait;
pub(crate) use classes::{RESOURCES, is_random as is_random_label};
pub use contacts::{Account, AccountKind, Coin, Contacts, Phone, Plan, Wallet};
pub use controls::Controls;
pub use domain::{Agreement, Domain};
pub(crate) use domain::{has_known_suffix as is_given_out, is_public, literal, spelled};
pub use excuses::Excuse;
pub use filters::{FilterSaid, FilterVerdict};
pub use forgery::{Forgery, Reader, Shown, Signature, Trick};
pub use hosts::{Host, Role};
pub use letters::Letters;
pub(crate) use letters::{as_seen, breaks, styled};
pub use links::{Link, LinkKind};
pub use listed::{Blocked, BlockedSort, Listed, Lists, NotAnEntry};
pub use origins::{Origin, OriginKind, ProgramKind};
pub use own::{Network, NotANetwork, Own};
pub use path::{Hop, Tls};
pub use sender::{Address, Reading, ReadingKind};
pub use services::service as mail_service;
pub use shape::Shape;
pub use stamp::Stamp;
pub use themes::{Theme, Themes};
pub use traces::Traces;
pub use triad::Triad;
pub use twins::{Differing, Twin};
pub use url::{HostClass, UrlParts};
pub use wording::{Place as WordPlace, Said, Topic, Wording};
pub use wrappers::{Step, StepKind};

/// Fields that may stand once only (RFC 5322 section 3.6, RFC 2045 section 3).
const ONCE: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

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

/// A host as its owner writes it: international labels in their own letters.
#[must_use]
pub fn unicode_host(host: &str) -> String {
    classes::idna(host)
}

/// A label of a host in its own letters.
pub(crate) fn unicode_label(label: &str) -> String {
    punycode::unicode(label)
}

/// The text of an HTML page as a reader sees it, at most 64 KiB, and how many pieces of text are hidden.
pub(crate) fn visible_text(html: &str) -> (String, usize) {
    let page = page::page(html);
    (page.text, page.hidden.len())
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
    /// What is claimed of the connection (`auth`, `iprev`): it vouches for no domain.
    pub connection: Vec<AuthClaim>,
    /// Innocent reasons for differing identities.
    pub excuses: Vec<Excuse>,
    /// Links.
    pub links: Vec<Link>,
    /// Hosts that matter.
    pub hosts: Vec<Host>,
    /// Readable content.
    pub body: Body,
    /// Telephone numbers, wallets and bank accounts that it names.
    pub contacts: Contacts,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Messages inside, attached or saved as files, each of which can be opened as one of its own.
    pub nested: Vec<Nested>,
    /// What the message room had to forgive.
    pub quirks: Vec<Quirk>,
    /// What the mailbox room doubts.
    pub doubts: Vec<Doubt>,
    /// Names of header fields that occur more often than RFC 5322 section 3.6 allows.
    pub repeated: Vec<String>,
    /// How the message is built.
    pub shape: Shape,
    /// What the reader's own lists say.
    pub known: Listed,
    /// Letters that are not what they look like.
    pub letters: Letters,
    /// What it talks about.
    pub themes: Themes,
    /// What the pages of attached documents (PDF) talk about.
    pub file_themes: Themes,
    /// Marks that a mailing kit leaves.
    pub traces: Traces,
    /// Ways of writing it that make programs disagree about its sender.
    pub forgeries: Vec<Forgery>,
    /// What programs show as the sender; empty where all show the same.
    pub shown: Vec<Shown>,
    /// DKIM signatures as they describe themselves, top first.
    pub signatures: Vec<Signature>,
    /// The account under which a server let somebody send, where a field names one.
    pub account: Option<Address>,
    /// What other filters wrote about it, top first.
    pub filters: Vec<FilterSaid>,
    /// Fields that say from which machine or program it was first handed in, top first.
    pub origins: Vec<Origin>,
    /// What forwarders found and sealed (RFC 8617), newest first.
    pub chain: Vec<ArcSet>,
}

/// Takes a message apart, with nothing known of the reader's own side. Pure: the same message gives the same evidence.
#[must_use]
pub fn examine(message: &Message, doubts: &[Doubt]) -> Evidence {
    examine_for(&Own::default(), message, doubts)
}

/// [`examine`] for a reader who said what is his own.
#[must_use]
pub fn examine_for(own: &Own, message: &Message, doubts: &[Doubt]) -> Evidence {
    let (from, from_malformed) = sender::readings(message);
    let hops = path::hops(message);
    let checks = auth::checks(message);
    let triad = triad::triad(message, &checks, &hops, own);
    let from_domain = from.first().and_then(|reading| reading.address.domain.clone());
    let mut auth = auth::claims(message, &checks, &hops, triad.boundary, from_domain.as_ref(), own);
    let connection = auth::of_connection(&mut auth);
    let excuses = excuses::excuses(message, &hops, &triad, &auth, from_domain.as_ref());
    let subject = message.field("subject").map(|field| field.value.clone()).unwrap_or_default();

    let roles = body::Roles::of(message);
    let pages = body::pages(message);
    let mut quirks = message.quirks.clone();
    if doubts.contains(&Doubt::TooLarge) {
        // The mail did not end early: the reading did.
        quirks.retain(|quirk| *quirk != Quirk::Unterminated);
        quirks.push(limits::of_whole());
    }
    quirks.extend(limits::of_pages(&pages, &message.limits));
    let (mut body, look) = body::body(message, &roles, &pages);
    let names = from.first().map(|reading| reading.address.name.as_str()).unwrap_or_default();
    let (wording, themes) = wording::wording(names, &subject, &body.text, look.tidy);
    body.wording = wording;
    let (mut contacts, most) = (Contacts::default(), message.limits.contacts);
    contacts.look(&subject, body.japanese, most, |_| {
        (None, message.field("subject").map(|field| field.span).unwrap_or_default())
    });
    contacts.look(&body.text, body.japanese, most, |at| look.place(message, at));
    let head = from.iter().map(|reading| reading.address.name.as_str()).chain([subject.as_str()]);
    let letters = letters::letters(head, &body.text, look.script);
    body.invisible = body
        .invisible
        .saturating_add(body::count_invisible(&subject))
        .saturating_add(from.iter().map(|reading| body::count_invisible(&reading.address.name)).sum());
    let names = from.iter().map(|reading| reading.address.name.as_str());
    body.controls = names.chain([subject.as_str()]).map(Controls::of).fold(body.controls, Controls::and);
    let mut links = links::Links::within(&message.limits);
    for ((at, part), page) in message.parts.iter().enumerate().zip(pages) {
        links.part(at, part, page, roles.apart(at));
    }
    links.header(message);
    links.files(message);
    let pictures = std::mem::take(&mut links.pictures);
    let files = attachments::attachments(message, &roles, &subject, &body.text, pictures);
    let mut file_themes = Themes::default();
    for (part, text) in files.said {
        let span = message.parts.get(part).map(|part| part.span).unwrap_or_default();
        contacts.look(&text, body.japanese, most, |_| (Some(part), span));
        wording::themes(&text, &mut file_themes);
    }
    links.pictures = files.pictures;
    links.codes(message, files.codes);
    links.attached(message, files.links);
    links.attached(message, external(message));
    links.unclaimed(message);
    quirks.extend(files.limits.into_iter().map(Quirk::Limit));
    if links.left_out > 0 {
        quirks.push(Quirk::limit(
            Words::new("links: {0} more left out", "リンク：さらに {0} 件を省きました"),
            &[&links.left_out],
        ));
    }
    quirks.extend(limits::of_links(&links));
    if links.pictures.left_out > 0 {
        let left = links.pictures.left_out;
        let words = Words::new(
            "QR codes: {0} pictures not searched (more than {1}, or {2} megapixels in all)",
            "QR コード：{0} 枚の画像は調べていません（{1} 枚、または合計 {2} メガピクセルを超過）",
        );
        let pixels = message.limits.pixels / 1_000_000;
        quirks.push(Quirk::limit(words, &[&left, &message.limits.pictures, &pixels]));
    }

    let links = links.finish();
    contacts.links(&links, most);
    if let Some(twin) = &mut body.twin {
        twin.hosts(&links);
    }

    let mut evidence = Evidence {
        stamp: stamp::stamp(&subject),
        subject,
        date: message.field("date").and_then(|field| parse_date(&field.raw)),
        from,
        from_malformed,
        sender: sender::addresses(message, "sender", 1).pop(),
        reply_to: sender::addresses(message, "reply-to", message.limits.reply_to),
        recipients: recipients(message),
        triad,
        hops,
        auth,
        connection,
        excuses,
        links,
        hosts: Vec::new(),
        body,
        contacts,
        attachments: files.list,
        nested: files.nested,
        quirks,
        doubts: doubts.to_vec(),
        repeated: repeated(message),
        shape: shape::shape(message),
        known: Listed::default(),
        letters,
        themes,
        file_themes,
        traces: traces::traces(message, &roles),
        forgeries: Vec::new(),
        shown: Vec::new(),
        signatures: forgery::signatures(message),
        account: None,
        filters: Vec::new(),
        origins: origins::origins(message),
        chain: auth::chain(message),
    };
    evidence.filters = filters::filters(message, &evidence.hops, evidence.triad.boundary);
    evidence.shown = forgery::shown(message, &evidence.from);
    evidence.account = forgery::account(message, &evidence.hops);
    evidence.forgeries = forgery::forgeries(
        message,
        &evidence.from,
        evidence.triad.return_path.as_ref(),
        evidence.sender.as_ref(),
        &evidence.signatures,
    );
    evidence.hosts = hosts::hosts(&evidence, message.limits.hosts);
    lacking::tell(message, &mut evidence);
    limits::told(message, &mut evidence);
    evidence.known = listed::listed(own, message, &evidence);
    evidence
}

/// The addresses of bodies that lie elsewhere.
fn external(message: &Message) -> Vec<attachments::FileLink> {
    let places = message.quirks.iter().filter_map(|quirk| match quirk {
        Quirk::External(part, place) if place.contains("://") => Some((*part, place)),
        _ => None,
    });
    places.map(|(part, place)| attachments::FileLink { raw: place.clone(), text: None, part }).collect()
}

fn recipients(message: &Message) -> Vec<Address> {
    let most = message.limits.recipients;
    let mut out = sender::addresses(message, "to", most);
    out.extend(sender::addresses(message, "cc", most.saturating_sub(out.len())));
    out
}

fn repeated(message: &Message) -> Vec<String> {
    ONCE.iter()
        .filter(|name| message.all(name).nth(1).is_some())
        .filter_map(|name| message.field(name).map(|field| field.name.clone()))
        .collect()
}

impl Evidence {
    /// A limit was hit: something of the mail was left out.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_)))
    }

    /// What limits of these scopes left out.
    pub fn left_out(&self, scopes: &'static [Scope]) -> impl Iterator<Item = &Told> {
        self.quirks.iter().filter_map(|quirk| match quirk {
            Quirk::Limit(told) if told.scope().is_some_and(|scope| scopes.contains(&scope)) => Some(told),
            _ => None,
        })
    }

    /// A limit left parts of the mail unread: what is in no part may be in one of these.
    #[must_use]
    pub fn has_unread_parts(&self) -> bool {
        let is_of = |quirk: &Quirk| matches!(quirk, Quirk::Limit(told) if told.is_of("parts") || told.is_of("depth"));
        self.quirks.iter().any(is_of)
    }

    /// The reading that the list shows.
    #[must_use]
    pub fn main_from(&self) -> Option<&Address> {
        self.from.first().map(|reading| &reading.address)
    }

    /// The domain of the reading that the list shows.
    #[must_use]
    pub fn from_domain(&self) -> Option<&Domain> {
        self.main_from().and_then(|from| from.domain.as_ref())
    }

    /// That trick, where the mail shows it.
    #[must_use]
    pub fn forgery(&self, trick: Trick) -> Option<&Forgery> {
        self.forgeries.iter().find(|forgery| forgery.trick == trick)
    }

    /// How a domain relates to the From domain.
    #[must_use]
    pub fn agreement(&self, other: Option<&Domain>) -> Agreement {
        Agreement::between(self.from_domain(), other)
    }

    /// The Received line at the trust boundary.
    #[must_use]
    pub fn boundary_hop(&self) -> Option<&Hop> {
        self.triad.boundary.and_then(|boundary| self.hops.get(boundary.hop))
    }

    /// The oldest Received line.
    #[must_use]
    pub fn oldest_hop(&self) -> Option<&Hop> {
        self.triad.oldest.and_then(|oldest| self.hops.get(oldest))
    }

    /// Who could have typed the Received line at that index: the lines down to the boundary are the recipient's, all
    /// below can be the sender's invention; a line that continues the one above it is a relay's at best.
    #[must_use]
    pub fn author_of_hop(&self, at: usize) -> Author {
        boundary::author(&self.hops, self.triad.boundary, at)
    }
}
