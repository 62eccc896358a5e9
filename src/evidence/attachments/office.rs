//! Office documents that are ZIP archives (ECMA-376, OpenDocument): programs in them, what they load from elsewhere, their
//! embedded objects, fields that start programs, and where their links lead.

use super::found::{FileKind, Inside, Trait};
use super::inspect::{File, Inspector, add};
use super::zip::Archive;
use super::{ole, vba};
use crate::evidence::links::urls_in;
use crate::message::html::{Event, read};
use crate::message::{clip, text_of};
use crate::text::Words;

mod texts;

use texts::Texts;

/// The most bytes of one of its XML parts that are read.
const PART: usize = 4 * 1024 * 1024;
/// The most fields inside fields; the innermost of more are read as one.
const FIELD_DEPTH: usize = 32;
/// The most bytes of an instruction that stands in an attribute.
const FIELD: usize = 16 * 1024;
/// The most bytes of a list of relations that are read.
const RELATIONS: usize = 1024 * 1024;

/// The entries that are gone through, by their places.
fn entries(inspector: &mut Inspector<'_>, archive: &Archive<'_>) -> std::ops::Range<usize> {
    let most = inspector.most.document_entries;
    if archive.len() > most {
        inspector
            .limits
            .hit(Words::new("documents: more entries than are gone through", "文書：項目が多く、一部だけを調べました"));
    }
    0..archive.len().min(most)
}

/// Looks into an Office Open XML document.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, archive: &mut Archive<'_>, inside: &mut Inside) {
    let mut texts = Texts::within(&inspector.most);
    let mut pictures = Vec::new();
    for index in entries(inspector, archive) {
        let Some(name) = entry_name(archive, index) else { continue };
        let low = name.to_ascii_lowercase();
        if low.ends_with("vbaproject.bin") {
            add(inside, Trait::Macro, &name, file.within);
            if let Some(bytes) = entry(inspector, archive, index, PART * 2) {
                ole::project(inspector, file, &bytes, inside);
            }
        } else if low.starts_with("xl/macrosheets/") {
            add(inside, Trait::ExcelFourMacro, &name, file.within);
        } else if low.contains("/activex/") && ends(&low, "bin") {
            add(inside, Trait::ActiveX, &name, file.within);
        } else if low.contains("/embeddings/") {
            add(inside, Trait::Embedded, &name, file.within);
            if let Some(bytes) = entry(inspector, archive, index, PART * 4) {
                let last = name.rsplit('/').next().unwrap_or(&name);
                inspector.child(file, last, &bytes, inside);
            }
        } else if low.contains("/media/") {
            if is_media(&low) {
                pictures.push(index);
            }
        } else if ends(&low, "rels") {
            if let Some(bytes) = entry(inspector, archive, index, RELATIONS) {
                relations(inspector, file, &text_of(&bytes), inside);
            }
        } else if fields_in(&low)
            && let Some(bytes) = entry(inspector, archive, index, PART)
        {
            fields(inspector, file, &bytes, inside);
            texts.look(inspector, &bytes);
        } else if texts::holds(&low) {
            texts.unpack(inspector, archive, index);
        }
    }
    media(inspector, archive, &pictures);
}

/// The name of a part ends so.
fn ends(name: &str, ending: &str) -> bool {
    super::kind::ending(name).eq_ignore_ascii_case(ending)
}

/// Parts in which fields and links to other programs stand.
fn fields_in(low: &str) -> bool {
    let word = low.starts_with("word/")
        && ends(low, "xml")
        && ["document", "header", "footer", "footnotes", "endnotes", "comments"]
            .iter()
            .any(|start| low.get(5..).is_some_and(|rest| rest.starts_with(start)));
    word || low.starts_with("xl/externallinks/") && ends(low, "xml")
}

/// Looks into an OpenDocument file.
pub(super) fn open_document(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    archive: &mut Archive<'_>,
    inside: &mut Inside,
) {
    let mut pictures = Vec::new();
    for index in entries(inspector, archive) {
        let Some(name) = entry_name(archive, index) else { continue };
        if name.starts_with("Basic/") && ends(&name, "xml") && !name.contains("script-l") {
            add(inside, Trait::Macro, &name, file.within);
        }
        if name.starts_with("Pictures/") && is_media(&name) {
            pictures.push(index);
        }
        if name == "content.xml"
            && let Some(bytes) = entry(inspector, archive, index, PART)
        {
            read(&text_of(&bytes), |event| {
                if let Event::Open(tag) = event
                    && let Some(target) = tag.get("xlink:href")
                    && target.contains("://")
                {
                    inspector.link(target, None);
                }
            });
        }
    }
    media(inspector, archive, &pictures);
}

/// The name is one of a picture that is made of points, or says nothing.
fn is_media(name: &str) -> bool {
    let drawn = ["emf", "wmf", "svg"].iter().any(|ending| ends(name, ending));
    !drawn && matches!(super::kind::kind(None, name, ""), FileKind::Image | FileKind::Unknown)
}

/// The QR codes in pictures of the document, behind all else: what they take of the budget is not missing elsewhere.
fn media(inspector: &mut Inspector<'_>, archive: &mut Archive<'_>, pictures: &[usize]) {
    for index in pictures {
        if inspector.pictures.any_left()
            && let Some(bytes) = entry(inspector, archive, *index, PART * 4)
        {
            inspector.picture(&bytes);
        }
    }
}

fn entry_name(archive: &Archive<'_>, index: usize) -> Option<String> {
    archive.by_index_data(index).ok().map(|entry| super::inspect::name_text(entry.name_raw()))
}

