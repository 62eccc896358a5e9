//! The live filter of the list: words over sender, subject and link hosts, `name:value` terms, and terms that look inside
//! the mails.
//!
//! ```text
//! invoice -newsletter level:high,medium mark:none from:example host:azurefd has:attachment "two words"
//! ```
//! Terms are joined by "and"; `-` in front turns one round; commas inside a value mean "or".
//!
//! ```text
//! body:invoice  body:"two words"  body:/pay.{1,9}now/  header:/^x-mailer: .*kit/  -body:unsubscribe
//! ```
//! `body:` and `header:` are looked for in the background ([`crate::search`]), so this file only says what is looked for; a
//! pattern ends at the slash before a blank or the end, so that slashes inside need no escape.

use std::sync::Arc;

use crate::search::{Place, Query, Refused, TERMS as MOST_INSIDE, Wanted as Inside};
use crate::store::Mark;
use crate::text::Words;
use crate::verdict::Level;

use super::rows::{Facet, Field, Needle, Part, Rows};

/// A filter as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
    unknown: Vec<String>,
    plain: Vec<String>,
    query: Option<Arc<Query>>,
    refused: Vec<(String, Refused)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    not: bool,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Word(String),
    From(String),
    Subject(String),
    Host(String),
    Level(Vec<Level>),
    Mark(Vec<Wanted>),
    Has(Has),
    Is(Is),
    /// A term of the query, by its bit.
    Inside(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Attachment,
    Link,
    Note,
    Doubt,
    Limit,
    Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Seen,
    Replied,
    Flagged,
    Broken,
    Selected,
}

/// What the prompt offers as help.
pub const TERMS: Words = Words::new(
    "words  from:  subject:  host:  body:word  body:/regex/  header:  level:high  mark:none  has:attachment|link|note|doubt|limit  is:seen|flagged  -not",
    "語句  from:差出人  subject:件名  host:ホスト  body:本文  body:/正規表現/  header:ヘッダー  level:high  mark:none  has:attachment|link|note|doubt|limit  is:seen|flagged  -除外",
);

