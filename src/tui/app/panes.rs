//! What panes say of the selected mail: all that is known of it, or why nothing is.

use crate::analysis::DEFECT;
use crate::text::Words;
use crate::view::{Doc, Line, PANES, Subject, Tone, Where, raw};

use super::super::action::Action;
use super::super::inspect::OpenMail;
use super::{App, Selected};

/// Said in the place of whatever rests on an analysis that there is not.
pub(super) const NOT_ANALYZED: Words =
    Words::new("This mail was not analyzed: {0}.", "このメールは解析していません：{0}");

impl App {
    /// The mail under the cursor, once it is here.
    #[must_use]
    pub fn open_mail(&self) -> Option<&OpenMail> {
        match &self.selected {
            Selected::Here(mail) => Some(mail),
            _ => None,
        }
    }

    /// Why the open mail was not analyzed, where it was not.
    #[must_use]
    pub fn not_analyzed(&self) -> Option<String> {
        self.open_mail().filter(|mail| mail.analysis.failed)?;
        let death = self.list.current_index().and_then(|index| self.dead.get(&index));
        Some(death.map_or_else(|| DEFECT.get(self.lang).to_owned(), |death| death.words(self.lang)))
    }

    /// What a pane says of the open mail.
    #[must_use]
    pub fn pane_doc(&self, pane: usize) -> Doc {
        match (&self.selected, PANES.get(pane)) {
            // Nothing is known of it, which must not read as if there were nothing.
            (Selected::Here(_), Some(pane)) if pane.id != "raw" && self.not_analyzed().is_some() => {
                let mut doc = Doc::default();
                let text = NOT_ANALYZED.fill(self.lang, &[&self.not_analyzed().unwrap_or_default()]);
                doc.line(Line::new(&text, Tone::Error));
                doc
            }
            (Selected::Here(mail), Some(pane)) if pane.id == "raw" => {
                let rows = self.inspector.rows(&mail.bytes);
                self.with_subject(mail, |subject| raw::doc_at(subject, rows, self.inspector.source_at))
            }
            (Selected::Here(mail), Some(pane)) => self.with_subject(mail, |subject| (pane.doc)(subject)),
            (Selected::Broken(_, why), _) => {
                let mut doc = Doc::default();
                let words = Words::new("This mail cannot be read: {0}.", "このメールは読めません: {0}");
                doc.line(Line::new(&words.fill(self.lang, &[why]), Tone::Error));
                doc
            }
            _ => {
                let mut doc = Doc::default();
                let words = Words::new("reading …", "読み込み中…");
                doc.line(Line::new(words.get(self.lang), Tone::Dim));
                doc
            }
        }
    }

    /// Calls `told` with all that is known of a mail.
    pub fn with_subject<T>(&self, mail: &OpenMail, told: impl FnOnce(&Subject) -> T) -> T {
        let row = self.list.row(mail.index);
        let folder = self.folders.get(usize::from(self.folder));
        let identity = mail.analysis.identity;
        let held = self.marks.get(&identity);
        let path = match (folder, &row) {
            (Some(folder), Some(row)) => row.entry.path_below(&folder.path).to_string_lossy().into_owned(),
            _ => String::new(),
        };
        let ask_key = self.keymap.keys(Action::AskMail).first().map(ToString::to_string).unwrap_or_default();
        told(&Subject {
            message: &mail.analysis.message,
            bytes: &mail.bytes,
            evidence: &mail.analysis.evidence,
            facts: &self.facts,
            proof: &mail.analysis.proof,
            verdict: &mail.analysis.verdict,
            entry: Where {
                folder: folder.map_or("", |folder| folder.name.as_str()),
                path: &path,
                offset: row.as_ref().and_then(|row| row.entry.range).map(|(start, _)| start),
                sha256: Some(mail.analysis.sha256),
                mark: held.mark.map(|mark| super::mark_words(mark).get(self.lang)),
                note: held.note,
                campaign: self.list.campaign(mail.index),
            },
            lang: self.lang,
            reach: self.reach_here(),
            ask_key: &ask_key,
            tz: self.tz.clone(),
            moves: self.moves.get(&identity).map_or(&[], Vec::as_slice),
        })
    }
}
