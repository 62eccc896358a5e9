//! Every limit that a mail can hit while it is taken apart: how much is read, whether a reader may change it, and what is
//! told where it is hit. docs/limits.md is made of this list, and a test hits every line of it.
//!
//! A limit that is hit without a word is a place to hide in; what is left out is therefore always told with the message.

use super::page::Page;
use super::{
    Evidence, LinkKind, attachments, auth, body, contacts, filters, forgery, hosts, links, origins, page, qr, sender,
    style, wrappers,
};
use crate::message::{
    Content, FIELD_BYTES, Limits, Message, Quirk, address, ambiguous, head, html, overlong, unclaimed, words,
};

/// The most addresses of Reply-To that are kept.
pub(super) const REPLY_TO: usize = 20;
/// The most fields of one name that are looked at for what was left out of them.
const READ_FIELDS: usize = 20;
/// Fields that hold lists of addresses.
const LISTS: &[&str] = &["From", "Sender", "Reply-To", "To", "Cc"];
const KIB: usize = 1024;
const MIB: usize = 1024 * 1024;
const DEFAULT: Limits = Limits::DEFAULT;

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What is limited.
    pub what: &'static str,
    /// How much is read, as people write it: `2,000`, `256 KiB`.
    pub most: usize,
    /// What `most` counts: empty for pieces, else `bytes`, `KiB`, `MiB`, `levels`.
    pub unit: &'static str,
    /// Its name under `limits` in the configuration; empty where it is fixed.
    pub key: &'static str,
    /// Words that stand in what is told where it is hit.
    pub told: &'static str,
}

const fn limit(what: &'static str, most: usize, unit: &'static str, key: &'static str, told: &'static str) -> Limit {
    Limit { what, most, unit, key, told }
}

