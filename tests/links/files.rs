//! Links inside attached files: codes in their pictures, words of documents, scripts of pages.

use super::*;

/// A PDF of one picture: its dictionary beside the usual keys, and its bytes.
fn pdf_of(picture: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("%PDF-1.4\n1 0 obj\n<</Type/XObject/Subtype/Image{picture}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream\nendobj\ntrailer<</Root 2 0 R>>\n%%EOF"].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// ASCII85 without its shorthand.
fn base85(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for four in bytes.chunks(4) {
        let mut value = four.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (4 - four.len()));
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = (value % 85) as u8 + b'!';
            value /= 85;
        }
        out.extend(&digits[..=four.len()]);
    }
    out.extend(b"~>");
    out
}

#[test]
fn a_code_in_a_picture_inside_a_file_is_a_link() {
    let gray = image::load_from_memory(&picture(URL, ImageFormat::Png)).unwrap().to_luma8();
    let side = gray.width() as usize;
    let rgb: Vec<u8> = gray.as_raw().iter().flat_map(|level| [*level; 3]).collect();
    let rows = |bytes: &[u8], row: usize| -> Vec<Vec<u8>> { bytes.chunks(row).map(<[u8]>::to_vec).collect() };
    // The filter "up" of PNG on every row.
    let mut up = Vec::new();
    let mut above = vec![0_u8; side];
    for row in rows(gray.as_raw(), side) {
        up.push(2);
        up.extend(row.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above = row;
    }
    let bits: Vec<u8> = rows(gray.as_raw(), side)
        .iter()
        .flat_map(|row| {
            row.chunks(8)
                .map(|eight| {
                    eight.iter().enumerate().fold(0, |all, (at, level)| all | u8::from(*level > 99) << (7 - at))
                })
                .collect::<Vec<u8>>()
        })
        .collect();
    let size = format!("/Width {side}/Height {side}");
    let picture_of = |format| picture(URL, format);
    let png = picture_of(ImageFormat::Png);
    let samples: Vec<(&str, Vec<u8>)> = vec![
        ("dct.pdf", pdf_of(&format!("{size}/Filter/DCTDecode"), &picture_of(ImageFormat::Jpeg))),
        (
            "gray.pdf",
            pdf_of(&format!("{size}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"), &deflated(&gray)),
        ),
        (
            "icc.pdf",
            pdf_of(
                &format!("{size}/ColorSpace[/ICCBased 7 0 R]/BitsPerComponent 8/Filter[/FlateDecode]"),
                &deflated(&rgb),
            ),
        ),
        (
            "predicted.pdf",
            pdf_of(
                &format!(
                    "{size}/ColorSpace/DeviceGray/BitsPerComponent 8/DecodeParms<</Predictor 15/Columns {side}>>/Filter/FlateDecode"
                ),
                &deflated(&up),
            ),
        ),
        ("bits.pdf", pdf_of(&format!("{size}/ImageMask true/Filter/FlateDecode"), &deflated(&bits))),
        (
            "letters.pdf",
            pdf_of(
                &format!("{size}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter[/ASCII85Decode/FlateDecode]"),
                &base85(&deflated(&rgb)),
            ),
        ),
        ("a.docx", samples::docx(&[("word/document.xml", b"<w:document/>"), ("word/media/image1.png", &png)])),
        ("a.xlsx", samples::docx(&[("xl/workbook.xml", b"<workbook/>"), ("xl/media/image1.dat", &png)])),
        (
            "a.pptx",
            samples::docx(&[
                ("ppt/presentation.xml", b"<p/>"),
                ("ppt/media/image3.jpeg", &picture_of(ImageFormat::Jpeg)),
            ]),
        ),
        ("a.zip", samples::zip(&[("q.png", &png)])),
        ("a.tar", samples::tar(&[("q.png", &png)])),
        ("a.7z", samples::sevenz(&[("q.png", &png)], None, false)),
        ("in.zip", samples::zip(&[("a.docx", &samples::docx(&[("word/media/image1.png", &png)]))])),
    ];
    for (name, bytes) in samples {
        let found = take_apart(&samples::mail("see the file", name, &bytes));
        let told: Vec<(&str, Option<usize>)> =
            codes(&found).iter().map(|link| (link.raw.as_str(), link.part)).collect();
        assert_eq!(told, [(URL, Some(2))], "{name}");
        let fired = found.verdict.findings.iter().any(|finding| finding.rule.id == "qr-code-leads-away");
        assert!(
            fired,
            "{name}: {:?}",
            found.verdict.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
        );
    }
    // A picture without a code, one of a kind that is not read, a side that nobody has.
    let plain = GrayImage::from_pixel(200, 200, Luma([90]));
    for data in [
        pdf_of("/Width 200/Height 200/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", &deflated(&plain)),
        pdf_of("/Width 200/Height 200/BitsPerComponent 1/Filter/CCITTFaxDecode", &[1; 300]),
        pdf_of("/Width 99999999/Height 99999999/BitsPerComponent 8/Filter/FlateDecode", &deflated(&[0; 300])),
        pdf_of("/Width 300/Height 300/BitsPerComponent 8/Filter/FlateDecode", b"broken"),
    ] {
        assert!(codes(&take_apart(&samples::mail("see the file", "a.pdf", &data))).is_empty());
    }
}

#[test]
fn pictures_inside_files_share_the_limit_of_the_mail() {
    let names: Vec<String> = (0..33).map(|at| format!("{at}.png")).collect();
    let plain = DynamicImage::from(GrayImage::from_pixel(40, 40, Luma([90])));
    let mut png = Cursor::new(Vec::new());
    plain.write_to(&mut png, ImageFormat::Png).unwrap();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), png.get_ref().as_slice())).collect();
    let found = take_apart(&samples::mail("see", "a.zip", &samples::zip(&entries)));
    let told =
        |quirk: &Quirk| matches!(quirk, Quirk::Limit(what) if what.english().starts_with("QR codes: 3 pictures"));
    assert!(found.evidence.quirks.iter().any(told), "{:?}", found.evidence.quirks);
}

