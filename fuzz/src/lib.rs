//! The fuzz targets: one function over bytes each, which fails where a promise of the program does not hold. The list is
//! the only one: `fuzz_targets/` has a program for each, and `tests/finds.rs` replays `tests/hostile/` through the same
//! functions on the stable toolchain.
//!
//! A target may use whatever a test may. It never reads a mail of anybody, and never asks the network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub,
    missing_docs,
    reason = "a target that fails has found something"
)]

mod answers;
mod attached;
mod mailboxes;
mod mails;
mod screen;
mod texts;
mod trees;

macro_rules! targets {
    ($($room:ident :: $name:ident),* $(,)?) => {
        $(pub use $room::$name;)*
        /// Every target, by its name.
        pub const TARGETS: &[(&str, fn(&[u8]))] = &[$((stringify!($name), $name)),*];
    };
}

targets! {
    mails::mime, trees::mime_struct, mails::diff, mails::header, mails::proof, mails::export,
    attached::archive,
    texts::html, texts::shown, texts::url_ioc, texts::config, texts::rules,
    screen::render,
    mailboxes::mbox, mailboxes::maildir_name, mailboxes::rows, mailboxes::frames, mailboxes::state,
    answers::recording, answers::dns, answers::rdap, answers::whois, answers::http_head, answers::webpage, answers::feeds,
}

/// Runs a target for a fuzzer. A panic that a room fences in (crates that read archives and documents have some) is what
/// the fence is for and no find; one that comes out of the target is.
pub fn run(target: fn(&[u8]), bytes: &[u8]) {
    use std::sync::{Mutex, Once};
    static LAST: Mutex<String> = Mutex::new(String::new());
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|why| {
            if let Ok(mut last) = LAST.lock() {
                *last = why.to_string();
            }
        }));
    });
    if std::panic::catch_unwind(|| target(bytes)).is_err() {
        eprintln!("FIND {}", LAST.lock().map(|last| last.clone()).unwrap_or_default());
        std::process::abort();
    }
}

/// Nothing of it may reach a terminal by itself.
fn assert_safe(text: &str) {
    assert_eq!(gosanke::text::show(text).as_str(), text, "not printable");
}

/// ASCII letters and digits: what is left of a text whatever its charset and line ends.
fn letters(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(u8::is_ascii_alphanumeric).collect()
}
