//! Looks at what the program needs and says what is missing: terminal, language, folders, databases, settings.

use std::fmt::Write as _;
use std::io::IsTerminal;

use crate::config::Loaded;
use crate::lookup::geo::Geo;
use crate::sandbox::{self, Confinement, Outcome, Try};
use crate::text::{Lang, Words, show};
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
            report.line(false, Words::new("data folder", "データフォルダー"), &words.fill(lang, &[&data, &why]));
        }
    }
    if let Some(file) = &loaded.file {
        let state = if loaded.file_read {
            Words::new("read", "読み込み済み")
        } else {
            Words::new("not there, defaults hold", "なし（既定値を使用）")
        };
        report.note(Words::new("configuration", "設定ファイル"), &format!("{} ({})", file.display(), state.get(lang)));
    }
    let (_, keys) = Keymap::new(&settings.keys);
    let (_, styles) = Styles::new(&settings.styles);
    let mut problems: Vec<String> =
        loaded.problems.iter().map(|problem| problem.text(lang).to_string()).chain(keys).chain(styles).collect();
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
        Err(why) => report.line(false, name, &why.to_string()),
    }

    let count = own.rules.rules().count().to_string();
    let rules =
        Words::new("{0} from {1}", "{1} から {0} 件").fill(lang, &[&count, &settings.rules_dir.display().to_string()]);
    report.note(Words::new("own rules", "独自ルール"), &rules);

    let (geo, warnings) = Geo::open(&settings.geo, Some(&settings.data_dir));
    for database in geo.databases() {
        report.line(true, Words::new("addresses", "アドレスDB"), database);
    }
    for warning in &warnings {
        report.line(false, Words::new("addresses", "アドレスDB"), warning);
    }
    let tool = ["wl-copy", "xclip", "xsel", "pbcopy"].into_iter().find(|tool| on_path(tool, &env));
    let display = env("WAYLAND_DISPLAY").or_else(|| env("DISPLAY")).is_some();
    let how = match (tool, display) {
        (Some(tool), true) => tool.to_owned(),
        _ => Words::new("through the terminal (OSC 52), else into a file", "端末経由（OSC 52）、または ファイル")
            .get(lang)
            .to_owned(),
    };
    report.note(Words::new("copying", "コピー"), &how);
    if env("TMUX").is_some() {
        let words =
            Words::new("needs `set -s set-clipboard on` to copy", "コピーには `set -s set-clipboard on` が必要です");
        report.note(Words::new("tmux", "tmux"), words.get(lang));
    }
    report.note(Words::new("resolver", "DNS サーバー"), &settings.resolver);
    (report.out, report.healthy)
}

/// What became of a worker's tries to break out, and whether none succeeded.
pub(super) fn tried(lang: Lang, tried: std::io::Result<(Option<Confinement>, Vec<Try>)>) -> (String, bool) {
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
            report.line(false, name, &words.fill(lang, &[&why.to_string()]));
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
    for one in &tries {
        let text = match one.outcome {
            Outcome::Refused(number) => {
                let why = std::io::Error::from_raw_os_error(number).to_string();
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
        report.line(matches!(one.outcome, Outcome::Refused(_)), one.about, &text);
    }
    (report.out, report.healthy)
}

/// A file can be made there; none stays.
fn writable(folder: &std::path::Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|why| why.to_string())?;
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&probe).map_err(|why| why.to_string())?;
    std::fs::remove_file(probe).map_err(|why| why.to_string())
}

fn on_path(tool: &str, env: &dyn Fn(&str) -> Option<String>) -> bool {
    env("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()))
}
