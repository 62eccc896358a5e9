//! The loop: messages in, frames and wishes out.

mod wishes;
pub(super) mod writing;

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::sleep_until;

use crate::config::Clipboard;
use crate::facts::{Key, Reach};
use crate::lookup;
use crate::mailbox::Identity;
use crate::sandbox::Pool;
use crate::store::{Event as StoreEvent, Keeper, Opening};
use crate::text::{Lang, Words};

use super::app::{App, Mode, Selected, Start};
use super::begun::Begun;
use super::msg::Msg;
use super::terminal::Guard;
use super::worker::{Analyst, Workers};
use writing::Writing;

/// Least time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// Least time between two frames that answer keys.
const KEYS: Duration = Duration::from_millis(4);
/// So long what the threads sent is taken before keys are looked for again.
const TURN: Duration = Duration::from_millis(2);
/// Time that a mail under the cursor gets to be read before its place is drawn empty, or an inspector without it: moving does
/// not flicker.
const GRACE: Duration = Duration::from_millis(10);

/// So long nothing is said of what is still being written when the screen is gone.
const SILENCE: Duration = Duration::from_secs(1);

/// Answers that are taken together.
const MANY: usize = 256;

/// What the screen is started with.
pub struct Launch {
    /// The state.
    pub start: Start,
    /// The mailbox, as it is being listed.
    pub begun: Begun,
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
    /// What to tell at the start, each a line of the jobs layer.
    pub warnings: Vec<String>,
    /// Tells a sentence while there is no screen.
    pub complain: fn(&str),
}

/// How soon somebody wants to see what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Haste {
    /// With the next frame.
    None,
    /// At once: it was waited for.
    Awaited,
    /// At once: a key was pressed.
    Pressed,
}

struct Loop {
    /// First, so that the terminal is given back before anything else is waited for, whatever ends the loop.
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
    writing: Writing,
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
    let Begun { workers, out, mut inbox } = launch.begun;
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
    workers.equip(analyst)?;
    let (mut app, first) = App::new(launch.start);
    app.now = unix_now();
    app.sandbox = (!held.is_whole()).then(|| held.short());
    app.killers = launch.killers.into_iter().collect();
    app.save_dir = launch.save_dir;
    app.quarantine_dir = launch.quarantine_dir;
    let _ = out.send(Msg::Warnings(launch.warnings));
    let told = out.clone();
    let data = Some(launch.data_dir.clone()).filter(|path| !path.as_os_str().is_empty());
    let lang = app.lang;
    engine.load_geo(launch.geo, data, move |warnings| {
        let _ = told.send(Msg::Places);
        let _ = told.send(Msg::Warnings(warnings.iter().map(|one| one.words(lang)).collect()));
    });
    let writing = Writing::default();
    super::watch::start(out.clone(), writing.running())?;
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
        writing,
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
    // Whoever sees the terminal go away waits for marks, too.
    let rest = this.writing.leave();
    // What is still under way gets its line in the log.
    this.engine.cancel();
    let Loop { guard, app, workers, engine, keeper, writing, .. } = this;
    // First, so that the terminal is given back before anything is waited for.
    drop(guard);
    let lang = app.lang;
    drop((workers, engine, apart));
    let mut told = finish(writing, keeper, lang, launch.complain).await;
    drop(rest);
    // What was said while the loop was leaving.
    while let Ok(msg) = inbox.try_recv() {
        if let Msg::Done(text) | Msg::Failed(text) = msg {
            told.push(text);
        }
    }
    done.map(|()| {
        told.extend(last_words(&mut saved, lang));
        told
    })
}

/// Waits for marks and files that are being written, unless somebody wants the program to end for good: a disk may never
/// answer, and another program may hold the database.
async fn finish(writing: Writing, keeper: Keeper, lang: Lang, complain: fn(&str)) -> Vec<String> {
    let end = move || {
        drop(keeper);
        writing.end()
    };
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return end();
    };
    let mut ended = tokio::task::spawn_blocking(end);
    let mut silent = true;
    loop {
        tokio::select! {
            told = &mut ended => return told.unwrap_or_default(),
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            () = tokio::time::sleep(SILENCE), if silent => {
                silent = false;
                let words = Words::new(
                    "marks or files are still being written; Ctrl-C leaves without them",
                    "印またはファイルを書き込んでいます。Ctrl-C で中止して終了します",
                );
                complain(words.get(lang));
            }
        }
    }
    let words =
        Words::new("left before all marks and files were written", "印とファイルをすべて書き込む前に終了しました");
    vec![words.get(lang).to_owned()]
}

