//! One pass over a page: title, forms and their fields, pictures, what it loads, where its links lead, its scripts. What
//! was found is kept as it stands in the page and bounded; `mod.rs` makes facts of it.

use crate::message::clip;
use crate::message::html::{Event, Tag, read};

use super::brands::Picture;
use super::fields::Field;
use super::{kits, script};
use crate::facts::visit::Asks;

/// The most forms.
const FORM_LIMIT: usize = 40;
/// The most names of fields of one form.
const FIELD_LIMIT: usize = 60;
/// The most bytes of a field's name.
const FIELD_BYTES: usize = 100;
/// The most bytes of an address.
const URL_BYTES: usize = 4_096;
/// The most addresses that are loaded, and to which links lead.
const ADDRESS_LIMIT: usize = 4_000;
/// The most pictures.
const PICTURE_LIMIT: usize = 300;
/// The most bytes of scripts that are read.
const SCRIPT_BYTES: usize = 512 * 1024;
/// The most texts of scripts that are looked at.
const TEXT_LIMIT: usize = 5_000;
/// The most pages inside the page, and their bytes.
const INNER_LIMIT: usize = 20;
const INNER_BYTES: usize = 512 * 1024;
/// The most characters of a title.
const TITLE_CHARS: usize = 300;

/// A form as it stands in the page.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    /// Its name for fields that stand outside of it.
    id: String,
    pub(super) action: String,
    pub(super) method: String,
    pub(super) passwords: u32,
    pub(super) fields: Vec<String>,
    pub(super) asks: Vec<Asks>,
    /// Other places to which its buttons send it.
    pub(super) also: Vec<String>,
    /// It has more fields than are kept.
    left_out: bool,
}

impl Sheet {
    fn field(&mut self, field: Field<'_>) {
        if field.is_password() {
            self.passwords = self.passwords.saturating_add(1);
        }
        if self.fields.len() >= FIELD_LIMIT {
            self.left_out = true;
        } else if !field.name.is_empty() {
            self.fields.push(clip(field.name.trim(), FIELD_BYTES).to_owned());
        }
        if let Some(asks) = field.asks()
            && !self.asks.contains(&asks)
        {
            self.asks.push(asks);
        }
    }
}

/// What stands in a page.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) title: String,
    /// Names that it gives its site.
    pub(super) site: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) base: Option<String>,
    pub(super) forms: Vec<Sheet>,
    /// Fields that stand in no form.
    pub(super) loose: Sheet,
    pub(super) pictures: Vec<Picture>,
    pub(super) loads: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) icons: Vec<String>,
    /// The target of a refresh.
    pub(super) refresh: Option<String>,
    /// Scripts, in the page and beside it.
    pub(super) scripts: u32,
    /// What its scripts lead to.
    pub(super) leads: Vec<script::Lead>,
    /// How its scripts write another page.
    pub(super) draws: Option<String>,
    /// Names of files and receivers in its scripts that kits use.
    pub(super) targets: Vec<&'static str>,
    pub(super) sends: Vec<&'static str>,
    pub(super) gate: Option<&'static str>,
    pub(super) copied: Option<String>,
    /// A limit was hit.
    pub(super) left_out: bool,
}

/// Reads a page.
pub(super) fn parts(html: &str) -> Parts {
    let mut reader = Reader::default();
    read(html, |event| reader.event(&event));
    // Pages inside the page wait their turn; there is no recursion.
    let mut done = 0;
    while let Some(inner) = reader.inner.get_mut(done).map(std::mem::take) {
        done += 1;
        reader.raw = Raw::Text;
        reader.form = None;
        read(&inner, |event| reader.event(&event));
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    out: Parts,
    raw: Raw,
    /// The form that is open.
    form: Option<usize>,
    /// Drawings have titles of their own.
    drawing: bool,
    titled: bool,
    code: Vec<String>,
    code_bytes: usize,
    /// Scripts in attributes: read for what they hold, not for where they lead.
    handlers: Vec<String>,
    inner: Vec<String>,
    inner_bytes: usize,
}

/// What the text at hand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Raw {
    #[default]
    Text,
    Title,
    Script,
}