impl Filter {
    /// Reads what was typed. A term that is not known is looked for as a word, so that typing never fails.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        let mut inside = Vec::new();
        for Word { text: word, pattern } in split(text) {
            if pattern == Some(false) {
                continue; // still being typed
            }
            if let Some((not, wanted)) = looks_inside(&word, pattern.is_some()) {
                match Query::new(std::slice::from_ref(&wanted)) {
                    Err((_, why)) => filter.refused.push((wanted.text, why)),
                    Ok(_) if inside.len() >= MOST_INSIDE => filter.refused.push((wanted.text, Refused::TooMany)),
                    Ok(_) => {
                        filter.terms.push(Term { not, what: What::Inside(inside.len() as u8) });
                        inside.push(wanted);
                    }
                }
                continue;
            }
            match term(&word) {
                Some(term) => {
                    if matches!(term.what, What::Word(_)) && looks_like_condition(&word) {
                        filter.plain.push(word);
                    }
                    filter.terms.push(term);
                }
                None if !word.ends_with(':') => filter.unknown.push(word),
                None => {} // still being typed
            }
        }
        if !inside.is_empty() {
            filter.query = Query::new(&inside).ok().map(Arc::new);
        }
        filter
    }

    /// What is looked for inside the mails.
    #[must_use]
    pub fn query(&self) -> Option<&Arc<Query>> {
        self.query.as_ref()
    }

    /// What was to be looked for inside mails and cannot be, and why. They hold nothing back.
    #[must_use]
    pub fn refused(&self) -> &[(String, Refused)] {
        &self.refused
    }

    /// Whether a mail in which these terms of the query were found passes what looks inside.
    #[must_use]
    pub fn holds_inside(&self, bits: u8) -> bool {
        self.terms.iter().all(|term| match term.what {
            What::Inside(bit) => (bits >> bit & 1 == 1) != term.not,
            _ => true,
        })
    }

    /// Terms whose value is not known; they hold nothing back, as they may still be being typed.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// What looks like a condition that there is not (`lvl:high`), and is looked for as a word.
    #[must_use]
    pub fn plain(&self) -> &[String] {
        &self.plain
    }

    /// True where everything passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether rows pass all terms but those that look inside mails: for each row from `first` on, which begins a batch.
    #[must_use]
    pub fn passing(&self, rows: &Rows, first: u32) -> Vec<bool> {
        let hosts: Vec<Vec<bool>> = self.terms.iter().map(|term| term.what.hosts(rows)).collect();
        let needles: Vec<Needle<'_>> = self.terms.iter().map(|term| Needle::new(term.what.text())).collect();
        let run = |parts: &[Part]| -> Vec<bool> {
            let mut buffer = Vec::new();
            parts.iter().flat_map(|part| self.of_part(part, &hosts, &needles, &mut buffer)).collect()
        };
        let parts = rows.parts_from(first);
        if rows.len() - first as usize <= MANY {
            return run(parts);
        }
        // By rows, as batches differ in size.
        let mut count = 0;
        let half = parts.iter().position(|part| {
            count += part.len();
            count * 2 > rows.len()
        });
        let (left, right) = parts.split_at(half.unwrap_or_default());
        std::thread::scope(|scope| {
            let other = scope.spawn(|| run(right));
            let mut passing = run(left);
            passing.extend(other.join().unwrap_or_else(|_| run(right)));
            passing
        })
    }

    fn of_part(&self, part: &Part, hosts: &[Vec<bool>], needles: &[Needle<'_>], buffer: &mut Vec<u8>) -> Vec<bool> {
        let mut passing = vec![true; part.len()];
        let mut hits = vec![false; part.len()];
        let mut lowered = false;
        for ((term, hosts), needle) in self.terms.iter().zip(hosts).zip(needles) {
            if matches!(term.what, What::Inside(_)) {
                continue;
            }
            hits.fill(false);
            if let Some(field) = term.what.field() {
                if !std::mem::replace(&mut lowered, true) {
                    part.lower_into(buffer);
                }
                part.mark_texts(needle, field, buffer, &mut hits);
            }
            match &term.what {
                What::Word(_) | What::Host(_) => part.mark_hosts(hosts, &mut hits),
                What::From(_) | What::Subject(_) => {}
                what => part.mark_facets(|facet| what.holds(facet), &mut hits),
            }
            for (passes, hit) in passing.iter_mut().zip(&hits) {
                *passes &= *hit != term.not;
            }
        }
        passing
    }
}

/// Rows beyond which two threads share the work.
const MANY: usize = 50_000;

/// A word as typed, quotes taken off.
#[derive(Debug, Default)]
struct Word {
    text: String,
    /// It holds a pattern between slashes; false while the second one is missing.
    pattern: Option<bool>,
}

fn split(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word::default();
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if word.pattern == Some(false) {
            let ends = c == '/' && letters.peek().is_none_or(|next| next.is_whitespace());
            if ends && !word.text.ends_with('\\') {
                word.pattern = Some(true);
            } else {
                word.text.push(c);
            }
            continue;
        }
        match c {
            '/' if !quoted && inside_of(&word.text).is_some_and(|(.., rest)| rest.is_empty()) => {
                word.pattern = Some(false);
            }
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.text.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.text.push(c),
        }
    }
    if !word.text.is_empty() {
        words.push(word);
    }
    words
}

/// Takes a term that looks inside mails apart: turned round, where, what.
fn inside_of(word: &str) -> Option<(bool, Place, &str)> {
    let (not, rest) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
    let (name, value) = rest.split_once(':')?;
    let place = match name.to_ascii_lowercase().as_str() {
        "body" => Place::Body,
        "header" => Place::Header,
        _ => return None,
    };
    Some((not, place, value))
}

/// A complete term that looks inside mails.
fn looks_inside(word: &str, pattern: bool) -> Option<(bool, Inside)> {
    let (not, place, value) = inside_of(word)?;
    let text = if pattern { value } else { value.trim() };
    (!text.is_empty()).then(|| (not, Inside { place, text: text.to_owned(), pattern }))
}

