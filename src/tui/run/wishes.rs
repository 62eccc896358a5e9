//! Carries out what the state wishes for: hands it to threads, to the engine of look-ups, to the keeper of marks, to the
//! terminal. Decides nothing.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use crate::facts::{Fact, Key, Reach, State};
use crate::lookup;
use crate::mailbox::Identity;
use crate::store::{Event as StoreEvent, Marked};
use crate::text::{Lang, Words};

use super::super::app::{copy_rows, gather, nested, quarantine_rows};
use super::super::clipboard;
use super::super::msg::{Cmd, Msg};
use super::super::worker::Line;
use super::{Loop, MANY};

/// Questions that are offered together: each is looked for among the kept answers first, and a key must not wait for many.
const FEW: usize = 32;
/// Stack of a thread that parses.
const STACK: usize = 8 * 1024 * 1024;

impl Loop {
    /// Hands the text to a tool of the desktop on a thread, as a display that does not answer must not hold the screen;
    /// else to the terminal or a file, here, as the terminal is the loop's alone.
    fn copy(&mut self, what: String, text: String, tried: bool) -> anyhow::Result<Vec<Cmd>> {
        let env = |name: &str| std::env::var(name).ok();
        let lang = self.app.lang;
        let tools = if tried { &[] } else { clipboard::tools(self.clipboard, &env) };
        if !tools.is_empty() {
            let out = self.out.clone();
            std::thread::Builder::new().name("clipboard".into()).spawn(move || {
                let _ = out.send(match clipboard::run_tools(tools, &text, lang) {
                    Some(how) => Msg::Copied(copied(lang, &what, &text, &how)),
                    None => Msg::NotCopied { what, text },
                });
            })?;
            return Ok(Vec::new());
        }
        let done = clipboard::copy(&text, self.clipboard, &env, &self.data_dir, lang);
        Ok(self.app.update(match done {
            Ok(how) => Msg::Copied(copied(lang, &what, &text, &how)),
            Err(why) => Msg::Failed(why),
        }))
    }

