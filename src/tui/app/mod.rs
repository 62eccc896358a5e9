//! The state of the program and `update`: a message comes in, state changes, wishes go out. Synchronous, without I/O;
//! clock, size and environment are values.

mod act;
mod asked;
mod copy;
pub mod copy_rows;
pub mod gather;
mod input;
mod layers;
mod live;
mod look;
mod moves;
pub mod nested;
mod panes;
mod plan;
pub mod quarantine_rows;
mod save;
mod search;
mod source;
mod state;
mod telling;
mod who;

pub use state::{FolderName, Job, Mode, Selected, Start, Toast, Told};

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::analysis::Own;
use crate::facts::{FactSet, Key as Question, Reach};
use crate::mailbox::Identity;
use crate::sandbox::Death;
use crate::signal::Weights;
use crate::store::Mark;
use crate::text::{Lang, Words};
use crate::wants::Services;

use asked::Asked;
use moves::Moves;
use search::Search;
use telling::TOAST;

use super::inspect::{Inspector, OpenMail};
use super::keymap::Keymap;
use super::layer::Layer;
use super::list::{List, Sort};
use super::marks::{Book, Held};
use super::msg::{Cmd, Msg};
use super::theme::Theme;

/// The state of the program.
#[derive(Debug)]
pub struct App {
    /// Language.
    pub lang: Lang,
    /// Looks.
    pub theme: Theme,
    /// Keys.
    pub keymap: Keymap,
    /// Reach of the run.
    pub reach: Reach,
    /// Reach of folders that have one of their own.
    pub folder_reach: HashMap<u16, Reach>,
    /// Weights of rules.
    pub weights: Weights,
    /// The reader's own side.
    pub own: Own,
    /// What can be asked in this run.
    pub services: Services,
    /// Folders.
    pub folders: Vec<FolderName>,
    /// The folder shown.
    pub folder: u16,
    /// Its list.
    pub list: List,
    /// What the screen shows.
    pub mode: Mode,
    /// The mail under the cursor.
    pub selected: Selected,
    /// Its panes.
    pub inspector: Inspector,
    /// What lies over the screen.
    pub layers: Vec<Layer>,
    /// What is known.
    pub facts: FactSet,
    /// Marks and notes.
    pub marks: Book,
    /// Messages to the reader.
    pub toast: Option<Toast>,
    /// What ran.
    pub jobs: VecDeque<Job>,
    /// The questions of this run.
    pub asked: Asked,
    /// What is looked for inside the mails.
    pub search: Search,
    /// The run of listing and analysis; what belongs to another one is dropped.
    pub generation: u64,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The reader's time zone.
    pub tz: TimeZone,
    /// The demo is shown.
    pub demo: bool,
    /// Milliseconds since the start, set by the loop before each message.
    pub clock: u64,
    /// Unix seconds, set by the loop before each message.
    pub now: i64,
    /// Folder that parts are saved below, set by whoever starts the screen.
    pub save_dir: PathBuf,
    /// Maildir that mails are quarantined in; empty where that is off.
    pub quarantine_dir: PathBuf,
    /// Mails that ended the process in which they were analyzed, in this run or an earlier one, and were not opened since.
    pub killers: HashSet<Identity>,
    /// Rows that are not analyzed as their process ended, or as they did that before.
    pub dead: HashMap<u32, Death>,
    /// Mails were quarantined since the last mark or note.
    pub quarantined: bool,
    /// How often rows turned to other bytes in this run.
    pub turns: u64,
    /// Rows that turned, and which turn of these was their last.
    pub turned: HashMap<u32, u64>,
    /// Changes of marks and notes that are not on disk.
    pub unsaved: usize,
    /// Warnings since the jobs were last looked at.
    warned: usize,
    /// The run whose folder is not at its path any more.
    pub elsewhere: Option<u64>,
    /// What to say of the confined processes, where not all of it is in force.
    pub sandbox: Option<Words>,
    /// The frame that is drawn comes before the mail under the cursor was read: what stood in its place stays.
    pub patient: bool,
    /// The screen is out of date.
    pub dirty: bool,
    /// The program is leaving.
    pub leaving: bool,
    /// The mouse is captured.
    pub mouse: bool,
    was_dirty: bool,
    /// The mails around the one that is shown, where that is a message inside another; each with the pane and the line from
    /// which it was left.
    outer: Vec<(OpenMail, (usize, usize))>,
    /// What the open mail wants to know.
    relevant: HashSet<Question>,
    /// Questions that were let out without a word.
    offered: HashSet<Question>,
    /// SHA-256 of the open mail's files, once somebody asks about them.
    digests: Option<Vec<String>>,
    /// Which answers moved which mail.
    moves: Moves,
    /// Rows whose answers are on their way.
    gathered: Vec<u32>,
    parked: HashMap<u16, List>,
    /// Where the reader was in a mailbox that is being read again.
    place: Option<live::Place>,
    asked_first: Vec<u32>,
    resort_at: Option<u64>,
    sort: Sort,
    reverse: bool,
}

