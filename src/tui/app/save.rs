//! Saving parts and quarantining mails: what would be written is shown first, and only a yes makes it a wish. Nothing is
//! written here.

use crate::save::{Choice, Job};
use crate::text::Words;
use crate::view::Target;

use super::super::action::{Action, Scope};
use super::super::inspect::pane;
use super::super::layer::{Confirm, Layer};
use super::super::msg::Cmd;
use super::App;

impl App {
    /// Opens the box of ways to save.
    pub(super) fn save_menu(&mut self) -> Vec<Cmd> {
        if self.open_mail().is_none() {
            return self.not_yet();
        }
        self.open_layer(Layer::Keys(Scope::Save))
    }

    /// Shows what would be written, and asks.
    pub(super) fn save(&mut self, action: Action) -> Vec<Cmd> {
        let choice = if action == Action::SavePart {
            let Some(part) = self.part_here() else {
                let words = Words::new(
                    "put the cursor on a part, in the parts pane ({0})",
                    "パートのペイン（{0}）で、保存するパートにカーソルを置いてください",
                );
                let key = self.keymap.label(Action::Pane9);
                return self.tell(words, &[&key]);
            };
            Choice::Part(part)
        } else {
            Choice::Files
        };
        let Some(mail) = self.open_mail() else { return self.not_yet() };
        let sealed = action == Action::SaveZip;
        let job = Job::new(&mail.analysis.message, mail.analysis.sha256, &choice, sealed, &self.save_dir);
        if let Some(why) = job.empty(self.lang) {
            return match choice {
                Choice::Part(_) => {
                    let words =
                        Words::new("this part has no content to save", "このパートに保存できる内容はありません");
                    self.tell(words, &[])
                }
                Choice::Files => self.tell(Words::new("{0}", "{0}"), &[&why]),
            };
        }
        let title = Words::new(
            "Save this? Files may be dangerous; nothing is run or unpacked.",
            "保存しますか？危険なファイルの可能性があります（実行・展開はしません）。",
        )
        .get(self.lang)
        .to_owned();
        let lines = job.lines(self.lang);
        self.open_layer(Layer::Confirm(Confirm { title, lines, yes: Some(Cmd::Save(Box::new(job))), offset: 0 }))
    }

    /// The part that the cursor is on or below, in the parts pane.
    fn part_here(&self) -> Option<usize> {
        let parts = pane("parts");
        if self.inspector.focus != parts {
            return None;
        }
        let stop = self.inspector.position(parts).stop;
        let above = self.inspector.last(parts)?.stops.get(..=stop)?;
        above.iter().rev().flat_map(|stop| &stop.targets).find_map(|target| match target {
            Target::Item(part) => Some(*part),
            _ => None,
        })
    }

    /// Shows which mails would go into quarantine, and asks. Does nothing until a place for them is configured.
    pub(super) fn quarantine(&mut self) -> Vec<Cmd> {
        if self.quarantine_dir.as_os_str().is_empty() {
            let words = Words::new(
                "quarantine is off: set quarantine_dir in the configuration",
                "隔離は無効です。設定の quarantine_dir に隔離先を指定してください",
            );
            return self.tell(words, &[]);
        }
        let rows = self.chosen();
        if rows.is_empty() {
            return self.not_yet();
        }
        let title = Words::new("Quarantine {0 mail|mails}?", "{0} 通を隔離しますか？")
            .fill(self.lang, &[&rows.len().to_string()]);
        let words = Words::new(
            "to {0}: moved from a Maildir, copied from an mbox",
            "移動先 {0}（Maildir からは移動、mbox からはコピー）",
        );
        let mut lines = vec![words.fill(self.lang, &[&self.quarantine_dir.display().to_string()])];
        let undo =
            Words::new("`gosanke quarantine --undo` moves them back", "元に戻すには `gosanke quarantine --undo`");
        lines.push(undo.get(self.lang).to_owned());
        lines.extend(
            rows.iter()
                .take(1_000)
                .filter_map(|index| self.list.row(*index))
                .map(|row| format!("  {}  {}", row.summary.address, row.summary.subject)),
        );
        self.open_layer(Layer::Confirm(Confirm { title, lines, yes: Some(Cmd::Quarantine(rows)), offset: 0 }))
    }
}