    pub(super) fn carry_out(&mut self, wishes: Vec<Cmd>) -> anyhow::Result<()> {
        let mut wishes = VecDeque::from(wishes);
        while let Some(wish) = wishes.pop_front() {
            match wish {
                Cmd::List { folder, generation } => self.workers.list(folder, generation)?,
                Cmd::Resume { folder, generation } => {
                    let rows = &self.app.list.rows;
                    let (taken, named) = rows.standing();
                    self.workers.resume(folder, generation, rows.batches().cloned().collect(), taken, named)?;
                }
                Cmd::Limit { reach, folder } => {
                    self.engine.limit(reach);
                    self.left.retain(|(key, _)| key.reach() <= reach);
                    wishes.extend(self.app.set_reach(reach, folder));
                }
                Cmd::First(rows) => self.workers.first(rows),
                Cmd::Open(index) => self.workers.open(index, false),
                Cmd::OpenAnyway(index) => self.workers.open(index, true),
                Cmd::Inside { around, depth, bytes } => {
                    let job = nested::Job::new(&self.app, self.workers.gate(Line::Front), around, depth, bytes);
                    let out = self.out.clone();
                    std::thread::Builder::new().name("inside".into()).stack_size(STACK).spawn(move || {
                        let _ = out.send(job.run());
                    })?;
                }
                // Neither is worth a word where it fails: it only spares the next run a process.
                Cmd::Killer(identity) => drop(self.keeper.killer(identity, self.app.now)),
                Cmd::Forgive(identity) => drop(self.keeper.forgive(identity)),
                Cmd::Search { search, query, rows } => self.workers.search(search, query, rows),
                Cmd::EndSearch => self.workers.end_search(),
                Cmd::Known(keys) => {
                    let facts: Vec<_> = keys.into_iter().filter_map(|key| self.known(key)).collect();
                    if !facts.is_empty() {
                        wishes.extend(self.app.update(Msg::Facts(facts)));
                    }
                }
                Cmd::Ask { keys, reach, anew } => {
                    let facts = self.ask(keys, reach, anew);
                    wishes.extend(self.app.update(Msg::Facts(facts)));
                }
                Cmd::Consent { key, reach } => {
                    let yes = lookup::Consent::given(key);
                    let at_once = self.engine.ask_consented([yes], reach, self.app.generation);
                    let facts = at_once.into_iter().map(|line| (line.key, line.fact)).collect();
                    wishes.extend(self.app.update(Msg::Facts(facts)));
                }
                Cmd::Plan { title, wants } => {
                    // As far as it goes: what may leave is decided by the reader, row by row.
                    let plan = |engine: &lookup::Engine| engine.plan(wants.keys().cloned(), Reach::Sender);
                    if wants.list.len() <= MANY {
                        let planned = plan(&self.engine);
                        wishes.extend(self.app.update(Msg::Planned { title, wants, planned }));
                    } else {
                        // Each question is looked for among the kept answers.
                        let (engine, out) = (self.engine.clone(), self.out.clone());
                        std::thread::Builder::new().name("plan".into()).spawn(move || {
                            let planned = engine.plan(wants.keys().cloned(), Reach::Sender);
                            let _ = out.send(Msg::Planned { title, wants, planned });
                        })?;
                    }
                }
                Cmd::Gather { rows, judge } => {
                    let job = gather::Job::of(&self.app, &self.workers, &rows, judge);
                    let out = self.out.clone();
                    std::thread::Builder::new().name("gather".into()).stack_size(STACK).spawn(move || {
                        let _ = out.send(job.run());
                    })?;
                }
                Cmd::CallOff(Some(key)) => self.engine.call_off(&key),
                Cmd::CallOff(None) => {
                    self.left.clear();
                    self.engine.cancel();
                }
                Cmd::Mark(identities, mark) => {
                    let done = self.keeper.mark(identities, mark, self.app.now, 0);
                    wishes.extend(self.refused(done));
                }
                Cmd::Note(identity, note) => {
                    let done = self.keeper.note(identity, note, self.app.now, 0);
                    wishes.extend(self.refused(done));
                }
                Cmd::Undo => {
                    let done = self.keeper.undo(0);
                    wishes.extend(self.refused(done));
                }
                Cmd::Collect(collect, rows) => {
                    let job = copy_rows::Job::new(&self.app, &self.workers, collect, &rows);
                    let out = self.out.clone();
                    std::thread::Builder::new().name("collect".into()).stack_size(STACK).spawn(move || {
                        let _ = out.send(job.run());
                    })?;
                }
                Cmd::Save(job) => {
                    let lang = self.app.lang;
                    self.writing.start("save", &self.out, move |_| saved_to(&job, lang))?;
                }
                Cmd::Quarantine(rows) => {
                    let job = quarantine_rows::Job::new(&self.app, &self.workers, &rows, &self.data_dir);
                    self.writing.start("quarantine", &self.out, move |leaving| job.run(leaving))?;
                }
                Cmd::Copy { what, text, tried } => wishes.extend(self.copy(what, text, tried)?),
                Cmd::Wake(after) => self.wake(after),
                Cmd::Mouse(on) => self.guard.capture_mouse(on)?,
                Cmd::Redraw => self.guard.redraw()?,
                Cmd::Suspend => {
                    self.suspend()?;
                    self.app.dirty = true;
                }
                Cmd::Quit => self.app.leaving = true,
            }
        }
        Ok(())
    }

    /// Asks, and gives the present states. What finds no room on the board is offered again when answers come.
    fn ask(&mut self, keys: Vec<Key>, reach: Reach, anew: bool) -> Vec<(Key, Fact)> {
        let failed = |key: &Key| matches!(self.app.facts.state(key), State::Failed(_));
        let (again, first): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(|key| anew && failed(key));
        let generation = self.app.generation;
        let mut lines = self.engine.ask_anew(again, reach, generation);
        if first.len() > MANY {
            // A whole folder: offered bit by bit, as each question is looked for among the kept answers.
            self.left.extend(first.into_iter().map(|key| (key, reach)));
        } else {
            let (known, left) = self.engine.offer(first, reach, generation, lookup::Priority::Selected);
            lines.extend(known);
            self.left.extend(left.into_iter().map(|key| (key, reach)));
        }
        lines.into_iter().map(|line| (line.key, line.fact)).collect()
    }

