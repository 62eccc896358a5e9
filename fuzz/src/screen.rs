//! A target that looks at a mail with random keys on a screen of a random size.
//!
//! An execution is as much as finds something and no more, so that there are many: the state is driven by hand with what its
//! threads would send (no file, no listing), the mail is analyzed once, and one frame is drawn, of what the keys lead to (what
//! stands between them is the end of fewer keys), with no more cells than a small terminal has: a larger one shows the same
//! documents in the same lines.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use gosanke::analysis::{Own, analyze};
use gosanke::facts::{FactSet, Reach};
use gosanke::mailbox::{Entry, Flags, Kind, Progress};
use gosanke::message::summarize;
use gosanke::signal::Weights;
use gosanke::text::Lang;
use gosanke::tui::app::{App, FolderName, Start};
use gosanke::tui::inspect::OpenMail;
use gosanke::tui::keymap::{Key, Keymap};
use gosanke::tui::list::{Row, Sort};
use gosanke::tui::msg::{Cmd, Msg};
use gosanke::tui::theme::{Depth, Theme};
use gosanke::wants::Services;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const KEYS: [&str; 40] = [
    "j", "k", "Enter", "Esc", "Tab", "g", "G", "C-d", "C-u", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "z",
    "v", "/", "n", "N", "?", ":", "s", "y", "r", "u", "m", "Space", "PgDn", "Up", "Down", "f", "h", "l", "x", "-",
];
/// The most keys of one execution, and the largest screen.
const MOST: usize = 7;
const WIDTH: u16 = 80;
const WIDE: u16 = 110;
const HEIGHT: u16 = 28;
/// The most bytes of a mail.
const MAIL: usize = 6_000;
/// Symbols that were found clean are remembered up to so many.
const KNOWN: usize = 20_000;

static KEYMAP: LazyLock<Keymap> = LazyLock::new(|| Keymap::new(&BTreeMap::new()).0);

/// Width, height, language with colors, number of keys, keys, then the mail.
pub fn render(bytes: &[u8]) {
    let Some(([width, height, look, count], rest)) = bytes.split_first_chunk::<4>() else { return };
    // Panes stand side by side from a hundred columns on, and each of them is built then: seldom.
    let width = if *width >= 250 { WIDE } else { 1 + u16::from(*width) % WIDTH };
    let height = 1 + u16::from(*height) % HEIGHT;
    let lang = if look % 2 == 0 { Lang::En } else { Lang::Ja };
    let depth = [Depth::True, Depth::Sixteen, Depth::Mono][usize::from(look / 2 % 3)];
    let (keys, mail) = rest.split_at((usize::from(*count) % (MOST + 1)).min(rest.len()));
    let mail = mail.get(..MAIL).unwrap_or(mail);
    let mut screen = Screen::open([b"From: a@one.example\n", mail].concat(), width, height, lang, depth);
    for key in keys {
        screen.send(Msg::Key(Key::parse(KEYS[usize::from(*key) % KEYS.len()]).unwrap().event()));
        if screen.left {
            return;
        }
    }
    screen.frame();
}

/// The state of a mailbox of one mail.
struct Screen {
    app: App,
    terminal: Terminal<TestBackend>,
    mail: Vec<u8>,
    left: bool,
}

impl Screen {
    fn open(mail: Vec<u8>, width: u16, height: u16, lang: Lang, depth: Depth) -> Self {
        let (app, _) = App::new(Start {
            lang,
            theme: Theme::new(depth, false),
            keymap: KEYMAP.clone(),
            reach: Reach::Local,
            sort: Sort::Mailbox,
            reverse: false,
            weights: Weights::default(),
            own: Own::default(),
            services: Services::default(),
            folders: vec![FolderName { name: "a".to_owned(), path: PathBuf::from("a"), kind: Kind::Maildir }],
            facts: FactSet::default(),
            marks: HashMap::new(),
            tz: jiff::tz::TimeZone::UTC,
            size: (width, height),
            demo: false,
            mouse: false,
        });
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut screen = Self { app, terminal, mail, left: false };
        let entry =
            Entry { folder: 0, file: None, range: None, flags: Flags::default(), doubts: Vec::new(), problem: None };
        let rows = vec![Row::new(entry, summarize(&screen.mail))];
        let generation = screen.app.generation;
        screen.send(Msg::Rows { generation, rows: rows.into(), progress: Progress::default() });
        screen.send(Msg::Listed { generation, error: None });
        screen
    }

    /// Sends a message, and what the threads would answer to the wishes that matter here.
    fn send(&mut self, msg: Msg) {
        let mut wishes = self.app.update(msg);
        while let Some(wish) = wishes.pop() {
            match wish {
                Cmd::Open(index) | Cmd::OpenAnyway(index) => {
                    let facts = FactSet::default();
                    let analysis = analyze(&self.mail, &[], &facts, &Weights::default(), &Own::default());
                    let generation = self.app.generation;
                    let briefs = vec![(index, analysis.brief())];
                    let mail = Box::new(OpenMail { index, bytes: self.mail.clone(), analysis });
                    wishes.extend(self.app.update(Msg::Opened { generation, mail }));
                    wishes.extend(self.app.update(Msg::Briefs { generation, briefs }));
                }
                Cmd::Quit => self.left = true,
                _ => {}
            }
        }
    }

    /// Draws; no cell holds what a terminal would obey.
    fn frame(&mut self) {
        let app = &mut self.app;
        let drawn = self.terminal.draw(|frame| gosanke::tui::draw(app, frame)).unwrap();
        for cell in &drawn.buffer.content {
            assert_clean(cell.symbol());
        }
    }
}

fn assert_clean(symbol: &str) {
    thread_local! {
        static CLEAN: RefCell<HashSet<String>> = RefCell::default();
    }
    if matches!(symbol.as_bytes(), [b' '..=b'~']) {
        return;
    }
    CLEAN.with_borrow_mut(|clean| {
        if clean.contains(symbol) {
            return;
        }
        assert!(symbol.len() <= 32, "a cell of {} bytes", symbol.len());
        super::assert_safe(symbol);
        if clean.len() < KNOWN {
            clean.insert(symbol.to_owned());
        }
    });
}
