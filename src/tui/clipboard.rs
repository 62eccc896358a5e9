//! Copying a text: the native tool where there is a display, else the terminal's own way (OSC 52), else a file. Says
//! what was done and never claims what cannot be seen.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crossterm::clipboard::CopyToClipboard;

use crate::config::Clipboard;
use crate::text::{Lang, Words, cause};

/// The longest text that terminals take by OSC 52 without cutting it, in bytes before encoding.
const OSC52: usize = 74_994;

/// A tool with its arguments.
type Tool = &'static [&'static str];

/// The desktop's tools, where there is a desktop and they are wanted; the first that works is enough.
pub(super) fn tools(how: Clipboard, env: &dyn Fn(&str) -> Option<String>) -> &'static [Tool] {
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    if !matches!(how, Clipboard::Auto | Clipboard::Tool) {
        &[]
    } else if set("WAYLAND_DISPLAY") {
        &[&["wl-copy"]]
    } else if set("DISPLAY") {
        &[&["xclip", "-selection", "clipboard"], &["xsel", "--clipboard", "--input"]]
    } else if cfg!(target_os = "macos") {
        &[&["pbcopy"]]
    } else {
        &[]
    }
}

/// Hands `text` to the first tool that takes it; says which. May wait for a display: not for the loop's thread.
pub(super) fn run_tools(tools: &[Tool], text: &str, lang: Lang) -> Option<String> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let name = tools.iter().find_map(|tool| run(tool, text))?;
    Some(Words::new("with {0}", "{0} を使用").fill(lang, &[name]))
}

/// Copies `text` through the terminal or into a file; gives what to tell.
///
/// # Errors
/// No way worked; the text says why.
pub(super) fn copy(
    text: &str,
    how: Clipboard,
    env: &dyn Fn(&str) -> Option<String>,
    data_dir: &Path,
    lang: Lang,
) -> Result<String, String> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    if how == Clipboard::Tool {
        let words = Words::new(
            "no clipboard tool worked (wl-copy, xclip, xsel, pbcopy); install one, or set clipboard = \"auto\"",
            "クリップボードのツール（wl-copy、xclip、xsel、pbcopy）が使えません。導入するか clipboard = \"auto\" にしてください",
        );
        return Err(words.get(lang).to_owned());
    }
    if how != Clipboard::File && text.len() <= OSC52 && !set("GOSANKE_NO_OSC52") {
        let done = crossterm::execute!(std::io::stdout(), CopyToClipboard::to_clipboard_from(text));
        if done.is_ok() {
            let words = if set("TMUX") {
                Words::new(
                    "handed to the terminal (OSC 52); tmux passes it on only with set-clipboard on",
                    "端末に渡しました（OSC 52）。tmux では set-clipboard on が必要です",
                )
            } else {
                Words::new(
                    "handed to the terminal (OSC 52); whether it took it cannot be seen",
                    "端末に渡しました（OSC 52）。受け取られたかは確認できません",
                )
            };
            return Ok(words.get(lang).to_owned());
        }
    }
    let path = data_dir.join("copied.txt");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|why| format!("{}: {}", path.display(), cause(&why).words(lang)))?;
    Ok(Words::new("written to {0}", "{0} に書き込みました").fill(lang, &[&path.display().to_string()]))
}

/// Runs a tool with the text on its standard input; gives its name where it worked.
fn run<'a>(tool: &[&'a str], text: &str) -> Option<&'a str> {
    let (name, arguments) = tool.split_first()?;
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    child.wait().ok()?.success().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_where_that_is_asked_for_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let told = copy("hxxps://a[.]example/\n", Clipboard::File, &|_| None, folder.path(), Lang::En).unwrap();
        let path = folder.path().join("copied.txt");
        assert!(told.contains(path.to_str().unwrap()), "{told}");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "hxxps://a[.]example/");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
        let why = copy("x", Clipboard::File, &|_| None, Path::new("/nonexistent/folder"), Lang::En).unwrap_err();
        assert!(why.contains("/nonexistent/folder"), "{why}");
    }
}
