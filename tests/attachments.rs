//! Files of every format, made by the tests themselves: what they hold is found, where their links lead stands in the list
//! of links, and what is hostile ends within its limits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod samples;

use std::time::{Duration, Instant};

use gosanke::evidence::{Attachment, Evidence, FileKind, LinkKind, Trait, nested_bytes};
use gosanke::message::{Message, Quirk};
use samples::*;

fn file(evidence: &Evidence) -> &Attachment {
    evidence.attachments.iter().find(|file| file.name.is_some()).unwrap()
}

fn traits(mail: &str) -> Vec<Trait> {
    file(&read(mail)).inside.features.iter().map(|feature| feature.what).collect()
}

fn names(evidence: &Evidence) -> Vec<String> {
    let listing = file(evidence).inside.listing.as_ref().unwrap();
    listing.entries.iter().map(|entry| format!("{}{}", "  ".repeat(entry.depth.into()), entry.name)).collect()
}

/// The links that stand in files, each with the part that it stands in.
fn links(evidence: &Evidence) -> Vec<&str> {
    let inside = evidence.links.iter().filter(|link| link.kind == LinkKind::Attachment);
    inside
        .map(|link| {
            assert_eq!(link.part, Some(2));
            link.raw.as_str()
        })
        .collect()
}

/// Reads it; a reader that breaks is caught, and is a defect all the same.
fn unbroken(mail: &str) {
    let evidence = read(mail);
    let broke = |quirk: &Quirk| matches!(quirk, Quirk::Limit(why) if why.english().contains("broke its reader"));
    assert!(!evidence.quirks.iter().any(broke), "{:?}", evidence.quirks);
}

fn limits(evidence: &Evidence) -> usize {
    evidence.quirks.iter().filter(|quirk| matches!(quirk, Quirk::Limit(_))).count()
}

const PAGE: &[u8] = b"<html><a href=\"https://page.example/login\">log in</a></html>";

#[test]
fn archives_of_every_format_are_listed() {
    let entries: &[(&str, &[u8])] = &[("docs/page.html", PAGE), ("run.exe", b"MZ")];
    for (name, bytes) in [
        ("a.zip", zip(entries)),
        ("a.7z", sevenz(entries, None, false)),
        ("a.tar", tar(entries)),
        ("a.tar.gz", gzip(&tar(entries))),
    ] {
        let evidence = read(&mail("see", name, &bytes));
        assert_eq!(names(&evidence), ["docs/page.html", "run.exe"], "{name}");
        assert_eq!(links(&evidence), ["https://page.example/login"], "{name}");
        let inside = &file(&evidence).inside;
        assert!(inside.has(Trait::Holds(FileKind::Program)) && inside.has(Trait::Holds(FileKind::Page)), "{name}");
        assert_eq!(inside.listing.as_ref().unwrap().total, PAGE.len() as u64 + 2, "{name}");
        assert_eq!(limits(&evidence), 0, "{name}");
    }
    for (name, bytes) in [("a.rar", rar5("run.exe", false)), ("b.rar", rar4("run.exe")), ("c.cab", cab("run.exe"))] {
        assert_eq!(names(&read(&mail("see", name, &bytes))), ["run.exe"], "{name}");
    }
    let packed = read(&mail("see", "notes.html.gz", &gzip(PAGE)));
    assert_eq!((names(&packed), links(&packed)), (vec!["notes.html".to_owned()], vec!["https://page.example/login"]));
}

#[test]
fn what_cannot_be_listed_says_so() {
    for (name, bytes) in [
        ("a.ace", &b"0000000**ACE**"[..]),
        ("a.rar", b"Rar!\x1a\x07\x01\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0zzzzzzzzzzzzzzzzzzzz"),
        ("a.zip", b"PK\x03\x04 not an archive"),
        ("a.cab", b"MSCF"),
        ("a.xz", b"\xfd7zXZ\0\0\x04"),
    ] {
        assert!(traits(&mail("see", name, bytes)).contains(&Trait::Unlistable), "{name}");
    }
}

#[test]
fn an_archive_in_an_archive_is_listed_below_it_and_depth_is_bounded() {
    let inner = zip(&[("run.js", b"x")]);
    let evidence = read(&mail("see", "a.zip", &zip(&[("inner.zip", &inner), ("notes.txt", b"x")])));
    assert_eq!(names(&evidence), ["inner.zip", "notes.txt", "  run.js"]);
    assert!(file(&evidence).inside.has(Trait::NestedArchive));
    let deep = (0..60).fold(inner, |inner, _| zip(&[("deeper.zip", &inner)]));
    assert_eq!(limits(&read(&mail("see", "a.zip", &deep))), 1);
}

