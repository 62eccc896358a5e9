//! Threads that list, read and analyze. What is on the screen comes first; a wanted mail has a thread of its own, so
//! that it never waits behind a batch. Results go to the loop as messages with their generation.

mod confined;
mod following;
mod gate;
mod heads;
mod listing;
mod queue;
mod seeking;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use crate::mailbox::{Canonical, Entry, Follower, Identity, Opened, Problem, Spare};

use super::inspect::OpenMail;
use super::msg::Msg;
use super::recall::{Keep, Recall, Writer};
use super::rows::Heads;

pub use self::confined::Analyst;
use self::following::Following;
pub use self::gate::{Gate, Line};
use self::listing::{hand_out, rank, row};
use self::queue::{Queue, Work};

/// Stack of a thread that parses: hostile nesting is bounded, this is for the rest.
const STACK: usize = 8 * 1024 * 1024;

/// So long the threads leave all cores to a listing that goes on: a list that stands is worth more than its badges, and one
/// that takes longer waits for the disk.
const PATIENCE: Duration = Duration::from_secs(1);

/// The allocator takes memory back that was free for so long.
const SETTLE: Duration = Duration::from_millis(50);

/// The threads.
#[derive(Debug)]
pub struct Workers {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    mailbox: Arc<Opened>,
    /// There before any thread is that analyzes.
    analyst: OnceLock<Analyst>,
    out: UnboundedSender<Msg>,
    generation: AtomicU64,
    /// There are marks, so that a row is not complete before it is known which mail it is.
    name_at_once: AtomicBool,
    queue: Mutex<Queue>,
    work: Condvar,
    wanted: Mutex<Option<Wish>>,
    want: Condvar,
    /// Where rows and badges are kept between runs; `None` where they are not.
    recall: Option<Recall>,
    keep: Arc<Mutex<Option<Keep>>>,
    writer: Mutex<Option<Writer>>,
    following: Following,
}

/// A mail for the inspector.
#[derive(Debug)]
struct Wish {
    generation: u64,
    index: u32,
    entry: Entry,
    /// See [`Queue::turns`].
    since: u64,
    /// Also where it ended a process before.
    anyway: bool,
}

