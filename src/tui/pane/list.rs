//! Draws the list with its preview.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::store::Mark;
use crate::text::{Words, columns, cut_end, pad, show};
use crate::view::row::{Authentication, badge};
use crate::view::time;

use super::super::app::{App, Selected};
use super::super::inspect::pane;
use super::super::layout::{borders, list_screen};
use super::super::list::Row;
use super::super::theme::Role;
use super::document::Look;

/// Draws the list screen.
pub(super) fn draw(app: &mut App, frame: &mut Frame) {
    let screen = list_screen(frame.area());
    super::top(app, frame, screen.top);
    let title = Words::new("Mails", "メール").get(app.lang);
    let order = format!(
        "{} {}",
        Words::new("by", "順:").get(app.lang),
        sort_name(app),
    );
    let inside = super::framed(app, frame, screen.list, title, &order, true);
    rows(app, frame, inside, true);
    if let Some(place) = screen.preview {
        preview(app, frame, place);
    }
    super::footer(app, frame, screen.footer);
}

fn sort_name(app: &App) -> String {
    let words = match app.list.sort {
        super::super::list::Sort::Date => Words::new("date", "日付"),
        super::super::list::Sort::Score => Words::new("score", "スコア"),
        super::super::list::Sort::Sender => Words::new("sender", "差出人"),
        super::super::list::Sort::Subject => Words::new("subject", "件名"),
        super::super::list::Sort::Mailbox => Words::new("mailbox", "メールボックス"),
    };
    let arrow = if app.list.reverse { " ↑" } else { " ↓" };
    format!("{}{arrow}", words.get(app.lang))
}

/// The verdict of the mail under the cursor, below the list.
fn preview(app: &mut App, frame: &mut Frame, area: Rect) {
    let verdict = pane("verdict");
    let title = super::super::inspect::title(verdict, app.lang);
    let inside = super::framed(app, frame, area, title, "", false);
    if matches!(app.selected, Selected::Nothing) {
        return;
    }
    let doc = app.inspector.wants(verdict).then(|| app.pane_doc(verdict));
    app.inspector.laid(verdict, inside.width, 0, || doc.unwrap_or_default());
    let position = super::super::inspect::Position::default();
    if let Some(laid) = app.inspector.last(verdict) {
        let look = Look { focused: false, cursor: false, search: "" };
        super::document::draw(app, frame, inside, laid, &position, look);
    }
}

/// Widths of the columns for a width of the list.
struct Widths {
    score: bool,
    date: usize,
    sender: usize,
    marks: bool,
}

fn widths(width: usize) -> Widths {
    match width {
        120.. => Widths { score: true, date: 16, sender: 42, marks: true },
        90.. => Widths { score: true, date: 10, sender: 32, marks: true },
        64.. => Widths { score: true, date: 5, sender: 26, marks: true },
        _ => Widths { score: false, date: 0, sender: 18, marks: false },
    }
}