#[test]
fn names_of_old_japanese_archives_are_read() {
    let (name, _, _) = encoding_rs::SHIFT_JIS.encode("請求書ソフト表示.exe");
    let evidence = read(&mail("see", "a.zip", &zip_in_shift_jis(&name, b"MZ")));
    assert_eq!(names(&evidence), ["請求書ソフト表示.exe"]);
    assert!(file(&evidence).inside.has(Trait::Holds(FileKind::Program)));
}

#[test]
fn passwords_that_stand_in_the_mail_are_tried() {
    let entries: &[(&str, &[u8])] = &[("page.html", PAGE)];
    let options = zip::write::SimpleFileOptions::default();
    let aes = zip_with(entries, options.with_aes_encryption(zip::AesMode::Aes256, "Kiku-2026"));
    for (name, bytes) in [
        ("old.zip", zip_crypto("page.html", PAGE, "Kiku-2026")),
        ("aes.zip", aes),
        ("data.7z", sevenz(entries, Some("Kiku-2026"), false)),
        ("names.7z", sevenz(entries, Some("Kiku-2026"), true)),
    ] {
        let told = read(&mail("The file is locked. パスワード：Kiku-2026", name, &bytes));
        let inside = &file(&told).inside;
        assert!(inside.has(Trait::Encrypted), "{name}");
        assert_eq!(inside.find(Trait::PasswordFits).map(|found| found.detail.as_str()), Some("Kiku-2026"), "{name}");
        assert_eq!(
            (names(&told), links(&told)),
            (vec!["page.html".to_owned()], vec!["https://page.example/login"]),
            "{name}"
        );
        let silent = read(&mail("The rest follows by phone.", name, &bytes));
        assert!(file(&silent).inside.has(Trait::Encrypted) && !file(&silent).inside.has(Trait::PasswordFits), "{name}");
        assert!(links(&silent).is_empty(), "{name}");
    }
    assert!(traits(&mail("see", "a.rar", &rar5("x", true))).contains(&Trait::Encrypted));
}

#[test]
fn bombs_and_lies_end_within_their_limits() {
    let zeros = vec![0; 17 << 20];
    let crowd: Vec<String> = (0..3_000).map(|at| format!("{at}")).collect();
    let crowd: Vec<(&str, &[u8])> = crowd.iter().map(|name| (name.as_str(), &b""[..])).collect();
    // Two entries that claim a gigabyte each and hold nothing of the kind.
    let mut lies = zip(&[("a.txt", &zeros), ("b.txt", b"x")]);
    let directory = lies.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    lies[directory + 24..directory + 28].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    for (name, bytes, bomb) in
        [("one.zip", lies, true), ("one.gz", gzip(&zeros), true), ("crowd.zip", zip(&crowd), false)]
    {
        let mail = mail("see", name, &bytes);
        let start = Instant::now();
        let evidence = read(&mail);
        assert!(start.elapsed() < Duration::from_secs(20), "{name}: {:?}", start.elapsed());
        assert_eq!(file(&evidence).inside.has(Trait::Bomb), bomb, "{name}");
        assert!(limits(&evidence) > 0, "{name}");
        assert!(file(&evidence).inside.listing.as_ref().unwrap().entries.len() <= 1_000);
    }
    let out = tar(&[("../../etc/x", b"x"), ("/abs", b"x"), ("C:\\x", b"x")]);
    let found = traits(&mail("see", "a.tar", &out));
    assert_eq!(found.iter().filter(|what| **what == Trait::Traversal).count(), 3);
    let prefixed = [&b"garbage in front"[..], &zip(&[("a.txt", b"x")])].concat();
    assert!(traits(&mail_of("application/zip", "see", "a.zip", &prefixed)).contains(&Trait::Prefixed));
}

