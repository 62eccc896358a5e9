//! Brands: who owns a domain, and which brand a display name or a host label names.
//!
//! Pure look-ups in the list that is compiled in. Nothing here reads a mail.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::evidence::{
    Brand, Domain, EVERYDAY, SERVICE, SERVICE_JA, TENANTS, apart, as_seen, brands, breaks, mentions,
};
pub(super) use crate::evidence::{brand_of as owner, domain_named, owns};
use crate::message::clip;

/// Host labels that brands use but that everyone else uses as well.
pub(super) const COMMON_LABELS: &[&str] = &[
    "acrobat",
    "ameli",
    "ana",
    "android",
    "audible",
    "apple",
    "booking",
    "chase",
    "citi",
    "discord",
    "discover",
    "family",
    "finalfantasyxiv",
    "itunes",
    "kurashi",
    "ledger",
    "line",
    "live",
    "mail",
    "meta",
    "myna",
    "norton",
    "office",
    "mobile",
    "outlook",
    "tokyo",
    "waterworks",
    "digital",
    "recruit",
    "slack",
    "sony",
    "steam",
    "stripe",
    "teams",
    "telegram",
    "visa",
    "webmail",
    "windows",
    "wise",
    "zoom",
];

/// Words by which a host label names a brand: the left label of its organizations and its Latin names, lower case.
fn words(brand: &Brand) -> Vec<String> {
    let labels = brand.domains.iter().filter_map(|own| label(own));
    let names = brand
        .names
        .iter()
        .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric()))
        .map(|name| name.to_ascii_lowercase());
    let mut words: Vec<String> = labels.chain(names).collect();
    words.retain(|word| word.len() >= 4 && !COMMON_LABELS.contains(&word.as_str()));
    words.sort();
    words.dedup();
    words
}

/// The left label of the organization of a domain.
pub(super) fn label(own: &str) -> Option<String> {
    Domain::of(own).organization().split('.').next().map(ToOwned::to_owned)
}

/// The brands that a display name or a subject names, in the order in which they stand there, each once.
pub(super) fn named(text: &str) -> Vec<&'static Brand> {
    // Nothing is hidden in ASCII; most names and subjects are of this kind.
    let text =
        if text.is_ascii() { clip(text, NAME_CHARS).to_ascii_lowercase() } else { undisguised(text).to_lowercase() };
    let mut found: Vec<&'static Brand> = Vec::new();
    for hit in mentions(&text).take(500) {
        let (brand, name) = (hit.brand, hit.name);
        let before = text
            .get(..hit.at.start)
            .map(|left| left.strip_suffix("my").filter(|rest| !rest.ends_with(char::is_alphanumeric)).unwrap_or(left));
        let before = before.and_then(|left| left.chars().next_back());
        let after = text.get(hit.at.end..).and_then(|right| right.chars().next());
        let whole = apart(before, name.chars().next()) && apart(after, name.chars().next_back());
        if whole
            && (!EVERYDAY.contains(&name) || stands_for_brand(&text, name))
            && !found.iter().any(|known| known.id == brand.id)
        {
            found.push(brand);
        }
    }
    found
}

/// The most characters of a name or a subject that are searched.
const NAME_CHARS: usize = 300;

/// The text, at most [`NAME_CHARS`] of it, without what makes it look like itself and read like something else:
/// characters without width or with a mark upon the one before, and the letters of mathematics.
pub(super) fn undisguised(text: &str) -> String {
    as_seen(text, NAME_CHARS).chars().filter(|c| !disguises(*c)).collect()
}

/// The character is put between letters to break words apart.
pub(super) fn disguises(c: char) -> bool {
    breaks(c) || matches!(c, '\u{335}'..='\u{338}')
}

/// An everyday word stands for the brand: it is the whole text, or a word of service follows it at the text's start.
fn stands_for_brand(text: &str, name: &str) -> bool {
    let whole = text.trim_matches(|c: char| !c.is_alphanumeric());
    whole.strip_prefix(name).is_some_and(|rest| {
        let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        rest.is_empty()
            || SERVICE_JA.iter().any(|word| rest.trim_start().starts_with(word))
            || rest.starts_with(|c: char| !c.is_alphanumeric())
                && words.next().is_some_and(|word| SERVICE.contains(&word))
    })
}

/// Words with the place of their brand in the list, and the automaton that finds them.
type Words = (Vec<(String, usize)>, Option<AhoCorasick>);

/// The words of all brands with the brand's place in the list, and the automaton that finds them.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let words: Vec<(String, usize)> = brands()
        .iter()
        .enumerate()
        .flat_map(|(index, brand)| words(brand).into_iter().map(move |word| (word, index)))
        .collect();
    let automaton = AhoCorasick::new(words.iter().map(|(word, _)| word)).ok();
    (words, automaton)
});

