//! What is told where a limit was hit that only the result of an examination shows. How much is read stands in
//! [`crate::limits`]; a test hits every line of that list.

use super::links::Links;
use super::page::Page;
use super::{Evidence, LinkKind};
use crate::limits::ARC_SETS;
use crate::message::{Content, Limits, Message, Quirk, address};

/// The most fields of one name that are looked at for what was left out of them.
const READ_FIELDS: usize = 20;
/// So many quirks are shown by all who show them.
const FEW_QUIRKS: usize = 40;
/// Fields that hold lists of addresses.
const LISTS: &[&str] = &["From", "Sender", "Reply-To", "To", "Cc"];
const KIB: usize = 1024;
const MIB: usize = 1024 * 1024;

/// Limits that were hit while pages were read, each told once.
pub(super) fn of_pages(pages: &[Option<Page>], most: &Limits) -> Vec<Quirk> {
    let any = |test: fn(&Page) -> bool| pages.iter().flatten().any(test);
    [
        (any(|page| page.cut.bytes), "only the first {} MiB of a page are read", most.html_bytes / MIB),
        (any(|page| page.cut.attributes), "a tag has more than {} attributes", most.html_attributes),
        (any(|page| page.deep), "nested deeper than {} levels", most.html_depth),
        (any(|page| page.many), "a page has more links than the {} that are read", most.page_links),
        (any(|page| page.many_styles), "a page has more style rules than the {} that are read", most.style_rules),
    ]
    .into_iter()
    .filter(|(hit, ..)| *hit)
    .map(|(_, text, most)| Quirk::Limit(format!("HTML: {}", text.replace("{}", &most.to_string()))))
    .collect()
}

/// Limits that were hit while texts were searched for addresses in odd notations.
pub(super) fn of_links(links: &Links) -> Vec<Quirk> {
    let most = &links.limits;
    let (kib, odd) = (most.odd_bytes / KIB, most.odd_links);
    let cut = links
        .cut
        .then(|| format!("links: {kib} KiB of a part of text are searched for addresses in odd notations only"));
    let many =
        links.many.then(|| format!("links: only the first {odd} addresses in odd notations of a part are taken"));
    cut.into_iter().chain(many).map(Quirk::Limit).collect()
}

/// Tells which limits were hit that only the result shows. Costs a look at the lengths of its lists.
pub(super) fn told(message: &Message, evidence: &mut Evidence) {
    let mut out: Vec<String> = Vec::new();
    let most = &message.limits;
    of_fields(message, &mut out);
    let steps = |link: &super::Link| link.steps.len() >= most.wrappers;
    let in_text = evidence.links.iter().filter(|link| link.kind == LinkKind::Text).map(|link| link.count as usize);
    let long = |content: &Content| matches!(content, Content::Text(text) if text.len() > most.searched_bytes);
    // A character is never cut in two, so that a full text may be three bytes short.
    let full = evidence.body.text.len() + 3 >= most.text_bytes;
    let claims = evidence.auth.len() + evidence.connection.len();
    for (hit, words, most) in [
        (evidence.from.len() >= most.readings, "readings of the sender: only the first {} are kept", most.readings),
        (evidence.recipients.len() >= most.recipients, "recipients: only the first {} are kept", most.recipients),
        (evidence.reply_to.len() >= most.reply_to, "Reply-To: only the first {} addresses are kept", most.reply_to),
        (evidence.body.hidden.len() >= most.hidden, "hidden text: only the first {} pieces are kept", most.hidden),
        (full, "text: only the first {} KiB are read for their words", most.text_bytes / KIB),
        (
            message.parts.iter().any(|part| long(&part.content)),
            "searched for links: only the first {} MiB of a part of text",
            most.searched_bytes / MIB,
        ),
        (in_text.sum::<usize>() >= most.text_links, "links: only the first {} of a text are read", most.text_links),
        (evidence.links.iter().any(steps), "links: only {} wrappers around a link are undone", most.wrappers),
        (
            evidence.contacts.full(most.contacts),
            "numbers and accounts: only the first {} of a kind are kept",
            most.contacts,
        ),
        (evidence.hosts.len() >= most.hosts, "hosts: only the first {} are listed", most.hosts),
        (claims >= most.claims, "authentication: only the first {} claims are read", most.claims),
        (evidence.signatures.len() >= most.signatures, "signatures: only the first {} are read", most.signatures),
        (evidence.filters.len() >= most.filters, "fields of filters: only the first {} are read", most.filters),
        (evidence.origins.len() >= most.origins, "fields of origin: only the first {} are read", most.origins),
    ] {
        if hit {
            out.push(words.replace("{}", &most.to_string()));
        }
    }
    if evidence.chain.len() >= usize::from(ARC_SETS) {
        out.push(format!("forwarders: only the first {ARC_SETS} sets of ARC are read"));
    }
    evidence.quirks.extend(out.into_iter().map(Quirk::Limit));
    // Whoever shows only the first ones must not be made to leave out that something was left out.
    if evidence.quirks.len() > FEW_QUIRKS {
        evidence.quirks.sort_by_key(|quirk| !matches!(quirk, Quirk::Limit(_)));
    }
}

/// Limits that were hit while header fields were read.
fn of_fields(message: &Message, out: &mut Vec<String>) {
    for name in LISTS {
        let fields = message.all(name).take(READ_FIELDS);
        let told = fields.flat_map(|field| address::limits(&field.raw, &message.limits)).take(READ_FIELDS);
        out.extend(told.map(|told| format!("{name}: {told}")));
    }
    // The shortest word has eight letters: `=?x?q??=`.
    let most = message.limits.encoded_words;
    let long = message.fields.iter().filter(|field| field.raw.len() > 8 * most);
    let many = |raw: &str| raw.matches("=?").count() > most;
    if long.take(READ_FIELDS).any(|field| many(&field.raw)) {
        out.push(format!("header: only the first {most} encoded words of a field are decoded"));
    }
}
