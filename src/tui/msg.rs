//! What comes into `update` and what it wants done. Plain values: tests make them by hand.

use std::collections::HashMap;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::analysis::Brief;
use crate::facts::{Fact, Key, Reach};
use crate::lookup::Planned;
use crate::mailbox::{Identity, Problem, Progress};
use crate::sandbox::Death;
use crate::save::Job;
use crate::search::{Found, Query};
use crate::store::{Mark, Marked};
use crate::text::Words;
use crate::wants::Wants;

use super::app::FolderName;
use super::app::nested::Inside;
use super::inspect::OpenMail;
use super::list::Batch;
use super::row::Sort;
use super::rows::{Heads, Places};

/// What happened.
#[derive(Debug)]
pub enum Msg {
    /// A key.
    Key(KeyEvent),
    /// Text pasted in brackets.
    Paste(String),
    /// The mouse, where it is captured.
    Mouse(MouseEvent),
    /// The terminal has another size.
    Resize(u16, u16),
    /// Rows of the folder that is being listed.
    Rows {
        /// The run they belong to.
        generation: u64,
        /// The rows.
        rows: Batch,
        /// How far the run is.
        progress: Progress,
    },
    /// The folder is listed to its end; an error where that went wrong.
    Listed {
        /// The run.
        generation: u64,
        /// What went wrong.
        error: Option<Problem>,
    },
    /// In which order rows stand by their texts: for each row its place, in the order of the rows.
    Ranked {
        /// The run.
        generation: u64,
        /// By which text.
        ranks: Vec<(Sort, Vec<u32>)>,
    },
    /// Where the first rows belong in the mailbox, which came before its order was known.
    Placed {
        /// The run.
        generation: u64,
        /// Their places.
        places: Places,
    },
    /// Other programs made folders; each with the number that it has from now on.
    Folders(Vec<(u16, FolderName)>),
    /// Other programs delivered messages to the folder that is shown.
    Came {
        /// The run.
        generation: u64,
        /// Their rows.
        rows: Batch,
    },
    /// Other programs renamed, flagged, completed or deleted messages.
    Changed {
        /// The run.
        generation: u64,
        /// Batches of rows by their place, as they are now.
        parts: Vec<(usize, Arc<Heads>)>,
        /// Rows that stand for other bytes than before.
        again: Vec<u32>,
    },
    /// The mailbox is another one than was listed.
    Replaced {
        /// The run.
        generation: u64,
        /// What happened to it.
        why: Words,
    },
    /// Something to know about the folder that is shown.
    Told {
        /// The run.
        generation: u64,
        /// What.
        words: Words,
    },
    /// The folder that is shown is not the one at its path any more, or is again.
    Elsewhere {
        /// The run.
        generation: u64,
        /// It is not.
        elsewhere: bool,
    },
    /// The folder cannot be looked at any more.
    Lost {
        /// The run.
        generation: u64,
        /// Why.
        why: Problem,
    },
    /// Messages were analyzed.
    Briefs {
        /// The run.
        generation: u64,
        /// Row and finding.
        briefs: Vec<(u32, Brief)>,
    },
    /// The confined process that analyzed a mail did not survive it.
    Died {
        /// The run.
        generation: u64,
        /// Its row.
        index: u32,
        /// What became of the process.
        death: Death,
        /// Which mail it is, where that is known.
        identity: Option<Identity>,
    },
    /// It is known which mails some rows are.
    Named {
        /// The run.
        generation: u64,
        /// Row and identity.
        names: Vec<(u32, Identity)>,
    },
    /// Mails were searched.
    Searched {
        /// The run of the folder.
        generation: u64,
        /// The search.
        search: u64,
        /// Row and what was found; nothing where the mail could not be searched.
        found: Vec<(u32, Option<Found>)>,
    },
    /// The mail that was wanted is read and analyzed.
    Opened {
        /// The run.
        generation: u64,
        /// The mail.
        mail: Box<OpenMail>,
    },
    /// A message inside the open mail is analyzed.
    Inside(Inside),
    /// The mail that was wanted cannot be read.
    NotOpened {
        /// The run.
        generation: u64,
        /// Its row.
        index: u32,
        /// Why.
        why: Problem,
    },
    /// Facts arrived or changed their state.
    Facts(Vec<(Key, Fact)>),
    /// What would leave, as the engine says it.
    Planned {
        /// What the plan is about.
        title: String,
        /// What is wanted.
        wants: Wants,
        /// Who would be asked, with which packets.
        planned: Vec<Planned>,
    },
    /// What several mails want to know.
    Gathered {
        /// The run.
        generation: u64,
        /// Their rows.
        rows: Vec<u32>,
        /// What they want, each question once.
        wants: Wants,
    },
    /// Mails that are not open were judged again.
    Rejudged {
        /// The run.
        generation: u64,
        /// How often rows had turned when these were taken from the list; see [`super::app::App::turned`].
        since: u64,
        /// Row and finding.
        briefs: Vec<(u32, Brief)>,
    },
    /// Marks and notes as they now stand in the database.
    Saved(Vec<(Identity, Option<Marked>)>),
    /// The last change of marks and notes was taken back: what these mails have now.
    Undone(Vec<(Identity, Option<Marked>)>),
    /// All marks and notes, after another program changed some.
    Marks(HashMap<Identity, Marked>),
    /// Nothing was left to undo.
    NothingToUndo,
    /// A text was collected for copying.
    Collected {
        /// What it is, in words.
        what: String,
        /// The text.
        text: String,
    },
    /// A text was copied; says how.
    Copied(String),
    /// The desktop's clipboard tool did not work: try another way.
    NotCopied {
        /// What it is.
        what: String,
        /// The text.
        text: String,
    },
    /// The user's databases of addresses are open: places may be others now.
    Places,
    /// What is not as it should be, found after the start.
    Warnings(Vec<String>),
    /// Something was done that a reader asked for.
    Done(String),
    /// Changes of marks and notes are not on disk, and are tried again; 0 where all are there.
    Waiting {
        /// How many.
        count: usize,
        /// Why; empty where nothing waits.
        why: String,
    },
    /// Something went wrong.
    Failed(String),
    /// Time passed: toasts may go.
    Tick,
    /// The program was resumed after a suspension.
    Resumed,
    /// A signal or a vanished terminal asks the program to end.
    Terminate,
}

