//! The store on a thread of its own: the screen hands over a change and hears later that it is on disk.
//!
//! Changes are done in the order in which they are handed over. A change is shown as saved only after [`Event::Saved`];
//! dropping the keeper finishes what was handed over. What the disk does not take (it is full, it cannot be written) waits,
//! is told, and is tried again until it is there; see `waiting`.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Instant;

use super::facts::{Entry, Kept};
use super::waiting::{Desk, RETRY};
use super::{Error, FILE, Mark, Marked, Marks, Opened, Store, Undone};
use crate::lookup::Counted;
use crate::mailbox::Identity;
use crate::text::Sentence;

/// The most answers that are written in one transaction.
const BATCH: usize = 256;

/// What the keeper reports. `token` is the one that was given with the change.
#[derive(Debug)]
pub enum Event {
    /// The database is open: first event, always.
    Opened {
        /// All marks.
        marks: Marks,
        /// What a person should know; empty where all is well.
        warnings: Vec<Sentence>,
        /// Marks are gone at the end of the program.
        in_memory: bool,
        /// Marks cannot be changed.
        read_only: bool,
        /// Mails that ended the process in which they were analyzed.
        killers: Vec<Identity>,
    },
    /// A mark or note is on disk.
    Saved {
        /// The change.
        token: u64,
        /// The messages that it changed, with what they have now.
        changed: Vec<(Identity, Marked)>,
    },
    /// A step was taken back and that is on disk; `None`: there was nothing to take back.
    Undone {
        /// The request.
        token: u64,
        /// What came back.
        undone: Option<Undone>,
    },
    /// A change was not made.
    Failed {
        /// The change.
        token: u64,
        /// Why.
        error: Error,
    },
    /// Another process changed marks, or they came to the disk at last: these are all marks now.
    Reload(Marks),
    /// What a person should know of how the database was opened in the end.
    Warned(Sentence),
    /// Changes are not on disk, and are tried again every few seconds.
    Waiting {
        /// How many; none where what waited was taken back.
        count: usize,
        /// Why.
        why: Sentence,
    },
    /// What waited is on disk.
    Landed {
        /// How many changes.
        count: usize,
    },
    /// The keeper ends, and changes are not on disk: they are gone.
    Lost {
        /// How many.
        count: usize,
        /// Why.
        why: Sentence,
    },
}

/// A change of marks or notes.
#[derive(Debug)]
pub(super) enum Change {
    Mark { identities: Vec<Identity>, mark: Option<Mark>, at: i64, token: u64 },
    Note { identity: Identity, note: String, at: i64, token: u64 },
    Undo { token: u64 },
}

enum Order {
    Change(Change),
    Killer { identity: Identity, at: i64 },
    Forgive(Identity),
    Look,
    Fact(Entry),
    Count(Counted),
    Expire { now: i64 },
    End,
}

/// A way to hand answers to the keeper's thread.
#[derive(Debug, Clone)]
pub(super) struct Line(Sender<Order>);

impl Line {
    /// Hands over an answer; nothing is said where the thread is gone.
    pub(super) fn keep(&self, entry: Entry) {
        let _ = self.0.send(Order::Fact(entry));
    }

    /// Hands over that somebody was asked.
    pub(super) fn count(&self, asked: Counted) {
        let _ = self.0.send(Order::Count(asked));
    }
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Order")
    }
}

/// Owns a store. Calls return at once; the outcome comes as an [`Event`].
#[derive(Debug)]
pub struct Keeper {
    orders: Sender<Order>,
    thread: Option<JoinHandle<()>>,
    path: Option<PathBuf>,
}

impl Keeper {
    /// Starts the thread; it opens the store of `data_dir` (in memory without one) and reports to `report`, which is
    /// called on that thread and must not block.
    #[must_use]
    pub fn start(data_dir: Option<PathBuf>, report: impl FnMut(Event) + Send + 'static) -> Self {
        let (orders, inbox) = mpsc::channel();
        let path = data_dir.as_ref().map(|folder| folder.join(FILE));
        let thread =
            std::thread::Builder::new().name("store".to_owned()).spawn(move || serve(data_dir, &inbox, report)).ok();
        Self { orders, thread, path }
    }