/// The word for a mark.
#[must_use]
pub fn mark_words(mark: Mark) -> Words {
    match mark {
        Mark::Malicious => Words::new("malicious", "悪質"),
        Mark::Suspicious => Words::new("suspicious", "疑わしい"),
        Mark::Benign => Words::new("benign", "無害"),
    }
}

/// Milliseconds between two reorderings while scores stream in.
const RESORT: u64 = 250;
impl App {
    /// The program at its start, with the first wishes.
    #[must_use]
    pub fn new(start: Start) -> (Self, Vec<Cmd>) {
        let mut app = Self {
            lang: start.lang,
            theme: start.theme,
            keymap: start.keymap,
            reach: start.reach,
            folder_reach: HashMap::new(),
            weights: start.weights,
            own: start.own,
            services: start.services,
            folders: start.folders,
            folder: 0,
            list: List::new(start.sort, start.reverse),
            mode: Mode::List,
            selected: Selected::Nothing,
            inspector: Inspector::default(),
            outer: Vec::new(),
            relevant: HashSet::new(),
            offered: HashSet::new(),
            digests: None,
            moves: Moves::new(),
            gathered: Vec::new(),
            layers: Vec::new(),
            facts: start.facts,
            marks: start.marks.into_iter().collect(),
            toast: None,
            jobs: VecDeque::new(),
            asked: Asked::default(),
            search: Search::default(),
            generation: 0,
            size: start.size,
            tz: start.tz,
            demo: start.demo,
            clock: 0,
            now: 0,
            save_dir: PathBuf::new(),
            quarantine_dir: PathBuf::new(),
            killers: HashSet::new(),
            dead: HashMap::new(),
            quarantined: false,
            turns: 0,
            turned: HashMap::new(),
            unsaved: 0,
            warned: 0,
            elsewhere: None,
            sandbox: None,
            patient: false,
            dirty: true,
            leaving: false,
            mouse: start.mouse,
            was_dirty: true,
            parked: HashMap::new(),
            place: None,
            asked_first: Vec::new(),
            resort_at: None,
            sort: start.sort,
            reverse: start.reverse,
        };
        let commands = app.switch_folder(0);
        (app, commands)
    }

