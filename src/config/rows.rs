//! One row a setting: everything that is known of it. A new setting is one field of [`Settings`] and one row here.

use std::path::PathBuf;

use super::given::Given;
use super::{Clipboard, Color, Settings};
use crate::facts::Reach;
use crate::text::{Lang, Words};

/// A setting.
#[derive(Clone, Copy)]
pub struct Setting {
    /// Its name in the file; `GOSANKE_` and the upper-case name in the environment.
    pub key: &'static str,
    /// What it does.
    pub about: Words,
    /// What it takes.
    pub takes: Words,
    /// The default as TOML. `{}` for a table of names.
    pub default: &'static str,
    /// Puts a value (of one name, for a table) into the settings; `None` where it does not fit.
    pub(super) read: fn(&mut Settings, &str, &Given) -> Option<()>,
    /// The present value as TOML; for a table, one line a name.
    pub(super) write: fn(&Settings) -> Vec<(String, String)>,
}

impl Setting {
    /// A table of names: keys, weights, styles.
    #[must_use]
    pub fn is_table(&self) -> bool {
        self.default == "{}"
    }

    /// Its environment variable.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("GOSANKE_{}", self.key.to_ascii_uppercase())
    }
}

/// Every setting, in the order of the shipped file.
#[must_use]
pub fn settings() -> &'static [Setting] {
    &ROWS
}

/// Puts the default of every row in place, read as the file would be; a test shows that each of them fits.
pub(super) fn put_defaults(settings: &mut Settings) {
    for row in ROWS.iter().filter(|row| !row.is_table()) {
        let entries = super::file::entries(&format!("{} = {}", row.key, row.default)).unwrap_or_default();
        for entry in entries {
            let _ = (row.read)(settings, "", &entry.given);
        }
    }
}

fn one(value: impl Into<toml::Value>) -> Vec<(String, String)> {
    vec![(String::new(), value.into().to_string())]
}

/// A word that may name a theme, a role or a resolver: printable, no blanks, not endless.
fn is_word(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic())
}

fn choose<T: Copy>(choices: &[(&str, T)], given: &Given) -> Option<T> {
    let text = given.text()?;
    choices.iter().find_map(|(name, value)| (*name == text).then_some(*value))
}

