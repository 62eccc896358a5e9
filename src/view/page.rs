//! An HTML part as lines of text: block elements end a line, scripts and styles are left out. It knows nothing of what
//! is visible; the pane marks what evidence found hidden.

use crate::message::html::{Event, read};

/// Characters that are kept of one part.
const CHARACTERS: usize = 400_000;

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// The text of a page.
#[must_use]
pub(super) fn text(html: &str) -> String {
    let mut out = String::new();
    // The element whose contents are not text; they do not nest.
    let mut skipped: Option<String> = None;
    read(html, |event| {
        if out.len() > CHARACTERS {
            return;
        }
        match event {
            Event::Open(tag) => {
                if skipped.is_none() && matches!(tag.name, "script" | "style" | "title" | "noembed") {
                    skipped = Some(tag.name.to_owned());
                }
                if BLOCKS.contains(&tag.name) {
                    end_line(&mut out);
                } else if matches!(tag.name, "td" | "th") {
                    blank(&mut out);
                } else if tag.name == "img" {
                    if let Some(alt) = tag.get("alt").map(str::trim).filter(|alt| !alt.is_empty()) {
                        push(&mut out, &format!("[{alt}]"));
                    }
                } else if tag.name == "input" {
                    let kind = tag.get("type").unwrap_or("text");
                    if kind != "hidden" {
                        push(&mut out, &format!("[{kind}: ____]"));
                    }
                }
            }
            Event::Close(name) => {
                if skipped.as_deref() == Some(name) {
                    skipped = None;
                }
                if BLOCKS.contains(&name) {
                    end_line(&mut out);
                }
            }
            Event::Text(text, _) if skipped.is_none() => push(&mut out, text),
            Event::Text(..) | Event::Comment(..) => {}
        }
    });
    out
}

/// Adds text with its blanks made one, as a browser does.
fn push(out: &mut String, text: &str) {
    if text.starts_with(char::is_whitespace) {
        blank(out);
    }
    let mut first = true;
    for word in text.split_whitespace() {
        if !first {
            out.push(' ');
        }
        out.push_str(word);
        first = false;
    }
    if !first && text.ends_with(char::is_whitespace) {
        blank(out);
    }
}

fn blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with([' ', '\n']) {
        out.push(' ');
    }
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_lines_and_scripts_are_left_out() {
        let html = "<html><head><title>no</title><style>p{}</style></head><body><p>Dear\n  customer,<br>pay &amp; go</p>\
                    <table><tr><td>a<td>b</tr></table><script>evil()</script><img src=x alt=\" Logo \"><input type=password>";
        assert_eq!(text(html), "Dear customer,\npay & go\na b\n[Logo][password: ____]");
    }

    #[test]
    fn an_open_script_swallows_the_rest_as_in_a_browser() {
        assert_eq!(text("a<script>b<p>c"), "a");
    }
}
