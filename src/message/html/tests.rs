//! The tokenizer against its own examples, against another tokenizer, and against pages that are made to be slow.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use proptest::prelude::*;

use super::*;

fn events(html: &str) -> Vec<String> {
    let mut out = Vec::new();
    read(html, |event| {
        out.push(match event {
            Event::Open(tag) => {
                let attributes: Vec<String> = tag
                    .attributes()
                    .map(|(name, value, at)| format!("{name}={value}@{}", html.get(at).unwrap()))
                    .collect();
                format!("<{} {}", tag.name, attributes.join(" "))
            }
            Event::Close(name) => format!("</{name}"),
            Event::Text(text, at) => format!("{text}@{}", html.get(at).unwrap()),
            Event::Comment(text, _) => format!("!{text}"),
        });
    });
    out
}

#[test]
fn values_are_decoded_and_their_places_are_those_of_the_page() {
    assert_eq!(
        events("<p>\r\n<A HREF=\"https://example.com/?a&amp;b\"\r\n class=x>he&lt;re</a>"),
        [
            "<p ",
            "\n\n@\r\n",
            "<a href=https://example.com/?a&b@https://example.com/?a&amp;b class=x@x",
            "he<re@he&lt;re",
            "</a",
        ]
    );
}

#[test]
fn scripts_and_styles_are_text_and_comments_are_comments() {
    assert_eq!(
        events("<style>a<b</style><script>if(a<b){\"<a href=x>\"}</script><!-- <a href=y> -->z"),
        [
            "<style ",
            "a<b@a<b",
            "</style",
            "<script ",
            "if(a<b){\"<a href=x>\"}@if(a<b){\"<a href=x>\"}",
            "</script",
            "! <a href=y> ",
            "z@z"
        ]
    );
}

#[test]
fn offsets_hold_behind_wide_characters_and_nul() {
    assert_eq!(
        events("日本\0語<a href='http://例え.example/'>次</a>").get(1).unwrap(),
        "<a href=http://例え.example/@http://例え.example/"
    );
}

#[test]
fn the_attributes_of_a_tag_are_capped() {
    let page = format!("<a {}href=x>", "b=1 ".repeat(5000));
    let mut kept = 0;
    let cut = read(&page, |event| {
        if let Event::Open(tag) = event {
            kept = tag.attributes().count();
        }
    });
    assert_eq!((kept, cut.attributes), (Limits::DEFAULT.html_attributes, true));
}

#[test]
fn what_is_not_closed_ends_with_the_page() {
    for page in ["<a href=\"x", "<", "<!--", "</", "<a", "<title>x", "<plaintext>x<a>", "&#x1b;&#0;&#xd800;&unknown;"] {
        events(page);
    }
}

/// Events as text, neighboring texts joined.
fn ours(html: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut text: Option<String> = None;
    read(html, |event| {
        if let Event::Text(piece, at) = &event {
            assert!(html.get(at.clone()).is_some());
            text.get_or_insert_with(|| "#".to_owned()).push_str(piece);
            return;
        }
        out.extend(text.take());
        out.push(match event {
            Event::Open(tag) => {
                let attributes: Vec<String> =
                    tag.attributes().map(|(name, value, _)| format!("{name}={value}")).collect();
                format!("<{} {}", tag.name, attributes.join("|"))
            }
            Event::Close(name) => format!("/{name}"),
            Event::Text(..) => unreachable!(),
            Event::Comment(text, at) => {
                assert!(html.get(at).is_some());
                format!("!{text}")
            }
        });
    });
    out.extend(text);
    out
}

