//! A page of help: what clap knows of a command, in Japanese, in lines of at most so many columns.

use clap::{Arg, Command};

use super::{in_japanese, usage};
use crate::text::{columns, show, wrap};

/// Before every entry, and between its name and its text.
const GAP: usize = 2;
/// Where texts begin that stand below the names.
const BELOW: usize = 10;
/// The least columns of a text: where a terminal is narrower, its lines are too long.
const LEAST: usize = 20;

/// A page in the making.
struct Page {
    out: String,
    width: usize,
    colors: bool,
}

/// A line of a list: what is typed, what stands behind it (`<PATH>...`), and the paragraphs that explain it.
struct Entry {
    typed: String,
    values: String,
    text: Vec<String>,
}

impl Entry {
    fn columns(&self) -> usize {
        columns(&show(&self.typed)) + columns(&show(&self.values))
    }
}

/// The help of a command that is built: of `-h`, or of `--help` where `long`.
pub(super) fn page(command: &mut Command, long: bool, width: usize, colors: bool) -> String {
    let mut page = Page { out: String::new(), width, colors };
    let line = command.render_usage().to_string();
    let about = command.get_long_about().filter(|_| long).or_else(|| command.get_about());
    if let Some(about) = about {
        page.text(&in_japanese(&about.to_string()).split('\n').map(str::to_owned).collect::<Vec<_>>(), 0);
        page.out.push('\n');
    }
    let line = usage(&line);
    let (heading, line) = line.split_once(": ").unwrap_or(("", &line));
    page.heading(heading);
    page.out.push_str(&format!(" {}\n", line.trim_end()));
    page.list("コマンド", command.get_subcommands().filter(|below| !below.is_hide_set()).map(below), false);
    let shown = |arg: &&Arg| {
        !(arg.is_hide_set() || (long && arg.is_hide_long_help_set()) || (!long && arg.is_hide_short_help_set()))
    };
    let entries = |heading: Option<&'static str>, positional: bool| {
        let same = move |arg: &&Arg| match heading {
            Some(heading) => arg.get_help_heading() == Some(heading),
            None => arg.get_help_heading().is_none() && arg.is_positional() == positional,
        };
        command.get_arguments().filter(shown).filter(same).map(|arg| flag(arg, long)).collect::<Vec<_>>()
    };
    page.list("引数", entries(None, true), long);
    page.list("オプション", entries(None, false), long);
    let mut headings: Vec<&str> = Vec::new();
    for heading in command.get_arguments().filter(shown).filter_map(Arg::get_help_heading) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for heading in headings {
        let same = |arg: &&Arg| arg.get_help_heading() == Some(heading);
        let entries: Vec<Entry> =
            command.get_arguments().filter(shown).filter(same).map(|arg| flag(arg, long)).collect();
        page.list(in_japanese(heading), entries, long);
    }
    page.out
}

/// A subcommand in the list of them.
fn below(command: &Command) -> Entry {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    Entry { typed: command.get_name().to_owned(), values: String::new(), text: vec![in_japanese(&about).to_owned()] }
}

/// A flag or a value, with what it is when nobody gives it, and which values it may have.
fn flag(arg: &Arg, long: bool) -> Entry {
    let name = arg.get_long().map(|name| format!("--{name}"));
    let whole = arg.to_string();
    let values = name.as_deref().and_then(|name| whole.strip_prefix(name)).unwrap_or(&whole).to_owned();
    let typed = match (arg.get_short(), name) {
        (Some(short), Some(name)) => format!("-{short}, {name}"),
        (None, Some(name)) => format!("    {name}"),
        _ => String::new(),
    };
    let help = if long { arg.get_long_help().or_else(|| arg.get_help()) } else { arg.get_help() };
    let help = help.map(ToString::to_string).unwrap_or_default();
    let mut text: Vec<String> = in_japanese(&help).split('\n').map(str::to_owned).collect();
    let mut more = Vec::new();
    let usual: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if arg.get_action().takes_values() && !arg.is_hide_default_value_set() && !usual.is_empty() {
        more.push(format!("[既定値: {}]", usual.join(" ")));
    }
    let allowed = arg.get_possible_values();
    if !allowed.is_empty() && !arg.is_hide_possible_values_set() {
        let allowed = allowed.iter().filter(|value| !value.is_hide_set());
        if long && allowed.clone().any(|value| value.get_help().is_some()) {
            text.extend([String::new(), "指定できる値:".to_owned()]);
            text.extend(allowed.map(|value| {
                let help = value.get_help().map(ToString::to_string).unwrap_or_default();
                format!("- {}: {}", value.get_name(), in_japanese(&help))
            }));
        } else {
            let names: Vec<&str> = allowed.map(clap::builder::PossibleValue::get_name).collect();
            more.push(format!("[指定できる値: {}]", names.join(", ")));
        }
    }
    if long && !more.is_empty() {
        text.push(String::new());
        text.append(&mut more);
    } else if let (Some(last), false) = (text.last_mut(), more.is_empty()) {
        *last = format!("{last} {}", more.join(" "));
    }
    Entry { typed, values, text }
}

impl Page {
    fn heading(&mut self, text: &str) {
        if self.colors {
            self.out.push_str(&format!("\u{1b}[1m\u{1b}[4m{text}:\u{1b}[0m"));
        } else {
            self.out.push_str(&format!("{text}:"));
        }
    }

    /// A heading with its entries: texts beside the names where there is room, else below them; below them and with empty
    /// lines between where everything is told.
    fn list(&mut self, heading: &str, entries: impl IntoIterator<Item = Entry>, long: bool) {
        let entries: Vec<Entry> = entries.into_iter().collect();
        let Some(longest) = entries.iter().map(Entry::columns).max() else { return };
        self.out.push('\n');
        self.heading(heading);
        self.out.push('\n');
        let beside = longest + 2 * GAP;
        let below = long || beside * 5 > self.width * 2;
        for (at, entry) in entries.iter().enumerate() {
            if long && at > 0 {
                self.out.push('\n');
            }
            let (on, off) = if self.colors { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
            self.out.push_str(&format!("{:GAP$}{on}{}{off}{}", "", entry.typed, entry.values));
            if below {
                self.out.push_str(&format!("\n{:BELOW$}", ""));
                self.text(&entry.text, BELOW);
            } else {
                self.out.push_str(&" ".repeat(beside - GAP - entry.columns()));
                self.text(&entry.text, beside);
            }
        }
    }

    /// Paragraphs whose lines begin at that column; the first one begins where the page ends.
    fn text(&mut self, paragraphs: &[String], column: usize) {
        let width = self.width.saturating_sub(column).max(LEAST);
        let lines = paragraphs.iter().flat_map(|text| {
            // The second line of a value begins behind its dash.
            let hang = if text.starts_with("- ") { 2 } else { 0 };
            let lines = wrap(&show(text), width - hang).into_iter().enumerate();
            lines.map(move |(at, line)| format!("{:1$}{line}", "", if at > 0 { hang } else { 0 }))
        });
        for (at, line) in lines.enumerate() {
            if at > 0 && !line.is_empty() {
                self.out.push_str(&" ".repeat(column));
            }
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }
}