fn entry(inspector: &mut Inspector<'_>, archive: &mut Archive<'_>, index: usize, limit: usize) -> Option<Vec<u8>> {
    let mut entry = archive.by_index(index).ok()?;
    inspector.unpack(&mut entry, limit).map(|(bytes, _)| bytes)
}

/// The relations of a part: what it loads from elsewhere, and its links.
fn relations(inspector: &mut Inspector<'_>, file: &File<'_>, xml: &str, inside: &mut Inside) {
    if !xml.contains("External") {
        return;
    }
    read(xml, |event| {
        let Event::Open(tag) = event else { return };
        let external = tag.get("targetmode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
        let (Some(target), true) = (tag.get("target"), external && tag.name.ends_with("relationship")) else { return };
        let kind = tag.get("type").unwrap_or_default().rsplit('/').next().unwrap_or_default();
        if leads_away(target) {
            inspector.link(target, None);
            match kind {
                "attachedTemplate" => add(inside, Trait::RemoteTemplate, target, file.within),
                "oleObject" | "frame" | "package" | "subDocument" | "externalLinkPath" => {
                    add(inside, Trait::ExternalObject, target, file.within);
                }
                _ => {}
            }
        } else if target.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
            inspector.link(target, None);
        }
    });
}

/// The target stands on another machine: a template on the writer's own disk is a matter of course.
fn leads_away(target: &str) -> bool {
    let low = target.trim().to_ascii_lowercase();
    let low = low.strip_prefix("mhtml:").unwrap_or(&low);
    let remote = ["http:", "https:", "ftp:", "ftps:", "ms-msdt:", "ms-search:", "search-ms:", "\\\\", "//"];
    remote.iter().any(|start| low.starts_with(start))
        || low.strip_prefix("file:").is_some_and(|rest| {
            let rest = rest.trim_start_matches(['/', '\\']);
            // `file:///C:/x` is the writer's disk, `file://server/share` is not.
            rest.as_bytes().get(1) != Some(&b':') && !rest.contains("%20users") && rest.contains(['/', '\\'])
        })
}

/// Fields that start programs (DDE) or load what they show.
fn fields(inspector: &mut Inspector<'_>, file: &File<'_>, xml: &[u8], inside: &mut Inside) {
    let has = |needle: &[u8]| memchr::memmem::find(xml, needle).is_some();
    if has(b"ddeLink") && has(b"ddeService") {
        add(inside, Trait::Dde, "", file.within);
    }
    if !has(b"instrText") && !has(b"fldSimple") {
        return;
    }
    for line in instructions(&text_of(xml)).lines().map(str::trim) {
        let name = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        match &*name {
            "DDE" | "DDEAUTO" => add(inside, Trait::Dde, line, file.within),
            "HYPERLINK" => inspector.links_of(line),
            "INCLUDEPICTURE" | "INCLUDETEXT" => {
                for (raw, _) in urls_in(line, &inspector.most) {
                    inspector.link(raw, None);
                    add(inside, Trait::ExternalObject, raw, file.within);
                }
            }
            _ => {}
        }
    }
}

/// The instructions of fields, one a line. Each begins anew at the mark of its beginning, whatever stands in front of it in
/// its paragraph; one inside another is taken out of it, so that neither hides the other.
fn instructions(xml: &str) -> String {
    let mut done = String::new();
    let mut open: Vec<String> = vec![String::new()];
    let mut inside_field = false;
    let mut room = PART;
    let mut ends = |field: String| {
        done.push_str(&field);
        done.push('\n');
    };
    read(xml, |event| match event {
        Event::Open(tag) => {
            inside_field = tag.name == "w:instrtext";
            match (tag.name, tag.get("w:fldchartype")) {
                ("w:fldsimple", _) => ends(clip(tag.get("w:instr").unwrap_or_default(), FIELD).to_owned()),
                ("w:fldchar", Some("begin")) if open.len() < FIELD_DEPTH => open.push(String::new()),
                ("w:fldchar", Some("begin" | "end")) if open.len() > 1 => ends(open.pop().unwrap_or_default()),
                ("w:p", _) => {
                    if let Some(field) = open.last_mut().filter(|field| !field.is_empty()) {
                        field.push('\n');
                    }
                }
                _ => {}
            }
        }
        Event::Close(_) => inside_field = false,
        Event::Text(text, _) if inside_field && text.len() <= room => {
            room -= text.len();
            if let Some(field) = open.last_mut() {
                field.push_str(text);
            }
        }
        Event::Text(..) | Event::Comment(..) => {}
    });
    // What never ends is an instruction all the same.
    open.into_iter().for_each(ends);
    done
}

/// A text: its links. A spreadsheet of commas may start a program by a formula.
pub(super) fn text(inspector: &mut Inspector<'_>, file: &File<'_>) {
    if file.bytes.len() > PART {
        inspector.limits.hit(Words::new(
            "documents: more text than is searched for links",
            "文書：本文が長く、一部だけでリンクを探しました",
        ));
    }
    let text = text_of(file.bytes.get(..PART).unwrap_or(file.bytes));
    inspector.links_of(&text);
}

/// The modules of a project that are at hand: what starts by itself, and the addresses in them.
pub(super) fn code(inspector: &mut Inspector<'_>, file: &File<'_>, stream: &[u8], inside: &mut Inside) {
    let Some(source) = vba::source(stream) else { return };
    if let Some(auto) = vba::auto(&source) {
        add(inside, Trait::AutoMacro, &auto, file.within);
    }
    inspector.links_of(&source);
}
