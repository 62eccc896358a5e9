//! Lists a folder: rows come from the cache as far as it knows them, else from the heads of the messages. Never opens a
//! message whose row is known.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel, sync_channel};
use std::thread;

use crate::mailbox::{Entry, Follower, Kind, Problem, Progress, Seen};

use super::super::list::{Arrived, Batch, Row};
use super::super::msg::Msg;
use super::super::recall::{Keep, Keys, Session};
use super::super::rows::{Findings, Heads, MOST, Sort, places_of, ranks_of};
use super::heads::{self, Ahead, Hands};
use super::{STACK, Shared, following, lock};

/// Batches that wait for their rows: a second one, so that nobody waits for the other.
const WAITING: usize = 2;
/// Batches of what was kept that are read while names are being listed.
const AHEAD: usize = 32;
/// Rows beyond which a key would be felt if it had all their texts put in order.
const RANKED: usize = 150_000;

/// Lists a folder to its end, or until another one is wanted. Gives what knows how to follow it.
pub(super) fn list(shared: &Shared, folder: u16, generation: u64) -> Option<Follower> {
    #[cfg(feature = "fuzzing")]
    crate::tui::trip::at("list");
    following::wait_for_lock(shared, folder, generation);
    // Before the listing, so that nothing that happens meanwhile is missed.
    let mut follower = shared.mailbox.follow(folder);
    let mut session = shared.recall.as_ref().and_then(|recall| Session::begin(recall, &shared.mailbox, folder));
    if let Some(session) = &session {
        let queue = lock(&shared.queue);
        if queue.generation == generation {
            *lock(&shared.keep) = Some(Keep::new(session, folder, generation));
        }
    }
    let mut whole = true;
    let mut error = None;
    let of_files = shared.mailbox.folder(folder).is_some_and(|folder| folder.kind == Kind::Maildir);
    let first = session.as_ref().filter(|_| of_files).map(Session::first_files).unwrap_or_default();
    let same = session.as_mut().filter(|session| session.is_same());
    // Of a Maildir the names are the same; whether the files are, is asked when everything stands there.
    let mut unproved = of_files.then(Vec::new);
    let known =
        same.map_or(0, |session| recalled(shared, session, generation, follower.as_mut(), &mut unproved, &mut whole));
    if whole && session.as_ref().is_none_or(|session| !session.is_same() || known < session.kept_rows()) {
        let keys = session.as_ref().map(|session| session.keys().clone());
        let rows = Rows {
            shared,
            session: session.as_mut(),
            follower: follower.as_mut(),
            folder,
            generation,
            hands: Hands::default(),
        };
        match at_once(rows, keys.as_ref(), &first, known as usize) {
            Ok(all) => whole = all,
            Err(why) => error = Some(why),
        }
    }
    if let Some(session) = &session
        && let Some(keep) = lock(&shared.keep).as_mut().filter(|keep| keep.generation() == generation)
    {
        if session.is_damaged() {
            keep.damaged();
        }
        if !session.is_used_up() {
            keep.fewer();
        }
    }
    if let (None, true, Some(writer)) = (&error, whole, lock(&shared.writer).as_ref()) {
        writer.listed(generation);
    }
    let _ = shared.out.send(Msg::Listed { generation, error });
    if of_files {
        place(shared, generation);
    }
    let mut queue = lock(&shared.queue);
    if queue.generation == generation {
        queue.patient = None;
        shared.work.notify_all();
    }
    drop(queue);
    if let (Some(session), Some(unproved)) = (&mut session, unproved.filter(|_| whole)) {
        prove(shared, session, generation, &unproved);
    }
    // What was kept of the listing before is not needed any more.
    drop(session);
    follower
}

