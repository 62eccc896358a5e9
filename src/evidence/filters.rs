//! What other filters wrote about the mail, decoded into words: SpamAssassin, Rspamd, Microsoft's codes, gateways and
//! Japanese providers. Fields and codes stand in `assets/lists/filters.tsv`; a new filter is a line there.
//!
//! Anyone can type such a field. Each says whether the recipient's own side wrote it, and no word of it is believed here.

mod symbols;

use std::cmp::Ordering;
use std::sync::LazyLock;

use super::{Boundary, Hop};
use crate::message::{Field, Message, Span, clip};
use crate::text::Words;

/// The most codes of one field that are kept; how many more there were is told.
const CODE_LIMIT: usize = 16;

/// What a filter made of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilterVerdict {
    /// It says nothing about the mail, only that it looked, or how.
    Nothing,
    /// Not spam.
    Clean,
    /// It is not sure.
    Suspect,
    /// Sent in masses.
    Bulk,
    /// Spam.
    Spam,
    /// Malware.
    Malware,
    /// Phishing, or a forged sender.
    Phishing,
}

/// What one field of a filter says.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterSaid {
    /// The filter's name.
    pub filter: &'static str,
    /// The field's name as written.
    pub field: String,
    /// The gravest thing that it says.
    pub verdict: FilterVerdict,
    /// Points that it gave.
    pub score: Option<f64>,
    /// Points from which it calls a mail spam, where the field tells.
    pub limit: Option<f64>,
    /// Its codes, and the tests that it lists, in words.
    pub codes: Vec<Words>,
    /// How many more there are than were kept.
    pub more: usize,
    /// Its value is longer than what is read of it.
    pub cut: bool,
    /// The recipient's own side wrote it.
    pub inside: bool,
    /// The field.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Flag,
    Score,
    Status,
    Stars,
    Keys,
    Pairs,
    Rspamd,
    Words,
    Mark,
    Tests,
    Bulk,
}

#[derive(Debug)]
struct Known {
    name: &'static str,
    filter: &'static str,
    form: Form,
    set: &'static str,
    limit: Option<f64>,
}

#[derive(Debug)]
struct Code {
    set: &'static str,
    key: &'static str,
    value: &'static str,
    verdict: FilterVerdict,
    words: Words,
}

struct Data {
    /// Sorted by name, case ignored.
    fields: Vec<Known>,
    codes: Vec<Code>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    let mut data = Data { fields: Vec::new(), codes: Vec::new() };
    for line in include_str!("../../assets/lists/filters.tsv").lines() {
        let mut cells = line.split('\t');
        let kind = cells.next();
        let mut cell = || cells.next().unwrap_or_default();
        match kind {
            Some("field") => {
                let (name, filter, how) = (cell(), cell(), cell());
                let (form, set) = how.split_once(':').unwrap_or((how, ""));
                data.fields.extend(form_of(form).map(|form| Known {
                    name,
                    filter,
                    form,
                    set,
                    limit: cell().parse().ok(),
                }));
            }
            Some("code") => {
                let (set, key, value, verdict) = (cell(), cell(), cell(), cell());
                let words = Words { en: cell(), ja: cell() };
                data.codes.extend(verdict_of(verdict).map(|verdict| Code { set, key, value, verdict, words }));
            }
            _ => {}
        }
    }
    data.fields.sort_by(|one, other| compare(one.name, other.name));
    data
});

fn form_of(word: &str) -> Option<Form> {
    Some(match word {
        "flag" => Form::Flag,
        "score" => Form::Score,
        "status" => Form::Status,
        "stars" => Form::Stars,
        "keys" => Form::Keys,
        "pairs" => Form::Pairs,
        "rspamd" => Form::Rspamd,
        "words" => Form::Words,
        "mark" => Form::Mark,
        "tests" => Form::Tests,
        "bulk" => Form::Bulk,
        _ => return None,
    })
}

