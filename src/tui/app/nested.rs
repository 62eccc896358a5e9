//! Messages inside a mail: opened in the same panes as a mail of their own, and left again to the mail around them. They
//! have no row in the list, so that nothing here touches one.

use crate::analysis::{Analysis, Own, analyze};
use crate::evidence::nested_bytes;
use crate::facts::FactSet;
use crate::mailbox::Identity;
use crate::message::{Summary, summarize};
use crate::sandbox::Death;
use crate::signal::Weights;
use crate::text::Words;
use crate::view::Target;
use crate::view::row::Digest;

use super::super::inspect::OpenMail;
use super::super::msg::{Cmd, Msg};
use super::super::worker::Gate;
use super::{App, Mode, Selected};

/// The most messages in messages that are opened.
const DEPTH: usize = 16;

/// A message inside a mail, with all that its analysis needs on a thread of its own.
#[derive(Debug)]
pub struct Job {
    gate: Gate,
    around: Identity,
    depth: usize,
    bytes: Vec<u8>,
    facts: FactSet,
    weights: Weights,
    own: Own,
}

/// A message inside a mail that was analyzed.
#[derive(Debug)]
pub struct Inside {
    around: Identity,
    depth: usize,
    bytes: Vec<u8>,
    analysis: Result<Box<Analysis>, Option<Death>>,
}

impl Job {
    /// Prepares the job.
    #[must_use]
    pub fn new(app: &App, gate: Gate, around: Identity, depth: usize, bytes: Vec<u8>) -> Self {
        let (facts, weights, own) = (app.facts.clone(), app.weights.clone(), app.own.clone());
        Self { gate, around, depth, bytes, facts, weights, own }
    }

    /// Analyzes.
    #[must_use]
    pub fn run(self) -> Msg {
        let Self { gate, around, depth, bytes, facts, weights, own } = self;
        let (bytes, analysis) = gate.analyze(&[], bytes.into(), |bytes| {
            let mut analysis = analyze(bytes, &[], &facts, &weights, &own);
            analysis.prepare(bytes);
            analysis
        });
        Msg::Inside(Inside { around, depth, bytes: bytes.into_bytes(), analysis: analysis.map(Box::new) })
    }
}

impl App {
    /// Opens the message that the cursor's line names. `None` where it names none.
    pub(super) fn open_nested(&mut self) -> Option<Vec<Cmd>> {
        let at = self.inspector.targets().iter().find_map(|target| match target {
            Target::Nested(at) => Some(*at),
            _ => None,
        })?;
        let mail = self.open_mail()?;
        let nested = mail.analysis.evidence.nested.get(at)?;
        let bytes = nested_bytes(&mail.analysis.message, nested).filter(|_| self.outer.len() < DEPTH);
        let Some(bytes) = bytes else {
            return Some(self.tell(Words::new("this message was not kept", "このメールは保持されていません"), &[]));
        };
        let around = mail.analysis.identity;
        Some(vec![Cmd::Inside { around, depth: self.outer.len(), bytes }])
    }

    /// The message inside is analyzed: shows it, where the mail around it is still what is shown.
    pub(super) fn inside(&mut self, done: Inside) -> Vec<Cmd> {
        let Inside { around, depth, bytes, analysis } = done;
        let index = match self.open_mail() {
            // Nor where the reader went back to the list meanwhile.
            Some(mail)
                if mail.analysis.identity == around && self.outer.len() == depth && self.mode == Mode::Inspect =>
            {
                mail.index
            }
            _ => return Vec::new(),
        };
        let (analysis, death) = match analysis {
            Ok(mut analysis) => {
                // What was answered meanwhile.
                analysis.judge(&self.facts, &self.weights);
                (*analysis, None)
            }
            Err(death) => (Analysis::failed(&bytes), death),
        };
        let inner = Box::new(OpenMail { index, bytes, analysis });
        if let Selected::Here(around) = std::mem::replace(&mut self.selected, Selected::Here(inner)) {
            let pane = self.inspector.focus;
            self.outer.push((*around, (pane, self.inspector.position(pane).stop)));
        }
        self.inspector.forget(false);
        if let Some(death) = death {
            self.fail(&death.words(self.lang));
            return Vec::new();
        }
        let back = self.keymap.label(super::super::action::Action::Back);
        let words = Words::new(
            "a message inside; {0} goes back to the mail",
            "メール内のメールです。{0} で元のメールに戻ります",
        );
        self.tell(words, &[&back])
    }

    /// What the head of the screen says of a message inside another.
    #[must_use]
    pub fn nested_head(&self) -> Option<(Summary, Option<Digest>)> {
        let mail = self.open_mail().filter(|_| !self.outer.is_empty())?;
        Some((summarize(&mail.bytes), mail.analysis.brief().digest))
    }

    /// Goes back to the mail around the message that is shown. Gives false where there is none.
    pub(super) fn leave_nested(&mut self) -> bool {
        let Some((mut around, (pane, stop))) = self.outer.pop() else { return false };
        around.analysis.judge(&self.facts, &self.weights);
        self.selected = Selected::Here(Box::new(around));
        self.inspector.forget(false);
        // To the line that was left.
        self.inspector.focus = pane;
        self.inspector.go(pane, stop);
        true
    }
}
