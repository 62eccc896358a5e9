//! Files of every format that `tests/attachments.rs` needs, made with kept crates or byte by byte, and the mails that carry
//! them. Names and addresses are reserved ones; nothing here was ever in a real mail.

use std::io::{Cursor, Write as _};

use gosanke::evidence::{Evidence, examine};
use gosanke::facts::FactSet;
use gosanke::message::Message;
use gosanke::signal::{Weights, run};

/// Base64 in lines, as mail carries files.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (number, three) in bytes.chunks(3).enumerate() {
        let value = three.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(value >> (18 - 6 * place) & 63) as usize] as char;
            out.push(if place <= three.len() { letter } else { '=' });
        }
        if number % 19 == 18 {
            out.push('\n');
        }
    }
    out
}

/// A mail with a text and one file.
pub(crate) fn mail(text: &str, name: &str, bytes: &[u8]) -> String {
    mail_of("application/octet-stream", text, name, bytes)
}

/// The same with a declared type.
pub(crate) fn mail_of(kind: &str, text: &str, name: &str, bytes: &[u8]) -> String {
    format!(
        "Return-Path: <anna@sender.example>\nReceived: from mail.sender.example (mail.sender.example [203.0.113.5])\n\tby mx.example.org with ESMTPS id 4AB12; Sat, 21 Nov 2026 10:00:03 +0000\nFrom: Anna Example <anna@sender.example>\nTo: reader@example.org\nSubject: The papers\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-ID: <20261121.1@sender.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--b\nContent-Type: {kind}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n{}\n--b--\n",
        base64(bytes)
    )
}

/// What a mail gives away.
pub(crate) fn read(mail: &str) -> Evidence {
    examine(&Message::parse(mail.as_bytes()), &[])
}

/// The rules that fire on a mail and are about its files.
pub(crate) fn fired(mail: &str) -> Vec<&'static str> {
    run(&read(mail), &FactSet::default(), &Weights::default())
        .into_iter()
        .filter(|finding| finding.rule.family == gosanke::signal::Family::Attachments)
        .map(|finding| finding.rule.id)
        .collect()
}

/// A ZIP archive.
pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(entries, zip::write::SimpleFileOptions::default())
}

