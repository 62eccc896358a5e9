//! Draws the inspector: strip, head, tabs, panes side by side or alone.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text::{Words, columns, cut_end, show};
use crate::view::row::{RowOf, row as told};
use crate::view::vocabulary::badge;
use crate::view::{PANES, Tone};

use super::super::app::{App, Selected};
use super::super::inspect::{pane, title};
use super::super::layout::{Shape, borders, inside, inspector_screen, shape};
use super::super::theme::Role;
use super::document::Look;
use super::paint;

/// Draws the inspector screen.
pub(super) fn draw(app: &mut App, frame: &mut Frame) {
    let area = frame.area();
    let screen = inspector_screen(area, app.inspector.focus, app.inspector.zoom);
    super::top(app, frame, screen.top);
    if let Some(strip) = screen.strip {
        // Its last row is the line below it.
        let inside = Rect {
            x: strip.x + 2,
            width: strip.width.saturating_sub(4),
            height: strip.height.saturating_sub(1),
            ..strip
        };
        super::list::rows(app, frame, inside, false);
        let edge = Rect { y: strip.y + strip.height - 1, height: 1, ..strip };
        let line = "─".repeat(usize::from(edge.width));
        paint::line(frame, edge, Span::styled(line, app.theme.style(Role::Border)));
    }
    head(app, frame, screen.head);
    tabs(app, frame, screen.tabs);
    let alone = screen.panes.len() == 1;
    for (index, place) in screen.panes {
        one(app, frame, index, place, alone);
    }
    super::footer(app, frame, screen.footer);
}

/// Who, what, and the verdict with its heaviest reasons.
fn head(app: &App, frame: &mut Frame, area: Rect) {
    let lang = app.lang;
    let theme = app.theme;
    let width = usize::from(area.width).saturating_sub(2);
    let Some(row) = app.list.current() else { return };
    // A message inside another has no row: what is said here is its own.
    let inner = app.nested_head();
    let (summary, digest) = match &inner {
        Some((summary, digest)) => (summary, digest.as_ref()),
        None => (&row.summary, row.digest()),
    };
    let verdict = app.open_mail().map(|mail| &mail.analysis.verdict);
    let failed = app.open_mail().is_some_and(|mail| mail.analysis.failed);
    let (label, style) = match (&app.selected, verdict) {
        (Selected::Broken(..), _) => ("BAD ✗", theme.style(Role::Error)),
        _ if failed => ("BAD ✗", theme.style(Role::Error)),
        (_, Some(verdict)) => (badge(verdict.level).0, theme.level(verdict.level)),
        _ => ("…", theme.style(Role::Dim)),
    };
    let score = verdict.filter(|_| !failed).map(|verdict| format!(" {} ", verdict.score)).unwrap_or_default();
    let mut first = vec![Span::styled(format!(" {label}{score} "), style)];
    let used = columns(&show(label)) + score.len() + 2;
    let subject = cut_end(&show(&summary.subject.chars().take(1024).collect::<String>()), width.saturating_sub(used));
    first.push(super::span(&subject, theme.style(Role::Title)));
    let mut lines = vec![Line::from(first)];
    if area.height >= 3 {
        let date = summary.date.map(|seconds| crate::view::time::moment(seconds, &app.tz)).unwrap_or_default();
        let mark =
            row.mark.map(|mark| format!("  [{}]", super::super::app::mark_words(mark).get(lang))).unwrap_or_default();
        let told = told(
            &RowOf { summary, flags: row.entry.flags, problem: None, digest, mark: None, campaign: None },
            &app.tz,
            lang,
        );
        let room = width.saturating_sub(date.len() + columns(&show(&mark)) + 4);
        let natural: usize = told.sender.pieces.iter().map(|piece| columns(&piece.text)).sum();
        let mut spans = vec![Span::raw(" ")];
        for (text, tone) in super::list::sender(&told.sender.pieces, natural.min(room)) {
            spans.push(super::span(&text, theme.tone(tone)));
        }
        spans.push(Span::styled(format!("  {date}"), theme.style(Role::Dim)));
        spans.push(Span::styled(mark, theme.style(Role::Accent)));
        lines.push(Line::from(spans));
        // What was not analyzed has no verdict, and nothing speaks for it.
        let broken = app.not_analyzed();
        let reasons = broken.is_none().then_some(verdict).flatten().map(|verdict| {
            let titles: Vec<&str> = verdict
                .findings
                .iter()
                .filter(|finding| finding.weight > 0.0)
                .map(|finding| finding.rule.title.get(lang))
                .collect();
            if titles.is_empty() {
                Words::new("nothing speaks against it", "不審な点は見つかりません").get(lang).to_owned()
            } else {
                titles.join(" · ")
            }
        });
        let reasons = cut_end(&show(&format!(" {}", broken.or(reasons).unwrap_or_default())), width);
        lines.push(Line::from(super::span(&reasons, style)));
    }
    paint::lines(frame, area, &lines);
}

