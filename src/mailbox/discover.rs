//! Turns the paths that a user gave into folders: looks at each, opens what must stay open, reads no more than the
//! beginnings. Never guesses by a name.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::blob::{Blob, Origin};
use super::files::Files;
use super::folder_name::folder_name;
use super::late::{Late, Trunk};
use super::look::Look;
use super::maildir::Maildir;
use super::mbox::Mbox;
use super::packed::{MEMORY_LIMIT, unpack_to};
use super::source::{Root, Source};
use super::tree::{Step, Tree, Walk, look_at};
use super::trouble::{LONG_INPUT, NO_MAIL_IN, PACKED_TWICE, SPECIAL, printable};
use super::{Folder, Kind, OpenError, Opened, Place, Problem};

/// Files that are looked at in search of the first mail of a tree.
const LOOKS: usize = 20_000;
/// Entries of all folders together that are walked through at opening; what lies behind is found by the listing.
const WALK: usize = 500_000;
/// How much of an mbox is judged for its title, until the listing has judged all of it.
const TITLE: usize = 128 * 1024;

/// Collects folders.
pub(super) struct Discovery {
    pub(super) folders: Vec<Folder>,
    pub(super) places: Vec<Place>,
    /// Folders in which Maildirs stand, and which.
    trunks: Vec<Trunk>,
    maildirs: HashSet<(usize, PathBuf)>,
    budget: Arc<AtomicU64>,
    /// More than one path was given, so that names must tell them apart.
    several: bool,
}

impl Discovery {
    pub(super) fn new(several: bool) -> Self {
        Self {
            folders: Vec::new(),
            places: Vec::new(),
            trunks: Vec::new(),
            maildirs: HashSet::new(),
            budget: Arc::new(AtomicU64::new(MEMORY_LIMIT)),
            several,
        }
    }

    /// What was collected.
    pub(super) fn done(self) -> Opened {
        Opened { folders: self.folders, places: self.places, late: Late::new(self.trunks, self.maildirs) }
    }

    /// Opens one path; `-` is `input`.
    pub(super) fn path(&mut self, path: &Path, input: &mut dyn Read) -> Result<(), OpenError> {
        if path == Path::new("-") {
            return self.input(path, input);
        }
        let refused = |errno: rustix::io::Errno| OpenError::refused(path, &errno.into());
        let stat = rustix::fs::stat(path).map_err(refused)?;
        match rustix::fs::FileType::from_raw_mode(stat.st_mode) {
            rustix::fs::FileType::Directory => self.directory(path, Root::open(path).map_err(refused)?),
            rustix::fs::FileType::RegularFile => {
                let source = Source::named(path).map_err(refused)?;
                self.file(path, &source, Origin::Path(path.to_owned()), None)
            }
            _ => Err(OpenError::not_mail(path, SPECIAL.en)),
        }
    }

    fn add(&mut self, path: PathBuf, name: String, kind: Kind, place: Place) -> Result<(), OpenError> {
        if self.folders.len() > usize::from(u16::MAX) {
            return Err(OpenError::TooMany { path: printable(&path) });
        }
        self.folders.push(Folder { name, path, kind });
        self.places.push(place);
        Ok(())
    }

    /// Standard input: read to its end, because nothing can be read twice from it.
    fn input(&mut self, path: &Path, input: &mut dyn Read) -> Result<(), OpenError> {
        let mut bytes = Vec::new();
        let limit = self.budget.load(std::sync::atomic::Ordering::Relaxed);
        input.take(limit + 1).read_to_end(&mut bytes).map_err(|error| OpenError::refused(path, &error))?;
        let cut = (bytes.len() as u64 > limit).then_some(LONG_INPUT);
        bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        self.budget.fetch_sub(bytes.len() as u64, std::sync::atomic::Ordering::Relaxed);
        let source = Source::Memory(Arc::new(bytes));
        self.file(path, &source, Origin::Memory(source.clone(), cut), Some(Kind::Stdin))
    }