/// A ZIP archive of other options.
pub(crate) fn zip_with(entries: &[(&str, &[u8])], options: zip::write::FileOptions<'_, '_, ()>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A ZIP archive as Japanese Windows wrote it: the name in Shift_JIS, nothing that says so.
pub(crate) fn zip_in_shift_jis(name: &[u8], bytes: &[u8]) -> Vec<u8> {
    let stand_in = "x".repeat(name.len());
    let mut archive = zip(&[(&stand_in, bytes)]);
    let places: Vec<usize> = archive
        .windows(name.len())
        .enumerate()
        .filter(|(_, window)| *window == stand_in.as_bytes())
        .map(|(at, _)| at)
        .collect();
    for at in places {
        archive[at..at + name.len()].copy_from_slice(name);
    }
    archive
}

/// A ZIP archive encrypted with the old cipher (APPNOTE.TXT section 6.1), made here because the crate only reads it.
pub(crate) fn zip_crypto(name: &str, bytes: &[u8], password: &str) -> Vec<u8> {
    let table: Vec<u32> = (0..256_u32)
        .map(|byte| (0..8).fold(byte, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }))
        .collect();
    let step = |crc: u32, byte: u8| crc >> 8 ^ table[(crc as u8 ^ byte) as usize];
    let crc = !bytes.iter().fold(!0_u32, |crc, byte| step(crc, *byte));
    let mut keys = [0x1234_5678_u32, 0x2345_6789, 0x3456_7890];
    let update = |keys: &mut [u32; 3], byte: u8| {
        keys[0] = step(keys[0], byte);
        keys[1] = keys[1].wrapping_add(keys[0] & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        keys[2] = step(keys[2], (keys[1] >> 24) as u8);
    };
    for byte in password.bytes() {
        update(&mut keys, byte);
    }
    let mut head = [7_u8; 12];
    head[11] = (crc >> 24) as u8;
    let data: Vec<u8> = head
        .iter()
        .chain(bytes)
        .map(|plain| {
            let temporary = (keys[2] | 2) as u16;
            let stream = (u32::from(temporary).wrapping_mul(u32::from(temporary ^ 1)) >> 8) as u8;
            update(&mut keys, *plain);
            plain ^ stream
        })
        .collect();
    let mut out = Vec::new();
    let common = |out: &mut Vec<u8>| {
        for short in [20_u16, 1, 0, 0, 0] {
            out.extend_from_slice(&short.to_le_bytes());
        }
        for long in [crc, data.len() as u32, bytes.len() as u32] {
            out.extend_from_slice(&long.to_le_bytes());
        }
        out.extend_from_slice(&(name.len() as u16).to_le_bytes());
        out.extend_from_slice(&0_u16.to_le_bytes());
    };
    out.extend_from_slice(b"PK\x03\x04");
    common(&mut out);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(&data);
    let directory = out.len();
    out.extend_from_slice(b"PK\x01\x02\x14\x00");
    common(&mut out);
    out.extend_from_slice(&[0; 14]);
    out.extend_from_slice(name.as_bytes());
    let size = out.len() - directory;
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&(size as u32).to_le_bytes());
    out.extend_from_slice(&(directory as u32).to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}

/// A gzip file.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar archive.
pub(crate) fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        // The builder refuses names that lead out of the folder; a hostile one does not ask it.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A 7z archive, with a password and with names encrypted or not.
pub(crate) fn sevenz(entries: &[(&str, &[u8])], password: Option<&str>, names: bool) -> Vec<u8> {
    use sevenz_rust2::encoder_options::AesEncoderOptions;
    use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderMethod, Password};
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    if let Some(password) = password {
        let aes = AesEncoderOptions::new(Password::new(password));
        writer.set_content_methods(vec![aes.into(), EncoderMethod::LZMA2.into()]);
    }
    writer.set_encrypt_header(names);
    for (name, bytes) in entries {
        writer.push_archive_entry(ArchiveEntry::new_file(name), Some(*bytes)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A RAR 5 archive of one stored file, or one whose names are encrypted.
pub(crate) fn rar5(name: &str, locked: bool) -> Vec<u8> {
    let mut out = b"Rar!\x1a\x07\x01\0".to_vec();
    let mut block = |body: &[u8], data: &[u8]| {
        out.extend_from_slice(&[0; 4]);
        out.push(body.len() as u8);
        out.extend_from_slice(body);
        out.extend_from_slice(data);
    };
    if locked {
        block(&[4, 0, 0, 0, 15], &[]);
        block(&[9; 30], &[]);
        return out;
    }
    block(&[1, 0, 0], &[]);
    let file = [&[2, 2, 3, 0, 3, 0, 0, 1, name.len() as u8][..], name.as_bytes()].concat();
    block(&file, b"abc");
    block(&[5, 0, 0], &[]);
    out
}

/// A RAR 4 archive of one stored file.
pub(crate) fn rar4(name: &str) -> Vec<u8> {
    let mut out = b"Rar!\x1a\x07\0".to_vec();
    out.extend_from_slice(&[0, 0, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0]);
    out.extend_from_slice(&[0, 0, 0x74, 0, 0x80]);
    out.extend_from_slice(&(32 + name.len() as u16).to_le_bytes());
    out.extend_from_slice(&3_u32.to_le_bytes());
    out.extend_from_slice(&3_u32.to_le_bytes());
    out.extend_from_slice(&[0; 11]);
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"abc");
    out.extend_from_slice(&[0, 0, 0x7b, 0, 0, 7, 0]);
    out
}

/// A cabinet that lists one file.
pub(crate) fn cab(name: &str) -> Vec<u8> {
    let mut out = b"MSCF".to_vec();
    out.extend_from_slice(&[0; 12]);
    out.extend_from_slice(&36_u32.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0]);
    out.extend_from_slice(&7_u32.to_le_bytes());
    out.extend_from_slice(&[0; 12]);
    out.extend_from_slice(name.as_bytes());
    out.push(0);
    out
}

/// A compound file with these streams.
pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        if let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) {
            file.create_storage_all(folder).unwrap();
        }
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A VBA module's stream: the source as one that finds no repetition packs it (MS-OVBA section 2.4.1).
pub(crate) fn module(source: &str) -> Vec<u8> {
    let mut out = b"p-code\x01".to_vec();
    let mut chunk = Vec::new();
    for eight in source.as_bytes().chunks(8) {
        chunk.push(0);
        chunk.extend_from_slice(eight);
    }
    out.extend_from_slice(&(0xb000 | (chunk.len() - 1) as u16).to_le_bytes());
    out.extend_from_slice(&chunk);
    out
}

