//! The style sheets of a page, as far as they hide text.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use memchr::{memchr, memchr3_iter};

use super::{Style, style, without_comments};
use crate::message::clip;
use crate::message::html::key;

/// The most bytes of style sheets that are read.
const SHEET_BYTES: usize = 256 * 1024;

/// The rules of style sheets that hide by class or id. Rules inside `@media` are left out: they depend on the screen.
#[derive(Debug)]
pub(in crate::evidence) struct Sheet {
    /// The most rules that are kept.
    most: usize,
    classes: HashMap<String, Style, RandomState>,
    ids: HashMap<String, Style, RandomState>,
    /// By the key of the element's name.
    elements: HashMap<u64, Style, RandomState>,
    read: usize,
    /// Rules were left out.
    pub(in crate::evidence) cut: bool,
    /// Some rule paints a background: then white text on nothing in particular is no finding.
    pub(in crate::evidence) paints: bool,
}

impl Sheet {
    pub(in crate::evidence) fn within(most: usize) -> Self {
        let (classes, ids, elements) = (HashMap::default(), HashMap::default(), HashMap::default());
        Self { most, classes, ids, elements, read: 0, cut: false, paints: false }
    }

    /// Takes in the text of a style element.
    pub(in crate::evidence) fn add(&mut self, css: &str) {
        let room = SHEET_BYTES.saturating_sub(self.read);
        self.cut |= css.len() > room;
        let css = clip(css, room);
        self.read += css.len();
        let uncommented;
        let css = if memchr(b'*', css.as_bytes()).is_some() {
            uncommented = without_comments(css);
            uncommented.as_str()
        } else {
            css
        };
        let mut depth = 0_usize;
        let mut start = 0;
        let mut selector = "";
        for at in memchr3_iter(b'{', b'}', b';', css.as_bytes()) {
            match css.as_bytes().get(at) {
                Some(b'{') => {
                    if depth == 0 {
                        selector = css.get(start..at).unwrap_or_default().trim();
                    }
                    depth += 1;
                    start = at + 1;
                }
                Some(b'}') => {
                    if depth == 1 && !selector.starts_with('@') {
                        self.rule(selector, css.get(start..at).unwrap_or_default());
                    }
                    depth = depth.saturating_sub(1);
                    start = at + 1;
                }
                Some(b';') if depth == 0 => start = at + 1,
                _ => {}
            }
        }
    }

    fn rule(&mut self, selectors: &str, declarations: &str) {
        let style = style(declarations);
        self.paints |= style.background.is_some();
        if style.hidden.is_none() && style.tiny != Some(true) {
            return;
        }
        for selector in selectors.split(',').map(str::trim) {
            // `.x`, `#x`, `div.x`, `i`; what depends on surroundings is left out.
            let at = selector.find(['.', '#']);
            let name = at.map_or(selector, |at| selector.get(at + 1..).unwrap_or_default());
            let simple = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if !simple || name.is_empty() {
                continue;
            }
            if self.classes.len() + self.ids.len() + self.elements.len() >= self.most {
                self.cut = true;
                continue;
            }
            match at.and_then(|at| selector.as_bytes().get(at)) {
                None => drop(self.elements.insert(key(&name.to_ascii_lowercase()), style)),
                Some(b'.') => drop(self.classes.insert(name.to_owned(), style)),
                Some(_) => drop(self.ids.insert(name.to_owned(), style)),
            }
        }
    }

    /// What the sheet hides for an element of that name, by its [`key`], with these classes and this id.
    pub(in crate::evidence) fn find(&self, name: u64, classes: Option<&str>, id: Option<&str>) -> Option<Style> {
        let class = || {
            let classes = classes.filter(|_| !self.classes.is_empty())?;
            classes.split_whitespace().take(32).find_map(|name| self.classes.get(name).copied())
        };
        let id = || if self.ids.is_empty() { None } else { self.ids.get(id?.trim()).copied() };
        let element = || if self.elements.is_empty() { None } else { self.elements.get(&name).copied() };
        class().or_else(id).or_else(element)
    }
}