/// Every limit, in the order in which a mail meets them.
pub const LIMITS: &[Limit] = &[
    limit("Fields of a header", DEFAULT.header_fields, "", "header_fields", "fields beyond"),
    limit("A header", DEFAULT.header_bytes / KIB, "KiB", "header_kib", "KiB left out"),
    limit("A header field", FIELD_BYTES / KIB, "KiB", "", "fields cut at"),
    limit("The name of a header field", head::NAME_BYTES, "bytes", "", "field names cut"),
    limit("Encoded words of a header field", words::WORD_LIMIT, "", "", "encoded words of a field"),
    limit("Addresses of a field", address::ENTRY_LIMIT, "", "", "entries are read"),
    limit("Comments inside comments of an address", address::COMMENT_DEPTH, "levels", "", "comments nested"),
    limit("Groups inside groups of addresses", address::GROUP_DEPTH, "levels", "", "groups nested"),
    limit("Addresses of Reply-To", REPLY_TO, "", "", "Reply-To: only"),
    limit("Readings of the sender", sender::READING_LIMIT, "", "", "readings of the sender"),
    limit("Parameters of a field of MIME", overlong::PARAMETERS, "", "", "parameters: a field"),
    limit("Parts of a message", DEFAULT.parts, "", "parts", "parts: the first"),
    limit("Parts inside parts", DEFAULT.depth, "levels", "depth", "nesting: parts deeper"),
    limit("Bytes decoded of a message", DEFAULT.decoded_bytes / MIB, "MiB", "decoded_mib", "decoded bytes:"),
    limit("Other readings of an ambiguous message", ambiguous::READINGS, "", "", "other ways to read it"),
    limit("An ambiguous message that is read twice", ambiguous::READING_BYTES / MIB, "MiB", "", "one way only"),
    limit("Parts of other readings", ambiguous::OTHER_PARTS, "", "", "parts of other readings"),
    limit("Stretches outside all parts", unclaimed::MOST, "", "", "stretches are told"),
    limit(
        "Text outside all parts searched for links",
        unclaimed::TEXT_BYTES / KIB,
        "KiB",
        "",
        "not searched for links",
    ),
    limit("An HTML page", html::HTML_BYTES / MIB, "MiB", "", "of a page are read"),
    limit("Elements inside elements of HTML", html::HTML_DEPTH, "levels", "", "nested deeper than 512"),
    limit("Attributes of a tag", html::HTML_ATTRIBUTES, "", "", "more than 256 attributes"),
    limit("Links of an HTML page", page::LINK_LIMIT, "", "", "a page has more links"),
    limit("Style rules of a page", style::RULE_LIMIT, "", "", "style rules"),
    limit("Pieces of hidden text", body::HIDDEN_LIMIT, "", "", "hidden text: only"),
    limit("Visible text that rules read", body::TEXT_BYTES / KIB, "KiB", "", "text: only the first"),
    limit("A part of text searched for links", links::TEXT_BYTES / MIB, "MiB", "", "searched for links: only"),
    limit("Links of one part of text", links::TEXT_LINKS, "", "", "of a text are read"),
    limit("Links of a message", DEFAULT.links, "", "links", "more left out"),
    limit("Wrappers around a link", wrappers::STEP_LIMIT, "levels", "", "wrappers"),
    limit("Pictures searched for QR codes", qr::PICTURES, "", "", "QR codes:"),
    limit("Telephone numbers, wallets or accounts", contacts::MOST, "", "", "numbers and accounts:"),
    limit("Hosts", hosts::HOST_LIMIT, "", "", "hosts: only"),
    limit("Claims of authentication", auth::CLAIM_LIMIT, "", "", "authentication: only"),
    limit("Sets of forwarders (ARC)", auth::SET_LIMIT as usize, "", "", "forwarders: only"),
    limit("DKIM signatures", forgery::SIGNATURES, "", "", "signatures: only"),
    limit("Fields of other filters", filters::FILTER_LIMIT, "", "", "fields of filters: only"),
    limit("Fields that name an origin", origins::ORIGIN_LIMIT, "", "", "fields of origin: only"),
    limit("Files that are listed", attachments::FILE_LIMIT, "", "", "attachments: more"),
    limit("Files that are looked into", DEFAULT.files, "", "files", "more of them than are looked into"),
    limit("Files inside files", attachments::DEPTH as usize, "levels", "", "files: nested deeper"),
    limit("Entries of archives", DEFAULT.entries, "", "archive_entries", "archives: more entries"),
    limit("A file inside another", attachments::FILE_BYTES / MIB, "MiB", "", "only the first 16 MiB"),
    limit("Bytes unpacked of all files", DEFAULT.unpacked_bytes / MIB, "MiB", "unpacked_mib", "more bytes to unpack"),
    limit("Links of a file", attachments::LINKS, "", "", "more links in a file"),
    limit("Text of a document searched for links", attachments::TEXTS / MIB, "MiB", "", "documents: more text"),
    limit("Text of PDF pages searched for links", attachments::WORDS / MIB, "MiB", "", "more text of pages"),
    limit("Text of documents whose words are read", attachments::SAID / KIB, "KiB", "", "documents: only the first"),
    limit(
        "Scripts of attached pages searched for links",
        attachments::SCRIPTS / MIB,
        "MiB",
        "",
        "scripts: more of them",
    ),
    limit("Findings of a file", attachments::FEATURES, "", "", "more was found in one"),
    limit("Messages inside a message", attachments::MESSAGES, "", "", "messages inside: more"),
];

/// Limits that were hit while pages were read, each told once.
pub(super) fn of_pages(pages: &[Option<Page>]) -> Vec<Quirk> {
    let any = |test: fn(&Page) -> bool| pages.iter().flatten().any(test);
    [
        (any(|page| page.cut.bytes), "HTML: only the first 10 MiB of a page are read"),
        (any(|page| page.cut.attributes), "HTML: a tag has more than 256 attributes"),
        (any(|page| page.deep), "HTML: nested deeper than 512 levels"),
        (any(|page| page.many), "HTML: a page has more links than are read"),
        (any(|page| page.many_styles), "HTML: a page has more style rules than are read"),
    ]
    .into_iter()
    .filter(|(hit, _)| *hit)
    .map(|(_, text)| Quirk::Limit(text.to_owned()))
    .collect()
}

