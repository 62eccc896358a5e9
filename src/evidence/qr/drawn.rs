//! Codes that are no pictures: drawn with block characters or `#` in text, or with dark cells of a table. Looked at only
//! where enough of such characters or cells stand together.

use super::super::style::{Paint, color, style};
use super::{SIZES, decode};
use crate::message::clip;
use crate::message::html::{self, Event, Tag};

/// The most text that is looked at.
const TEXT_BYTES: usize = 256 * 1024;
/// The longest line of a drawing, in characters.
const LINE: usize = 600;
/// The most rows of a drawing.
const ROWS: usize = 600;
/// The most drawings that are tried in one text.
const DRAWINGS: usize = 10;
/// The deepest tables that are followed.
const DEPTH: usize = 16;
/// The fewest cells of a table that can be a code.
pub(in super::super) const CELLS: usize = 230;

/// A drawing: rows of cells; `None` where nothing was drawn.
type Drawing = Vec<Vec<Option<bool>>>;

/// What the codes drawn in plain text say.
pub(in super::super) fn in_text(text: &str) -> Vec<String> {
    let text = clip(text, TEXT_BYTES);
    if !holds_drawing(text) {
        return Vec::new();
    }
    read_lines(text)
}

/// Enough characters that codes are drawn with.
pub(in super::super) fn holds_drawing(text: &str) -> bool {
    let bytes = text.as_bytes();
    let count =
        |needle: &str, most: usize| memchr::memmem::find_iter(bytes, needle.as_bytes()).take(most).count() == most;
    // The edge of a corner square: seven modules in a row, two characters each.
    memchr::memchr_iter(b'#', bytes).take(6 * 14).count() == 6 * 14 && count("##############", 6)
        // Each of them begins with the same byte, which other text seldom has.
        || memchr::memchr_iter(0xe2, bytes).take(60).count() == 60
            && (count("\u{2580}", 60) || count("\u{2584}", 60) || count("\u{2588}", 120) || count("\u{2b1b}", 100))
}

fn read_lines(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut block: Vec<&str> = Vec::new();
    let mut tried = 0;
    for line in text.lines().chain(["end"]) {
        let line = line.trim_end_matches('\r');
        // Quoting marks in front of a drawing belong to the mail program.
        let line = line.trim_start_matches("> ").trim_start_matches('>');
        if block.len() < ROWS && line.len() <= LINE * 4 && line.chars().all(|letter| cell(letter).is_some()) {
            block.push(line);
            continue;
        }
        if block.len() >= 11 && tried < DRAWINGS {
            tried += 1;
            if let Some(text) = read_block(&block).filter(|text| !out.contains(text)) {
                out.push(text);
            }
        }
        block.clear();
    }
    out
}

/// Upper and lower half of what a character draws; `None` for letters.
fn cell(letter: char) -> Option<(bool, bool)> {
    match letter {
        '\u{2588}' | '\u{2593}' | '\u{2b1b}' | '\u{25a0}' | '#' => Some((true, true)),
        '\u{2580}' => Some((true, false)),
        '\u{2584}' => Some((false, true)),
        ' ' | '\u{a0}' | '\u{2591}' | '\u{2b1c}' | '\u{25a1}' | '\u{3000}' | '\u{2003}' | '\u{2007}' | '.'
        | '\u{fe0f}' => Some((false, false)),
        _ => None,
    }
}

fn read_block(block: &[&str]) -> Option<String> {
    let halves = block.iter().any(|line| line.contains(['\u{2580}', '\u{2584}']));
    let mut drawing: Drawing = Vec::new();
    for line in block {
        let cells: Vec<(bool, bool)> =
            line.chars().filter(|letter| *letter != '\u{fe0f}').take(LINE).filter_map(cell).collect();
        drawing.push(cells.iter().map(|cell| Some(cell.0)).collect());
        if halves {
            drawing.push(cells.iter().map(|cell| Some(cell.1)).collect());
        }
    }
    read_drawing(&drawing)
}

/// A square of square modules, dark on light or light on dark.
fn read_drawing(drawing: &Drawing) -> Option<String> {
    let dark = |wanted: bool| move |cell: Option<bool>| cell == Some(wanted);
    read_cropped(drawing, dark(true), false).or_else(|| read_cropped(drawing, dark(false), true))
}

fn read_cropped(drawing: &Drawing, dark: impl Fn(Option<bool>) -> bool, inverted: bool) -> Option<String> {
    let at = |x: usize, y: usize| dark(drawing.get(y).and_then(|row| row.get(x)).copied().flatten());
    let width = drawing.iter().map(Vec::len).max()?;
    let (mut left, mut right, mut top, mut bottom) = (0, width, 0, drawing.len());
    // Light on dark: the edge of the last half row is nothing that was drawn.
    let full_row = |y: usize, left: usize, right: usize| {
        (left..right).all(|x| at(x, y) || drawing.get(y).is_none_or(|row| x >= row.len()))
    };
    while inverted && top < bottom && full_row(top, left, right) {
        top += 1;
    }
    while inverted && top < bottom && full_row(bottom - 1, left, right) {
        bottom -= 1;
    }
    while top < bottom && !(left..right).any(|x| at(x, top)) {
        top += 1;
    }
    while top < bottom && !(left..right).any(|x| at(x, bottom - 1)) {
        bottom -= 1;
    }
    while left < right && !(top..bottom).any(|y| at(left, y)) {
        left += 1;
    }
    while left < right && !(top..bottom).any(|y| at(right - 1, y)) {
        right -= 1;
    }
    let (wide, high) = (right - left, bottom - top);
    [(1, 1), (2, 1), (2, 2), (1, 2), (3, 2), (3, 3), (4, 2), (4, 4)].iter().find_map(|(by_x, by_y)| {
        let size = wide / by_x;
        if wide % by_x != 0 || high % by_y != 0 || size != high / by_y || !SIZES.contains(&size) {
            return None;
        }
        decode(size, |x, y| at(left + x * by_x, top + y * by_y))
    })
}