/// Asks of every file whether it is the one whose row was taken from the cache; rows of others are read and judged again, and
/// nothing of such a mailbox is kept.
fn prove(shared: &Shared, session: &mut Session, generation: u64, unproved: &[Unproved]) {
    let mut others = Vec::new();
    let mut start = 0;
    for (heads, keys) in unproved {
        if shared.generation.load(Ordering::SeqCst) != generation {
            return;
        }
        for (at, key) in keys.iter().enumerate() {
            let Some(entry) = heads.entry(at) else { continue };
            if session.keys().of(&shared.mailbox, &entry, None) != *key {
                others.push((start + at as u32, Some((Box::new(entry), true))));
            }
        }
        start += heads.len() as u32;
    }
    if others.is_empty() {
        return;
    }
    session.forget();
    let mut keep = lock(&shared.keep);
    if keep.as_ref().is_some_and(|keep| keep.generation() == generation) {
        *keep = None;
    }
    drop(keep);
    following::touch(shared, generation, others);
}

/// Messages that were found and wait for their rows.
struct Waiting {
    entries: Vec<Entry>,
    /// What was come by when they were found.
    ahead: Ahead,
    progress: Progress,
}

/// Finds the messages of a folder and makes rows of them, both at the same time: while one thread looks for the next messages,
/// the others read the heads of those before. Begins with the files `first`. `skip` rows stand there already. Tells whether
/// that went on to the end.
fn at_once(mut rows: Rows<'_>, keys: Option<&Keys>, first: &[Arc<Path>], mut skip: usize) -> Result<bool, Problem> {
    let (mailbox, folder) = (&rows.shared.mailbox, rows.folder);
    let (jobs, inbox) = sync_channel::<Waiting>(WAITING);
    let (done, used) = channel::<Ahead>();
    let looking = AtomicBool::new(true);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let looking = &looking;
        let maker = thread::Builder::new().name("rows".to_owned()).stack_size(STACK).spawn_scoped(scope, move || {
            while let Some(Waiting { entries, mut ahead, progress }) = rows.wait(&inbox) {
                // Looking for the next messages takes a core in an mbox; the names of files are all there by now.
                let busy = looking.load(Ordering::Relaxed) && entries.iter().any(|entry| entry.range.is_some());
                rows.hands.cores = if busy { cores.saturating_sub(1).max(1) } else { cores };
                if rows.take(&entries, &ahead, progress).is_break() {
                    return false;
                }
                ahead.clear();
                let _ = done.send(ahead);
            }
            true
        });
        let maker = maker.map_err(|why| Problem::refused(&why))?;
        let ahead = RefCell::new(Ahead::default());
        let mut see = |seen: Seen<'_>| ahead.borrow_mut().see(seen, keys);
        let found = mailbox.index_at_once(folder, first, Some(&mut see), &mut |mut entries, progress| {
            // What the cache gave before it broke off stands there already.
            let there = skip.min(entries.len());
            skip -= there;
            entries.drain(..there);
            // Room that was used before is used again: fresh memory costs more than what is written into it.
            let ahead = ahead.replace(used.try_recv().unwrap_or_default());
            let sent = jobs.send(Waiting { entries, ahead, progress });
            if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        looking.store(false, Ordering::Relaxed);
        drop(jobs);
        match (maker.join(), found) {
            // A defect: whoever listens for those hears of it.
            (Err(panic), _) => std::panic::resume_unwind(panic),
            (Ok(_), Err(problem)) => Err(problem),
            (Ok(whole), Ok(())) => Ok(whole),
        }
    })
}

/// Works out in which order the texts of many rows stand, so that sorting by them is a matter of numbers.
pub(super) fn rank(shared: &Shared, generation: u64) {
    let parts = {
        let queue = lock(&shared.queue);
        if queue.generation != generation || queue.len() < RANKED {
            return;
        }
        queue.parts.clone()
    };
    let ranks = [Sort::Sender, Sort::Subject].map(|by| (by, ranks_of(&parts, by))).into();
    let _ = shared.out.send(Msg::Ranked { generation, ranks });
}