    /// Takes one message. The only way in which the state changes.
    pub fn update(&mut self, msg: Msg) -> Vec<Cmd> {
        // What a run that is over still sends changes nothing.
        if msg.run().is_some_and(|run| run != self.generation) {
            return Vec::new();
        }
        // A message that changes nothing leaves the frame that is already due.
        self.was_dirty = self.dirty;
        self.dirty = true;
        let toast = self.toast.as_ref().map(|toast| toast.until);
        let mut commands = match msg {
            Msg::Key(event) => {
                self.told_enough();
                self.key(event)
            }
            Msg::Paste(text) => self.paste(&text),
            Msg::Mouse(event) => self.mouse(event),
            Msg::Resize(width, height) => {
                self.size = (width, height);
                Vec::new()
            }
            Msg::Rows { rows, progress, .. } => {
                self.list.indexing = Some(progress);
                let named = rows.parts().iter().any(|(_, known)| known.as_ref().is_some_and(|known| known.is_named()));
                self.list.add(rows);
                // Rows that were seen before come with what they are.
                if named && !self.marks.is_empty() {
                    self.list.remark(&self.marks);
                }
                Vec::new()
            }
            Msg::Listed { error, .. } => {
                self.list.indexing = None;
                self.back_to_place();
                let count = self.list.rows.len().to_string();
                if let Some(why) = error {
                    let why = why.words(self.lang);
                    let folder = self.folders.get(usize::from(self.folder));
                    let path = folder.map(|folder| folder.path.display().to_string()).unwrap_or_default();
                    self.fail(&format!("{path}: {why}"));
                    self.list.unlisted = Some(why);
                } else {
                    let words = Words::new("listed {0 mail|mails}", "{0} 通を一覧にしました");
                    self.log(words.fill(self.lang, &[&count]), false);
                }
                Vec::new()
            }
            Msg::Ranked { ranks, .. } => {
                self.list.rows.take_ranks(ranks);
                self.unchanged()
            }
            Msg::Placed { places, .. } => {
                if self.list.place(places) {
                    Vec::new()
                } else {
                    self.unchanged()
                }
            }
            Msg::Folders(folders) => self.new_folders(folders),
            Msg::Came { rows, .. } => self.came(rows),
            Msg::Changed { parts, again, .. } => self.changed(parts, &again),
            Msg::Replaced { why, .. } => self.replaced(why),
            Msg::Told { words, .. } => self.tell(words, &[]),
            Msg::Elsewhere { generation, elsewhere } => self.is_elsewhere(elsewhere.then_some(generation)),
            Msg::Lost { why, .. } => self.lost(&why),
            Msg::Briefs { briefs, .. } => self.briefs(briefs),
            Msg::Died { index, death, identity, .. } => self.died(index, death, identity),
            Msg::Named { names, .. } => self.named(&names),
            Msg::Gathered { rows, wants, .. } => self.gathered(rows, wants),
            Msg::Rejudged { since, briefs, .. } => self.rejudged(since, briefs),
            Msg::Searched { search, found, .. } => self.searched(search, found),
            Msg::Opened { mail, .. } => self.opened(mail),
            Msg::Inside(done) => self.inside(done),
            Msg::NotOpened { index, why, .. } => {
                if self.list.current_index() == Some(index) {
                    self.selected = Selected::Broken(index, why.words(self.lang));
                    self.inspector.forget(false);
                }
                Vec::new()
            }
            Msg::Facts(facts) => self.new_facts(facts),
            Msg::Planned { title, wants, planned } => self.planned(title, &wants, planned),
            Msg::Saved(changes) => {
                self.saved(changes);
                Vec::new()
            }
            Msg::Marks(marks) => {
                self.marks = marks.into_iter().collect();
                self.list.remark(&self.marks);
                self.inspector.forget(true);
                self.resort_soon()
            }
            Msg::Undone(changes) => self.undone(changes),
            Msg::NothingToUndo => self.tell(Words::new("nothing to undo", "元に戻す変更はありません"), &[]),
            Msg::Collected { what, text } => self.copy(what, text),
            Msg::Copied(how) => {
                self.toast(how, false);
                Vec::new()
            }
            Msg::Done(text) => {
                self.toast(text, false);
                Vec::new()
            }
            Msg::NotCopied { what, text } => vec![Cmd::Copy { what, text, tried: true }],
            Msg::Places => self.places_again(),
            Msg::Warnings(warnings) if warnings.is_empty() => self.unchanged(),
            Msg::Warnings(warnings) => {
                self.warn(warnings);
                Vec::new()
            }
            Msg::Waiting { count, why } => self.waits(count, &why),
            Msg::Failed(why) => {
                self.fail(&why);
                Vec::new()
            }
            Msg::Tick => self.tick(),
            Msg::Resumed => vec![Cmd::Redraw],
            Msg::Terminate => {
                self.leaving = true;
                vec![Cmd::Quit]
            }
        };
        commands.extend(self.follow());
        if self.toast.as_ref().is_some_and(|new| toast != Some(new.until)) {
            commands.push(Cmd::Wake(TOAST));
        }
        commands
    }

    /// The message changed nothing.
    fn unchanged(&mut self) -> Vec<Cmd> {
        self.dirty = self.was_dirty;
        Vec::new()
    }

