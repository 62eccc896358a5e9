//! Draws what lies over the screen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::text::{Words, columns, cut_end, pad, show, wrap};
use crate::view::time;

use super::super::action::{ACTIONS, Scope};
use super::super::app::App;
use super::super::filter::TERMS;
use super::super::layer::palette::Palette;
use super::super::layer::{Confirm, Layer, Prompt, PromptKind};
use super::super::layout::centered;
use super::super::theme::Role;

/// Draws the layers, the top one last.
pub(super) fn draw(app: &App, frame: &mut Frame) {
    for layer in &app.layers {
        match layer {
            Layer::Help(palette) => help(app, frame, palette),
            Layer::Keys(scope) => keys(app, frame, *scope),
            Layer::Prompt(prompt) => self::prompt(app, frame, prompt),
            Layer::Confirm(confirm) => self::confirm(app, frame, confirm),
            Layer::Folders { cursor } => folders(app, frame, *cursor),
            Layer::Jobs { offset } => jobs(app, frame, *offset),
        }
    }
}

/// What the signs of the list mean.
const SIGNS: &[Words] = &[
    Words::new(
        "HIGH ▲  MED ◆  LOW ●  ok ·   the level; … not analyzed yet; BAD ✗ cannot be read",
        "HIGH ▲  MED ◆  LOW ●  ok ·   危険度。… は解析前、BAD ✗ は読めないメール",
    ),
    Words::new(
        "m s b n   your mark: malicious, suspicious, benign; a note",
        "m s b n   印: 悪質・疑わしい・無害、メモあり",
    ),
    Words::new(
        "N new  R replied  F flagged  P passed on  D draft  T trashed   ? a doubt about where it starts",
        "N 未読  R 返信済  F フラグ  P 転送済  D 下書き  T 削除   ? 区切りに疑問あり",
    ),
    Words::new(
        "×3 three mails of one campaign   A attachment   L link",
        "×3 同じ一連のメールが3通   A 添付   L リンク",
    ),
    Words::new(
        "✓ authentication agrees with From   ✗ it failed   ? only claimed",
        "✓ 認証が From と一致   ✗ 認証失敗   ? 申告のみ",
    ),
];

fn help(app: &App, frame: &mut Frame, palette: &Palette) {
    let area = centered(frame.area(), 84, frame.area().height.saturating_sub(2));
    let title =
        Words::new("Help: type to search, Enter runs, Esc closes", "ヘルプ: 入力で検索、Enter で実行、Esc で閉じる");
    let inside = super::popup(app, frame, area, title.get(app.lang));
    let line = show(palette.line.text());
    let prompt = Line::from(vec![
        Span::styled("› ", app.theme.style(Role::Key)),
        super::span(&line, app.theme.style(Role::Text)),
    ]);
    frame.render_widget(Paragraph::new(prompt), Rect { height: 1, ..inside });
    frame.set_cursor_position(Position::new(inside.x + 2 + palette.line.cursor() as u16, inside.y));
    let found = palette.found(&app.keymap, app.lang);
    let cursor = palette.cursor.min(found.len().saturating_sub(1));
    // Groups get a heading while nothing is searched.
    let mut lines: Vec<(Option<usize>, Line)> = Vec::new();
    let mut group = None;
    for (index, row) in found.iter().enumerate() {
        if palette.line.text().is_empty() && group != Some(row.group) {
            group = Some(row.group);
            let name = row.group.words().get(app.lang);
            lines.push((None, Line::from(Span::styled(name, app.theme.style(Role::Title)))));
        }
        let base = if index == cursor { app.theme.style(Role::Selection) } else { ratatui::style::Style::new() };
        let keys = pad(&show(&app.keymap.label(row.action)), 16);
        let room = usize::from(inside.width).saturating_sub(18);
        let text = pad(&show(row.help.get(app.lang)), room);
        lines.push((
            Some(index),
            Line::from(vec![
                Span::styled("  ", base),
                super::span(&keys, app.theme.style(Role::Key).patch(base)),
                super::span(&text, base),
            ]),
        ));
    }
    if palette.line.text().is_empty() {
        let heading = Words::new("Signs in the list", "一覧の記号").get(app.lang);
        lines.push((None, Line::from(Span::styled(heading, app.theme.style(Role::Title)))));
        for words in SIGNS {
            let text = show(&format!("  {}", words.get(app.lang)));
            lines.push((
                None,
                Line::from(super::span(&cut_end(&text, usize::from(inside.width)), app.theme.style(Role::Text))),
            ));
        }
    }
    let height = usize::from(inside.height).saturating_sub(2);
    let at = lines.iter().position(|(index, _)| *index == Some(cursor)).unwrap_or(0);
    let offset = (at + 2).saturating_sub(height).min(lines.len().saturating_sub(height));
    let body = Rect { y: inside.y + 2, height: height as u16, ..inside };
    let shown: Vec<Line> = lines.into_iter().skip(offset).take(height).map(|(_, line)| line).collect();
    if shown.is_empty() {
        let words = Words::new("no action is called that", "該当する操作はありません");
        frame.render_widget(Paragraph::new(Span::styled(words.get(app.lang), app.theme.style(Role::Dim))), body);
    }
    frame.render_widget(Paragraph::new(shown), body);
}