impl Reader {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Open(tag) => self.open(tag),
            Event::Close(name) => {
                self.raw = Raw::Text;
                match *name {
                    "form" => self.form = None,
                    "svg" => self.drawing = false,
                    "title" => self.titled |= !self.out.title.is_empty(),
                    _ => {}
                }
            }
            Event::Text(text, _) => match self.raw {
                Raw::Title => squeeze(&mut self.out.title, text, TITLE_CHARS),
                Raw::Script => self.script(text),
                Raw::Text => {}
            },
            Event::Comment(text, _) => {
                if self.out.copied.is_none() {
                    self.out.copied = kits::copied(text);
                }
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        self.raw = match tag.name {
            "title" if !self.titled && !self.drawing => Raw::Title,
            "script" if is_code(tag.get("type")) => Raw::Script,
            _ => Raw::Text,
        };
        match tag.name {
            "html" => self.html(tag),
            "base" => self.out.base = self.out.base.take().or_else(|| tag.get("href").map(address)),
            "meta" => self.meta(tag),
            "link" => self.link(tag),
            "svg" => self.drawing = true,
            "form" => self.open_form(tag),
            "input" | "select" | "textarea" => self.field(tag),
            "button" => self.button(tag),
            "img" => self.picture(tag),
            "a" | "area" => {
                if let Some(target) = tag.get("href") {
                    self.out.left_out |= keep(&mut self.out.links, target);
                }
            }
            "script" | "iframe" | "frame" | "embed" | "video" | "audio" | "source" => {
                self.out.scripts = self.out.scripts.saturating_add(u32::from(tag.name == "script"));
                if let Some(source) = tag.get("src") {
                    self.out.gate = self.out.gate.or_else(|| kits::gate(source));
                    self.out.left_out |= keep(&mut self.out.loads, source);
                }
                if let Some(page) = tag.get("srcdoc") {
                    self.inside(page);
                }
            }
            "object" => {
                if let Some(source) = tag.get("data") {
                    self.out.left_out |= keep(&mut self.out.loads, source);
                }
            }
            "body" => {
                if let Some(code) = tag.get("onload") {
                    self.script(code);
                }
            }
            _ => {}
        }
        if tag.name != "body" {
            for (name, value, _) in tag.attributes() {
                if name.starts_with("on") && self.handlers.len() < TEXT_LIMIT && value.contains(['"', '\'']) {
                    self.handlers.push(clip(value, URL_BYTES).to_owned());
                }
            }
        }
    }

    fn html(&mut self, tag: &Tag<'_>) {
        let declared = tag.get("lang").or_else(|| tag.get("xml:lang"));
        self.out.language = self.out.language.take().or_else(|| super::language::tag(declared?));
        let from = tag.get("data-scrapbook-source");
        self.out.copied = self.out.copied.take().or_else(|| kits::source(from?));
    }

    fn meta(&mut self, tag: &Tag<'_>) {
        let Some(content) = tag.get("content") else { return };
        let named = tag.get("http-equiv").or_else(|| tag.get("name")).or_else(|| tag.get("property"));
        let named = named.unwrap_or_default().trim();
        let is = |known: &str| named.eq_ignore_ascii_case(known);
        if is("refresh") {
            self.out.refresh = self.out.refresh.take().or_else(|| super::refresh(content).map(address));
        } else if is("content-language") {
            self.out.language = self.out.language.take().or_else(|| super::language::tag(content));
        } else if (is("og:site_name") || is("application-name") || is("apple-mobile-web-app-title") || is("og:title"))
            && self.out.site.len() < 8
        {
            let mut name = String::new();
            squeeze(&mut name, content, TITLE_CHARS);
            self.out.site.push(name);
        } else if is("savepage-url") {
            self.out.copied = self.out.copied.take().or_else(|| kits::source(content));
        }
    }

    fn link(&mut self, tag: &Tag<'_>) {
        let (Some(kind), Some(target)) = (tag.get("rel"), tag.get("href")) else { return };
        let is = |known: &str| kind.split_ascii_whitespace().take(8).any(|word| word.eq_ignore_ascii_case(known));
        if is("icon") && self.out.icons.len() < 8 {
            // A picture that stands in the page itself may be long.
            self.out.icons.push(clip(target.trim(), 256 * 1024).to_owned());
        }
        if is("stylesheet") || is("icon") || is("preload") || is("modulepreload") || is("apple-touch-icon") {
            self.out.left_out |= keep(&mut self.out.loads, target);
        }
    }

    fn open_form(&mut self, tag: &Tag<'_>) {
        // A form inside a form is no form (WHATWG HTML section 4.10.3).
        if self.form.is_some() {
            return;
        }
        if self.out.forms.len() >= FORM_LIMIT {
            self.out.left_out = true;
            return;
        }
        self.form = Some(self.out.forms.len());
        self.out.forms.push(Sheet {
            id: tag.get("id").map(|id| clip(id, FIELD_BYTES).to_owned()).unwrap_or_default(),
            action: tag.get("action").map(address).unwrap_or_default(),
            method: match tag.get("method") {
                Some(method) if method.trim().eq_ignore_ascii_case("post") => "POST".to_owned(),
                _ => "GET".to_owned(),
            },
            ..Sheet::default()
        });
    }

    /// The form to which a field belongs; fields outside of forms have one of their own.
    fn sheet(&mut self, tag: &Tag<'_>) -> &mut Sheet {
        let named = tag.get("form").filter(|id| !id.is_empty());
        let at = named.and_then(|id| self.out.forms.iter().position(|form| form.id == id)).or(self.form);
        match at.and_then(|at| self.out.forms.get_mut(at)) {
            Some(form) => form,
            None => &mut self.out.loose,
        }
    }