/// A poisoned lock means that a thread panicked while it held it; the data are plain lists and stay usable.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Workers {
    /// Makes ready to list; [`Self::equip`] starts what analyzes. Badges that rest on facts which come later are not kept:
    /// `recall` tells where the others are.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn new(mailbox: Arc<Opened>, recall: Option<Recall>, out: UnboundedSender<Msg>) -> std::io::Result<Self> {
        let keep = Arc::new(Mutex::new(None));
        let writer = match recall.clone() {
            Some(recall) => Some(Writer::start(recall, Arc::clone(&mailbox), Arc::clone(&keep))?),
            None => None,
        };
        let shared = Arc::new(Shared {
            mailbox,
            analyst: OnceLock::new(),
            out,
            generation: AtomicU64::new(0),
            name_at_once: AtomicBool::new(false),
            queue: Mutex::default(),
            work: Condvar::new(),
            wanted: Mutex::default(),
            want: Condvar::new(),
            recall,
            keep,
            writer: Mutex::new(writer),
            following: Following::default(),
        });
        Ok(Self { shared })
    }

    /// Starts the threads that analyze; for once.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn equip(&self, analyst: Analyst) -> std::io::Result<()> {
        let _ = self.shared.analyst.set(analyst);
        let count = thread::available_parallelism().map_or(1, |count| count.get().clamp(1, 8));
        for index in 0..count {
            let shared = Arc::clone(&self.shared);
            thread::Builder::new().name(format!("analysis-{index}")).stack_size(STACK).spawn(move || {
                if let Some(analyst) = shared.analyst.get() {
                    analysis(&shared, analyst);
                }
            })?;
        }
        let shared = Arc::clone(&self.shared);
        thread::Builder::new().name("open".into()).stack_size(STACK).spawn(move || {
            if let Some(analyst) = shared.analyst.get() {
                open(&shared, analyst);
            }
        })?;
        Ok(())
    }

    /// Lists a folder; what ran for another one ends.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn list(&self, folder: u16, generation: u64) -> std::io::Result<()> {
        if self.shared.generation.load(Ordering::SeqCst) == generation {
            // It was begun before there was a screen.
            return Ok(());
        }
        self.begin(generation, Queue::waiting(Instant::now() + PATIENCE));
        let shared = Arc::clone(&self.shared);
        thread::Builder::new().name("list".into()).stack_size(STACK).spawn(move || {
            match catch_unwind(AssertUnwindSafe(|| listing::list(&shared, folder, generation))) {
                Ok(Some(follower)) => {
                    // On a thread of its own: what a listing needed goes back to the system when its thread ends, as far as
                    // it was free for a while by then.
                    let followed = follow(Arc::clone(&shared), folder, generation, follower).is_ok();
                    rank(&shared, generation);
                    if followed {
                        thread::sleep(SETTLE);
                    }
                }
                Ok(None) => rank(&shared, generation),
                Err(_) => {
                    let _ = shared.out.send(Msg::Listed { generation, error: Some(Problem::Defect) });
                }
            }
        })?;
        Ok(())
    }

    /// Goes on with the rows of a folder that was listed before; `taken` are those that need no analysis, `named` those of which it is
    /// known which mails they are.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn resume(
        &self,
        folder: u16,
        generation: u64,
        parts: Vec<Arc<Heads>>,
        taken: Vec<bool>,
        named: Vec<bool>,
    ) -> std::io::Result<()> {
        let mut queue = Queue::naming(named);
        let mut taken = taken.into_iter();
        for heads in parts {
            let count = heads.len();
            queue.add(heads, taken.by_ref().take(count));
        }
        self.begin(generation, queue);
        self.shared.work.notify_all();
        let parked = self.shared.following.take(folder);
        if parked.is_none() && self.shared.mailbox.follow(folder).is_some() {
            // It changed in the moment in which it was left.
            let _ = self.shared.out.send(Msg::Replaced { generation, why: following::LEFT });
        }
        if let Some(follower) = parked {
            follow(Arc::clone(&self.shared), folder, generation, follower)?;
        }
        Ok(())
    }

    /// Starts a run: entries and generation change under one lock, so that no thread takes one for the other.
    fn begin(&self, generation: u64, new: Queue) {
        let mut queue = lock(&self.shared.queue);
        self.shared.generation.store(generation, Ordering::SeqCst);
        let stop = queue.stop;
        *queue = new;
        (queue.generation, queue.stop) = (generation, stop);
        drop(queue);
        let left = lock(&self.shared.keep).take();
        if let (Some(left), Some(writer)) = (left, lock(&self.shared.writer).as_ref()) {
            writer.left(left);
        }
        self.shared.following.wake();
    }

    /// Whether there are marks: rows that are judged from now on come with the identity that marks are kept by.
    pub fn name_at_once(&self, marks: bool) {
        self.shared.name_at_once.store(marks, Ordering::SeqCst);
    }

    /// Analyzes these rows before all others.
    pub fn first(&self, rows: Vec<u32>) {
        lock(&self.shared.queue).first = rows.into();
        self.shared.work.notify_all();
    }

    /// Reads and analyzes a row for the inspector; an older wish that nobody began is forgotten.
    /// What ended its process before is opened only with `anyway`.
    pub fn open(&self, index: u32, anyway: bool) {
        let wanted = {
            let queue = lock(&self.shared.queue);
            let (generation, since) = (queue.generation, queue.turns());
            queue.entry(index).map(|entry| Wish { generation, index, entry, since, anyway })
        };
        if let Some(wish) = wanted {
            *lock(&self.shared.wanted) = Some(wish);
            self.shared.want.notify_one();
        }
    }

    /// The program leaves: what is being analyzed did not end it.
    pub fn leave(&self) {
        if let Some(opening) = self.shared.analyst.get().and_then(|analyst| analyst.opening.as_ref()) {
            opening.leave();
        }
    }

    /// The way to an analysis for jobs of their own.
    #[must_use]
    pub fn gate(&self, line: Line) -> Gate {
        Gate::new(&self.shared, line)
    }

    /// The mailbox that is read.
    #[must_use]
    pub fn mailbox(&self) -> &Arc<Opened> {
        &self.shared.mailbox
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.generation.store(u64::MAX, Ordering::SeqCst);
        lock(&self.shared.queue).stop = true;
        self.shared.work.notify_all();
        self.shared.want.notify_all();
        if let Some(mut writer) = lock(&self.shared.writer).take() {
            writer.end();
        }
        self.shared.following.wake();
    }
}

/// Follows a folder on a thread.
fn follow(shared: Arc<Shared>, folder: u16, generation: u64, follower: Follower) -> std::io::Result<()> {
    let thread = thread::Builder::new().name("follow".into()).stack_size(STACK);
    thread.spawn(move || following::run(&shared, folder, generation, follower)).map(drop)
}

/// Keeps what threads found out, and has batches written that are complete.
fn keep<T>(shared: &Shared, items: &[(u32, T)], put: impl Fn(&mut Keep, u32, &T) -> Option<usize>) {
    let complete: Vec<usize> = {
        let mut keep = lock(&shared.keep);
        let Some(keep) = keep.as_mut() else { return };
        items.iter().filter_map(|(index, item)| put(keep, *index, item)).collect()
    };
    if let (false, Some(writer)) = (complete.is_empty(), lock(&shared.writer).as_ref()) {
        for number in complete {
            writer.look(number);
        }
    }
}

