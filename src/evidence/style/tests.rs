//! Styles that hide text, and those that look alike and do not.

use super::*;
use crate::message::html::key;

#[test]
fn styles_that_hide_are_known() {
    for text in [
        "color:rgba(0, 0, 0, 0)",
        "color:#ffffff00",
        "color:#0000",
        "color:hsla(0,0%,0%,0)",
        "color:rgb(0 0 0 / 0%)",
        "-webkit-text-fill-color:transparent",
        "filter:alpha(opacity=0)",
        "filter: opacity(0%)",
        "margin-left:-9999px",
        "margin:0 0 0 -9999px",
        "margin-top:-100em",
        "text-indent:-100%",
        "position:fixed;right:-300vw",
        "position:absolute;clip:rect(0,0,0,0)",
        "clip:rect(1px 1px 1px 1px);position:absolute!important",
        "clip-path:inset(50%)",
        "clip-path: circle(0)",
        "transform:scale(0)",
        "transform: translateX(-9999px)",
        "transform:rotateY(90deg)",
        "height:0;overflow:clip",
        "content-visibility:hidden",
        "display:none",
        "color:red; DISPLAY : NONE !important",
        "display:/**/none",
        "visibility:hidden",
        "opacity:0",
        "opacity: 0.0",
        "max-height:0;overflow:hidden",
        "overflow:hidden;width:0px",
        "text-indent:-9999px",
        "position:absolute;left:-5000px",
        "color:transparent",
    ] {
        assert!(style(text).hidden.is_some(), "{text}");
    }
    assert_eq!(style("font-size:0").tiny, Some(true));
    assert_eq!(style("font-size:1px").tiny, Some(true));
    for text in ["font:0/0 a", "font:bold 0px arial", "font: italic 700 1px/20px serif"] {
        assert_eq!(style(text).tiny, Some(true), "{text}");
    }
}

#[test]
fn a_style_that_was_forgotten_is_read_again() {
    let mut styles = Styles::default();
    for at in (0..40).chain(0..40) {
        let text = format!("font-size:{}px;x:{at}", at % 3);
        assert_eq!(styles.read(&text), style(&text), "{text}");
    }
    assert_eq!(styles.known.len(), REMEMBERED);
}

#[test]
fn ordinary_styles_do_not_hide() {
    for text in [
        "display:block",
        // One program alone leaves it out: the button of all others.
        "mso-hide:all",
        "color:rgba(0,0,0,.87)",
        "color:rgb(0,0,0)",
        "color:#333",
        "color:#33333300ff",
        "color:hsl(0, 0%, 20%)",
        "margin:0 -20px",
        "margin:0 auto",
        "margin-left:-1px",
        "text-indent:-18.0pt",
        "clip:rect(0,0,0,0)",
        "clip:rect(0,400px,300px,0);position:absolute",
        "clip-path:circle(50%)",
        "clip-path:inset(10px)",
        "transform:scale(1.05) translate(-50%, -50%)",
        "transform:none",
        "filter:grayscale(0)",
        "filter:alpha(opacity=80)",
        "height:0",
        "max-width:100%;overflow:hidden",
        "opacity:0.9",
        "left:-5000px",
        "",
        ":::;;",
        "width:100%;overflow:hidden",
    ] {
        assert_eq!(style(text).hidden, None, "{text}");
    }
    assert_eq!(style("font-size:14px").tiny, Some(false));
    assert_eq!(style("font-size:0.9em").tiny, Some(false));
    for text in ["font:14px/1.5 Arial", "font:400 12px arial", "font:700 1em serif", "font:bold 100% x"] {
        assert_eq!(style(text).tiny, Some(false), "{text}");
    }
    assert_eq!(style("font:inherit").tiny, None);
}

#[test]
fn colors_are_read_in_every_spelling() {
    for text in ["#fff", "#FFFFFF", "white", "rgb(255,255,255)", "rgba(255, 255, 255, 1)", "ffffff"] {
        assert_eq!(color(text), Some([255; 3]), "{text}");
    }
    assert!(same_color([255; 3], [250, 255, 251]));
    assert!(!same_color([255; 3], [200; 3]));
    assert_eq!(style("background:#fff url(x.png)").background, Some(Paint::Picture));
    assert_eq!(style("background-color:rgba(0,0,0,0.05)").background, Some(Paint::Picture));
    assert_eq!(style("background-color:navy").background, Some(Paint::Picture));
    assert_eq!(style("background:transparent").background, None);
    assert_eq!(color("rgba(255,255,255,0.5)"), None);
}

#[test]
fn sheets_hide_by_class_id_or_element_and_leave_media_rules_out() {
    let mut sheet = Sheet::within(200);
    sheet.add("/* x */ .a, div.b { display:none } @media screen { .c { display:none } } #d{font-size:0} .e .f{display:none} .g{color:red} I, td>b{display:none} u:hover{display:none}");
    let find = |name: &str, class, id| sheet.find(key(name), class, id);
    assert!(find("p", Some("x a"), None).is_some());
    assert!(find("p", Some("b"), None).is_some());
    assert!(find("p", None, Some("d")).is_some());
    assert!(find("i", None, None).is_some() && find("b", None, None).is_none() && find("u", None, None).is_none());
    for class in ["c", "e", "f", "g"] {
        assert!(find("b", Some(class), None).is_none(), "{class}");
    }
    Sheet::within(200).add(&"{".repeat(100_000));
}