/// A table that is open.
#[derive(Default)]
struct Table {
    rows: Drawing,
    ground: Option<bool>,
    row_ground: Option<bool>,
    cells: usize,
}

/// What the codes drawn in a page say, with cells of tables and with characters.
pub(in super::super) fn in_page(page: &str) -> Vec<String> {
    let mut tables: Vec<Table> = Vec::new();
    let mut done: Vec<Drawing> = Vec::new();
    let mut classes: Vec<(String, bool)> = Vec::new();
    let mut text = String::new();
    let (mut in_style, mut kept) = (false, 0_usize);
    html::read(page, |event| match event {
        Event::Open(tag) => {
            in_style = tag.name == "style";
            if matches!(tag.name, "br" | "p" | "div" | "tr" | "pre" | "li") && text.len() < TEXT_BYTES {
                text.push('\n');
            }
            match tag.name {
                "table" if tables.len() < DEPTH => {
                    tables.push(Table { ground: ground(&tag, &classes), ..Table::default() });
                }
                "tr" => {
                    if let Some(table) = tables.last_mut().filter(|table| table.rows.len() < ROWS) {
                        table.row_ground = ground(&tag, &classes);
                        table.rows.push(Vec::new());
                    }
                }
                "td" | "th" => {
                    if let Some(table) = tables.last_mut() {
                        let dark = ground(&tag, &classes).or(table.row_ground).or(table.ground).unwrap_or_default();
                        let span = tag.get("colspan").and_then(|span| span.trim().parse().ok()).unwrap_or(1_usize);
                        if let Some(row) = table.rows.last_mut() {
                            let room = LINE.saturating_sub(row.len());
                            row.extend(std::iter::repeat_n(Some(dark), span.clamp(1, 200).min(room)));
                            table.cells += 1;
                        }
                    }
                }
                _ => {}
            }
        }
        Event::Close(name) => {
            in_style = false;
            if matches!(name, "p" | "div" | "tr" | "pre" | "li") && text.len() < TEXT_BYTES {
                text.push('\n');
            }
            if name == "table"
                && let Some(table) = tables.pop()
            {
                keep(table, &mut done, &mut kept);
            }
        }
        Event::Text(piece, _) if in_style => class_grounds(piece, &mut classes),
        Event::Text(piece, at) => {
            if text.len() < TEXT_BYTES {
                let piece = clip(piece, TEXT_BYTES);
                // A line end of two characters was read as two: every second line of a drawing would be empty.
                if page.get(at.clone()).is_some_and(|raw| memchr::memmem::find(raw.as_bytes(), b"\r\n").is_some()) {
                    text.push_str(&piece.replace("\n\n", "\n"));
                } else {
                    text.push_str(piece);
                }
            }
        }
        Event::Comment(..) => {}
    });
    for table in tables {
        keep(table, &mut done, &mut kept);
    }
    let mut out: Vec<String> = done.iter().filter_map(read_drawing).collect();
    if holds_drawing(&text) {
        out.extend(read_lines(&text));
    }
    out.dedup();
    out
}

fn keep(table: Table, done: &mut Vec<Drawing>, kept: &mut usize) {
    let tall = table.rows.len() >= 21 && table.cells >= CELLS;
    if tall && *kept < DRAWINGS {
        *kept += 1;
        done.push(table.rows);
    }
}

/// Whether an element's own background is dark; `None` where it has none.
fn ground(tag: &Tag<'_>, classes: &[(String, bool)]) -> Option<bool> {
    let own = tag.get("style").and_then(|text| style(text).background).and_then(is_dark);
    let colored = || tag.get("bgcolor").and_then(color).map(Paint::Plain).and_then(is_dark);
    let by_class = || {
        let names = tag.get("class")?;
        names.split_whitespace().take(8).find_map(|name| Some(classes.iter().find(|(known, _)| known == name)?.1))
    };
    own.or_else(colored).or_else(by_class)
}

fn is_dark(paint: Paint) -> Option<bool> {
    match paint {
        Paint::Plain([red, green, blue]) => {
            Some((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1000 < 128)
        }
        Paint::Picture => None,
    }
}

/// Classes whose rule gives a background (`.k{background:#000}`).
fn class_grounds(css: &str, classes: &mut Vec<(String, bool)>) {
    for rule in clip(css, 64 * 1024).split('}').take(500) {
        let Some((selectors, body)) = rule.split_once('{') else { continue };
        let Some(dark) = style(body).background.and_then(is_dark) else { continue };
        for selector in selectors.split(',').take(20) {
            if let Some((_, name)) = selector.trim().rsplit_once('.')
                && classes.len() < 100
            {
                classes.push((name.to_owned(), dark));
            }
        }
    }
}
