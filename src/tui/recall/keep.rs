//! Collects what a run finds out about a folder and has it written on a thread of its own: rows when the listing is at
//! its end, badges batch by batch as they are complete, identities behind them. What is not written is found out again.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::analysis::Brief;
use crate::mailbox::{Identity, Opened, Standing};
use crate::store::{Later, RowCache, RowKey};

use super::super::list::Arrived;
use super::super::rows::{Findings, Heads, Starts, encode};
use super::super::worker::lock;
use super::state::{State, sum_of};
use super::{Keys, Recall, Session, forget};

/// How long leaving the program waits for what is being written.
const PATIENCE: Duration = Duration::from_secs(2);
/// Batches that are written in one step.
const TOGETHER: usize = 64;
/// So long rows that came are collected before they are written.
const CALM: Duration = Duration::from_secs(5);
/// Seconds for which a file has to have rested before its times are believed.
const REST: i64 = 2;

/// What is known of a folder in one run.
#[derive(Debug)]
pub(in crate::tui) struct Keep {
    generation: u64,
    key: RowKey,
    keys: Keys,
    folder: u16,
    before: Option<Standing>,
    /// It was not kept under how it stands now.
    restate: bool,
    began: i64,
    parts: Vec<Part>,
    starts: Starts,
    rows: u32,
    /// What is there could not be read and has to go.
    damaged: bool,
    /// More is kept than is there.
    fewer: bool,
    /// Rows of which nothing is kept.
    spoiled: HashSet<u32>,
}

#[derive(Debug)]
struct Part {
    /// Empty once nothing of it is to be written any more: the list may hold other rows in their place by then.
    heads: Arc<Heads>,
    len: u32,
    /// Every row of it can be read.
    sound: bool,
    keys: Vec<u64>,
    findings: Findings,
    /// Known once the rows are written.
    sum: Option<u64>,
    /// Rows that are not judged, or not named, and can be.
    unjudged: usize,
    unnamed: usize,
    found_kept: bool,
    names_kept: bool,
}

impl Keep {
    /// Nothing is known yet.
    pub(in crate::tui) fn new(session: &Session, folder: u16, generation: u64) -> Self {
        let (parts, starts) = (Vec::new(), Starts::default());
        let (key, before) = (session.key().clone(), session.before());
        Self {
            generation,
            key,
            keys: session.keys().clone(),
            folder,
            before,
            restate: before.is_some() && !session.is_same(),
            began: now(),
            parts,
            starts,
            rows: 0,
            damaged: false,
            fewer: false,
            spoiled: HashSet::new(),
        }
    }

    /// What was kept before could not be read and has to go.
    pub(in crate::tui) fn damaged(&mut self) {
        self.damaged = true;
    }

    /// More was kept than is there now, or in another order.
    pub(in crate::tui) fn fewer(&mut self) {
        self.fewer = true;
    }

    /// What gives rows their keys.
    pub(in crate::tui) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The run.
    pub(in crate::tui) fn generation(&self) -> u64 {
        self.generation
    }

    /// Takes a batch with the keys of its rows; `sum` where it came from the cache as it is.
    pub(in crate::tui) fn add(&mut self, (heads, known): &Arrived, keys: Vec<u64>, sum: Option<u64>) {
        let mut findings = Findings::new(heads.len());
        let readable = || (0..heads.len()).filter(|at| heads.is_readable(*at));
        let known = known.as_deref();
        let unjudged = readable().filter(|at| !known.is_some_and(|known| known.is_done(*at))).count();
        let unnamed = readable().filter(|at| known.and_then(|known| known.identity(*at)).is_none()).count();
        let (found_kept, names_kept) = (sum.is_some() && unjudged == 0, sum.is_some() && unnamed == 0);
        if let Some(known) = known.filter(|_| !(found_kept && names_kept)) {
            (0..heads.len()).for_each(|at| findings.take_over(at, known, at));
            if found_kept {
                findings.drop_hosts();
            }
        }
        self.starts.push(self.rows);
        self.rows += heads.len() as u32;
        let (len, sound) = (heads.len() as u32, (0..heads.len()).all(|at| heads.is_readable(at)));
        let heads = Arc::clone(heads);
        self.parts.push(Part { heads, len, sound, keys, findings, sum, unjudged, unnamed, found_kept, names_kept });
    }

