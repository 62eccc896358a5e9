//! The loop: messages in, frames and wishes out.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep_until;

use crate::config::Clipboard;
use crate::facts::{Fact, Key, Reach, State};
use crate::lookup;
use crate::mailbox::{Identity, Opened};
use crate::sandbox::Pool;
use crate::store::{Event as StoreEvent, Keeper, Marked, Opening};
use crate::text::{Lang, Words};

use super::app::{App, Mode, Selected, Start};
use super::app::{copy_rows, gather, quarantine_rows};
use super::msg::{Cmd, Msg};
use super::terminal::Guard;
use super::worker::{Analyst, Workers};

/// Least time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// Time that a mail under the cursor gets to be read before its place is drawn empty, or an inspector without it: moving does
/// not flicker.
const GRACE: Duration = Duration::from_millis(10);

/// Answers that are taken together.
const MANY: usize = 256;
/// Questions that are offered together: each is looked for among the kept answers first, and a key must not wait for many.
const FEW: usize = 32;
/// Stack of a thread that parses.
const STACK: usize = 8 * 1024 * 1024;

/// What the screen is started with.
pub struct Launch {
    /// The state.
    pub start: Start,
    /// The mailbox.
    pub mailbox: Opened,
    /// The confined processes in which mails are analyzed.
    pub pool: Option<Pool>,
    /// What they cannot analyze is not analyzed.
    pub confined_only: bool,
    /// Mails that ended the process in which they were analyzed, in an earlier run.
    pub killers: Vec<Identity>,
    /// Where it is written down what is being analyzed in this process.
    pub opening: Option<Opening>,
    /// Look-ups.
    pub engine: lookup::Settings,
    /// Databases of addresses to be opened once the screen is up.
    pub geo: Vec<PathBuf>,
    /// Marks and notes.
    pub keeper: Keeper,
    /// What the keeper reports.
    pub saved: UnboundedReceiver<StoreEvent>,
    /// How to copy.
    pub clipboard: Clipboard,
    /// Where files go.
    pub data_dir: PathBuf,
    /// Where parts of mails are saved.
    pub save_dir: PathBuf,
    /// Maildir that mails are quarantined in; empty where that is off.
    pub quarantine_dir: PathBuf,
    /// Where rows and badges are kept between runs; `None` where they are not.
    pub recall: Option<super::Recall>,
    /// What to tell at the start, each a line of the jobs layer.
    pub warnings: Vec<String>,
}

struct Loop {
    /// First, so that the terminal is given back before anything else is waited for.
    guard: Guard,
    app: App,
    workers: Workers,
    engine: lookup::Engine,
    keeper: Keeper,
    clipboard: Clipboard,
    data_dir: PathBuf,
    out: UnboundedSender<Msg>,
    started: Instant,
    /// Since when the mail under the cursor is being read, as the last frame knew it.
    reading: Option<Instant>,
    wakes: Vec<Instant>,
    /// Questions that found no room yet.
    left: VecDeque<(Key, Reach)>,
}

