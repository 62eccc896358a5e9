//! Domains that only look like a brand's: a letter changed, or letters that the eye takes for others.
//!
//! Pure comparison of names. Nothing here reads a mail.

use std::sync::LazyLock;

use super::brand::{COMMON_LABELS, label, owner};
use crate::evidence::{Brand, Domain, brands, unicode_label};

/// A brand's domain as it is compared with others: brand, domain, its left label and the skeleton of that.
type Face = (usize, &'static str, String, String);

/// Every domain that is worth imitating by its looks.
static FACES: LazyLock<Vec<Face>> = LazyLock::new(|| {
    brands()
        .iter()
        .enumerate()
        .flat_map(|(index, brand)| brand.domains.iter().map(move |own| (index, *own)))
        .filter_map(|(index, own)| Some((index, own, label(own)?)))
        .filter(|(_, _, label)| label.len() >= 5 && !COMMON_LABELS.contains(&label.as_str()))
        .map(|(index, own, label)| (index, own, skeleton(&label), label))
        .map(|(index, own, looks, label)| (index, own, label, looks))
        .collect()
});

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
    let bones = skeleton(&seen);
    FACES.iter().filter(|(_, _, real, _)| *real != seen).find_map(|(index, own, real, looks)| {
        let off = if real.len() >= 10 { 2 } else { usize::from(real.len() >= 7) };
        let near = real.len().abs_diff(seen.len()) <= off
            && real.chars().next() == seen.chars().next()
            && strsim::osa_distance(real, &seen) <= off;
        if near || bones == *looks { Some((brands().get(*index)?, *own)) } else { None }
    })
}

/// What the eye sees: confusable characters (Unicode TS 39) and the digits that stand in for letters made equal.
fn skeleton(label: &str) -> String {
    unicode_security::skeleton(label)
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            '3' => 'e',
            '5' => 's',
            other => other,
        })
        .collect::<String>()
        .replace("rn", "m")
        .replace("vv", "w")
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