/// Draws rows around the cursor. The first line holds the titles of the columns where `head` asks for it.
pub(super) fn rows(app: &mut App, frame: &mut Frame, area: Rect, head: bool) {
    if area.height == 0 {
        return;
    }
    let head = head && area.height > 3;
    let height = area.height - u16::from(head);
    app.list.fit(usize::from(height));
    let width = usize::from(area.width);
    let columns = widths(width);
    if head {
        let style = app.theme.style(Role::Dim);
        let lang = app.lang;
        let mut text = format!("  {}", fit(Words::new("risk", "危険度").get(lang), 6));
        if columns.score {
            text.push_str(" %  ");
        }
        text.push_str("   ");
        if columns.date > 0 {
            text.push_str(&fit(Words::new("date", "日付").get(lang), columns.date + 1));
        }
        text.push_str(&fit(Words::new("sender", "差出人").get(lang), columns.sender + 1));
        text.push_str(Words::new("subject", "件名").get(lang));
        frame.render_widget(Paragraph::new(Span::styled(text, style)), Rect { height: 1, ..area });
    }
    let top = area.y + u16::from(head);
    let visible: Vec<(usize, u32)> =
        app.list.order.iter().copied().enumerate().skip(app.list.offset).take(usize::from(height)).collect();
    for (line, (position, index)) in visible.into_iter().enumerate() {
        let Some(row) = app.list.row(index) else { continue };
        let place = Rect { y: top + line as u16, height: 1, ..area };
        let current = position == app.list.cursor;
        let base = if current { app.theme.style(Role::Selection) } else { Style::new() };
        if current {
            let bar = Rect { x: place.x.saturating_sub(1), width: place.width + 2, ..place };
            frame.buffer_mut().set_style(bar.intersection(frame.area()), base);
        }
        let campaign = app.list.campaign(index);
        frame.render_widget(Paragraph::new(line_of(app, row, campaign, &columns, width, base)), place);
    }
    if app.list.order.is_empty() {
        let words = if app.list.indexing.is_some() {
            Words::new("listing …", "一覧を作成中…")
        } else if app.list.rows.is_empty() {
            Words::new("no mail in this folder", "このフォルダーにメールはありません")
        } else {
            Words::new("no mail passes the filter; Esc clears it", "条件に合うメールはありません（Esc で解除）")
        };
        let place = Rect { y: top, height: 1, ..area };
        frame.render_widget(Paragraph::new(Span::styled(words.get(app.lang), app.theme.style(Role::Dim))), place);
    }
    if !borders(frame.area()) {
        return;
    }
    let edge = area.x + area.width;
    let dim = app.theme.style(Role::Dim);
    if app.list.offset > 0 {
        frame.buffer_mut().set_string(edge, top, "↑", dim);
    }
    if app.list.offset + usize::from(height) < app.list.order.len() {
        frame.buffer_mut().set_string(edge, area.y + area.height - 1, "↓", dim);
    }
}

/// A label cut or filled to a number of columns.
fn fit(text: &str, width: usize) -> String {
    pad(&show(text), width).as_str().to_owned()
}

fn line_of(app: &App, row: &Row, campaign: u32, widths: &Widths, width: usize, base: Style) -> Line<'static> {
    let theme = app.theme;
    let mut spans = Vec::new();
    let mut used = 0;
    let mut add = |spans: &mut Vec<Span<'static>>, text: &str, style: Style| {
        let text = show(text);
        used += columns(&text);
        spans.push(Span::styled(text.as_str().to_owned(), style.patch(base)));
    };
    let chosen = if row.selected { "▌" } else { " " };
    add(&mut spans, chosen, theme.style(Role::Accent));
    let (mark, mark_role) = match row.mark {
        Some(Mark::Malicious) => ("m", Role::High),
        Some(Mark::Suspicious) => ("s", Role::Medium),
        Some(Mark::Benign) => ("b", Role::Good),
        None if row.noted => ("n", Role::Info),
        None => (" ", Role::Dim),
    };
    add(&mut spans, mark, theme.style(mark_role));
    let level = row.brief.as_ref().filter(|brief| !brief.failed).map(|brief| brief.level);
    let (label, style) = match (&row.entry.problem, level) {
        (Some(_), _) => ("ERR  ✗", theme.style(Role::Error)),
        (None, Some(level)) => (badge(level), theme.level(level)),
        (None, None) if row.brief.is_some() => ("ERR  ✗", theme.style(Role::Error)),
        (None, None) => ("…", theme.style(Role::Dim)),
    };
    add(&mut spans, &fit(label, 7), style);
    if widths.score {
        let score = row.brief.as_ref().filter(|brief| !brief.failed).map(|brief| brief.score.to_string());
        add(&mut spans, &format!("{:>3} ", score.unwrap_or_default()), style);
    }
    let flags = row.entry.flags;
    let flag = if flags.trashed {
        "D"
    } else if flags.flagged {
        "!"
    } else if flags.replied {
        "r"
    } else if flags.seen {
        " "
    } else {
        "N"
    };
    add(&mut spans, flag, theme.style(Role::Dim));
    add(&mut spans, if row.entry.doubts.is_empty() { " " } else { "?" }, theme.style(Role::Medium));
    if widths.date > 0 {
        let date = row.date.map(|seconds| time::moment(seconds, &app.tz)).unwrap_or_default();
        let date = match widths.date {
            16.. => date.get(..16).unwrap_or(&date).to_owned(),
            10.. => date.get(..10).unwrap_or(&date).to_owned(),
            _ => date.get(5..10).unwrap_or_default().to_owned(),
        };
        add(&mut spans, &fit(&date, widths.date + 1), theme.style(Role::Dim));
    }
    for (text, style) in sender(app, row, widths.sender) {
        add(&mut spans, &text, style);
    }
    add(&mut spans, " ", Style::new());
    let marks = if widths.marks { marks_of(app, row, campaign) } else { Vec::new() };
    let marks_width: usize = marks.iter().map(|(text, _)| columns(&show(text))).sum();
    let room = width.saturating_sub(used + marks_width + usize::from(marks_width > 0));
    let mut subject = match &row.entry.problem {
        Some(problem) => format!("{}: {problem}", row.entry.file.as_ref().map(|file| file.to_string_lossy()).unwrap_or_default()),
        None if row.subject.is_empty() => Words::new("(no subject)", "（件名なし）").get(app.lang).to_owned(),
        None => row.subject.to_string(),
    };
    if row.subject.len() > 4096 {
        subject = subject.chars().take(1024).collect();
    }
    let subject_style = if row.entry.problem.is_some() {
        theme.style(Role::Error)
    } else if flags.seen {
        Style::new()
    } else {
        Style::new().add_modifier(Modifier::BOLD)
    };
    let style = subject_style.patch(base);
    spans.push(Span::styled(pad(&show(&subject), room).as_str().to_owned(), style));
    if !marks.is_empty() {
        spans.push(Span::styled(" ", base));
        spans.extend(marks.into_iter().map(|(text, style)| Span::styled(text, style.patch(base))));
    }
    Line::from(spans)
}

