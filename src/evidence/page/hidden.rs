//! What is open around a piece of text, and whether its style keeps a reader from seeing it.

use super::Reader;
use super::named::{A, BACKGROUND, BGCOLOR, CLASS, COLOR, FONT, HIDDEN, ID, STYLE};
use crate::evidence::style::{Color, Paint, color, same_color};
use crate::message::html::Tag;

/// An element that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    /// The key of its name.
    pub(super) name: u64,
    hidden: Option<&'static str>,
    tiny: bool,
    color: Option<Color>,
    background: Option<Paint>,
    /// The background is given by the element or one around it.
    painted: bool,
    pub(super) anchor: bool,
}

pub(super) const ROOT: Open =
    Open { name: 0, hidden: None, tiny: false, color: None, background: None, painted: false, anchor: false };

impl Reader<'_> {
    /// The state inside an element: what is around it, changed by its own style.
    pub(super) fn element(&mut self, tag: &Tag<'_>) -> Open {
        let around = *self.top();
        let mut inside = Open { name: tag.key, anchor: tag.key == A, ..around };
        let (mut classes, mut id, mut own) = (None, None, None);
        for (name, value, _) in tag.keyed() {
            match name {
                STYLE => own = own.or(Some(value)),
                HIDDEN => inside.hidden = inside.hidden.or(Some("hidden attribute")),
                CLASS => classes = classes.or(Some(value)),
                ID => id = id.or(Some(value)),
                BGCOLOR => {
                    if let Some(color) = color(value) {
                        inside.background = Some(Paint::Plain(color));
                        inside.painted = true;
                    }
                }
                BACKGROUND if !value.is_empty() => {
                    inside.background = Some(Paint::Picture);
                    inside.painted = true;
                }
                COLOR if tag.key == FONT => inside.color = color(value).or(inside.color),
                _ => {}
            }
        }
        let own = own.map(|text| self.styles.read(text)).unwrap_or_default();
        let sheet = self.sheet.find(tag.key, classes, id).unwrap_or_default();
        inside.hidden = around.hidden.or(own.hidden).or(sheet.hidden).or(inside.hidden);
        inside.tiny = own.tiny.or(sheet.tiny).unwrap_or(around.tiny);
        inside.color = own.color.or(inside.color);
        if own.background.is_some() {
            inside.background = own.background;
            inside.painted = true;
        }
        inside
    }

    /// Why the text at this place is not seen.
    pub(super) fn hidden_here(&self) -> Option<&'static str> {
        let top = self.top();
        if top.hidden.is_some() {
            return top.hidden;
        }
        if top.tiny {
            return Some("font-size:0");
        }
        let color = top.color?;
        match top.background {
            Some(Paint::Plain(background)) if same_color(color, background) => Some("color of the background"),
            // A page is white where nobody says otherwise.
            None if !top.painted && !self.sheet.paints && same_color(color, [255; 3]) => Some("white on white"),
            _ => None,
        }
    }
}