fn verdict_of(word: &str) -> Option<FilterVerdict> {
    Some(match word {
        "none" => FilterVerdict::Nothing,
        "clean" => FilterVerdict::Clean,
        "suspect" => FilterVerdict::Suspect,
        "bulk" => FilterVerdict::Bulk,
        "spam" => FilterVerdict::Spam,
        "malware" => FilterVerdict::Malware,
        "phishing" => FilterVerdict::Phishing,
        _ => return None,
    })
}

fn compare(one: &str, other: &str) -> Ordering {
    let small = |text: &str, at: usize| text.as_bytes().get(at).map(u8::to_ascii_lowercase);
    (0..=one.len())
        .map(|at| small(one, at).cmp(&small(other, at)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn known(name: &str) -> Option<&'static Known> {
    // Every such field starts with an X; nearly all others end here.
    if !matches!(name.as_bytes(), [b'X' | b'x', b'-', ..]) {
        return None;
    }
    let fields = &DATA.fields;
    let found = fields.binary_search_by(|known| compare(known.name, name)).ok().and_then(|at| fields.get(at));
    found.or_else(|| {
        // MailScanner writes the name of its organization in the middle: `X-Example-MailScanner-SpamCheck`.
        let own = name.get(name.find(INSIDE)? + INSIDE.len()..)?;
        let same = |known: &&Known| {
            known.name.strip_prefix("X-MailScanner").is_some_and(|known| known.eq_ignore_ascii_case(own))
        };
        fields.iter().find(same)
    })
}

/// What stands between an organization and the rest of a field's name.
const INSIDE: &str = "-MailScanner";

/// All that filters said, top first.
pub(super) fn filters(message: &Message, hops: &[Hop], boundary: Option<Boundary>) -> Vec<FilterSaid> {
    let mut out: Vec<FilterSaid> = Vec::new();
    let line = boundary.and_then(|boundary| hops.get(boundary.hop));
    let microsoft = line.and_then(|line| line.by.as_deref()).is_some_and(|by| {
        by.len() > 12 && by.get(by.len() - 12..).is_some_and(|end| end.eq_ignore_ascii_case(".outlook.com"))
    });
    for (at, field) in message.fields.iter().enumerate() {
        let Some(known) = known(&field.name) else { continue };
        if out.len() >= message.limits.filters {
            break;
        }
        // Exchange Online takes fields of these names off whatever comes from outside, or renames them, and puts its own
        // below all others. Two of a name are none of its doing.
        let own = || {
            microsoft
                && known.filter == "Microsoft 365"
                && !field.name.to_ascii_lowercase().ends_with("-untrusted")
                && message.all(&field.name).nth(1).is_none()
        };
        let inside = line.is_some_and(|line| at < line.field) || own();
        out.push(read(known, field, inside, message.limits.filter_bytes));
    }
    out
}

fn read(known: &'static Known, field: &Field, inside: bool, most: usize) -> FilterSaid {
    let whole = field.raw.trim();
    let value = clip(whole, most);
    let mut said = FilterSaid {
        filter: known.filter,
        field: clip(&field.name, 100).to_owned(),
        verdict: FilterVerdict::Nothing,
        score: None,
        limit: known.limit,
        codes: Vec::new(),
        more: 0,
        cut: value.len() < whole.len(),
        inside,
        span: field.span,
    };
    match known.form {
        Form::Mark => {}
        Form::Tests => said.tests(value),
        Form::Bulk => said.raise(FilterVerdict::Bulk),
        Form::Flag => said.raise(flag(value)),
        Form::Score => {
            said.score = number(value);
            said.by_score();
        }
        Form::Stars => {
            let first = value.chars().next();
            let run =
                value.chars().take_while(|letter| Some(*letter) == first && matches!(letter, '*' | '+' | 's')).count();
            said.score = u32::try_from(run).ok().map(f64::from);
        }
        Form::Status => {
            said.raise(flag(value));
            for word in value.split([' ', '\t', ',']) {
                let Some((key, value)) = word.split_once('=') else { continue };
                let is = |names: &[&str]| names.iter().any(|name| key.eq_ignore_ascii_case(name));
                if is(&["score", "hits"]) {
                    said.score = said.score.or(number(value));
                } else if is(&["required", "tagged_above", "kill_level"]) {
                    said.limit = said.limit.or(number(value));
                }
            }
            said.tests(value);
        }
        Form::Rspamd => {
            // `default: False [2.29 / 15.00]; ...`
            let head = value.split(';').next().unwrap_or_default();
            let bracket = head.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
            if let Some((score, limit)) = bracket.and_then(|(inner, _)| inner.split_once('/')) {
                (said.score, said.limit) = (number(score), number(limit));
            }
            let word = head.split_once(':').map_or(head, |(_, rest)| rest);
            said.raise(flag(word));
            said.tests(value);
        }
        Form::Keys => {
            for piece in value.split(';').take(60) {
                let (key, value) = piece.split_once(':').unwrap_or(("", piece));
                said.code(known.set, key.trim(), value.trim());
            }
        }
        Form::Pairs => {
            for word in value.split_whitespace().take(60) {
                let Some((key, value)) = word.split_once('=') else { continue };
                if key == "score" {
                    said.score = number(value);
                }
                said.code(known.set, key, value);
            }
        }
        Form::Words => {
            // The longest that stands there as words of its own: `not spam` goes before `spam`.
            let found = DATA.codes.iter().filter(|code| code.set == known.set && has_words(value, code.value));
            if let Some(code) = found.max_by_key(|code| code.value.len()) {
                said.take(code);
            }
        }
    }
    said
}

impl FilterSaid {
    fn raise(&mut self, verdict: FilterVerdict) {
        self.verdict = self.verdict.max(verdict);
    }

    fn by_score(&mut self) {
        if let (Some(score), Some(limit)) = (self.score, self.limit) {
            self.raise(if score >= limit { FilterVerdict::Spam } else { FilterVerdict::Clean });
        }
    }

    fn code(&mut self, set: &str, key: &str, value: &str) {
        let is = |code: &&Code| {
            code.set == set && code.key.eq_ignore_ascii_case(key) && code.value.eq_ignore_ascii_case(value)
        };
        if let Some(code) = DATA.codes.iter().find(is) {
            self.take(code);
        }
    }

    fn take(&mut self, code: &Code) {
        self.raise(code.verdict);
        self.word(code.words);
    }

    fn word(&mut self, words: Words) {
        if self.codes.len() < CODE_LIMIT {
            self.codes.push(words);
        } else {
            self.more += 1;
        }
    }

    /// What the tests mean that it lists. They say what was looked for, so that they raise nothing.
    fn tests(&mut self, value: &str) {
        for words in symbols::meanings(value) {
            self.word(words);
        }
    }
}

/// A yes or no at the beginning of a value.
fn flag(value: &str) -> FilterVerdict {
    let word = value.trim_start().split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is = |words: &[&str]| words.iter().any(|own| word.eq_ignore_ascii_case(own));
    if is(&["yes", "true", "spam", "on", "y"]) {
        FilterVerdict::Spam
    } else if is(&["no", "false", "ham", "off", "n", "clean", "ok"]) {
        FilterVerdict::Clean
    } else {
        FilterVerdict::Nothing
    }
}

/// The number at the beginning of a text: `-2.5 (--)`.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let end =
        text.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+'))).unwrap_or(text.len());
    text.get(..end)?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The words stand in the text, not as a part of others, case ignored.
fn has_words(text: &str, words: &str) -> bool {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    let edge = |at: Option<usize>| at.and_then(|at| text.get(at)).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    text.windows(words.len().max(1)).enumerate().any(|(at, window)| {
        window.eq_ignore_ascii_case(words) && edge(at.checked_sub(1)) && edge(Some(at + words.len()))
    })
}

#[cfg(test)]
mod tests;
