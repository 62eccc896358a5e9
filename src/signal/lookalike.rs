//! Domains that only look like a brand's: a letter changed, letters that the eye takes for others, or the very label under an
//! ending that anyone can buy.
//!
//! Pure comparison of names. Nothing here reads a mail.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::brand::{COMMON_LABELS, label, owner};
use crate::evidence::{Brand, Domain, brands, is_given_out, unicode_label};

/// Brands whose names are everyday words: these are imitated where a digit stands for a letter, and nowhere else.
const WORDS: &[&str] = &["apple", "booking", "discord", "itunes", "norton", "outlook", "stripe", "telegram", "windows"];

/// Brands whose labels are words, names or common enough that others have them under other endings.
const OTHERS_AS_WELL: &[&str] = &[
    "aplus",
    "astyle",
    "daiwa",
    "kraken",
    "matsui",
    "messenger",
    "micard",
    "moneykit",
    "nationwide",
    "nifty",
    "nomura",
    "onamae",
    "ponta",
    "poste",
    "regions",
    "sakura",
    "signup",
    "topcard",
    "uccard",
];

/// Endings under which brands keep pages of their own, or registered their names long ago.
const BRANDS_AS_WELL: &[&str] = &[
    "aero",
    "asia",
    "biz",
    "blog",
    "careers",
    "cat",
    "com",
    "community",
    "design",
    "dev",
    "edu",
    "events",
    "foundation",
    "global",
    "gov",
    "info",
    "int",
    "jobs",
    "media",
    "mil",
    "mobi",
    "museum",
    "name",
    "net",
    "news",
    "org",
    "post",
    "pro",
    "tel",
    "travel",
];

/// Endings of countries that are sold to anyone for their letters.
const SOLD: &[&str] = &["cc", "pw"];

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
    /// By the label itself.
    by_label: HashMap<String, usize, FixedState>,
    /// By the skeleton of the label.
    by_looks: HashMap<String, Vec<usize>, FixedState>,
    /// The same of [`WORDS`].
    words: HashMap<String, usize, FixedState>,
    /// By first letter; those that are long enough for a letter more or less to go unnoticed.
    by_start: HashMap<char, Vec<usize>, FixedState>,
}

static FACES: LazyLock<Faces> = LazyLock::new(|| {
    let domains = brands().iter().enumerate().flat_map(|(brand, own)| own.domains.iter().map(move |own| (brand, *own)));
    let all: Vec<Face> = domains
        .filter_map(|(brand, domain)| Some((brand, domain, label(domain)?)))
        .filter(|(.., label)| label.len() >= 5 && (!is_common(label) || WORDS.contains(&label.as_str())))
        .map(|(brand, domain, label)| Face { brand, domain, letters: letters(&label), label })
        .collect();
    let mut by_looks: HashMap<String, Vec<usize>, FixedState> = HashMap::default();
    let mut by_start: HashMap<char, Vec<usize>, FixedState> = HashMap::default();
    let mut words: HashMap<String, usize, FixedState> = HashMap::default();
    let mut by_label: HashMap<String, usize, FixedState> = HashMap::default();
    for (at, face) in all.iter().enumerate() {
        if !is_common(&face.label) && !OTHERS_AS_WELL.contains(&face.label.as_str()) {
            by_label.entry(face.label.clone()).or_insert(at);
        }
        if is_common(&face.label) {
            words.entry(skeleton(&face.label)).or_insert(at);
            continue;
        }
        by_looks.entry(skeleton(&face.label)).or_default().push(at);
        if let Some(first) = face.label.chars().next().filter(|_| letters_off(&face.label) > 0) {
            by_start.entry(first).or_default().push(at);
        }
    }
    Faces { all, by_label, by_looks, words, by_start }
});

fn is_common(label: &str) -> bool {
    COMMON_LABELS.contains(&label)
}

/// How many letters may be off in a label before the eye notices.
fn letters_off(label: &str) -> usize {
    if label.len() >= 10 { 2 } else { usize::from(label.len() >= 7) }
}

