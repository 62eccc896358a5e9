//! Rule files become a rule book. Every defect is told with file, line and column; a rule with a defect is left out and
//! all others hold.
//!
//! Rules live as long as the program, as built-in ones do, so their texts are given to it for good: at most
//! [`MOST_RULES`] of them, read once at the start.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use cel::{Env, IdedExpr, Value};
use toml::de::{DeTable, DeValue};

use super::check::Checker;
use super::problem::{Problem, Wrong};
use super::{Bound, Own, Rulebook, evaluate, functions};
use crate::record::{Section, Subject};
use crate::signal::{self, Family, Kind, Rule};
use crate::text::{Words, nearest};

/// The most rules of a reader.
pub(super) const MOST_RULES: usize = 500;
/// The most problems that are told.
const MOST_PROBLEMS: usize = 50;
/// The most bytes of a title or a reason.
const TEXT: usize = 2_000;
/// Heaviest weight.
const WEIGHT: f64 = 6.0;

const KEYS: &[&str] =
    &["id", "title", "title_ja", "reason", "reason_ja", "innocent", "innocent_ja", "weight", "when", "values", "at"];

/// Makes a rule book of files and their texts; what is wrong with them comes along.
#[must_use]
pub fn read(files: &[(PathBuf, String)]) -> (Rulebook, Vec<Problem>) {
    let env = Arc::new(Env::stdlib());
    let mut checker = Checker::new(Arc::clone(&env));
    let mut rules: Vec<Own> = Vec::new();
    let mut problems = Vec::new();
    for (file, text) in files {
        let mut wrong = Vec::new();
        match DeTable::parse(text) {
            Ok(document) => one_file(document.get_ref(), text, &mut checker, &mut rules, &mut wrong),
            Err(error) => {
                let words =
                    Words::new("not TOML, so the file is not used: {0}", "TOML として読めないので使いません: {0}");
                wrong.push(Wrong::new(error.span().map_or(0, |span| span.start), words, [error.message()]));
            }
        }
        problems.extend(wrong.into_iter().map(|wrong| wrong.in_file(file, text)));
    }
    problems.truncate(MOST_PROBLEMS);
    if rules.is_empty() {
        return (Rulebook::default(), problems);
    }
    let bound =
        Bound { rules, fields: checker.used, patterns: Arc::new(checker.patterns), env, sources: files.to_vec() };
    (Rulebook(Some(Arc::new(bound))), problems)
}

fn one_file(table: &DeTable<'_>, text: &str, checker: &mut Checker, rules: &mut Vec<Own>, wrong: &mut Vec<Wrong>) {
    for (key, value) in table {
        let list = value.get_ref().as_array().filter(|_| key.get_ref() == "rule");
        let Some(list) = list else {
            let words = Words::new(
                "{0} is not known here; a rule stands under [[rule]]",
                "{0} は使えません。ルールは [[rule]] の下に書いてください",
            );
            wrong.push(Wrong::new(key.span().start, words, [key.get_ref()]));
            continue;
        };
        for item in list {
            let at = item.span().start;
            let made = if let Some(table) = item.get_ref().as_table() {
                Draft { table, text, at }.rule(checker, rules)
            } else {
                let words = Words::new("a rule stands under [[rule]]", "ルールは [[rule]] の下に書いてください");
                Err(Wrong::new(at, words, []))
            };
            match made {
                Ok(own) => rules.push(own),
                Err(why) => wrong.push(why),
            }
        }
    }
}

/// A rule as it stands in its file.
struct Draft<'a> {
    table: &'a DeTable<'a>,
    text: &'a str,
    at: usize,
}

