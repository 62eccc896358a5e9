//! docs/limits.md: how much of a mail is read, which of it a reader may change, and what is told where it is hit. Made of
//! the list that the rooms keep.

use std::fmt::Write as _;

use crate::evidence::{LIMITS, Limit};
use crate::message::ADJUSTABLE;

/// The document.
#[must_use]
pub fn document() -> String {
    let mut out = String::from(
        "# Limits\n\n\
         A mail cannot make gosanke slow or large: whatever it holds is read up to a limit. A limit that is hit is told with \
         the mail, in the verdict pane under *How sure the reading is* and in the field `quirks` of `gosanke scan` as \
         `limit`, with what was left out; the raw view shows all bytes.\n\n\
         A message of more than 50 MiB is read up to there and marked. A message that takes longer than ten seconds, or that \
         ends the confined process which reads it, is given up and listed with what happened.\n\n\
         Some can be changed in the configuration, within hard bounds:\n\n\
         ```toml\n[limits]\nparts = 2000\n```\n\n\
         | what | usual | name | from | to | told as |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for limit in LIMITS {
        let Limit { what, told, key, .. } = limit;
        let bounds = ADJUSTABLE.iter().find(|row| row.key == *key);
        let name = bounds.map_or_else(String::new, |row| format!("`{}`", row.key));
        let [least, most] = [bounds.map(|row| row.least), bounds.map(|row| row.most)]
            .map(|bound| bound.map_or_else(String::new, |bound| grouped(bound as usize)));
        let _ = writeln!(out, "| {what} | {} | {name} | {least} | {most} | … {told} … |", usual(limit));
    }
    out.push_str(
        "\nThis page is generated; do not edit it by hand: `UPDATE_DOCUMENTS=1 cargo verify --test documents`.\n",
    );
    out
}

fn usual(limit: &Limit) -> String {
    format!("{} {}", grouped(limit.most), limit.unit).trim_end().to_owned()
}

/// `12,000`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