/// The same by html5gum, which follows the standard state by state.
fn theirs(html: &str) -> Vec<String> {
    let html = html.replace('\r', "\n");
    let mut out: Vec<String> = Vec::new();
    let mut tag: Option<(String, Vec<(String, String)>)> = None;
    let mut text: Option<String> = None;
    let word = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<usize>| -> Option<Infallible> {
        match event {
            CallbackEvent::OpenStartTag { name } => tag = Some((word(name), Vec::new())),
            CallbackEvent::AttributeName { name } => {
                if let Some(tag) = &mut tag {
                    tag.1.push((word(name), String::new()));
                }
            }
            CallbackEvent::AttributeValue { value } => {
                tag.iter_mut().filter_map(|tag| tag.1.last_mut()).for_each(|last| last.1 = word(value));
            }
            CallbackEvent::String { value } => {
                text.get_or_insert_with(|| "#".to_owned()).push_str(&word(value));
            }
            CallbackEvent::CloseStartTag { .. } => {
                if let Some((name, attributes)) = tag.take() {
                    out.extend(text.take());
                    let attributes: Vec<String> =
                        attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
                    out.push(format!("<{name} {}", attributes.join("|")));
                }
            }
            CallbackEvent::EndTag { name } => {
                out.extend(text.take());
                out.push(format!("/{}", word(name)));
            }
            CallbackEvent::Comment { value } => {
                out.extend(text.take());
                out.push(format!("!{}", word(value)));
            }
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    let _ = Tokenizer::new_with_emitter(html.as_str(), emitter).finish();
    out.extend(text);
    out
}

/// What pages and attacks on their readers are made of.
const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "\r",
    "\t",
    "a",
    "B",
    "-",
    "--",
    "-->",
    "--!>",
    "<!--",
    "<!",
    "<!-",
    "!",
    "?",
    "&",
    "&amp;",
    "&amp",
    "&lt",
    "&notit;",
    "&notin;",
    "&#",
    "&#x",
    "&#65;",
    "&#x41",
    "&#128;",
    "&#xd800;",
    "&#99999999999;",
    "&copy=",
    "&copy",
    "&CounterClockwiseContourIntegral;",
    "&NotEqualTilde;",
    ";",
    "1",
    "script",
    "<script",
    "<script>",
    "</script",
    "</script>",
    "</SCRIPT >",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea x=1>",
    "</textarea",
    "<plaintext>",
    "<iframe>",
    "</iframe>",
    "<a href=\"",
    "<A HREF=",
    "<b c='d' e>",
    "</b",
    "</",
    "<br/>",
    "<!doctype html>",
    "<!DOCTYPE",
    "<![CDATA[x]]>",
    "日本",
    "\0",
    "é",
    "x=y",
    "<xmp>",
    "</xmp>",
    "\u{c}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_page_is_read_as_another_tokenizer_reads_it(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14)) {
        let page = pieces.concat();
        prop_assert_eq!(ours(&page), theirs(&page));
    }
}

#[test]
fn the_content_of_noscript_is_markup_as_where_nothing_runs_scripts() {
    assert_eq!(ours("<noscript><a href=x>y</a></noscript>"), ["<noscript ", "<a href=x", "#y", "/a", "/noscript"]);
}

#[test]
fn a_name_and_its_number_belong_together() {
    assert_ne!(key("td"), key("th"));
    assert_ne!(key("blockquote"), key("blockquotf"));
    read("<TD><BlockQuote ACTION=x>", |event| {
        if let Event::Open(tag) = event {
            assert_eq!(tag.key, key(tag.name));
            assert!(tag.keyed().all(|(name, _, _)| name == key("action")));
        }
    });
}

#[test]
fn pages_made_to_be_slow_are_read_in_time() {
    for piece in [
        "<",
        "<a ",
        "<a b=\"",
        "<!--",
        "<!-",
        "--",
        "-->",
        "</",
        "</a",
        "&",
        "&amp",
        "&#",
        "<script>",
        "<!--<script>",
        "</script",
        "<title>",
        "</title",
        "<textarea></textare",
        "=",
        "'",
        "\r",
        "\0",
        "<![CDATA[",
        "<?",
        "<div>",
    ] {
        let page = piece.repeat(200_000 / piece.len());
        let start = Instant::now();
        read(&page, |_| {});
        read(&format!("<script><!--{page}"), |_| {});
        read(&format!("<title>{page}"), |_| {});
        read(&format!("<a b='{page}"), |_| {});
        assert!(start.elapsed() < Duration::from_secs(30), "{piece:?} takes {:?}", start.elapsed());
    }
}
