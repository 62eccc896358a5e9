//! What several mails want to know, read and analyzed in the background; and judging them again once it is known.

use std::collections::HashSet;
use std::sync::Arc;

use crate::analysis::{Brief, Own, analyze};
use crate::facts::FactSet;
use crate::mailbox::{Entry, Opened};
use crate::signal::Weights;
use crate::text::Words;
use crate::wants::{Services, Wants, wants};

use super::super::msg::{Cmd, Msg};
use super::super::worker::{Gate, Line, Workers};
use super::App;

/// The most questions of one plan: those of a folder of ten thousand mails. Nobody reads them all, but who asks about a
/// folder wants it whole.
const QUESTIONS: usize = 100_000;

/// The job, with all that it needs on a thread of its own.
pub struct Job {
    gate: Gate,
    since: u64,
    mailbox: Arc<Opened>,
    entries: Vec<(u32, Entry)>,
    facts: FactSet,
    weights: Weights,
    own: Own,
    services: Services,
    generation: u64,
    judge: bool,
}

impl Job {
    /// Prepares the job: `judge` asks for the verdicts in place of the questions.
    #[must_use]
    pub fn new(app: &App, mailbox: &Arc<Opened>, gate: Gate, rows: &[u32], judge: bool) -> Self {
        let entries = rows.iter().filter_map(|index| Some((*index, app.list.row(*index)?.entry))).collect();
        Self {
            since: app.turns,
            gate,
            mailbox: Arc::clone(mailbox),
            entries,
            facts: app.facts.clone(),
            weights: app.weights.clone(),
            own: app.own.clone(),
            services: app.services.clone(),
            generation: app.generation,
            judge,
        }
    }

    /// Prepares the job for the mailbox of the threads.
    #[must_use]
    pub fn of(app: &App, workers: &Workers, rows: &[u32], judge: bool) -> Self {
        Self::new(app, workers.mailbox(), workers.gate(Line::Back), rows, judge)
    }

    /// Reads every mail.
    #[must_use]
    pub fn run(self) -> Msg {
        let mut briefs: Vec<(u32, Brief)> = Vec::new();
        let mut found = Wants::default();
        let mut seen = HashSet::new();
        for (index, entry) in &self.entries {
            let Ok(bytes) = self.mailbox.read_whole(entry, Vec::new()) else { continue };
            let run = |bytes: &[u8]| analyze(bytes, &entry.doubts, &self.facts, &self.weights, &self.own);
            let (_, Ok(analysis)) = self.gate.analyze(&entry.doubts, bytes, run) else { continue };
            if self.judge {
                briefs.push((*index, analysis.brief()));
                continue;
            }
            let wanted = wants(&analysis.evidence, &self.facts, &self.services);
            found.left_out += wanted.left_out;
            for want in wanted.list {
                if !seen.insert(want.key.clone()) {
                    continue;
                }
                if found.list.len() < QUESTIONS {
                    found.list.push(want);
                } else {
                    found.left_out += 1;
                }
            }
        }
        if self.judge {
            Msg::Rejudged { generation: self.generation, since: self.since, briefs }
        } else {
            let rows = self.entries.iter().map(|(index, _)| *index).collect();
            Msg::Gathered { generation: self.generation, rows, wants: found }
        }
    }
}

impl App {
    /// What the chosen mails want is known: shows the plan for all of them.
    pub(super) fn gathered(&mut self, rows: Vec<u32>, wants: Wants) -> Vec<Cmd> {
        let count = rows.len().to_string();
        self.gathered = rows;
        let title = Words::new("What would be asked about {0 mail|mails}", "{0} 通についての照会の予定");
        let title = title.fill(self.lang, &[&count]);
        self.plan_for(title, wants, false)
    }

    /// The answers are in: the mails that they were for are judged again.
    pub(super) fn rejudge_gathered(&mut self) -> Vec<Cmd> {
        let rows = std::mem::take(&mut self.gathered);
        if rows.is_empty() { Vec::new() } else { vec![Cmd::Gather { rows, judge: true }] }
    }

    /// New verdicts of mails that are not open. A row that turned since it was taken from the list stands for other bytes.
    pub(super) fn rejudged(&mut self, since: u64, briefs: Vec<(u32, Brief)>) -> Vec<Cmd> {
        let open = self.open_mail().map(|mail| mail.index);
        for (index, brief) in briefs {
            if self.turned.get(&index).is_some_and(|turn| *turn > since) {
                continue;
            }
            // The open one was judged with every fact.
            if Some(index) != open {
                self.list.brief(index, &brief);
                if let Some(identity) = brief.identity {
                    self.list.mark_row(index, self.marks.get(&identity));
                }
            }
        }
        self.resort_soon()
    }
}
