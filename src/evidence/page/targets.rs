//! Which attributes of which tags name a URL, and where in the attribute it stands.

use std::ops::Range;

use super::super::LinkKind;
use crate::message::html::Tag;

/// Tells `found` every URL that a tag names.
pub(super) fn targets(tag: &Tag<'_>, mut found: impl FnMut(&str, LinkKind, Range<usize>)) {
    for (key, value, at) in tag.attributes() {
        // Most attributes are layout; they are passed over before names are compared one by one.
        let layout = ["class", "width", "height", "align", "border", "valign", "id", "alt", "bgcolor", "role"];
        if layout.contains(&key) || key == "style" && !value.contains("url(") {
            continue;
        }
        match (tag.name, key) {
            ("a" | "area", "href") => found(value, LinkKind::Anchor, at),
            (_, "action" | "formaction") => found(value, LinkKind::Form, at),
            ("img" | "input" | "image" | "picture" | "source", "src")
            | (_, "background" | "poster" | "lowsrc" | "dynsrc") => found(value, LinkKind::Image, at),
            (_, "srcset") => {
                for candidate in value.split(',').take(50) {
                    found(candidate.split_whitespace().next().unwrap_or_default(), LinkKind::Image, at.clone());
                }
            }
            ("meta", "content") => {
                let refresh = tag.get("http-equiv").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("refresh"));
                if refresh && let Some(url) = refresh_target(value) {
                    found(url, LinkKind::Other, at);
                }
            }
            (_, "style") => style_urls(value).for_each(|url| found(url, LinkKind::Image, at.clone())),
            ("object", "data" | "codebase")
            | ("applet", "codebase")
            | ("html", "manifest")
            | (_, "src" | "href" | "xlink:href" | "cite" | "longdesc" | "ping") => found(value, LinkKind::Other, at),
            _ => {}
        }
    }
}

/// `5; url=https://...`
fn refresh_target(content: &str) -> Option<&str> {
    let lower = content.to_ascii_lowercase();
    let at = lower.find("url")?;
    let rest = content.get(at + 3..)?.trim_start().strip_prefix('=')?;
    Some(rest.trim().trim_matches(['"', '\'']))
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
