//! Looks at what the program needs and says what is missing: terminal, language, folders, databases, settings.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::time::Duration;

use super::in_words;
use crate::config::{Clipboard, Loaded, Settings};
use crate::facts::Reach;
use crate::lookup;
use crate::lookup::geo::Geo;
use crate::lookup::keys::Keys;
use crate::sandbox::{self, Confinement, HostConfinement, Outcome, Strength, Try};
use crate::text::{Lang, Words, cause, show};
use crate::tui::keymap::Keymap;
use crate::tui::theme::{Depth, Styles};

struct Report {
    out: String,
    healthy: bool,
    lang: Lang,
}

impl Report {
    fn line(&mut self, good: bool, about: Words, text: &str) {
        self.healthy &= good;
        let sign = if good { "✓" } else { "✗" };
        let _ = writeln!(self.out, "{sign} {}: {}", about.get(self.lang), show(text));
    }

    fn note(&mut self, about: Words, text: &str) {
        let _ = writeln!(self.out, "· {}: {}", about.get(self.lang), show(text));
    }
}

/// The report, and whether nothing is wrong.
pub(super) fn report(loaded: &Loaded) -> (String, bool) {
    let settings = &loaded.settings;
    let lang = settings.lang;
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mut report = Report { out: String::new(), healthy: true, lang };
    report.note(Words::new("version", "バージョン"), env!("CARGO_PKG_VERSION"));

    let terminal = std::io::stdout().is_terminal();
    let name = env("TERM").unwrap_or_else(|| "-".into());
    report.note(
        Words::new("terminal", "端末"),
        &if terminal {
            name
        } else {
            format!("{name}, {}", Words::new("output is no terminal", "出力先は端末ではありません").get(lang))
        },
    );
    let depth = match Depth::detect(&env) {
        Depth::Mono => Words::new("none (NO_COLOR or TERM=dumb)", "なし（NO_COLOR または TERM=dumb）"),
        Depth::Sixteen => {
            Words::new("16; COLORTERM=truecolor would give more", "16色（COLORTERM=truecolor で増えます）")
        }
        Depth::True => Words::new("24 bits", "24ビット"),
    };
    report.note(Words::new("colors", "色"), depth.get(lang));
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(env).unwrap_or_else(|| "-".into());
    let utf8 = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    let advice = if utf8 {
        ""
    } else {
        Words::new("; set LANG to a UTF-8 locale", "。LANG に UTF-8 のロケールを設定してください").get(lang)
    };
    report.line(utf8, Words::new("UTF-8 locale", "UTF-8 ロケール"), &format!("{locale}{advice}"));

    let data = settings.data_dir.display().to_string();
    match writable(&settings.data_dir) {
        Ok(()) => report.line(true, Words::new("data folder", "データフォルダー"), &data),
        Err(why) => {
            let words = Words::new(
                "{0}: {1}; marks last only until the end of the program. Choose another with --data-dir",
                "{0}: {1}。印はプログラム終了まで有効です。--data-dir で別の場所を指定できます",
            );
            report.line(
                false,
                Words::new("data folder", "データフォルダー"),
                &words.fill(lang, &[&data, &cause(&why).words(lang)]),
            );
        }
    }
    if let Some(file) = &loaded.file {
        let state = if loaded.file_read {
            Words::new("read", "読み込み済み")
        } else if loaded.is_file_unused() {
            Words::new("not used, defaults hold; see below", "使用不可（既定値を使用）。下記を参照")
        } else {
            Words::new("not there, defaults hold", "なし（既定値を使用）")
        };
        report.note(Words::new("configuration", "設定ファイル"), &format!("{} ({})", file.display(), state.get(lang)));
    }
    let (_, keys) = Keymap::new(&settings.keys);
    let (_, styles) = Styles::new(&settings.styles);
    let mut problems: Vec<String> = loaded.problems.iter().map(|problem| problem.text(lang).to_string()).collect();
    problems.extend(in_words(&keys, lang).chain(in_words(&styles, lang)));
    let (own, wrong) = super::own::own(settings);
    problems.extend(wrong);
    problems.extend(super::own::weights(settings).1);
    for problem in &problems {
        report.line(false, Words::new("setting", "設定"), problem);
    }

    let name = Words::new("sandbox", "サンドボックス");
    match sandbox::tries() {
        Ok((Some(held), _)) if held.is_whole() => {
            let words = Words::new(
                "whole; `gosanke doctor --sandbox` tries to break out",
                "有効（`gosanke doctor --sandbox` で脱出を試験できます）",
            );
            report.line(true, name, words.get(lang));
        }
        // What a system lacks is no fault of the reader's.
        Ok((Some(held), _)) => {
            let words = Words::new("partial: {0}", "一部のみ：{0}");
            report.note(name, &words.fill(lang, &[&held.missing(lang)]));
        }
        Ok((None, _)) => {
            let words = Words::new("the process did not start as a worker", "ワーカーとして起動しませんでした");
            report.line(false, name, words.get(lang));
        }
        Err(why) => report.line(false, name, &cause(&why).words(lang)),
    }

    let count = own.rules.rules().count().to_string();
    let rules =
        Words::new("{0} from {1}", "{1} から {0} 件").fill(lang, &[&count, &settings.rules_dir.display().to_string()]);
    report.note(Words::new("own rules", "独自ルール"), &rules);

    let (geo, warnings) = Geo::open(&settings.geo, Some(&settings.data_dir));
    for database in geo.databases() {
        report.line(true, Words::new("addresses", "アドレスDB"), database);
    }
    for warning in in_words(&warnings, lang) {
        report.line(false, Words::new("addresses", "アドレスDB"), &warning);
    }
    let tool = ["wl-copy", "xclip", "xsel", "pbcopy"].into_iter().find(|tool| on_path(tool, &env));
    let display = env("WAYLAND_DISPLAY").or_else(|| env("DISPLAY")).is_some();
    let how = match (settings.clipboard, tool.filter(|_| display)) {
        (Clipboard::Auto | Clipboard::Tool, Some(tool)) => tool.to_owned(),
        (Clipboard::Tool, None) => {
            let words = Words::new(
                "no tool of a desktop is at hand (setting `clipboard`)",
                "使えるデスクトップのツールがありません（設定 `clipboard`）",
            );
            words.get(lang).to_owned()
        }
        (Clipboard::File, _) => Words::new("into a file", "ファイル").get(lang).to_owned(),
        (Clipboard::Osc52, _) => Words::new("through the terminal (OSC 52)", "端末経由（OSC 52）").get(lang).to_owned(),
        (Clipboard::Auto, None) => {
            Words::new("through the terminal (OSC 52), else into a file", "端末経由（OSC 52）、またはファイル")
                .get(lang)
                .to_owned()
        }
    };
    report.note(Words::new("copying", "コピー"), &how);
    if env("TMUX").is_some() {
        let words =
            Words::new("needs `set -s set-clipboard on` to copy", "コピーには `set -s set-clipboard on` が必要です");
        report.note(Words::new("tmux", "tmux"), words.get(lang));
    }
    look_ups(loaded, &mut report);
    (report.out, report.healthy)
}

