//! Writes the mailboxes: one mbox (mboxrd) and one Maildir of the same mails.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::head::ctime;
use super::kinds::mail;
use super::words::Stock;

/// Mails that a thread makes at a time.
const PIECE: u64 = 500;

/// The mailboxes.
pub struct Boxes {
    pub mbox: PathBuf,
    pub maildir: PathBuf,
    pub count: u64,
    pub bytes: u64,
}

/// Makes the mailboxes in a folder, or finds them there.
pub fn boxes(folder: &Path, seed: u64, count: u64) -> Boxes {
    let name = format!("{count}-{seed}");
    let (mbox, maildir) = (folder.join(format!("{name}.mbox")), folder.join(format!("{name}.maildir")));
    if !mbox.exists() || !maildir.exists() {
        let start = Instant::now();
        let _ = fs::remove_file(&mbox);
        let _ = fs::remove_dir_all(&maildir);
        for name in ["cur", "new", "tmp"] {
            fs::create_dir_all(maildir.join(name)).unwrap();
        }
        let half = folder.join(format!("{name}.part"));
        let mut out = std::io::BufWriter::with_capacity(1 << 20, fs::File::create(&half).unwrap());
        let stock = Stock::new();
        let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let mut from = 0;
        while from < count {
            let pieces: Vec<Vec<u8>> = std::thread::scope(|scope| {
                let jobs: Vec<_> = (0..threads)
                    .map(|n| (from + n * PIECE).min(count)..(from + (n + 1) * PIECE).min(count))
                    .map(|range| {
                        let (stock, maildir) = (&stock, &maildir);
                        scope.spawn(move || range.flat_map(|index| one(stock, seed, index, maildir)).collect())
                    })
                    .collect();
                jobs.into_iter().map(|job| job.join().unwrap()).collect()
            });
            for piece in pieces {
                out.write_all(&piece).unwrap();
            }
            from += threads * PIECE;
        }
        out.flush().unwrap();
        fs::rename(half, &mbox).unwrap();
        eprintln!("made {count} mails in {:.1?}", start.elapsed());
    }
    let bytes = fs::metadata(&mbox).unwrap().len();
    Boxes { mbox, maildir, count, bytes }
}

/// Writes a mail into the Maildir and gives it as a piece of the mbox.
fn one(stock: &Stock, seed: u64, index: u64, maildir: &Path) -> Vec<u8> {
    let (when, sender, bytes, unread) = mail(stock, seed, index);
    let name = format!("{when}.M{:06}P{}Q{index}.bench", index % 1_000_000, 4_000 + index % 977);
    let path = if unread { maildir.join("new").join(name) } else { maildir.join("cur").join(name + ":2,S") };
    fs::write(path, &bytes).unwrap();
    let mut out = format!("From {sender} {}\n", ctime(when)).into_bytes();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        if line[quotes..].starts_with(b"From ") {
            out.push(b'>');
        }
        out.extend(line);
    }
    out.push(b'\n');
    out
}
