//! What a key can do: one row per action owns its name, keys, scope, group, help line and rank in the footer. Keymap,
//! help, palette, footer, which-key boxes and the README's table are derived from these rows.

use super::keymap::Keymap;
use crate::text::{Lang, Words, pad, show};

/// Where an action can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In the list and in the inspector.
    Everywhere,
    /// In the list.
    List,
    /// In the inspector.
    Inspector,
    /// In the box that `y` opens.
    Copy,
    /// In the box that the sort key opens.
    Sort,
    /// In the box that the reach key opens.
    Reach,
    /// In the box that the save key opens.
    Save,
}

/// A group of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Moving about.
    Move,
    /// What is shown.
    Show,
    /// Marks and notes.
    Triage,
    /// Copying.
    Copy,
    /// Saving parts.
    Save,
    /// Questions to the network.
    Ask,
    /// The program itself.
    Program,
}

impl Group {
    /// The group's name.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::Move => Words::new("Move", "移動"),
            Self::Show => Words::new("Show", "表示"),
            Self::Triage => Words::new("Triage", "仕分け"),
            Self::Copy => Words::new("Copy", "コピー"),
            Self::Save => Words::new("Save", "保存"),
            Self::Ask => Words::new("Look up", "照会"),
            Self::Program => Words::new("Program", "プログラム"),
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $act:ident, $name:literal, [$($key:literal),*], $scope:ident, $group:ident, $rank:literal, $en:literal, $ja:literal;)*) => {
        /// An action.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $en] $act,)*
        }

        /// Every action, in the order of the help.
        pub const ACTIONS: &[Row] = &[
            $(Row {
                action: Action::$act,
                name: $name,
                keys: &[$($key),*],
                scope: Scope::$scope,
                group: Group::$group,
                footer: $rank,
                help: Words::new($en, $ja),
            },)*
        ];
    };
}

/// All that is known of one action.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Its name in the configuration.
    pub name: &'static str,
    /// Default keys, as the configuration writes them.
    pub keys: &'static [&'static str],
    /// Where it works.
    pub scope: Scope,
    /// Its group in the help.
    pub group: Group,
    /// Rank in the footer, 1 first; 0 is never shown there.
    pub footer: u8,
    /// One line for help and palette.
    pub help: Words,
}