    /// Marks messages, or takes their marks away with `None`. One step for undo.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn mark(&self, identities: Vec<Identity>, mark: Option<Mark>, at: i64, token: u64) -> Result<(), Error> {
        self.order(Order::Change(Change::Mark { identities, mark, at, token }))
    }

    /// Writes a note on a message. One step for undo.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn note(&self, identity: Identity, note: String, at: i64, token: u64) -> Result<(), Error> {
        self.order(Order::Change(Change::Note { identity, note, at, token }))
    }

    /// Takes the last step back.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn undo(&self, token: u64) -> Result<(), Error> {
        self.order(Order::Change(Change::Undo { token }))
    }

    /// Remembers a mail that ended the process in which it was analyzed. Nothing is reported: it only spares the next run.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn killer(&self, identity: Identity, at: i64) -> Result<(), Error> {
        self.order(Order::Killer { identity, at })
    }

    /// Forgets such a mail again.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn forgive(&self, identity: Identity) -> Result<(), Error> {
        self.order(Order::Forgive(identity))
    }

    /// Looks whether another process changed marks, for when the program comes to the front again.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn look(&self) -> Result<(), Error> {
        self.order(Order::Look)
    }

    /// Forgets look-up answers that are stale at `now`; for once in a run, when nothing else is to be done.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn expire(&self, now: i64) -> Result<(), Error> {
        self.order(Order::Expire { now })
    }

    /// Kept look-up answers, for the engine. Call it after [`Event::Opened`]: before, there may be no file to read.
    #[must_use]
    pub fn kept(&self) -> Kept {
        Kept::new(self.path.as_deref(), Line(self.orders.clone()))
    }

    fn order(&self, order: Order) -> Result<(), Error> {
        self.orders.send(order).map_err(|_| Error::Closed)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Others may still hold a line to the thread, so the channel alone does not end it.
        let _ = self.orders.send(Order::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(data_dir: Option<PathBuf>, inbox: &Receiver<Order>, mut report: impl FnMut(Event)) {
    let opened = match &data_dir {
        Some(folder) => Store::open(folder),
        None => Store::in_memory().map(|store| Opened { store, warnings: Vec::new() }),
    };
    let mut opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            report(Event::Failed { token: 0, error });
            return;
        }
    };
    let store = &mut opened.store;
    let marks = store.marks().unwrap_or_else(|error| {
        opened.warnings.push(error.sentence());
        store.readable()
    });
    report(Event::Opened {
        marks,
        warnings: opened.warnings,
        in_memory: store.in_memory,
        read_only: store.read_only,
        // Whoever cannot be told of them opens them, as if nothing had been.
        killers: store.killers().unwrap_or_default(),
    });
    let mut desk = Desk::new(opened.store, data_dir);
    let mut held: Vec<Entry> = Vec::new();
    let mut counts: Vec<Counted> = Vec::new();
    // When what waits is tried again, however much else comes in.
    let mut again: Option<Instant> = None;
    loop {
        let mut next = if desk.is_waiting() {
            let due = *again.get_or_insert_with(|| Instant::now() + RETRY);
            let left = due.saturating_duration_since(Instant::now());
            let order = if left.is_zero() { Err(RecvTimeoutError::Timeout) } else { inbox.recv_timeout(left) };
            match order {
                Ok(order) => Some(order),
                Err(RecvTimeoutError::Timeout) => {
                    desk.again(&mut report);
                    again = None;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => None,
            }
        } else {
            again = None;
            inbox.recv().ok()
        };
        if next.is_none() {
            break;
        }
        // Answers that stand in a row become one transaction; a mark is never kept waiting behind them.
        let mut taken = 0;
        loop {
            match next {
                Some(Order::Fact(entry)) => held.push(entry),
                Some(Order::Count(asked)) => add(&mut counts, asked),
                _ => break,
            }
            taken += 1;
            next = if taken < BATCH { inbox.try_recv().ok() } else { None };
        }
        let end = match next {
            Some(order) => obey(&mut desk, order, &mut report),
            None => false,
        };
        if taken > 0 {
            // A lost answer is asked for again.
            let done = desk.store().put_entries(&held, &counts).is_ok();
            desk.put(done);
            held.clear();
            counts.clear();
        }
        if end {
            break;
        }
    }
    desk.end(&mut report);
}

/// Counts by provider and hour; few of each stand in one batch.
fn add(counts: &mut Vec<Counted>, asked: Counted) {
    match counts.iter_mut().find(|one| one.hour == asked.hour && one.provider == asked.provider) {
        Some(one) => one.count = one.count.saturating_add(asked.count),
        None => counts.push(asked),
    }
}

/// Does one order; true at the end.
fn obey(desk: &mut Desk, order: Order, report: &mut impl FnMut(Event)) -> bool {
    match order {
        Order::Change(change) => {
            desk.take(change, report);
            reload(desk.store(), report);
        }
        // Where it cannot be written, the next run tries that mail once more: in a confined process, as always.
        Order::Killer { identity, at } => drop(desk.store().add_killer(identity, at)),
        Order::Forgive(identity) => drop(desk.store().forgive(identity)),
        Order::Expire { now } => drop(desk.store().expire_facts(now)),
        Order::Look => {
            desk.look(report);
            reload(desk.store(), report);
        }
        Order::Fact(_) | Order::Count(_) => {}
        Order::End => return true,
    }
    false
}

/// Reports all marks where another process wrote.
fn reload(store: &mut Store, report: &mut impl FnMut(Event)) {
    if matches!(store.changed_elsewhere(), Ok(true))
        && let Ok(marks) = store.marks()
    {
        report(Event::Reload(marks));
    }
}
