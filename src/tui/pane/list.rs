//! Draws the list with its preview.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::mailbox::Problem;
use crate::store::Mark;
use crate::text::{Shown, Words, columns, cut_end, cut_host, pad, show};
use crate::view::campaign::Campaign;
use crate::view::row::{AuthMark, RowOf, row as told};
use crate::view::{Piece, Tone};

use super::super::app::{App, Selected};
use super::super::inspect::{PREVIEW, pane};
use super::super::layout::{borders, list_screen};
use super::super::list::Row;
use super::super::theme::Role;
use super::document::Look;
use super::paint;

/// Draws the list screen.
pub(super) fn draw(app: &mut App, frame: &mut Frame) {
    let screen = list_screen(frame.area());
    super::top(app, frame, screen.top);
    let title = Words::new("Mails", "メール").get(app.lang);
    let order = format!("{} {}", Words::new("by", "順:").get(app.lang), sort_name(app));
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
    let verdict = pane(PREVIEW);
    let title = super::super::inspect::title(verdict, app.lang);
    let inside = super::framed(app, frame, area, title, "", false);
    if matches!(app.selected, Selected::Nothing) {
        return;
    }
    let position = super::super::inspect::Position::default();
    let look = Look { focused: false, cursor: false, search: "" };
    if app.patient {
        // For less than a frame's time: the cursor moves at once, and nothing flickers.
        return super::document::draw(app, frame, inside, app.inspector.before(), &position, look);
    }
    let doc = app.inspector.wants(verdict).then(|| app.pane_doc(verdict));
    app.inspector.laid(verdict, inside.width, 0, || doc.unwrap_or_default());
    if let Some(laid) = app.inspector.last(verdict) {
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
        50.. => Widths { score: true, date: 0, sender: 22, marks: false },
        _ => Widths { score: false, date: 0, sender: 20, marks: false },
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
        let mut text = format!("   {}", fit(Words::new("risk", "危険度").get(lang), 7));
        if columns.score {
            text.push_str(" %  ");
        }
        text.push_str("   ");
        if columns.date > 0 {
            text.push_str(&fit(Words::new("date", "日付").get(lang), columns.date + 1));
        }
        text.push_str(&fit(Words::new("sender", "差出人").get(lang), columns.sender + 1));
        text.push_str(Words::new("subject", "件名").get(lang));
        paint::line(frame, area, Span::styled(text, style));
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
            frame.buffer_mut().set_style(bar, base);
        }
        let size = app.list.campaign_size(index);
        // The row says only how many there are; senders are counted for the open mail.
        let campaign = (size > 1).then(|| Campaign { mails: size, ..Campaign::default() });
        paint::line(frame, place, line_of(app, (index, &row), campaign, &columns, width, base));
    }
    if app.list.order.is_empty() {
        let unlisted = app.list.unlisted.as_ref().filter(|_| app.list.rows.is_empty());
        let words = if unlisted.is_some() {
            Words::new("this folder cannot be read: {0}", "このフォルダーは読めません：{0}")
        } else if app.list.indexing.is_some() {
            Words::new("listing …", "一覧を作成中…")
        } else if app.list.rows.is_empty() {
            Words::new("no mail in this folder", "このフォルダーにメールはありません")
        } else {
            Words::new("no mail passes the filter; Esc clears it", "条件に合うメールはありません（Esc で解除）")
        };
        let place = Rect { y: top, height: 1, ..area };
        let role = if unlisted.is_some() { Role::Error } else { Role::Dim };
        let text = words.fill(app.lang, &[unlisted.map_or("", String::as_str)]);
        paint::line(frame, place, super::span(&cut_end(&show(&text), width), app.theme.style(role)));
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

fn line_of(
    app: &App,
    (index, row): (u32, &Row),
    campaign: Option<Campaign>,
    widths: &Widths,
    width: usize,
    base: Style,
) -> Line<'static> {
    let theme = app.theme;
    let told = told(
        &RowOf {
            summary: &row.summary,
            flags: row.entry.flags,
            problem: row.entry.problem.as_ref(),
            digest: row.digest(),
            mark: None,
            campaign,
        },
        &app.tz,
        app.lang,
    );
    let mut used = 0;
    let mut spans = Vec::new();
    let mut add = |text: &Shown, style: Style| {
        used += columns(text);
        spans.push(super::span(text, super::on(base, style)));
    };
    add(&show(if row.selected { "▌" } else { " " }), theme.style(Role::Accent));
    let (mark, mark_role) = match row.mark {
        Some(Mark::Malicious) => ("m", Role::High),
        Some(Mark::Suspicious) => ("s", Role::Medium),
        Some(Mark::Benign) => ("b", Role::Good),
        None if row.noted => ("n", Role::Info),
        None => (" ", Role::Dim),
    };
    add(&show(mark), theme.style(mark_role));
    add(&show(" "), Style::new());
    // A mail whose analysis failed is no mail without findings.
    let failed = row.brief.as_ref().is_some_and(|brief| brief.digest.is_none()) && row.entry.problem.is_none();
    let badge = if failed { show("BAD ✗") } else { told.badge.text };
    let badge_style = theme.tone(if failed { Tone::Error } else { told.badge.tone });
    add(&pad(&badge, 7), badge_style);
    if widths.score {
        add(&show(&format!("{:>3} ", told.score.as_str())), badge_style);
    }
    add(&pad(&cut_end(&told.flags, 2), 2), theme.style(Role::Dim));
    let partial = row.digest().is_some_and(|digest| digest.partial);
    add(&show(if row.entry.doubts.is_empty() && !partial { " " } else { "?" }), theme.style(Role::Medium));
    if widths.date > 0 {
        let date = told.date.as_str();
        let date = match widths.date {
            16.. => date,
            10.. => date.get(..10).unwrap_or(date),
            _ => date.get(5..10).unwrap_or_default(),
        };
        add(&pad(&show(date), widths.date + 1), theme.style(Role::Dim));
    }
    for (text, tone) in sender(&told.sender.pieces, widths.sender) {
        add(&text, theme.tone(tone));
    }
    add(&show(" "), Style::new());
    let marks =
        if widths.marks { show(&format!(" {} {}", pad(&told.campaign, 4), pad(&told.marks, 4))) } else { show("") };
    let room = width.saturating_sub(used + columns(&marks));
    let style = match (&row.entry.problem, row.entry.flags.seen) {
        (Some(Problem::Gone), _) => theme.style(Role::Dim),
        (Some(_), _) => theme.style(Role::Error),
        (None, true) => Style::new(),
        (None, false) => Style::new().add_modifier(Modifier::BOLD),
    };
    let subject = match (&row.entry.problem, &row.entry.file) {
        (Some(why), Some(file)) if *why != Problem::Gone => {
            show(&format!("{}: {}", file.to_string_lossy(), told.subject))
        }
        _ => match app.dead.get(&index) {
            // What happened, and what to do, stands before what the mail says of itself.
            Some(death) => {
                let keys = app.keymap.keys(super::super::action::Action::Enter);
                let key = keys.first().map(ToString::to_string).unwrap_or_default();
                show(&format!("{} · {}", death.brief(app.lang, &key), told.subject))
            }
            None => told.subject,
        },
    };
    spans.push(super::span(&pad(&subject, room), super::on(base, style)));
    let marks_role = match row.digest().map(|digest| digest.auth) {
        Some(AuthMark::Aligned) => Role::Good,
        Some(AuthMark::Failed) => Role::High,
        _ => Role::Accent,
    };
    spans.push(super::span(&marks, super::on(base, theme.style(marks_role))));
    Line::from(spans)
}

