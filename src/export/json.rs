//! One JSON line a message, schema 1.
//!
//! | field | type | what |
//! | --- | --- | --- |
//! | `schema` | number | 1 |
//! | `path` | string | the file, as given on the command line and found below it |
//! | `offset` | number | mbox only: byte of the `From ` line in the (unpacked) file |
//! | `sha256` | string | of the message's bytes, mbox quoting undone, line ends as LF |
//! | `date` | string or null | RFC 3339, UTC, from Date or else the newest Received |
//! | `from` | string or null | the address as it should be read |
//! | `subject` | string | decoded |
//! | `score` | number | 0 to 100: the probability in percent, five decimals |
//! | `level` | string | `clean`, `low`, `medium`, `high` |
//! | `findings` | array | `{"id": ...}`, heaviest first |
//! | `error` | string | only where the message could not be read; then nothing of the above but `schema`, `path`, `offset` |
//!
//! The output is safe to look at in a terminal: what is not printable stands as `\uXXXX`, so that nothing is lost.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::message::Summary;
use crate::text::show;
use crate::verdict::Level;

/// A line.
#[derive(Debug, Serialize)]
pub struct Record<'a> {
    schema: u8,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Message<'a> {
    sha256: String,
    date: Option<String>,
    from: Option<&'a str>,
    subject: &'a str,
    score: f64,
    level: Level,
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    id: &'static str,
}

/// The line of a message.
#[must_use]
pub fn message(path: &str, offset: Option<u64>, summary: &Summary, analysis: &Analysis) -> String {
    let date = summary.date.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    line(&Record {
        schema: 1,
        path,
        offset,
        message: Some(Message {
            sha256: analysis.identity.to_string(),
            date: date.map(|date| date.to_string()),
            from: Some(summary.address.as_str()).filter(|address| !address.is_empty()),
            subject: &summary.subject,
            score: analysis.verdict.percent(),
            level: analysis.verdict.level,
            findings: analysis.verdict.findings.iter().map(|finding| Finding { id: finding.rule.id }).collect(),
        }),
        error: None,
    })
}

/// The line of a message that could not be read.
#[must_use]
pub fn error(path: &str, offset: Option<u64>, why: &str) -> String {
    line(&Record { schema: 1, path, offset, message: None, error: Some(why) })
}

fn line(record: &Record) -> String {
    // A record holds nothing that JSON cannot say.
    let text = serde_json::to_string(record).unwrap_or_default();
    let mut out = printable(&text);
    out.push('\n');
    out
}

/// JSON in which every character that a terminal should not see is an escape.
fn printable(json: &str) -> String {
    if json.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len() + 16);
    let mut units = [0; 2];
    for c in json.chars() {
        // Combining marks alone are printable; a run of them is not. Escaping each is safe and loses nothing.
        let mut one = [0; 4];
        let text: &str = c.encode_utf8(&mut one);
        if (' '..='~').contains(&c)
            || (show(text).as_str() == text && unicode_width::UnicodeWidthChar::width(c) > Some(0))
        {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_should_not_see_is_escaped_and_nothing_is_lost() {
        let hostile = "a\u{1b}[2J\u{9b}0m\u{202e}\u{200b}\u{e0041}e\u{301}\u{2028}\n銀行 é";
        let text = error("x\u{7f}.eml", Some(7), hostile);
        let body = text.strip_suffix('\n').unwrap();
        assert!(body.chars().all(|c| !c.is_control() && !('\u{200b}'..='\u{202e}').contains(&c)), "{body:?}");
        assert!(body.contains("銀行 é"));
        let back: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(back["error"], hostile);
        assert_eq!((back["schema"].as_u64(), back["offset"].as_u64()), (Some(1), Some(7)));
        assert!(back.get("score").is_none());
    }
}
