//! Every decision about sizes, in one place.

use ratatui::layout::{Constraint, Layout, Rect};

/// The smallest terminal that is drawn in; smaller ones get a message.
pub const SMALLEST: (u16, u16) = (40, 10);

/// What a size allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Under 40x10: a message only.
    TooSmall,
    /// Under 60 columns: one pane with tabs.
    One,
    /// 60 to 99 columns: a list strip and one pane.
    ListAndOne,
    /// From 100 columns: several side by side.
    SideBySide,
}

/// The shape for a size.
#[must_use]
pub fn shape(area: Rect) -> Shape {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        Shape::TooSmall
    } else if area.width < 60 {
        Shape::One
    } else if area.width < 100 {
        Shape::ListAndOne
    } else {
        Shape::SideBySide
    }
}

/// Whether panes have borders.
#[must_use]
pub fn borders(area: Rect) -> bool {
    area.height >= 14
}

/// The screen in list mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListScreen {
    /// Title line.
    pub top: Rect,
    /// The rows.
    pub list: Rect,
    /// The preview of the selected mail, where there is room.
    pub preview: Option<Rect>,
    /// Footer.
    pub footer: Rect,
}

/// Cuts the screen for the list.
#[must_use]
pub fn list_screen(area: Rect) -> ListScreen {
    let [top, middle, footer] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)]).areas(area);
    if middle.height < 18 || area.width < 60 {
        return ListScreen { top, list: middle, preview: None, footer };
    }
    let below = (middle.height * 2 / 5).clamp(7, 18);
    let [list, preview] = Layout::vertical([Constraint::Min(5), Constraint::Length(below)]).areas(middle);
    ListScreen { top, list, preview: Some(preview), footer }
}

/// The screen in the inspector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectorScreen {
    /// Title line.
    pub top: Rect,
    /// A strip of the list around the open mail.
    pub strip: Option<Rect>,
    /// Who, what and the verdict of the open mail.
    pub head: Rect,
    /// The tabs.
    pub tabs: Rect,
    /// The panes that are shown, by their index, with their places.
    pub panes: Vec<(usize, Rect)>,
    /// Footer.
    pub footer: Rect,
}

/// Index of the first four panes, which stand side by side, and of those that the other panes are shown beside.
pub const OVERVIEW: [usize; 4] = [0, 1, 2, 3];
const VERDICT: usize = 4;
const RAW: usize = 9;

/// Cuts the screen for the inspector. `focus` is the pane with the keys; `zoom` shows it alone.
#[must_use]
pub fn inspector_screen(area: Rect, focus: usize, zoom: bool) -> InspectorScreen {
    let shape = shape(area);
    let head_rows = if area.height >= 20 { 3 } else { 1 };
    let strip_rows = match (shape, area.height) {
        (Shape::SideBySide, 40..) if !zoom => 6,
        (Shape::ListAndOne, 24..) if !zoom => 5,
        _ => 0,
    };
    let [top, strip, head, tabs, rest, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(strip_rows),
        Constraint::Length(head_rows),
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let panes = if zoom || shape != Shape::SideBySide {
        vec![(focus, rest)]
    } else if OVERVIEW.contains(&focus) {
        let [upper, lower] = Layout::vertical([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(rest);
        let halves = |row: Rect| -> [Rect; 2] {
            Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(row)
        };
        let ([a, b], [c, d]) = (halves(upper), halves(lower));
        OVERVIEW.into_iter().zip([a, b, c, d]).collect()
    } else {
        let beside = if focus == RAW { VERDICT } else { RAW };
        let [left, right] = Layout::horizontal([Constraint::Percentage(55), Constraint::Percentage(45)]).areas(rest);
        vec![(focus, left), (beside, right)]
    };
    InspectorScreen { top, strip: (strip_rows > 0).then_some(strip), head, tabs, panes, footer }
}

/// The area inside a pane's frame, with a column of air where there is room for it.
#[must_use]
pub fn inside(area: Rect, borders: bool) -> Rect {
    if borders {
        Rect {
            x: area.x.saturating_add(2),
            y: area.y.saturating_add(1),
            width: area.width.saturating_sub(4),
            height: area.height.saturating_sub(2),
        }
    } else {
        area
    }
}

/// A box in the middle of the screen, never larger than it.
#[must_use]
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_stand_side_by_side_from_a_hundred_columns() {
        for (width, panes) in [(99, 1), (100, 4), (160, 4)] {
            assert_eq!(inspector_screen(Rect::new(0, 0, width, 30), 0, false).panes.len(), panes, "{width}");
        }
        assert_eq!(inspector_screen(Rect::new(0, 0, 160, 45), 0, true).panes.len(), 1, "zoom shows one");
    }

    #[test]
    fn the_source_stands_beside_the_panes_that_jump_into_it() {
        for focus in 4..9 {
            let screen = inspector_screen(Rect::new(0, 0, 120, 40), focus, false);
            assert_eq!(screen.panes.iter().map(|(pane, _)| *pane).collect::<Vec<_>>(), [focus, 9]);
        }
    }

    #[test]
    fn nothing_reaches_past_the_screen_at_any_size() {
        for width in 0..170 {
            for height in [0, 1, 9, 10, 13, 14, 19, 20, 30, 45] {
                let area = Rect::new(0, 0, width, height);
                let list = list_screen(area);
                let mut all = vec![list.top, list.list, list.footer];
                all.extend(list.preview);
                for focus in 0..10 {
                    let screen = inspector_screen(area, focus, false);
                    all.extend([screen.top, screen.head, screen.tabs, screen.footer]);
                    all.extend(screen.strip);
                    all.extend(screen.panes.iter().map(|(_, place)| *place));
                }
                for place in all {
                    assert_eq!(place.intersection(area), place, "{area:?}");
                }
            }
        }
    }
}
