//! Domains that only look like a brand's: a letter changed, or letters that the eye takes for others.
//!
//! Pure comparison of names. Nothing here reads a mail.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::brand::{COMMON_LABELS, label, owner};
use crate::evidence::{Brand, Domain, brands, unicode_label};

/// A brand's domain as it is compared with others.
struct Face {
    /// Place of the brand in the list.
    brand: usize,
    domain: &'static str,
    /// The left label of its organization.
    label: String,
    /// [`letters`] of it.
    letters: u64,
}

/// Every domain that is worth imitating by its looks, in the order of the list.
struct Faces {
    all: Vec<Face>,
    /// By the skeleton of the label.
    by_looks: HashMap<String, Vec<usize>, FixedState>,
    /// By first letter; those that are long enough for a letter more or less to go unnoticed.
    by_start: HashMap<char, Vec<usize>, FixedState>,
}

static FACES: LazyLock<Faces> = LazyLock::new(|| {
    let domains = brands().iter().enumerate().flat_map(|(brand, own)| own.domains.iter().map(move |own| (brand, *own)));
    let all: Vec<Face> = domains
        .filter_map(|(brand, domain)| Some((brand, domain, label(domain)?)))
        .filter(|(.., label)| label.len() >= 5 && !COMMON_LABELS.contains(&label.as_str()))
        .map(|(brand, domain, label)| Face { brand, domain, letters: letters(&label), label })
        .collect();
    let mut by_looks: HashMap<String, Vec<usize>, FixedState> = HashMap::default();
    let mut by_start: HashMap<char, Vec<usize>, FixedState> = HashMap::default();
    for (at, face) in all.iter().enumerate() {
        by_looks.entry(skeleton(&face.label)).or_default().push(at);
        if let Some(first) = face.label.chars().next().filter(|_| letters_off(&face.label) > 0) {
            by_start.entry(first).or_default().push(at);
        }
    }
    Faces { all, by_looks, by_start }
});

/// How many letters may be off in a label before the eye notices.
fn letters_off(label: &str) -> usize {
    if label.len() >= 10 { 2 } else { usize::from(label.len() >= 7) }
}

/// A set of the letters of a label; one letter changed moves at most two of its bits.
fn letters(label: &str) -> u64 {
    label.chars().fold(0, |set, letter| set | 1 << (u32::from(letter) % 64))
}

/// The brand that the domain only looks like: one or two letters off, or the same to the eye.
pub(super) fn looks_like(domain: &Domain) -> Option<(&'static Brand, &'static str)> {
    if owner(domain).is_some() || domain.private_suffix {
        return None;
    }
    let label = domain.registrable.as_deref()?.split('.').next()?;
    if label.len() > 40 || label.len() < 5 {
        return None;
    }
    let seen = unicode_label(label);
    let places = |list: Option<&'static Vec<usize>>| list.into_iter().flatten().copied();
    let face = |at: usize| FACES.all.get(at).filter(|face| face.label != seen);
    let same = places(FACES.by_looks.get(&skeleton(&seen))).find(|at| face(*at).is_some());
    let set = letters(&seen);
    let near = places(FACES.by_start.get(&seen.chars().next()?))
        .take_while(|at| same.is_none_or(|same| *at < same))
        .find(|at| {
            face(*at).is_some_and(|face| {
                let off = letters_off(&face.label);
                face.label.len().abs_diff(seen.len()) <= off
                    && (face.letters ^ set).count_ones() as usize <= 2 * off
                    && strsim::osa_distance(&face.label, &seen) <= off
            })
        });
    let face = face(near.or(same)?)?;
    Some((brands().get(face.brand)?, face.domain))
}

/// What the eye sees: confusable characters (Unicode TS 39) and the digits that stand in for letters made equal.
fn skeleton(label: &str) -> String {
    let mut out = String::with_capacity(label.len() * 2);
    if label.is_ascii() {
        // Nothing joins ASCII characters, so that each has a skeleton of its own.
        label.bytes().filter_map(|byte| ASCII.get(usize::from(byte))).for_each(|bones| out.push_str(bones));
    } else {
        out.extend(unicode_security::skeleton(label).map(lookalike));
    }
    for (two, one) in [("rn", "m"), ("vv", "w")] {
        if out.contains(two) {
            out = out.replace(two, one);
        }
    }
    out
}

/// The skeleton of every ASCII character.
static ASCII: LazyLock<Vec<String>> = LazyLock::new(|| {
    let one = |byte: u8| unicode_security::skeleton(char::from(byte).encode_utf8(&mut [0; 4])).map(lookalike).collect();
    (0..128).map(one).collect()
});

/// The letter that a character is taken for.
fn lookalike(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' | 'i' | '|' => 'l',
        '3' => 'e',
        '5' => 's',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(host: &str, registrable: &str) -> Domain {
        Domain { host: host.into(), registrable: Some(registrable.into()), private_suffix: false }
    }

    #[test]
    fn what_looks_like_a_brand_is_told_from_what_is_one() {
        for host in ["micros0ft.test", "rnicrosoft.test", "netfllx.test", "xn--pypal-4ve.test"] {
            assert!(looks_like(&domain(host, host)).is_some(), "{host}");
        }
        for host in ["microsoft.com", "example.test", "amazone.test", "paypal.test"] {
            assert!(looks_like(&domain(host, host)).is_none(), "{host}");
        }
    }
}
