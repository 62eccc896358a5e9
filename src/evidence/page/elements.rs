//! What HTML says of its elements: which are empty, which start a line, which end by themselves, and what else this room
//! does with some. Told by the key of the name, so that one comparison after the other is saved.

use crate::message::html::{Tag, key};

/// What an element is, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Nature(u8);

impl Nature {
    /// Without content: nothing can stand inside it.
    pub(super) const VOID: Self = Self(1);
    /// Starts and ends a line.
    pub(super) const BLOCK: Self = Self(2);
    /// Its end tag may be left out: the next of the same kind ends it.
    pub(super) const CLOSES_ITSELF: Self = Self(4);
    /// A line ends at it.
    pub(super) const BREAK: Self = Self(8);
    /// Its content is no text of the page.
    pub(super) const SKIPPED: Self = Self(16);
    /// A form or a field of one.
    pub(super) const FORM: Self = Self(32);

    #[inline]
    pub(super) const fn is(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Of an element by the [`key`] of its name.
    pub(super) const fn of(name: u64) -> Self {
        // Constants are compared as numbers.
        macro_rules! nature {
            ($($($name:literal)|+ => $nature:expr,)+) => {
                $(if $(name == const { key($name) })||+ { return $nature; })+
            };
        }
        nature! {
            "td" | "th" | "tr" | "p" | "li" | "dd" | "dt" => Self::BLOCK.and(Self::CLOSES_ITSELF),
            "a" | "option" => Self::CLOSES_ITSELF,
            "br" | "hr" => Self::VOID.and(Self::BREAK),
            "span" | "font" | "b" | "strong" | "i" | "em" | "u" | "small" => Self(0),
            "img" | "area" | "base" | "col" | "embed" | "link" | "meta" | "param" | "source" | "track" | "wbr" => Self::VOID,
            "table" | "tbody" | "div" | "thead" | "tfoot" | "center" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "address"
            | "article" | "blockquote" | "body" | "dl" | "fieldset" | "footer" | "header" | "main" | "nav" | "pre" | "section" => Self::BLOCK,
            "input" => Self::VOID.and(Self::FORM),
            "form" => Self::BLOCK.and(Self::FORM),
            "select" | "textarea" => Self::FORM,
            "script" | "title" | "noframes" | "template" | "style" => Self::SKIPPED,
        }
        Self(0)
    }
}

/// Of a form or a field: it takes something and sends it somewhere. A bare `<form>` is left over from a builder, and what is
/// hidden nobody fills in.
pub(super) fn is_filled_in(tag: &Tag<'_>) -> bool {
    if tag.key == const { key("form") } {
        return tag.get("action").is_some_and(|action| !action.trim().is_empty());
    }
    !tag.get("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("hidden"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_known_by_their_names() {
        let of = |name: &str| Nature::of(key(name));
        assert!(of("td").is(Nature::BLOCK) && of("td").is(Nature::CLOSES_ITSELF) && !of("td").is(Nature::VOID));
        assert!(of("blockquote").is(Nature::BLOCK) && of("fieldset").is(Nature::BLOCK));
        assert!(of("br").is(Nature::VOID) && of("br").is(Nature::BREAK));
        assert!(of("form").is(Nature::FORM) && of("form").is(Nature::BLOCK));
        assert_eq!(of("x-made-up"), Nature::default());
    }
}
