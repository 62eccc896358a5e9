//! Untrusted text made printable, defanged, measured and cut; and the two languages that the program speaks.
//!
//! [`Shown`] is the only text that a pane or an export accepts, and [`show`] its only door. Nothing here performs I/O.

pub(crate) mod blocks;
mod cause;
mod defang;
pub(crate) mod eights;
mod invisible;
mod lang;
mod nearest;
mod number;
pub(crate) mod plain_url;
mod refang;
mod sentence;
mod shown;
mod width;

pub use cause::cause;
pub use defang::{defang, defang_address, defang_host, defang_url};
pub use lang::{Lang, Words};
pub use nearest::nearest;
pub use number::grouped;
pub use refang::refang;
pub use sentence::{Sentence, Value};
pub(crate) use shown::{CELL_BYTES, CELL_MARKS};
pub use shown::{Shown, is_fit_for_cell, show, show_bytes, show_lines};
pub(crate) use width::char_columns;
pub use width::{columns, cut_end, cut_host, pad, wrap};

/// Words in Latin letters, for tests that look for one language in the other.
#[cfg(test)]
pub(crate) fn latin_words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect()
}

/// The same cases in every run, and no files beside the sources.
#[cfg(test)]
fn same_cases() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(0x0060_5a4e),
        ..proptest::test_runner::Config::default()
    }
}
