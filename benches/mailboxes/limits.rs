//! What the machine can do with the same bytes: the measures beside which the program is set.

use std::fs::File;
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gosanke::mailbox::{self, Entry};

use super::bare;

/// Reads a file in blocks and counts the lines that begin a mail, as the fastest scanners of lines do.
pub fn read_through(path: &Path) -> Duration {
    let start = Instant::now();
    let mut file = File::open(path).unwrap();
    let mut block = vec![0; 256 * 1024];
    let finder = memchr::memmem::Finder::new(b"\nFrom ");
    let mut count = 0;
    loop {
        let read = file.read(&mut block).unwrap();
        if read == 0 {
            break;
        }
        count += finder.find_iter(&block[..read]).count();
    }
    std::hint::black_box(count);
    start.elapsed()
}

/// Opens every file of a Maildir and reads its beginning, on so many threads.
pub fn read_heads(maildir: &Path, threads: usize) -> Duration {
    let start = Instant::now();
    let paths: Vec<PathBuf> = ["cur", "new"]
        .iter()
        .flat_map(|name| std::fs::read_dir(maildir.join(name)).unwrap())
        .map(|one| one.unwrap().path())
        .collect();
    share(threads, paths.len(), &|range| {
        let mut block = vec![0; 8 * 1024];
        for path in &paths[range] {
            std::hint::black_box(File::open(path).unwrap().read(&mut block).unwrap());
        }
    });
    start.elapsed()
}

/// Reads every mail of an mbox, parses it, decodes every part and takes the links out, on so many threads. Listing the mails
/// is not counted.
pub fn bare_parse(mbox: &Path, threads: usize) -> Duration {
    let opened = mailbox::open(&[mbox.to_owned()]).unwrap_or_else(|why| panic!("{why}"));
    let mut entries: Vec<Entry> = Vec::new();
    opened
        .index(0, &mut |some, _| {
            entries.extend(some);
            ControlFlow::Continue(())
        })
        .unwrap();
    let start = Instant::now();
    share(threads, entries.len(), &|range| {
        let selectors = bare::selectors();
        for entry in &entries[range] {
            std::hint::black_box(bare::parse(&opened.read(entry).unwrap(), &selectors));
        }
    });
    start.elapsed()
}

/// Shares work out in pieces, so that no thread waits for another.
fn share(threads: usize, count: usize, work: &(dyn Fn(std::ops::Range<usize>) + Sync)) {
    const PIECE: usize = 64;
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(PIECE, Ordering::Relaxed);
                    if from >= count {
                        break;
                    }
                    work(from..(from + PIECE).min(count));
                }
            });
        }
    });
}