/// Tells where the first rows of a Maildir belong, which may have come before all names were read.
fn place(shared: &Shared, generation: u64) {
    let parts = {
        let queue = lock(&shared.queue);
        if queue.generation != generation {
            return;
        }
        queue.parts.clone()
    };
    let places = places_of(&parts);
    if !places.is_empty() {
        let _ = shared.out.send(Msg::Placed { generation, places });
    }
}

/// Rows that were taken from the cache, and their keys.
type Unproved = (Arc<Heads>, Vec<u64>);

/// Takes the rows of a mailbox that did not change from the cache; gives how many.
fn recalled(
    shared: &Shared,
    session: &mut Session,
    generation: u64,
    mut follower: Option<&mut Follower>,
    unproved: &mut Option<Vec<Unproved>>,
    whole: &mut bool,
) -> u64 {
    let total = session.kept_rows();
    let (mut sent, mut ready, mut parts) = (0, 0, Vec::new());
    loop {
        let next = session.next_part();
        let end = next.is_none();
        if let Some(part) = next {
            let heads = &part.0.0;
            ready += heads.len() as u64;
            if let Some(follower) = &mut follower {
                let entries: Vec<Entry> = (0..heads.len()).filter_map(|at| heads.entry(at)).collect();
                follower.listed(&shared.mailbox, &entries);
            }
            if let Some(unproved) = unproved {
                unproved.push((Arc::clone(heads), part.1.clone()));
            }
            parts.push(part);
        }
        // Each step doubles what is there: the first rows come at once, and all are put in order only a few times.
        if !parts.is_empty() && (end || ready >= sent) {
            sent += std::mem::take(&mut ready);
            let progress = Progress { done: sent, total: Some(total) };
            if send(shared, generation, std::mem::take(&mut parts), progress).is_break() {
                *whole = false;
                return sent;
            }
        }
        if end {
            return sent;
        }
    }
}

/// Makes rows of what a listing finds.
struct Rows<'a> {
    shared: &'a Shared,
    session: Option<&'a mut Session>,
    follower: Option<&'a mut Follower>,
    folder: u16,
    generation: u64,
    hands: Hands,
}

impl Rows<'_> {
    /// The next messages; `None` at the end. What was kept of a folder of files is read while its names are still being listed.
    fn wait(&mut self, inbox: &Receiver<Waiting>) -> Option<Waiting> {
        let kind = self.shared.mailbox.folder(self.folder).map(|folder| folder.kind);
        while let (Some(session), Some(Kind::Maildir | Kind::Tree)) = (&mut self.session, kind) {
            match inbox.try_recv() {
                Ok(waiting) => return Some(waiting),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) if session.read_ahead(AHEAD) => {}
                Err(TryRecvError::Empty) => break,
            }
        }
        inbox.recv().ok()
    }

    /// Reads the rows of entries and sends them, with what is known of them.
    fn take(&mut self, entries: &[Entry], ahead: &Ahead, progress: Progress) -> ControlFlow<()> {
        let shared = self.shared;
        let mailbox = &shared.mailbox;
        if let Some(follower) = &mut self.follower {
            follower.listed(mailbox, entries);
        }
        if shared.generation.load(Ordering::SeqCst) != self.generation {
            return ControlFlow::Break(());
        }
        let hands = &mut self.hands;
        let mut parts = Vec::new();
        for entries in entries.chunks(MOST) {
            let Some(session) = self.session.as_deref_mut() else {
                let rows = heads::rows(mailbox, None, entries, &[], ahead, hands);
                let rows: Vec<Row> = rows.into_iter().map(|(row, _)| row).collect();
                parts.push(((Arc::new(Heads::of(&rows)), None), Vec::new(), None));
                continue;
            };
            // A file says by its name and its state which mail it is; a mail in an mbox has to be read for that.
            let mut known = Vec::new();
            if session.knows_any() {
                let keys = heads::keys(mailbox, session.keys(), entries, hands);
                if let Some((arrived, sum)) = session.same(&keys, entries) {
                    parts.push((arrived, keys, Some(sum)));
                    continue;
                }
                session.look_for(&keys);
                known.extend(keys.into_iter().map(|key| (key, session.summary(key))));
            }
            let (rows, keys): (Vec<Row>, Vec<u64>) =
                heads::rows(mailbox, Some(session.keys()), entries, &known, ahead, hands).into_iter().unzip();
            session.look_for(&keys);
            let mut findings = Findings::new(rows.len());
            for (at, key) in keys.iter().enumerate() {
                session.take_over(*key, &mut findings, at);
            }
            parts.push(((Arc::new(Heads::of(&rows)), Some(Arc::new(findings))), keys, None));
        }
        send_parts(shared, self.generation, parts, progress)
    }
}

