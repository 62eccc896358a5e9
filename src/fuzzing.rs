//! Doors for the fuzz targets (`fuzz/`) and the test that replays their finds (`tests/finds.rs`) to readers that are not
//! public. Behind the feature `fuzzing`, which no build of the program has: nothing here may be called by a room, and
//! nothing here may do more than hand bytes on and say what came of them.

use std::ops::Range;
use std::path::Path;

use url::Url;

use crate::facts::Key;
use crate::facts::listing::Seen;
use crate::facts::registration::Registration;
use crate::facts::visit::Shown;
use crate::lookup::http::Response;
use crate::mailbox::Flags;
use crate::message::Limits;
use crate::message::html::Event;

/// What a page was read as.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Tags, ends of tags, texts and comments.
    pub events: usize,
    /// Bytes of all texts, comments, names and values, references decoded.
    pub bytes: usize,
    /// Where each text, comment and value stands in the page, in the order in which they came.
    pub places: Vec<Range<usize>>,
    /// The most attributes of one tag.
    pub attributes: usize,
    /// The most attributes that one tag may keep.
    pub most_attributes: usize,
}

/// Reads HTML as a stream of events.
#[must_use]
pub fn html(page: &str) -> Page {
    let mut told = Page { most_attributes: Limits::DEFAULT.html_attributes, ..Page::default() };
    crate::message::html::read(page, |event| {
        told.events += 1;
        match event {
            Event::Open(tag) => {
                told.bytes += tag.name.len();
                let mut count = 0;
                for (name, value, place) in tag.attributes() {
                    told.bytes += name.len() + value.len();
                    told.places.push(place);
                    count += 1;
                }
                told.attributes = told.attributes.max(count);
            }
            Event::Close(name) => told.bytes += name.len(),
            Event::Text(text, place) | Event::Comment(text, place) => {
                told.bytes += text.len();
                told.places.push(place);
            }
        }
    });
    told
}

/// The text of a page as a reader sees it, and how many pieces of it are hidden.
#[must_use]
pub fn visible_text(page: &str) -> (String, usize) {
    crate::evidence::visible_text(page)
}

/// What is seen in a fetched page, and where it leads.
#[must_use]
pub fn webpage(media: Option<&str>, body: &[u8]) -> Option<(Shown, Option<String>)> {
    let url = Url::parse("https://page.test/a/b?c").ok()?;
    let page = crate::webpage::Fetched { url: &url, media, body, cut: false };
    let examined = crate::webpage::examine(&page);
    Some((examined.shown, examined.onward.map(|onward| onward.to)))
}

/// What an RDAP answer is read as.
#[must_use]
pub fn rdap(body: &[u8], key: &Key) -> Option<Registration> {
    crate::lookup::doors::rdap(body, key)
}

/// What a WHOIS answer is read as; `finder` for a server that only knows who knows.
#[must_use]
pub fn whois(bytes: &[u8], charset: Option<&str>, key: &Key, finder: bool) -> Option<Registration> {
    crate::lookup::doors::whois(bytes, charset, key, finder)
}

/// Every text that is kept of a DNS answer about a name; `None` where the bytes are no answer.
#[must_use]
pub fn dns(bytes: &[u8], asked: &str) -> Option<Vec<String>> {
    crate::lookup::doors::dns(bytes, asked)
}

/// What the bytes of an HTTP answer are read as.
#[must_use]
pub fn http(bytes: &[u8]) -> Option<Response> {
    crate::lookup::doors::http(bytes)
}

/// Entries and lines without one of a feed's file, read as every form.
#[must_use]
pub fn feed(bytes: &[u8]) -> Vec<(u64, u64)> {
    crate::lookup::doors::feed(bytes)
}

/// What services of passive DNS would be understood to say.
#[must_use]
pub fn history(bytes: &[u8]) -> Vec<Seen> {
    crate::lookup::doors::history(bytes)
}

/// Warnings about a file of places by prefix.
#[must_use]
pub fn geofeed(bytes: &[u8]) -> usize {
    crate::lookup::doors::geofeed(bytes)
}

/// A message of an mbox: its place with the `From ` line, its bytes, and its first 100 bytes.
pub type Message = ((u64, u64), Vec<u8>, Vec<u8>);

/// The messages of an mbox.
#[must_use]
pub fn mbox(bytes: &[u8]) -> Vec<Message> {
    crate::mailbox::doors::mbox(bytes)
}

/// A file's name in a Maildir: what stands before its info, and its flags.
#[must_use]
pub fn maildir_name(name: &[u8]) -> (&[u8], Flags) {
    crate::mailbox::doors::maildir_name(name)
}

/// The name of a folder of a Maildir tree, decoded.
#[must_use]
pub fn folder_name(below: &Path) -> String {
    crate::mailbox::doors::folder_name(below)
}

/// Reads a frame as a confined worker does. `Some` where it is one: whether it means the same when it is written again.
#[must_use]
pub fn frame_from_host(frame: &[u8]) -> Option<bool> {
    crate::sandbox::doors::from_host(frame)
}

/// Reads a frame as the host of a worker does. `Some` where it is one: whether it means the same when it is written again.
#[must_use]
pub fn frame_from_worker(frame: &[u8]) -> Option<bool> {
    crate::sandbox::doors::from_worker(frame)
}

/// Reads a piece of the cache of rows (`gsh1`: rows, `gsf1`: findings) with its right checksum around `body`. `Some` where
/// it is one: whether it means the same when it is written again.
#[must_use]
pub fn rows_piece(kind: [u8; 4], body: &[u8]) -> Option<bool> {
    crate::tui::doors::piece(kind, body)
}