actions! {
    Down, "down", ["j", "Down"], Everywhere, Move, 0, "next line or mail", "次の行・メールへ";
    Up, "up", ["k", "Up"], Everywhere, Move, 0, "previous line or mail", "前の行・メールへ";
    Top, "top", ["g", "Home"], Everywhere, Move, 0, "first line", "先頭へ";
    Bottom, "bottom", ["G", "End"], Everywhere, Move, 0, "last line", "末尾へ";
    HalfDown, "half-page-down", ["C-d"], Everywhere, Move, 0, "half a page down", "半ページ下へ";
    HalfUp, "half-page-up", ["C-u"], Everywhere, Move, 0, "half a page up", "半ページ上へ";
    PageDown, "page-down", ["PgDn"], Everywhere, Move, 0, "a page down", "1ページ下へ";
    PageUp, "page-up", ["PgUp"], Everywhere, Move, 0, "a page up", "1ページ上へ";
    Enter, "open", ["Enter", "l", "Right"], Everywhere, Move, 1, "open; in a pane: jump to the source", "開く／ペインでは原文の該当箇所へ";
    Back, "back", ["Esc", "h", "Left"], Everywhere, Move, 2, "back; never quits", "戻る（終了はしない）";
    NextPane, "next-pane", ["Tab"], Inspector, Move, 3, "next pane", "次のペイン";
    PreviousPane, "previous-pane", ["S-Tab"], Inspector, Move, 0, "previous pane", "前のペイン";
    NextMail, "next-mail", ["]", "C-n"], Inspector, Move, 7, "next mail", "次のメール";
    PreviousMail, "previous-mail", ["[", "C-p"], Inspector, Move, 0, "previous mail", "前のメール";
    Pane1, "pane-1", ["1"], Inspector, Move, 0, "pane 1: triad", "ペイン1: 御三家";
    Pane2, "pane-2", ["2"], Inspector, Move, 0, "pane 2: addresses", "ペイン2: アドレス";
    Pane3, "pane-3", ["3"], Inspector, Move, 0, "pane 3: place", "ペイン3: 場所";
    Pane4, "pane-4", ["4"], Inspector, Move, 0, "pane 4: links", "ペイン4: リンク";
    Pane5, "pane-5", ["5"], Inspector, Move, 0, "pane 5: verdict", "ペイン5: 判定";
    Pane6, "pane-6", ["6"], Inspector, Move, 0, "pane 6: hops", "ペイン6: 経路";
    Pane7, "pane-7", ["7"], Inspector, Move, 0, "pane 7: body", "ペイン7: 本文";
    Pane8, "pane-8", ["8"], Inspector, Move, 0, "pane 8: headers", "ペイン8: ヘッダー";
    Pane9, "pane-9", ["9"], Inspector, Move, 0, "pane 9: parts", "ペイン9: パート";
    Pane10, "pane-10", ["0"], Inspector, Move, 0, "pane 10: raw bytes", "ペイン10: 生データ";

    Search, "search", ["/"], Everywhere, Show, 4, "filter: the list while typing, inside mails by body: and header:; in a pane: search", "絞り込み（一覧。body: と header: で中身も検索）／ペインでは検索";
    NextHit, "next-hit", ["n"], Everywhere, Show, 0, "next hit, or next finding", "次の一致・次の所見";
    PreviousHit, "previous-hit", ["N"], Everywhere, Show, 0, "previous hit, or previous finding", "前の一致・前の所見";
    SortMenu, "sort", ["o"], List, Show, 6, "sort ...", "並べ替え…";
    Folders, "folders", ["f"], List, Show, 8, "folders: switch", "フォルダー: 切替";
    ClearFilter, "clear-filter", ["c"], List, Show, 0, "clear the filter", "絞り込みを解除";
    Zoom, "zoom", ["z"], Everywhere, Show, 8, "zoom: the pane alone", "拡大: このペインだけ";
    MapFull, "map", ["M"], Everywhere, Show, 9, "map: full screen", "地図: 全画面";

    Malicious, "mark-malicious", ["m"], Everywhere, Triage, 5, "malicious: mark the mail or the selection", "悪質: 印を付ける";
    Benign, "mark-benign", ["b"], Everywhere, Triage, 5, "benign: mark the mail or the selection", "無害: 印を付ける";
    Suspicious, "mark-suspicious", ["s"], Everywhere, Triage, 5, "suspicious: mark the mail or the selection", "疑わしい: 印を付ける";
    Unmark, "mark-clear", ["x"], Everywhere, Triage, 0, "clear the mark", "印を消す";
    Undo, "undo", ["u"], Everywhere, Triage, 6, "undo: take back the last change of marks or notes", "元に戻す: 印・メモの直前の変更";
    Note, "note", ["t"], Everywhere, Triage, 9, "note: write one on this mail", "メモ: このメールに書く";
    Quarantine, "quarantine", ["Q"], Everywhere, Triage, 0, "quarantine: move the mail or the selection away (asks first; off until quarantine_dir is set)", "隔離: メールまたは選択分を移す（確認あり。quarantine_dir の設定が必要）";
    Select, "select", ["Space"], List, Triage, 9, "select: this mail, and go on", "選択: このメールを選び次へ";
    Range, "select-range", ["v"], List, Triage, 0, "select a range: start, end", "範囲選択（開始・終了）";
    SelectNone, "select-none", ["V"], List, Triage, 0, "select none", "選択をすべて解除";

    CopyMenu, "copy", ["y"], Everywhere, Copy, 4, "copy: defanged indicators ...", "コピー: 無害化した指標…";
    CopyLive, "copy-live", ["Y"], Everywhere, Copy, 0, "copy this value live (asks first)", "この値をそのままコピー（確認あり）";
    CopyValue, "copy-value", ["y", "v"], Copy, Copy, 0, "this value", "この値";
    CopyUrls, "copy-urls", ["u"], Copy, Copy, 0, "URLs", "URL";
    CopyDomains, "copy-domains", ["d"], Copy, Copy, 0, "domains", "ドメイン";
    CopyAddresses, "copy-addresses", ["a"], Copy, Copy, 0, "IP addresses", "IPアドレス";
    CopyMails, "copy-mail-addresses", ["m"], Copy, Copy, 0, "mail addresses", "メールアドレス";
    CopyHashes, "copy-hashes", ["h"], Copy, Copy, 0, "hashes", "ハッシュ値";
    CopyAll, "copy-all", ["i"], Copy, Copy, 0, "all indicators", "すべての指標 (IOC)";
    CopySummary, "copy-summary", ["s"], Copy, Copy, 0, "the whole summary", "要約全体";

    SaveMenu, "save", ["S"], Inspector, Save, 6, "save: parts as files, or in a zip with a password ...", "保存: パートをファイルまたはパスワード付き zip に…";
    SavePart, "save-part", ["p"], Save, Save, 0, "the part under the cursor", "カーソル位置のパート";
    SaveAll, "save-all", ["a"], Save, Save, 0, "all files of this mail", "このメールの全ファイル";
    SaveZip, "save-zip", ["z"], Save, Save, 0, "all in a zip, password infected", "全ファイルを zip に（パスワード infected）";

    AskMail, "look-up", ["r"], Everywhere, Ask, 3, "look up: ask the network about this mail", "照会: このメールについて照会する";
    Plan, "plan", ["p"], Everywhere, Ask, 7, "plan: what would be asked, of whom; send all, some or none", "照会の予定: 内容と宛先を見て選んで送る";
    Who, "who", ["w"], Everywhere, Ask, 5, "who: all that is known of the line's host, address or link", "素性: この行のホスト・アドレス・リンクについて分かること";
    Reach, "reach", ["R"], Everywhere, Ask, 0, "reach ...: how far questions may travel", "照会範囲…: どこまで照会してよいか";

    ReachLocal, "reach-local", ["l"], Reach, Ask, 0, "local: nothing leaves", "ローカル: 何も送信しない";
    ReachThird, "reach-third-parties", ["t"], Reach, Ask, 0, "third parties", "第三者まで";
    ReachSender, "reach-sender", ["s"], Reach, Ask, 0, "sender: it can notice", "送信者まで: 気付かれうる";
    FolderLocal, "folder-local", ["L"], Reach, Ask, 0, "this folder: local", "このフォルダー: ローカル";
    FolderThird, "folder-third-parties", ["T"], Reach, Ask, 0, "this folder: third parties", "このフォルダー: 第三者まで";
    FolderSender, "folder-sender", ["S"], Reach, Ask, 0, "this folder: sender", "このフォルダー: 送信者まで";

    SortDate, "sort-date", ["d"], Sort, Show, 0, "by date", "日付順";
    SortScore, "sort-score", ["s"], Sort, Show, 0, "by score", "点数順";
    SortSender, "sort-sender", ["f"], Sort, Show, 0, "by sender", "差出人順";
    SortSubject, "sort-subject", ["t"], Sort, Show, 0, "by subject", "件名順";
    SortMailbox, "sort-mailbox", ["m"], Sort, Show, 0, "mailbox order", "メールボックスの順";
    SortReverse, "sort-reverse", ["r"], Sort, Show, 0, "reverse", "逆順";

    Help, "help", ["?", ":", "F1"], Everywhere, Program, 1, "help: every action, searchable", "ヘルプ: 全操作を検索";
    Jobs, "jobs", ["J"], Everywhere, Program, 0, "jobs: what runs, how it ended", "ジョブ: 実行中と結果";
    Mouse, "mouse", ["A-m"], Everywhere, Program, 0, "mouse: on or off", "マウス: 使う・使わない";
    Redraw, "redraw", ["C-l"], Everywhere, Program, 0, "redraw the screen", "画面を再描画";
    Suspend, "suspend", ["C-z"], Everywhere, Program, 0, "suspend", "一時停止";
    Quit, "quit", ["q", "C-c"], Everywhere, Program, 2, "quit", "終了";
}