#[test]
fn no_number_of_harmless_files_hides_one_that_acts() {
    let texts: Vec<String> = (0..1_100).map(|at| format!("{at}.txt")).collect();
    let pages: Vec<String> = (0..110).map(|at| format!("{at}.html")).collect();
    let last = [("invoice.pdf.exe", FileKind::Program), ("invoice.pdf.lnk", FileKind::Shortcut)];
    for (padding, (last, kind)) in [&texts, &pages].into_iter().flat_map(|padding| last.map(|last| (padding, last))) {
        let entries: Vec<(&str, &[u8])> =
            padding.iter().map(String::as_str).chain([last]).map(|name| (name, &b"MZ"[..])).collect();
        for (name, bytes) in
            [("a.zip", zip(&entries)), ("a.tar", tar(&entries)), ("a.7z", sevenz(&entries, None, false))]
        {
            let evidence = read(&mail("see", name, &bytes));
            let inside = &file(&evidence).inside;
            let told = format!("{last} behind {} in {name}", padding[0]);
            assert!(inside.has(Trait::Holds(kind)), "{told}");
            assert!(names(&evidence).contains(&last.to_owned()), "{told}");
            assert_eq!(inside.listing.as_ref().unwrap().count as usize, entries.len(), "{told}");
            assert!(limits(&evidence) > 0, "{told}");
        }
    }
    // Nor does an archive hide what is in the next one.
    let texts: Vec<(&str, &[u8])> = texts.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    let part = |name: &str, bytes: &[u8]| {
        let head = format!("--b\nContent-Type: application/zip; name={name}\nContent-Disposition: attachment\n");
        format!("{head}Content-Transfer-Encoding: base64\n\n{}\n", base64(bytes))
    };
    let (one, two) = (part("a.zip", &zip(&texts)), part("b.zip", &zip(&[("invoice.pdf.exe", b"MZ")])));
    let evidence = read(&format!("Content-Type: multipart/mixed; boundary=b\n\n{one}{two}--b--\n"));
    let second = &evidence.attachments[1].inside;
    assert!(second.has(Trait::Holds(FileKind::Program)), "{second:?}");
    assert_eq!(second.listing.as_ref().unwrap().entries.len(), 1);
    // Nor where something stands in front of it, nor what unpacks to more than is unpacked.
    let prefixed = [&b"garbage in front"[..], &zip(&[("invoice.pdf.exe", b"MZ")])].concat();
    let zeros = vec![0; 15 << 20];
    let large: Vec<(&str, &[u8])> = ["1", "2", "3", "4"].map(|name| (name, zeros.as_slice())).into();
    for (first, second) in
        [(zip(&texts), prefixed), (zip(&large), gzip(&tar(&[("a.txt", b"x"), ("invoice.pdf.exe", b"MZ")])))]
    {
        let (one, two) = (part("a.zip", &first), part("b.bin", &second));
        let evidence = read(&format!("Content-Type: multipart/mixed; boundary=b\n\n{one}{two}--b--\n"));
        assert!(evidence.attachments[1].inside.has(Trait::Holds(FileKind::Program)), "{:?}", evidence.attachments[1]);
    }
}

#[test]
fn what_programs_find_in_an_archive_is_found_however_it_is_put_in() {
    // A name that claims to be long does not swallow the headers behind it, where there is no directory.
    let decoy = [&b"PK\x03\x04"[..], &[0; 22], b"\x60\xea\x00\x00"].concat();
    let mut whole = zip_with(
        &[("a.bin", &decoy), ("evil.exe", b"MZ")],
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
    );
    let directory = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    whole.truncate(directory);
    whole.resize(whole.len() + 70_000, b' ');
    assert!(traits(&mail("see", "a.zip", &whole)).contains(&Trait::Holds(FileKind::Program)));
    // Two members are one file.
    let tape = tar(&[("readme.txt", b"x"), ("evil.exe", b"MZ")]);
    let (one, two) = tape.split_at(1_024);
    let evidence = read(&mail("see", "a.tar.gz", &[gzip(one), gzip(two)].concat()));
    assert_eq!(names(&evidence), ["readme.txt", "evil.exe"]);
    // Of two entries of one name programs take one or the other.
    let mut twice = zip(&[("1.html", PAGE), ("2.html", b"harmless")]);
    for at in 0..twice.len() - 6 {
        if &twice[at..at + 6] == b"2.html" {
            twice[at] = b'1';
        }
    }
    assert!(traits(&mail("see", "a.zip", &twice)).contains(&Trait::SameNames));
    assert!(!traits(&mail("see", "a.zip", &zip(&[("1.html", PAGE)]))).contains(&Trait::SameNames));
}

