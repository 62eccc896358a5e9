//! What other programs do to the folder that is shown, and how cursor, selection and filter stay on their messages.

use std::collections::HashSet;
use std::sync::Arc;

use crate::mailbox::{Identity, Problem};
use crate::sandbox::Death;
use crate::text::Words;
use crate::tui::action::Action;
use crate::tui::layer::{Confirm, Layer};
use crate::tui::list::{Batch, List, Row};
use crate::tui::msg::Cmd;
use crate::tui::rows::Heads;

use super::{App, FolderName, Selected};

/// What tells a message from the others of its folder while the folder is read anew: address, subject, date.
type Face = (String, String, Option<i64>);

fn face(row: Row) -> Face {
    (row.summary.address, row.summary.subject, row.summary.date)
}

/// Where the reader was when a mailbox was replaced.
#[derive(Debug)]
pub(super) struct Place {
    cursor: Option<Face>,
    /// So many rows stood above it on the screen.
    above: usize,
    selected: HashSet<Face>,
}

impl App {
    /// New messages: the cursor stays on its own.
    pub(super) fn came(&mut self, rows: Batch) -> Vec<Cmd> {
        // Somebody reads here: the first row is no longer just the first row.
        self.list.touched = true;
        let count: usize = rows.parts().iter().map(|(heads, _)| heads.len()).sum();
        self.list.add(rows);
        let words = Words::new("{0 new mail|new mails}", "新着メール {0} 通");
        self.log(words.fill(self.lang, &[&count.to_string()]), false);
        Vec::new()
    }

    /// New folders: they stand behind all others.
    pub(super) fn new_folders(&mut self, folders: Vec<(u16, FolderName)>) -> Vec<Cmd> {
        for (number, folder) in folders {
            if usize::from(number) == self.folders.len() {
                let words = Words::new("new folder: {0}", "新しいフォルダー: {0}");
                let name = crate::text::show(&folder.name);
                let text = words.fill(self.lang, &[name.as_str()]);
                self.toast(text, false);
                self.folders.push(folder);
            }
        }
        Vec::new()
    }

    /// Messages have other names, flags or bytes, or are gone.
    pub(super) fn changed(&mut self, parts: Vec<(usize, Arc<Heads>)>, again: &[u32]) -> Vec<Cmd> {
        self.list.replace(parts, again);
        self.turns += 1;
        for index in again {
            self.turned.insert(*index, self.turns);
            // What ended a process is not there any more.
            self.dead.remove(index);
        }
        self.inspector.forget(true);
        match self.list.current_index() {
            // Other bytes: what is shown of it is not true any more.
            Some(index) if again.contains(&index) => {
                self.outer.clear();
                self.selected = Selected::Reading(index);
                self.inspector.forget(false);
                vec![Cmd::Open(index)]
            }
            _ => Vec::new(),
        }
    }

    /// The mailbox is another one: it is read again, and the reader comes back to where he was.
    pub(super) fn replaced(&mut self, why: Words) -> Vec<Cmd> {
        let place = Place {
            cursor: self.list.current().filter(|_| self.list.touched).map(face),
            above: self.list.cursor.saturating_sub(self.list.offset),
            selected: self.list.rows.iter().filter(|row| row.selected).map(face).collect(),
        };
        let filter = self.list.filter_text.clone();
        self.list = List::new(self.list.sort, self.list.reverse);
        self.list.set_filter(&filter);
        self.list.touched = false;
        self.list.indexing = Some(crate::mailbox::Progress::default());
        self.place = Some(place);
        self.generation += 1;
        self.dead.clear();
        self.turned.clear();
        self.selected = Selected::Nothing;
        self.outer.clear();
        self.inspector.forget(false);
        self.asked_first.clear();
        self.toast(why.get(self.lang).to_owned(), false);
        vec![Cmd::List { folder: self.folder, generation: self.generation }]
    }

    /// The folder was listed to its end: back to where the reader was.
    pub(super) fn back_to_place(&mut self) {
        let Some(place) = self.place.take() else { return };
        if !place.selected.is_empty() {
            let wanted: Vec<u32> = (0u32..)
                .zip(self.list.rows.iter())
                .filter_map(|(index, row)| place.selected.contains(&face(row)).then_some(index))
                .collect();
            self.list.select_these(&wanted);
        }
        let Some(cursor) = place.cursor else { return };
        let at = self.list.order.iter().position(|index| self.list.row(*index).map(face).as_ref() == Some(&cursor));
        if let Some(at) = at {
            self.list.go(at);
            self.list.offset = at.saturating_sub(place.above);
            self.list.go(at);
        }
    }

