//! One row a setting: everything that is known of it. A new setting is one field of [`Settings`] and one row here.

use std::path::PathBuf;

use super::fits::{choose, is_field, is_word, name_of, paths, texts_of, without_password};
use super::given::Given;
use super::{Clipboard, Color, Settings, limits, sides};
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
    ROWS
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

/// What [`Setting::write`] gives of a setting that is no table.
pub(super) fn one(value: impl Into<toml::Value>) -> Vec<(String, String)> {
    vec![(String::new(), value.into().to_string())]
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

static ROWS: &[Setting] = &[
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
    limits::SANDBOX,
    limits::AT_ONCE,
    limits::TIMEOUT,
    Setting {
        key: "proxy",
        about: Words::new(
            "SOCKS5 server through which HTTP and WHOIS go, names included (Tor for instance); empty for none. DNS keeps its own \
             setting.",
            "HTTP と WHOIS を通す SOCKS5 サーバー (Tor など)。名前もそのまま渡します。空なら使いません。DNS は別の設定に従います。",
        ),
        takes: Words::new(
            "\"\" or \"socks5h://127.0.0.1:9050\", with \"user:password@\" before the address where it wants them",
            " \"\" または \"socks5h://127.0.0.1:9050\"。認証が必要ならアドレスの前に \"ユーザー:パスワード@\"",
        ),
        default: "\"\"",
        read: |settings, _, given| {
            settings.proxy = given.word(|text| text.is_empty() || (is_word(text) && text.starts_with("socks5")))?;
            Some(())
        },
        write: |settings| one(without_password(&settings.proxy)),
    },
    Setting {
        key: "visit_agent",
        about: Words::new(
            "What a safe visit says it is (User-Agent); pages of kits show themselves to some browsers only.",
            "安全な訪問で名乗る User-Agent。特定のブラウザーにしか表示されない詐欺ページもあります。",
        ),
        takes: Words::new("text in quotes", "引用符で囲んだ文字列"),
        default: "\"Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0\"",
        read: |settings, _, given| {
            settings.visit_agent = given.word(is_field)?;
            Some(())
        },
        write: |settings| one(settings.visit_agent.as_str()),
    },
    Setting {
        key: "visit_languages",
        about: Words::new(
            "The languages that a safe visit asks for (Accept-Language).",
            "安全な訪問で希望する言語 (Accept-Language)。",
        ),
        takes: Words::new("text in quotes, such as \"ja,en;q=0.5\"", "引用符で囲んだ文字列。例: \"ja,en;q=0.5\""),
        default: "\"en-US,en;q=0.5\"",
        read: |settings, _, given| {
            settings.visit_languages = given.word(is_field)?;
            Some(())
        },
        write: |settings| one(settings.visit_languages.as_str()),
    },
    super::services::ROW,
    super::dns_lists::ROW,
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
    super::saving::SAVE_DIR,
    super::saving::QUARANTINE_DIR,
    Setting {
        key: "cache",
        about: Words::new(
            "What was found in a mailbox is kept in the data directory, so that it opens at once the next time.",
            "解析結果をデータディレクトリに保存し、次に開くときはすぐに表示する。",
        ),
        takes: YES_OR_NO,
        default: "true",
        read: |settings, _, given| {
            settings.cache = given.flag()?;
            Some(())
        },
        write: |settings| one(settings.cache),
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
        key: "rules_dir",
        about: Words::new(
            "Folder of own rules, every *.toml in it; empty for the folder rules beside config.toml.",
            "独自ルールのフォルダー (中の *.toml をすべて読みます)。空なら config.toml と同じ場所の rules。",
        ),
        takes: Words::new("a path", "パス"),
        default: "\"\"",
        read: |settings, _, given| {
            let path = given.text().filter(|path| !path.contains('\0'))?;
            if !path.is_empty() {
                settings.rules_dir = PathBuf::from(path);
            }
            Some(())
        },
        write: |settings| one(settings.rules_dir.display().to_string()),
    },
    Setting {
        key: "rules",
        about: Words::new("Further files of own rules.", "そのほかの独自ルールのファイル。"),
        takes: Words::new("a path or a list of paths", "パス、またはパスの一覧"),
        default: "[]",
        read: |settings, _, given| {
            settings.rules = paths(given)?;
            Some(())
        },
        write: |settings| one(texts_of(&settings.rules)),
    },
    Setting {
        key: "weights_file",
        about: Words::new(
            "File of fitted weights that takes the place of the shipped one; `gosanke rules --fit` makes it. Empty for the shipped one.",
            "内蔵の代わりに使う学習済みの重みのファイル (`gosanke rules --fit` で作成)。空なら内蔵のもの。",
        ),
        takes: Words::new("a path", "パス"),
        default: "\"\"",
        read: |settings, _, given| {
            let path = given.text().filter(|path| !path.contains('\0'))?;
            settings.weights_file = PathBuf::from(path);
            Some(())
        },
        write: |settings| one(settings.weights_file.display().to_string()),
    },
    sides::OWN_DOMAINS,
    sides::AUTHSERV_IDS,
    sides::RELAYS,
    sides::VIPS,
    sides::ALLOW,
    sides::ALLOW_FILES,
    sides::BLOCK,
    sides::BLOCK_FILES,
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
            "判定ルールごとの重み (対数オッズ)。0 で無効になります。ルールの名前は `gosanke rules` で見られます。",
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
    limits::PACE,
    limits::MESSAGE,
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
