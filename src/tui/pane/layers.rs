//! Draws what lies over the screen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::text::{Words, columns, cut_end, pad, show, wrap};
use crate::view::Doc;

use super::super::action::{ACTIONS, Action, Scope};
use super::super::app::App;
use super::super::filter::TERMS;
use super::super::layer::palette::Palette;
use super::super::layer::sheet::Sheet;
use super::super::layer::{Confirm, Layer, PlanLayer, Prompt, PromptKind, WhoLayer};
use super::super::layout::centered;
use super::super::theme::Role;
use super::document::{Look, edges};

/// Draws the layers, the top one last.
pub(super) fn draw(app: &mut App, frame: &mut Frame) {
    // A sheet learns its size here; what it says comes from the rest of the state.
    let mut layers = std::mem::take(&mut app.layers);
    for layer in &mut layers {
        match layer {
            Layer::Help(palette) => help(app, frame, palette),
            Layer::Keys(scope) => keys(app, frame, *scope),
            Layer::Prompt(prompt) => self::prompt(app, frame, prompt),
            Layer::Confirm(confirm) => self::confirm(app, frame, confirm),
            Layer::Folders { cursor } => folders(app, frame, *cursor),
            Layer::Jobs(sheet) => jobs(app, frame, sheet),
            Layer::Plan(layer) => plan(app, frame, layer),
            Layer::Who(layer) => who(app, frame, layer),
        }
    }
    app.layers = layers;
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
        "N new  R replied  F flagged  P passed on  D draft  T trashed",
        "N 未読  R 返信済  F フラグ  P 転送済  D 下書き  T 削除",
    ),
    Words::new(
        "?         not read as it stands: uncertain where it begins or ends, or a limit was hit",
        "?         そのままには読めないメール: 区切りが不確か、または上限に達した",
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
    let below = lines.len() > offset + height;
    let shown: Vec<Line> = lines.into_iter().skip(offset).take(height).map(|(_, line)| line).collect();
    if shown.is_empty() {
        let words = Words::new("no action is called that", "該当する操作はありません");
        frame.render_widget(Paragraph::new(Span::styled(words.get(app.lang), app.theme.style(Role::Dim))), body);
    }
    frame.render_widget(Paragraph::new(shown), body);
    edges(app, frame, body, offset > 0, below);
}

/// A which-key box at the foot of the screen: waits until a key is pressed.
fn keys(app: &App, frame: &mut Frame, scope: Scope) {
    let rows: Vec<_> = ACTIONS.iter().filter(|row| row.scope == scope).collect();
    let screen = frame.area();
    // As wide as the longest line, where there is room.
    let longest = rows.iter().map(|row| columns(&show(row.help.get(app.lang))) as u16 + 6).max().unwrap_or(1);
    let each = longest.max(34).min(screen.width.saturating_sub(4)).max(1);
    let across = (screen.width.saturating_sub(4) / each).clamp(1, 4);
    let down = (rows.len() as u16).div_ceil(across);
    let height = (down + 2).min(screen.height);
    let area = Rect { x: 0, y: screen.height - height, width: screen.width, height };
    let title = match scope {
        Scope::Copy => {
            Words::new("Copy defanged: press a key, Esc closes", "無害化してコピー: キーを押す（Esc で閉じる）")
        }
        Scope::Reach => Words::new(
            "How far may questions go? Capitals: this folder only",
            "どこまで照会してよいか（大文字はこのフォルダーのみ）",
        ),
        Scope::Save => Words::new(
            "Save: press a key; you are asked before it is written",
            "保存: キーを押す（書き込む前に確認します）",
        ),
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
        PromptKind::Filter => Words::new(" filter: ", " 絞り込み: ").get(app.lang).to_owned(),
        PromptKind::Search => Words::new(" search: ", " 検索: ").get(app.lang).to_owned(),
        // A mark moves the cursor on: whoever writes sees for which mail.
        PromptKind::Note(_) => {
            let subject = app.list.current().map(|row| row.summary.subject).unwrap_or_default();
            let subject = cut_end(&show(&subject), usize::from(area.width) / 3);
            Words::new(" note on \"{0}\": ", " 「{0}」のメモ: ").fill(app.lang, &[subject.as_str()])
        }
    };
    let label = show(&label);
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
        let unknown = app.list.unknown_terms();
        let (text, role) = if let Some((term, why)) = app.list.refused_terms().first() {
            (format!(" {term}  {}", why.words(app.lang)), Role::Error)
        } else if let (true, [term, ..]) = (unknown.is_empty(), app.list.plain_terms()) {
            let words = Words::new(
                " {0}: no such condition, looked for as a word.  {1}",
                " {0} という条件はないため、文字列として探します　{1}",
            );
            (words.fill(app.lang, &[term, TERMS.get(app.lang)]), Role::Info)
        } else if unknown.is_empty() {
            (format!(" {}", TERMS.get(app.lang)), Role::Dim)
        } else {
            let words = Words::new(" not known: {0}.  {1}", " 不明な条件: {0}　{1}");
            (words.fill(app.lang, &[&unknown.join(" "), TERMS.get(app.lang)]), Role::Error)
        };
        // Where the screen is narrow, the lines of the list give way.
        let room = usize::from(screen.height / 5).max(1);
        let mut lines = wrap(&show(&text), usize::from(area.width).max(1));
        lines.truncate(room);
        let height = (lines.len() as u16).min(area.y);
        let place = Rect { y: area.y - height, height, ..area };
        frame.render_widget(Clear, place);
        let lines: Vec<Line> = lines.iter().map(|line| Line::from(super::span(line, app.theme.style(role)))).collect();
        frame.render_widget(Paragraph::new(lines), place);
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
    let scrolled = Rect { y: inside.y + shown.len() as u16, height: room as u16, ..inside };
    shown.extend(
        lines.iter().skip(offset).take(room).map(|text| Line::from(super::span(text, app.theme.style(Role::Text)))),
    );
    frame.render_widget(Paragraph::new(shown), inside);
    edges(app, frame, scrolled, offset > 0, lines.len() > offset + room);
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
    edges(app, frame, inside, offset > 0, app.folders.len() > offset + room);
}

