//! Many times over, with the real program in a real terminal: every way to leave gives the terminal back; a kill at any
//! moment loses no mark that the screen showed, doubles none and puts none on another mail; a full disk neither.
//!
//! ```text
//! GOSANKE_TIMES=200 cargo test --profile measure --ignore-rust-version --test endurance -- --ignored --nocapture exits
//! GOSANKE_TIMES=1000 cargo test ... --test endurance -- --ignored --nocapture killed
//! GOSANKE_SMALL_DISK=folder GOSANKE_TIMES=200 cargo test ... --test endurance -- --ignored --nocapture full
//! ```
//!
//! All of it is ignored unless asked for: it takes minutes. Without `GOSANKE_TIMES` each is tried a few times; `GOSANKE_EXITS` names
//! the ways to leave that are tried (their beginning, `panic`). `GOSANKE_SMALL_DISK`
//! is a folder on a file system of its own of a few MB, which is filled and emptied; that test is left out without one.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

#[path = "endurance/exits.rs"]
mod exits;
#[path = "endurance/marks.rs"]
mod marks;
mod pty;

use std::collections::BTreeMap;
use std::path::Path;

use gosanke::mailbox::Identity;

/// Mails of the mailbox: all on one screen.
const MAILS: usize = 13;

fn times(usual: usize) -> usize {
    std::env::var("GOSANKE_TIMES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Marsaglia's xorshift: the same choices in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides.max(1)
    }
}

fn kill(signal: &str, id: u32) {
    let _ = std::process::Command::new("kill").args([signal, &id.to_string()]).status();
}

fn subject(number: usize) -> String {
    format!("errand number {number:02}")
}

fn mail(number: usize) -> String {
    format!(
        "From: Ann <ann@shop.example>\nTo: bob@two.example\nSubject: {}\nDate: Mon, 2 Mar 2026 10:{number:02}:00 +0000\n\nhello {number}\n",
        subject(number)
    )
}

/// Makes a Maildir; says which mail is which.
fn mailbox(folder: &Path) -> BTreeMap<Identity, usize> {
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    (0..MAILS)
        .map(|number| {
            let text = mail(number);
            std::fs::write(folder.join(format!("cur/17000000{number:02}.M1P1.host:2,")), &text).unwrap();
            (Identity::of(text.as_bytes()), number)
        })
        .collect()
}
