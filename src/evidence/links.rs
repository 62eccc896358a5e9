//! Every link of a mail, from HTML, text and header fields: taken apart, put beside the text that a reader sees on it,
//! and folded where the same one stands twice.

mod odd;

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::RandomState;
use linkify::{LinkFinder, LinkKind as Linkified};
use memchr::memmem;
use url::Url;

use super::attachments::FileLink;
use super::classes::{self, UrlTrait};
use super::marks::Marks;
use super::page::{Found, Page};
use super::url::{HostClass, UrlParts, host_in_text};
use super::wrappers::{Step, StepKind, Unwrapped, unwrap};
use super::{Domain, body, memory, qr, sources};
use crate::message::{Content, Limits, Message, Part, Span, clip};

/// Room that is made for links before they are read.
const FEW_LINKS: usize = 128;

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum LinkKind {
    /// `<a href>`, `<area>`.
    Anchor,
    /// In readable text.
    Text,
    /// `<form action>`, `formaction`.
    Form,
    /// `<img src>`, `srcset`, background: loaded, not pressed.
    Image,
    /// meta refresh, base, script, iframe, stylesheet and others.
    #[default]
    Other,
    /// In a header field (List-Unsubscribe ...).
    Header,
    /// In an attached file.
    Attachment,
    /// In a QR code.
    Qr,
    /// Outside all parts: no mail program shows it.
    Unclaimed,
}

/// A link. Equal targets of the same kind and text are one, with a count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// As written, entities decoded.
    pub raw: String,
    /// Taken apart; `None` where a browser would refuse it.
    pub url: Option<UrlParts>,
    /// Where it stands.
    pub kind: LinkKind,
    /// The text that a reader sees on it.
    pub text: Option<String>,
    /// A host that the text names, where it looks like a URL or host itself.
    pub text_host: Option<Domain>,
    /// The part (index into [`Message::parts`]) it stands in; `None` for a header.
    pub part: Option<usize>,
    /// Where in the message: the exact bytes where the part is not encoded, else the part's body.
    pub span: Span,
    /// How often it occurs.
    pub count: u32,
    /// What the host of [`Link::target`] is.
    pub classes: Vec<HostClass>,
    /// What is odd about the address as written.
    pub traits: Vec<UrlTrait>,
    /// Wrappers undone, the outermost first; each tells where it leads.
    pub steps: Vec<Step>,
    /// The target itself leads on, and only that service knows where to.
    pub sealed: Option<(&'static str, StepKind)>,
    /// Addresses that the target carries in its path or query; a host that is no known redirector need not lead there.
    pub carried: Vec<UrlParts>,
}

impl Link {
    /// Where it leads: the address as written, or what stands inside its wrappers.
    #[must_use]
    pub fn target(&self) -> Option<&UrlParts> {
        self.steps.last().map(|step| &step.url).or(self.url.as_ref())
    }

    /// The redirector of a site or advertising service that it passes, with the service's name.
    #[must_use]
    pub fn redirector(&self) -> Option<(&UrlParts, &'static str)> {
        let mut before = self.url.as_ref();
        for step in &self.steps {
            if step.kind == StepKind::Redirector {
                return before.map(|url| (url, step.wrapper));
            }
            before = Some(&step.url);
        }
        let (name, _) = self.sealed.filter(|(_, kind)| *kind == StepKind::Redirector)?;
        before.map(|url| (url, name))
    }

    /// The addresses that lead there, the first as written; without a gateway's, which the recipient's side put in.
    pub fn ways(&self) -> impl Iterator<Item = &UrlParts> {
        let gates = self.steps.iter().take_while(|step| step.kind == StepKind::Gateway).count();
        self.url.iter().chain(self.steps.iter().map(|step| &step.url)).skip(gates)
    }