    /// Takes what was found in a row. Gives the number of its batch where that is now complete.
    pub(in crate::tui) fn found(&mut self, generation: u64, index: u32, brief: &Brief) -> Option<usize> {
        if brief.digest.is_none() {
            // It could not be read, or its analysis broke: that may be otherwise next time.
            self.spoil(generation, index);
            return None;
        }
        let (number, part, at) = self.part(generation, index)?;
        let mut complete = false;
        if !part.found_kept && !part.findings.is_done(at) {
            part.findings.set(&part.heads, at, brief);
            part.unjudged = part.unjudged.saturating_sub(1);
            complete = part.unjudged == 0;
        }
        let named = brief.identity.and_then(|identity| self.named(generation, index, identity));
        if complete { Some(number) } else { named }
    }

    /// Takes which mail a row is. Gives the number of its batch where that is now complete.
    pub(in crate::tui) fn named(&mut self, generation: u64, index: u32, identity: Identity) -> Option<usize> {
        let (number, part, at) = self.part(generation, index)?;
        if part.names_kept || part.findings.identity(at).is_some() {
            return None;
        }
        part.findings.name(at, identity);
        part.unnamed = part.unnamed.saturating_sub(1);
        (part.unnamed == 0).then_some(number)
    }

    fn part(&mut self, generation: u64, index: u32) -> Option<(usize, &mut Part, usize)> {
        let here = generation == self.generation && index < self.rows && !self.spoiled.contains(&index);
        let (number, at) = self.starts.find(index).filter(|_| here)?;
        Some((number, self.parts.get_mut(number)?, at))
    }

    /// Keeps nothing that is found in a row from now on.
    pub(in crate::tui) fn spoil(&mut self, generation: u64, index: u32) {
        if generation == self.generation {
            self.spoiled.insert(index);
        }
    }

    /// What can be written of some batches, as long as the mailbox holds what was listed: else what was read of it lately
    /// may have been something else.
    fn ready(&mut self, mailbox: &Opened, numbers: &[usize], end: bool) -> Ready {
        if self.before.is_some_and(|before| !mailbox.still_begins(self.folder, &before)) {
            return (self.key.clone(), Vec::new());
        }
        (self.key.clone(), numbers.iter().flat_map(|number| self.pieces(*number, end)).collect())
    }

    /// What can be written of a batch; at the end also what is not complete.
    fn pieces(&mut self, number: usize, end: bool) -> Vec<(usize, u64, Later, Vec<u8>)> {
        let Some(part) = self.parts.get_mut(number) else { return Vec::new() };
        let Some(sum) = part.sum else { return Vec::new() };
        let mut pieces = Vec::new();
        let some = (0..part.heads.len()).any(|at| part.findings.is_done(at));
        if !part.found_kept && some && (end || part.unjudged == 0) {
            pieces.push((number, sum, Later::Found, encode::found(&part.findings, sum)));
            part.found_kept = !end;
            if !end {
                part.findings.drop_hosts();
            }
        }
        if !part.names_kept && part.unnamed == 0 && !part.findings.identities().is_empty() {
            pieces.push((number, sum, Later::Names, encode::names(part.findings.identities(), sum)));
            part.names_kept = true;
        }
        if part.found_kept && part.names_kept {
            part.findings = Findings::default();
            // Keys are taken when rows are written.
            if part.keys.is_empty() {
                part.heads = Arc::default();
            }
        }
        pieces
    }
}

/// What the thread is asked to do.
enum Order {
    /// The listing of a run is at its end.
    Listed(u64),
    /// Rows came behind those that are listed.
    Grown(u64),
    /// Something about a batch may be complete.
    Look(usize),
    /// The reader went to another folder.
    Left(Box<Keep>),
    End,
}

