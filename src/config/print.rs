//! Writing settings down: what holds now with its origin, and the shipped file. Both are valid TOML.

use super::load::{Loaded, Origin};
use super::rows::settings;
use crate::text::show;

/// Every setting with its value, and behind it where the value came from.
#[must_use]
pub fn print(loaded: &Loaded) -> String {
    let mut out = String::new();
    if let Some(file) = &loaded.file {
        let state = if loaded.file_read { "" } else { " (not read)" };
        line(&mut out, &format!("# {}{state}", file.display()));
        gap(&mut out);
    }
    for row in settings() {
        let values = (row.write)(&loaded.settings);
        if row.is_table() {
            gap(&mut out);
            line(&mut out, &format!("[{}]", row.key));
        }
        for (name, value) in values {
            let (left, full) = if row.is_table() {
                (quoted(&name), format!("{}.{name}", row.key))
            } else {
                (row.key.to_owned(), row.key.to_owned())
            };
            let left = format!("{left} = {value}");
            line(&mut out, &format!("{left:<40} # {}", origin(loaded.origin(&full))));
        }
    }
    out
}

/// The shipped file: every setting with its explanation and its default.
#[must_use]
pub fn sample() -> String {
    let mut out = String::from(
        "# gosanke: every setting with its default. Copy this file to config.toml in gosanke's configuration folder\n\
         # (`gosanke config` names it) and change what you like. A flag wins over the environment (GOSANKE_THEME=mono),\n\
         # and the environment over this file.\n\
         # すべての設定と既定値です。設定フォルダー (`gosanke config` で確認できます) の config.toml として置き、\n\
         # 必要なところを書き換えてください。優先順位はコマンドライン、環境変数 (GOSANKE_THEME=mono など)、このファイルの順です。\n",
    );
    for row in settings() {
        gap(&mut out);
        line(&mut out, &format!("# {}", row.about.en));
        line(&mut out, &format!("# {}", row.about.ja));
        line(&mut out, &format!("# Takes {}.", row.takes.en));
        if row.is_table() {
            line(&mut out, &format!("[{}]", row.key));
        } else {
            line(&mut out, &format!("{} = {}", row.key, row.default));
        }
    }
    out
}

/// One line, printable whatever a value holds.
fn line(out: &mut String, text: &str) {
    out.push_str(show(text).as_str());
    out.push('\n');
}

fn gap(out: &mut String) {
    out.push('\n');
}

/// A bare TOML key where it can be one.
fn quoted(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if bare { name.to_owned() } else { toml::Value::String(name.to_owned()).to_string() }
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Flag => "flag".to_owned(),
        Origin::Environment(name) => format!("environment, {name}"),
        Origin::File(_, line) => format!("file, line {line}"),
        Origin::Default => "default".to_owned(),
    }
}