impl Msg {
    /// The run of listing and analysis that it speaks of; `None` where it holds whatever is shown.
    #[must_use]
    pub fn run(&self) -> Option<u64> {
        match self {
            Self::Rows { generation, .. }
            | Self::Listed { generation, .. }
            | Self::Ranked { generation, .. }
            | Self::Placed { generation, .. }
            | Self::Came { generation, .. }
            | Self::Changed { generation, .. }
            | Self::Replaced { generation, .. }
            | Self::Told { generation, .. }
            | Self::Elsewhere { generation, .. }
            | Self::Lost { generation, .. }
            | Self::Briefs { generation, .. }
            | Self::Died { generation, .. }
            | Self::Named { generation, .. }
            | Self::Searched { generation, .. }
            | Self::Opened { generation, .. }
            | Self::NotOpened { generation, .. }
            | Self::Gathered { generation, .. }
            | Self::Rejudged { generation, .. } => Some(*generation),
            _ => None,
        }
    }
}

/// What is to be collected from messages for copying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collect {
    /// URLs.
    Urls,
    /// Domains and hosts.
    Domains,
    /// IP addresses.
    Addresses,
    /// Mail addresses.
    Mails,
    /// Hashes.
    Hashes,
    /// All of them.
    All,
    /// The summary of each message.
    Summary,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Cmd {
    /// List a folder.
    List {
        /// Index of the folder.
        folder: u16,
        /// The run.
        generation: u64,
    },
    /// Go on with the rows of the list as they stand.
    Resume {
        /// Index of the folder.
        folder: u16,
        /// The run.
        generation: u64,
    },
    /// Analyze these rows before all others.
    First(Vec<u32>),
    /// Read and analyze one mail for the inspector.
    Open(u32),
    /// The same with a mail that ended its process before: the reader asked for it.
    OpenAnyway(u32),
    /// Analyze a message inside the open mail.
    Inside {
        /// The mail, or message, around it.
        around: Identity,
        /// How many messages are around that one.
        depth: usize,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Remember a mail that ended its process.
    Killer(Identity),
    /// Forget that: it was opened, and did no harm.
    Forgive(Identity),
    /// Look inside mails; what was looked for before is forgotten.
    Search {
        /// The search.
        search: u64,
        /// What is looked for.
        query: Arc<Query>,
        /// In which rows, in this order.
        rows: Vec<u32>,
    },
    /// Look inside mails no more.
    EndSearch,
    /// Look into what is known on this machine; no packet.
    Known(Vec<Key>),
    /// Ask the network.
    Ask {
        /// The questions.
        keys: Vec<Key>,
        /// How far they may travel.
        reach: Reach,
        /// What failed before is tried again.
        anew: bool,
    },
    /// Ask a question that shows somebody a whole URL: the reader saw it and said yes to this very one.
    Consent {
        /// The question.
        key: Key,
        /// How far it may travel.
        reach: Reach,
    },
    /// Find out what would leave; no packet.
    Plan {
        /// What the plan is about.
        title: String,
        /// What is wanted.
        wants: Wants,
    },
    /// Read several mails for what they want to know, or judge them again.
    Gather {
        /// Their rows.
        rows: Vec<u32>,
        /// Judge them, in place of asking what they want.
        judge: bool,
    },
    /// Call off one question, or all of them.
    CallOff(Option<Key>),
    /// The reach changes, of the run or of the folder shown; questions that go farther are called off.
    Limit {
        /// The reach.
        reach: Reach,
        /// Of the folder only.
        folder: bool,
    },
    /// Write a mark; `None` clears it.
    Mark(Vec<Identity>, Option<Mark>),
    /// Write a note.
    Note(Identity, String),
    /// Take the last change back.
    Undo,
    /// Write parts of a mail, as they were shown.
    Save(Box<Job>),
    /// Move these rows into quarantine: the reader saw what goes where and said yes.
    Quarantine(Vec<u32>),
    /// Collect from several mails, in the background.
    Collect(Collect, Vec<u32>),
    /// Copy a text; `what` says in words what it is.
    Copy {
        /// What it is.
        what: String,
        /// The text.
        text: String,
        /// The desktop's tool was tried already.
        tried: bool,
    },
    /// Wake up after this many milliseconds.
    Wake(u64),
    /// Turn mouse capture on or off.
    Mouse(bool),
    /// Draw everything anew.
    Redraw,
    /// Suspend the program.
    Suspend,
    /// Leave.
    Quit,
}