/// A which-key box at the foot of the screen: waits until a key is pressed.
fn keys(app: &App, frame: &mut Frame, scope: Scope) {
    let rows: Vec<_> = ACTIONS.iter().filter(|row| row.scope == scope).collect();
    let screen = frame.area();
    let each = 34.min(screen.width.saturating_sub(4)).max(1);
    let across = (screen.width.saturating_sub(4) / each).clamp(1, 4);
    let down = (rows.len() as u16).div_ceil(across);
    let height = (down + 2).min(screen.height);
    let area = Rect { x: 0, y: screen.height - height, width: screen.width, height };
    let title = match scope {
        Scope::Copy => {
            Words::new("Copy defanged: press a key, Esc closes", "無害化してコピー: キーを押す（Esc で閉じる）")
        }
        _ => Words::new("Sort: press a key, Esc closes", "並べ替え: キーを押す（Esc で閉じる）"),
    };
    let inside = super::popup(app, frame, area, title.get(app.lang));
    for (index, row) in rows.iter().enumerate() {
        let (x, y) = (index as u16 / down * each, index as u16 % down);
        if y >= inside.height {
            continue;
        }
        let keys = pad(&show(&app.keymap.label(row.action)), 4);
        let text = cut_end(&show(row.help.get(app.lang)), usize::from(each).saturating_sub(6));
        let line = Line::from(vec![
            super::span(&keys, app.theme.style(Role::Key)),
            super::span(&text, app.theme.style(Role::Text)),
        ]);
        let place =
            Rect { x: inside.x + x, y: inside.y + y, width: each.min(inside.width.saturating_sub(x)), height: 1 };
        frame.render_widget(Paragraph::new(line), place);
    }
}

/// The line to type into lies over the footer; the filter's terms above it.
fn prompt(app: &App, frame: &mut Frame, prompt: &Prompt) {
    let screen = frame.area();
    let area = Rect { x: 0, y: screen.height - 1, width: screen.width, height: 1 };
    frame.render_widget(Clear, area);
    let label = match prompt.kind {
        PromptKind::Filter => Words::new(" filter: ", " 絞り込み: "),
        PromptKind::Search => Words::new(" search: ", " 検索: "),
        PromptKind::Note(_) => Words::new(" note: ", " メモ: "),
    };
    let label = show(label.get(app.lang));
    let room = usize::from(area.width).saturating_sub(columns(&label) + 1);
    let text = show(prompt.line.text());
    // The end of a long line is what is being typed.
    let cursor = prompt.line.cursor();
    let shown = if columns(&text) > room {
        let skip = cursor.saturating_sub(room.saturating_sub(1));
        let mut used = 0;
        show(
            &text
                .as_str()
                .chars()
                .skip_while(|c| {
                    used += columns(&show(&c.to_string()));
                    used <= skip
                })
                .collect::<String>(),
        )
    } else {
        text
    };
    let line = Line::from(vec![
        super::span(&label, app.theme.style(Role::Key)),
        super::span(&cut_end(&shown, room), app.theme.style(Role::Text)),
    ]);
    frame.render_widget(Paragraph::new(line), area);
    let x = area.x + columns(&label) as u16 + (cursor.min(room.saturating_sub(1))) as u16;
    frame.set_cursor_position(Position::new(x, area.y));
    if prompt.kind == PromptKind::Filter && screen.height > 12 {
        let place = Rect { y: area.y - 1, ..area };
        frame.render_widget(Clear, place);
        let unknown = app.list.unknown_terms();
        let (text, role) = if unknown.is_empty() {
            (format!(" {TERMS}"), Role::Dim)
        } else {
            let words = Words::new(" not known: {0}.  {1}", " 不明な条件: {0}　{1}");
            (words.fill(app.lang, &[&unknown.join(" "), TERMS]), Role::Error)
        };
        let text = cut_end(&show(&text), usize::from(area.width));
        frame.render_widget(Paragraph::new(super::span(&text, app.theme.style(role))), place);
    }
}

