//! Draws a laid-out document into a place: its rows, the cursor's line, hits of the search, the world map.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::text::Span;
use ratatui::widgets::Widget;
use ratatui::widgets::canvas::{Canvas, Map, MapResolution};

use crate::text::{Words, show};
use crate::view::Pin;

use super::super::app::App;
use super::super::doc::{Laid, Row};
use super::super::inspect::Position;
use super::super::theme::Role;
use super::paint;

/// How a document is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    /// The pane has the keys.
    pub(super) focused: bool,
    /// The cursor's line is shown.
    pub(super) cursor: bool,
    /// What is searched.
    pub(super) search: &'a str,
}

/// Draws rows of `laid` from `position` into `area`.
pub(super) fn draw(app: &App, frame: &mut Frame, area: Rect, laid: &Laid, position: &Position, look: Look) {
    let needle = look.search.to_lowercase();
    let rows = laid.rows.iter().enumerate().skip(position.offset).take(usize::from(area.height));
    let mut scratch: Option<(usize, Buffer)> = None;
    for (line, (_, row)) in rows.enumerate() {
        let place = Rect { y: area.y + line as u16, height: 1, ..area };
        if let Some((map, inside)) = row.map {
            if scratch.as_ref().is_none_or(|(index, _)| *index != map) {
                let pins = laid.maps.get(map).map_or(&[][..], Vec::as_slice);
                scratch = Some((map, world(app, pins, area.width, laid.map_rows)));
            }
            if let Some((_, buffer)) = &scratch {
                copy_row(buffer, inside, frame.buffer_mut(), place);
            }
            continue;
        }
        draw_row(app, frame, place, row, position, look, &needle);
    }
    let below = laid.rows.len().saturating_sub(position.offset + usize::from(area.height));
    edges(app, frame, area, position.offset > 0, below > 0);
}

fn draw_row(app: &App, frame: &mut Frame, place: Rect, row: &Row, position: &Position, look: Look, needle: &str) {
    let mut base = Style::new();
    let current = look.cursor && row.stop == Some(position.stop);
    if current {
        base = base.patch(app.theme.style(if look.focused { Role::Selection } else { Role::SelectionIdle }));
        // The bar reaches over the pane's air on both sides, so that it is seen as a line.
        let bar = Rect { x: place.x.saturating_sub(1), width: place.width + 2, ..place };
        frame.buffer_mut().set_style(bar, base);
    }
    let mut spans = vec![Span::styled(" ".repeat(usize::from(row.indent)), base)];
    for (text, tone) in &row.pieces {
        let mut style = super::on(base, app.theme.tone(*tone));
        if row.heading {
            style = style.add_modifier(Modifier::BOLD);
        }
        spans.extend(hits(text.as_str(), needle, style, app.theme.style(Role::Match)));
    }
    paint::line(frame, place, spans);
}

/// The text with the hits of a search in another style.
fn hits(text: &str, needle: &str, style: Style, hit: Style) -> Vec<Span<'static>> {
    if needle.is_empty() {
        return vec![Span::styled(text.to_owned(), style)];
    }
    let lower = text.to_lowercase();
    // Where lower case has other lengths, positions would not fit the text: then nothing is marked.
    if lower.len() != text.len() {
        return vec![Span::styled(text.to_owned(), style)];
    }
    let mut spans = Vec::new();
    let mut done = 0;
    for (at, _) in lower.match_indices(needle) {
        if let (Some(before), Some(found)) = (text.get(done..at), text.get(at..at + needle.len())) {
            spans.push(Span::styled(before.to_owned(), style));
            spans.push(Span::styled(found.to_owned(), style.patch(hit)));
            done = at + needle.len();
        }
    }
    spans.push(Span::styled(text.get(done..).unwrap_or_default().to_owned(), style));
    spans
}

/// Says beside a place that there is more above it or below.
pub(super) fn edges(app: &App, frame: &mut Frame, area: Rect, above: bool, below: bool) {
    let style = app.theme.style(Role::Dim);
    let edge = area.x + area.width;
    if area.height == 0 || edge >= frame.area().width {
        return;
    }
    if above {
        frame.buffer_mut().set_string(edge, area.y, "↑", style);
    }
    if below {
        frame.buffer_mut().set_string(edge, area.y + area.height - 1, "↓", style);
    }
}

fn copy_row(from: &Buffer, row: u16, to: &mut Buffer, place: Rect) {
    for x in 0..place.width.min(from.area.width) {
        if let (Some(source), Some(target)) = (from.cell((x, row)).cloned(), to.cell_mut((place.x + x, place.y))) {
            *target = source;
        }
    }
}

/// The world with its pins: letters that the table beside the map explains.
fn world(app: &App, pins: &[Pin], width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    let land = app.theme.style(Role::Land).fg.unwrap_or(Color::Reset);
    Canvas::default()
        .marker(Marker::Braille)
        .x_bounds([-180.0, 180.0])
        .y_bounds([-60.0, 85.0])
        .paint(|context| {
            context.draw(&Map { resolution: MapResolution::High, color: land });
        })
        .render(area, &mut buffer);
    for pin in pins {
        let x = ((pin.longitude + 180.0) / 360.0 * f64::from(width)).clamp(0.0, f64::from(width.saturating_sub(1)));
        let y = ((85.0 - pin.latitude) / 145.0 * f64::from(height)).clamp(0.0, f64::from(height.saturating_sub(1)));
        // A pin that meets another one moves aside: both letters stay readable.
        let (mut x, y) = (x as u16, y as u16);
        while x + 1 < width
            && buffer.cell((x, y)).is_some_and(|cell| cell.symbol().starts_with(|c: char| c.is_ascii_uppercase()))
        {
            x += 1;
        }
        let style = app.theme.tone(pin.tone).add_modifier(Modifier::BOLD | Modifier::REVERSED);
        buffer.set_string(x, y, pin.letter.to_string(), style);
    }
    if pins.is_empty() && width > 30 && height > 2 {
        let words = Words::new(" no place is known ", " 所在地は不明です ");
        let text = show(words.get(app.lang));
        let x = width.saturating_sub(crate::text::columns(&text) as u16) / 2;
        buffer.set_string(x, height / 2, text.as_str(), app.theme.style(Role::Dim));
    }
    buffer
}
