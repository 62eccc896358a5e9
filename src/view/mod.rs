//! What a reader is told, pane by pane, in one language: documents of blocks without a width and without a color.
//!
//! A pane of the screen only draws what a function here says; an export only writes it. Nothing here knows `ratatui`,
//! a clock or a file: the same [`Subject`] gives the same document.
//!
//! How names are written: a URL is always defanged, text of a mail is defanged line by line, and whatever is made to
//! leave the program ([`summary`], [`indicators`]) is defanged throughout. Bare host names, addresses and mail
//! addresses in grids stand as they are, because no terminal makes a link of them and they are there to be compared.
//! The [`raw`] pane and the raw half of [`headers`] show what the bytes say.
//!
//! To add a pane, write its file with a `pub const PANE` and name it in [`PANES`].

use crate::message::Span;
use crate::text::{Shown, Words, show};

pub mod addresses;
pub mod body;
mod brief;
pub mod campaign;
mod claims;
mod countries;
mod delivery;
pub mod headers;
pub mod hops;
mod houses;
pub mod indicators;
pub mod jobs;
mod left_out;
pub mod links;
mod lookups;
mod others;
mod page;
pub mod parts;
pub mod place;
pub mod plan;
mod proof;
pub mod raw;
pub mod row;
mod subject;
mod sum;
pub mod summary;
#[cfg(test)]
mod tests;
pub mod time;
pub mod triad;
mod tricks;
pub mod verdict;
pub mod vocabulary;
pub mod who;

pub use countries::country;
pub use subject::{Moved, Subject, Where};
pub use time::{ago, moment};

/// A pane: what the inspector can show of one message.
#[derive(Debug, Clone, Copy)]
pub struct Pane {
    /// Stable name, the same as its file's: `triad`.
    pub id: &'static str,
    /// The word on its tab.
    pub title: Words,
    /// What it says.
    pub doc: fn(&Subject<'_>) -> Doc,
}

/// Every pane, in the order of the tabs.
pub const PANES: &[Pane] = &[
    triad::PANE,
    addresses::PANE,
    place::PANE,
    links::PANE,
    verdict::PANE,
    hops::PANE,
    body::PANE,
    headers::PANE,
    parts::PANE,
    raw::PANE,
];

/// The part that a piece of text plays; the theme gives it a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Text,
    /// Less important.
    Dim,
    /// Stands out.
    Accent,
    /// A heading.
    Title,
    /// Good to know, no warning.
    Info,
    /// Agreement, proof.
    Good,
    /// Low risk.
    Low,
    /// Medium risk.
    Medium,
    /// High risk.
    High,
    /// A link or host.
    Link,
    /// An error.
    Error,
}

/// A run of text in one tone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// The text.
    pub text: Shown,
    /// Its tone.
    pub tone: Tone,
    /// For a host: its registrable domain, so that cutting keeps it in sight.
    pub keep: Option<String>,
}

/// What stands behind a line: where Enter leads and what `y` copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Bytes of the message.
    Source(Span),
    /// A URL, live.
    Url(String),
    /// A host name or an address, live.
    Host(String),
    /// A mail address, live.
    Address(String),
    /// A hash.
    Hash(String),
    /// Any other value.
    Value(String),
    /// A message inside: an index into the evidence's list of them.
    Nested(usize),
    /// A row of a list that whoever shows the document keeps: an index into it.
    Item(usize),
}

/// One logical line; wrapped when drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// Columns that the line and its continuation are moved in.
    pub indent: u16,
    /// Columns that only the continuation is moved in, on top of that.
    pub hang: u16,
    /// Where Enter leads and what can be copied; the first of each kind counts.
    pub targets: Vec<Target>,
}

impl Line {
    /// A line of one piece.
    #[must_use]
    pub fn new(text: &str, tone: Tone) -> Self {
        Self::default().with(text, tone)
    }

    /// Adds a piece; the text is made printable here.
    #[must_use]
    pub fn with(mut self, text: &str, tone: Tone) -> Self {
        self.pieces.push(Piece { text: show(text), tone, keep: None });
        self
    }

    /// Adds a host whose registrable domain stays in sight when cut.
    #[must_use]
    pub fn host(mut self, host: &str, registrable: Option<&str>, tone: Tone) -> Self {
        self.pieces.push(Piece { text: show(host), tone, keep: registrable.map(ToOwned::to_owned) });
        self
    }

    /// Adds the pieces and targets of another line.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self.targets.extend(other.targets);
        self
    }

    /// Moves the line in.
    #[must_use]
    pub fn indent(mut self, columns: u16) -> Self {
        self.indent = columns;
        self
    }

    /// Moves continuation lines in.
    #[must_use]
    pub fn hang(mut self, columns: u16) -> Self {
        self.hang = columns;
        self
    }

    /// Puts a target behind the line.
    #[must_use]
    pub fn to(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    /// The text of all pieces.
    #[must_use]
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// A table that is drawn side by side where it fits and as records of `title: value` where it does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Column titles; an empty title is drawn without one.
    pub columns: Vec<Shown>,
    /// Rows; each has one cell per column. A row's target is that of its first cell that has one.
    pub rows: Vec<Vec<Line>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|title| show(title)).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Line>) {
        self.rows.push(cells);
    }
}

/// A pin on the world map.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// `A`, `B` ...: the key to the table beside the map.
    pub letter: char,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Sender side or link side.
    pub tone: Tone,
}

/// A block of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(Line),
    /// A line.
    Line(Line),
    /// A table.
    Table(Table),
    /// The world map; drawn at most a third of the pane's height unless the pane is the map's own.
    Map(Vec<Pin>),
    /// An empty line.
    Gap,
}

/// What one pane says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Doc {
    /// Its blocks, top down.
    pub blocks: Vec<Block>,
}

impl Doc {
    /// Adds a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: &str) {
        self.blocks.push(Block::Heading(Line::new(text, Tone::Title)));
    }

    /// Adds a line.
    pub fn line(&mut self, line: Line) {
        self.blocks.push(Block::Line(line));
    }

    /// Adds a table; one without rows is left out.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.blocks.push(Block::Gap);
    }
}
