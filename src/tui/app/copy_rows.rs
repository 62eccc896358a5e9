//! Collecting from several mails in the background.

use std::sync::Arc;

use crate::analysis::{Analysis, Own, analyze};
use crate::facts::{FactSet, Reach};
use crate::mailbox::{Entry, Opened};
use crate::signal::Weights;
use crate::text::{Lang, Words};
use crate::view::{Subject, Where};

use super::super::msg::{Collect, Msg};
use super::super::worker::{Gate, Line, Workers};
use super::App;
use super::copy::{collected, name};

/// What is to be collected, with all that it needs on a thread of its own.
pub struct Job {
    gate: Gate,
    mailbox: Arc<Opened>,
    entries: Vec<Entry>,
    facts: FactSet,
    weights: Weights,
    own: Own,
    collect: Collect,
    lang: Lang,
    tz: jiff::tz::TimeZone,
}

impl Job {
    /// Prepares the job.
    #[must_use]
    pub fn new(app: &App, workers: &Workers, collect: Collect, rows: &[u32]) -> Self {
        Self {
            gate: workers.gate(Line::Back),
            mailbox: Arc::clone(workers.mailbox()),
            entries: rows.iter().filter_map(|index| app.list.row(*index)).map(|row| row.entry).collect(),
            facts: app.facts.clone(),
            weights: app.weights.clone(),
            own: app.own.clone(),
            collect,
            lang: app.lang,
            tz: app.tz.clone(),
        }
    }

    /// Reads every mail and collects; the same line stands there once.
    #[must_use]
    pub fn run(self) -> Msg {
        let mut seen = std::collections::HashSet::new();
        let mut text = String::new();
        let mut unread = 0;
        for entry in &self.entries {
            let Ok(bytes) = self.mailbox.read_whole(entry, Vec::new()) else {
                unread += 1;
                continue;
            };
            let run = |bytes: &[u8]| analyze(bytes, &entry.doubts, &self.facts, &self.weights, &self.own);
            let (bytes, analysis) = self.gate.analyze(&entry.doubts, bytes, run);
            let Ok(analysis) = analysis else {
                unread += 1;
                continue;
            };
            let part = collected(&self.subject(&bytes, &analysis), self.collect);
            if self.collect == Collect::Summary {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&part);
                continue;
            }
            for line in part.lines() {
                if seen.insert(line.to_owned()) {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
        let mut what = name(self.collect).get(self.lang).to_owned();
        if unread > 0 {
            let words = Words::new(
                " ({0 mail|mails} left out: could not be read or analyzed)",
                "（読み取りか解析ができない {0} 通を除く）",
            );
            what.push_str(&words.fill(self.lang, &[&unread.to_string()]));
        }
        Msg::Collected { what, text }
    }

    fn subject<'a>(&'a self, bytes: &'a [u8], analysis: &'a Analysis) -> Subject<'a> {
        Subject {
            message: &analysis.message,
            bytes,
            evidence: &analysis.evidence,
            facts: &self.facts,
            proof: &analysis.proof,
            verdict: &analysis.verdict,
            entry: Where { sha256: Some(analysis.sha256), ..Where::default() },
            lang: self.lang,
            reach: Reach::Local,
            ask_key: "",
            tz: self.tz.clone(),
            moves: &[],
        }
    }
}