    fn field(&mut self, tag: &Tag<'_>) {
        let kind = if tag.name == "input" { tag.get("type").unwrap_or_default().trim() } else { "" };
        if kind.eq_ignore_ascii_case("submit") || kind.eq_ignore_ascii_case("image") {
            self.button(tag);
        }
        let word = |name: &str| tag.get(name).unwrap_or_default();
        let field = Field {
            kind,
            name: tag.get("name").filter(|name| !name.is_empty()).or_else(|| tag.get("id")).unwrap_or_default(),
            fills: word("autocomplete"),
            words: [word("id"), word("placeholder"), word("aria-label"), word("title")],
        };
        let silent = ["submit", "button", "image", "reset"].iter().any(|one| kind.eq_ignore_ascii_case(one));
        if !silent {
            self.sheet(tag).field(field);
        }
    }

    fn button(&mut self, tag: &Tag<'_>) {
        if let Some(target) = tag.get("formaction") {
            let sheet = self.sheet(tag);
            if sheet.also.len() < 4 {
                sheet.also.push(address(target));
            }
        }
    }

    fn picture(&mut self, tag: &Tag<'_>) {
        let source = tag.get("src").unwrap_or_default();
        self.out.left_out |= keep(&mut self.out.loads, source);
        if self.out.pictures.len() < PICTURE_LIMIT {
            let says = tag.get("alt").or_else(|| tag.get("title")).unwrap_or_default();
            let (class, id) = (tag.get("class").unwrap_or_default(), tag.get("id").unwrap_or_default());
            self.out.pictures.push(Picture {
                source: clip(source.trim(), URL_BYTES).to_owned(),
                says: clip(says, 300).to_owned(),
                classes: format!("{} {}", clip(class, 200), clip(id, 100)),
            });
        } else {
            self.out.left_out = true;
        }
    }

    fn script(&mut self, code: &str) {
        let room = SCRIPT_BYTES.saturating_sub(self.code_bytes);
        self.out.left_out |= code.len() > room;
        let code = clip(code, room);
        self.code_bytes += code.len();
        if !code.is_empty() {
            self.code.push(code.to_owned());
        }
    }

    fn inside(&mut self, page: &str) {
        self.inner_bytes = self.inner_bytes.saturating_add(page.len());
        if self.inner.len() < INNER_LIMIT && self.inner_bytes <= INNER_BYTES {
            self.inner.push(page.to_owned());
        } else {
            self.out.left_out = true;
        }
    }

    fn finish(mut self) -> Parts {
        let (mut targets, mut sends, mut gate, mut seen) = (Vec::new(), Vec::new(), self.out.gate, 0_usize);
        let mut text = |found: &str| {
            seen += 1;
            if seen <= TEXT_LIMIT && !found.is_empty() {
                targets.extend(kits::target(found));
                sends.extend(kits::sends(found));
                gate = gate.or_else(|| kits::gate(found));
            }
        };
        for code in &self.code {
            let leads = script::read(code, &mut text);
            self.out.leads.extend(leads);
        }
        for code in &self.handlers {
            script::read(code, &mut text);
        }
        targets.sort_unstable();
        targets.dedup();
        sends.sort_unstable();
        sends.dedup();
        self.out.draws = crate::evidence::builds(self.code.iter().map(String::as_str));
        (self.out.targets, self.out.sends, self.out.gate) = (targets, sends, gate);
        self.out.left_out |=
            seen > TEXT_LIMIT || self.out.loose.left_out || self.out.forms.iter().any(|form| form.left_out);
        self.out.title.truncate(self.out.title.trim_end().len());
        self.out
    }
}

/// An address as written, bounded.
fn address(text: &str) -> String {
    clip(text.trim(), URL_BYTES).to_owned()
}

/// True where it could not be kept.
fn keep(list: &mut Vec<String>, target: &str) -> bool {
    let target = target.trim();
    let inside = target.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"));
    let room = list.len() < ADDRESS_LIMIT;
    if room && !target.is_empty() && !inside {
        list.push(address(target));
    }
    !room
}

/// A script that browsers run: others are data.
fn is_code(kind: Option<&str>) -> bool {
    let kind = kind.unwrap_or_default().trim();
    kind.is_empty()
        || ["module", "text/javascript", "application/javascript", "text/ecmascript", "text/jscript"]
            .iter()
            .any(|known| kind.eq_ignore_ascii_case(known))
}

/// Adds text with its blanks collapsed, up to about `limit` characters.
pub(super) fn squeeze(out: &mut String, text: &str, limit: usize) {
    let room = limit.saturating_sub(out.chars().count());
    for letter in text.chars().take(room.saturating_mul(4)) {
        if out.len() >= limit * 4 {
            return;
        }
        if !letter.is_whitespace() {
            out.push(letter);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if let Some((at, _)) = out.char_indices().nth(limit) {
        out.truncate(at);
    }
}