    /// A mail ended the confined process that analyzed it, or did so before and is not opened by itself.
    pub(super) fn died(&mut self, index: u32, death: Death, identity: Option<Identity>) -> Vec<Cmd> {
        // Told already: rows are judged, opened and searched each by themselves.
        if self.dead.get(&index).is_some_and(|before| *before == death || death == Death::Known) {
            return self.unchanged();
        }
        self.dead.insert(index, death);
        let subject = self.list.row(index).map(|row| row.summary.subject).unwrap_or_default();
        let why = format!("{}: {}", crate::message::clip(&subject, 60), death.words(self.lang));
        if self.list.current_index() == Some(index) {
            self.fail(&why);
        } else {
            self.log(why, true);
        }
        let Some(identity) = identity else { return Vec::new() };
        self.list.name(index, identity);
        let new = self.killers.insert(identity);
        if new && death.is_of_mail() { vec![Cmd::Killer(identity)] } else { Vec::new() }
    }

    /// The mail under the cursor was not opened, as it ended a process before: now the reader asks for it.
    pub(super) fn open_anyway(&mut self) -> Option<Vec<Cmd>> {
        let Selected::Here(mail) = &self.selected else { return None };
        let index = mail.index;
        if !mail.analysis.failed || !self.killers.contains(&mail.analysis.identity) {
            return None;
        }
        self.dead.remove(&index);
        self.selected = Selected::Reading(index);
        self.inspector.forget(false);
        Some(vec![Cmd::OpenAnyway(index)])
    }

    /// A mail was opened that ended a process before, and did no harm: the next run opens it like any other.
    pub(super) fn forgive(&mut self, index: u32, identity: Identity) -> Option<Cmd> {
        self.dead.remove(&index);
        self.killers.remove(&identity).then_some(Cmd::Forgive(identity))
    }

    /// Changes of marks and notes wait for the disk, or do so no more.
    pub(super) fn waits(&mut self, count: usize, why: &str) -> Vec<Cmd> {
        let before = std::mem::replace(&mut self.unsaved, count);
        if count == 0 && self.asks_to_leave() {
            // The question no longer stands; whoever asked can leave.
            self.layers.pop();
        }
        if count == 0 && !why.is_empty() {
            // Taken back: nothing was written.
            return Vec::new();
        }
        if count == 0 {
            let words =
                Words::new("what waited is on disk now: {0 change|changes}", "待機中の変更 {0} 件を保存しました");
            return self.tell(words, &[&before.to_string()]);
        }
        let words = Words::new(
            "not on disk yet: {0 change|changes} of marks and notes ({1}); tried again until written",
            "印とメモの変更 {0} 件を保存できていません（{1}）。保存できるまで再試行します",
        );
        self.fail(&words.fill(self.lang, &[&count.to_string(), why]));
        Vec::new()
    }

    fn asks_to_leave(&self) -> bool {
        matches!(self.layers.last(), Some(Layer::Confirm(Confirm { yes: Some(Cmd::Quit), .. })))
    }

    /// Leaves. Where changes wait for a disk that does not take them, that is asked first; Ctrl-C at the question leaves.
    pub(super) fn leave(&mut self) -> Vec<Cmd> {
        if self.unsaved == 0 || self.asks_to_leave() {
            self.leaving = true;
            return vec![Cmd::Quit];
        }
        let words = Words::new(
            "Leave? {0 change|changes} of marks and notes could not be saved yet, and may be lost.",
            "終了しますか？印とメモの変更 {0} 件が未保存で、失われる可能性があります。",
        );
        let title = words.fill(self.lang, &[&self.unsaved.to_string()]);
        let words = Words::new(
            "They are written as soon as the disk takes them; the jobs ({0}) tell why it does not.",
            "ディスクに書き込めるようになれば保存します。理由は記録（{0}）に表示します。",
        );
        let lines = vec![words.fill(self.lang, &[&self.keymap.label(Action::Jobs)])];
        self.open_layer(Layer::Confirm(Confirm { title, lines, yes: Some(Cmd::Quit), offset: 0 }))
    }

    /// Another folder, or none, stands at the path of this one: what comes there is not shown, and may be out of the reach
    /// of a confined process.
    pub(super) fn is_elsewhere(&mut self, run: Option<u64>) -> Vec<Cmd> {
        self.elsewhere = run;
        if run.is_none() {
            return Vec::new();
        }
        let words = Words::new(
            "the mailbox was moved away from its path, or replaced: this is still the old one; quit and open it again to see what is there now",
            "メールボックスが移動または置き換えられました。表示中は元のものです。現在の内容を見るには、終了して開き直してください",
        );
        self.fail(words.get(self.lang));
        Vec::new()
    }

    /// The folder cannot be looked at; what was listed stays.
    pub(super) fn lost(&mut self, why: &Problem) -> Vec<Cmd> {
        let words = Words::new("the folder cannot be followed any more: {0}", "フォルダーを追跡できません: {0}");
        self.fail(&words.fill(self.lang, &[&why.words(self.lang)]));
        Vec::new()
    }
}
