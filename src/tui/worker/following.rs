//! Follows the folder that is shown: waits for a hint, looks, and hands over what happened. Sleeps as long as nothing
//! does, and never looks so often that looking becomes the work.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::mailbox::{Bell, Change, Entry, Follower, Problem, Watch};
use crate::text::Words;
use crate::tui::app::FolderName;
use crate::tui::list::Row;
use crate::tui::msg::Msg;
use crate::tui::rows::Heads;

use super::{Shared, lock, row};

/// Without any hint a folder is looked at this often: hints of network file systems do not come.
const UNHINTED: Duration = Duration::from_secs(30);
/// The shortest time between two looks.
const REST: Duration = Duration::from_millis(100);
/// A rest is looked up from this often.
const STEP: Duration = Duration::from_millis(20);
/// A look may take one part in so many of the time.
const SHARE: u32 = 10;
/// So long the first listing waits for another program's lock.
const LOCKED: Duration = Duration::from_secs(5);

const WAITING: Words = Words::new(
    "another program has locked the mailbox; waiting for it, five seconds at most",
    "他のプログラムがメールボックスをロックしています。最長 5 秒待ちます",
);
const LOCKED_STILL: Words = Words::new(
    "another program has the mailbox locked; new mail shows when it is free",
    "他のプログラムがメールボックスをロック中です。解除され次第、新着を表示します",
);

pub(super) const LEFT: Words = Words::new(
    "the folder changed while it was left; it is read again",
    "離れている間にフォルダーが変更されたため、読み直しました",
);

/// The follower at work, and those of folders that are not shown.
#[derive(Debug, Default)]
pub(super) struct Following {
    bell: Mutex<Option<Bell>>,
    parked: Mutex<HashMap<u16, Follower>>,
}

impl Following {
    /// Wakes the follower, so that it sees that its time is over.
    pub(super) fn wake(&self) {
        if let Some(bell) = lock(&self.bell).as_ref() {
            bell.ring();
        }
    }

    /// The follower of a folder that is shown again.
    pub(super) fn take(&self, folder: u16) -> Option<Follower> {
        lock(&self.parked).remove(&folder)
    }
}

/// Waits, for a while, until nobody writes to a mailbox that is to be listed.
pub(super) fn wait_for_lock(shared: &Shared, folder: u16, generation: u64) {
    let start = Instant::now();
    let mut told = false;
    while is_current(shared, generation) && start.elapsed() < LOCKED && shared.mailbox.is_locked(folder) {
        if !std::mem::replace(&mut told, true) {
            let _ = shared.out.send(Msg::Told { generation, words: WAITING });
        }
        std::thread::sleep(REST);
    }
}

fn is_current(shared: &Shared, generation: u64) -> bool {
    shared.generation.load(Ordering::SeqCst) == generation
}

/// Follows a folder until another one is shown.
pub(super) fn run(shared: &Shared, folder: u16, generation: u64, mut follower: Follower) {
    #[cfg(feature = "fuzzing")]
    crate::tui::trip::at("follow");
    let Some(hint) = follower.hint(&shared.mailbox) else { return };
    let mut watch = hint.watch();
    *lock(&shared.following.bell) = Some(watch.bell());
    let mut state = State::default();
    while is_current(shared, generation) {
        let start = Instant::now();
        let mut rewatch = false;
        let look = catch_unwind(AssertUnwindSafe(|| follower.look(&shared.mailbox, start)));
        let Ok(look) = look else {
            let _ = shared.out.send(Msg::Lost { generation, why: Problem::Defect });
            return;
        };
        let mut again = match look {
            Ok(look) => {
                state.locked(shared, generation, look.locked);
                if !look.folders.is_empty() {
                    let name = |number: &u16| {
                        let folder = shared.mailbox.folder(*number)?;
                        let (name, path) = (folder.name.clone(), folder.path.clone());
                        Some((*number, FolderName { name, path, kind: folder.kind }))
                    };
                    let _ = shared.out.send(Msg::Folders(look.folders.iter().filter_map(name).collect()));
                }
                if let Some(words) = look.limit {
                    let _ = shared.out.send(Msg::Told { generation, words });
                }
                rewatch = look.rewatch;
                state.elsewhere(shared, folder, generation);
                if !State::apply(shared, generation, look.changes) {
                    // What it knows is not what the rows show: whoever comes back to the folder has it listed anew.
                    return;
                }
                look.again
            }
            Err(problem) => {
                state.trouble(shared, generation, &problem);
                None
            }
        };
        let rest = (start.elapsed() * SHARE).max(REST);
        if rewatch && let Some(hint) = follower.hint(&shared.mailbox) {
            watch = hint.watch();
            *lock(&shared.following.bell) = Some(watch.bell());
            // What happened before the watch stood.
            again = Some(again.map_or(REST, |again| again.min(REST)));
        }
        let Some(hinted) = sleep(shared, generation, &watch, again, rest) else { break };
        if hinted || rewatch {
            follower.hinted();
        }
    }
    lock(&shared.following.parked).insert(folder, follower);
}