    /// Takes the wrappers off and looks at what is behind them.
    fn fill(&mut self, url: Option<UrlParts>, wrappers: usize) {
        self.url = url;
        let Some(url) = &self.url else { return };
        let (place, classes) = memory::classes(url);
        // What is only loaded is not pressed: its wrappers hide nothing.
        if !matches!(self.kind, LinkKind::Image | LinkKind::Other | LinkKind::Unclaimed) {
            let marks = Marks::of(&url.path);
            self.traits = classes::traits(&self.raw, url, marks);
            let Unwrapped { steps, sealed, carried } = unwrap(url, place, marks, wrappers);
            (self.steps, self.sealed, self.carried) = (steps, sealed, carried);
        } else if url.scheme == "file" && (url.domain.host.contains('.') || url.address.is_some()) {
            // To load a picture from a machine elsewhere is to sign in there.
            self.traits.push(UrlTrait::OddScheme);
        }
        self.classes = match self.steps.last() {
            Some(step) => memory::classes(&step.url).1,
            None => classes,
        };
    }
}

/// Collects links and folds equal ones.
#[derive(Default)]
pub(super) struct Links {
    list: Vec<Link>,
    /// By the hash of kind, address and text, with a secret of this process: where it stands in the list.
    seen: HashMap<u64, usize, RandomState>,
    hosts: HashMap<String, Option<Domain>, RandomState>,
    /// How many of which are kept.
    pub(super) limits: Limits,
    /// A text was longer than is searched for odd notations, or holds more of them than are taken.
    pub(super) cut: bool,
    pub(super) many: bool,
    /// Distinct links that were left out.
    pub(super) left_out: usize,
    /// What may still be spent on QR codes in pictures.
    pub(super) pictures: qr::Budget,
}

impl Links {
    pub(super) fn within(limits: &Limits) -> Self {
        Self { limits: *limits, pictures: qr::Budget::within(limits), ..Self::default() }
    }

    /// The links of one part. `attached` parts are files, whatever they hold.
    pub(super) fn part(&mut self, at: usize, part: &Part, page: Option<Page>, attached: bool) {
        let exact = exact(part);
        let span = |range: Range<usize>| {
            if exact {
                Span { start: part.span.start + range.start as u32, end: part.span.start + range.end as u32 }
            } else {
                part.span
            }
        };
        if let Some(page) = page {
            self.drawn_in_page(at, part, &page);
            self.odd_in_text(&page.text, at, part.span, attached, false);
            self.expect(page.links.len());
            let base = page.base.as_deref().and_then(|base| Url::parse(base.trim()).ok());
            for found in page.links {
                if sources::is_harmless(&found.raw) {
                    continue;
                }
                let place = span(found.at.clone());
                self.add(found, base.as_ref(), Some(at), place, attached);
            }
        } else if let Content::Text(text) = &part.content {
            if sources::is_card(part) {
                return self.card(text, at, part.span, attached);
            }
            let broken = sources::broken(clip(text, self.limits.searched_bytes), self.limits.odd_links);
            self.many |= broken.len() >= self.limits.odd_links;
            for (raw, range) in urls_in(text, &self.limits) {
                // The beginning of an address that goes on in the next line.
                if broken.iter().any(|(whole, _)| whole.contains(&range.start)) || sources::is_harmless(raw) {
                    continue;
                }
                let place = span(range.clone());
                let whole = sources::goes_on(text, &range).unwrap_or_else(|| raw.to_owned());
                let flowed = part.joins.then(|| sources::flows_on(text, &range)).flatten();
                for raw in [Some(whole), flowed].into_iter().flatten() {
                    let found = Found { raw, kind: LinkKind::Text, text: None, at: range.clone() };
                    self.add(found, None, Some(at), place, attached);
                }
            }
            for (range, raw) in broken {
                let place = span(range.clone());
                self.add(Found { raw, kind: LinkKind::Text, text: None, at: range }, None, Some(at), place, attached);
            }
            self.odd_in_text(text, at, part.span, attached, true);
            self.drawn_in_text(at, part, text);
        }
    }

