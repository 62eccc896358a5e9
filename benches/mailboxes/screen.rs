//! The program in a terminal: what a person would measure with a stopwatch, and its memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::pty::Pty;

/// Between two keys while the program is busy: a key that is held down.
const REPEAT: Duration = Duration::from_millis(33);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_mins(10);

/// A mailbox opened twice, the second time with what was kept of the first.
pub struct Opened {
    pub first: Duration,
    pub listed: Duration,
    pub judged: Duration,
    pub reopened: Duration,
}

/// What happened while somebody worked with it.
pub struct Used {
    pub busy: Vec<Duration>,
    pub idle: Vec<Duration>,
    pub sorts: Vec<Duration>,
    pub filters: Vec<Duration>,
    pub word: Duration,
    pub pattern: Duration,
    pub memory: u64,
    pub memory_of_all: u64,
}

pub struct Session {
    pty: Pty,
    memory: u64,
    memory_of_all: u64,
    looked: Instant,
}

impl Session {
    pub fn start(mailbox: &Path, data: &Path) -> Self {
        let environment = [("GOSANKE_DATA_DIR", data.to_str().unwrap())];
        let pty = Pty::start(&[mailbox.to_str().unwrap()], &environment);
        Self { pty, memory: 0, memory_of_all: 0, looked: Instant::now() }
    }

    /// Waits until the screen fulfills `done`; gives the time of it.
    pub fn until(&mut self, what: &str, done: impl Fn(&str) -> bool) -> Instant {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = self.pty.screen.screen().contents();
            if done(&text) {
                return Instant::now();
            }
            assert!(Instant::now() < end, "{what} did not come:\n{text}");
            self.read(Duration::from_millis(20));
        }
    }

    pub fn read(&mut self, wait: Duration) -> bool {
        let bytes = self.pty.output.recv_timeout(wait);
        if let Ok(bytes) = &bytes {
            self.pty.feed(bytes);
            self.pty.raw.clear();
        }
        if self.looked.elapsed() > Duration::from_millis(20) {
            self.looked = Instant::now();
            let process = self.pty.child.process_id().unwrap();
            let own = anonymous(process);
            self.memory = self.memory.max(own);
            self.memory_of_all =
                self.memory_of_all.max(own + children(process).into_iter().map(anonymous).sum::<u64>());
        }
        bytes.is_ok()
    }

    /// Lets the screen come to rest.
    pub fn rest(&mut self) {
        while self.read(Duration::from_millis(60)) {}
    }

    /// Types without waiting.
    pub fn type_keys(&mut self, keys: &str) {
        self.pty.keys(keys);
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.pty.child.process_id().unwrap()
    }

    /// Whether it still runs.
    pub fn lives(&mut self) -> bool {
        self.pty.child.try_wait().unwrap().is_none()
    }

    /// What stands on the screen.
    pub fn text(&self) -> String {
        self.pty.screen.screen().contents()
    }

    /// Presses keys and waits for the first frame that follows.
    fn press(&mut self, keys: &str) -> Duration {
        while let Ok(bytes) = self.pty.output.try_recv() {
            self.pty.feed(&bytes);
        }
        let sent = Instant::now();
        self.pty.keys(keys);
        let came = self.read(Duration::from_secs(2));
        let time = sent.elapsed();
        assert!(came, "no frame after {keys:?}:\n{}", self.pty.screen.screen().contents());
        time
    }

    pub fn leave(mut self) {
        self.pty.keys("q");
        self.pty.ends();
    }
}

pub fn is_listed(text: &str, count: u64) -> bool {
    text.contains(&format!("{count} mails")) && !text.contains("listing")
}

/// The first mail that is shown has a date.
pub fn has_rows(text: &str) -> bool {
    text.contains("@")
        || text.contains("20:")
        || text.lines().skip(3).take(10).any(|line| line.trim_matches([' ', '│', '┃']).len() > 30)
}

/// Opens a mailbox for the first time, lets it be analyzed, and opens it again.
pub fn open(mailbox: &Path, count: u64) -> Opened {
    let data = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let mut session = Session::start(mailbox, data.path());
    let first = session.until("a row", has_rows) - start;
    let listed = session.until("the list", |text| is_listed(text, count)) - start;
    let judged = session.until("all badges", |text| is_listed(text, count) && !text.contains("analyzed")) - start;
    session.rest();
    session.leave();
    let start = Instant::now();
    let mut session = Session::start(mailbox, data.path());
    let again = session.until("all badges again", |text| is_listed(text, count) && !text.contains("analyzed")) - start;
    session.leave();
    Opened { first, listed, judged, reopened: again }
}

/// Works with a mailbox: keys while it is analyzed and after, sorting, filtering, searching.
pub fn use_it(mailbox: &Path, count: u64) -> Used {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(mailbox, data.path());
    session.until("a row", has_rows);
    let mut busy = Vec::new();
    while busy.len() < 20 || busy.len() < 1_000 && session.pty.screen.screen().contents().contains("analyzed") {
        let down = busy.len() / 8 % 2 == 0;
        busy.push(session.press(if down { "j" } else { "k" }));
        let next = Instant::now() + REPEAT;
        while Instant::now() < next {
            session.read(next.saturating_duration_since(Instant::now()));
        }
    }
    session.until("all badges", |text| is_listed(text, count) && !text.contains("analyzed"));
    session.rest();
    let mut idle = Vec::new();
    for n in 0..200 {
        idle.push(session.press(if n / 8 % 2 == 0 { "j" } else { "k" }));
        session.rest();
    }
    let mut sorts = Vec::new();
    for key in ["s", "f", "t", "d", "r", "r", "m"] {
        session.press("o");
        session.rest();
        sorts.push(session.press(key));
        session.rest();
    }
    let mut filters = Vec::new();
    session.press("/");
    session.rest();
    for key in "invoice".chars() {
        filters.push(session.press(&key.to_string()));
        session.rest();
    }
    session.press("\u{1b}");
    session.rest();
    let mut search = |text: &str| {
        session.press("/");
        session.rest();
        session.pty.keys(text);
        session.until("the search", |text| text.contains("searching"));
        let start = Instant::now();
        let time = session.until("the end of the search", |text| !text.contains("searching")) - start;
        session.press("\u{1b}");
        session.rest();
        time
    };
    let word = search("body:lantern");
    let pattern = search("body:/lantern\\s+\\w+ing/");
    let (memory, memory_of_all) = (session.memory, session.memory_of_all);
    session.leave();
    Used { busy, idle, sorts, filters, word, pattern, memory, memory_of_all }
}

/// Scans a mailbox; gives the time and the most anonymous memory of all its processes.
pub fn scan(mailbox: &Path) -> (Duration, u64) {
    let data = tempfile::tempdir().unwrap();
    let config = data.path().join("empty.toml");
    std::fs::write(&config, "").unwrap();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_gosanke"))
        .args(["scan", "--brief"])
        .arg(mailbox)
        .env("GOSANKE_DATA_DIR", data.path())
        .env("GOSANKE_CONFIG", config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut memory = 0;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return (start.elapsed(), memory);
        }
        let all = children(child.id()).into_iter().chain([child.id()]);
        memory = memory.max(all.map(anonymous).sum());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Bytes of memory that belong to no file; 0 where the system does not tell.
pub fn anonymous(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) << 10
}

fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}
