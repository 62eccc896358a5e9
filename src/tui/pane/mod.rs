//! Drawing, and nothing else: state in, cells out. Only printable text (`Shown`) of the mail gets here.

mod document;
mod inspector;
mod layers;
mod list;
mod paint;

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use crate::facts::Reach;
use crate::text::{Shown, Words, columns, cut_end, show};

use super::action::{ACTIONS, Scope};
use super::app::{App, Mode, Told};
use super::layout::{SMALLEST, Shape, borders, shape};
use super::theme::Role;

/// Draws the screen.
pub(super) fn draw(app: &mut App, frame: &mut Frame) {
    let area = frame.area();
    // The frame knows the size first; what depends on it between frames must not believe an older one.
    app.size = (area.width, area.height);
    if shape(area) == Shape::TooSmall {
        let words = Words::new(
            "gosanke needs at least {0}x{1}; this is {2}x{3}",
            "{0}x{1} 以上の画面が必要です（現在 {2}x{3}）",
        );
        let text = words.fill(
            app.lang,
            &[&SMALLEST.0.to_string(), &SMALLEST.1.to_string(), &area.width.to_string(), &area.height.to_string()],
        );
        frame.render_widget(Paragraph::new(text).wrap(ratatui::widgets::Wrap { trim: true }), area);
        return;
    }
    match app.mode {
        Mode::List => list::draw(app, frame),
        Mode::Inspect => inspector::draw(app, frame),
    }
    layers::draw(app, frame);
}

/// A look on top of which a row may be the selected one. A reversed row is one plain bar: colors of its pieces would
/// become patches of background.
fn on(base: Style, style: Style) -> Style {
    if base.add_modifier.contains(ratatui::style::Modifier::REVERSED) { base } else { style.patch(base) }
}

/// A text of the mail or of the program as a span.
fn span(text: &Shown, style: Style) -> Span<'static> {
    Span::styled(text.as_str().to_owned(), style)
}

/// The frame of a pane; gives the area inside. Without borders the pane has none and its title is a tab's.
fn framed(app: &App, frame: &mut Frame, area: Rect, title: &str, right: &str, focused: bool) -> Rect {
    if !borders(frame.area()) {
        return area;
    }
    let style = app.theme.style(if focused { Role::Focus } else { Role::Border });
    let title_style = app.theme.style(if focused { Role::Focus } else { Role::Title });
    let mut block = Block::bordered().border_style(style).title(Span::styled(format!(" {title} "), title_style));
    // Weight as well as color tells which pane has the keys.
    block = block.border_type(if focused { BorderType::Thick } else { BorderType::Rounded });
    if !right.is_empty() {
        block = block.title(
            Line::from(Span::styled(format!(" {right} "), app.theme.style(Role::Dim))).alignment(Alignment::Right),
        );
    }
    frame.render_widget(block, area);
    super::layout::inside(area, true)
}