/// A set of the letters of a label; one letter changed moves at most two of its bits.
fn letters(label: &str) -> u64 {
    label.chars().fold(0, |set, letter| set | 1 << (u32::from(letter) % 64))
}

/// The brand whose label the domain has under an ending that anyone can buy: a brand in another country has that country's.
fn under_other_ending(label: &str, registrable: &str) -> Option<(&'static Brand, &'static str)> {
    let face = FACES.all.get(*FACES.by_label.get(label)?)?;
    let ending = registrable.strip_prefix(label)?.strip_prefix('.')?;
    let sold = SOLD.contains(&ending)
        || ending.len() > 2 && !ending.contains('.') && !BRANDS_AS_WELL.contains(&ending) && !is_brand(ending);
    // Nobody can have a name under an ending that is in no list, and a page there opens nowhere.
    (sold && is_given_out(ending)).then_some((brands().get(face.brand)?, face.domain))
}

/// The ending is a brand's own.
fn is_brand(ending: &str) -> bool {
    FACES.by_label.contains_key(ending)
}

/// The brand that the domain only looks like: one or two letters off, or the same to the eye, or the same with another
/// ending.
pub(super) fn looks_like(domain: &Domain) -> Option<(&'static Brand, &'static str)> {
    if owner(domain).is_some() || domain.private_suffix {
        return None;
    }
    let registrable = domain.registrable.as_deref()?;
    let label = registrable.split('.').next()?;
    if label.len() > 40 || label.len() < 5 {
        return None;
    }
    if let Some(found) = under_other_ending(label, registrable) {
        return Some(found);
    }
    let seen = unicode_label(label);
    let places = |list: Option<&'static Vec<usize>>| list.into_iter().flatten().copied();
    let face = |at: usize| FACES.all.get(at).filter(|face| face.label != seen);
    let bones = skeleton(&seen);
    let same = places(FACES.by_looks.get(&bones)).find(|at| face(*at).is_some());
    let same = same.or_else(|| FACES.words.get(&bones).copied().filter(|_| seen.contains(['0', '1'])));
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
pub(super) fn lookalike(letter: char) -> char {
    // The skeleton of a nought is a capital: names have none, so that capitals are what something small looks like.
    match letter.to_ascii_lowercase() {
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
    fn a_nought_is_taken_for_an_o() {
        for host in [
            "amaz0n.com",
            "g00gle.com",
            "go0gle.test",
            "faceb00k.com",
            "outl00k.com",
            "0utlook.test",
            "app1e.com",
            "d0c0mo.test",
            "yah00.test",
            "rnicr0s0ft.test",
        ] {
            assert!(looks_like(&domain(host, host)).is_some(), "{host}");
        }
        for host in [
            // Another word, another number, or the very word of everyday use.
            "outlook.test",
            "apple.test",
            "b00ks.test",
            "studio10.test",
            "route66.test",
            "zone101.test",
            "office2010.test",
            "1password.test",
            "365online.test",
            "c00kie.test",
            "amazon.de",
            "microsoft365.com",
            "1drv.ms",
            "m0bile.test",
            "t0kyo.test",
            "app1es.test",
        ] {
            assert!(looks_like(&domain(host, host)).is_none(), "{host}");
        }
    }

    #[test]
    fn the_very_name_under_an_ending_that_anyone_can_buy_is_a_lookalike() {
        for host in ["paypal.top", "rakuten-card.xyz", "netflix.support", "microsoft.cc", "docomo.online"] {
            assert!(looks_like(&Domain::of(host)).is_some(), "{host}");
        }
        // The brand in another country, its own ending, a page that brands keep, another's word, and no ending at all.
        for host in [
            "paypal.de",
            "amazon.com.au",
            "google.google",
            "github.blog",
            "rakuten.org",
            "apple.shop",
            "sakura.top",
            "paypal.test",
            "paypal.example",
            "paypal.com",
        ] {
            assert!(looks_like(&Domain::of(host)).is_none(), "{host}");
        }
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
