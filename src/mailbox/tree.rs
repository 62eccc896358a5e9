//! A folder tree of message files with any names: walks it in the order of the paths, one directory in memory at a time
//! for each level, never through a link, never deeper than a limit. Files that are mailboxes themselves are listed in
//! place; files that are no mail are rows that say so.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use super::blob::{Blob, Origin};
use super::look::{LOOK, Look, look};
use super::maildir;
use super::mbox::Mbox;
use super::packed;
use super::source::{Is, Root, Source, join, problem};
use super::trouble::{DEEP, unreadable};
use super::{Doubt, Entry, Flags, MESSAGE_LIMIT, Problem, Progress, Standing};
use crate::message::outlook;

/// How deep folders may be nested.
const DEPTH: usize = 64;
/// Entries in the first batch.
const FIRST: usize = 64;
/// Entries in a later batch. Each file is opened, so a batch takes a few milliseconds.
const BATCH: usize = 512;

/// Something that a walk comes across, with its path below the root.
pub(super) enum Step {
    /// A folder was opened; it is a Maildir.
    Maildir(PathBuf),
    /// A folder was opened; it is none.
    Folder(PathBuf),
    /// A folder that cannot be opened, and whether it stands in a Maildir.
    Closed(PathBuf, Problem, bool),
    /// A file or something that is none, and whether it stands in a Maildir.
    File(PathBuf, Is, bool),
}

/// One folder that is being walked through.
struct Level {
    below: PathBuf,
    in_maildir: bool,
    items: std::vec::IntoIter<(Vec<u8>, Is)>,
}

/// A walk through the folders below a root.
pub(super) struct Walk<'r> {
    root: &'r Root,
    /// The Maildirs whose messages are listed elsewhere; `None` while they are being looked for.
    known: Option<&'r HashSet<PathBuf>>,
    levels: Vec<Level>,
    next: Option<PathBuf>,
}

impl<'r> Walk<'r> {
    pub(super) fn new(root: &'r Root, known: Option<&'r HashSet<PathBuf>>) -> Self {
        Self { root, known, levels: Vec::new(), next: Some(PathBuf::new()) }
    }

    fn enter(&mut self, below: PathBuf) -> Step {
        let inside = self.levels.last().is_some_and(|level| level.in_maildir);
        if self.levels.len() >= DEPTH {
            return Step::Closed(below, unreadable(DEEP), inside);
        }
        let mut items = match self.root.list(&below) {
            Ok(items) => items,
            Err(errno) => return Step::Closed(below, problem(errno), inside),
        };
        let maildir = maildir::is_maildir(items.iter());
        let elsewhere = maildir && self.known.is_none_or(|known| known.contains(&below));
        if elsewhere {
            items.retain(|(name, is)| *is != Is::Folder || !maildir::is_part(name));
        }
        items.sort_unstable();
        self.levels.push(Level { below: below.clone(), in_maildir: elsewhere, items: items.into_iter() });
        if maildir { Step::Maildir(below) } else { Step::Folder(below) }
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            if let Some(below) = self.next.take() {
                return Some(self.enter(below));
            }
            let level = self.levels.last_mut()?;
            match level.items.next() {
                Some((name, Is::Folder)) => self.next = Some(join(&level.below, &name)),
                Some((name, is)) => return Some(Step::File(join(&level.below, &name), is, level.in_maildir)),
                None => {
                    self.levels.pop();
                }
            }
        }
    }
}

/// What a file is, unpacked if need be.
pub(super) fn look_at(source: &Source) -> Result<(Look, bool), Problem> {
    let head = source.head(LOOK)?;
    if outlook::is_compound(&head) && outlook::is_item(&source.head(MESSAGE_LIMIT as usize)?) {
        return Ok((Look::Message, false));
    }
    if !packed::is_gzip(&head) {
        return Ok((look(&head), false));
    }
    let unpacked = packed::unpack_to(source, LOOK as u64);
    Ok((look(&unpacked.bytes), true))
}

/// A tree of message files.
#[derive(Debug)]
pub(super) struct Tree {
    root: Arc<Root>,
    maildirs: HashSet<PathBuf>,
    /// The files that are mailboxes, as far as they were met.
    boxes: Mutex<HashMap<Arc<Path>, Arc<Mbox>>>,
    budget: Arc<AtomicU64>,
}

impl Tree {
    pub(super) fn new(root: Arc<Root>, maildirs: HashSet<PathBuf>, budget: Arc<AtomicU64>) -> Self {
        Self { root, maildirs, boxes: Mutex::default(), budget }
    }

