//! Messages inside a mail: opened in the same panes as a mail of their own, and left again to the mail around them. They
//! have no row in the list, so that nothing here touches one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::analysis::{Analysis, analyze};
use crate::evidence::nested_bytes;
use crate::message::{Summary, summarize};
use crate::text::Words;
use crate::view::Target;
use crate::view::row::Digest;

use super::super::inspect::OpenMail;
use super::super::msg::Cmd;
use super::{App, Selected};

/// The most messages in messages that are opened.
const DEPTH: usize = 16;

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
        let run = AssertUnwindSafe(|| {
            let mut analysis = analyze(&bytes, &[], &self.facts, &self.weights, &self.own);
            analysis.prepare(&bytes);
            analysis
        });
        let analysis = catch_unwind(run).unwrap_or_else(|_| Analysis::failed(&bytes));
        let inner = Box::new(OpenMail { index: mail.index, bytes, analysis });
        if let Selected::Here(around) = std::mem::replace(&mut self.selected, Selected::Here(inner)) {
            let pane = self.inspector.focus;
            self.outer.push((*around, (pane, self.inspector.position(pane).stop)));
        }
        self.inspector.forget(false);
        let back = self.keymap.label(super::super::action::Action::Back);
        let words = Words::new(
            "a message inside; {0} goes back to the mail",
            "メール内のメールです。{0} で元のメールに戻ります",
        );
        Some(self.tell(words, &[&back]))
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
