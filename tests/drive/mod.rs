//! Drives the program's state without a terminal, a thread or a clock: keys in, screen out. Wishes are carried out at
//! once on the real rooms, so that a test sees what a user would see when everything is finished.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses a part of it")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use gosanke::analysis::{Own, analyze};
use gosanke::facts::{Fact, FactSet, Key as Question, Reach, Recorded};
use gosanke::lookup::geo::Geo;
use gosanke::lookup::{Planned, Query};
use gosanke::mailbox::{self, Identity, Opened};
use gosanke::message::summarize;
use gosanke::signal::Weights;
use gosanke::store::Marked;
use gosanke::text::Lang;
use gosanke::tui::app::gather::Job as Gather;
use gosanke::tui::app::nested::Job as Inside;
use gosanke::tui::app::{App, FolderName, Start};
use gosanke::tui::inspect::OpenMail;
use gosanke::tui::keymap::{Key, Keymap};
use gosanke::tui::list::{Row, Sort};
use gosanke::tui::msg::{Cmd, Msg};
use gosanke::tui::theme::{Depth, Theme};
use gosanke::tui::worker::Gate;
use gosanke::wants::Services;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, CellWidth as _};

/// The program under test.
pub struct Drive {
    pub app: App,
    pub mailbox: Arc<Opened>,
    pub copied: Vec<String>,
    /// What was to be saved or moved away.
    pub written: Vec<Cmd>,
    pub asked: Vec<Vec<Question>>,
    pub consented: Vec<Question>,
    pub called_off: Vec<Option<Question>>,
    pub left: bool,
    geo: Geo,
    terminal: Terminal<TestBackend>,
    last: Buffer,
    history: Vec<Vec<(Identity, Option<Marked>)>>,
    marks: HashMap<Identity, Marked>,
    held: Vec<Cmd>,
    /// A folder that lives as long as the program.
    pub keep: Option<tempfile::TempDir>,
    /// Analysis waits until [`Drive::analyze`].
    pub hold_analysis: bool,
    /// The search that runs, with the rows that are left: see [`Drive::search`].
    pub searching: Option<(u64, Arc<gosanke::search::Query>, Vec<u32>)>,
}

/// The demo's recorded answers.
pub fn recorded() -> FactSet {
    let lines: Vec<Recorded> = serde_json::from_str(include_str!("../../assets/demo/recorded.json")).unwrap();
    let geo = Geo::embedded();
    let complete = |line: Recorded| match line.key {
        Question::Place(address) => Recorded { fact: geo.with_network(address, line.fact), key: line.key },
        _ => line,
    };
    lines.into_iter().map(complete).collect()
}

impl Drive {
    /// The demo at a size.
    pub fn demo(width: u16, height: u16) -> Self {
        Self::open(mailbox::demo(), recorded(), width, height, Lang::En, Depth::True)
    }

    /// A mailbox at a size.
    pub fn open(mailbox: Opened, facts: FactSet, width: u16, height: u16, lang: Lang, depth: Depth) -> Self {
        let replay = !facts.is_empty();
        let folders = mailbox
            .folders()
            .iter()
            .map(|folder| FolderName { name: folder.name.clone(), path: folder.path.clone(), kind: folder.kind })
            .collect();
        let (app, first) = App::new(Start {
            lang,
            theme: Theme::new(depth, false),
            keymap: Keymap::new(&BTreeMap::new()).0,
            reach: Reach::Local,
            sort: Sort::Mailbox,
            reverse: false,
            weights: Weights::default(),
            own: Own::default(),
            services: Services::default(),
            folders,
            facts,
            marks: HashMap::new(),
            tz: jiff::tz::TimeZone::UTC,
            size: (width, height),
            demo: replay,
            mouse: false,
        });
        let mut drive = Self {
            app,
            mailbox: Arc::new(mailbox),
            copied: Vec::new(),
            written: Vec::new(),
            asked: Vec::new(),
            consented: Vec::new(),
            called_off: Vec::new(),
            left: false,
            geo: Geo::embedded(),
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
            last: Buffer::default(),
            history: Vec::new(),
            marks: HashMap::new(),
            held: Vec::new(),
            hold_analysis: false,
            keep: None,
            searching: None,
        };
        drive.carry_out(first);
        drive.draw();
        drive
    }

    /// Sends a message and carries out what follows.
    pub fn send(&mut self, msg: Msg) {
        let wishes = self.app.update(msg);
        self.carry_out(wishes);
    }

