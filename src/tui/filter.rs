//! The live filter of the list: words over sender, subject and link hosts, and `name:value` terms.
//!
//! ```text
//! invoice -newsletter level:high,medium mark:none from:example host:azurefd has:attachment "two words"
//! ```
//! Terms are joined by "and"; `-` in front turns one round; commas inside a value mean "or".

use crate::store::Mark;
use crate::verdict::Level;

use super::rows::{Facet, Field, Needle, Part, Rows};

/// A filter as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
    unknown: Vec<String>,
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Attachment,
    Link,
    Note,
    Doubt,
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
pub const TERMS: &str =
    "words  from:  subject:  host:  level:high  mark:none  has:attachment|link|note|doubt  is:seen|flagged  -not";

impl Filter {
    /// Reads what was typed. A term that is not known is looked for as a word, so that typing never fails.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for word in split(text) {
            match term(&word) {
                Some(term) => filter.terms.push(term),
                None if !word.ends_with(':') => filter.unknown.push(word),
                None => {} // still being typed
            }
        }
        filter
    }

    /// Terms whose value is not known; they hold nothing back, as they may still be being typed.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// True where everything passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether rows pass: for each row from `first` on, which begins a batch.
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

fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn term(word: &str) -> Option<Term> {
    let (not, word) = match word.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, word),
    };
    let lower = word.to_lowercase();
    let what = match lower.split_once(':') {
        Some((_, "")) => return None, // still being typed
        Some(("from", value)) => What::From(value.to_owned()),
        Some(("subject", value)) => What::Subject(value.to_owned()),
        Some(("host" | "link", value)) => What::Host(value.to_owned()),
        Some(("level", value)) => choose(value, level).map(What::Level)?,
        Some(("mark", value)) => What::Mark(choose(value, mark)?),
        Some(("has", value)) => What::Has(match value {
            "attachment" | "att" => Has::Attachment,
            "link" => Has::Link,
            "note" => Has::Note,
            "doubt" => Has::Doubt,
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
            Self::Word(_) | Self::From(_) | Self::Subject(_) | Self::Host(_) => false,
            Self::Level(levels) => row.found.is_judged() && levels.contains(&row.found.level()),
            Self::Mark(marks) => marks.contains(&Wanted(row.found.mark())),
            Self::Has(Has::Attachment) => row.attachments() > 0,
            Self::Has(Has::Link) => row.links() > 0,
            Self::Has(Has::Note) => row.noted(),
            Self::Has(Has::Doubt) => row.doubted,
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
    use crate::store::Marked;
    use crate::tui::list::tests::row;
    use crate::tui::rows::Heads;
    use crate::view::row::Digest;

    #[test]
    fn terms_choose_the_rows_they_name() {
        let bill = row("Billing", "billing@shop.example", "Your invoice 42");
        let digest =
            Digest { level: Level::High, attachments: 1, hosts: vec!["evil.example".into()], ..Digest::default() };
        let news = row("News", "news@list.example", "Weekly news");
        let mut rows = Rows::default();
        rows.push(std::sync::Arc::new(Heads::of(&[bill, news])), None, &mut |_| {});
        rows.set_brief(0, &Brief { digest: Some(digest), ..Brief::default() });
        rows.set_mark(0, Some(&Marked { mark: Some(Mark::Malicious), ..Marked::default() }));
        for (text, on_bill, on_news) in [
            ("", true, true),
            ("invoice", true, false),
            ("INVOICE billing", true, false),
            ("-invoice", false, true),
            ("\"your invoice\"", true, false),
            ("level:high", true, false),
            ("level:low,high", true, false),
            ("level:", true, true),
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
            ("unknown:thing", false, false),
        ] {
            let filter = Filter::parse(text);
            assert_eq!(filter.unknown().is_empty(), text != "level:hi", "{text:?}");
            assert_eq!(filter.passing(&rows, 0), [on_bill, on_news], "{text:?}");
        }
    }
}
