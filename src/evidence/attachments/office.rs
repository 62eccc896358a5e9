//! Office documents that are ZIP archives (ECMA-376, OpenDocument): programs in them, what they load from elsewhere, their
//! embedded objects, fields that start programs, and where their links lead.

use super::found::{Inside, Trait};
use super::inspect::{File, Inspector, add};
use super::zip::Archive;
use super::{ole, vba};
use crate::evidence::links::urls_in;
use crate::message::html::{Event, read};
use crate::message::text_of;

/// The most entries of a document that are gone through.
const ENTRIES: usize = 5_000;
/// The most bytes of one of its XML parts that are read.
const PART: usize = 4 * 1024 * 1024;
/// The most bytes of a list of relations that are read.
const RELATIONS: usize = 1024 * 1024;

/// Looks into an Office Open XML document.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, archive: &mut Archive<'_>, inside: &mut Inside) {
    for index in 0..archive.len().min(ENTRIES) {
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
        } else if ends(&low, "rels") {
            if let Some(bytes) = entry(inspector, archive, index, RELATIONS) {
                relations(inspector, file, &text_of(&bytes), inside);
            }
        } else if fields_in(&low)
            && let Some(bytes) = entry(inspector, archive, index, PART)
        {
            fields(inspector, file, &bytes, inside);
        }
    }
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
    for index in 0..archive.len().min(ENTRIES) {
        let Some(name) = entry_name(archive, index) else { continue };
        if name.starts_with("Basic/") && ends(&name, "xml") && !name.contains("script-l") {
            add(inside, Trait::Macro, &name, file.within);
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
    let text = text_of(xml);
    let mut instruction = String::new();
    let mut inside_field = false;
    read(&text, |event| match event {
        Event::Open(tag) => {
            inside_field = tag.name == "w:instrtext";
            if tag.name == "w:fldsimple" {
                instruction.push('\n');
                instruction.push_str(tag.get("w:instr").unwrap_or_default());
            } else if tag.name == "w:p" {
                instruction.push('\n');
            }
        }
        Event::Close(_) => inside_field = false,
        Event::Text(text, _) if inside_field && instruction.len() < PART => instruction.push_str(text),
        Event::Text(..) | Event::Comment(..) => {}
    });
    for line in instruction.lines().map(str::trim) {
        let name = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        match &*name {
            "DDE" | "DDEAUTO" => add(inside, Trait::Dde, line, file.within),
            "HYPERLINK" => inspector.links_of(line),
            "INCLUDEPICTURE" | "INCLUDETEXT" => {
                for (raw, _) in urls_in(line) {
                    inspector.link(raw, None);
                    add(inside, Trait::ExternalObject, raw, file.within);
                }
            }
            _ => {}
        }
    }
}

/// A text: its links. A spreadsheet of commas may start a program by a formula.
pub(super) fn text(inspector: &mut Inspector<'_>, file: &File<'_>) {
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
