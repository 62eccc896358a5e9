//! Moving rows into quarantine in the background, after the reader said yes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::mailbox::{Entry, Identity, Opened};
use crate::quarantine::{Quarantine, Settled, Trouble};
use crate::text::{Lang, Words};

use super::super::msg::Msg;
use super::super::worker::Workers;
use super::App;

/// What is to be moved, with all that it needs on a thread of its own.
pub struct Job {
    mailbox: Arc<Opened>,
    entries: Vec<(Entry, Option<Identity>)>,
    into: PathBuf,
    data_dir: PathBuf,
    lang: Lang,
    now: i64,
}

impl Job {
    /// Prepares the job.
    #[must_use]
    pub fn new(app: &App, workers: &Workers, rows: &[u32], data_dir: &Path) -> Self {
        let entry = |index: &u32| Some((app.list.row(*index)?.entry, app.list.rows.identity(*index)));
        Self {
            mailbox: Arc::clone(workers.mailbox()),
            entries: rows.iter().filter_map(entry).collect(),
            into: app.quarantine_dir.clone(),
            data_dir: data_dir.to_owned(),
            lang: app.lang,
            now: app.now,
        }
    }

    /// Moves, and says what came of it. Where the program leaves, no further mail is begun.
    #[must_use]
    pub fn run(self, leaving: &AtomicBool) -> Msg {
        let failed = |why: &Trouble| {
            let words = Words::new("not quarantined: {0}", "隔離できません: {0}");
            Msg::Failed(words.fill(self.lang, &[&why.words(self.lang)]))
        };
        let (mut quarantine, told) = match Quarantine::open(&self.data_dir, self.now) {
            Ok((quarantine, warning)) => {
                (quarantine, warning.map(|warning| warning.words(self.lang) + " ").unwrap_or_default())
            }
            Err(why) => return failed(&why),
        };
        if let Err(why) = quarantine.settle() {
            return failed(&why);
        }
        let mut done = 0_usize;
        let mut refused: Option<Trouble> = None;
        let mut left = 0;
        for (entry, known) in &self.entries {
            if leaving.load(Ordering::Relaxed) {
                left += 1;
                continue;
            }
            let identity = match known {
                Some(identity) => Ok(*identity),
                None => self.mailbox.identify(entry),
            };
            let taken = identity
                .map_err(Trouble::Unreadable)
                .and_then(|identity| quarantine.take(&self.mailbox, entry, identity, &self.into));
            match taken {
                Ok(_) => done += 1,
                Err(why) => refused = Some(why),
            }
        }
        let count = done.to_string();
        if left > 0 {
            let words = Words::new(
                "left while mails were quarantined: {0} of {1 mail|mails} in {2}",
                "隔離の途中で終了しました: {1} 通のうち {0} 通を {2} に隔離済み",
            );
            let all = self.entries.len().to_string();
            return Msg::Failed(told + &words.fill(self.lang, &[&count, &all, &self.into.display().to_string()]));
        }
        match refused {
            None => {
                let words = Words::new("quarantined {0 mail|mails} in {1}", "{0} 通を {1} に隔離しました");
                let done = words.fill(self.lang, &[&count, &self.into.display().to_string()]);
                if told.is_empty() { Msg::Done(done) } else { Msg::Failed(told + &done) }
            }
            Some(why) => {
                // What stopped half-way is looked at at once; it may be done all the same.
                let settled = quarantine.settle().unwrap_or_default();
                let moved = settled.iter().filter(|one| matches!(one, Settled::Done(_))).count();
                let count = (done + moved).to_string();
                let words = Words::new(
                    "quarantined {0} of {1 mail|mails}; the last reason: {2}",
                    "{1} 通のうち {0} 通を隔離しました。最後の理由: {2}",
                );
                let all = self.entries.len().to_string();
                Msg::Failed(told + &words.fill(self.lang, &[&count, &all, &why.words(self.lang)]))
            }
        }
    }
}