    /// Lists the tree.
    pub(super) fn index(
        &self,
        folder: u16,
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let mut rows = Rows { folder, batch: Vec::new(), size: FIRST, done: 0, sink };
        for step in self.walk() {
            let flow = match step {
                // A closed subfolder of a Maildir is a folder of its own.
                Step::Maildir(_) | Step::Folder(_) | Step::Closed(_, _, true) => ControlFlow::Continue(()),
                Step::Closed(below, problem, false) => {
                    if below.as_os_str().is_empty() {
                        return Err(problem);
                    }
                    rows.add(Arc::from(below), None, Vec::new(), Some(problem))
                }
                Step::File(below, is, in_maildir) => self.file(below, is, in_maildir, &mut rows),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
        let _ = rows.flush();
        Ok(())
    }

    fn file(&self, below: PathBuf, is: Is, in_maildir: bool, rows: &mut Rows<'_>) -> ControlFlow<()> {
        rows.done += 1;
        // What a mail program keeps beside the messages is no mail, and nobody wonders where it is.
        let own = in_maildir
            || below.file_name().is_some_and(|name| std::os::unix::ffi::OsStrExt::as_bytes(name).starts_with(b"."));
        let file: Arc<Path> = Arc::from(below);
        if is == Is::Other {
            return if own {
                ControlFlow::Continue(())
            } else {
                rows.add(file, None, Vec::new(), Some(Problem::NotRegular))
            };
        }
        let looked = self.root.file(&file).map_err(problem).and_then(|source| Ok((look_at(&source)?, source.len())));
        let ((look, packed), len) = match looked {
            Ok(looked) => looked,
            Err(problem) => return rows.add(file, None, Vec::new(), Some(problem)),
        };
        match look {
            Look::Mbox => {
                let mailbox = self.mailbox(&file, packed);
                let mut flow = ControlFlow::Continue(());
                let listed = mailbox.index(None, &mut |places, _, cut| {
                    for place in places {
                        flow = rows.add(Arc::clone(&file), Some(place.range), place.doubts, None);
                        if flow.is_break() {
                            return flow;
                        }
                    }
                    if let Some(why) = cut {
                        flow = rows.add(Arc::clone(&file), None, Vec::new(), Some(unreadable(why)));
                    }
                    flow
                });
                match listed {
                    Ok(()) => flow,
                    Err(problem) => rows.add(file, None, Vec::new(), Some(problem)),
                }
            }
            Look::Message => {
                let doubts = if len > MESSAGE_LIMIT { vec![Doubt::TooLarge] } else { Vec::new() };
                rows.add(file, None, doubts, None)
            }
            _ if own => ControlFlow::Continue(()),
            Look::Empty => rows.add(file, None, Vec::new(), Some(Problem::Empty)),
            Look::Gzip | Look::Other(_) => rows.add(file, None, Vec::new(), Some(Problem::NotMail)),
        }
    }

    fn mailbox(&self, file: &Arc<Path>, packed: bool) -> Arc<Mbox> {
        let mut boxes = self.boxes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(boxes.entry(Arc::clone(file)).or_insert_with(|| {
            let origin = Origin::Below(Arc::clone(&self.root), file.to_path_buf());
            Arc::new(Mbox::new(Blob::new(origin, packed, Arc::clone(&self.budget))))
        }))
    }

    /// A walk through it.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk::new(&self.root, Some(&self.maildirs))
    }

    /// The rows of one file as they are now.
    pub(super) fn rows_of(&self, folder: u16, below: PathBuf, is: Is, in_maildir: bool) -> Vec<Entry> {
        let mut found = Vec::new();
        let mut sink = |batch: Vec<Entry>, _: Progress| {
            found.extend(batch);
            ControlFlow::Continue(())
        };
        let mut rows = Rows { folder, batch: Vec::new(), size: BATCH, done: 0, sink: &mut sink };
        let _ = self.file(below, is, in_maildir, &mut rows);
        let _ = rows.flush();
        found
    }

    /// When a folder was last changed.
    pub(super) fn changed(&self, below: &Path) -> Option<(i64, u64)> {
        self.root.changed(below)
    }

    /// The mailbox in which an entry with a range stands.
    pub(super) fn mailbox_of(&self, file: &Path) -> Option<Arc<Mbox>> {
        self.boxes.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned()
    }

    /// How the file of a message stands.
    pub(super) fn standing(&self, file: &Path) -> Option<Standing> {
        self.root.standing(file)
    }

    /// Opens a message file.
    pub(super) fn open(&self, file: &Path) -> Result<Source, Problem> {
        self.root.file(file).map_err(problem)
    }
}

/// Rows on their way to the sink.
struct Rows<'s> {
    folder: u16,
    batch: Vec<Entry>,
    size: usize,
    done: u64,
    sink: &'s mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
}

impl Rows<'_> {
    fn add(
        &mut self,
        file: Arc<Path>,
        range: Option<(u64, u64)>,
        doubts: Vec<Doubt>,
        problem: Option<Problem>,
    ) -> ControlFlow<()> {
        let flags = match (range, file.file_name()) {
            (None, Some(name)) => maildir::flags(std::os::unix::ffi::OsStrExt::as_bytes(name)),
            _ => Flags::default(),
        };
        self.batch.push(Entry { folder: self.folder, file: Some(file), range, flags, doubts, problem });
        if self.batch.len() < self.size { ControlFlow::Continue(()) } else { self.flush() }
    }

    fn flush(&mut self) -> ControlFlow<()> {
        self.size = BATCH;
        (self.sink)(std::mem::take(&mut self.batch), Progress { done: self.done, total: None })
    }
}