/// Name and registrable domain in `width` columns: the domain always shows, the name takes what is left.
fn sender(app: &App, row: &Row, width: usize) -> Vec<(String, Style)> {
    let theme = app.theme;
    let domain = row
        .registrable
        .as_deref()
        .or_else(|| row.address.rsplit_once('@').map(|(_, host)| host))
        .unwrap_or_default()
        .to_owned();
    let name = if row.name.is_empty() { row.address.split('@').next().unwrap_or_default() } else { &row.name };
    let domain = show(&format!("‹{}›", if domain.is_empty() { "?" } else { &domain }));
    let domain = crate::text::cut_host(&domain, None, width);
    let room = width.saturating_sub(columns(&domain) + 1);
    let name = cut_end(&show(&name.chars().take(200).collect::<String>()), room);
    let fill = width.saturating_sub(columns(&name) + 1 + columns(&domain));
    if room < 4 {
        return vec![(pad(&domain, width).as_str().to_owned(), theme.style(Role::Link))];
    }
    vec![
        (name.as_str().to_owned(), Style::new()),
        (" ".to_owned(), Style::new()),
        (domain.as_str().to_owned(), theme.style(Role::Link)),
        (" ".repeat(fill), Style::new()),
    ]
}

/// Marks at the right end: campaign, attachment, links, authentication.
fn marks_of(app: &App, row: &Row, campaign: u32) -> Vec<(String, Style)> {
    let theme = app.theme;
    let Some(brief) = &row.brief else { return Vec::new() };
    let mut marks = Vec::new();
    if campaign > 1 {
        marks.push((format!("×{campaign} "), theme.style(Role::Accent)));
    }
    marks.push((if brief.attachments { "+" } else { " " }.to_owned(), theme.style(Role::Accent)));
    marks.push((if brief.links { "@" } else { " " }.to_owned(), theme.style(Role::Link)));
    let (glyph, role) = match brief.authentication {
        Authentication::Pass => ("✓", Role::Good),
        Authentication::Fail => ("✗", Role::High),
        Authentication::Nothing => ("-", Role::Dim),
    };
    marks.push((glyph.to_owned(), theme.style(role)));
    marks
}