/// What became of a worker's tries to break out, and whether none succeeded.
pub(super) fn tried(
    lang: Lang,
    tried: std::io::Result<(Option<Confinement>, Vec<Try>)>,
    host: std::io::Result<(Option<HostConfinement>, Vec<Try>)>,
) -> (String, bool) {
    let mut report = Report { out: String::new(), healthy: true, lang };
    let name = Words::new("sandbox", "サンドボックス");
    let (held, tries) = match tried {
        Ok((Some(held), tries)) => (held, tries),
        Ok((None, _)) => {
            let words = Words::new("the process did not start as a worker", "ワーカーとして起動しませんでした");
            report.line(false, name, words.get(lang));
            return (report.out, report.healthy);
        }
        Err(why) => {
            let words = Words::new("no process can be started: {0}", "プロセスを起動できません: {0}");
            report.line(false, name, &words.fill(lang, &[&cause(&why).words(lang)]));
            return (report.out, report.healthy);
        }
    };
    if held.is_whole() {
        let words = Words::new(
            "whole: Landlock, seccomp and resource limits are in force",
            "有効：Landlock、seccomp、リソース制限がすべて働いています",
        );
        report.line(true, name, words.get(lang));
    } else {
        let words = Words::new("partial: {0}", "一部のみ：{0}");
        report.line(false, name, &words.fill(lang, &[&held.missing(lang)]));
    }
    report.tries(&tries);
    report.host(host);
    (report.out, report.healthy)
}