/// A document in a box as high as it needs, its keys on the last line.
fn sheet(app: &App, frame: &mut Frame, title: &str, keys: &str, sheet: &mut Sheet, doc: impl FnOnce() -> Doc) {
    let screen = frame.area();
    let (by, down) = if screen.width >= 100 { (8, 4) } else { (0, 2) };
    let (width, most) = (screen.width.saturating_sub(by), screen.height.saturating_sub(down));
    sheet.lay(width.saturating_sub(4), doc);
    let height = (sheet.laid().rows.len() + 4).clamp(8, usize::from(most).max(8)) as u16;
    let area = centered(screen, width, height);
    let title = cut_end(&show(title), usize::from(width).saturating_sub(6));
    let inside = super::popup(app, frame, area, title.as_str());
    let keys = cut_end(&show(keys), usize::from(inside.width));
    let foot = Rect { y: inside.y + inside.height.saturating_sub(1), height: 1.min(inside.height), ..inside };
    frame.render_widget(Paragraph::new(super::span(&keys, app.theme.style(Role::Key))), foot);
    let room = Rect { height: inside.height.saturating_sub(2), ..inside };
    sheet.fit(room.height);
    let look = Look { focused: true, cursor: true, search: "" };
    super::document::draw(app, frame, room, sheet.laid(), sheet.position(), look);
}

fn jobs(app: &App, frame: &mut Frame, jobs: &mut Sheet) {
    let title = Words::new("Jobs: what runs and how it ended", "ジョブ: 実行中と結果");
    let keys = Words::new(
        "x call off   X call off all   Esc closes   j k move",
        "x 取り消し   X すべて取り消し   Esc 閉じる   j k 移動",
    );
    sheet(app, frame, title.get(app.lang), keys.get(app.lang), jobs, || app.jobs_doc());
}

fn plan(app: &App, frame: &mut Frame, layer: &mut PlanLayer) {
    let keys = if layer.plan.replay {
        Words::new("Esc closes   j k move", "Esc 閉じる   j k 移動")
    } else {
        Words::new(
            "Space mark   a all   n none   Enter send marked   Esc closes",
            "Space 選択   a すべて   n なし   Enter 選択分を送信   Esc 閉じる",
        )
    };
    let PlanLayer { title, plan, sheet: place } = layer;
    sheet(app, frame, title, keys.get(app.lang), place, || crate::view::plan::doc(plan, app.lang));
}

fn who(app: &App, frame: &mut Frame, layer: &mut WhoLayer) {
    let title = Words::new("Who: {0}", "素性: {0}").fill(app.lang, &[&layer.named.title()]);
    let keys = [Action::AskMail, Action::Who, Action::CopyMenu]
        .map(|action| app.keymap.keys(action).first().map(ToString::to_string).unwrap_or_default());
    let words = Words::new(
        "{0} ask   {1} look closer   {2} copy   Esc closes   j k move",
        "{0} 照会   {1} さらに調べる   {2} コピー   Esc 閉じる   j k 移動",
    );
    let keys = words.fill(app.lang, &[&keys[0], &keys[1], &keys[2]]);
    let WhoLayer { named, sheet: place } = layer;
    sheet(app, frame, &title, &keys, place, || app.who_doc(named));
}