/// The title line: program, where we are, what runs, how far questions may travel.
fn top(app: &App, frame: &mut Frame, area: Rect) {
    let dim = app.theme.style(Role::Dim);
    let lang = app.lang;
    let mut left = vec![Span::styled(" gosanke ", app.theme.style(Role::Title)), Span::styled("│ ", dim)];
    let total = app.list.rows.len();
    let shown = app.list.order.len();
    let count = if shown == total {
        Words::new("  {0 mail|mails}", "  {0} 通").fill(lang, &[&total.to_string()])
    } else {
        Words::new("  {0} of {1 mail|mails}", "  {1} 通中 {0} 通").fill(lang, &[&shown.to_string(), &total.to_string()])
    };
    let mut working = Vec::new();
    if let Some(progress) = app.list.indexing {
        let part = progress
            .total
            .filter(|total| *total > 0)
            .map(|total| format!(" {}%", progress.done.saturating_mul(100) / total))
            .unwrap_or_default();
        working.push(format!("{}{part}", Words::new("listing", "一覧作成中").get(lang)));
    }
    let readable = app.list.readable;
    if app.list.analyzed < readable {
        working.push(format!("{} {}/{readable}", Words::new("analyzed", "解析済み").get(lang), app.list.analyzed));
    }
    if app.search.is_running() {
        let (done, wanted) = app.list.searched();
        let words = Words::new("searching {0} of {1}", "検索中 {0}/{1}");
        working.push(words.fill(lang, &[&crate::text::grouped(done as u64), &crate::text::grouped(wanted as u64)]));
    } else if app.search.is_stopped() {
        let (done, wanted) = app.list.searched();
        let words = Words::new("searched only {0} of {1}", "検索は {0}/{1} まで");
        working.push(words.fill(lang, &[&crate::text::grouped(done as u64), &crate::text::grouped(wanted as u64)]));
    }
    if app.asked.is_running() {
        working.push(format!("{} {}", Words::new("asking", "照会中").get(lang), app.asked.count()));
    }
    if !working.is_empty() {
        left.push(Span::styled(format!("{}  ", working.join("  ")), app.theme.style(Role::Info)));
    }
    let folder = app.folders.get(usize::from(app.folder));
    let name = folder.map(|folder| show(&folder.name)).unwrap_or_default();
    left.push(span(&cut_end(&name, usize::from(area.width) / 3), app.theme.style(Role::Accent)));
    if app.folders.len() > 1 {
        let key = app.keymap.label(super::action::Action::Folders);
        let text = format!(" {}/{} ({key})", app.folder + 1, app.folders.len());
        left.push(Span::styled(text, dim));
    }
    left.push(Span::styled(count, Style::new()));
    let selected = app.list.selected();
    if selected > 0 {
        let words = Words::new("  {0} selected", "  {0} 通選択中");
        left.push(Span::styled(words.fill(lang, &[&selected.to_string()]), app.theme.style(Role::Accent)));
    }
    if !app.list.filter_text.is_empty() {
        let text = format!("  /{}", app.list.filter_text);
        left.push(span(&cut_end(&show(&text), 40), app.theme.style(Role::Match)));
        let refused = app.list.refused_terms().iter().map(|(term, _)| term);
        if let Some(term) = app.list.unknown_terms().iter().chain(refused).next() {
            let words = Words::new(" (not understood: {0})", "（解釈できない条件: {0}）");
            let text = words.fill(lang, &[cut_end(&show(term), 24).as_str()]);
            left.push(Span::styled(text, app.theme.style(Role::Error)));
        }
    }
    if app.elsewhere == Some(app.generation) {
        let words = Words::new("  MOVED AWAY: quit and open it again", "  移動済み: 終了して開き直してください");
        left.push(Span::styled(words.get(lang), app.theme.style(Role::Error)));
    }
    if app.unsaved > 0 {
        let words = Words::new("  {0} NOT SAVED", "  未保存 {0} 件");
        left.push(Span::styled(words.fill(lang, &[&app.unsaved.to_string()]), app.theme.style(Role::Error)));
    }
    let reach = app.reach_here();
    let (word, role) = match reach {
        Reach::Local => (Words::new("reach: local ○", "照会範囲: ローカル ○"), Role::Dim),
        Reach::ThirdParty => (Words::new("reach: third parties ◐", "照会範囲: 第三者 ◐"), Role::Medium),
        Reach::Sender => (Words::new("reach: SENDER ●", "照会範囲: 送信者 ●"), Role::High),
    };
    let mut right = vec![];
    if app.demo && area.width >= 80 {
        let words = Words::new("demo, recorded answers  ", "デモ（記録された回答）  ");
        right.push(Span::styled(words.get(lang), app.theme.style(Role::Info)));
    }
    if let Some(words) = app.sandbox.filter(|_| area.width >= 60) {
        right.push(Span::styled(format!("{}  ", words.get(lang)), app.theme.style(Role::Medium)));
    }
    let own =
        if reach == app.reach { "" } else { Words::new("(this folder) ", "（このフォルダー）").get(lang) };
    right.push(Span::styled(format!("{} {own}", word.get(lang)), app.theme.style(role)));
    let right = Line::from(right).alignment(Alignment::Right);
    let room = (area.width as usize).saturating_sub(right.width() + 1);
    let left_area = Rect { width: room as u16, ..area };
    paint::line(frame, left_area, left);
    frame.render_widget(Paragraph::new(right), area);
}

/// The footer: a toast, or the keys that matter here, by their rank, as many as fit; empty below a layer.
fn footer(app: &App, frame: &mut Frame, area: Rect) {
    if let Some(toast) = &app.toast {
        let (sign, role) = match toast.of {
            Told::Done => ("✓", Role::Good),
            Told::Note => ("·", Role::Info),
            Told::Failed => ("✗", Role::Error),
        };
        let text = cut_end(&show(&format!(" {sign} {}", toast.text)), usize::from(area.width));
        paint::line(frame, area, span(&text, app.theme.style(role)));
        return;
    }
    // Whatever lies over the screen says its own keys; these do nothing until it is closed.
    if !app.layers.is_empty() {
        return;
    }
    let scope = match app.mode {
        Mode::List => Scope::List,
        Mode::Inspect => Scope::Inspector,
    };
    let mut rows: Vec<_> =
        ACTIONS.iter().filter(|row| row.footer > 0 && (row.scope == scope || row.scope == Scope::Everywhere)).collect();
    rows.sort_by_key(|row| row.footer);
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for row in rows {
        let Some(key) = app.keymap.keys(row.action).first() else { continue };
        let help = row.help.get(app.lang);
        // The footer wants a word or two: up to the first colon or semicolon of the help line.
        let brief = help.split([':', ';', '：', '（', '／']).next().unwrap_or(help).trim();
        let key = key.to_string();
        let size = columns(&show(&key)) + columns(&show(brief)) + 4;
        if used + size > usize::from(area.width) {
            continue;
        }
        used += size;
        spans.push(Span::styled(key, app.theme.style(Role::Key)));
        spans.push(Span::styled(format!(" {brief}   "), app.theme.style(Role::Dim)));
    }
    paint::line(frame, area, spans);
}

/// Empties a place and frames it, for a box over the screen.
fn popup(app: &App, frame: &mut Frame, area: Rect, title: &str) -> Rect {
    // A wide character that reaches into the box from the left would take the box's border with it.
    if let Some(left) = area.x.checked_sub(1) {
        for y in area.y..area.y + area.height {
            let buffer = frame.buffer_mut();
            if buffer.cell((left, y)).is_some_and(|cell| columns(&show(cell.symbol())) > 1)
                && let Some(cell) = buffer.cell_mut((left, y))
            {
                cell.reset();
            }
        }
    }
    frame.render_widget(Clear, area);
    let room = usize::from(area.width).saturating_sub(2);
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(app.theme.style(Role::Focus))
        .title(span(&cut_end(&show(&format!(" {title} ")), room), app.theme.style(Role::Title)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}
