//! Looks an expression through before it is used: every name is one of the record, every field one of its shape, every
//! pattern compiles, and what it can cost is bounded. Patterns are compiled here, once; the evaluator would compile them
//! again for every link of every mail.
//!
//! What a mail can make an expression cost: lists of the record have at most 300 entries, loops stand at most two deep,
//! and a loop that builds a list stands in no other one.

use std::collections::{BTreeMap, BTreeSet};

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, LiteralValue, SourceInfo};
use cel::{Env, IdedExpr};
use regex::{Regex, RegexBuilder};

use super::problem::Wrong;
use crate::record::{Record, Said};
use crate::text::{Words, nearest};

/// The most bytes of an expression.
const BYTES: usize = 4_000;
/// The deepest nesting of brackets: the parser takes a lot of stack for each.
const BRACKETS: usize = 12;
/// The deepest nesting of operators.
const DEPTH: usize = 60;
/// The most loops inside of each other.
const LOOPS: usize = 2;
/// The most bytes that a compiled pattern may take.
const PATTERN: usize = 1 << 20;
/// The function that a pattern's call becomes.
pub(super) const KNOWN_PATTERN: &str = "matches_known";

/// What may be called; operators besides.
const FUNCTIONS: &[&str] = &[
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "lower",
    "below",
    "int",
    "uint",
    "double",
    "string",
    "bool",
    "type",
    "dyn",
    "has",
    "exists",
    "exists_one",
    "all",
    "filter",
    "map",
];
/// Names of types, which may stand like variables.
const TYPES: &[&str] = &["bool", "double", "int", "list", "map", "null_type", "string", "type", "uint"];

/// What all expressions of a rule book share.
pub(super) struct Checker {
    env: std::sync::Arc<Env>,
    /// Fields by the name of their shape: name and type.
    shapes: BTreeMap<String, Vec<(&'static str, String)>>,
    /// Fields of the record that were named.
    pub(super) used: BTreeSet<&'static str>,
    /// Patterns that were named.
    pub(super) patterns: Vec<Regex>,
}

/// The walk through one expression.
struct Walk<'a> {
    checker: &'a mut Checker,
    source: &'a SourceInfo,
    scope: Vec<(String, Option<String>)>,
    loops: usize,
    building: bool,
    depth: usize,
}

impl Checker {
    pub(super) fn new(env: std::sync::Arc<Env>) -> Self {
        let fields = |shape: crate::record::Shape| {
            (shape.name, shape.fields.into_iter().map(|field| (field.name, field.kind)).collect())
        };
        Self {
            env,
            shapes: Record::shapes().into_iter().map(fields).collect(),
            used: BTreeSet::new(),
            patterns: Vec::new(),
        }
    }

    /// Compiles an expression.
    ///
    /// # Errors
    /// The first thing that is wrong with it, by its byte.
    pub(super) fn expression(&mut self, text: &str) -> Result<IdedExpr, Wrong> {
        bounds(text)?;
        let env = std::sync::Arc::clone(&self.env);
        let program = env.compile(text).map_err(|errors| syntax(text, &errors))?;
        let mut expression = program.expression().clone();
        let source = program.source_info();
        let mut walk = Walk { checker: self, source, scope: Vec::new(), loops: 0, building: false, depth: 0 };
        walk.node(&mut expression)?;
        Ok(expression)
    }
}

/// What the parser could not bear.
fn bounds(text: &str) -> Result<(), Wrong> {
    if text.len() > BYTES {
        let words = Words::new(
            "the expression is longer than {0} bytes; make two rules of it",
            "式が {0} バイトを超えています。2つのルールに分けてください",
        );
        return Err(Wrong::new(BYTES, words, [&BYTES.to_string()]));
    }
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > BRACKETS {
            return Err(too_deep(at));
        }
    }
    Ok(())
}

fn too_deep(at: usize) -> Wrong {
    let words = Words::new(
        "the expression is nested too deeply here; make two rules of it",
        "式の入れ子が深すぎます。2つのルールに分けてください",
    );
    Wrong::new(at, words, [])
}

fn syntax(text: &str, errors: &cel::ParseErrors) -> Wrong {
    let words = Words::new("not a CEL expression: {0}", "CEL の式として読めません: {0}");
    let Some(first) = errors.errors.first() else { return Wrong::new(0, words, [""]) };
    let line = usize::try_from(first.pos.0).unwrap_or(1).max(1);
    let column = usize::try_from(first.pos.1).unwrap_or(1).max(1);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let at = start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at);
    Wrong::new(at, words, [first.msg.lines().next().unwrap_or_default()])
}

