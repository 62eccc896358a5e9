//! A fetched page looked at without running it: bytes and the address they came from become [`Shown`], the facts of a
//! page. Pure: the same bytes give the same facts.
//!
//! Here and not in `lookup`, so that what is read of a hostile page is apart from what fetches it, and can be tested
//! without a socket; here and not in `evidence`, because a page is no mail. The page itself is never kept: its text is,
//! bounded, and what it holds is told by name. Nothing here asks for anything, follows anything, or judges.

mod brands;
mod charset;
mod favicon;
mod fields;
mod kits;
mod language;
mod read;
mod script;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::evidence::{Domain, brands as known_brands, visible_text};
use crate::facts::visit::{Form, Shown, TEXT_CHARS};
use crate::message::clip;

pub(crate) use favicon::favicon;

/// The most bytes of a page that are read.
pub(crate) const PAGE_BYTES: usize = 1024 * 1024;
/// The most hosts that are kept of each kind.
const HOST_LIMIT: usize = 60;
/// A page with less text than this has nothing to show but where it leads.
const BARE_CHARS: usize = 200;

/// A page as it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetched<'a> {
    /// Where it came from.
    pub(crate) url: &'a Url,
    /// `Content-Type`.
    pub(crate) media: Option<&'a str>,
    /// Its bytes, content encoding undone.
    pub(crate) body: &'a [u8],
    /// There were more.
    pub(crate) cut: bool,
}

/// What was found in a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Examined {
    /// The facts; the picture of the site is not yet among them unless it stands in the page.
    pub(crate) shown: Shown,
    /// Where the picture of the site is: on the page's own host only.
    pub(crate) icon: Option<Url>,
    /// Where the page leads on by itself.
    pub(crate) onward: Option<Onward>,
}

/// Where a page leads on by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Onward {
    /// The target, absolute where it is an address at all.
    pub(crate) to: String,
    /// `meta refresh` or `script`.
    pub(crate) how: &'static str,
}

/// Looks at a page.
pub(crate) fn examine(page: &Fetched<'_>) -> Examined {
    let body = page.body.get(..PAGE_BYTES).unwrap_or(page.body);
    let mut shown = Shown {
        at: clip(page.url.as_str(), 4_096).to_owned(),
        bytes: body.len() as u32,
        cut: page.cut || body.len() < page.body.len(),
        sha256: hexadecimal(&Sha256::digest(body)),
        ..Shown::default()
    };
    match nature(page.media, body) {
        Nature::Page => of_page(page, body, shown),
        Nature::Text => {
            let (text, charset) = charset::decode(body, page.media);
            shown.charset = charset.map(ToOwned::to_owned);
            shown.text = text.chars().take(TEXT_CHARS).collect();
            shown.letters = language::by_letters(&text).map(ToOwned::to_owned);
            shown.language.clone_from(&shown.letters);
            Examined { shown, ..Examined::default() }
        }
        Nature::File(kind) => {
            shown.file = Some(kind);
            Examined { shown, ..Examined::default() }
        }
    }
}

/// The target of a refresh, in a header field or a `meta` tag: `5; url='https://example.com/'`.
pub(crate) fn refresh(value: &str) -> Option<&str> {
    let value = value.trim_start();
    let digits = value.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(value.len());
    let rest = value.get(digits..)?.trim_start();
    let rest = rest.strip_prefix([';', ','])?.trim_start();
    let named = rest.get(..3).is_some_and(|name| name.eq_ignore_ascii_case("url"));
    let target = match rest.get(3..).map(str::trim_start).and_then(|rest| rest.strip_prefix('=')) {
        Some(target) if named => target.trim(),
        _ => rest.trim(),
    };
    let target = match target.chars().next()? {
        quote @ ('"' | '\'') => target.get(1..)?.split(quote).next()?,
        _ => target,
    };
    Some(target.trim()).filter(|target| !target.is_empty())
}

/// What bytes are.
enum Nature {
    Page,
    Text,
    File(String),
}