/// Sleeps until there is something to look at, and tells whether the system said so; `None` when another folder is shown.
fn sleep(shared: &Shared, generation: u64, watch: &Watch, again: Option<Duration>, rest: Duration) -> Option<bool> {
    // What the look itself missed rings now; then the rest is kept, so that many changes are one look.
    let hinted = watch.wait(again.unwrap_or(UNHINTED));
    if !is_current(shared, generation) {
        return None;
    }
    // In steps, so that a reader who comes back at once finds the follower parked.
    let end = Instant::now() + rest.min(UNHINTED);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || !is_current(shared, generation) {
            return is_current(shared, generation).then_some(hinted);
        }
        std::thread::sleep(left.min(STEP));
    }
}

/// What was told already, so that it is not told at every look.
#[derive(Debug, Default)]
struct State {
    locked: bool,
    elsewhere: bool,
    trouble: Option<Problem>,
}

impl State {
    fn locked(&mut self, shared: &Shared, generation: u64, locked: bool) {
        if locked && !self.locked {
            let _ = shared.out.send(Msg::Told { generation, words: LOCKED_STILL });
        }
        self.locked = locked;
        self.trouble = None;
    }

    /// Two questions to the system at each look, which without a hint is every half minute.
    fn elsewhere(&mut self, shared: &Shared, folder: u16, generation: u64) {
        let elsewhere = shared.mailbox.is_elsewhere(folder);
        if std::mem::replace(&mut self.elsewhere, elsewhere) != elsewhere {
            let _ = shared.out.send(Msg::Elsewhere { generation, elsewhere });
        }
    }

    fn trouble(&mut self, shared: &Shared, generation: u64, problem: &Problem) {
        if self.trouble.as_ref() != Some(problem) {
            self.trouble = Some(problem.clone());
            let _ = shared.out.send(Msg::Lost { generation, why: problem.clone() });
        }
    }

    /// Hands over what happened; false where the folder is to be listed anew, or nobody listens.
    fn apply(shared: &Shared, generation: u64, changes: Vec<Change>) -> bool {
        let mut touched = Vec::new();
        for change in changes {
            let sent = match change {
                Change::Came(entries) => super::hand_out(shared, generation, entries),
                Change::Moved { index, entry } => {
                    touched.push((index, Some((entry, false))));
                    true
                }
                Change::Rewritten { index, entry } => {
                    touched.push((index, Some((entry, true))));
                    true
                }
                Change::Left(index) => {
                    touched.push((index, None));
                    true
                }
                Change::Replaced(why) => {
                    let _ = shared.out.send(Msg::Replaced { generation, why });
                    false
                }
            };
            if !sent {
                return false;
            }
        }
        touched.is_empty() || touch(shared, generation, touched)
    }
}

/// A row by its index, where it is now and whether it has other bytes for sure; `None` where it is gone.
pub(super) type Touched = (u32, Option<(Box<Entry>, bool)>);

/// Puts rows that changed in the place of the old ones, batch by batch, and has those analyzed that are other mails now.
pub(super) fn touch(shared: &Shared, generation: u64, touched: Vec<Touched>) -> bool {
    let mut by_part: BTreeMap<usize, Vec<(usize, Touched)>> = BTreeMap::new();
    let parts: Vec<Arc<Heads>> = {
        let queue = lock(&shared.queue);
        for (index, entry) in touched {
            if let Some((part, at)) = queue.starts.find(index) {
                by_part.entry(part).or_default().push((at, (index, entry)));
            }
        }
        queue.parts.clone()
    };
    let (mut changed, mut again) = (Vec::new(), Vec::new());
    for (part, touched) in by_part {
        let Some(heads) = parts.get(part) else { continue };
        let mut rows: Vec<Row> = (0..heads.len()).filter_map(|at| heads.row(at)).collect();
        for (at, (index, entry)) in touched {
            let Some(old) = rows.get_mut(at) else { continue };
            match entry {
                None => old.entry.problem = Some(Problem::Gone),
                Some((entry, other)) => {
                    // Another range is another text; another name is not.
                    if other || entry.range != old.entry.range || old.entry.problem.is_some() {
                        again.push(index);
                        *old = row(shared, *entry);
                    } else {
                        old.entry = *entry;
                    }
                }
            }
        }
        changed.push((part, Arc::new(Heads::of(&rows))));
    }
    let mut queue = lock(&shared.queue);
    if !is_current(shared, generation) {
        return false;
    }
    let sent = shared.out.send(Msg::Changed { generation, parts: changed.clone(), again: again.clone() });
    for (part, heads) in changed {
        if let Some(slot) = queue.parts.get_mut(part) {
            *slot = heads;
        }
    }
    queue.again(&again);
    drop(queue);
    if let Some(keep) = lock(&shared.keep).as_mut() {
        // What is found in them is not what was listed.
        for index in &again {
            keep.spoil(generation, *index);
        }
    }
    shared.work.notify_all();
    sent.is_ok()
}