    /// Offers what found no room before.
    pub(super) fn offer_left(&mut self) -> Vec<(Key, Fact)> {
        let Some((_, reach)) = self.left.front().cloned() else { return Vec::new() };
        let count = self.left.iter().take(FEW).take_while(|(_, other)| *other == reach).count();
        let keys: Vec<Key> = self.left.drain(..count).map(|(key, _)| key).collect();
        let (lines, back) = self.engine.offer(keys, reach, self.app.generation, lookup::Priority::Background);
        for key in back.into_iter().rev() {
            self.left.push_front((key, reach));
        }
        lines.into_iter().map(|line| (line.key, line.fact)).collect()
    }

    /// What the database of marks reports, as a message.
    pub(super) fn stored(&self, event: StoreEvent) -> Msg {
        let settled = |changed: Vec<(Identity, Marked)>| -> Vec<_> {
            let told = |marked: Marked| (marked.mark.is_some() || !marked.note.is_empty()).then_some(marked);
            changed.into_iter().map(|(identity, marked)| (identity, told(marked))).collect()
        };
        match event {
            StoreEvent::Saved { changed, .. } => Msg::Saved(settled(changed)),
            StoreEvent::Undone { undone: Some(undone), .. } => Msg::Undone(settled(undone.restored)),
            StoreEvent::Undone { undone: None, .. } => Msg::NothingToUndo,
            StoreEvent::Failed { error, .. } => self.not_saved(&error),
            StoreEvent::Opened { marks, .. } | StoreEvent::Reload(marks) => Msg::Marks(marks),
            StoreEvent::Warned(warning) => Msg::Failed(warning.words(self.app.lang)),
            StoreEvent::Waiting { count, why } => Msg::Waiting { count, why: why.words(self.app.lang) },
            StoreEvent::Landed { .. } => Msg::Waiting { count: 0, why: String::new() },
            // Told when the screen is gone; see `last_words`.
            StoreEvent::Lost { .. } => Msg::Tick,
        }
    }

    fn not_saved(&self, why: &crate::store::Error) -> Msg {
        Msg::Failed(
            Words::new("not saved: {0}", "保存できません: {0}").fill(self.app.lang, &[&why.words(self.app.lang)]),
        )
    }

    fn refused(&mut self, done: Result<(), crate::store::Error>) -> Vec<Cmd> {
        match done {
            Ok(()) => Vec::new(),
            Err(why) => {
                let msg = self.not_saved(&why);
                self.app.update(msg)
            }
        }
    }

    fn known(&self, key: Key) -> Option<(Key, crate::facts::Fact)> {
        self.engine.known(&key).map(|fact| (key, fact))
    }

    fn wake(&mut self, after: u64) {
        self.wakes.push(Instant::now() + Duration::from_millis(after + 1));
    }

    pub(super) fn suspend(&mut self) -> io::Result<()> {
        self.guard.suspend()?;
        // Another gosanke may have marked mails meanwhile.
        let _ = self.keeper.look();
        Ok(())
    }
}

fn copied(lang: Lang, what: &str, text: &str, how: &str) -> String {
    let lines = text.lines().count().to_string();
    Words::new("copied {0} (lines: {1}): {2}", "コピー: {0}（{1} 行）: {2}").fill(lang, &[what, &lines, how])
}

/// Writes parts of a mail and says where they are.
fn saved_to(job: &crate::save::Job, lang: Lang) -> Msg {
    match job.write() {
        Ok(saved) => {
            let words = Words::new("saved {0 file|files} in {1}", "{0} 個のファイルを {1} に保存しました");
            Msg::Done(words.fill(lang, &[&saved.names.len().to_string(), &saved.folder.display().to_string()]))
        }
        Err(trouble) => {
            Msg::Failed(Words::new("not saved: {0}", "保存できません: {0}").fill(lang, &[&trouble.words(lang)]))
        }
    }
}
