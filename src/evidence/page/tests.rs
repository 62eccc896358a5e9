//! Pages that show, hide and link, and pages that are made to be slow.

use proptest::prelude::*;

use super::super::blanks::{lines_joined, one_line};
use super::super::script::Script;
use super::*;

proptest! {
    #[test]
    fn in_the_text_of_a_page_only_line_ends_part_words_from_each_other(pieces in prop::collection::vec(
        prop::sample::select(vec![
            "<p>", "</p>", "<br>", "<b>", "</b>", "<td>", "<a href=x>", "</a>", "word", " ", "  ", "\n", "\r\n ", "\t", "&nbsp;",
            "&#847;", "&zwnj;", "\u{a0}", "\u{200b}", "\u{3000}", "\u{2003}", "日本語", "é", "\u{c}", "\u{1}", "&#32;", "&#10;",
            "<span style='display:none'>", "</span>", "<pre>", "<hr>", "a text of more than a few letters",
        ]),
        0..20,
    )) {
        let text = page(&pieces.concat()).text;
        let script = Script::of(&text);
        if !(script.disguises || script.wide_blanks) {
            prop_assert_eq!(lines_joined(&text, 8), one_line(&text, 8));
        }
    }
}

fn links(html: &str) -> Vec<(LinkKind, String, Option<String>)> {
    page(html).links.into_iter().map(|link| (link.kind, link.raw, link.text)).collect()
}

#[test]
fn every_place_that_names_a_url_is_found() {
    use LinkKind::{Anchor, Form, Image, Other, Text};
    for (html, kind, raw, text) in [
        ("<a href='http://a.example/'>go <b>there</b></a>", Anchor, "http://a.example/", Some("go there")),
        ("<a href=http://a.example/><img src=cid:x alt='Log in'></a>", Anchor, "http://a.example/", Some("Log in")),
        ("<a href=&#104;ttp://a.example/?x&amp;y>z</a>", Anchor, "http://a.example/?x&y", Some("z")),
        ("<v:roundrect href='http://a.example/'>x</v:roundrect>", Anchor, "http://a.example/", None),
        ("<svg><a xlink:href='http://a.example/'>x</a></svg>", Anchor, "http://a.example/", Some("x")),
        ("<style>.a{background:url(\"http://a.example/x.png\")}</style>", Image, "http://a.example/x.png", None),
        (
            "<style>@font-face{src:url(http://a.example/x.woff2)}</style><a ping=http://a.example/>",
            Other,
            "http://a.example/",
            None,
        ),
        ("<video poster=http://a.example/x.png>", Image, "http://a.example/x.png", None),
        ("<map><area href=http://a.example/></map>", Anchor, "http://a.example/", None),
        ("<form action=http://a.example/>", Form, "http://a.example/", None),
        ("<button formaction=http://a.example/>", Form, "http://a.example/", None),
        ("<img src=http://a.example/x.png>", Image, "http://a.example/x.png", None),
        ("<td background=http://a.example/x.png>", Image, "http://a.example/x.png", None),
        ("<div style=\"background:url('http://a.example/x.png')\">", Image, "http://a.example/x.png", None),
        ("<meta http-equiv=Refresh content='0; URL=http://a.example/'>", Other, "http://a.example/", None),
        ("<iframe src=http://a.example/>", Other, "http://a.example/", None),
        ("<base href=http://a.example/>", Other, "http://a.example/", None),
        ("<p>see http://a.example/ now", Text, "http://a.example/", None),
        ("<iframe srcdoc=\"<a href='http://a.example/'>x</a>\">", Anchor, "http://a.example/", Some("x")),
        ("<!--[if mso]><a href='http://a.example/'>x</a><![endif]-->", Anchor, "http://a.example/", Some("x")),
    ] {
        assert_eq!(links(html), [(kind, raw.to_owned(), text.map(ToOwned::to_owned))], "{html}");
    }
    assert_eq!(links("<a href=#top>x</a><img src=cid:a><!-- <a href=http://a.example/> -->"), []);
    assert_eq!(links("<img srcset='http://a.example/1 1x, http://a.example/2 2x'>").len(), 2);
}

#[test]
fn text_breaks_where_blocks_end() {
    assert_eq!(
        page("<h1>Dear</h1><p>you  are\n<b>late</b><p>pay<br>now<td>a<td>b").text,
        "Dear\nyou are late\npay\nnow\na\nb"
    );
    assert_eq!(page("<title>t</title><style>.x{}</style><script>s</script>body").text, "body");
}

#[test]
fn hidden_text_is_kept_apart_with_its_reason() {
    for (html, how) in [
        ("<div style='display:none'>secret</div>", "display:none"),
        ("<div style='display:none'><p>secret</p></div>", "display:none"),
        ("<span hidden>secret</span>", "hidden attribute"),
        ("<span style='font-size:0'>secret</span>", "font-size:0"),
        ("<style>.h{display:none}</style><p class=h>secret</p>", "display:none"),
        ("<font color=white>secret</font>", "white on white"),
        ("<td bgcolor=#000000><font color=#000>secret</font></td>", "color of the background"),
    ] {
        let page = page(&format!("seen {html} also seen"));
        assert_eq!(page.hidden, [("secret".to_owned(), how)], "{html}");
        assert!(!page.text.contains("secret"), "{html}");
        assert!(page.text.contains("also seen"), "{html}");
    }
}

#[test]
fn text_that_can_be_seen_is_not_called_hidden() {
    for html in [
        "<td style='font-size:0'><span style='font-size:14px'>seen</span></td>",
        "<td bgcolor=#003366><font color=white>seen</font></td>",
        "<td style='background:url(x.png)'><font color=white>seen</font></td>",
        "<style>.b{background:#036}</style><td class=b><font color=white>seen</font></td>",
        "<style>@media screen{.h{display:none}}</style><p class=h>seen</p>",
        "<div style='display:none'>\u{200c}&nbsp;\u{200c}</div>seen",
    ] {
        let page = page(html);
        assert_eq!((page.hidden.as_slice(), page.text.as_str()), (&[][..], "seen"), "{html}");
    }
}

#[test]
fn hostile_pages_end_soon() {
    let deep = page(&format!("{}text", "<div>".repeat(100_000)));
    assert!(deep.deep);
    assert_eq!(deep.text, "text");
    for piece in [
        "<a><b><i><p>",
        "</x>",
        "<a href=x>",
        "&amp;amp;",
        "<td>",
        "<!--",
        "<style>{",
        "<a href='http://a.example/' ",
        "<iframe/srcdoc=",
        "<!--[if mso]>",
        "<p style=':;a:b;color:#fff'>x",
        "<style>.a,#b,.c{display:none}</style><i class='x y a' id=b>",
        "&utm_&a&#&",
        "<cellpadding",
    ] {
        page(&piece.repeat(20_000));
    }
}
