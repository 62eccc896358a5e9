//! The evidence record: all that a mail gives away, as plain fields with stable names. `gosanke scan` prints it, and the
//! rules of a user are written over it, so a name that was published does not change within a version of the schema.
//!
//! Conventions, the same everywhere: a text that is not there is empty, a number that is not there is null, a list is
//! never missing; a span is the first byte and one past the last, in the message as it is read (mbox quoting undone).
//! Every text and every list has a limit, and [`Record::cut`] says where one was hit. Nothing here judges, and nothing is
//! made printable: a writer escapes what it writes.

mod contacts;
mod content;
pub(crate) mod declare;
mod files;
mod finding;
mod links;
mod marks;
mod others;
mod path;
mod sender;
#[cfg(test)]
mod tests;
mod words;

use serde::{Serialize, Serializer};

use crate::evidence::Evidence;
use crate::message::{Message, Quirk, Span, clip};

pub use contacts::{Account, Contacts, Phone, Twin, Wallet};
pub use content::{Body, Header, Hidden, Layout, OtherPart, Unclaimed};
pub use declare::{Field, Said, Shape, Word, Worded};
pub use files::{Entry, File, Found, Nested};
pub use finding::{Finding, findings};
pub use links::{Host, Link};
pub use marks::{Blocked, Forgery, Letters, Lists, Shown, Signature, Talk};
pub use others::{ArcSet, Filter, Origin};
pub use path::{Boundary, Claim, Hop, Reason};
pub use sender::{Address, MessageId, Reading, Stamp, Triad};

/// The version of the schema.
pub const SCHEMA: i64 = 2;

/// The most bytes of a name, a host, a word.
const SHORT: usize = 1_000;
/// The most bytes of a URL or of a header field.
const LONG: usize = 4_000;
/// The most entries of most lists.
const LIST: usize = 300;

/// One message, taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The message.
    pub message: &'a Message,
    /// What it gives away.
    pub evidence: &'a Evidence,
}

/// Declares the top of the record: each field with its type and the function that makes it.
macro_rules! record {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $make:path),* $(,)?) => {
        /// The evidence record of one message.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        pub struct Record<'a> {
            $($(#[doc = $doc])+ pub $field: $type),*
        }

        impl<'a> Record<'a> {
            /// The whole record.
            #[must_use]
            pub fn of(subject: &Subject<'a>) -> Self {
                Self { $($field: $make(subject)),* }
            }
        }

        impl<'a> Said for Record<'a> {
            fn said() -> String {
                "record".to_owned()
            }
            fn shapes() -> Vec<Shape> {
                let fields = vec![$(Field {
                    name: stringify!($field),
                    kind: <$type>::said(),
                    about: declare::about(&[$($doc),+]),
                    words: <$type>::words(),
                }),*];
                let mut all = vec![Shape { name: Self::said(), fields }];
                $(all.extend(<$type>::shapes());)*
                all
            }
        }

        impl Serialize for Section<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self.name {
                    $(stringify!($field) => $make(&self.subject).serialize(serializer),)*
                    _ => serializer.serialize_unit(),
                }
            }
        }
    };
}

/// One field of the record alone, made when it is written: for readers that want few of them.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// The field's name; nothing is written for a name that is none.
    pub name: &'a str,
    /// The message.
    pub subject: Subject<'a>,
}

record! {
    /// Length of the message in bytes.
    size: i64 = size,
    /// When it was sent: RFC 3339, UTC, from the Date field, else from the newest Received line.
    date: String = date,
    /// The same in Unix seconds.
    time: Option<i64> = time,
    /// Subject, decoded.
    subject: &'a str = subject,
    /// A filter's stamp in front of the subject.
    stamp: Stamp<'a> = sender::stamp,
    /// Who it is from, as the list shows it.
    from: Address<'a> = sender::from,
    /// Every way to read who it is from, the one that the list shows first.
    readings: Vec<Reading<'a>> = sender::readings,
    /// The From list has an entry without an address.
    from_malformed: bool = from_malformed,
    /// Sender field.
    sender: Address<'a> = sender::sender,
    /// Reply-To.
    reply_to: Vec<Address<'a>> = sender::reply_to,
    /// To and Cc.
    recipients: Vec<Address<'a>> = sender::recipients,
    /// Return-Path, Message-ID and the first Received line, beside the trust boundary.
    triad: Triad<'a> = sender::triad,
    /// Received lines, newest first.
    hops: Vec<Hop<'a>> = path::hops,
    /// SPF, DKIM, DMARC and ARC as somebody wrote them into the mail.
    auth: Vec<Claim<'a>> = path::claims,
    /// Innocent reasons for identities that differ.
    excuses: Vec<Reason<'a>> = path::excuses,
    /// Links.
    links: Vec<Link<'a>> = links::links,
    /// Hosts and addresses that matter, with the roles that they play.
    hosts: Vec<Host<'a>> = links::hosts,
    /// What can be read, and what is hidden.
    body: Body<'a> = content::body,
    /// Telephone numbers, wallets and bank accounts that it names.
    contacts: Contacts<'a> = contacts::contacts,
    /// The plain text that stands beside the HTML, compared with it: one at most.
    twins: Vec<Twin<'a>> = contacts::twins,
    /// Files, attached or inside the body.
    attachments: Vec<File<'a>> = files::files,
    /// Messages inside, attached or saved as files.
    nested: Vec<Nested<'a>> = files::nested,
    /// How the message is built.
    layout: Layout<'a> = content::layout,
    /// Ways of writing it that make programs disagree about its sender.
    forgeries: Vec<Forgery<'a>> = marks::forgeries,
    /// What programs show as the sender; empty where all show the same.
    shown: Vec<Shown<'a>> = marks::shown,
    /// DKIM signatures as they describe themselves, top first.
    signatures: Vec<Signature<'a>> = marks::signatures,
    /// The account under which a server let somebody send, where a field names one.
    account: Address<'a> = sender::account,
    /// What it talks about.
    themes: Vec<Talk<'a>> = marks::themes,
    /// What the pages of attached documents (PDF) talk about.
    file_themes: Vec<Talk<'a>> = marks::file_themes,
    /// Letters that are not what they look like.
    letters: Letters<'a> = marks::letters,
    /// What the reader's own lists say.
    lists: Lists<'a> = marks::lists,
    /// What other filters wrote about it, top first: claims, not proofs.
    filters: Vec<Filter<'a>> = others::filters,
    /// Fields that say from where and with what it was handed in, to whom it was delivered and who sent it on.
    origins: Vec<Origin<'a>> = others::origins,
    /// ARC sets, newest first, as they describe themselves.
    chain: Vec<ArcSet<'a>> = others::chain,
    /// What stands in no part, so that mail programs show nothing of it: in front of the first part, behind the last one,
    /// beyond a limit.
    unclaimed: Vec<Unclaimed<'a>> = content::unclaimed,
    /// Parts that only programs see that read the mail in another way; empty where all read it alike.
    other_parts: Vec<OtherPart<'a>> = content::other_parts,
    /// Header fields in order.
    headers: Vec<Header<'a>> = content::headers,
    /// Names of header fields that stand more often than they may.
    repeated: Vec<&'a str> = repeated,
    /// What had to be forgiven to read the message.
    quirks: Vec<Reason<'a>> = quirks,
    /// What made its place in the mailbox uncertain.
    doubts: Vec<Word<crate::mailbox::Doubt>> = doubts,
    /// Lists of this record that are longer in the mail than here, as `links: 300 of 1200`.
    cut: Vec<String> = cut,
}