fn confirm(app: &App, frame: &mut Frame, confirm: &Confirm) {
    let screen = frame.area();
    let width = screen.width.saturating_sub(6).min(96);
    let inner = usize::from(width).saturating_sub(4).max(1);
    let title: Vec<_> = wrap(&show(&confirm.title), inner);
    let lines: Vec<_> = confirm.lines.iter().flat_map(|line| wrap(&show(line), inner)).collect();
    let height = (lines.len() + title.len() + 5).min(usize::from(screen.height)) as u16;
    let area = centered(screen, width, height);
    let inside = super::popup(app, frame, area, "gosanke");
    let room = usize::from(inside.height).saturating_sub(title.len() + 3);
    let mut shown: Vec<Line> =
        title.iter().map(|text| Line::from(super::span(text, app.theme.style(Role::Title)))).collect();
    shown.push(Line::default());
    let offset = confirm.offset.min(lines.len().saturating_sub(room));
    shown.extend(
        lines.iter().skip(offset).take(room).map(|text| Line::from(super::span(text, app.theme.style(Role::Text)))),
    );
    frame.render_widget(Paragraph::new(shown), inside);
    let keys = if confirm.yes.is_some() {
        Words::new("y yes   n no   j k scroll", "y はい   n いいえ   j k スクロール")
    } else {
        Words::new("Esc closes   j k scroll", "Esc 閉じる   j k スクロール")
    };
    let foot = Rect { y: inside.y + inside.height.saturating_sub(1), height: 1.min(inside.height), ..inside };
    frame.render_widget(Paragraph::new(Span::styled(keys.get(app.lang), app.theme.style(Role::Key))), foot);
}

fn folders(app: &App, frame: &mut Frame, cursor: usize) {
    let screen = frame.area();
    let height = (app.folders.len() + 2).min(usize::from(screen.height)) as u16;
    let area = centered(screen, 70, height.max(3));
    let inside = super::popup(app, frame, area, Words::new("Folders", "フォルダー").get(app.lang));
    let room = usize::from(inside.height);
    let offset = (cursor + 1).saturating_sub(room);
    for (line, (index, folder)) in app.folders.iter().enumerate().skip(offset).take(room).enumerate() {
        let base = if index == cursor { app.theme.style(Role::Selection) } else { ratatui::style::Style::new() };
        let here = if index == usize::from(app.folder) { "• " } else { "  " };
        let text = pad(&show(&format!("{here}{}", folder.name)), usize::from(inside.width));
        let place = Rect { y: inside.y + line as u16, height: 1, ..inside };
        frame.render_widget(Paragraph::new(super::span(&text, base)), place);
    }
}

fn jobs(app: &App, frame: &mut Frame, offset: usize) {
    let screen = frame.area();
    let area = centered(screen, screen.width.saturating_sub(4).min(110), screen.height.saturating_sub(4));
    let inside = super::popup(app, frame, area, Words::new("Jobs: newest first", "ジョブ: 新しい順").get(app.lang));
    let mut lines = Vec::new();
    if let Some(progress) = app.list.indexing {
        let total = progress.total.map_or_else(|| "?".to_owned(), |total| total.to_string());
        let words = Words::new("running  listing: {0} of {1}", "実行中  一覧作成: {1} 中 {0}");
        lines.push((words.fill(app.lang, &[&progress.done.to_string(), &total]), Role::Info));
    }
    let rows = app.list.readable;
    if app.list.analyzed < rows {
        let words = Words::new("running  analysis: {0} of {1} mails", "実行中  解析: {1} 通中 {0} 通");
        lines.push((words.fill(app.lang, &[&app.list.analyzed.to_string(), &rows.to_string()]), Role::Info));
    }
    for job in app.jobs.iter().rev() {
        let role = if job.failed { Role::Error } else { Role::Text };
        let sign = if job.failed { "✗" } else { "✓" };
        lines.push((format!("{} {sign} {}", time::moment(job.at, &app.tz), job.text), role));
    }
    if lines.is_empty() {
        lines.push((Words::new("nothing has run yet", "まだ何も実行していません").get(app.lang).to_owned(), Role::Dim));
    }
    let shown: Vec<Line> = lines
        .iter()
        .skip(offset)
        .take(usize::from(inside.height))
        .map(|(text, role)| {
            Line::from(super::span(&cut_end(&show(text), usize::from(inside.width)), app.theme.style(*role)))
        })
        .collect();
    frame.render_widget(Paragraph::new(shown), inside);
}