#[test]
fn names_beyond_the_limit_are_not_counted_as_if_they_were_read() {
    let many: Vec<String> = (0..20_100).map(|at| format!("{at}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let evidence = read(&mail("see", "a.zip", &zip(&many)));
    let inside = &file(&evidence).inside;
    let listing = inside.listing.as_ref().unwrap();
    assert_eq!((listing.count, listing.cut, listing.entries.len()), (20_000, true, 1_000));
    // An archive without a list, in which every name lies over the next ones, and none is one of a file.
    let mut header = [0x81; 32];
    header[..4].copy_from_slice(b"PK\x03\x04");
    header[26..29].copy_from_slice(b"\xff\xff/");
    let damaged = header.repeat(60_000);
    let start = Instant::now();
    unbroken(&mail("see", "a.zip", &damaged));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn no_number_of_texts_in_an_archive_keeps_a_page_from_being_read() {
    let texts: Vec<String> = (0..400).map(|at| format!("{at}.txt")).collect();
    let mut entries: Vec<(&str, &[u8])> = texts.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    entries.push(("page.html", PAGE));
    assert_eq!(links(&read(&mail("see", "a.zip", &zip(&entries)))), ["https://page.example/login"]);
}

#[test]
fn documents_tell_their_macros_templates_objects_and_links() {
    let project = compound(&[
        ("/VBA/dir", b"x"),
        ("/VBA/_VBA_PROJECT", b"x"),
        (
            "/VBA/ThisDocument",
            &module("Attribute VB_Name = \"x\"\r\nSub Document_Open()\r\nShell \"https://macro.example/x\"\r\n"),
        ),
    ]);
    let template = relation("attachedTemplate", "https://template.example/t.dotm");
    let hyperlink = relation("hyperlink", "https://link.example/x");
    let dde = b"<w:document><w:p><w:r><w:instrText>DDEAUTO c:\\\\x \"y\"</w:instrText></w:r></w:p></w:document>";
    let object = compound(&[("/\u{1}Ole10Native", &ole10native("C:\\x\\run.vbs", b"x"))]);
    let bytes = docx(&[
        ("word/vbaProject.bin", &project),
        ("word/_rels/settings.xml.rels", template.as_bytes()),
        ("word/_rels/document.xml.rels", hyperlink.as_bytes()),
        ("word/document.xml", dde),
        ("word/embeddings/oleObject1.bin", &object),
        ("word/activeX/activeX1.bin", b"x"),
    ]);
    let evidence = read(&mail("see", "order.docm", &bytes));
    let inside = &file(&evidence).inside;
    for what in [
        Trait::Macro,
        Trait::AutoMacro,
        Trait::RemoteTemplate,
        Trait::Dde,
        Trait::Embedded,
        Trait::ActiveX,
        Trait::Holds(FileKind::Script),
    ] {
        assert!(inside.has(what), "{what:?} in {:?}", inside.features);
    }
    let mut found = links(&evidence);
    found.sort_unstable();
    assert_eq!(found, ["https://link.example/x", "https://macro.example/x", "https://template.example/t.dotm"]);
    let plain = read(&mail("see", "letter.docx", &docx(&[("word/document.xml", b"<w:document/>")])));
    assert!(file(&plain).inside.features.is_empty() && file(&plain).inside.listing.is_none());
    assert_eq!(file(&plain).kind, FileKind::Office);
}

#[test]
fn old_documents_tell_theirs() {
    let module = module("Attribute VB_Name = \"x\"\r\nSub AutoOpen()\r\nCreateObject(\"x\")\r\n");
    let sheet = [&[0x85, 0, 8, 0, 0, 0, 0, 0, 1, 1, 0, 0][..], &[0x0a, 0, 0, 0]].concat();
    for (streams, what) in [
        (vec![("/Macros/VBA/_VBA_PROJECT", &b"x"[..]), ("/Macros/VBA/Module1", &module)], Trait::AutoMacro),
        (vec![("/Workbook", &sheet[..])], Trait::ExcelFourMacro),
        (vec![("/EncryptedPackage", b"x"), ("/EncryptionInfo", b"x")], Trait::Encrypted),
        (vec![("/ObjectPool/_1/Equation Native", b"x")], Trait::Equation),
    ] {
        assert!(traits(&mail("see", "order.doc", &compound(&streams))).contains(&what), "{what:?}");
    }
    let word = b"\xec\xa5\0\0\0\0\0\0\0\0\0\0\0\0 text \x13 HYPERLINK \"https://word.example/x\" \x14 here".to_vec();
    let evidence = read(&mail("see", "letter.doc", &compound(&[("/WordDocument", &word)])));
    assert_eq!(links(&evidence), ["https://word.example/x"]);
    let package: String = {
        let native = ole10native("run.vbs", b"x");
        let native = &native[4..];
        let head =
            [&[1, 5, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0][..], b"Package\0", &[0; 8], &(native.len() as u32).to_le_bytes()]
                .concat();
        [&head, native].concat().iter().fold(String::new(), |out, byte| out + &format!("{byte:02x}"))
    };
    let rtf = format!("{{\\rtf1 {{\\object{{\\*\\objdata {package}}}}} HYPERLINK \"https://rtf.example/x\"}}");
    let evidence = read(&mail("see", "letter.rtf", rtf.as_bytes()));
    assert!(file(&evidence).inside.has(Trait::Holds(FileKind::Script)), "{:?}", file(&evidence).inside);
    assert_eq!(links(&evidence), ["https://rtf.example/x"]);
}

#[test]
fn pdfs_tell_their_links_and_actions_packed_or_not() {
    use lopdf::{Object, dictionary};
    for packed in [false, true] {
        let evidence = read(&mail("see", "doc.pdf", &pdf("Open", Some(uri("https://pdf.example/x")), &[], packed)));
        let inside = &file(&evidence).inside;
        assert_eq!((links(&evidence), inside.pages), (vec!["https://pdf.example/x"], Some(1)), "{packed}");
        assert!(inside.has(Trait::PdfOnlyLink), "{packed}");
        let long = "a letter with many words in it ".repeat(20);
        let letter = traits(&mail("see", "doc.pdf", &pdf(&long, Some(uri("https://pdf.example/x")), &[], packed)));
        assert!(letter.is_empty(), "{packed}: {letter:?}");
        let script =
            dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.launchURL('https://js.example/')") };
        let active = pdf(&long, None, &[("OpenAction", Object::Dictionary(script))], packed);
        let evidence = read(&mail("see", "doc.pdf", &active));
        assert!(
            file(&evidence).inside.has(Trait::PdfScript) && file(&evidence).inside.has(Trait::PdfOpenAction),
            "{packed}"
        );
        let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("cmd.exe") };
        let starts = file(&read(&mail("see", "doc.pdf", &pdf(&long, Some(launch), &[], packed)))).inside.clone();
        assert_eq!(starts.find(Trait::PdfLaunch).unwrap().detail, "cmd.exe", "{packed}");
    }
}

#[test]
fn an_encrypted_pdf_that_opens_without_a_password_shows_its_links() {
    use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions};
    for (user, text) in [("", "see"), ("ume-77", "Password: ume-77")] {
        let mut document = Document::load_mem(&pdf("Open", Some(uri("https://sealed.example/x")), &[], false)).unwrap();
        let id = Object::string_literal("0123456789abcdef");
        document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: user,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        let evidence = read(&mail(text, "doc.pdf", &bytes));
        assert!(file(&evidence).inside.has(Trait::Encrypted));
        assert_eq!(file(&evidence).inside.has(Trait::PasswordFits), !user.is_empty());
        assert_eq!(links(&evidence), ["https://sealed.example/x"], "{user}");
    }
}

#[test]
fn pages_and_notes_and_shortcuts_tell_what_they_do() {
    let smuggling = b"<html><script>var b=new Blob([atob('QUJD')]);x.href=URL.createObjectURL(b);x.download='a.iso'</script></html>";
    assert!(fired(&mail_of("text/html", "see", "view.html", smuggling)).contains(&"page-builds-file"));
    assert!(
        fired(&mail("see", "a.zip", &zip(&[("view.svg", b"<svg><script>eval(atob('QUJD'))</script></svg>")])))
            .contains(&"page-builds-file")
    );
    let note = read(&mail("see", "note.one", &onenote(b"<html><hta:application><script>x</script></html>")));
    assert!(file(&note).inside.has(Trait::OneNoteFile));
    let shortcut = read(&mail("see", "open.url", b"[InternetShortcut]\r\nURL=https://shortcut.example/x\r\n"));
    assert_eq!((links(&shortcut), file(&shortcut).kind), (vec!["https://shortcut.example/x"], FileKind::Shortcut));
}

#[test]
fn what_winmail_dat_wraps_is_found() {
    let bytes = tnef("See https://body.example/x please", "請求書.html", PAGE);
    let evidence = read(&mail_of("application/ms-tnef", "see", "winmail.dat", &bytes));
    assert_eq!(names(&evidence), ["請求書.html"]);
    assert_eq!(links(&evidence), ["https://body.example/x", "https://page.example/login"]);
    assert!(file(&evidence).inside.text.contains("See https://body.example/x"));
    for at in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[at] = 0xff;
        unbroken(&mail_of("application/ms-tnef", "see", "winmail.dat", &broken));
    }
}