impl Action {
    /// The row of this action.
    #[must_use]
    pub fn row(self) -> &'static Row {
        // Every variant is made by the same macro row as its entry; the first is only a stand-in the compiler asks for.
        ACTIONS.iter().find(|row| row.action == self).unwrap_or(&FIRST)
    }

    /// The pane that a number key names, from 0.
    #[must_use]
    pub fn pane(self) -> Option<usize> {
        [
            Self::Pane1,
            Self::Pane2,
            Self::Pane3,
            Self::Pane4,
            Self::Pane5,
            Self::Pane6,
            Self::Pane7,
            Self::Pane8,
            Self::Pane9,
            Self::Pane10,
        ]
        .iter()
        .position(|pane| *pane == self)
    }
}

static FIRST: Row = Row {
    action: Action::Help,
    name: "help",
    keys: &[],
    scope: Scope::Everywhere,
    group: Group::Program,
    footer: 0,
    help: Words::new("", ""),
};

/// Every action with its keys, as text for a terminal.
#[must_use]
pub fn text(keymap: &Keymap, lang: Lang) -> String {
    let mut out = String::new();
    for (heading, rows) in groups(lang) {
        out.push_str(&format!("\n{heading}\n"));
        for row in rows {
            let keys = pad(&show(&keymap.label(row.action)), 16);
            let name = pad(&show(row.name), 22);
            out.push_str(&format!("  {keys} {name} {}\n", row.help.get(lang)));
        }
    }
    out.trim_start().to_owned()
}

