//! Somebody who types without sense for a long time while other programs deliver, flag and delete: whether the program
//! lives, shows what is there at the end, and keeps its memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::make::Boxes;
use super::screen::{Session, anonymous, has_rows, is_listed};

/// Seconds between two samples of memory.
const SAMPLE: Duration = Duration::from_secs(1);
/// Between two things that other programs do.
const DEED: Duration = Duration::from_millis(400);

/// What somebody types: nothing that asks a network, writes a file or leaves. Words are pasted, so that none of their
/// letters is ever taken for a key.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "j", "j", "j", "k", "k", "G", "g", "\u{4}", "\u{15}", "\u{1b}[6~", "\u{1b}[5~", "\r", "\r", "\u{1b}", "\u{1b}", "\t",
    "\u{1b}[Z", "]", "[", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "n", "N", "z", "M", "c", " ", "v", "V", "m",
    "b", "s", "x", "u", "os", "of", "ot", "od", "om", "f\u{1b}", "?\u{1b}", "\u{1b}\u{1b}c",
    "t\u{1b}[200~some note\u{1b}[201~\r", "/\u{1b}[200~invoice\u{1b}[201~\r", "/\u{1b}[200~from:x\u{1b}[201~\u{7f}\r",
    "/\u{1b}[200~risk:high\u{1b}[201~\r", "/\u{1b}[200~body:lantern\u{1b}[201~\r", "/\u{1b}[200~zzzz\u{1b}[201~\u{1b}",
];

/// Numbers that are the same in every run with the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// Other programs at work in a Maildir.
struct Others {
    root: PathBuf,
    files: Vec<PathBuf>,
    stock: Vec<PathBuf>,
    came: u64,
}

impl Others {
    fn new(from: &Path, root: &Path) -> Self {
        let mut files = Vec::new();
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(root.join(part)).unwrap();
            for file in fs::read_dir(from.join(part)).unwrap() {
                let to = root.join(part).join(file.as_ref().unwrap().file_name());
                fs::hard_link(file.unwrap().path(), &to).unwrap();
                files.push(to);
            }
        }
        files.sort();
        let stock = files.iter().step_by(97).take(500).cloned().collect();
        Self { root: root.to_owned(), files, stock, came: 0 }
    }

    /// One delivery, flag, move or deletion.
    fn act(&mut self, dice: &mut Dice) {
        let at = dice.below(self.files.len());
        match dice.below(10) {
            0..4 => {
                self.came += 1;
                let name = format!("{}.R{}.bench", 1_900_000_000 + self.came, self.came);
                let text = fs::read(&self.stock[dice.below(self.stock.len())]).unwrap();
                fs::write(self.root.join("tmp").join(&name), text).unwrap();
                let to = self.root.join("new").join(&name);
                fs::rename(self.root.join("tmp").join(&name), &to).unwrap();
                self.files.push(to);
            }
            4 if self.files.len() > 100 && !self.stock.contains(&self.files[at]) => {
                fs::remove_file(self.files.swap_remove(at)).unwrap();
            }
            _ if !self.stock.contains(&self.files[at]) => {
                let name = self.files[at].file_name().unwrap().to_str().unwrap();
                let flags = ["S", "FS", "RS", ""][dice.below(4)];
                let to = self.root.join("cur").join(format!("{}:2,{flags}", name.split(':').next().unwrap()));
                fs::rename(&self.files[at], &to).unwrap();
                self.files[at] = to;
            }
            _ => {}
        }
    }
}

/// Types for so many seconds; fails where the program does.
pub fn run(boxes: &Boxes, seed: u64, seconds: u64) {
    let beside = boxes.maildir.with_extension(format!("long-{}", std::process::id()));
    let data = tempfile::tempdir().unwrap();
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut others = Others::new(&boxes.maildir, &beside);
    let mut session = Session::start(&beside, data.path());
    session.until("a row", has_rows);
    session.until("all badges", |text| is_listed(text, boxes.count) && !text.contains("analyzed"));
    let process = session.process();
    let (start, length) = (Instant::now(), Duration::from_secs(seconds));
    let (mut sampled, mut acted) = (start, start);
    let (mut keys, mut deeds, mut samples) = (0_u64, 0_u64, Vec::new());
    while start.elapsed() < length {
        session.type_keys(KEYS[dice.below(KEYS.len())]);
        keys += 1;
        session.read(Duration::from_millis(dice.below(40) as u64));
        while session.read(Duration::ZERO) {}
        assert!(session.lives(), "it ended after {keys} keys:\n{}", session.text());
        if acted.elapsed() > DEED {
            acted = Instant::now();
            others.act(&mut dice);
            deeds += 1;
        }
        if sampled.elapsed() > SAMPLE {
            sampled = Instant::now();
            samples.push(anonymous(process));
        }
    }
    // Whatever lies on the screen goes, and the filter with it.
    session.type_keys("\u{1b}");
    session.rest();
    session.type_keys("\u{1b}\u{1b}\u{1b}");
    session.rest();
    session.type_keys("c");
    session.until("the list at the end", |text| text.contains("mails"));
    session.rest();
    session.leave();
    fs::remove_dir_all(&beside).unwrap();
    let middle = |samples: &[u64]| {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default() as f64 / 1e6
    };
    // The first tenth warms up: every pane and table was touched once.
    let part = (samples.len() / 10).max(1);
    let (before, after) =
        (middle(&samples[part..(2 * part).min(samples.len())]), middle(&samples[samples.len() - part..]));
    println!(
        "{seconds} s of random keys, seed {seed}, {} mails: {keys} key strokes or words, {deeds} deeds of others, {} deliveries; \
         anonymous memory {before:.1} MB in the second tenth, {after:.1} MB in the last ({:+.1} %), most {:.1} MB",
        boxes.count,
        others.came,
        (after / before - 1.0) * 100.0,
        samples.iter().max().copied().unwrap_or_default() as f64 / 1e6,
    );
}