fn term(word: &str) -> Option<Term> {
    let (not, word) = match word.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, word),
    };
    let lower = word.to_lowercase();
    let what = match lower.split_once(':') {
        Some((_, "") | ("body" | "header", _)) => return None, // still being typed
        Some(("from" | "sender", value)) => What::From(value.to_owned()),
        Some(("subject", value)) => What::Subject(value.to_owned()),
        Some(("host" | "link" | "url", value)) => What::Host(value.to_owned()),
        Some(("level" | "risk", value)) => choose(value, level).map(What::Level)?,
        Some(("mark" | "marked", value)) => What::Mark(choose(value, mark)?),
        Some(("has", value)) => What::Has(match value {
            "attachment" | "att" => Has::Attachment,
            "link" => Has::Link,
            "note" => Has::Note,
            "doubt" => Has::Doubt,
            "limit" => Has::Limit,
            "mark" => Has::Mark,
            _ => return None,
        }),
        Some(("is", value)) => What::Is(match value {
            "seen" => Is::Seen,
            "replied" => Is::Replied,
            "flagged" => Is::Flagged,
            "broken" => Is::Broken,
            "selected" => Is::Selected,
            _ => return None,
        }),
        _ => What::Word(lower),
    };
    Some(Term { not, what })
}

/// A short word, a colon and something that is no address: `lvl:high`, not `https://host` and not `10:30`.
fn looks_like_condition(word: &str) -> bool {
    word.trim_start_matches('-').split_once(':').is_some_and(|(name, value)| {
        (2..=12).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase())
            && !value.starts_with('/')
            && !value.is_empty()
    })
}

/// The choices of a comma list; `None` while none of them is complete.
fn choose<T>(value: &str, one: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let list: Vec<T> = value.split(',').filter_map(one).collect();
    (!list.is_empty()).then_some(list)
}

fn level(name: &str) -> Option<Level> {
    Some(match name {
        "clean" | "ok" => Level::Clean,
        "low" => Level::Low,
        "medium" | "med" => Level::Medium,
        "high" => Level::High,
        _ => return None,
    })
}

/// A mark, or its absence, as a filter names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted(Option<Mark>);

fn mark(name: &str) -> Option<Wanted> {
    Some(Wanted(match name {
        "none" => None,
        "malicious" | "m" => Some(Mark::Malicious),
        "suspicious" | "s" => Some(Mark::Suspicious),
        "benign" | "b" => Some(Mark::Benign),
        _ => return None,
    }))
}