fn name_of<T: PartialEq>(choices: &[(&'static str, T)], value: &T) -> &'static str {
    choices.iter().find_map(|(name, one)| (one == value).then_some(*name)).unwrap_or_default()
}

const LANGS: [(&str, Lang); 2] = [("en", Lang::En), ("ja", Lang::Ja)];
const REACHES: [(&str, Reach); 3] =
    [("local", Reach::Local), ("thirdparty", Reach::ThirdParty), ("sender", Reach::Sender)];
const COLORS: [(&str, Color); 5] = [
    ("auto", Color::Auto),
    ("always", Color::Always),
    ("never", Color::Never),
    ("16", Color::Sixteen),
    ("true", Color::True),
];
const CLIPBOARDS: [(&str, Clipboard); 4] =
    [("auto", Clipboard::Auto), ("tool", Clipboard::Tool), ("osc52", Clipboard::Osc52), ("file", Clipboard::File)];
const SORTS: [&str; 5] = ["mailbox", "date", "score", "sender", "subject"];
const YES_OR_NO: Words = Words::new("true or false", " true か false ");

static ROWS: [Setting; 14] = [
    Setting {
        key: "lang",
        about: Words::new("Language of the interface.", "表示言語。"),
        takes: Words::new(
            "\"auto\" (from LC_ALL, LC_MESSAGES, LANG), \"en\" or \"ja\"",
            " \"auto\" (LC_ALL、LC_MESSAGES、LANG に従う)、\"en\"、\"ja\" のいずれか",
        ),
        default: "\"auto\"",
        read: |settings, _, given| {
            if given.text() != Some("auto") {
                settings.lang = choose(&LANGS, given)?;
            }
            Some(())
        },
        write: |settings| one(name_of(&LANGS, &settings.lang)),
    },
    Setting {
        key: "reach",
        about: Words::new(
            "How far look-ups may travel. Nothing leaves this machine while it is local; with sender, the sender's own servers can notice.",
            "照会をどこまで許すか。local の間は外部へ何も送りません。sender では送信者側のサーバーに気付かれる可能性があります。",
        ),
        takes: Words::new(
            "\"local\", \"thirdparty\" or \"sender\"",
            " \"local\"、\"thirdparty\"、\"sender\" のいずれか",
        ),
        default: "\"local\"",
        read: |settings, _, given| {
            settings.reach = choose(&REACHES, given)?;
            Some(())
        },
        write: |settings| one(name_of(&REACHES, &settings.reach)),
    },
    Setting {
        key: "resolver",
        about: Words::new(
            "Who answers DNS questions, once the reach allows them.",
            "照会が許されたときに DNS の問い合わせ先とするもの。",
        ),
        takes: Words::new(
            "\"system\", an address, \"tls://host\" or \"https://host/path\"",
            " \"system\"、IP アドレス、\"tls://ホスト\"、\"https://ホスト/パス\" のいずれか",
        ),
        default: "\"system\"",
        read: |settings, _, given| {
            settings.resolver = given.word(is_word)?;
            Some(())
        },
        write: |settings| one(settings.resolver.as_str()),
    },
    Setting {
        key: "geo",
        about: Words::new(
            "Databases of places (mmdb), best first; they win over the embedded one.",
            "位置情報データベース (mmdb)。先に書いたものほど優先され、内蔵のものより優先されます。",
        ),
        takes: Words::new("a path or a list of paths", "パス、またはパスの一覧"),
        default: "[]",
        read: |settings, _, given| {
            let paths = given.list(':')?;
            if paths.len() > 32 || paths.iter().any(|path| path.is_empty() || path.contains('\0')) {
                return None;
            }
            settings.geo = paths.into_iter().map(PathBuf::from).collect();
            Some(())
        },
        write: |settings| one(settings.geo.iter().map(|path| path.display().to_string()).collect::<Vec<_>>()),
    },
    Setting {
        key: "data_dir",
        about: Words::new(
            "Folder for marks, notes and kept answers; empty for the system's usual place.",
            "印、メモ、照会結果を置くフォルダー。空ならシステムの標準の場所。",
        ),
        takes: Words::new("a path", "パス"),
        default: "\"\"",
        read: |settings, _, given| {
            let path = given.text().filter(|path| !path.contains('\0'))?;
            if !path.is_empty() {
                settings.data_dir = PathBuf::from(path);
            }
            Some(())
        },
        write: |settings| one(settings.data_dir.display().to_string()),
    },
    Setting {
        key: "theme",
        about: Words::new("Colors and weights.", "配色。"),
        takes: Words::new("\"auto\" or the name of a theme", " \"auto\" またはテーマ名"),
        default: "\"auto\"",
        read: |settings, _, given| {
            settings.theme = given.word(is_word)?;
            Some(())
        },
        write: |settings| one(settings.theme.as_str()),
    },
    Setting {
        key: "color",
        about: Words::new("How many colors are used.", "使う色の数。"),
        takes: Words::new(
            "\"auto\", \"always\", \"never\", \"16\" or \"true\"",
            " \"auto\"、\"always\"、\"never\"、\"16\"、\"true\" のいずれか",
        ),
        default: "\"auto\"",
        read: |settings, _, given| {
            settings.color = choose(&COLORS, given)?;
            Some(())
        },
        write: |settings| one(name_of(&COLORS, &settings.color)),
    },
    Setting {
        key: "mouse",
        about: Words::new(
            "The mouse moves and opens; while it does, the terminal does not select text.",
            "マウス操作を使う。その間は端末でのテキスト選択ができません。",
        ),
        takes: YES_OR_NO,
        default: "false",
        read: |settings, _, given| {
            settings.mouse = given.flag()?;
            Some(())
        },
        write: |settings| one(settings.mouse),
    },
    Setting {
        key: "sort",
        about: Words::new("What the list is sorted by.", "一覧の並べ替えの基準。"),
        takes: Words::new(
            "\"mailbox\", \"date\", \"score\", \"sender\" or \"subject\"",
            " \"mailbox\"、\"date\"、\"score\"、\"sender\"、\"subject\" のいずれか",
        ),
        default: "\"mailbox\"",
        read: |settings, _, given| {
            settings.sort = given.word(|text| SORTS.contains(&text))?;
            Some(())
        },
        write: |settings| one(settings.sort.as_str()),
    },
    Setting {
        key: "reverse",
        about: Words::new("The order of the list is turned around.", "一覧の並びを逆にする。"),
        takes: YES_OR_NO,
        default: "false",
        read: |settings, _, given| {
            settings.reverse = given.flag()?;
            Some(())
        },
        write: |settings| one(settings.reverse),
    },
    Setting {
        key: "clipboard",
        about: Words::new("How copied text leaves the program.", "コピーした文字列の渡し方。"),
        takes: Words::new(
            "\"auto\", \"tool\" (the desktop's), \"osc52\" (the terminal) or \"file\"",
            " \"auto\"、\"tool\" (デスクトップ)、\"osc52\" (端末)、\"file\" のいずれか",
        ),
        default: "\"auto\"",
        read: |settings, _, given| {
            settings.clipboard = choose(&CLIPBOARDS, given)?;
            Some(())
        },
        write: |settings| one(name_of(&CLIPBOARDS, &settings.clipboard)),
    },
    Setting {
        key: "keys",
        about: Words::new(
            "Keys by action: quit = [\"q\", \"C-q\"]. An empty list takes all keys away. `gosanke keys` lists the actions.",
            "操作ごとのキー。例: quit = [\"q\", \"C-q\"]。空の一覧でキーを外せます。操作の名前は `gosanke keys` で見られます。",
        ),
        takes: Words::new("a key or a list of keys", "キー、またはキーの一覧"),
        default: "{}",
        read: |settings, name, given| {
            let keys = given.list(',')?;
            if keys.len() > 16 || keys.iter().any(|key| key.is_empty() || key.len() > 40) {
                return None;
            }
            settings.keys.insert(name.to_owned(), keys);
            Some(())
        },
        write: |settings| {
            settings.keys.iter().map(|(id, keys)| (id.clone(), toml::Value::from(keys.clone()).to_string())).collect()
        },
    },
    Setting {
        key: "weights",
        about: Words::new(
            "Weights by rule, in log-odds points; 0 switches a rule off. `gosanke rules` lists the rules.",
            "判定規則ごとの重み (対数オッズ)。0 で無効になります。規則の名前は `gosanke rules` で見られます。",
        ),
        takes: Words::new("a number from -20 to 20", " -20 から 20 までの数値"),
        default: "{}",
        read: |settings, name, given| {
            let weight = given.number().filter(|weight| (-20.0..=20.0).contains(weight))?;
            settings.weights.insert(name.to_owned(), weight as f32);
            Some(())
        },
        write: |settings| settings.weights.iter().map(|(id, weight)| (id.clone(), format!("{weight:?}"))).collect(),
    },
    Setting {
        key: "styles",
        about: Words::new(
            "Styles by role, over those of the theme: high = \"bold red\".",
            "役割ごとの見た目。テーマより優先されます。例: high = \"bold red\"。",
        ),
        takes: Words::new("a style", "見た目の指定"),
        default: "{}",
        read: |settings, name, given| {
            let style = given.text().filter(|text| text.len() <= 200 && !text.chars().any(char::is_control))?;
            settings.styles.insert(name.to_owned(), style.to_owned());
            Some(())
        },
        write: |settings| {
            let text = |style: &String| toml::Value::String(style.clone()).to_string();
            settings.styles.iter().map(|(role, style)| (role.clone(), text(style))).collect()
        },
    },
];