fn send(shared: &Shared, generation: u64, parts: Vec<(Arrived, Vec<u64>, u64)>, progress: Progress) -> ControlFlow<()> {
    let parts = parts.into_iter().map(|(arrived, keys, sum)| (arrived, keys, Some(sum))).collect();
    send_parts(shared, generation, parts, progress)
}

/// Hands rows to the screen, to the threads that judge them and to what is kept.
fn send_parts(
    shared: &Shared,
    generation: u64,
    parts: Vec<(Arrived, Vec<u64>, Option<u64>)>,
    progress: Progress,
) -> ControlFlow<()> {
    let rows = Batch::from(parts.iter().map(|(arrived, ..)| arrived.clone()).collect::<Vec<_>>());
    // Under one lock, and rows before the work on them: no finding arrives before its row, and no wish for a mail that
    // the queue does not hold.
    let mut queue = lock(&shared.queue);
    if shared.generation.load(Ordering::SeqCst) != generation {
        return ControlFlow::Break(());
    }
    if shared.out.send(Msg::Rows { generation, rows, progress }).is_err() {
        return ControlFlow::Break(());
    }
    let mut keep = lock(&shared.keep);
    for (arrived, keys, sum) in parts {
        queue.arrived(&arrived);
        if let Some(keep) = keep.as_mut().filter(|keep| keep.generation() == generation) {
            keep.add(&arrived, keys, sum);
        }
    }
    drop(keep);
    drop(queue);
    shared.work.notify_all();
    ControlFlow::Continue(())
}

/// The row of a message.
pub(super) fn row(shared: &Shared, entry: Entry) -> Row {
    heads::read(&shared.mailbox, entry).0
}

/// Hands rows that came later to the screen, to the threads that analyze them and to what is kept; false where their run
/// is over.
pub(super) fn hand_out(shared: &Shared, generation: u64, entries: Vec<Entry>) -> bool {
    let keys =
        lock(&shared.keep).as_ref().filter(|keep| keep.generation() == generation).map(|keep| keep.keys().clone());
    let (rows, keys): (Vec<Row>, Vec<u64>) = entries
        .into_iter()
        .map(|entry| {
            let (row, head) = heads::read(&shared.mailbox, entry);
            let readable = keys.as_ref().filter(|_| row.entry.problem.is_none());
            let key = readable.map_or(0, |keys| keys.of(&shared.mailbox, &row.entry, Some(&head)));
            (row, key)
        })
        .unzip();
    let batch = Batch::from(rows);
    let mut queue = lock(&shared.queue);
    let told = Msg::Came { generation, rows: batch.clone() };
    if shared.generation.load(Ordering::SeqCst) != generation || shared.out.send(told).is_err() {
        return false;
    }
    let mut keep = lock(&shared.keep);
    let mut keep = keep.as_mut().filter(|keep| keep.generation() == generation);
    for (part, keys) in batch.parts().iter().zip(keys.chunks(MOST)) {
        queue.arrived(part);
        if let Some(keep) = &mut keep {
            keep.add(part, keys.to_vec(), None);
        }
    }
    if let (Some(_), Some(writer)) = (keep, lock(&shared.writer).as_ref()) {
        writer.grown(generation);
    }
    drop(queue);
    shared.work.notify_all();
    true
}