    /// Wishes that follow from the state: the mail under the cursor is read, what is on the screen is analyzed first.
    fn follow(&mut self) -> Vec<Cmd> {
        let mut commands = self.follow_search();
        let wanted = self.list.current_index();
        let has = match &self.selected {
            Selected::Nothing => None,
            Selected::Reading(index) | Selected::Broken(index, _) => Some(*index),
            Selected::Here(mail) => Some(mail.index),
        };
        if wanted != has {
            self.outer.clear();
            self.inspector.forget(false);
            self.selected = wanted.map_or(Selected::Nothing, Selected::Reading);
            commands.extend(wanted.map(Cmd::Open));
        }
        let first: Vec<u32> =
            self.list.visible().into_iter().filter(|index| self.list.rows.is_waiting(*index)).collect();
        if !first.is_empty() && first != self.asked_first {
            commands.push(Cmd::First(first.clone()));
            self.asked_first = first;
        }
        commands
    }

    /// Shows another folder.
    fn switch_folder(&mut self, folder: u16) -> Vec<Cmd> {
        let left = std::mem::replace(&mut self.list, List::new(self.sort, self.reverse));
        // A folder that was listed to its end comes back as it was left, with cursor, filter and selection.
        if left.indexing.is_none() && !left.rows.is_empty() {
            self.parked.insert(self.folder, left);
        }
        self.folder = folder;
        self.place = None;
        self.generation += 1;
        self.dead.clear();
        self.turned.clear();
        self.selected = Selected::Nothing;
        self.outer.clear();
        self.inspector.forget(false);
        self.asked_first.clear();
        self.mode = Mode::List;
        if let Some(list) = self.parked.remove(&folder) {
            self.list = list;
            self.list.remark(&self.marks);
            return vec![Cmd::Resume { folder, generation: self.generation }];
        }
        self.list.indexing = Some(crate::mailbox::Progress::default());
        vec![Cmd::List { folder, generation: self.generation }]
    }

    /// Has the list put in order again soon, not at every score that streams in.
    fn resort_soon(&mut self) -> Vec<Cmd> {
        if !self.list.rests_on_findings() || self.resort_at.is_some() {
            return Vec::new();
        }
        self.resort_at = Some(self.clock + RESORT);
        vec![Cmd::Wake(RESORT)]
    }

    /// Mails in the campaign of the one that is open.
    fn open_campaign(&self) -> usize {
        let Selected::Here(mail) = &self.selected else { return 0 };
        self.list.campaign_size(mail.index)
    }

    fn briefs(&mut self, briefs: Vec<(u32, crate::analysis::Brief)>) -> Vec<Cmd> {
        let campaign = self.open_campaign();
        for (index, brief) in briefs {
            // A mail that was opened was judged with all facts; a brief of the background must not take that back.
            if !self.list.rows.is_waiting(index) {
                continue;
            }
            self.list.brief(index, &brief);
            if let Some(identity) = brief.identity {
                self.list.mark_row(index, self.marks.get(&identity));
            }
        }
        if self.open_campaign() != campaign {
            // Its panes tell how many belong together.
            self.inspector.forget(true);
        }
        self.resort_soon()
    }

    /// It is known which mails some rows are: those that bear a mark show it.
    fn named(&mut self, names: &[(u32, Identity)]) -> Vec<Cmd> {
        let mut shown = false;
        for (index, identity) in names {
            self.list.name(*index, *identity);
            let held = self.marks.get(identity);
            if held != Held::default() {
                self.list.mark_row(*index, held);
                shown = true;
            }
        }
        if shown { self.resort_soon() } else { self.unchanged() }
    }

    fn tick(&mut self) -> Vec<Cmd> {
        let gone = self.toast.as_ref().is_some_and(|toast| toast.until <= self.clock);
        if gone {
            self.toast = None;
        }
        let resort = self.resort_at.is_some_and(|at| at <= self.clock);
        if resort {
            self.resort_at = None;
            self.list.refresh();
        }
        let mut commands = self.jobs_tick();
        commands.extend(self.begin_search());
        self.dirty = self.was_dirty || gone || resort || !commands.is_empty();
        commands
    }
}