/// The thread that writes.
#[derive(Debug)]
pub(in crate::tui) struct Writer {
    orders: Sender<Order>,
    done: Mutex<Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What is being collected; shared by all threads.
pub(in crate::tui) type Shared = Arc<Mutex<Option<Keep>>>;

impl Writer {
    /// Starts the thread; it opens the cache when there is something to write.
    pub(in crate::tui) fn start(recall: Recall, mailbox: Arc<Opened>, keep: Shared) -> std::io::Result<Self> {
        let (orders, inbox) = channel();
        let (told, done) = channel();
        let thread = std::thread::Builder::new().name("cache".to_owned()).spawn(move || {
            serve(&recall, &mailbox, &keep, &inbox);
            let _ = told.send(());
        })?;
        Ok(Self { orders, done: Mutex::new(done), thread: Some(thread) })
    }

    /// The listing of what is being collected is at its end.
    pub(in crate::tui) fn listed(&self, generation: u64) {
        let _ = self.orders.send(Order::Listed(generation));
    }

    /// Rows came behind those that are listed; they are written soon, with others that come meanwhile.
    pub(in crate::tui) fn grown(&self, generation: u64) {
        let _ = self.orders.send(Order::Grown(generation));
    }

    /// Something about a batch may be complete.
    pub(in crate::tui) fn look(&self, number: usize) {
        let _ = self.orders.send(Order::Look(number));
    }

    /// The reader went to another folder.
    pub(in crate::tui) fn left(&self, keep: Keep) {
        let _ = self.orders.send(Order::Left(Box::new(keep)));
    }