impl Walk<'_> {
    fn wrong<const N: usize>(&self, id: u64, words: Words, values: [&str; N]) -> Wrong {
        let at = self.source.offset_for(id).map_or(0, |(start, _)| start as usize);
        Wrong::new(at, words, values)
    }

    /// Goes through a node; its type where that is known: `link`, `list of link`, `text`.
    fn node(&mut self, node: &mut IdedExpr) -> Result<Option<String>, Wrong> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(too_deep(self.source.offset_for(node.id).map_or(0, |(start, _)| start as usize)));
        }
        let id = node.id;
        let kind = match &mut node.expr {
            Expr::Ident(name) => self.name(id, name)?,
            Expr::Select(select) => {
                let kind = self.node(&mut select.operand)?;
                self.field(id, kind.as_deref(), &select.field)?
            }
            Expr::Call(_) => self.call(node)?,
            Expr::Comprehension(comprehension) => self.comprehension(id, comprehension)?,
            Expr::List(list) => {
                for element in &mut list.elements {
                    self.node(element)?;
                }
                None
            }
            Expr::Map(map) => {
                for entry in &mut map.entries {
                    if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                        self.node(&mut entry.key)?;
                        self.node(&mut entry.value)?;
                    }
                }
                None
            }
            Expr::Literal(LiteralValue::String(_)) => Some("text".to_owned()),
            Expr::Literal(_) | Expr::Unspecified => None,
            Expr::Struct(_) => {
                let words = Words::new("no objects can be made here", "ここではオブジェクトを作れません");
                return Err(self.wrong(id, words, []));
            }
        };
        self.depth -= 1;
        Ok(kind)
    }

    fn name(&mut self, id: u64, name: &str) -> Result<Option<String>, Wrong> {
        if let Some((_, kind)) = self.scope.iter().rev().find(|(known, _)| known == name) {
            return Ok(kind.clone());
        }
        let top = self.checker.shapes.get("record");
        if let Some((known, kind)) = top.and_then(|fields| fields.iter().find(|(known, _)| *known == name)) {
            let kind = kind.clone();
            self.checker.used.insert(known);
            return Ok(Some(kind));
        }
        if name.starts_with('@') || TYPES.contains(&name) {
            return Ok(None);
        }
        if let Some(near) = nearest(name, top.into_iter().flatten().map(|(known, _)| *known)) {
            let words = Words::new(
                "the record has no field {0}; did you mean {1}?",
                "記録に {0} という項目はありません。{1} のことですか？",
            );
            return Err(self.wrong(id, words, [name, near]));
        }
        let words = Words::new(
            "the record has no field {0}; `gosanke scan --schema` lists them",
            "記録に {0} という項目はありません。`gosanke scan --schema` で一覧を見られます",
        );
        Err(self.wrong(id, words, [name]))
    }

    fn field(&self, id: u64, kind: Option<&str>, field: &str) -> Result<Option<String>, Wrong> {
        let Some(kind) = kind else { return Ok(None) };
        let Some(fields) = self.checker.shapes.get(kind) else {
            let words = if kind.starts_with("list of ") {
                Words::new(
                    "this is a list ({0}): take one of them with [0], or ask with .exists(x, x.{1} ...)",
                    "これは一覧です ({0})。[0] で1つ取るか、.exists(x, x.{1} ...) で調べてください",
                )
            } else {
                Words::new("{0} has no field {1}", "これは {0} で、{1} という項目はありません")
            };
            return Err(self.wrong(id, words, [kind, field]));
        };
        if let Some((_, kind)) = fields.iter().find(|(known, _)| *known == field) {
            return Ok(Some(kind.clone()));
        }
        let all: Vec<&str> = fields.iter().map(|(known, _)| *known).collect();
        let words =
            Words::new("{0} has no field {1}; it has {2}", "{0} に {1} という項目はありません。あるのは {2} です");
        Err(self.wrong(id, words, [kind, field, &all.join(", ")]))
    }

    fn call(&mut self, node: &mut IdedExpr) -> Result<Option<String>, Wrong> {
        let id = node.id;
        let Expr::Call(call) = &mut node.expr else { return Ok(None) };
        let name = call.func_name.clone();
        let operator = name.starts_with(['_', '@', '!', '-']);
        if !operator && !FUNCTIONS.contains(&name.as_str()) {
            let near = nearest(&name, FUNCTIONS.iter().copied()).map_or_else(|| FUNCTIONS.join(", "), str::to_owned);
            let words =
                Words::new("there is no function {0}; there is {1}", "{0} という関数はありません。使えるのは {1} です");
            return Err(self.wrong(id, words, [&name, &near]));
        }
        let mut first = match &mut call.target {
            Some(target) => self.node(target)?,
            None => None,
        };
        for (at, argument) in call.args.iter_mut().enumerate() {
            let kind = self.node(argument)?;
            if at == 0 && call.target.is_none() {
                first = kind;
            }
        }
        match name.as_str() {
            "matches" => {
                let Some(Expr::Literal(LiteralValue::String(pattern))) = call.args.pop().map(|last| last.expr) else {
                    let words = Words::new(
                        "matches takes a pattern that is written out, as in matches(\"^a+$\")",
                        "matches には、matches(\"^a+$\") のようにパターンを直接書いてください",
                    );
                    return Err(self.wrong(id, words, []));
                };
                let at = self.pattern(id, pattern.inner())?;
                let text = call.target.take().or_else(|| call.args.pop().map(Box::new));
                KNOWN_PATTERN.clone_into(&mut call.func_name);
                call.target = text;
                call.args = vec![IdedExpr { id, expr: Expr::Literal(LiteralValue::Int(at.into())) }];
                Ok(None)
            }
            "_[_]" => Ok(first.and_then(|kind| kind.strip_prefix("list of ").map(ToOwned::to_owned))),
            "lower" | "string" => Ok(Some("text".to_owned())),
            _ => Ok(None),
        }
    }

    fn pattern(&mut self, id: u64, pattern: &str) -> Result<i64, Wrong> {
        let known = self.checker.patterns.iter().position(|known| known.as_str() == pattern);
        let at = if let Some(at) = known {
            at
        } else {
            let compiled = RegexBuilder::new(pattern).size_limit(PATTERN).dfa_size_limit(PATTERN).build();
            let compiled = compiled.map_err(|why| {
                let why = why.to_string();
                let last = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                let words = Words::new("the pattern is no regular expression: {0}", "正規表現として読めません: {0}");
                self.wrong(id, words, [&last])
            })?;
            self.checker.patterns.push(compiled);
            self.checker.patterns.len() - 1
        };
        Ok(i64::try_from(at).unwrap_or(i64::MAX))
    }

    fn comprehension(&mut self, id: u64, one: &mut ComprehensionExpr) -> Result<Option<String>, Wrong> {
        let range = self.node(&mut one.iter_range)?;
        let builds = matches!(one.accu_init.expr, Expr::List(_));
        if self.loops >= LOOPS || builds && self.building {
            let words = Words::new(
                "loops stand at most two deep, and map or filter in no other map or filter: a hostile mail would make it slow",
                "ループの入れ子は2段までで、map や filter の中に map や filter は書けません。細工されたメールで遅くなるためです",
            );
            return Err(self.wrong(id, words, []));
        }
        if let Some(kind) = range.as_deref().filter(|kind| !kind.starts_with("list of ")) {
            let words = Words::new(
                "exists, all, map and filter go over a list; this is {0}",
                "exists・all・map・filter は一覧に使います。これは {0} です",
            );
            return Err(self.wrong(one.iter_range.id, words, [kind]));
        }
        let element = range.as_deref().and_then(|kind| kind.strip_prefix("list of ")).map(ToOwned::to_owned);
        self.node(&mut one.accu_init)?;
        let before = (self.scope.len(), self.loops, self.building);
        self.scope.push((one.accu_var.clone(), None));
        self.scope.push((one.iter_var.clone(), element));
        self.scope.extend(one.iter_var2.clone().map(|name| (name, None)));
        self.loops += 1;
        self.building |= builds;
        self.node(&mut one.loop_cond)?;
        self.node(&mut one.loop_step)?;
        self.node(&mut one.result)?;
        self.scope.truncate(before.0);
        (self.loops, self.building) = (before.1, before.2);
        Ok(if keeps(one) { range } else { None })
    }
}

/// The loop gives entries of its own list: `filter`.
fn keeps(one: &ComprehensionExpr) -> bool {
    let Expr::Call(step) = &one.loop_step.expr else { return false };
    let [_, Some(Expr::Call(add))] = [step.args.first(), step.args.get(1)].map(|node| node.map(|node| &node.expr))
    else {
        return false;
    };
    step.func_name == "_?_:_"
        && add.func_name == "_+_"
        && matches!(add.args.get(1).map(|node| &node.expr), Some(Expr::List(list))
            if matches!(list.elements.first().map(|node| &node.expr), Some(Expr::Ident(name)) if *name == one.iter_var))
}