impl Report {
    /// What confines the process of the screen and the look-ups.
    fn host(&mut self, tried: std::io::Result<(Option<HostConfinement>, Vec<Try>)>) {
        let lang = self.lang;
        let name = Words::new("screen and look-ups", "画面と照会のプロセス");
        let Ok((Some(held), tries)) = tried else {
            let words = Words::new("the process did not start", "プロセスを起動できません");
            return self.line(false, name, words.get(lang));
        };
        let parts = [
            (held.files, Words::new("files (Landlock)", "ファイル（Landlock）")),
            (held.calls, Words::new("system calls (seccomp)", "システムコール（seccomp）")),
        ];
        let missing: Vec<&str> =
            parts.iter().filter(|(part, _)| *part != Strength::Whole).map(|(_, name)| name.get(lang)).collect();
        if missing.is_empty() {
            let words = Words::new(
                "confined to its mailboxes, its own folders and connections of its own",
                "メールボックス、自身のフォルダー、自身が始める接続だけに限定",
            );
            self.line(true, name, words.get(lang));
        } else {
            let words = Words::new("not whole on this system: {0}", "このシステムでは一部のみ: {0}");
            self.line(false, name, &words.fill(lang, &[&missing.join(", ")]));
        }
        self.tries(&tries);
    }

    fn tries(&mut self, tries: &[Try]) {
        let lang = self.lang;
        for one in tries {
            let text = match one.outcome {
                Outcome::Refused(number) => {
                    let why = cause(&std::io::Error::from_raw_os_error(number)).words(lang);
                    Words::new("refused ({0}): {1}", "拒否（{0}）：{1}").fill(lang, &[one.call, &why])
                }
                Outcome::Succeeded => {
                    Words::new("NOT refused ({0}): this is a way out", "拒否されません（{0}）：ここから抜け出せます")
                        .fill(lang, &[one.call])
                }
                Outcome::NoWord => Words::new(
                    "no answer ({0}): the process ended here",
                    "応答がありません（{0}）：ここでプロセスが終了しました",
                )
                .fill(lang, &[one.call]),
            };
            self.line(matches!(one.outcome, Outcome::Refused(_)), one.about, &text);
        }
    }
}

