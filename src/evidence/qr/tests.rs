//! Codes in pictures of every kind, drawn in text and in tables; and pictures, texts and tables that hold none.

use std::fmt::Write as _;
use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};
use qrcode::{Color, QrCode};

use super::*;

const URL: &str = "https://qr.host.example/mfa/renew?u=reader%40example.org";

fn modules(text: &str) -> (usize, Vec<bool>) {
    let code = QrCode::new(text).unwrap();
    (code.width(), code.to_colors().into_iter().map(|color| color == Color::Dark).collect())
}

/// The code with `scale` pixels a module and `border` modules around it.
fn picture(text: &str, scale: u32, border: u32) -> GrayImage {
    let (size, dark) = modules(text);
    let side = (size as u32 + 2 * border) * scale;
    GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| (pixel / scale).checked_sub(border).filter(|at| *at < size as u32);
        let dark = at(x).zip(at(y)).is_some_and(|(x, y)| dark[y as usize * size + x as usize]);
        Luma([if dark { 10 } else { 245 }])
    })
}

fn bytes(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn read(bytes: &[u8]) -> Vec<String> {
    in_picture(bytes, &mut Budget::default())
}

#[test]
fn codes_are_read_from_every_kind_of_picture() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Jpeg] {
        let picture = DynamicImage::from(picture(URL, 5, 4)).to_rgb8();
        assert_eq!(read(&bytes(picture, format)), [URL], "{format:?}");
    }
}

#[test]
fn codes_of_every_size_and_scale_are_read() {
    for text in ["a", URL, &URL.repeat(8), &"x1".repeat(700)] {
        for (scale, border) in [(1, 4), (2, 4), (3, 0), (4, 1), (7, 4)] {
            let found = read(&bytes(picture(text, scale, border), ImageFormat::Png));
            assert_eq!(found, [text], "{} characters, {scale} pixels, border {border}", text.len());
        }
    }
}

#[test]
fn inverted_turned_transparent_and_framed_codes_are_read() {
    let code = picture(URL, 4, 4);
    let mut inverted = code.clone();
    image::imageops::invert(&mut inverted);
    assert_eq!(read(&bytes(inverted, ImageFormat::Png)), [URL], "light on dark");
    for turned in
        [image::imageops::rotate90(&code), image::imageops::rotate180(&code), image::imageops::flip_horizontal(&code)]
    {
        assert_eq!(read(&bytes(turned, ImageFormat::Png)), [URL], "turned");
    }
    let clear = RgbaImage::from_fn(code.width(), code.height(), |x, y| {
        if code.get_pixel(x, y).0 == [10] { Rgba([0, 0, 60, 255]) } else { Rgba([0, 0, 0, 0]) }
    });
    assert_eq!(read(&bytes(clear, ImageFormat::Png)), [URL], "on nothing");
    let mut page = GrayImage::from_pixel(900, 1400, Luma([200]));
    image::imageops::overlay(&mut page, &code, 500, 900);
    let other = picture("https://second.example/", 3, 4);
    image::imageops::overlay(&mut page, &other, 40, 40);
    let mut found = read(&bytes(page, ImageFormat::Png));
    found.sort();
    assert_eq!(found, [URL, "https://second.example/"], "two codes on a page");
}

#[test]
fn a_large_picture_is_made_smaller_and_a_shadow_does_no_harm() {
    let code = picture(URL, 12, 4);
    let mut page = GrayImage::from_pixel(1600, 1600, Luma([255]));
    image::imageops::overlay(&mut page, &code, 300, 300);
    assert_eq!(read(&bytes(page, ImageFormat::Png)), [URL]);
    let small = picture(URL, 8, 4);
    let shadow = GrayImage::from_fn(small.width(), small.height(), |x, y| {
        let light = 60 + 190 * (x + y) / (small.width() + small.height());
        Luma([if small.get_pixel(x, y).0 == [10] { (light / 3) as u8 } else { light as u8 }])
    });
    assert_eq!(read(&bytes(shadow, ImageFormat::Png)), [URL]);
}

#[test]
fn pictures_without_a_code_and_bait_give_nothing() {
    let noise = GrayImage::from_fn(400, 400, |x, y| Luma([((x * 7919 + y * 104_729) ^ (x * y)) as u8]));
    let flat = GrayImage::from_pixel(300, 300, Luma([255]));
    let square = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1];
    let bait = GrayImage::from_fn(800, 800, |x, y| {
        let at = |v: u32| (v % 9) as usize;
        let (x, y) = (at(x), at(y));
        let ring =
            x < 7 && y < 7 && (x == 0 || y == 0 || x == 6 || y == 6 || (2..5).contains(&x) && (2..5).contains(&y));
        Luma([if ring && square[x] == 1 { 0 } else { 255 }])
    });
    for picture in [noise, flat, bait] {
        assert!(read(&bytes(picture, ImageFormat::Png)).is_empty());
    }
    assert!(
        read(b"\x89PNG\r\n\x1a\n garbage that is no picture at all, but long enough to be tried by the reader")
            .is_empty()
    );
    assert!(read(b"GIF89a").is_empty());
}

#[test]
fn pictures_beyond_the_limits_are_counted_and_not_read() {
    let code = bytes(picture(URL, 4, 4), ImageFormat::Png);
    let mut budget = Budget { pictures: 1, ..Budget::default() };
    assert_eq!(in_picture(&code, &mut budget), [URL]);
    assert!(in_picture(&code, &mut budget).is_empty());
    assert_eq!(budget.left_out, 1);
    let mut budget = Budget { pixels: 1000, ..Budget::default() };
    assert!(in_picture(&code, &mut budget).is_empty());
    let wide = bytes(GrayImage::from_pixel(9000, 30, Luma([0])), ImageFormat::Png);
    assert!(read(&wide).is_empty());
}