/// The names of the fields of [`Record`], in order.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let top = Record::shapes().into_iter().next();
    top.map(|shape| shape.fields.iter().map(|field| field.name).collect()).unwrap_or_default()
}

fn short(text: &str) -> &str {
    clip(text, SHORT)
}

fn long(text: &str) -> &str {
    clip(text, LONG)
}

fn optional(text: Option<&String>) -> &str {
    text.map_or("", |text| short(text))
}

fn bytes(span: Span) -> [i64; 2] {
    [span.start.into(), span.end.into()]
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn address(address: Option<std::net::IpAddr>) -> String {
    address.map(|address| address.to_string()).unwrap_or_default()
}

/// Unix seconds as RFC 3339 in UTC; empty where there are none.
fn moment(seconds: Option<i64>) -> String {
    seconds
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map(|time| time.to_string())
        .unwrap_or_default()
}

fn size(subject: &Subject<'_>) -> i64 {
    subject.message.size.into()
}

fn time(subject: &Subject<'_>) -> Option<i64> {
    subject.evidence.date.or_else(|| subject.evidence.hops.iter().find_map(|hop| hop.time))
}

/// When it was sent, in RFC 3339; empty where nobody says.
#[must_use]
pub fn date(subject: &Subject<'_>) -> String {
    moment(time(subject))
}

/// Subject, decoded.
#[must_use]
pub fn subject<'a>(subject: &Subject<'a>) -> &'a str {
    long(&subject.evidence.subject)
}

fn from_malformed(subject: &Subject<'_>) -> bool {
    subject.evidence.from_malformed
}

fn repeated<'a>(subject: &Subject<'a>) -> Vec<&'a str> {
    subject.evidence.repeated.iter().take(LIST).map(|name| short(name)).collect()
}

fn quirks<'a>(subject: &Subject<'a>) -> Vec<Reason<'a>> {
    let detail = |quirk: &'a Quirk| match quirk {
        Quirk::Ambiguous(told) => content::ambiguity(told).into(),
        Quirk::NotAField(at) => at.to_string().into(),
        Quirk::NoParts(parts) => format!("{parts} parts found by its lines").into(),
        Quirk::Partial(number, total) => format!("{number} of {total}").into(),
        Quirk::Limit(told) => short(told.english()).into(),
        Quirk::External(_, what)
        | Quirk::UnknownEncoding(what)
        | Quirk::ImpossibleTime(what)
        | Quirk::NoAddress(what) => short(what).into(),
        _ => "".into(),
    };
    let quirks = subject.evidence.quirks.iter().take(LIST);
    quirks.map(|quirk| Reason { kind: quirk.word(), detail: detail(quirk) }).collect()
}

fn doubts(subject: &Subject<'_>) -> Vec<Word<crate::mailbox::Doubt>> {
    subject.evidence.doubts.iter().take(LIST).map(|doubt| Word(*doubt)).collect()
}

fn cut(subject: &Subject<'_>) -> Vec<String> {
    let evidence = subject.evidence;
    [
        ("readings", evidence.from.len()),
        ("reply_to", evidence.reply_to.len()),
        ("recipients", evidence.recipients.len()),
        ("hops", evidence.hops.len()),
        ("auth", evidence.auth.len() + evidence.connection.len()),
        ("links", evidence.links.len()),
        ("hosts", evidence.hosts.len()),
        ("attachments", evidence.attachments.len()),
        ("nested", evidence.nested.len()),
        ("unclaimed", subject.message.outside.len()),
        ("headers", subject.message.fields.len()),
        ("quirks", evidence.quirks.len()),
    ]
    .into_iter()
    .filter(|(_, count)| *count > LIST)
    .map(|(name, count)| format!("{name}: {LIST} of {count}"))
    .collect()
}