/// Every action with its default keys, as the generated document.
#[must_use]
pub fn markdown() -> String {
    let keymap = Keymap::default();
    let mut out = String::from(
        "# Keys\n\nMade by `gosanke keys --markdown`; do not edit. Names are those of the section `[keys]` of the \
         configuration.\n",
    );
    for (heading, rows) in groups(Lang::En) {
        out.push_str(&format!("\n## {heading}\n\n| keys | name | does |\n| --- | --- | --- |\n"));
        for row in rows {
            let keys: Vec<String> = keymap.keys(row.action).iter().map(|key| format!("`{key}`")).collect();
            out.push_str(&format!("| {} | `{}` | {} |\n", keys.join(" "), row.name, row.help.en));
        }
    }
    out
}

/// The actions by group; those of a box stand under the box's own heading.
fn groups(lang: Lang) -> Vec<(String, Vec<&'static Row>)> {
    let mut groups: Vec<(String, Vec<&'static Row>)> = Vec::new();
    for row in ACTIONS {
        let heading = match row.scope {
            Scope::Copy => Words::new("In the copy box", "コピーの一覧で").get(lang),
            Scope::Reach => Words::new("In the reach box", "照会範囲の一覧で").get(lang),
            Scope::Save => Words::new("In the save box", "保存の一覧で").get(lang),
            Scope::Sort => Words::new("In the sort box", "並べ替えの一覧で").get(lang),
            _ => row.group.words().get(lang),
        };
        match groups.iter_mut().find(|(known, _)| known == heading) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((heading.to_owned(), vec![row])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_action_has_one_name_and_help_in_both_languages() {
        let mut names = HashSet::new();
        for row in ACTIONS {
            assert!(names.insert(row.name), "{} twice", row.name);
            assert!(!row.help.en.is_empty() && !row.help.ja.is_empty(), "{}", row.name);
            assert!(!row.keys.is_empty(), "{} has no key", row.name);
            assert_eq!(row.action.row().name, row.name);
        }
    }
}
