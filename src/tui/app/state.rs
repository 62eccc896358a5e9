//! The parts of the program's state that are plain values: what it is started with, what it shows, what it tells.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::analysis::Own;
use crate::facts::{FactSet, Reach};
use crate::mailbox::{Identity, Kind};
use crate::signal::Weights;
use crate::store::Marked;
use crate::text::Lang;
use crate::wants::Services;

use super::super::inspect::OpenMail;
use super::super::keymap::Keymap;
use super::super::list::Sort;
use super::super::theme::Theme;

/// A folder as the screen knows it.
#[derive(Debug, Clone)]
pub struct FolderName {
    /// Its name, not yet made printable.
    pub name: String,
    /// Its path, not yet made printable.
    pub path: std::path::PathBuf,
    /// What it is.
    pub kind: Kind,
}

/// What the program is started with.
#[derive(Debug, Clone)]
pub struct Start {
    /// Language.
    pub lang: Lang,
    /// Looks.
    pub theme: Theme,
    /// Keys.
    pub keymap: Keymap,
    /// Reach of the run.
    pub reach: Reach,
    /// Order of the list.
    pub sort: Sort,
    /// Turned round.
    pub reverse: bool,
    /// Weights of rules.
    pub weights: Weights,
    /// The reader's own side.
    pub own: Own,
    /// What can be asked in this run.
    pub services: Services,
    /// Folders.
    pub folders: Vec<FolderName>,
    /// Facts known from the start: the recording of the demo.
    pub facts: FactSet,
    /// Marks and notes.
    pub marks: HashMap<Identity, Marked>,
    /// The reader's time zone.
    pub tz: TimeZone,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The demo is shown: say so.
    pub demo: bool,
    /// The mouse is captured.
    pub mouse: bool,
}

/// What the screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The list.
    List,
    /// The open mail.
    Inspect,
}

/// The selected mail and how far it is.
#[derive(Debug)]
pub enum Selected {
    /// Nothing is selected.
    Nothing,
    /// It is being read.
    Reading(u32),
    /// Here it is.
    Here(Box<OpenMail>),
    /// It cannot be read.
    Broken(u32, String),
}

/// A line of the jobs layer.
#[derive(Debug, Clone)]
pub struct Job {
    /// Unix seconds.
    pub at: i64,
    /// What, in words.
    pub text: String,
    /// It went wrong.
    pub failed: bool,
}

/// What a message to the reader tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Something was done.
    Done,
    /// Nothing had to be done, or nothing could be.
    Note,
    /// Something went wrong.
    Failed,
}

/// A message to the reader that goes away by itself.
#[derive(Debug, Clone)]
pub struct Toast {
    /// The text.
    pub text: String,
    /// What it tells of.
    pub of: Told,
    /// Milliseconds of the run at which it goes.
    pub until: u64,
}
