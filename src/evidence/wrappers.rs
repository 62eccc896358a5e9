//! Links that only lead on to another: gateways of the recipient, redirectors of big sites, counters of mail services,
//! each undone step by step where its address says where it leads; and addresses that any link carries in its query.
//!
//! ```text
//! https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttp%3A%2F%2Fevil.example
//! Microsoft Safe Links -> https://www.google.com/url?q=http://evil.example
//! Google               -> http://evil.example/
//! ```
//!
//! Only hosts of the list are believed to lead on. What a link of any other host carries is told and never taken for its
//! target: else a forger would write an honest address behind his own.

mod decode;
#[cfg(test)]
mod tests;

pub(super) use decode::unescaped;

use super::UrlParts;
use super::marks::{self, Marks};
use super::places::Place;
use super::url::URL_BYTES;
use crate::message::clip;

/// Who put a wrapper around a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// The recipient's mail filter: the sender wrote the target.
    Gateway,
    /// A site that leads to any address that stands in its own.
    Redirector,
    /// A mail or advertising service that counts presses.
    Tracking,
}

/// One wrapper undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The service's name.
    pub wrapper: &'static str,
    /// Who put it there.
    pub kind: StepKind,
    /// Where it leads.
    pub url: UrlParts,
    /// The whole address is known; else only its host is true.
    pub whole: bool,
}

/// A row of the list of redirectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrapper {
    name: &'static str,
    kind: StepKind,
    path: &'static str,
    how: How,
}

/// How the target is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Query(&'static str),
    Query64(&'static str),
    Tail,
    Tail64,
    After(&'static str),
    Json64,
    Proofpoint1,
    Proofpoint2,
    Proofpoint3,
    Marks,
    Bing,
    Amp,
    Dashes,
    Segment,
    Domain(&'static str),
    Opaque,
}

/// What was found behind a link.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unwrapped {
    pub(super) steps: Vec<Step>,
    /// The last address leads on, and only the service knows where to.
    pub(super) sealed: Option<(&'static str, StepKind)>,
    /// Addresses that the last one carries in its path or query.
    pub(super) carried: Vec<UrlParts>,
}

impl Wrapper {
    /// Host and wrapper of a line of the list.
    pub(super) fn row(line: &'static str) -> Option<(&'static str, Self)> {
        let mut columns = line.split('\t').map(str::trim);
        let (host, path, kind, how, name) =
            (columns.next()?, columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        let kind = match kind {
            "gateway" => StepKind::Gateway,
            "redirector" => StepKind::Redirector,
            "tracking" => StepKind::Tracking,
            _ => return None,
        };
        let (how, names) = how.split_once(':').unwrap_or((how, ""));
        let how = match how {
            "query" => How::Query(names),
            "query64" => How::Query64(names),
            "tail" => How::Tail,
            "tail64" => How::Tail64,
            "after" => How::After(names),
            "json64" => How::Json64,
            "proofpoint1" => How::Proofpoint1,
            "proofpoint2" => How::Proofpoint2,
            "proofpoint3" => How::Proofpoint3,
            "marks" => How::Marks,
            "bing" => How::Bing,
            "amp" => How::Amp,
            "dashes" => How::Dashes,
            "segment" => How::Segment,
            "domain" => How::Domain(names),
            "opaque" => How::Opaque,
            _ => return None,
        };
        Some((host, Self { name, kind, path: if path == "*" { "" } else { path }, how }))
    }

    fn matches(&self, path: &str) -> bool {
        path.get(..self.path.len()).is_some_and(|start| start.eq_ignore_ascii_case(self.path))
    }

    /// Where it leads, and whether that is the whole address; `None` where this address says nothing.
    fn target(&self, url: &UrlParts) -> Option<(UrlParts, bool)> {
        let path = clip(&url.path, URL_BYTES);
        let written = match self.how {
            How::Query(names) => decode::query(path, names),
            How::Query64(names) => decode::query_raw(path, names).and_then(decode::base64_text),
            How::Tail => decode::tail(path),
            How::Tail64 => decode::tail64(path),
            How::After(mark) => decode::after(path, mark),
            How::Json64 => decode::json64(path),
            How::Proofpoint1 => decode::query(path, "u"),
            How::Proofpoint2 => decode::proofpoint2(path),
            How::Proofpoint3 => decode::proofpoint3(path),
            How::Marks => decode::marks(path),
            How::Bing => decode::bing(path),
            How::Amp => decode::amp(path),
            How::Dashes => decode::dashes(&url.domain.host, path),
            How::Segment => decode::segment(path),
            How::Domain(name) => decode::query(path, name).map(|host| format!("https://{host}/")),
            How::Opaque => None,
        }?;
        let target = web(&written)?;
        (target.domain.host != url.domain.host || target.path != url.path)
            .then_some((target, !matches!(self.how, How::Domain(_))))
    }
}

/// Undoes the wrappers around a link. `place` is what the lists say of its own host, `marks` what its path seems to hold.
/// `most` of them are undone.
pub(super) fn unwrap(url: &UrlParts, place: Place, marks: Marks, most: usize) -> Unwrapped {
    let mut found = Unwrapped::default();
    let mut place = place;
    while found.steps.len() < most {
        let now = found.steps.last().map_or(url, |step| &step.url);
        if now.scheme != "http" && now.scheme != "https" {
            return found;
        }
        let Some((wrapper, target)) = place
            .wrappers()
            .iter()
            // Of equals `max_by_key` gives the last: the first row of the list is to win.
            .rev()
            .filter(|wrapper| wrapper.matches(&now.path))
            .map(|wrapper| (wrapper, wrapper.target(now)))
            .max_by_key(|(_, target)| target.is_some())
        else {
            break;
        };
        let Some((target, whole)) = target else {
            // The service's own front page leads nowhere.
            let bare = now.path.len() < wrapper.path.len().max(1) + if wrapper.how == How::Opaque { 1 } else { 8 };
            found.sealed = Some((wrapper.name, wrapper.kind)).filter(|_| !bare);
            break;
        };
        place = Place::of(&target.domain);
        found.steps.push(Step { wrapper: wrapper.name, kind: wrapper.kind, url: target, whole });
    }
    let last = found.steps.last().map_or(url, |step| &step.url);
    let marks = if found.steps.is_empty() { marks } else { Marks::of(&last.path) };
    found.carried = carried(last, marks, most);
    found
}

/// Addresses of the web that stand inside this one, each the one inside the one before.
fn carried(url: &UrlParts, marks: Marks, most: usize) -> Vec<UrlParts> {
    let mut out: Vec<UrlParts> = Vec::new();
    let mut marks = marks;
    while marks.has(marks::ADDRESS) && out.len() < most {
        let path = clip(&out.last().unwrap_or(url).path, URL_BYTES);
        let inner =
            Marks::addresses(path).find_map(|at| path.get(at..).and_then(decode::inside).and_then(|inner| web(&inner)));
        let Some(inner) = inner else { break };
        marks = Marks::of(&inner.path);
        out.push(inner);
    }
    out
}

/// The address, where it is one of the web with a host.
fn web(written: &str) -> Option<UrlParts> {
    let written = written.trim();
    let scheme = written.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
    let bare = !scheme && !written.contains(':') && written.contains('.');
    let url = if scheme || bare { UrlParts::of(written, None)? } else { return None };
    (matches!(&*url.scheme, "http" | "https") && (url.address.is_some() || url.domain.host.contains('.')))
        .then_some(url)
}