    /// Types keys in the notation of the configuration, with a frame behind each, as the loop draws them.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.send(Msg::Key(Key::parse(key).unwrap().event()));
            self.draw();
        }
        self
    }

    /// Types text, a character at a time.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let key = if c == ' ' { "Space".to_owned() } else { c.to_string() };
            self.send(Msg::Key(Key::parse(&key).unwrap().event()));
        }
        self.draw();
        self
    }

    /// Draws a frame.
    pub fn draw(&mut self) {
        let app = &mut self.app;
        self.terminal.draw(|frame| gosanke::tui::draw(app, frame)).unwrap();
        // A frame tells the list how many rows fit; a second one shows what follows from that.
        self.send(Msg::Tick);
        let app = &mut self.app;
        let drawn = self.terminal.draw(|frame| gosanke::tui::draw(app, frame)).unwrap();
        // The frame's own buffer: the test backend keeps what stood in the second cell of a wide character.
        self.last = drawn.buffer.clone();
    }

    /// Gives the screen another size.
    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.terminal.backend_mut().resize(width, height);
        self.send(Msg::Resize(width, height));
        self.draw();
        self
    }

    /// The cells.
    pub fn buffer(&self) -> &Buffer {
        &self.last
    }

    /// The screen as text, blanks at the right end taken off.
    pub fn screen(&self) -> String {
        let buffer = self.buffer();
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                line.push_str(symbol);
                skip = symbol.cell_width().saturating_sub(1);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// Fails with the screen where a text is not on it.
    pub fn sees(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(screen.contains(text), "{text:?} is not on the screen:\n{screen}");
        self
    }

    /// Fails with the screen where a text is on it.
    pub fn misses(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text:?} is on the screen:\n{screen}");
        self
    }

    /// Carries out what was held back.
    pub fn analyze(&mut self) {
        self.hold_analysis = false;
        let held = std::mem::take(&mut self.held);
        self.carry_out(held);
        self.draw();
    }

    /// Lets time pass, so that what waits for a pause begins.
    pub fn pause(&mut self) -> &mut Self {
        self.app.clock += 1_000;
        self.send(Msg::Tick);
        self.draw();
        self
    }

    /// Searches so many of the mails that are left.
    pub fn search(&mut self, count: usize) -> &mut Self {
        let Some((search, query, rows)) = &mut self.searching else { panic!("nothing is searched") };
        let rows: Vec<u32> = rows.drain(..count.min(rows.len())).collect();
        let look = |row: u32| {
            let entry = self.app.list.row(row).unwrap().entry;
            self.mailbox.read(&entry).ok().map(|bytes| query.find(&bytes))
        };
        let found = rows.into_iter().map(|row| (row, look(row))).collect();
        let msg = Msg::Searched { generation: self.app.generation, search: *search, found };
        self.send(msg);
        self.draw();
        self
    }

    fn carry_out(&mut self, wishes: Vec<Cmd>) {
        let mut wishes = std::collections::VecDeque::from(wishes);
        while let Some(wish) = wishes.pop_front() {
            let msg = match wish {
                Cmd::List { folder, generation } => {
                    let mut rows = Vec::new();
                    let mailbox = Arc::clone(&self.mailbox);
                    let listed = mailbox.index(folder, &mut |entries, _| {
                        rows.extend(entries.into_iter().map(|entry| {
                            let head = mailbox.read_head(&entry, 16 * 1024).unwrap_or_default();
                            Row::new(entry, summarize(&head))
                        }));
                        std::ops::ControlFlow::Continue(())
                    });
                    let progress = mailbox::Progress::default();
                    wishes.extend(self.app.update(Msg::Rows { generation, rows: rows.into(), progress }));
                    Some(Msg::Listed { generation, error: listed.err() })
                }
                Cmd::First(rows) if self.hold_analysis => {
                    self.held.push(Cmd::First(rows));
                    None
                }
                Cmd::First(rows) => {
                    let briefs = rows
                        .into_iter()
                        .filter_map(|index| {
                            let entry = &self.app.list.row(index)?.entry;
                            let bytes = self.mailbox.read(entry).ok()?;
                            let facts = &self.app.facts;
                            Some((
                                index,
                                analyze(&bytes, &entry.doubts, facts, &Weights::default(), &Own::default()).brief(),
                            ))
                        })
                        .collect();
                    Some(Msg::Briefs { generation: self.app.generation, briefs })
                }
                Cmd::Open(index) | Cmd::OpenAnyway(index) => {
                    let entry = self.app.list.row(index).unwrap().entry;
                    let generation = self.app.generation;
                    Some(match self.mailbox.read(&entry) {
                        Ok(bytes) => {
                            let analysis =
                                analyze(&bytes, &entry.doubts, &self.app.facts, &Weights::default(), &Own::default());
                            Msg::Opened { generation, mail: Box::new(OpenMail { index, bytes, analysis }) }
                        }
                        Err(why) => Msg::NotOpened { generation, index, why },
                    })
                }
                Cmd::Inside { around, depth, bytes } => {
                    Some(Inside::new(&self.app, Gate::default(), around, depth, bytes).run())
                }
                Cmd::Search { search, query, rows } => {
                    self.searching = Some((search, query, rows));
                    None
                }
                Cmd::EndSearch => {
                    self.searching = None;
                    None
                }
                Cmd::Known(keys) => {
                    let facts: Vec<(Question, Fact)> = keys
                        .into_iter()
                        .filter_map(|key| match key {
                            Question::Place(address) => Some((key, self.geo.place(address))),
                            _ => None,
                        })
                        .collect();
                    (!facts.is_empty()).then_some(Msg::Facts(facts))
                }
                Cmd::Ask { keys, .. } => {
                    self.asked.push(keys);
                    None
                }
                Cmd::Mark(identities, mark) => {
                    let changes = identities
                        .into_iter()
                        .map(|identity| {
                            let note = self.marks.get(&identity).map(|old| old.note.clone()).unwrap_or_default();
                            (identity, Some(Marked { mark, note, at: 0 }))
                        })
                        .collect();
                    Some(self.change(changes))
                }
                Cmd::Note(identity, note) => {
                    let mark = self.marks.get(&identity).and_then(|old| old.mark);
                    Some(self.change(vec![(identity, Some(Marked { mark, note, at: 0 }))]))
                }
                Cmd::Undo => Some(match self.history.pop() {
                    Some(before) => {
                        self.put(&before);
                        Msg::Undone(before)
                    }
                    None => Msg::NothingToUndo,
                }),
                Cmd::Copy { text, .. } => {
                    self.copied.push(text);
                    None
                }
                wish @ (Cmd::Save(_) | Cmd::Quarantine(_)) => {
                    self.written.push(wish);
                    None
                }
                Cmd::Quit => {
                    self.left = true;
                    None
                }
                Cmd::Limit { reach, folder } => {
                    wishes.extend(self.app.set_reach(reach, folder));
                    None
                }
                Cmd::Plan { title, wants } => {
                    let planned = if self.app.demo { Vec::new() } else { wants.keys().filter_map(planned).collect() };
                    Some(Msg::Planned { title, wants, planned })
                }
                Cmd::Gather { rows, judge } => {
                    Some(Gather::new(&self.app, &self.mailbox, Gate::default(), &rows, judge).run())
                }
                Cmd::Consent { key, .. } => {
                    self.consented.push(key);
                    None
                }
                Cmd::CallOff(key) => {
                    self.called_off.push(key);
                    None
                }
                Cmd::Resume { .. }
                | Cmd::Collect(..)
                | Cmd::Wake(_)
                | Cmd::Mouse(_)
                | Cmd::Redraw
                | Cmd::Suspend
                | Cmd::Killer(_)
                | Cmd::Forgive(_) => None,
            };
            if let Some(msg) = msg {
                wishes.extend(self.app.update(msg));
            }
        }
    }

    fn change(&mut self, changes: Vec<(Identity, Option<Marked>)>) -> Msg {
        let before = changes.iter().map(|(identity, _)| (*identity, self.marks.get(identity).cloned())).collect();
        self.history.push(before);
        self.put(&changes);
        Msg::Saved(changes)
    }

    fn put(&mut self, changes: &[(Identity, Option<Marked>)]) {
        for (identity, marked) in changes {
            match marked {
                Some(marked) => self.marks.insert(*identity, marked.clone()),
                None => self.marks.remove(identity),
            };
        }
    }
}

/// What an engine with a DNS provider and a few others would say.
fn planned(key: &Question) -> Option<Planned> {
    let query = |asks: &str| Query { receiver: "192.0.2.53:53".into(), asks: format!("{asks} {}.", key.about()) };
    let queries = match key {
        Question::Addresses(_) => vec![query("A"), query("AAAA")],
        Question::MailExchangers(_) => vec![query("MX")],
        Question::Texts(_) => vec![query("TXT")],
        _ => vec![Query { receiver: "service.test (HTTPS)".into(), asks: format!("GET {}", key.about()) }],
    };
    let (reach, consent) = (key.reach(), key.needs_consent());
    let one = Planned { key: key.clone(), reach, provider: "test", queries, known: false, consent, allowed: true };
    (reach > Reach::Local).then_some(one)
}