impl What {
    /// The text that is looked for.
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::From(text) | Self::Subject(text) | Self::Host(text) => text,
            _ => "",
        }
    }

    /// Where it is looked for.
    fn field(&self) -> Option<Field> {
        match self {
            Self::Word(_) => Some(Field::Both),
            Self::From(_) => Some(Field::Sender),
            Self::Subject(_) => Some(Field::Subject),
            _ => None,
        }
    }

    /// Which lists of hosts hold it.
    fn hosts(&self, rows: &Rows) -> Vec<bool> {
        match self {
            Self::Word(word) | Self::Host(word) => rows.hosts_holding(word),
            _ => Vec::new(),
        }
    }

    fn holds(&self, row: Facet) -> bool {
        match self {
            Self::Word(_) | Self::From(_) | Self::Subject(_) | Self::Host(_) | Self::Inside(_) => false,
            Self::Level(levels) => row.found.is_judged() && levels.contains(&row.found.level()),
            Self::Mark(marks) => marks.contains(&Wanted(row.found.mark())),
            Self::Has(Has::Attachment) => row.attachments() > 0,
            Self::Has(Has::Link) => row.links() > 0,
            Self::Has(Has::Note) => row.noted(),
            Self::Has(Has::Doubt) => row.doubted,
            Self::Has(Has::Limit) => row.found.is_partial(),
            Self::Has(Has::Mark) => row.found.mark().is_some(),
            Self::Is(Is::Seen) => row.flags.seen,
            Self::Is(Is::Replied) => row.flags.replied,
            Self::Is(Is::Flagged) => row.flags.flagged,
            Self::Is(Is::Broken) => row.broken,
            Self::Is(Is::Selected) => row.selected(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Brief;
    use crate::tui::list::tests::row;
    use crate::tui::marks::Held;
    use crate::tui::rows::Heads;
    use crate::view::row::Digest;

    #[test]
    fn terms_choose_the_rows_they_name() {
        let bill = row("Billing", "billing@shop.example", "Your invoice 42");
        let digest = Digest {
            level: Level::High,
            attachments: 1,
            hosts: vec!["evil.example".into()],
            partial: true,
            ..Digest::default()
        };
        let news = row("News", "news@list.example", "Weekly news");
        let mut rows = Rows::default();
        rows.push(std::sync::Arc::new(Heads::of(&[bill, news])), None, &mut |_| {});
        rows.set_brief(0, &Brief { digest: Some(digest), ..Brief::default() });
        rows.set_mark(0, Held { mark: Some(Mark::Malicious), note: "" });
        for (text, on_bill, on_news) in [
            ("", true, true),
            ("invoice", true, false),
            ("INVOICE billing", true, false),
            ("-invoice", false, true),
            ("\"your invoice\"", true, false),
            ("level:high", true, false),
            ("level:low,high", true, false),
            ("level:", true, true),
            ("risk:low,high", true, false),
            ("sender:list.example", false, true),
            ("level:hi", true, true),
            ("mark:none", false, true),
            ("mark:malicious", true, false),
            ("from:list.example", false, true),
            ("subject:news", false, true),
            ("from:invoice", false, false),
            ("host:evil", true, false),
            ("evil.example", true, false),
            ("has:attachment", true, false),
            ("-has:attachment", false, true),
            ("has:limit", true, false),
            ("has:doubt", false, false),
            ("unknown:thing", false, false),
        ] {
            let filter = Filter::parse(text);
            assert_eq!(filter.unknown().is_empty(), text != "level:hi", "{text:?}");
            assert_eq!(filter.plain().is_empty(), text != "unknown:thing", "{text:?}");
            assert_eq!(filter.passing(&rows, 0), [on_bill, on_news], "{text:?}");
        }
    }

    #[test]
    fn terms_that_look_inside_are_read_with_their_patterns() {
        let wanted = |place, text: &str, pattern| Inside { place, text: text.into(), pattern };
        let body = |text| wanted(Place::Body, text, false);
        for (text, expected) in [
            ("body:invoice", vec![body("invoice")]),
            ("BODY:Invoice level:high", vec![body("Invoice")]),
            ("body:\"two words\" x", vec![body("two words")]),
            ("body:\"/etc/passwd\"", vec![body("/etc/passwd")]),
            ("body:/pay \"now\" a/b/ x", vec![wanted(Place::Body, "pay \"now\" a/b", true)]),
            ("body:/a\\/ b/", vec![wanted(Place::Body, "a\\/ b", true)]),
            ("header:/^X-Mailer: \\S/", vec![wanted(Place::Header, "^X-Mailer: \\S", true)]),
            ("-body:a header:b", vec![body("a"), wanted(Place::Header, "b", false)]),
            ("body:", vec![]),
            ("body:/", vec![]),
            ("body:/not yet ended", vec![]),
            ("body://", vec![]),
            ("subject:/x/", vec![]),
        ] {
            let filter = Filter::parse(text);
            let query = Query::new(&expected).ok().filter(|_| !expected.is_empty()).map(Arc::new);
            assert_eq!(filter.query(), query.as_ref(), "{text}");
            assert!(filter.unknown().is_empty() && filter.refused().is_empty(), "{text}");
        }
        let filter = Filter::parse("-body:a header:b");
        for (bits, passes) in [(0, false), (1, false), (2, true), (3, false)] {
            assert_eq!(filter.holds_inside(bits), passes, "{bits}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_used_is_told_and_holds_nothing_back() {
        let filter = Filter::parse("body:/[/ body:ok");
        assert_eq!(filter.refused(), [("[".to_owned(), Refused::Malformed("unclosed character class".into()))]);
        assert_eq!(filter.query(), Filter::parse("body:ok").query());
        let many = "body:w0 body:w1 body:w2 body:w3 body:w4 body:w5 body:w6 body:w7 body:w8".to_owned();
        let refused = Filter::parse(&many).refused().to_vec();
        assert_eq!(refused, [("w7".to_owned(), Refused::TooMany), ("w8".to_owned(), Refused::TooMany)]);
    }
}