/// How far questions may travel, whom they would go to, and what lies here for them. Names keys, never says one; asks
/// nobody.
fn look_ups(loaded: &Loaded, report: &mut Report) {
    let settings = &loaded.settings;
    let lang = settings.lang;
    let reach = match settings.reach {
        Reach::Local => Words::new("local: not a packet leaves", "ローカル：パケットは一切出ません"),
        Reach::ThirdParty => {
            Words::new("third parties: the sender does not notice", "第三者まで：送信者には気付かれません")
        }
        Reach::Sender => Words::new("sender: the sender's side can notice", "送信者側まで：気付かれる可能性があります"),
    };
    report.note(Words::new("reach", "照会範囲"), reach.get(lang));
    resolver(settings, report);
    if !settings.proxy.is_empty() {
        match settings.proxy.parse::<lookup::Proxy>() {
            Ok(_) => report.note(Words::new("proxy", "プロキシ"), &settings.proxy),
            Err(why) => report.line(false, Words::new("proxy", "プロキシ"), why.get(lang)),
        }
    }
    let services = if settings.services.is_empty() {
        Words::new("none: nobody but name servers is asked", "なし：DNS サーバー以外には照会しません")
            .get(lang)
            .to_owned()
    } else {
        settings.services.join(", ")
    };
    report.note(Words::new("services", "サービス"), &services);
    let folder = Some(settings.keys_dir.as_path()).filter(|path| !path.as_os_str().is_empty());
    let (keys, wrong) = Keys::load(&super::environment, folder);
    for why in &wrong {
        report.line(false, Words::new("keys", "キー"), &why.words(lang));
    }
    let found: Vec<&str> =
        lookup::keys::NAMES.iter().filter(|(id, _)| keys.get(id).is_some()).map(|(_, title)| *title).collect();
    let found =
        if found.is_empty() { Words::new("none found", "なし").get(lang).to_owned() } else { found.join(", ") };
    report.note(Words::new("keys", "キー"), &found);
    for id in &settings.services {
        let wants = lookup::keys::NAMES.iter().any(|(name, _)| name == id) && id != "phishtank";
        if wants && keys.get(id).is_none() {
            let words = Words::new(
                "{0} is named and has no key ({1}): it cannot be asked",
                "{0} のキー（{1}）がないため、照会できません",
            );
            report.line(false, Words::new("keys", "キー"), &words.fill(lang, &[id, &lookup::keys::variable(id)]));
        }
    }
    if let Some(age) = super::iana::age(&settings.data_dir, lookup::system_clock()(), lang) {
        report.note(Words::new("registries", "レジストリ"), &age);
    }
    feeds(loaded, report);
}

/// Which feeds lie here, and how old they are.
fn feeds(loaded: &Loaded, report: &mut Report) {
    let settings = &loaded.settings;
    let lang = settings.lang;
    let about = Words::new("feeds", "フィード");
    let here: Vec<lookup::feeds::Entry> =
        lookup::feeds::list(&settings.data_dir).into_iter().filter(|entry| entry.head.is_some()).collect();
    if here.is_empty() {
        let words = Words::new("none; `gosanke feeds` lists them", "なし（`gosanke feeds` で一覧を表示）");
        report.note(about, words.get(lang));
    }
    let now = lookup::system_clock()();
    for entry in here {
        let Some(Ok(head)) = entry.head else {
            let words = Words::new(
                "{0}: damaged; `gosanke feeds update {0}` fetches it anew",
                "{0}：破損しています。`gosanke feeds update {0}` で取得し直せます",
            );
            report.line(false, about, &words.fill(lang, &[&entry.id]));
            continue;
        };
        let days = (now.saturating_sub(head.fetched).max(0) / 86_400).to_string();
        let words =
            Words::new("{0}: {1 line|lines} of {2}, fetched {3 day|days} ago", "{0}：{1} 件、{2} 付（{3} 日前に取得）");
        report.note(about, &words.fill(lang, &[&entry.id, &head.lines.to_string(), &head.dated, &days]));
    }
}

/// The name servers; in a wider reach than local they are asked whether they can be believed.
fn resolver(settings: &Settings, report: &mut Report) {
    let about = Words::new("resolver", "DNS サーバー");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let servers = match settings.resolver.parse::<lookup::Servers>() {
        Ok(servers) => servers,
        Err(why) => return report.line(false, about, &why.words(report.lang)),
    };
    let (Ok(runtime), true) = (runtime, settings.reach > Reach::Local) else {
        return report.note(about, &settings.resolver);
    };
    let wait = Duration::from_secs(settings.lookup_timeout.into());
    let doubts = runtime.block_on(lookup::doubts(&servers, wait, settings.reach));
    let said = doubts.iter().map(|words| words.get(report.lang)).collect::<Vec<_>>().join("; ");
    let text = if said.is_empty() { settings.resolver.clone() } else { format!("{}: {said}", settings.resolver) };
    report.line(doubts.is_empty(), about, &text);
}

/// A file can be made there; none stays.
fn writable(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    std::fs::remove_file(probe)
}

fn on_path(tool: &str, env: &dyn Fn(&str) -> Option<String>) -> bool {
    env("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()))
}
