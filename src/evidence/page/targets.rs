//! Which attributes of which tags name a URL, and where in the attribute it stands.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::super::LinkKind;
use super::named;
use crate::message::html::Tag;

/// Tells `found` every URL that a tag names.
pub(super) fn targets(tag: &Tag<'_>, mut found: impl FnMut(&str, LinkKind, Range<usize>)) {
    for (name, value, at) in tag.keyed() {
        // By attribute first: most of them name nothing.
        match name {
            named::STYLE if memchr(b'(', value.as_bytes()).is_some() => {
                style_urls(value).for_each(|url| found(url, LinkKind::Image, at.clone()));
            }
            named::HREF => found(value, if is_pressed(tag.key) { LinkKind::Anchor } else { LinkKind::Other }, at),
            named::SRC => {
                let picture =
                    matches!(tag.key, named::IMG | named::INPUT | named::IMAGE | named::PICTURE | named::SOURCE);
                found(value, if picture { LinkKind::Image } else { LinkKind::Other }, at);
            }
            named::XLINK => found(value, if tag.key == named::A { LinkKind::Anchor } else { LinkKind::Other }, at),
            named::ACTION | named::FORMACTION => found(value, LinkKind::Form, at),
            named::BACKGROUND | named::POSTER | named::LOWSRC | named::DYNSRC => found(value, LinkKind::Image, at),
            named::SRCSET => {
                for candidate in value.split(',').take(50) {
                    found(candidate.split_whitespace().next().unwrap_or_default(), LinkKind::Image, at.clone());
                }
            }
            named::CONTENT if tag.key == named::META => {
                let refresh = tag.get("http-equiv").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("refresh"));
                if refresh && let Some(url) = refresh_target(value) {
                    found(url, LinkKind::Other, at);
                }
            }
            named::CITE | named::LONGDESC | named::PING => found(value, LinkKind::Other, at),
            named::DATA if tag.key == named::OBJECT => found(value, LinkKind::Other, at),
            named::CODEBASE if matches!(tag.key, named::OBJECT | named::APPLET) => found(value, LinkKind::Other, at),
            named::MANIFEST if tag.key == named::HTML => found(value, LinkKind::Other, at),
            _ => {}
        }
    }
}

/// A reader presses it. The shapes are buttons, in the program that draws them.
fn is_pressed(tag: u64) -> bool {
    matches!(tag, named::A | named::AREA | named::V_RECT | named::V_ROUND | named::V_SHAPE)
}

/// `5; url=https://...`
fn refresh_target(content: &str) -> Option<&str> {
    let lower = content.to_ascii_lowercase();
    let at = lower.find("url")?;
    let rest = content.get(at + 3..)?.trim_start().strip_prefix('=')?;
    Some(rest.trim().trim_matches(['"', '\'']))
}

/// Pictures that a style sheet loads; fonts lead nowhere.
pub(super) fn sheet_urls(sheet: &str) -> impl Iterator<Item = &str> {
    let any = memmem::find(sheet.as_bytes(), b"url(").is_some();
    let font = |url: &&str| [".woff", ".woff2", ".ttf", ".otf", ".eot"].iter().any(|end| url.contains(end));
    any.then(|| style_urls(sheet)).into_iter().flatten().filter(move |url| !font(url))
}

/// The targets of `url(...)` in a style.
fn style_urls(style: &str) -> impl Iterator<Item = &str> {
    let mut rest = style;
    std::iter::from_fn(move || {
        let (_, behind) = rest.split_once("url(")?;
        let (inner, after) = behind.split_once(')')?;
        rest = after;
        Some(inner.trim().trim_matches(['"', '\'']))
    })
    .take(20)
}