fn drawn(text: &str, half: bool, dark: &str, light: &str, border: usize) -> String {
    let (size, cells) = modules(text);
    let at = |x: isize, y: isize| {
        let inside = |v: isize| usize::try_from(v).ok().filter(|v| *v < size);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| cells[y * size + x])
    };
    let (from, to) = (-(border as isize), (size + border) as isize);
    let mut out = String::new();
    let mut y = from;
    while y < to {
        for x in from..to {
            if half {
                // As a terminal with dark ground shows it: light modules are drawn.
                out.push(match (at(x, y), y + 1 >= to || at(x, y + 1)) {
                    (false, false) => '\u{2588}',
                    (false, true) => '\u{2580}',
                    (true, false) => '\u{2584}',
                    (true, true) => ' ',
                });
            } else {
                out.push_str(if at(x, y) { dark } else { light });
            }
        }
        let end = out.trim_end_matches(' ').len();
        out.truncate(end);
        out.push('\n');
        y += if half { 2 } else { 1 };
    }
    out
}

#[test]
fn codes_drawn_in_text_are_read() {
    for art in [
        drawn(URL, true, "", "", 2),
        drawn(URL, true, "", "", 1),
        drawn(URL, false, "##", "  ", 0),
        drawn(URL, false, "\u{2588}\u{2588}", "  ", 2),
        drawn(URL, false, "\u{2b1b}", "\u{2b1c}", 4),
    ] {
        let text = format!("Dear colleague,\n\nscan this:\n\n{art}\n\nRegards\n");
        assert_eq!(in_text(&text), [URL], "{art}");
        let quoted = format!("> {}\n", text.trim_end().replace('\n', "\n> "));
        assert_eq!(in_text(&quoted), [URL], "{quoted}");
        assert_eq!(in_page(&format!("<p>scan</p><pre>{art}</pre>")), [URL]);
    }
}

#[test]
fn codes_drawn_with_cells_are_read() {
    let (size, cells) = modules(URL);
    let mut merged =
        String::from("<style>.k{background:#000}</style><table cellspacing=0><tr><td>Scan me</td></tr></table><table>");
    let mut plain = String::from("<table bgcolor=\"#ffffff\">");
    for row in cells.chunks(size) {
        merged.push_str("<tr>");
        plain.push_str("<tr>");
        for run in row.chunk_by(|one, other| one == other) {
            let class = if run[0] { " class=k" } else { "" };
            write!(merged, "<td colspan={}{class}>", run.len()).unwrap();
            for _ in run {
                plain.push_str(if run[0] {
                    "<td style=\"width:4px;background-color:#0b0b0b\"></td>"
                } else {
                    "<td></td>"
                });
            }
        }
        merged.push_str("</tr>");
        plain.push_str("</tr>");
    }
    merged.push_str("</table>");
    plain.push_str("</table>");
    for page in [merged, plain] {
        assert_eq!(in_page(&page), [URL], "{page}");
    }
}

#[test]
fn rules_boxes_and_tables_are_no_codes() {
    assert!(in_text(&format!("{0}\n# News of the week #\n{0}\n", "#".repeat(72)).repeat(20)).is_empty());
    assert!(in_text(&"\u{2588}\u{2588}\u{2588} 80 %\n".repeat(60)).is_empty());
    assert!(in_text(&format!("{}\n", "\u{2588}".repeat(60)).repeat(60)).is_empty());
    assert!(in_page(&format!("<table>{}</table>", "<tr><td bgcolor=black><td>".repeat(300))).is_empty());
    for bait in ["<table>", "<tr>", "<td colspan=9999>", "<table><tr><td>"] {
        in_page(&bait.repeat(50_000));
    }
    in_text(&"#".repeat(300_000));
    in_text(&"##############\n".repeat(20_000));
}

#[test]
fn a_picture_inside_an_address_is_found() {
    let picture = bytes(picture(URL, 4, 4), ImageFormat::Png);
    let mut text = String::new();
    for chunk in picture.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            let digit = word >> (18 - 6 * at) & 63;
            text.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[digit as usize]));
        }
    }
    let url = format!("data:image/png;base64,{text}");
    assert_eq!(of_data_url(&url).as_deref(), Some(&*picture));
    assert_eq!(of_data_url("data:image/png,raw"), None);
}

#[test]
fn squares_that_say_nothing_do_no_harm() {
    // Timing patterns in place and everything else at random: the error correction has to give up by itself.
    let mut seed = 1_u32;
    for size in [21, 25, 45, 101, 177] {
        for _ in 0..20 {
            let noise: Vec<bool> = (0..size * size)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    seed >> 31 == 1
                })
                .collect();
            decode(size, |x, y| if x == 6 || y == 6 { (x + y) % 2 == 0 } else { noise[y * size + x] });
        }
    }
}

#[test]
#[ignore = "writes the drawings that the cases of rules hold"]
fn write_drawings() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/signal/tests");
    for (name, text) in [("code.txt", "https://qr.host.example/mfa"), ("own_code.txt", "https://www.sender.example/t")]
    {
        std::fs::write(folder.join(name), drawn(text, false, "##", "  ", 0)).unwrap();
    }
}
