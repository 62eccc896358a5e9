//! docs/limits.md: how much of a mail is read, which of it a reader may change, and what is told where it is hit. Made of
//! the list that the rooms keep.

use std::fmt::Write as _;

use crate::limits::{FIXED, Fixed, ROWS, Row, Unit};

/// The document.
#[must_use]
pub fn document() -> String {
    let mut out = String::from(
        "# Limits\n\n\
         A mail cannot make gosanke slow or large: whatever it holds is read up to a limit. A limit that is hit is told with \
         the mail, in the verdict pane under *How sure the reading is* and in the field `quirks` of `gosanke scan` as \
         `limit`, with what was left out; the raw view shows all bytes. What a pane does not show it counts at its end.\n\n\
         A message that takes longer than `seconds`, or that ends the confined process which reads it (it has 1 GiB of \
         memory), is given up and listed with what happened; the screen goes on meanwhile. Without confined processes \
         (`sandbox = \"off\"`) nothing ends an analysis but these limits.\n\n\
         All of these can be changed in the configuration, within hard bounds that leave something to look at:\n\n\
         ```toml\n[limits]\nparts = 2000\n```\n\n\
         | what | usual | name | from | to | told as |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for Row { what, key, unit, usual, least, most, told, .. } in ROWS {
        let [least, most] = [least, most].map(|bound| grouped(*bound as usize));
        let usual = figure(*usual as usize, *unit);
        let _ = writeln!(out, "| {what} | {usual} | `{key}` | {least} | {most} | … {told} … |");
    }
    out.push_str("\nThese stay as they are:\n\n| what | limit | fixed, since |\n| --- | --- | --- |\n");
    for Fixed { what, most, unit, why } in FIXED {
        let _ = writeln!(out, "| {what} | {} | {why} |", figure(*most, *unit));
    }
    out.push_str(
        "\nA line has no limit of its own: what is wider than the screen is never sent to the terminal, and panes that show \
         values whole cut them at a length that they name.\n\n\
         This page is generated; do not edit it by hand: `UPDATE_DOCUMENTS=1 cargo verify --test documents`.\n",
    );
    out
}

fn figure(number: usize, unit: Unit) -> String {
    format!("{} {}", grouped(number), unit.name()).trim_end().to_owned()
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