/// The tabs: the number key and the title of every pane; only numbers where there is no room, the focused one in full.
fn tabs(app: &App, frame: &mut Frame, area: Rect) {
    let focus = app.inspector.focus;
    let names: Vec<String> =
        (0..PANES.len()).map(|index| format!("{} {}", (index + 1) % 10, title(index, app.lang))).collect();
    let full: usize = names.iter().map(|name| columns(&show(name)) + 2).sum();
    let room = usize::from(area.width);
    let mut spans = vec![Span::raw(" ")];
    for (index, name) in names.iter().enumerate() {
        let style = app.theme.style(if index == focus { Role::Focus } else { Role::Dim });
        let text = if full < room || index == focus { name.clone() } else { ((index + 1) % 10).to_string() };
        let text = if index == focus { format!("[{text}]") } else { text };
        spans.push(Span::styled(text, style));
        spans.push(Span::raw(" "));
    }
    paint::line(frame, area, spans);
}

fn one(app: &mut App, frame: &mut Frame, index: usize, area: Rect, alone: bool) {
    let focused = app.inspector.focus == index;
    let framed = borders(frame.area()) && !(alone && shape(frame.area()) == Shape::One);
    let search = if focused { app.inspector.search.clone() } else { String::new() };
    let room =
        if framed { inside(area, true) } else { Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area } };
    let map_rows = if index == pane("place") { map_rows(room, alone) } else { 0 };
    let doc = app.inspector.wants(index).then(|| app.pane_doc(index));
    app.inspector.laid(index, room.width, map_rows, || doc.unwrap_or_default());
    let position = app.inspector.fit(index, usize::from(room.height));
    let hits = if search.is_empty() { 0 } else { app.hits() };
    let Some(laid) = app.inspector.last(index) else { return };
    let (count, tone) = (laid.stops.len(), laid.stops.iter().map(|stop| stop.tone).find(|tone| *tone == Tone::High));
    let mut right = String::new();
    if !search.is_empty() {
        right = format!("/{} {hits}", show(&search));
    } else if laid.rows.len() > usize::from(room.height) && focused {
        right = format!("{}/{count}", position.stop + 1);
    } else if tone.is_some() {
        "▲".clone_into(&mut right);
    }
    let name = format!("{} {}", (index + 1) % 10, title(index, app.lang));
    if framed {
        super::framed(app, frame, area, &name, &right, focused);
    }
    let look = Look { focused, cursor: focused, search: &search };
    if let Some(laid) = app.inspector.last(index) {
        super::document::draw(app, frame, room, laid, &position, look);
    }
}

/// Rows for the map: in its own shape, and never so many that no row of the table below is seen.
fn map_rows(area: Rect, alone: bool) -> u16 {
    let shape = (area.width / 4).max(4);
    let most = if alone { area.height * 3 / 5 } else { area.height / 2 };
    shape.min(most)
}