    /// The links that stand in attached files, behind those of the parts.
    pub(super) fn attached(&mut self, message: &Message, links: Vec<FileLink>) {
        for link in links {
            let span = message.parts.get(link.part).map(|part| part.span).unwrap_or_default();
            let found = Found { raw: link.raw, kind: LinkKind::Attachment, text: link.text, at: 0..0 };
            self.add(found, None, Some(link.part), span, true);
        }
    }

    /// The links of header fields.
    pub(super) fn header(&mut self, message: &Message) {
        for field in &message.fields {
            if sources::holds_words(&field.name) {
                for (raw, _) in urls_in(&field.value, &self.limits) {
                    let found = Found { raw: raw.to_owned(), kind: LinkKind::Header, text: None, at: 0..0 };
                    self.add(found, None, None, field.span, false);
                }
                continue;
            }
            if !sources::names_urls(&field.name) {
                continue;
            }
            for piece in field.raw.split(['<', '>', ',']).map(str::trim).take(50) {
                let scheme = piece.split_once(':').map_or("", |(scheme, _)| scheme);
                if !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    let found = Found { raw: piece.to_owned(), kind: LinkKind::Header, text: None, at: 0..0 };
                    self.add(found, None, None, field.span, false);
                }
            }
        }
    }

    /// The links that stand in no part, behind all others.
    pub(super) fn unclaimed(&mut self, message: &Message) {
        for outside in &message.outside {
            let whole = outside.text.len() == (outside.span.end - outside.span.start) as usize;
            for (raw, range) in urls_in(&outside.text, &self.limits) {
                let span = if whole {
                    let at = |offset: usize| outside.span.start + offset as u32;
                    Span { start: at(range.start), end: at(range.end) }
                } else {
                    outside.span
                };
                let found = Found { raw: raw.to_owned(), kind: LinkKind::Unclaimed, text: None, at: range };
                self.add(found, None, None, span, false);
            }
        }
    }

    /// Keeps a link; gives it where it is a new one.
    pub(super) fn add(
        &mut self,
        found: Found,
        base: Option<&Url>,
        part: Option<usize>,
        span: Span,
        attached: bool,
    ) -> Option<&mut Link> {
        let kind = if attached { LinkKind::Attachment } else { found.kind };
        let key = self.seen.hasher().hash_one((kind, &found.raw, &found.text));
        if let Some(link) = self.seen.get(&key).and_then(|at| self.list.get_mut(*at))
            && (link.kind, &link.raw, &link.text) == (kind, &found.raw, &found.text)
        {
            link.count = link.count.saturating_add(1);
            return None;
        }
        if self.list.len() >= self.limits.links {
            self.left_out += 1;
            return None;
        }
        let Found { raw, text, .. } = found;
        let url = UrlParts::with(&raw, base, memory::domain);
        let text_host = text.as_deref().and_then(|text| host_in_text(text, &mut self.hosts));
        self.seen.insert(key, self.list.len());
        let mut link = Link { raw, kind, text, text_host, part, span, count: 1, ..Link::default() };
        link.fill(url, self.limits.wrappers);
        self.list.push(link);
        self.list.last_mut()
    }

    /// Makes room for so many links, as far as that is an ordinary number.
    fn expect(&mut self, links: usize) {
        let links = links.min(FEW_LINKS);
        self.list.reserve(links);
        self.seen.reserve(links);
    }

    pub(super) fn finish(self) -> Vec<Link> {
        self.list
    }
}