/// By what the server says and by what the bytes show; a browser that is told nothing looks at the bytes, too.
fn nature(media: Option<&str>, body: &[u8]) -> Nature {
    let said = media.and_then(|media| media.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
    let head = body.get(..1024).unwrap_or(body);
    if matches!(said.as_str(), "text/html" | "application/xhtml+xml" | "image/svg+xml") {
        return Nature::Page;
    }
    if let Some(kind) = infer::get(body).filter(|kind| !kind.mime_type().starts_with("text/")) {
        return Nature::File(kind.mime_type().to_owned());
    }
    let low = String::from_utf8_lossy(head).to_ascii_lowercase();
    let unsaid = said.is_empty() || said == "text/xml" || said == "application/xml";
    if unsaid && ["<!doctype html", "<html", "<head", "<body", "<script", "<form"].iter().any(|tag| low.contains(tag)) {
        return Nature::Page;
    }
    let utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    if head.contains(&0) && !utf16
        || said.starts_with("image/")
        || said.starts_with("video/")
        || said.starts_with("audio/")
    {
        return Nature::File(if said.is_empty() {
            "application/octet-stream".to_owned()
        } else {
            clip(&said, 100).to_owned()
        });
    }
    Nature::Text
}

fn of_page(page: &Fetched<'_>, body: &[u8], mut shown: Shown) -> Examined {
    let (html, charset) = charset::decode(body, page.media);
    let parts = read::parts(&html);
    let (text, hidden) = visible_text(&html);
    let base = parts.base.as_deref().and_then(|base| page.url.join(base).ok());
    let base = base.as_ref().unwrap_or(page.url);
    let own = Domain::of(page.url.host_str().unwrap_or_default());

    shown.letters = language::by_letters(&text).map(ToOwned::to_owned);
    shown.language = parts.language.clone().or_else(|| shown.letters.clone());
    shown.charset = charset.map(ToOwned::to_owned);
    shown.forms = forms(&parts, base, page.url);
    let sent = shown.forms.iter().map(|form| form.action.clone());
    shown.hosts = hosts(parts.loads.iter().cloned().chain(sent), base, &own);
    shown.links = hosts(parts.links.iter().cloned(), base, &own);
    shown.scripts = parts.scripts;
    shown.draws.clone_from(&parts.draws);
    shown.gate = parts.gate.map(ToOwned::to_owned);
    // A page may well be a copy of an older state of itself.
    let elsewhere = |from: &String| Url::parse(from).is_ok_and(|from| !is_of(&from, &own));
    shown.copied = parts.copied.clone().filter(elsewhere);
    shown.folder = kits::folder(&parts.title, parts.links.iter().map(String::as_str));
    shown.hidden = u32::try_from(hidden).unwrap_or(u32::MAX);
    shown.kit = kit(&parts, &shown, page.url, &html);
    (shown.marks, shown.brands) = marks(&parts, &text, &own);
    shown.left_out = parts.left_out;
    shown.title.clone_from(&parts.title);
    shown.text = text.chars().take(TEXT_CHARS).collect();
    let (icon, number) = icon(&parts, base, page.url);
    shown.favicon = number;

    let bare = text.chars().count() < BARE_CHARS && !shown.wants_secret();
    let onward = onward(&parts, base, page.url, bare);
    Examined { shown, icon, onward }
}

fn forms(parts: &read::Parts, base: &Url, own: &Url) -> Vec<Form> {
    let absolute = |action: &str| match base.join(action) {
        // A form without a target sends to its own page.
        _ if action.is_empty() => clip(own.as_str(), 4_096).to_owned(),
        Ok(url) => clip(url.as_str(), 4_096).to_owned(),
        Err(_) => action.to_owned(),
    };
    let mut out = Vec::new();
    for sheet in &parts.forms {
        let form = Form {
            action: absolute(&sheet.action),
            method: sheet.method.clone(),
            passwords: sheet.passwords,
            fields: sheet.fields.clone(),
            asks: sheet.asks.clone(),
        };
        out.extend(sheet.also.iter().map(|also| Form { action: absolute(also), ..form.clone() }));
        out.push(form);
    }
    let loose = &parts.loose;
    if loose.passwords > 0 || !loose.asks.is_empty() {
        out.push(Form {
            passwords: loose.passwords,
            fields: loose.fields.clone(),
            asks: loose.asks.clone(),
            ..Form::default()
        });
    }
    out
}

/// Hosts of addresses, other than the page's own, the most frequent first.
fn hosts(addresses: impl Iterator<Item = String>, base: &Url, own: &Domain) -> Vec<String> {
    let mut count: HashMap<String, u32> = HashMap::new();
    for address in addresses {
        let Ok(url) = base.join(&address) else { continue };
        let Some(host) = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")) else { continue };
        let host = host.trim_end_matches('.');
        if host != own.host && host.len() <= 253 {
            *count.entry(host.to_owned()).or_default() += 1;
        }
    }
    let mut hosts: Vec<(String, u32)> = count.into_iter().collect();
    hosts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    hosts.into_iter().take(HOST_LIMIT).map(|(host, _)| host).collect()
}

fn is_of(url: &Url, own: &Domain) -> bool {
    Domain::of(url.host_str().unwrap_or_default()).same_organization(own)
}

/// What kits leave; most of it counts only where the page asks for something secret.
fn kit(parts: &read::Parts, shown: &Shown, own: &Url, html: &str) -> Vec<String> {
    let low = html.to_ascii_lowercase();
    let mut kit: Vec<&str> = kits::made(&low).collect();
    if shown.wants_secret() {
        kit.extend(kits::place(own));
        let secret = shown.forms.iter().filter(|form| form.wants_secret());
        kit.extend(secret.flat_map(|form| kits::target(&form.action).into_iter().chain(kits::sends(&form.action))));
        kit.extend(&parts.targets);
        kit.extend(&parts.sends);
    }
    let packed = shown.folder.iter().flatten().map(String::as_str).filter(|name| kits::is_packed(name));
    let mut out: Vec<String> = Vec::new();
    for mark in kit.into_iter().chain(packed) {
        if out.len() < 20 && !out.iter().any(|known| known == mark) {
            out.push(mark.to_owned());
        }
    }
    out
}

fn marks(parts: &read::Parts, text: &str, own: &Domain) -> (Vec<crate::facts::visit::Mark>, Vec<String>) {
    let mut found = brands::Brands::default();
    found.title(&parts.title);
    parts.site.iter().for_each(|name| found.title(name));
    parts.pictures.iter().for_each(|picture| found.picture(picture));
    // A brand's own host says its name by right.
    if !known_brands().iter().any(|brand| brand.domains.iter().any(|domain| own.is_below(domain))) {
        found.host(&own.host);
    }
    found.text(text);
    found.finish()
}

/// Where the picture of the site is, or its number where it stands in the page itself.
fn icon(parts: &read::Parts, base: &Url, own: &Url) -> (Option<Url>, Option<i32>) {
    for icon in &parts.icons {
        if let Some(data) = icon.get(..5).filter(|start| start.eq_ignore_ascii_case("data:")).and(icon.get(5..)) {
            let Some((kind, text)) = data.split_once(',') else { continue };
            let base64 = kind.trim_end().get(kind.trim_end().len().saturating_sub(7)..) == Some(";base64");
            if let Some(bytes) =
                base64.then(|| crate::evidence::base64(text)).flatten().filter(|bytes| !bytes.is_empty())
            {
                return (None, Some(favicon(&bytes)));
            }
        } else if let Ok(url) = base.join(icon)
            && url.origin() == own.origin()
        {
            return (Some(url), None);
        }
    }
    (own.join("/favicon.ico").ok(), None)
}

/// A refresh first, then a script. A script's inner parts count only where the page has nothing else to show.
fn onward(parts: &read::Parts, base: &Url, own: &Url, bare: bool) -> Option<Onward> {
    let target = |to: &str| match base.join(to) {
        Ok(url) => {
            let (mut there, mut here) = (url.clone(), own.clone());
            there.set_fragment(None);
            here.set_fragment(None);
            (there != here).then(|| url.into())
        }
        // What nobody can go to is told as well.
        Err(_) => Some(to.to_owned()),
    };
    if let Some(to) = parts.refresh.as_deref().and_then(target) {
        return Some(Onward { to, how: "meta refresh" });
    }
    let mut leads: Vec<&script::Lead> = parts.leads.iter().filter(|lead| bare || !lead.inner).collect();
    leads.sort_by_key(|lead| lead.inner);
    leads.into_iter().find_map(|lead| target(&lead.to)).map(|to| Onward { to, how: "script" })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}