/// Runs the screen until the user leaves. Gives what has to be told when the screen is gone, a sentence each.
///
/// # Errors
/// The terminal cannot be taken over, or a thread cannot be started.
pub fn run(launch: Launch) -> anyhow::Result<Vec<String>> {
    // Colors are decided by the theme alone; see NO_COLOR in `theme`.
    crossterm::style::force_color_output(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(event_loop(launch));
    // A reader of the terminal may still be waiting; leaving must not.
    runtime.shutdown_background();
    done
}

async fn event_loop(launch: Launch) -> anyhow::Result<Vec<String>> {
    let (out, mut inbox) = unbounded_channel();
    let apart = lookup::Apart::start()?;
    let (engine, mut updates) = lookup::Engine::start(launch.engine, apart.handle());
    let held = launch.pool.as_ref().map(Pool::held).unwrap_or_default();
    let analyst = Analyst {
        facts: launch.start.facts.clone(),
        weights: launch.start.weights.clone(),
        own: launch.start.own.clone(),
        pool: launch.pool,
        confined_only: launch.confined_only,
        avoid: launch.killers.iter().copied().collect::<HashSet<_>>().into(),
        opening: launch.opening,
    };
    let workers = Workers::start(Arc::new(launch.mailbox), analyst, launch.recall, out.clone())?;
    let (mut app, first) = App::new(launch.start);
    app.now = unix_now();
    app.sandbox = (!held.is_whole()).then(|| held.short());
    app.killers = launch.killers.into_iter().collect();
    app.save_dir = launch.save_dir;
    app.quarantine_dir = launch.quarantine_dir;
    let _ = out.send(Msg::Warnings(launch.warnings));
    let told = out.clone();
    let data = Some(launch.data_dir.clone()).filter(|path| !path.as_os_str().is_empty());
    engine.load_geo(launch.geo, data, move |warnings| {
        let _ = told.send(Msg::Places);
        let _ = told.send(Msg::Warnings(warnings));
    });
    super::watch::start(out.clone())?;
    let guard = Guard::new(app.mouse)?;
    let mut this = Loop {
        guard,
        app,
        workers,
        engine,
        keeper: launch.keeper,
        clipboard: launch.clipboard,
        data_dir: launch.data_dir,
        out,
        started: Instant::now(),
        reading: None,
        wakes: Vec::new(),
        left: VecDeque::new(),
    };
    this.carry_out(first)?;
    #[cfg(feature = "fuzzing")]
    {
        super::trip::at("screen");
        drop(apart.handle().spawn(async { super::trip::at("lookups") }));
    }
    let mut saved = launch.saved;
    let _ = this.keeper.expire(this.app.now);
    let done = this.events(&mut inbox, &mut updates, &mut saved).await;
    // What is still under way gets its line in the log.
    this.engine.cancel();
    let lang = this.app.lang;
    // The terminal is given back, and the keeper writes what it has.
    drop(this);
    drop(apart);
    done.map(|()| last_words(&mut saved, lang))
}

/// What the database of marks reported last.
fn last_words(saved: &mut UnboundedReceiver<StoreEvent>, lang: Lang) -> Vec<String> {
    let mut told = Vec::new();
    while let Ok(event) = saved.try_recv() {
        if let StoreEvent::Lost { count, why } = event {
            let words = Words::new(
                "{0} change(s) of marks and notes could not be saved and are lost: {1}",
                "マークとメモの変更 {0} 件を保存できず、失われました: {1}",
            );
            told.push(words.fill(lang, &[&count.to_string(), &why]));
        }
    }
    told
}

impl Loop {
    async fn events(
        &mut self,
        inbox: &mut UnboundedReceiver<Msg>,
        updates: &mut UnboundedReceiver<lookup::Update>,
        saved: &mut UnboundedReceiver<StoreEvent>,
    ) -> anyhow::Result<()> {
        let mut input = EventStream::new();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut stop = signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?;
        let mut drawn = Instant::now().checked_sub(FRAME).unwrap_or_else(Instant::now);
        let mut dirty_since: Option<Instant> = None;
        let mut urgent = false;
        loop {
            if self.app.dirty {
                let since = *dirty_since.get_or_insert_with(Instant::now);
                let due = self.due(drawn, since, urgent);
                if Instant::now() >= due {
                    self.app.dirty = false;
                    dirty_since = None;
                    urgent = false;
                    drawn = Instant::now();
                    self.is_patient(since);
                    let app = &mut self.app;
                    let draw = |frame: &mut ratatui::Frame| {
                        super::draw(app, frame);
                        #[cfg(feature = "fuzzing")]
                        super::trip::at("frame");
                    };
                    if self.guard.draw(draw).is_err() {
                        self.workers.leave();
                        return Ok(()); // the terminal is gone
                    }
                    let refused = self.guard.take_refused();
                    if refused > 0 {
                        self.take(Msg::Failed(defective(self.app.lang, refused)))?;
                    }
                    // What this one left as it was comes with the next.
                    self.app.dirty |= self.app.patient;
                    // Drawing tells the list how many rows fit: what is on the screen now comes first.
                    let wishes = self.app.update(Msg::Tick);
                    self.carry_out(wishes)?;
                }
            }
            let frame = self.app.dirty.then(|| self.due(drawn, dirty_since.unwrap_or(drawn), urgent));
            let wake = frame.into_iter().chain(self.wakes.iter().min().copied()).min();
            let far = Instant::now() + Duration::from_hours(1);
            let msg = tokio::select! {
                biased;
                _ = terminate.recv() => Some(Msg::Terminate),
                _ = hangup.recv() => Some(Msg::Terminate),
                _ = interrupt.recv() => Some(Msg::Terminate),
                _ = stop.recv() => { self.suspend()?; Some(Msg::Resumed) }
                event = input.next() => match event {
                    Some(Ok(event)) => message(event),
                    Some(Err(_)) | None => Some(Msg::Terminate),
                },
                Some(event) = saved.recv() => Some(self.stored(event)),
                Some(update) = updates.recv() => {
                    let warnings = self.engine.warnings();
                    if !warnings.is_empty() {
                        self.take(Msg::Warnings(warnings))?;
                    }
                    let mut facts = vec![(update.key, update.fact)];
                    // What came together is judged together.
                    while facts.len() < MANY && let Ok(update) = updates.try_recv() {
                        facts.push((update.key, update.fact));
                    }
                    Some(Msg::Facts(facts))
                }
                Some(msg) = inbox.recv() => Some(msg),
                () = sleep_until(wake.unwrap_or(far).into()), if wake.is_some() => {
                    let now = Instant::now();
                    let before = self.wakes.len();
                    self.wakes.retain(|wake| *wake > now);
                    (self.wakes.len() < before).then_some(Msg::Tick)
                }
                () = std::future::ready(()), if !self.left.is_empty() && self.engine.has_room() => None,
            };
            let Some(msg) = msg else {
                // Some at a time, so that keys and frames come between.
                let facts = self.offer_left();
                if !facts.is_empty() {
                    self.take(Msg::Facts(facts))?;
                }
                continue;
            };
            urgent |= matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_) | Msg::Opened { .. });
            self.take(msg)?;
            // Drain what has come in meanwhile, but let a frame through now and then.
            let until = Instant::now() + FRAME / 2;
            while Instant::now() < until {
                match inbox.try_recv() {
                    Ok(msg) => self.take(msg)?,
                    Err(_) => break,
                }
            }
            if self.app.leaving {
                self.workers.leave();
                return Ok(());
            }
        }
    }

    /// Whether a frame is drawn before the mail under the cursor had time to be read.
    fn is_patient(&mut self, since: Instant) {
        let reading = matches!(self.app.selected, Selected::Reading(_)) && self.app.mode == Mode::List;
        self.reading = reading.then(|| self.reading.unwrap_or(since));
        self.app.patient = self.reading.is_some_and(|began| began.elapsed() < GRACE);
    }

    /// When the next frame is due: at once after a key, else a frame's time after the last one; while the mail that all panes
    /// are of is being read, a little later, so that moving does not flicker.
    fn due(&self, drawn: Instant, since: Instant, urgent: bool) -> Instant {
        let due = if urgent { since.max(drawn + FRAME / 4) } else { drawn + FRAME };
        let waits = matches!(self.app.selected, Selected::Reading(_)) && self.app.mode == Mode::Inspect;
        if waits { due.max(since + GRACE) } else { due }
    }

    /// Hands the text to a tool of the desktop on a thread, as a display that does not answer must not hold the screen;
    /// else to the terminal or a file, here, as the terminal is the loop's alone.
    fn copy(&mut self, what: String, text: String, tried: bool) -> anyhow::Result<Vec<Cmd>> {
        let env = |name: &str| std::env::var(name).ok();
        let lang = self.app.lang;
        let tools = if tried { &[] } else { super::clipboard::tools(self.clipboard, &env) };
        if !tools.is_empty() {
            let out = self.out.clone();
            std::thread::Builder::new().name("clipboard".into()).spawn(move || {
                let _ = out.send(match super::clipboard::run_tools(tools, &text, lang) {
                    Some(how) => Msg::Copied(copied(lang, &what, &text, &how)),
                    None => Msg::NotCopied { what, text },
                });
            })?;
            return Ok(Vec::new());
        }
        let done = super::clipboard::copy(&text, self.clipboard, &env, &self.data_dir, lang);
        Ok(self.app.update(match done {
            Ok(how) => Msg::Copied(copied(lang, &what, &text, &how)),
            Err(why) => Msg::Failed(why),
        }))
    }

    fn take(&mut self, msg: Msg) -> anyhow::Result<()> {
        self.app.clock = self.started.elapsed().as_millis() as u64;
        self.app.now = unix_now();
        let wishes = self.app.update(msg);
        self.workers.name_at_once(!self.app.marks.is_empty());
        self.carry_out(wishes)
    }

    fn carry_out(&mut self, wishes: Vec<Cmd>) -> anyhow::Result<()> {
        let mut wishes = VecDeque::from(wishes);
        while let Some(wish) = wishes.pop_front() {
            match wish {
                Cmd::List { folder, generation } => self.workers.list(folder, generation)?,
                Cmd::Resume { folder, generation } => {
                    let rows = &self.app.list.rows;
                    let (taken, named) = rows.standing();
                    self.workers.resume(folder, generation, rows.batches().cloned().collect(), taken, named)?;
                }
                Cmd::Limit { reach, folder } => {
                    self.engine.limit(reach);
                    self.left.retain(|(key, _)| key.reach() <= reach);
                    wishes.extend(self.app.set_reach(reach, folder));
                }
                Cmd::First(rows) => self.workers.first(rows),
                Cmd::Open(index) => self.workers.open(index, false),
                Cmd::OpenAnyway(index) => self.workers.open(index, true),
                // Neither is worth a word where it fails: it only spares the next run a process.
                Cmd::Killer(identity) => drop(self.keeper.killer(identity, self.app.now)),
                Cmd::Forgive(identity) => drop(self.keeper.forgive(identity)),
                Cmd::Search { search, query, rows } => self.workers.search(search, query, rows),
                Cmd::EndSearch => self.workers.end_search(),
                Cmd::Known(keys) => {
                    let facts: Vec<_> = keys.into_iter().filter_map(|key| self.known(key)).collect();
                    if !facts.is_empty() {
                        wishes.extend(self.app.update(Msg::Facts(facts)));
                    }
                }
                Cmd::Ask { keys, reach, anew } => {
                    let facts = self.ask(keys, reach, anew);
                    wishes.extend(self.app.update(Msg::Facts(facts)));
                }
                Cmd::Consent { key, reach } => {
                    let yes = lookup::Consent::given(key);
                    let at_once = self.engine.ask_consented([yes], reach, self.app.generation);
                    let facts = at_once.into_iter().map(|line| (line.key, line.fact)).collect();
                    wishes.extend(self.app.update(Msg::Facts(facts)));
                }
                Cmd::Plan { title, wants } => {
                    // As far as it goes: what may leave is decided by the reader, row by row.
                    let plan = |engine: &lookup::Engine| engine.plan(wants.keys().cloned(), Reach::Sender);
                    if wants.list.len() <= MANY {
                        let planned = plan(&self.engine);
                        wishes.extend(self.app.update(Msg::Planned { title, wants, planned }));
                    } else {
                        // Each question is looked for among the kept answers.
                        let (engine, out) = (self.engine.clone(), self.out.clone());
                        std::thread::Builder::new().name("plan".into()).spawn(move || {
                            let planned = engine.plan(wants.keys().cloned(), Reach::Sender);
                            let _ = out.send(Msg::Planned { title, wants, planned });
                        })?;
                    }
                }
                Cmd::Gather { rows, judge } => {
                    let job = gather::Job::of(&self.app, &self.workers, &rows, judge);
                    let out = self.out.clone();
                    std::thread::Builder::new().name("gather".into()).stack_size(STACK).spawn(move || {
                        let _ = out.send(job.run());
                    })?;
                }
                Cmd::CallOff(Some(key)) => self.engine.call_off(&key),
                Cmd::CallOff(None) => {
                    self.left.clear();
                    self.engine.cancel();
                }
                Cmd::Mark(identities, mark) => {
                    let done = self.keeper.mark(identities, mark, self.app.now, 0);
                    wishes.extend(self.refused(done));
                }
                Cmd::Note(identity, note) => {
                    let done = self.keeper.note(identity, note, self.app.now, 0);
                    wishes.extend(self.refused(done));
                }
                Cmd::Undo => {
                    let done = self.keeper.undo(0);
                    wishes.extend(self.refused(done));
                }
                Cmd::Collect(collect, rows) => {
                    let job = copy_rows::Job::new(&self.app, &self.workers, collect, &rows);
                    let out = self.out.clone();
                    std::thread::Builder::new().name("collect".into()).spawn(move || {
                        let _ = out.send(job.run());
                    })?;
                }
                Cmd::Save(job) => {
                    let (out, lang) = (self.out.clone(), self.app.lang);
                    std::thread::Builder::new().name("save".into()).spawn(move || {
                        let _ = out.send(saved_to(&job, lang));
                    })?;
                }
                Cmd::Quarantine(rows) => {
                    let job = quarantine_rows::Job::new(&self.app, &self.workers, &rows, &self.data_dir);
                    let out = self.out.clone();
                    std::thread::Builder::new().name("quarantine".into()).spawn(move || {
                        let _ = out.send(job.run());
                    })?;
                }
                Cmd::Copy { what, text, tried } => wishes.extend(self.copy(what, text, tried)?),
                Cmd::Wake(after) => self.wake(after),
                Cmd::Mouse(on) => self.guard.capture_mouse(on)?,
                Cmd::Redraw => self.guard.redraw()?,
                Cmd::Suspend => {
                    self.suspend()?;
                    self.app.dirty = true;
                }
                Cmd::Quit => self.app.leaving = true,
            }
        }
        Ok(())
    }

    /// Asks, and gives the present states. What finds no room on the board is offered again when answers come.
    fn ask(&mut self, keys: Vec<Key>, reach: Reach, anew: bool) -> Vec<(Key, Fact)> {
        let failed = |key: &Key| matches!(self.app.facts.state(key), State::Failed(_));
        let (again, first): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(|key| anew && failed(key));
        let generation = self.app.generation;
        let mut lines = self.engine.ask_anew(again, reach, generation);
        if first.len() > MANY {
            // A whole folder: offered bit by bit, as each question is looked for among the kept answers.
            self.left.extend(first.into_iter().map(|key| (key, reach)));
        } else {
            let (known, left) = self.engine.offer(first, reach, generation, lookup::Priority::Selected);
            lines.extend(known);
            self.left.extend(left.into_iter().map(|key| (key, reach)));
        }
        lines.into_iter().map(|line| (line.key, line.fact)).collect()
    }

    /// Offers what found no room before.
    fn offer_left(&mut self) -> Vec<(Key, Fact)> {
        let Some((_, reach)) = self.left.front().cloned() else { return Vec::new() };
        let count = self.left.iter().take(FEW).take_while(|(_, other)| *other == reach).count();
        let keys: Vec<Key> = self.left.drain(..count).map(|(key, _)| key).collect();
        let (lines, back) = self.engine.offer(keys, reach, self.app.generation, lookup::Priority::Background);
        for key in back.into_iter().rev() {
            self.left.push_front((key, reach));
        }
        lines.into_iter().map(|line| (line.key, line.fact)).collect()
    }

    /// What the database of marks reports, as a message.
    fn stored(&self, event: StoreEvent) -> Msg {
        let settle = |changed: Vec<(Identity, Marked)>| {
            let told = |marked: Marked| (marked.mark.is_some() || !marked.note.is_empty()).then_some(marked);
            Msg::Saved(changed.into_iter().map(|(identity, marked)| (identity, told(marked))).collect())
        };
        match event {
            StoreEvent::Saved { changed, .. } => settle(changed),
            StoreEvent::Undone { undone: Some(undone), .. } => settle(undone.restored),
            StoreEvent::Undone { undone: None, .. } => Msg::NothingToUndo,
            StoreEvent::Failed { error, .. } => self.not_saved(&error),
            StoreEvent::Opened { marks, .. } | StoreEvent::Reload(marks) => Msg::Marks(marks),
            StoreEvent::Waiting { count, why } => Msg::Waiting { count, why },
            StoreEvent::Landed { .. } => Msg::Waiting { count: 0, why: String::new() },
            // Told when the screen is gone; see `last_words`.
            StoreEvent::Lost { .. } => Msg::Tick,
        }
    }

    fn not_saved(&self, why: &crate::store::Error) -> Msg {
        Msg::Failed(Words::new("not saved: {0}", "保存できません: {0}").fill(self.app.lang, &[&why.to_string()]))
    }

    fn refused(&mut self, done: Result<(), crate::store::Error>) -> Vec<Cmd> {
        match done {
            Ok(()) => Vec::new(),
            Err(why) => {
                let msg = self.not_saved(&why);
                self.app.update(msg)
            }
        }
    }

    fn known(&self, key: Key) -> Option<(Key, crate::facts::Fact)> {
        self.engine.known(&key).map(|fact| (key, fact))
    }

    fn wake(&mut self, after: u64) {
        self.wakes.push(Instant::now() + Duration::from_millis(after + 1));
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.guard.suspend()?;
        // Another gosanke may have marked mails meanwhile.
        let _ = self.keeper.look();
        Ok(())
    }
}

fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => Some(Msg::Key(key)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Mouse(mouse) => Some(Msg::Mouse(mouse)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

/// Cells that were not sent: what should have made them harmless did not.
fn defective(lang: Lang, refused: u64) -> String {
    let words = Words::new(
        "{0} cell(s) held what a terminal would obey and were not drawn; this is a defect of gosanke, please report it",
        "端末が命令と解釈する文字を含む {0} セルを描画しませんでした。gosanke の不具合です。ご報告ください",
    );
    words.fill(lang, &[&refused.to_string()])
}

fn copied(lang: Lang, what: &str, text: &str, how: &str) -> String {
    let lines = text.lines().count().to_string();
    Words::new("copied {0} ({1} line(s)): {2}", "コピー: {0}（{1} 行）: {2}").fill(lang, &[what, &lines, how])
}

/// Writes parts of a mail and says where they are.
fn saved_to(job: &crate::save::Job, lang: Lang) -> Msg {
    match job.write() {
        Ok(saved) => {
            let words = Words::new("saved {0} file(s) in {1}", "{0} 個のファイルを {1} に保存しました");
            Msg::Done(words.fill(lang, &[&saved.names.len().to_string(), &saved.folder.display().to_string()]))
        }
        Err(trouble) => {
            Msg::Failed(Words::new("not saved: {0}", "保存できません: {0}").fill(lang, &[&trouble.words(lang)]))
        }
    }
}

fn unix_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