#[test]
fn messages_inside_are_told_with_their_heads_and_links_and_can_be_opened() {
    let inner = "From: Bank <bank@evil.example>\nSubject: Your account\nDate: Sat, 21 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\n\nhttps://inner.example/x\n";
    let saved = mail("see", "account.eml", inner.as_bytes());
    let attached = format!(
        "From: a@sender.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
    );
    for (mail, links_in) in [(saved, 2), (attached, 3)] {
        let message = Message::parse(mail.as_bytes());
        let evidence = read(&mail);
        let nested = evidence.nested.first().unwrap();
        assert_eq!((nested.subject.as_str(), nested.date), ("Your account", Some(1_795_251_600)));
        assert!(nested.from.contains("bank@evil.example"));
        let link = evidence.links.iter().find(|link| link.raw == "https://inner.example/x").unwrap();
        assert_eq!((link.kind, link.part), (LinkKind::Attachment, Some(links_in)));
        let opened = read(&String::from_utf8(nested_bytes(&message, nested).unwrap()).unwrap());
        assert_eq!(opened.subject, "Your account");
        assert_eq!(opened.links.first().unwrap().kind, LinkKind::Text);
    }
    let zipped = read(&mail("see", "a.zip", &zip(&[("account.eml", inner.as_bytes())])));
    assert_eq!(zipped.nested.first().unwrap().within.as_deref(), Some("account.eml"));
    assert_eq!(links(&zipped), ["https://inner.example/x"]);
}