/// Tells which limits were hit that only the result shows. Costs a look at the lengths of its lists.
pub(super) fn told(message: &Message, evidence: &mut Evidence) {
    let mut out: Vec<String> = Vec::new();
    of_fields(message, &mut out);
    let steps = |link: &super::Link| link.steps.len() >= wrappers::STEP_LIMIT;
    let in_text = evidence.links.iter().filter(|link| link.kind == LinkKind::Text).map(|link| link.count as usize);
    let long = |content: &Content| matches!(content, Content::Text(text) if text.len() > links::TEXT_BYTES);
    // A character is never cut in two, so that a full text may be three bytes short.
    let full = evidence.body.text.len() + 3 >= body::TEXT_BYTES;
    for (hit, words, most) in [
        (
            evidence.from.len() >= sender::READING_LIMIT,
            "readings of the sender: only the first {} are kept",
            sender::READING_LIMIT,
        ),
        (evidence.reply_to.len() >= REPLY_TO, "Reply-To: only the first {} addresses are kept", REPLY_TO),
        (
            evidence.body.hidden.len() >= body::HIDDEN_LIMIT,
            "hidden text: only the first {} pieces are kept",
            body::HIDDEN_LIMIT,
        ),
        (full, "text: only the first {} KiB are read for their words", body::TEXT_BYTES / KIB),
        (
            message.parts.iter().any(|part| long(&part.content)),
            "searched for links: only the first {} MiB of a part of text",
            links::TEXT_BYTES / MIB,
        ),
        (in_text.sum::<usize>() >= links::TEXT_LINKS, "links: only the first {} of a text are read", links::TEXT_LINKS),
        (evidence.links.iter().any(steps), "links: only {} wrappers around a link are undone", wrappers::STEP_LIMIT),
        (evidence.contacts.full(), "numbers and accounts: only the first {} of a kind are kept", contacts::MOST),
        (evidence.hosts.len() >= hosts::HOST_LIMIT, "hosts: only the first {} are listed", hosts::HOST_LIMIT),
        (
            evidence.auth.len() + evidence.connection.len() >= auth::CLAIM_LIMIT,
            "authentication: only the first {} claims are read",
            auth::CLAIM_LIMIT,
        ),
        (
            evidence.chain.len() >= usize::from(auth::SET_LIMIT),
            "forwarders: only the first {} sets of ARC are read",
            usize::from(auth::SET_LIMIT),
        ),
        (
            evidence.signatures.len() >= forgery::SIGNATURES,
            "signatures: only the first {} are read",
            forgery::SIGNATURES,
        ),
        (
            evidence.filters.len() >= filters::FILTER_LIMIT,
            "fields of filters: only the first {} are read",
            filters::FILTER_LIMIT,
        ),
        (
            evidence.origins.len() >= origins::ORIGIN_LIMIT,
            "fields of origin: only the first {} are read",
            origins::ORIGIN_LIMIT,
        ),
    ] {
        if hit {
            out.push(words.replace("{}", &most.to_string()));
        }
    }
    evidence.quirks.extend(out.into_iter().map(Quirk::Limit));
}

/// Limits that were hit while header fields were read.
fn of_fields(message: &Message, out: &mut Vec<String>) {
    for name in LISTS {
        let fields = message.all(name).take(READ_FIELDS);
        let told = fields.flat_map(|field| address::limits(&field.raw)).take(READ_FIELDS);
        out.extend(told.map(|told| format!("{name}: {told}")));
    }
    // The shortest word has eight letters: `=?x?q??=`.
    let long = message.fields.iter().filter(|field| field.raw.len() > 8 * words::WORD_LIMIT);
    let many = |raw: &str| raw.matches("=?").count() > words::WORD_LIMIT;
    if long.take(READ_FIELDS).any(|field| many(&field.raw)) {
        out.push(format!("header: only the first {} encoded words of a field are decoded", words::WORD_LIMIT));
    }
}