impl Draft<'_> {
    fn rule(&self, checker: &mut Checker, known: &[Own]) -> Result<Own, Wrong> {
        for key in self.table.keys() {
            if !KEYS.contains(&&**key.get_ref()) {
                let near = nearest(key.get_ref(), KEYS.iter().copied()).map_or_else(|| KEYS.join(", "), str::to_owned);
                let words = Words::new(
                    "a rule has no {0}; there is {1}",
                    "ルールに {0} という項目はありません。あるのは {1} です",
                );
                return Err(Wrong::new(key.span().start, words, [key.get_ref(), &near]));
            }
        }
        if known.len() >= MOST_RULES {
            let words = Words::new(
                "more than {0} rules; the rest is left out",
                "ルールが {0} 個を超えています。残りは使いません",
            );
            return Err(Wrong::new(self.at, words, [&MOST_RULES.to_string()]));
        }
        let id = self.id(known)?;
        let title = self.words("title", "title_ja")?.ok_or_else(|| self.missing("title"))?;
        let reason = self.words("reason", "reason_ja")?;
        let innocent = self.words("innocent", "innocent_ja")?;
        let weight = self.weight()?;
        let when = self.expressions("when", checker)?.pop().ok_or_else(|| self.missing("when"))?;
        self.is_a_question(&when, checker)?;
        let values = self.expressions("values", checker)?;
        let at = self.expressions("at", checker)?.pop();
        let rule = Rule {
            id: leak(&id),
            family: Family::Own,
            title: lasting(&title),
            reason: lasting(reason.as_ref().unwrap_or(&title)),
            innocent: innocent.as_ref().map_or(Words::new("", ""), lasting),
            weight: weight as f32,
            kind: Kind::Heuristic,
            references: &["own rule"],
            check: |_, _| None,
        };
        Ok(Own { rule: Box::leak(Box::new(rule)), when, values, at })
    }

    fn missing(&self, key: &str) -> Wrong {
        Wrong::new(
            self.at,
            Words::new("this rule has no {0}; write one", "このルールには {0} がありません。書いてください"),
            [key],
        )
    }

    /// A text and where its value stands.
    fn string(&self, key: &str) -> Result<Option<(String, Range<usize>)>, Wrong> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        match value.get_ref().as_str() {
            Some(text) if text.len() <= TEXT || key == "when" || key == "at" => {
                Ok(Some((text.to_owned(), value.span())))
            }
            Some(_) => {
                let words = Words::new("{0} is longer than {1} bytes", "{0} が {1} バイトを超えています");
                Err(Wrong::new(value.span().start, words, [key, &TEXT.to_string()]))
            }
            None => Err(Wrong::new(
                value.span().start,
                Words::new("{0} takes a text in quotes", "{0} には引用符で囲んだ文字列を書いてください"),
                [key],
            )),
        }
    }

    fn id(&self, known: &[Own]) -> Result<String, Wrong> {
        let (id, span) = self.string("id")?.ok_or_else(|| self.missing("id"))?;
        let fits = id.strip_prefix("own-").is_some_and(|rest| {
            (1..=60).contains(&rest.len())
                && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        });
        if !fits {
            let words = Words::new(
                "the id {0} does not fit: write own- and lower-case letters, digits and dashes",
                "id {0} は使えません。own- に続けて英小文字・数字・ハイフンで書いてください",
            );
            return Err(Wrong::new(span.start, words, [&id]));
        }
        let taken = known.iter().any(|own| own.rule.id == id) || signal::rule(&id).is_some() || id == super::FAILED.id;
        if taken {
            let words = Words::new(
                "another rule is called {0}; choose another id",
                "{0} という id は既に使われています。別の id にしてください",
            );
            return Err(Wrong::new(span.start, words, [&id]));
        }
        Ok(id)
    }

    /// A text in both languages; the English one where the Japanese is missing.
    fn words(&self, en: &str, ja: &str) -> Result<Option<Texts>, Wrong> {
        let (en, ja) = (self.string(en)?, self.string(ja)?);
        let text = |one: &Option<(String, Range<usize>)>| one.as_ref().map(|(text, _)| text.clone());
        Ok(match (text(&en), text(&ja)) {
            (None, None) => None,
            (Some(en), None) => Some(Texts { ja: en.clone(), en }),
            (None, Some(ja)) => Some(Texts { en: ja.clone(), ja }),
            (Some(en), Some(ja)) => Some(Texts { en, ja }),
        })
    }

    fn weight(&self) -> Result<f64, Wrong> {
        let Some(value) = self.table.get("weight") else { return Err(self.missing("weight")) };
        let number: Option<f64> = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number.filter(|weight| (-WEIGHT..=WEIGHT).contains(weight)).ok_or_else(|| {
            let words = Words::new(
                "weight takes a number from -6 to 6: positive speaks for an attack, 0 is information",
                "weight には -6 から 6 までの数値を書きます。正の値は攻撃寄り、0 は情報のみです",
            );
            Wrong::new(value.span().start, words, [])
        })
    }

    /// The expressions of a key: a text, or a list of at most nine texts.
    fn expressions(&self, key: &str, checker: &mut Checker) -> Result<Vec<IdedExpr>, Wrong> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let items: Vec<(&str, Range<usize>)> = match value.get_ref() {
            DeValue::String(text) => vec![(text, value.span())],
            DeValue::Array(items) if key == "values" && items.len() <= 9 => {
                items.iter().filter_map(|item| Some((item.get_ref().as_str()?, item.span()))).collect()
            }
            _ => Vec::new(),
        };
        if items.is_empty() {
            let words = Words::new("{0} takes an expression in quotes", "{0} には引用符で囲んだ式を書いてください");
            return Err(Wrong::new(value.span().start, words, [key]));
        }
        let compile = |(text, span): (&str, Range<usize>)| {
            checker.expression(text).map_err(|wrong| Wrong { at: place(self.text, &span, wrong.at), ..wrong })
        };
        items.into_iter().map(compile).collect()
    }

    /// `when` gives true or false where it can be tried on an empty mail.
    fn is_a_question(&self, when: &IdedExpr, checker: &Checker) -> Result<(), Wrong> {
        let (message, evidence) = Default::default();
        let subject = Subject { message: &message, evidence: &evidence };
        let mut context = cel::Context::with_env(Arc::new(Env::stdlib()));
        functions(&mut context, &Arc::new(checker.patterns.clone()));
        for name in &checker.used {
            context.add_variable_from_value(*name, cel::to_value(Section { name, subject }).unwrap_or(Value::Null));
        }
        match evaluate(when, &context) {
            Ok(Value::Bool(_)) | Err(_) => Ok(()),
            Ok(other) => {
                let at = self.table.get("when").map_or(self.at, |value| value.span().start);
                let words = Words::new(
                    "when gives a {0}; it has to give true or false",
                    "when の結果が {0} です。true か false になる式を書いてください",
                );
                Err(Wrong::new(at, words, [&other.type_of().to_string()]))
            }
        }
    }
}

/// Texts before they are given to the program for good.
struct Texts {
    en: String,
    ja: String,
}

/// Where a byte of a text stands in its file; the start of the text where escapes make that uncertain.
fn place(file: &str, span: &Range<usize>, at: usize) -> usize {
    let raw = file.get(span.clone()).unwrap_or_default();
    let quotes = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quotes| raw.starts_with(quotes)).unwrap_or_default();
    if quotes.starts_with('"') && raw.contains('\\') {
        return span.start;
    }
    let inside = raw.get(quotes.len()..).unwrap_or_default();
    // A line end right behind three quotes is not part of the text.
    let skipped = if quotes.len() == 3 {
        if inside.starts_with("\r\n") { 2 } else { usize::from(inside.starts_with('\n')) }
    } else {
        0
    };
    span.start + quotes.len() + skipped + at
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn lasting(texts: &Texts) -> Words {
    Words { en: leak(&texts.en), ja: leak(&texts.ja) }
}
