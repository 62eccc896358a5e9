//! What lies over the screen: a stack. The top layer sees a key first, Esc takes it away.

pub mod input;
pub mod palette;
pub mod sheet;

use crate::mailbox::Identity;
use crate::view::plan::Plan;
use crate::view::who::Named;

use super::action::Scope;
use super::msg::Cmd;
use input::Line;
use palette::Palette;
use sheet::Sheet;

/// A layer.
#[derive(Debug)]
pub enum Layer {
    /// Help and palette in one.
    Help(Palette),
    /// A which-key box over the actions of one scope.
    Keys(Scope),
    /// A line to type into.
    Prompt(Prompt),
    /// A question with yes and no.
    Confirm(Confirm),
    /// The folders.
    Folders {
        /// The chosen one.
        cursor: usize,
    },
    /// What runs and what ended.
    Jobs(Box<Sheet>),
    /// What would be asked.
    Plan(Box<PlanLayer>),
    /// A card on a host, an address, a link, a network or a file.
    Who(Box<WhoLayer>),
}

/// The plan with the reader's marks.
#[derive(Debug)]
pub struct PlanLayer {
    /// What it is about.
    pub title: String,
    /// The questions.
    pub plan: Plan,
    /// Where the reader is in it.
    pub sheet: Sheet,
}

/// A card.
#[derive(Debug)]
pub struct WhoLayer {
    /// What it is about.
    pub named: Named,
    /// Where the reader is in it.
    pub sheet: Sheet,
}

/// A line to type into.
#[derive(Debug)]
pub struct Prompt {
    /// What it is for.
    pub kind: PromptKind,
    /// What is typed.
    pub line: Line,
    /// What stood there before, for Esc.
    pub before: String,
    /// The row under the cursor before, for Esc.
    pub at: Option<u32>,
}

/// What a prompt is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptKind {
    /// The live filter of the list.
    Filter,
    /// The search of a pane.
    Search,
    /// A note on one message.
    Note(Identity),
}

/// A question with yes and no.
#[derive(Debug)]
pub struct Confirm {
    /// The question.
    pub title: String,
    /// What it is about, a line each, not yet made printable.
    pub lines: Vec<String>,
    /// What yes does; `None` where there is only something to read.
    pub yes: Option<Cmd>,
    /// First line shown.
    pub offset: usize,
}
