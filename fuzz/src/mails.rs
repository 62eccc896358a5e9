//! Targets over the bytes of a whole mail.

use std::collections::BTreeMap;

use gosanke::analysis::{Own, analyze};
use gosanke::export::json::{Form, is_line_of, message as line};
use gosanke::facts::{Answer, Fact, FactSet, Key, State};
use gosanke::message::{Content, Limits, Message, OddName, Quirk, Span, parse_date, summarize};
use gosanke::signal::Weights;

use super::{assert_safe, letters};

/// Every byte of the mail is in one part or is told as unclaimed, and every limit holds.
pub fn mime(bytes: &[u8]) {
    let message = Message::parse(bytes);
    let size = bytes.len() as u32;
    assert!(!message.quirks.contains(&Quirk::ParserFailed), "the parser broke behind its fence");
    assert_eq!(message.size, size);
    assert!(message.body_start <= size);
    assert!(!message.parts.is_empty(), "no root");
    assert!(message.parts.len() <= Limits::DEFAULT.parts && message.fields.len() <= Limits::DEFAULT.header_fields);
    let mut decoded = 0;
    let mut claimed = vec![Span { start: 0, end: message.body_start }];
    let mut each = claimed.clone();
    for (at, part) in message.parts.iter().enumerate() {
        assert!(part.depth <= Limits::DEFAULT.depth + 1, "depth {}", part.depth);
        assert!(part.parent.is_none_or(|parent| parent < at), "a parent stands behind its child");
        // What only another reading finds stands behind, under a root of its own, and may lie over the same bytes.
        assert!(part.other.is_some() || part.parent.is_none() == (at == 0), "one root");
        for span in [part.header, part.span] {
            assert!(span.start <= span.end && span.end <= size, "{span:?} of {size}");
        }
        decoded += match &part.content {
            Content::Binary(bytes) => bytes.len(),
            _ => 0,
        };
        let before = claimed.len();
        claimed.push(part.header);
        let shown_by_parts = match part.content {
            Content::Multipart => true,
            Content::Message(_) => message.parts.get(at + 1).is_some_and(|next| next.parent == Some(at)),
            _ => false,
        };
        if !shown_by_parts || part.span == Span::default() {
            claimed.push(part.span);
        } else if matches!(part.content, Content::Message(_)) && message.parts[at + 1].span == Span::default() {
            // One that was packed lies in no place of its own.
            claimed.push(part.span);
        }
        if part.other.is_none() {
            each.extend_from_slice(&claimed[before..]);
        }
    }
    assert!(decoded <= Limits::DEFAULT.decoded_bytes);
    each.retain(|span| span.start < span.end);
    each.sort_unstable();
    assert!(each.is_sorted_by(|one, two| one.end <= two.start), "two parts have one byte: {each:?}");
    assert!(message.fields.iter().all(|field| field.span.start <= field.span.end && field.span.end <= size));
    // A sender that hides in the fold of another field is told besides that field.
    let plain = message.fields.iter().filter(|field| field.oddity != Some(OddName::LeadingBlank));
    let spans: Vec<Span> = plain.map(|field| field.span).collect();
    assert!(spans.is_sorted_by(|one, two| one.end <= two.start), "fields overlap: {spans:?}");
    assert!(message.originals.keys().all(|at| *at < message.parts.len()));

    // What no part has is told, and what is told no part has.
    let told = message.unclaimed(bytes);
    assert!(told.is_sorted_by(|one, two| one.end <= two.start));
    let mut owned = vec![false; bytes.len()];
    for span in &claimed {
        owned[span.start as usize..span.end as usize].fill(true);
    }
    for span in &told {
        let stretch = &mut owned[span.start as usize..span.end as usize];
        assert!(stretch.iter().all(|owned| !owned), "told as unclaimed, but a part has it");
        stretch.fill(true);
    }
    let delimiters: Vec<&[u8]> =
        message.parts.iter().filter_map(|part| part.boundary.as_deref()).map(str::as_bytes).collect();
    if told.len() < 1_000 {
        let mut start = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let owned = &owned[start..start + line.len()];
            start += line.len();
            // Nearly all lines.
            if !owned.contains(&false) {
                continue;
            }
            let left: Vec<u8> = line.iter().zip(owned).filter(|(_, owned)| !**owned).map(|(byte, _)| *byte).collect();
            let left = left.trim_ascii();
            let delimiter =
                left.strip_prefix(b"--").is_some_and(|rest| delimiters.iter().any(|one| rest.starts_with(one)));
            assert!(left.is_empty() || delimiter, "nobody has {:?}", String::from_utf8_lossy(left));
        }
    }
}