/// Lets the screen and the mail under the cursor go first: on Linux a priority belongs to the thread that asks.
fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 10);
}

fn analysis(shared: &Shared, analyst: &Analyst) {
    step_back();
    let spare = Spare::default();
    loop {
        let name_at_once = || shared.name_at_once.load(Ordering::SeqCst);
        let (generation, since, work, named) = {
            let mut queue = lock(&shared.queue);
            loop {
                if queue.stop {
                    return;
                }
                let named = name_at_once();
                if let Some(work) = queue.work(named) {
                    break (queue.generation, queue.turns(), work, named);
                }
                queue = match queue.patience() {
                    Some(left) => shared.work.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0,
                    None => shared.work.wait(queue).unwrap_or_else(PoisonError::into_inner),
                };
            }
        };
        #[cfg(feature = "fuzzing")]
        super::trip::at("analysis");
        let done = match work {
            Work::Analyze(batch) => {
                let (rows, entries): (Vec<u32>, Vec<Entry>) = batch.into_iter().unzip();
                let judged = analyst.briefs(&entries, named, &|entry| read(shared, entry, &spare), &spare);
                let deaths: Vec<_> = rows
                    .iter()
                    .zip(&judged)
                    .filter_map(|(row, judged)| Some((*row, judged.death?, judged.brief.identity)))
                    .collect();
                let mut briefs: Vec<_> =
                    rows.into_iter().zip(judged).map(|(index, judged)| (index, judged.brief)).collect();
                // Of a row that turned nothing is kept, or only for the name that it had.
                keep(shared, &briefs, |keep, index, brief| keep.found(generation, index, brief));
                // Until it is said no row is turned, nor is what is said of one taken for what comes behind.
                let queue = lock(&shared.queue);
                briefs.retain(|(index, _)| !queue.is_stale(*index, since));
                for (index, death, identity) in deaths {
                    if !queue.is_stale(index, since) {
                        let _ = shared.out.send(Msg::Died { generation, index, death, identity });
                    }
                }
                shared.out.send(Msg::Briefs { generation, briefs })
            }
            Work::Name(batch) => {
                let mut names: Vec<_> = batch
                    .into_iter()
                    .filter_map(|(index, entry)| Some((index, name(shared, &entry, &spare)?)))
                    .collect();
                keep(shared, &names, |keep, index, name| keep.named(generation, index, *name));
                let queue = lock(&shared.queue);
                names.retain(|(index, _)| !queue.is_stale(*index, since));
                shared.out.send(Msg::Named { generation, names })
            }
            Work::Seek(batch) => seeking::look(shared, analyst, (generation, since), batch, &spare),
        };
        if done.is_err() {
            return;
        }
    }
}

fn name(shared: &Shared, entry: &Entry, spare: &Spare) -> Option<Identity> {
    let bytes = read(shared, entry, spare)?;
    let identity = bytes.identity();
    spare.give(bytes.into_bytes());
    Some(identity)
}

/// The bytes of a mail; `None` where they cannot be had.
fn read(shared: &Shared, entry: &Entry, spare: &Spare) -> Option<Canonical> {
    catch_unwind(AssertUnwindSafe(|| shared.mailbox.read_whole(entry, spare.take()).ok())).ok().flatten()
}

fn open(shared: &Shared, analyst: &Analyst) {
    loop {
        let Wish { generation, index, entry, since, anyway } = {
            let mut wanted = lock(&shared.wanted);
            loop {
                if shared.generation.load(Ordering::SeqCst) == u64::MAX {
                    return;
                }
                if let Some(wish) = wanted.take() {
                    break wish;
                }
                wanted = shared.want.wait(wanted).unwrap_or_else(PoisonError::into_inner);
            }
        };
        #[cfg(feature = "fuzzing")]
        super::trip::at("open");
        let read = catch_unwind(AssertUnwindSafe(|| shared.mailbox.read_whole(&entry, Vec::new())));
        let answer = match read {
            Err(_) => Msg::NotOpened { generation, index, why: Problem::Defect },
            Ok(Err(why)) => Msg::NotOpened { generation, index, why },
            Ok(Ok(bytes)) => {
                let (bytes, analysis, death) = analyst.open(&entry, bytes, anyway);
                if let Some(death) = death.filter(|_| !lock(&shared.queue).is_stale(index, since)) {
                    let identity = Some(analysis.identity);
                    let _ = shared.out.send(Msg::Died { generation, index, death, identity });
                }
                Msg::Opened { generation, mail: Box::new(OpenMail { index, bytes: bytes.into_bytes(), analysis }) }
            }
        };
        let queue = lock(&shared.queue);
        // Whoever told that the row turned has it opened again.
        if !queue.is_stale(index, since) && shared.out.send(answer).is_err() {
            return;
        }
    }
}
