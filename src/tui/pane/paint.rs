//! Puts lines of text into the cells of a frame: letters of ASCII one by one, everything else as ratatui does. A frame is a few
//! hundred lines, nearly all of them ASCII, and finding the borders of their graphemes was a fifth of its time. Never wraps,
//! and never leaves its place.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Puts one line into the first row of a place, as a paragraph of it would look that is aligned to the left.
pub(super) fn line<'a>(frame: &mut Frame, place: Rect, line: impl Into<Line<'a>>) {
    put(frame.buffer_mut(), place, &line.into());
}

/// Puts lines into a place, each in a row of its own.
pub(super) fn lines(frame: &mut Frame, place: Rect, lines: &[Line]) {
    for (line, y) in lines.iter().zip(place.y..place.y.saturating_add(place.height)) {
        put(frame.buffer_mut(), Rect { y, height: 1, ..place }, line);
    }
}

fn put(buffer: &mut Buffer, place: Rect, line: &Line) {
    let place = place.intersection(buffer.area);
    if place.is_empty() {
        return;
    }
    let (mut x, end) = (place.x, place.x + place.width);
    for span in &line.spans {
        let style = line.style.patch(span.style);
        let (plain, rest) = ascii(&span.content);
        let from = buffer.index_of(x, place.y);
        let count = plain.len().min(usize::from(end - x));
        for (cell, letter) in buffer.content.iter_mut().skip(from).take(count).zip(plain.chars()) {
            #[allow(clippy::disallowed_methods, reason = "none of these is a control character, see `ascii`")]
            cell.set_char(letter).set_style(style);
        }
        x += count as u16;
        if x < end && !rest.is_empty() {
            let room = usize::from(end - x);
            (x, _) = buffer.set_stringn(x, place.y, rest, room, style);
            // A wide letter that found no room ends the line.
            if Span::raw(rest).width() > room {
                return;
            }
        }
        if x >= end {
            return;
        }
    }
}

/// The beginning of a text in which every byte is one cell, and the rest. The last letter before another script belongs to the
/// rest: an accent may follow that stands on it.
fn ascii(text: &str) -> (&str, &str) {
    let plain = text.bytes().take_while(|byte| matches!(byte, b' '..=b'~')).count();
    let end = if plain == text.len() { plain } else { plain.saturating_sub(1) };
    text.split_at_checked(end).unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier, Style};
    use ratatui::widgets::{Paragraph, Widget};

    fn looks() -> impl Strategy<Value = Style> {
        prop_oneof![
            Just(Style::new()),
            Just(Style::new().fg(Color::Red)),
            Just(Style::new().bg(Color::Blue).add_modifier(Modifier::BOLD)),
        ]
    }

    #[test]
    fn texts_are_as_wide_as_they_are_drawn() {
        for (text, columns) in
            [("ｶﾞｲﾄﾞ", 5), ("ﾊﾟｿｺﾝ", 5), ("ﾞ", 1), ("a\u{ff9f}", 2), ("ガイド", 6), ("カ\u{3099}", 2), ("é日👍🏽", 5)]
        {
            let shown = crate::text::show(text);
            let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
            let (end, _) = buffer.set_stringn(0, 0, shown.as_str(), 20, Style::new());
            assert_eq!((crate::text::columns(&shown), usize::from(end)), (columns, columns), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_line_looks_as_a_paragraph_of_it_does(
            spans in prop::collection::vec(("[ -~é日本a\u{301}👍🏽│\u{200d}]{0,12}", looks()), 0..6),
            // A letter that is wider than the whole place is left out by ratatui, which then goes on.
            (x, y, width) in (0_u16..14, 0_u16..3, 6_u16..30),
        ) {
            let area = Rect::new(0, 0, 24, 2);
            let place = Rect { x, y, width, height: 1 };
            let spans = spans.into_iter().map(|(text, style)| Span::styled(text, style)).collect::<Vec<_>>();
            let line = Line::from(spans);
            let (mut own, mut usual) = (Buffer::empty(area), Buffer::empty(area));
            put(&mut own, place, &line);
            Paragraph::new(line).render(place, &mut usual);
            prop_assert_eq!(own, usual);
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_into_a_cell() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
        let text = "a\u{1b}[31mb\u{7f}c\u{9b}2Jd\r\n\u{0}e";
        let place = buffer.area;
        put(&mut buffer, place, &Line::from(vec![Span::raw(text), Span::raw("\u{1b}"), Span::raw("f")]));
        assert!(buffer.content.iter().all(|cell| !cell.symbol().chars().any(char::is_control)), "{buffer:?}");
    }

    #[test]
    fn letters_with_accents_go_the_patient_way() {
        assert_eq!(ascii("plain text"), ("plain text", ""));
        assert_eq!(ascii("cafe\u{301}s"), ("caf", "e\u{301}s"));
        assert_eq!(ascii("日本"), ("", "日本"));
        assert_eq!(ascii(""), ("", ""));
        assert_eq!(ascii("a\tb"), ("", "a\tb"));
    }
}