/// What another parser (`mailparse`) finds is in a part as well, or the mail is told to be damaged or ambiguous.
pub fn diff(bytes: &[u8]) {
    let message = Message::parse(bytes);
    let told = !message.quirks.is_empty()
        || message.parts.iter().any(|part| !part.damage.is_empty())
        || !message.unclaimed(bytes).is_empty()
        // Two readings, which rules tell of.
        || message.all("content-type").count() > 1
        // Another parser does not open them.
        || message.parts.iter().any(|part| matches!(part.content, Content::Message(_)));
    let Some(other) = (!told).then(|| mailparse::parse_mail(bytes).ok()).flatten() else { return };
    let mut all = Vec::new();
    for (at, part) in message.parts.iter().enumerate() {
        match &part.content {
            Content::Text(text) | Content::Html(text) => all.extend(letters(text.as_bytes())),
            Content::Binary(bytes) => all.extend(letters(bytes)),
            _ => {}
        }
        if let Some(original) = message.originals.get(&at) {
            all.extend(letters(&original.bytes));
        }
        all.push(b'\n');
    }
    for part in other.parts().filter(|part| part.subparts.is_empty()) {
        // Encodings that the two undo differently are the business of other targets; letters of a charset that is not
        // ASCII are as well.
        let plain =
            part.ctype.charset.eq_ignore_ascii_case("us-ascii") || part.ctype.charset.eq_ignore_ascii_case("utf-8");
        let encoded =
            part.headers.iter().any(|field| field.get_key_ref().eq_ignore_ascii_case("content-transfer-encoding"));
        if !plain || encoded || part.ctype.mimetype.starts_with("multipart/") {
            continue;
        }
        let Ok(body) = part.get_body_raw() else { continue };
        // Japanese mail that does not say so is read as what it is.
        if !body.is_ascii() || body.contains(&0x1b) {
            continue;
        }
        let body = letters(&body);
        if body.is_empty() || body.len() > 4_000 {
            continue;
        }
        let found = all.windows(body.len()).any(|window| window == body);
        assert!(found, "no part holds {:?}", String::from_utf8_lossy(&body));
    }
}

/// Header fields through every reader of addresses, dates, routes, claims of authentication and signatures.
pub fn header(bytes: &[u8]) {
    let _ = parse_date(&String::from_utf8_lossy(bytes));
    let mail = [bytes, b"\n\nbody\n"].concat();
    let analysis = analyze(&mail, &[], &FactSet::default(), &Weights::default(), &Own::default());
    assert!(!analysis.failed);
    assert!(analysis.evidence.from.len() <= 2_000);
    let summary = summarize(&mail);
    assert!(summary.subject.chars().count() <= 400);
}

/// A mail with a signature and what the DNS says of its sender, all of it from the sender: four pieces with NUL between
/// them (header fields, SPF, DMARC, key).
pub fn proof(bytes: &[u8]) {
    let mut pieces = bytes.splitn(4, |byte| *byte == 0);
    let fields = pieces.next().unwrap_or_default();
    let mut facts = FactSet::default();
    for name in ["example.com", "_dmarc.example.com", "s._domainkey.example.com"] {
        let text = String::from_utf8_lossy(pieces.next().unwrap_or_default()).into_owned();
        let state = State::Value(Answer::Texts(vec![text]));
        facts.put(Key::Texts(name.to_owned()), Fact { state, ..Fact::default() });
    }
    let mail = [
        b"Received: from mail.example.com (mail.example.com [192.0.2.7]) by mx.example.net; Mon, 1 Jun 2026 10:00:00 +0000\n\
          Return-Path: <a@example.com>\nFrom: a@example.com\n"
            .as_slice(),
        fields,
        b"\n\nbody\n",
    ]
    .concat();
    let analysis = analyze(&mail, &[], &facts, &Weights::default(), &Own::default());
    assert!(!analysis.failed);
    let _ = line("m", None, &analysis, &facts, Form::Whole);
}

/// The line of `scan` is one printable line, JSON, and says its own place.
pub fn export(bytes: &[u8]) {
    let (path, mail) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0).min(200));
    let path = String::from_utf8_lossy(path);
    let facts = FactSet::default();
    let analysis = analyze(mail, &[], &facts, &Weights::default(), &Own::default());
    for form in [Form::Whole, Form::Brief] {
        let line = line(&path, Some(7), &analysis, &facts, form);
        let body = line.strip_suffix('\n').unwrap();
        assert!(!body.contains('\n'));
        assert_safe(body);
        assert!(is_line_of(&line, &path, Some(7)), "not a line of its own place");
        let value: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(value["path"].as_str(), Some(path.as_ref()));
        let names: BTreeMap<String, serde_json::Value> = serde_json::from_str(body).unwrap();
        assert!(names.len() > 3);
    }
}
