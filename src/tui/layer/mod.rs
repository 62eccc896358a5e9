//! What lies over the screen: a stack. The top layer sees a key first, Esc takes it away.

pub mod input;
pub mod palette;

use crate::facts::Key as Question;
use crate::mailbox::Identity;
use crate::text::Lang;

use super::action::Scope;
use super::msg::Cmd;
use input::Line;
use palette::Palette;

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
    Jobs {
        /// First row shown.
        offset: usize,
    },
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

impl Confirm {
    /// A list of questions to the network, each with its reach.
    #[must_use]
    pub fn lines_of(keys: &[Question], lang: Lang) -> Vec<String> {
        keys.iter().map(|key| describe(key, lang)).collect()
    }
}

/// A question to the network as a line of the plan.
#[must_use]
pub fn describe(key: &Question, lang: Lang) -> String {
    format!("{}  {}", key.asks().get(lang), key.about())
}