    /// One file, whose kind is `kind` if that is settled.
    fn file(&mut self, path: &Path, source: &Source, origin: Origin, kind: Option<Kind>) -> Result<(), OpenError> {
        let read = |problem: Problem| OpenError::Unreadable { path: printable(path), why: problem };
        let (look, packed) = look_at(source).map_err(read)?;
        let name = match kind {
            Some(_) => "-".to_owned(),
            None => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        };
        let blob = Blob::new(origin, packed, Arc::clone(&self.budget));
        match look {
            Look::Empty => Err(OpenError::empty(path)),
            Look::Mbox => {
                let head = if packed {
                    Arc::unwrap_or_clone(unpack_to(source, TITLE as u64).bytes)
                } else {
                    source.head(TITLE).map_err(read)?
                };
                let kind = kind.unwrap_or_else(|| Kind::Mbox(Mbox::guess(head)));
                self.add(path.to_owned(), name, kind, Place::Mbox(Mbox::new(blob)))
            }
            Look::Message if self.several && kind.is_none() => {
                let known = self.places.iter_mut().find_map(|place| match place {
                    Place::Files(files) => Some(files),
                    _ => None,
                });
                if let Some(files) = known {
                    files.push(path, blob);
                    return Ok(());
                }
                let mut files = Files::default();
                files.push(path, blob);
                self.add(PathBuf::new(), "messages".to_owned(), Kind::Tree, Place::Files(files))
            }
            Look::Message => self.add(path.to_owned(), name, kind.unwrap_or(Kind::Message), Place::Message(blob)),
            Look::Gzip => Err(OpenError::not_mail(path, PACKED_TWICE.en)),
            Look::Other(why) => Err(OpenError::not_mail(path, &why)),
        }
    }

    /// A folder: a Maildir with its subfolders, a tree of message files, or both.
    fn directory(&mut self, path: &Path, root: Root) -> Result<(), OpenError> {
        let root = Arc::new(root);
        let found = survey(&root);
        if let Some(why @ (Problem::Unreadable(_) | Problem::Refused(_))) = found.closed {
            return Err(OpenError::Unreadable { path: printable(path), why });
        }
        if found.maildirs.is_empty() && !found.mail {
            return Err(if found.files == 0 {
                OpenError::empty(path)
            } else {
                OpenError::not_mail(path, NO_MAIL_IN.en)
            });
        }
        let known: HashSet<PathBuf> = found.maildirs.iter().cloned().collect();
        let is_maildir = known.contains(Path::new(""));
        let tree = || Place::Tree(Tree::new(Arc::clone(&root), known.clone(), Arc::clone(&self.budget)));
        let tree = found.mail.then(tree);
        let own = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let own = own.unwrap_or_else(|| path.to_string_lossy().into_owned());
        let name = |below: &Path| match (folder_name(below), self.several) {
            (name, _) if name.is_empty() && !is_maildir => own.clone(),
            (name, false) if name.is_empty() => "INBOX".to_owned(),
            (name, true) if name.is_empty() => own.clone(),
            (name, false) => name,
            (name, true) => format!("{own}/{name}"),
        };
        if !known.is_empty() {
            let prefix = if self.several { own.clone() } else { String::new() };
            self.maildirs.extend(known.iter().map(|below| (self.trunks.len(), below.clone())));
            self.trunks.push(Trunk { path: path.to_owned(), root: Arc::clone(&root), prefix });
        }
        let mut added = Vec::new();
        for below in found.maildirs {
            let place = Place::Maildir(Maildir::new(Arc::clone(&root), below.clone()));
            let path = if below.as_os_str().is_empty() { path.to_owned() } else { path.join(&below) };
            added.push((path, name(&below), Kind::Maildir, place));
        }
        if let Some(tree) = tree {
            // Beside a Maildir it comes last: it is what else lies there.
            let at = if is_maildir { added.len() } else { 0 };
            added.insert(at, (path.to_owned(), own.clone(), Kind::Tree, tree));
        }
        added.into_iter().try_for_each(|(path, name, kind, place)| self.add(path, name, kind, place))
    }
}

/// What a folder holds.
#[derive(Default)]
struct Survey {
    /// In the order of their paths, the folder itself (an empty path) first.
    maildirs: Vec<PathBuf>,
    /// A message or an mbox stands outside the Maildirs.
    mail: bool,
    /// Files seen outside the Maildirs.
    files: usize,
    /// The folder itself cannot be listed.
    closed: Option<Problem>,
}

fn survey(root: &Root) -> Survey {
    let mut found = Survey::default();
    let mut looks = 0;
    for (step, _) in Walk::new(root, None).zip(0..WALK) {
        match step {
            Step::Closed(below, problem, _) if below.as_os_str().is_empty() => found.closed = Some(problem),
            // A subfolder that cannot be opened is shown as well, and says so when it is listed.
            Step::Maildir(below) | Step::Closed(below, _, true) => found.maildirs.push(below),
            Step::Closed(..) => found.files += 1,
            Step::Folder(_) => {}
            Step::File(below, is, _) => {
                found.files += 1;
                if is == super::source::Is::File && !found.mail && looks < LOOKS {
                    looks += 1;
                    let looked = root.file(&below).ok().and_then(|source| look_at(&source).ok());
                    found.mail = matches!(looked, Some((Look::Mbox | Look::Message, _)));
                }
            }
        }
    }
    found
}