/// A Word document (OOXML) with further parts.
pub(crate) fn docx(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let usual: [(&str, &[u8]); 2] = [
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>"),
    ];
    zip(&[&usual[..], parts].concat())
}

/// A relation of a document to something elsewhere.
pub(crate) fn relation(kind: &str, target: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>"
    )
}

/// A packaged file as the packager writes it into a document (`\x01Ole10Native`).
pub(crate) fn ole10native(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = vec![2, 0];
    for text in [name, name] {
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    body.extend_from_slice(&[0, 0, 3, 0]);
    body.extend_from_slice(&(name.len() as u32 + 1).to_le_bytes());
    body.extend_from_slice(name.as_bytes());
    body.push(0);
    body.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    body.extend_from_slice(bytes);
    [&(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// winmail.dat with a body and one file.
pub(crate) fn tnef(body: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = b"\x78\x9f\x3e\x22\x01\0".to_vec();
    let mut attribute = |level: u8, id: u32, data: &[u8]| {
        out.push(level);
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&(data.len() as u32).to_le_bytes());
        out.extend_from_slice(data);
        out.extend_from_slice(&data.iter().fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into())).to_le_bytes());
    };
    attribute(1, 0x0002_800c, body.as_bytes());
    attribute(2, 0x0006_9002, &[0; 14]);
    attribute(2, 0x0001_8010, b"SHORT~1.HTM\0");
    attribute(2, 0x0006_800f, bytes);
    let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let mut list = 1_u32.to_le_bytes().to_vec();
    list.extend_from_slice(&[0x1f, 0, 0x07, 0x37]);
    list.extend_from_slice(&1_u32.to_le_bytes());
    list.extend_from_slice(&(wide.len() as u32).to_le_bytes());
    list.extend_from_slice(&wide);
    list.resize(list.len().next_multiple_of(4), 0);
    attribute(2, 0x0006_9005, &list);
    out
}

/// A OneNote section with one embedded file.
pub(crate) fn onenote(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3];
    out.extend_from_slice(&[0; 200]);
    out.extend_from_slice(&[
        0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac,
    ]);
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(&[0; 12]);
    out.extend_from_slice(bytes);
    out.extend_from_slice(&[0; 64]);
    out
}

/// A PDF of one page with these words, this annotation's action and further objects; packed into object streams or not.
pub(crate) fn pdf(
    words: &str,
    action: Option<lopdf::Dictionary>,
    catalog: &[(&str, lopdf::Object)],
    packed: bool,
) -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let content = format!("BT /F1 12 Tf 72 700 Td ({words}) Tj ET");
    let content = document.add_object(Stream::new(dictionary! {}, content.into_bytes()));
    let mut page = dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    if let Some(action) = action {
        let annotation = document.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![0.into(), 0.into(), 595.into(), 842.into()], "A" => action,
        });
        page.set("Annots", Object::Array(vec![annotation.into()]));
    }
    let page = document.add_object(page);
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let mut root = dictionary! { "Type" => "Catalog", "Pages" => pages };
    for (key, value) in catalog {
        root.set(*key, value.clone());
    }
    let root = document.add_object(root);
    document.trailer.set("Root", root);
    let mut out = Vec::new();
    if packed {
        document.compress();
        document.save_modern(&mut out).unwrap();
    } else {
        document.save_to(&mut out).unwrap();
    }
    out
}

/// An action that opens an address.
pub(crate) fn uri(target: &str) -> lopdf::Dictionary {
    lopdf::dictionary! { "S" => "URI", "URI" => lopdf::Object::string_literal(target) }
}