/// The text of the part stands in the message byte by byte.
pub(super) fn exact(part: &Part) -> bool {
    let plain = part.encoding.as_deref().is_none_or(|encoding| {
        let encoding = encoding.trim();
        ["7bit", "8bit", "binary"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
    });
    let length = match &part.content {
        Content::Text(text) | Content::Html(text) => text.len(),
        _ => return false,
    };
    plain && length > 0 && length == (part.span.end - part.span.start) as usize
}

/// URLs in readable text: with a scheme, or starting with `www.`, as mail programs make them pressable.
pub(super) fn urls_in<'a>(text: &'a str, limits: &Limits) -> Vec<(&'a str, Range<usize>)> {
    let most = limits.text_links;
    let text = clip(text, limits.searched_bytes);
    let mut out: Vec<(&str, Range<usize>)> = Vec::new();
    if memmem::find(text.as_bytes(), b"://").is_some() {
        let mut finder = LinkFinder::new();
        finder.kinds(&[Linkified::Url]).url_can_be_iri(false);
        out.extend(finder.links(text).take(most).map(|link| (link.as_str(), link.start()..link.end())));
    }
    let mut more = odd::passed_over(text, &out, most);
    more.append(&mut odd::slanted(text, most));
    if !more.is_empty() {
        out.append(&mut more);
        out.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
        out.dedup_by_key(|(_, range)| range.start);
    }
    let with_scheme = out.len();
    let mut next = 0;
    for at in memmem::find_iter(text.as_bytes(), b"www.") {
        while out.get(next).filter(|_| next < with_scheme).is_some_and(|(_, range)| range.end <= at) {
            next += 1;
        }
        let inside = next < with_scheme && out.get(next).is_some_and(|(_, range)| range.start <= at);
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let glued = before.is_some_and(|letter| letter.is_ascii_alphanumeric() || "-_./@=".contains(letter));
        if inside || glued || out.len() >= most {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find(|letter: char| !is_url_letter(letter)).unwrap_or(rest.len());
        let raw =
            rest.get(..length).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', ')']);
        if raw.len() > 6 && raw.get(4..).is_some_and(|host| host.contains('.')) {
            out.push((raw, at..at + raw.len()));
        }
    }
    out.retain(|(raw, _)| !raw.chars().all(body::is_invisible));
    out
}