/// Name and address in exactly `width` columns: the registrable domain always shows, the name takes what is left.
pub(super) fn sender(pieces: &[Piece], width: usize) -> Vec<(Shown, Tone)> {
    let (names, hosts): (Vec<&Piece>, Vec<&Piece>) = pieces.iter().partition(|piece| piece.keep.is_none());
    let name: String = names.iter().map(|piece| piece.text.as_str()).collect();
    let name = show(name.trim_end());
    let Some(host) = hosts.first() else {
        let tone = names.first().map_or(Tone::Dim, |piece| piece.tone);
        return vec![(pad(&name, width), tone)];
    };
    let wanted = columns(&host.text);
    let gap = usize::from(!name.as_str().is_empty());
    // A third of the room is the name's, unless it needs less.
    let domain = host.keep.as_deref().map_or(0, |keep| columns(&show(keep)));
    let share = columns(&name).min(width / 3).min(width.saturating_sub(domain + 1 + gap));
    let address = cut_host(&host.text, host.keep.as_deref(), wanted.min(width.saturating_sub(share + gap)));
    let name = cut_end(&name, width.saturating_sub(columns(&address) + gap));
    let fill = width.saturating_sub(columns(&name) + gap + columns(&address));
    vec![
        (name, Tone::Text),
        (show(&" ".repeat(gap)), Tone::Text),
        (address, Tone::Link),
        (show(&" ".repeat(fill)), Tone::Text),
    ]
}
