//! The settings that name folders which are written: for saved parts, and for quarantined mails.

use std::path::PathBuf;

use super::given::Given;
use super::rows::Setting;
use crate::text::Words;

const A_PATH: Words = Words::new("a path", "パス");

fn path(given: &Given) -> Option<PathBuf> {
    given.text().filter(|path| !path.contains('\0')).map(PathBuf::from)
}

/// The row of the folder that parts are saved below.
pub(super) const SAVE_DIR: Setting = Setting {
    key: "save_dir",
    about: Words::new(
        "Folder that attachments are saved below, each mail in a folder of its own; empty for `saved` in the data directory.",
        "添付ファイルの保存先。メールごとに専用のフォルダーを作ります。空ならデータディレクトリの `saved`。",
    ),
    takes: A_PATH,
    default: "\"\"",
    read: |settings, _, given| {
        settings.save_dir = path(given)?;
        Some(())
    },
    write: |settings| vec![(String::new(), toml::Value::from(settings.save_dir.display().to_string()).to_string())],
};

/// The row of the Maildir that mails are quarantined in.
pub(super) const QUARANTINE_DIR: Setting = Setting {
    key: "quarantine_dir",
    about: Words::new(
        "Maildir that mails are quarantined in (moved from a Maildir, copied from an mbox). Empty: the key does nothing, \
         and the command wants --into.",
        "隔離先の Maildir（Maildir からは移動、mbox からはコピー）。空ならキーは働かず、コマンドには --into が必要です。",
    ),
    takes: A_PATH,
    default: "\"\"",
    read: |settings, _, given| {
        settings.quarantine_dir = path(given)?;
        Some(())
    },
    write: |settings| {
        vec![(String::new(), toml::Value::from(settings.quarantine_dir.display().to_string()).to_string())]
    },
};
