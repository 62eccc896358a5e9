//! Encrypted PDF: most open without a password, and their strings are readable once the cipher is undone. The only place
//! that names the PDF crate; it gets bounded bytes and its objects are walked without recursion.

use lopdf::{Dictionary, Document, LoadOptions, Object, Stream};

use super::found::{Inside, Trait};
use super::inspect::{File, Inspector, add};
use super::pdf::{Sums, names_a_place, pictures, text};
use crate::limits::{SEALED_BYTES, SEALED_OBJECTS};
use crate::text::Words;

/// The most bytes that one of its streams may unpack to.
const STREAM: usize = 8 * 1024 * 1024;

/// Reads what the cipher hides. Gives false where the file only says that it is encrypted: it can be read as it is.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, sums: &mut Sums, inside: &mut Inside) -> bool {
    if file.bytes.len() > SEALED_BYTES {
        inspector.limits.hit(Words::new(
            "PDF: an encrypted file is larger than is read",
            "PDF：暗号化されたファイルが大きく、読んでいません",
        ));
        return false;
    }
    let Ok(document) = Document::load_mem_with_options(file.bytes, options(None)) else { return false };
    if !document.is_encrypted() && !document.was_encrypted() {
        return false;
    }
    add(inside, Trait::Encrypted, "PDF", file.within);
    if let Some(document) = opened(inspector, file, document, inside) {
        walk(inspector, file, &document, sums, inside);
    }
    true
}

fn walk(inspector: &mut Inspector<'_>, file: &File<'_>, document: &Document, sums: &mut Sums, inside: &mut Inside) {
    let mut open: Vec<&Object> = document.objects.values().collect();
    let mut walked = 0;
    while let Some(object) = open.pop() {
        walked += 1;
        if walked > SEALED_OBJECTS {
            inspector
                .limits
                .hit(Words::new("PDF: more objects than are walked", "PDF：オブジェクトが多く、一部だけを調べました"));
            return;
        }
        match object {
            Object::Array(list) => open.extend(list),
            Object::Stream(stream) => {
                dictionary(inspector, file, &stream.dict, sums, inside);
                if stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image") {
                    pictures::look(inspector, &head(stream), &stream.content);
                }
                open.extend(stream.dict.iter().map(|(_, value)| value));
            }
            Object::Dictionary(own) => {
                dictionary(inspector, file, own, sums, inside);
                open.extend(own.iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
}

/// What a picture says of itself.
fn head(stream: &Stream) -> pictures::Head<'_> {
    let number = |key: &[u8]| stream.dict.get(key).and_then(Object::as_i64).ok().and_then(|n| usize::try_from(n).ok());
    let parameters = stream.dict.get(b"DecodeParms").and_then(Object::as_dict);
    let predictor = parameters.and_then(|own| own.get(b"Predictor")).and_then(Object::as_i64).unwrap_or(1);
    let space = stream.dict.get(b"ColorSpace").and_then(Object::as_name).unwrap_or_default();
    let mut names = stream.filters().unwrap_or_default();
    names.push(space);
    pictures::Head::new(names, number, usize::try_from(predictor).unwrap_or(1))
}

fn options(password: Option<String>) -> LoadOptions {
    LoadOptions { password, max_decompressed_size: Some(STREAM), ..LoadOptions::default() }
}

/// The document in the clear: as it was loaded, since the crate tries the empty password by itself, else with a word of
/// the mail.
fn opened(inspector: &mut Inspector<'_>, file: &File<'_>, document: Document, inside: &mut Inside) -> Option<Document> {
    if !document.is_encrypted() {
        return Some(document);
    }
    for word in inspector.passwords() {
        let Some(left) = inspector.tries.checked_sub(1) else {
            inspector.limits.hit(Words::new(
                "PDF: more words of the mail than are tried as passwords of files",
                "PDF：パスワードとして試せなかった語が残っています",
            ));
            return None;
        };
        inspector.tries = left;
        if document.authenticate_password(&word).is_ok() {
            add(inside, Trait::PasswordFits, &word, file.within);
            return Document::load_mem_with_options(file.bytes, options(Some(word))).ok();
        }
    }
    None
}

fn dictionary(inspector: &mut Inspector<'_>, file: &File<'_>, own: &Dictionary, sums: &mut Sums, inside: &mut Inside) {
    let string = |key: &[u8]| own.get(key).ok().and_then(|value| value.as_str().ok()).map(text);
    let action = own.get(b"S").ok().and_then(|value| value.as_name().ok()).unwrap_or_default();
    if let Some(target) = string(b"URI").filter(|target| names_a_place(target)) {
        sums.links += 1;
        inspector.link(&target, None);
    }
    let target = string(b"F").unwrap_or_default();
    match action {
        b"JavaScript" => add(inside, Trait::PdfScript, &string(b"JS").unwrap_or_default(), file.within),
        b"Launch" => add(inside, Trait::PdfLaunch, &target, file.within),
        b"SubmitForm" => add(inside, Trait::PdfSubmit, &target, file.within),
        b"GoToR" | b"GoToE" => add(inside, Trait::PdfRemote, &target, file.within),
        _ => {}
    }
    if sums.pages == 0 && own.has_type(b"Pages") {
        let count = own.get(b"Count").ok().and_then(|value| value.as_i64().ok()).unwrap_or_default();
        sums.pages = u32::try_from(count.clamp(0, 1_000_000)).unwrap_or_default();
    }
}
