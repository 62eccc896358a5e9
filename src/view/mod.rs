//! What a reader is told, pane by pane, in one language: documents of blocks without a width and without a color.
//!
//! A pane of the screen only draws what a function here says; an export only writes it. Nothing here knows `ratatui`.

use crate::message::Span;
use crate::text::{Shown, show};

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
}

/// One logical line; wrapped when drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// Columns that the line and its continuation are moved in.
    pub indent: u16,
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

    /// Moves the line in.
    #[must_use]
    pub fn indent(mut self, columns: u16) -> Self {
        self.indent = columns;
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

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.blocks.push(Block::Gap);
    }
}