/// What the database of marks reported last.
fn last_words(saved: &mut UnboundedReceiver<StoreEvent>, lang: Lang) -> Vec<String> {
    let mut told = Vec::new();
    while let Ok(event) = saved.try_recv() {
        if let StoreEvent::Lost { count, why } = event {
            let words = Words::new(
                "not saved, and lost: {0 change|changes} of marks and notes ({1})",
                "印とメモの変更 {0} 件を保存できず、失われました: {1}",
            );
            told.push(words.fill(lang, &[&count.to_string(), &why.words(lang)]));
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
        let mut quit = signal(SignalKind::quit())?;
        let mut stop = signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?;
        let mut drawn = Instant::now().checked_sub(FRAME).unwrap_or_else(Instant::now);
        // The last frame that answered a key: keys that follow each other fast share frames, and none waits because
        // something else came a moment before it.
        let mut answered = drawn;
        let mut dirty_since: Option<Instant> = None;
        // Rows that came before there was a screen are in its first frame.
        let mut haste = self.take_some(inbox)?;
        loop {
            if self.app.dirty {
                let since = *dirty_since.get_or_insert_with(Instant::now);
                let due = self.due(earliest(haste, drawn, answered), since);
                if Instant::now() >= due {
                    self.app.dirty = false;
                    dirty_since = None;
                    drawn = Instant::now();
                    if haste == Haste::Pressed {
                        answered = drawn;
                    }
                    haste = Haste::None;
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
            let earliest = earliest(haste, drawn, answered);
            let frame = self.app.dirty.then(|| self.due(earliest, dirty_since.unwrap_or(drawn)));
            let wake = frame.into_iter().chain(self.wakes.iter().min().copied()).min();
            let far = Instant::now() + Duration::from_hours(1);
            let msg = tokio::select! {
                biased;
                _ = terminate.recv() => Some(Msg::Terminate),
                _ = hangup.recv() => Some(Msg::Terminate),
                _ = interrupt.recv() => Some(Msg::Terminate),
                _ = quit.recv() => Some(Msg::Terminate),
                _ = stop.recv() => { self.suspend()?; Some(Msg::Resumed) }
                event = input.next() => match event {
                    Some(Ok(event)) => message(event),
                    Some(Err(_)) | None => Some(Msg::Terminate),
                },
                Some(event) = saved.recv() => Some(self.stored(event)),
                Some(update) = updates.recv() => {
                    let warnings = self.engine.warnings();
                    if !warnings.is_empty() {
                        let lang = self.app.lang;
                        self.take(Msg::Warnings(warnings.iter().map(|one| one.words(lang)).collect()))?;
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
            haste = haste.max(self.haste(&msg));
            self.take(msg)?;
            haste = haste.max(self.take_some(inbox)?);
            if self.app.leaving {
                self.workers.leave();
                return Ok(());
            }
        }
    }

    /// Takes what has come in meanwhile, but not so long that a key or a frame waits for it. Tells how soon something of it
    /// is to be seen.
    fn take_some(&mut self, inbox: &mut UnboundedReceiver<Msg>) -> anyhow::Result<Haste> {
        let until = Instant::now() + TURN;
        let mut haste = Haste::None;
        while Instant::now() < until
            && let Ok(msg) = inbox.try_recv()
        {
            haste = haste.max(self.haste(&msg));
            self.take(msg)?;
        }
        Ok(haste)
    }

    /// How soon somebody wants to see what a message brings.
    fn haste(&self, msg: &Msg) -> Haste {
        match msg {
            Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_) => Haste::Pressed,
            Msg::Opened { .. } | Msg::Inside(_) => Haste::Awaited,
            Msg::Rows { .. } if self.app.list.rows.is_empty() => Haste::Awaited,
            _ => Haste::None,
        }
    }

    /// Whether a frame is drawn before the mail under the cursor had time to be read.
    fn is_patient(&mut self, since: Instant) {
        let reading = matches!(self.app.selected, Selected::Reading(_)) && self.app.mode == Mode::List;
        self.reading = reading.then(|| self.reading.unwrap_or(since));
        self.app.patient = self.reading.is_some_and(|began| began.elapsed() < GRACE);
    }

    /// When the next frame is due that may come at `earliest`, and is wanted `since`: while the mail that all panes are of is
    /// being read, a little later, so that moving does not flicker.
    fn due(&self, earliest: Instant, since: Instant) -> Instant {
        let waits = matches!(self.app.selected, Selected::Reading(_)) && self.app.mode == Mode::Inspect;
        if waits { earliest.max(since + GRACE) } else { earliest }
    }

    fn take(&mut self, msg: Msg) -> anyhow::Result<()> {
        self.app.clock = self.started.elapsed().as_millis() as u64;
        self.app.now = unix_now();
        let wishes = self.app.update(msg);
        self.workers.name_at_once(!self.app.marks.is_empty());
        self.carry_out(wishes)
    }
}

/// When the next frame may come after one that was drawn, and one that answered a key.
fn earliest(haste: Haste, drawn: Instant, answered: Instant) -> Instant {
    if haste == Haste::None { drawn + FRAME } else { answered + KEYS }
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
        "{0 cell|cells} held what a terminal would obey and were not drawn; this is a defect of gosanke, please report it",
        "端末が命令と解釈する文字を含む {0} セルを描画しませんでした。gosanke の不具合です。ご報告ください",
    );
    words.fill(lang, &[&refused.to_string()])
}

fn unix_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
