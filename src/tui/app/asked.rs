//! The questions of this run: which wait, which are under way and since when, and how they ended. Kept for the jobs layer;
//! the engine knows the same and more, but not what the screen has heard of.

use std::collections::{HashMap, VecDeque};

use crate::facts::{Fact, Key, State};
use crate::view::jobs::{Done, Ended, Jobs, Running, doc};
use crate::view::{Doc, Target};

use super::super::layer::Layer;
use super::super::msg::Cmd;
use super::App;

/// Ended questions that are kept.
const KEPT: usize = 500;
/// Milliseconds between two frames of the jobs layer while something runs.
const TICK: u64 = 1_000;

/// The questions of this run.
#[derive(Debug, Default)]
pub struct Asked {
    /// Sent or waiting, since the clock's value.
    running: HashMap<Key, (bool, u64)>,
    ended: VecDeque<Ended>,
    answered: usize,
    failed: usize,
}

impl Asked {
    /// Takes note of a fact that arrived. `clock` is in milliseconds of the run, `now` in Unix seconds.
    pub(super) fn note(&mut self, key: &Key, fact: &Fact, clock: u64, now: i64) {
        match &fact.state {
            State::Queued | State::Asking => {
                let sent = fact.state == State::Asking;
                let entry = self.running.entry(key.clone()).or_insert((sent, clock));
                if entry.0 != sent {
                    *entry = (sent, clock);
                }
            }
            state => {
                let Some((_, since)) = self.running.remove(key) else { return };
                match state {
                    State::Value(_) | State::Absent => self.answered += 1,
                    State::Failed(_) => self.failed += 1,
                    _ => {}
                }
                if self.ended.len() >= KEPT {
                    self.ended.pop_back();
                }
                let took = clock.saturating_sub(since);
                let (state, origin) = (fact.state.clone(), fact.origin.clone());
                self.ended.push_front(Ended { key: key.clone(), at: now, took, state, origin });
            }
        }
    }

    /// Something waits or is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// How many wait or are under way.
    #[must_use]
    pub fn count(&self) -> usize {
        self.running.len()
    }

    /// How many were answered and how many were not since the last call.
    pub(super) fn take_counts(&mut self) -> (usize, usize) {
        (std::mem::take(&mut self.answered), std::mem::take(&mut self.failed))
    }

    /// What waits or is under way, what was sent first, longest first.
    fn running(&self, clock: u64) -> Vec<Running> {
        let mut list: Vec<Running> = self
            .running
            .iter()
            .map(|(key, (sent, since))| Running { key: key.clone(), sent: *sent, since: clock.saturating_sub(*since) })
            .collect();
        list.sort_by(|a, b| (b.sent, b.since, &a.key).cmp(&(a.sent, a.since, &b.key)));
        list
    }
}

impl App {
    /// `J`: what runs, since when, and how it ended.
    pub(super) fn open_jobs(&mut self) -> Vec<Cmd> {
        self.warned = 0;
        self.layers.push(Layer::Jobs(Box::default()));
        self.jobs_tick()
    }

    /// While the layer is open and something runs, its times go on.
    pub(super) fn jobs_tick(&mut self) -> Vec<Cmd> {
        if !self.asked.is_running() {
            return Vec::new();
        }
        let Some(Layer::Jobs(sheet)) = self.layers.last_mut() else { return Vec::new() };
        sheet.forget();
        vec![Cmd::Wake(TICK)]
    }

    /// The document of the jobs layer.
    #[must_use]
    pub fn jobs_doc(&self) -> Doc {
        use crate::text::Words;
        let mut done = Vec::new();
        if let Some(progress) = self.list.indexing {
            let total = progress.total.map_or_else(|| "?".to_owned(), |total| total.to_string());
            let words = Words::new("listing: {0} of {1}", "一覧作成: {1} 中 {0}");
            let text = words.fill(self.lang, &[&progress.done.to_string(), &total]);
            done.push(Done { at: None, text, failed: false });
        }
        let readable = self.list.readable;
        if self.list.analyzed < readable {
            let words = Words::new("analysis: {0} of {1 mail|mails}", "解析: {1} 通中 {0} 通");
            let text = words.fill(self.lang, &[&self.list.analyzed.to_string(), &readable.to_string()]);
            done.push(Done { at: None, text, failed: false });
        }
        let past = self.jobs.iter().rev();
        done.extend(past.map(|job| Done { at: Some(job.at), text: job.text.clone(), failed: job.failed }));
        let jobs =
            Jobs { running: self.asked.running(self.clock), ended: self.asked.ended.iter().cloned().collect(), done };
        doc(&jobs, self.lang, &self.tz)
    }

    /// Keys of the jobs layer: `x` calls the question under the cursor off, `X` all of them.
    pub(super) fn jobs_key(&mut self, event: crossterm::event::KeyEvent) -> Vec<Cmd> {
        use crossterm::event::KeyCode;
        let key = super::super::keymap::Key::of(event);
        match event.code {
            KeyCode::Char('x') => {
                let running = self.asked.running(self.clock);
                let Some(Layer::Jobs(sheet)) = self.layers.last() else { return Vec::new() };
                let chosen = sheet.targets().iter().find_map(|target| match target {
                    Target::Item(at) => running.get(*at),
                    _ => None,
                });
                chosen.map(|one| Cmd::CallOff(Some(one.key.clone()))).into_iter().collect()
            }
            KeyCode::Char('X') => vec![Cmd::CallOff(None)],
            KeyCode::Char('q' | 'h' | 'J') => {
                self.layers.pop();
                Vec::new()
            }
            _ => {
                let action = self.keymap.action(super::super::action::Scope::Inspector, key);
                if let (Some(Layer::Jobs(sheet)), Some(action)) = (self.layers.last_mut(), action) {
                    let _ = sheet.act(action);
                }
                Vec::new()
            }
        }
    }
}
