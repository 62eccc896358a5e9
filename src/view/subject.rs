//! What every pane is given: one message with all that is known of it, and who reads. Holds references only.

use jiff::tz::TimeZone;

use super::campaign::Campaign;
use super::{Line, Tone};
use crate::evidence::{Domain, Evidence, Host, Role};
use crate::facts::{FactSet, Key, Reach};
use crate::mailbox::Sha256;
use crate::message::{Message, Span};
use crate::proof::Proof;
use crate::text::{Lang, Words};
use crate::verdict::Verdict;

/// Where the message lies and what the reader has said of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Where<'a> {
    /// The folder's name.
    pub folder: &'a str,
    /// The file as the user can find it.
    pub path: &'a str,
    /// Where in an mbox file it starts.
    pub offset: Option<u64>,
    /// What others know it by.
    pub sha256: Option<Sha256>,
    /// The reader's mark, as a word in the reader's language.
    pub mark: Option<&'a str>,
    /// The reader's note.
    pub note: &'a str,
    /// The other mails that it belongs to.
    pub campaign: Option<Campaign>,
}

/// One message, all that is known of it, and who reads.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The message taken apart.
    pub message: &'a Message,
    /// Its canonical bytes; empty where they are not at hand, then no bytes are quoted.
    pub bytes: &'a [u8],
    /// What it gives away.
    pub evidence: &'a Evidence,
    /// What is known of its hosts.
    pub facts: &'a FactSet,
    /// Its authentication, recomputed.
    pub proof: &'a Proof,
    /// The judgment.
    pub verdict: &'a Verdict,
    /// Where it lies.
    pub entry: Where<'a>,
    /// The reader's language.
    pub lang: Lang,
    /// How far questions may travel now.
    pub reach: Reach,
    /// The key that asks for this mail, as it is to be shown; empty where nothing can be pressed.
    pub ask_key: &'a str,
    /// The reader's time zone.
    pub tz: TimeZone,
    /// Which answers moved the score, oldest first; empty where nobody kept count.
    pub moves: &'a [Moved],
}

/// An answer that moved the score.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The question.
    pub key: Key,
    /// When it was answered, Unix seconds.
    pub at: Option<i64>,
    /// The sum in log-odds before it.
    pub before: f64,
    /// The sum in log-odds with it.
    pub after: f64,
    /// The scores before and with it.
    pub score: (u8, u8),
}

impl Subject<'_> {
    /// The words in the reader's language.
    #[must_use]
    pub fn say(&self, words: Words) -> &'static str {
        words.get(self.lang)
    }

    /// The words in the reader's language with values in their places.
    #[must_use]
    pub fn fill(&self, words: Words, values: &[&str]) -> String {
        words.fill(self.lang, values)
    }

    /// A line of words in one tone.
    #[must_use]
    pub fn line(&self, words: Words, tone: Tone) -> Line {
        Line::new(self.say(words), tone)
    }

    /// The domain of the sender as the list shows it.
    #[must_use]
    pub fn from_domain(&self) -> Option<&Domain> {
        self.evidence.main_from()?.domain.as_ref()
    }

    /// The first host that plays `role`.
    #[must_use]
    pub fn host(&self, role: Role) -> Option<&Host> {
        self.evidence.hosts.iter().find(|host| host.roles.contains(&role))
    }

    /// The bytes of a span; empty where it does not lie in the message.
    #[must_use]
    pub fn quote(&self, span: Span) -> &[u8] {
        self.bytes.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Whether advice for Japan helps: the reader reads Japanese, or the mail is written in it or sent to it.
    #[must_use]
    pub fn in_japan(&self) -> bool {
        self.lang == Lang::Ja
            || self.evidence.body.japanese > 0.1
            || self
                .evidence
                .recipients
                .iter()
                .filter_map(|to| to.domain.as_ref())
                .any(|domain| domain.host.rsplit('.').next() == Some("jp"))
    }
}

/// At most `limit` characters of a hostile text, with a mark where it was cut.
pub(super) fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