/// The brand that a host names in a label although the domain is not the brand's, with the label. The word stands
/// between hyphens, or anywhere where it is long enough not to be an accident.
pub(super) fn in_label(domain: &Domain) -> Option<(&'static Brand, &str)> {
    if owner(domain).is_some() {
        return None;
    }
    // Below a brand's own domain only the customer's labels may lie about another brand.
    if let Some(tenancy) = TENANTS.iter().find(|own| domain.is_below(own)) {
        let left = domain.host.strip_suffix(tenancy)?.trim_end_matches('.');
        return left.split('.').take(12).find_map(|label| in_one_label(label, false));
    }
    let own = domain.registrable.as_deref().unwrap_or_default();
    let (main, suffix) = own.split_once('.').unwrap_or((own, ""));
    let left = domain.host.strip_suffix(suffix).unwrap_or(&domain.host).trim_end_matches('.');
    // The registrable label alone under another ending may well be the brand in another country.
    left.split('.').take(12).find_map(|label| in_one_label(label, label == main && !domain.private_suffix))
}

/// The brand that a label names; `bare` where the word alone does not count.
fn in_one_label(label: &str, bare: bool) -> Option<(&'static Brand, &str)> {
    let (words, Some(automaton)) = &*WORDS else { return None };
    if label.len() > 63 {
        return None;
    }
    automaton.find_overlapping_iter(label).take(50).find_map(|hit| {
        let (word, index) = words.get(hit.pattern().as_usize())?;
        let end = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphabetic());
        let left = end(label.get(..hit.start())?.chars().next_back());
        let right = end(label.get(hit.end()..)?.chars().next());
        // A long word may have a neighbor on one side (`paypallogin`), not on both (`nitori` in `monitoring`).
        let counts = left && right || word.len() >= 6 && (left || right);
        (counts && !(bare && label == word)).then_some((brands().get(*index)?, label))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(host: &str, registrable: &str) -> Domain {
        Domain { host: host.into(), registrable: Some(registrable.into()), private_suffix: false }
    }

    fn named_ids(name: &str) -> Vec<&'static str> {
        named(name).into_iter().map(|brand| brand.id).collect()
    }

    #[test]
    fn a_brand_is_found_as_a_word_of_a_name() {
        assert_eq!(named_ids("PayPal Service"), ["paypal"]);
        assert_eq!(named_ids("三井住友カード株式会社"), ["smbc_card"]);
        assert_eq!(named_ids("Chase Online"), ["chase"]);
        assert_eq!(named_ids("ANAカード"), ["ana"]);
        assert_eq!(named_ids("LINE公式アカウント"), ["line"]);
    }

    #[test]
    fn a_person_or_a_longer_word_is_no_brand() {
        assert!(named_ids("Chase Miller").is_empty());
        assert!(named_ids("オンライン講座").is_empty(), "the messenger's name is inside a katakana word");
        assert!(named_ids("Amazonia Travel").is_empty());
    }

    #[test]
    fn a_disguised_brand_is_still_a_brand() {
        assert_eq!(named_ids("P\u{34f}a\u{34f}y\u{34f}Pal"), ["paypal"]);
        assert_eq!(named_ids("\u{1d40d}\u{1d41e}\u{1d42d}\u{1d41f}\u{1d425}\u{1d422}\u{1d431}"), ["netflix"]);
        assert_eq!(named_ids("MyJCB"), ["jcb"]);
    }

    #[test]
    fn a_brand_in_a_label_of_another_domain_is_found() {
        let front = Domain {
            host: "kagoya-support.azurefd.net".into(),
            registrable: Some("kagoya-support.azurefd.net".into()),
            private_suffix: true,
        };
        assert_eq!(in_label(&front).unwrap().0.id, "kagoya");
        assert_eq!(
            in_label(&domain("www.paypal.com.example.test", "example.test")).map(|hit| hit.0.id),
            Some("paypal")
        );
        assert!(
            in_label(&domain("www.paypal.example", "paypal.example")).is_none(),
            "perhaps the brand in another country"
        );
        assert_eq!(in_label(&domain("paypal-login.example.test", "example.test")).unwrap().0.id, "paypal");
        assert!(in_label(&domain("www.paypal.com", "paypal.com")).is_none());
        assert!(
            in_label(&domain("emonitoring.example.test", "example.test")).is_none(),
            "a brand inside a longer word"
        );
        assert!(in_label(&domain("talk.googlegroups.com", "googlegroups.com")).is_none());
    }
}