pub(super) fn is_url_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~:/?#[]@!$&()*+,;=%".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(mail: &str) -> Vec<Link> {
        super::super::examine(&Message::parse(mail.as_bytes()), &[]).links
    }

    #[test]
    fn urls_in_text_end_where_a_reader_ends_them() {
        for (text, expected) in [
            ("see https://a.example/x.", vec!["https://a.example/x"]),
            ("see https://robínhood.example/contact now", vec!["https://robínhood.example/contact"]),
            ("詳しくはhttps://a.exampleをご覧ください。次に", vec!["https://a.example"]),
            ("(https://a.example/x)", vec!["https://a.example/x"]),
            ("https://a.example/xを開く", vec!["https://a.example/x"]),
            ("「https://a.example/」", vec!["https://a.example/"]),
            ("<https://a.example/?b=c&d>", vec!["https://a.example/?b=c&d"]),
            ("www.a.example/x, and http://b.example", vec!["http://b.example", "www.a.example/x"]),
            ("http://www.a.example/ only once", vec!["http://www.a.example/"]),
            ("a@www.a.example and xwww.b.example", vec![]),
            ("no links here: a.b.c", vec![]),
            ("http://例え.テスト/x を", vec!["http://例え.テスト/x"]),
            ("www.a.example's page", vec!["www.a.example"]),
            // Addresses as numbers and in brackets.
            ("at http://[2001:db8::1]/x.", vec!["http://[2001:db8::1]/x"]),
            ("http://[::ffff:192.0.2.1]/", vec!["http://[::ffff:192.0.2.1]/"]),
            ("http://3221225985/x and http://192.0.513/x", vec!["http://3221225985/x", "http://192.0.513/x"]),
            ("http://0xc0000201/", vec!["http://0xc0000201/"]),
            ("http://[not an address]/ http://[x]/", vec![]),
            // Hosts that hide their dots.
            ("https://login.example%2Ecom/x now", vec!["https://login.example%2Ecom/x"]),
            ("https://example。com/x を", vec!["https://example。com/x"]),
            ("https://a.example。Next https://example.com。Then", vec!["https://a.example", "https://example.com"]),
            ("https://example.com。情報です", vec!["https://example.com"]),
            // Slashes that a browser makes good.
            (r"https:\\example.com\x, then", vec![r"https:\\example.com\x"]),
            ("https:/example.com/x http:\\/\\/example.net/y", vec!["https:/example.com/x", "http:\\/\\/example.net/y"]),
            (r"c:\\users\x d:/tmp/x.txt http:/ https:\\server xhttps:/example.com/ note:/a.com/", vec![]),
        ] {
            let found: Vec<&str> = urls_in(text, &Limits::DEFAULT).into_iter().map(|(raw, _)| raw).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn equal_links_fold_and_their_bytes_are_found() {
        let mail = "Content-Type: text/html\n\n<a href=\"http://a.example/\">x</a>\n<a href=\"http://a.example/\">x</a><a href=\"http://a.example/\">www.bank.com</a>";
        let found = links(mail);
        assert_eq!(found.len(), 2);
        let first = found.first().unwrap();
        assert_eq!((first.count, first.kind), (2, LinkKind::Anchor));
        assert_eq!(mail.get(first.span.start as usize..first.span.end as usize), Some("http://a.example/"));
        assert_eq!(found.get(1).unwrap().text_host.as_ref().unwrap().host, "www.bank.com");
    }

    #[test]
    fn links_of_encoded_parts_point_to_the_part() {
        let mail = "Content-Transfer-Encoding: base64\n\naHR0cDovL2EuZXhhbXBsZS8=\n";
        let found = links(mail);
        assert_eq!(found.first().unwrap().raw, "http://a.example/");
        assert_eq!(found.first().unwrap().span.start, mail.find("aHR0").unwrap() as u32);
    }

    #[test]
    fn header_fields_have_links_too() {
        let found = links("List-Unsubscribe: <mailto:a@b.example?subject=x>, <https://b.example/u>\n\nx");
        let raws: Vec<&str> = found.iter().map(|link| link.raw.as_str()).collect();
        assert_eq!(raws, ["mailto:a@b.example?subject=x", "https://b.example/u"]);
        assert!(found.iter().all(|link| link.kind == LinkKind::Header && link.part.is_none()));
    }

    #[test]
    fn links_outside_all_parts_are_told_and_are_not_for_pressing() {
        let mail = "Content-Type: multipart/mixed; boundary=b\n\nhttp://before.example/\n--b\n\nhttp://a.example/\n--b--\n\
                    <p>http://after.example/</p>\n";
        let found = links(mail);
        let told: Vec<(&str, LinkKind)> = found.iter().map(|link| (link.raw.as_str(), link.kind)).collect();
        assert_eq!(
            told,
            [
                ("http://a.example/", LinkKind::Text),
                ("http://before.example/", LinkKind::Unclaimed),
                ("http://after.example/", LinkKind::Unclaimed),
            ]
        );
        let last = found.last().unwrap();
        assert_eq!(mail.get(last.span.start as usize..last.span.end as usize), Some("http://after.example/"));
        assert_eq!(last.part, None);
    }

    #[test]
    fn bait_for_link_finders_ends_soon() {
        for piece in [
            "a.",
            "@",
            "http://",
            "www.",
            "1",
            "http://a.example/ ",
            "://",
            "[",
            "http://a(",
            "www.a",
            "https:/",
            "http:\\",
            "https:/a.com/",
            "http://1",
            "http://[::1]/",
            "http://a%2Ecom/",
            "http://é.com/",
            "http://a。com/",
        ] {
            urls_in(&piece.repeat(100_000), &Limits::DEFAULT);
        }
        let many: Vec<String> = (0..12_000).map(|at| format!("http://a.example/{at}")).collect();
        assert_eq!(
            links(&format!("Subject: x\n\n{}", many.join("\n"))).len(),
            Limits::DEFAULT.text_links.min(Limits::DEFAULT.links)
        );
    }
}