/// The addresses in files, and the rules that fire.
fn in_files(mail: &str) -> (Vec<String>, Vec<&'static str>) {
    let found = take_apart(mail);
    let links = found.evidence.links.iter().filter(|link| link.kind == LinkKind::Attachment);
    let rules = found.verdict.findings.iter().map(|finding| finding.rule.id).collect();
    (links.map(|link| link.raw.clone()).collect(), rules)
}

#[test]
fn addresses_in_words_of_documents_and_scripts_of_pages_are_listed() {
    let cell = b"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><c><f>HYPERLINK(&quot;https://form.test/x&quot;,&quot;Open&quot;)</f></c><c><f>WEBSERVICE(\"https://web.test/y\")</f></c></worksheet>";
    for (name, bytes, expected) in [
        (
            "a.docx",
            samples::docx(&[(
                "word/document.xml",
                b"<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:r><w:t>Sign in at https://txt.</w:t></w:r><w:r><w:t>test/x</w:t></w:r></w:p></w:document>",
            )]),
            vec!["https://txt.test/x"],
        ),
        (
            "a.pptx",
            samples::docx(&[("ppt/slides/slide1.xml", b"<p:sld><a:p><a:r><a:t>https://ppt.test/</a:t></a:r></a:p></p:sld>")]),
            vec!["https://ppt.test/"],
        ),
        (
            "a.xlsx",
            samples::docx(&[
                ("xl/sharedStrings.xml", b"<sst><si><t>see https://cell.test/</t></si></sst>"),
                ("xl/worksheets/sheet1.xml", cell),
            ]),
            vec!["https://cell.test/", "https://form.test/x", "https://web.test/y"],
        ),
        ("a.pdf", samples::pdf("Visit https://pdftext.test/x", None, &[], true), vec!["https://pdftext.test/x"]),
        (
            "a.html",
            b"<html><body onload=\"go('https://load.test/')\"><script>window.location.href=\"https://hloc.test/x\"; document.write(unescape('%3Ca href=%22https%3A//unesc.test/%22%3E'))</script>".to_vec(),
            vec!["https://load.test/", "https://hloc.test/x", "https://unesc.test/"],
        ),
        (
            "a.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script><![CDATA[location=atob('aHR0cHM6Ly9hdG9iLnRlc3QveA==')]]></script></svg>".to_vec(),
            vec!["https://atob.test/x"],
        ),
        // What names addresses without leading there.
        (
            "b.docx",
            samples::docx(&[(
                "word/document.xml",
                b"<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:r><w:t>Version 1.2.3 of C:\\Docs\\plan.docx and/or src/main.rs</w:t></w:r></w:p></w:document>",
            )]),
            vec![],
        ),
    ] {
        let (links, _) = in_files(&samples::mail("see the file", name, &bytes));
        assert_eq!(links, expected, "{name}");
    }
}

#[test]
fn addresses_of_libraries_in_scripts_raise_nothing() {
    let page = |script: &str| {
        samples::mail("see the file", "report.html", format!("<html><p>report</p><script>{script}</script>").as_bytes())
    };
    let (links, with) = in_files(&page("/* lib v3.4.1 https://lib.example/LICENSE (c) a@lib.example */ var a = 1;"));
    let (none, without) = in_files(&page("/* lib v3.4.1 */ var a = 1;"));
    assert_eq!((links, none), (vec!["https://lib.example/LICENSE".to_owned()], vec![]));
    assert_eq!(with, without);
}

#[test]
fn a_field_behind_another_one_starts_a_program_as_well() {
    let field = |words: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{words}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let dde = "DDEAUTO c:\\\\cmd.exe \"/k\"";
    let inner = format!(
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>IF 1 = </w:instrText></w:r>{}<w:r><w:instrText> x</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        field(dde)
    );
    for (body, expected) in [
        (field("PAGE ") + &field(dde), true),
        (inner, true),
        (field("PAGE ") + &field("DDE").replace("DDE<", "DD<") + &field("DATE"), false),
        (field("PAGE ") + &field("TOC \\o &quot;DDEAUTO&quot;"), false),
        (field("PAGE ").repeat(20_000) + &field(dde), true),
        ("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(1_000) + &field(dde), true),
    ] {
        let xml = format!("<w:document><w:p>{body}</w:p></w:document>");
        let docx = samples::docx(&[("word/document.xml", xml.as_bytes())]);
        let found = take_apart(&samples::mail("see", "a.docx", &docx));
        let inside = &found.evidence.attachments[0].inside;
        assert_eq!(inside.has(gosanke::evidence::Trait::Dde), expected, "{}", &xml[..xml.len().min(300)]);
    }
}

#[test]
fn a_code_in_an_encrypted_pdf_that_opens_without_a_password_is_a_link() {
    use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};
    let gray = image::load_from_memory(&picture(URL, ImageFormat::Png)).unwrap().to_luma8();
    let side = i64::from(gray.width());
    let mut document = Document::load_mem(&samples::pdf("Scan", None, &[], false)).unwrap();
    let head = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => side, "Height" => side,
        "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "FlateDecode",
    };
    document.add_object(Stream::new(head, deflated(&gray)));
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: Permissions::all(),
    };
    document.encrypt(&EncryptionState::try_from(version).unwrap()).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    let found = take_apart(&samples::mail("see the file", "doc.pdf", &bytes));
    assert_eq!(codes(&found).iter().map(|link| &*link.raw).collect::<Vec<_>>(), [URL]);
}