#[test]
fn one_cause_is_told_once() {
    for (mail, expected) in [
        (mail("see", "invoice.pdf.exe", b"MZ"), vec!["double-extension"]),
        (mail("see", "invoice\u{202e}fdp.exe", b"MZ"), vec!["name-turned-around"]),
        (mail("see", "invoice.exe", b"MZ"), vec!["program-attached"]),
        (mail("see", "invoice.zip", &zip(&[("invoice.exe", b"MZ")])), vec!["holds-program", "container-attached"]),
        (
            mail_of("text/html", "see", "a.html", b"<html><form><input type=password></form>"),
            vec!["page-asks-password"],
        ),
        (mail_of("application/pdf", "see", "a.pdf", b"%PDF-1.4 ordinary"), vec![]),
        (mail("see", "letter.docx", &docx(&[("word/document.xml", b"<w:document/>")])), vec![]),
    ] {
        let mut found = fired(&mail);
        found.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}

#[test]
fn damaged_files_of_every_format_end() {
    let entries: &[(&str, &[u8])] = &[("a.html", PAGE), ("b.txt", b"text")];
    let samples: Vec<Vec<u8>> = vec![
        zip(entries),
        sevenz(entries, None, false),
        tar(entries),
        gzip(&tar(entries)),
        rar5("a.txt", false),
        rar4("a.txt"),
        cab("a.txt"),
        docx(&[("word/vbaProject.bin", &compound(&[("/VBA/m", &module("Attribute VB_Name"))]))]),
        compound(&[("/Workbook", &[0x85, 0, 4, 0, 0, 0, 0, 0]), ("/WordDocument", b"text")]),
        pdf("Open", Some(uri("https://a.example/")), &[], true),
        onenote(PAGE),
    ];
    let start = Instant::now();
    for sample in samples {
        let step = (sample.len() / 40).max(1);
        for at in (0..sample.len()).step_by(step) {
            for byte in [0x00, 0xff] {
                let mut broken = sample.clone();
                broken[at] = byte;
                unbroken(&mail("see", "file.bin", &broken));
            }
            unbroken(&mail("see", "file.bin", &sample[..at]));
        }
    }
    assert!(start.elapsed() < Duration::from_mins(2), "{:?}", start.elapsed());
}