    /// Writes what there is and ends.
    pub(in crate::tui) fn end(&mut self) {
        let _ = self.orders.send(Order::End);
        // What takes longer is given up: the cache is then as it was before.
        if lock(&self.done).recv_timeout(PATIENCE).is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

fn serve(recall: &Recall, mailbox: &Opened, keep: &Shared, inbox: &Receiver<Order>) {
    let mut cache = None;
    let mut tidied = false;
    let mut next = None;
    // The run that has rows which are not written, and when they will be.
    let mut grown: Option<(u64, Instant)> = None;
    loop {
        let waited = match (next.take(), grown) {
            (Some(order), _) => Ok(order),
            (None, None) => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            (None, Some((_, at))) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        let order = match (waited, grown) {
            (Ok(order), _) => order,
            (Err(RecvTimeoutError::Timeout), Some((generation, _))) => Order::Listed(generation),
            (Err(_), _) => return,
        };
        #[cfg(feature = "fuzzing")]
        crate::tui::trip::at("cache");
        if cache.is_none() {
            cache = RowCache::open(&recall.data_dir).ok();
        }
        let cache = cache.as_mut();
        match (order, cache) {
            (Order::End, None) => return,
            (_, None) => {}
            (Order::Grown(generation), Some(_)) => {
                grown = grown.filter(|(other, _)| *other == generation).or(Some((generation, Instant::now() + CALM)));
            }
            (Order::Listed(generation), Some(cache)) => {
                grown = None;
                write_rows(cache, mailbox, keep, generation);
                let key = lock(keep).as_ref().map(|keep| keep.key.clone());
                if let Some(key) = key.filter(|_| !std::mem::replace(&mut tidied, true)) {
                    let _ = cache.expire(&key, now());
                }
            }
            (Order::Look(number), Some(cache)) => {
                let mut numbers = vec![number];
                // What came together is written together.
                while numbers.len() < TOGETHER && next.is_none() {
                    match inbox.try_recv() {
                        Ok(Order::Look(number)) => numbers.push(number),
                        Ok(other) => next = Some(other),
                        Err(_) => break,
                    }
                }
                let ready = lock(keep).as_mut().map(|keep| keep.ready(mailbox, &numbers, false));
                write_later(cache, ready);
            }
            (Order::Left(mut left), Some(cache)) => {
                let all: Vec<usize> = (0..left.parts.len()).collect();
                all.chunks(TOGETHER).for_each(|numbers| write_later(cache, Some(left.ready(mailbox, numbers, true))));
            }
            (Order::End, Some(cache)) => {
                if let Some((generation, _)) = grown {
                    write_rows(cache, mailbox, keep, generation);
                }
                write_all(cache, mailbox, keep, true);
                return;
            }
        }
    }
}

/// Writes the rows of a run that is listed to its end, then what is complete already.
fn write_rows(cache: &mut RowCache, mailbox: &Opened, keep: &Shared, generation: u64) {
    let of_run = |keep: &&mut Keep| keep.generation == generation;
    let Some((key, folder, before, began, (damaged, fewer, restate), (rows, sound), mut parts)) =
        lock(keep).as_mut().filter(of_run).map(|keep| {
            let rows: u64 = keep.parts.iter().map(|part| u64::from(part.len)).sum();
            // What could not be read may be readable next time.
            let sound = keep.parts.iter().all(|part| part.sound);
            let parts: Vec<_> = keep
                .parts
                .iter_mut()
                .map(|part| (Arc::clone(&part.heads), std::mem::take(&mut part.keys), part.sum))
                .collect();
            (
                keep.key.clone(),
                keep.folder,
                keep.before,
                keep.began,
                (std::mem::take(&mut keep.damaged), std::mem::take(&mut keep.fewer), std::mem::take(&mut keep.restate)),
                (rows, sound),
                parts,
            )
        })
    else {
        return;
    };
    // Else all came from the cache as it is: then at most how the mailbox stands is new.
    let fresh = fewer || parts.iter().any(|(.., sum)| sum.is_none());
    if fresh || restate {
        // A file whose pages are broken is of no use to anybody.
        if damaged {
            forget(cache, &key);
        }
        let after = mailbox.standing(folder);
        let rested = before.is_some_and(|standing| standing.changed.0 + REST <= began);
        let exact = rested && sound && before == after;
        let mut sums = Vec::new();
        let mut piece = |number: usize| {
            let (heads, keys, sum) = parts.get_mut(number)?;
            if let Some(sum) = sum.filter(|_| keys.is_empty() || !fresh) {
                // Written already; of those of this run the keys are not here any more.
                return Some((sum, None));
            }
            let piece = encode::heads(heads, keys);
            *keys = Vec::new();
            Some((sum_of(&piece)?, Some(piece)))
        };
        let mut state = |all: &[u64]| {
            sums = all.to_vec();
            State { exact, standing: before, rows, sums: all.to_vec() }.write()
        };
        if !matches!(cache.put_rows(&key, (rows, now()), &mut piece, &mut state), Ok(true)) {
            return;
        }
        if let Some(keep) = lock(keep).as_mut().filter(of_run) {
            for (part, sum) in keep.parts.iter_mut().zip(sums) {
                part.sum = Some(sum);
            }
        }
    }
    write_all(cache, mailbox, keep, false);
}

/// Writes what is known of all batches; at the end as much as there is time for.
fn write_all(cache: &mut RowCache, mailbox: &Opened, keep: &Shared, end: bool) {
    let count = lock(keep).as_ref().map_or(0, |keep| keep.parts.len());
    let all: Vec<usize> = (0..count).collect();
    let until = Instant::now() + PATIENCE;
    for numbers in all.chunks(TOGETHER) {
        // Written without the lock: nobody who reads mails waits for the disk.
        let ready = lock(keep).as_mut().map(|keep| keep.ready(mailbox, numbers, end));
        write_later(cache, ready);
        if end && Instant::now() > until {
            return;
        }
    }
}

/// What a cache is given of some batches, and where they belong.
type Ready = (RowKey, Vec<(usize, u64, Later, Vec<u8>)>);

fn write_later(cache: &mut RowCache, ready: Option<Ready>) {
    if let Some((key, pieces)) = ready.filter(|(_, pieces)| !pieces.is_empty()) {
        // What is lost is found out again.
        let _ = cache.put_later(&key, &pieces);
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
