//! The checks of the rules about files. Each asks for the first file of which it holds; a file that a sharper rule speaks
//! of is left to that rule.

use super::super::{Hit, Seen, gate};
use crate::evidence::{Attachment, Evidence, FileKind, NameTrick, Trait, naming};
use crate::facts::FactSet;
use crate::message::Span;

/// With more files than this an archive is a collection: sources hold scripts and pages.
const COLLECTION: u64 = 15;

/// What a file is called in a finding.
fn called(file: &Attachment) -> &str {
    file.name.as_deref().unwrap_or(&file.declared)
}

/// Where a file stands in the message.
fn place(evidence: &Evidence, file: &Attachment) -> Vec<Span> {
    evidence.shape.parts.get(file.part).copied().into_iter().collect()
}

/// The first file of which `test` holds.
fn first<'a>(evidence: &Seen<'a>, test: impl Fn(&Attachment) -> bool) -> Option<&'a Attachment> {
    evidence.evidence().attachments.iter().find(|file| test(file))
}

/// A finding about the file alone.
fn alone(evidence: &Seen<'_>, file: Option<&Attachment>) -> Option<Hit> {
    file.map(|file| Hit::new([called(file)], place(evidence, file)))
}

/// A finding about something in the file: the detail of the first of these traits.
fn inside(evidence: &Seen<'_>, traits: &[Trait], test: impl Fn(&Attachment) -> bool) -> Option<Hit> {
    let (file, detail) = evidence.evidence().attachments.iter().filter(|file| test(file)).find_map(|file| {
        let feature = traits.iter().find_map(|what| file.inside.find(*what))?;
        Some((file, feature.detail.as_str()))
    })?;
    Some(Hit::new([called(file), detail], place(evidence, file)))
}

fn any(_: &Attachment) -> bool {
    true
}

/// The name pretends so far that its rule says all.
fn pretends(file: &Attachment) -> bool {
    has_trick(file, &[NameTrick::Direction, NameTrick::DoubleEnding])
}

fn has_trick(file: &Attachment, tricks: &[NameTrick]) -> bool {
    file.naming.tricks.iter().any(|trick| tricks.contains(trick))
}

/// The name ends as a document or a picture does, and the content is something that acts.
fn lies(file: &Attachment) -> bool {
    let Some(kind) = file.detected else { return false };
    let ending =
        file.name.as_deref().unwrap_or_default().rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let active = matches!(
        kind,
        "text/html"
            | "application/hta"
            | "application/x-ms-shortcut"
            | "application/vnd.microsoft.portable-executable"
            | "application/x-executable"
            | "application/x-msi"
            | "application/x-iso9660-image"
            | "text/x-shellscript"
    );
    // Office programs save pages under their old endings, and a text may hold anything.
    let document = matches!(
        &*ending,
        "pdf"
            | "docx"
            | "xlsx"
            | "ppt"
            | "pptx"
            | "rtf"
            | "csv"
            | "jpg"
            | "jpeg"
            | "png"
            | "gif"
            | "bmp"
            | "tif"
            | "tiff"
            | "mp3"
            | "mp4"
            | "wav"
    );
    active && document
        || kind == "application/vnd.microsoft.portable-executable" && matches!(&*ending, "txt" | "doc" | "xls")
}

/// A page that somebody attached as a file; a part without a name is how some programs send the body.
fn is_page(file: &Attachment) -> bool {
    let named = file.name.is_some() && !file.inline && !lies(file) && !pretends(file);
    named && (file.kind.browses() || file.detected == Some("text/html") && file.kind == FileKind::Unknown)
}

fn smuggles(file: &Attachment) -> bool {
    is_page(file) && file.inside.has(Trait::Smuggling)
}

pub(super) fn html_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let plain = |file: &Attachment| is_page(file) && !file.form && !smuggles(file) && !file.inside.has(Trait::Refresh);
    // A drawing without scripts is a picture.
    let acts = |file: &Attachment| file.kind != FileKind::Drawing || file.inside.has(Trait::Scripted);
    let file = first(evidence, |file| plain(file) && acts(file))?;
    if gate::listed(evidence) {
        return None;
    }
    alone(evidence, Some(file))
}

pub(super) fn form_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| holds_form(file) && !asks_password(file))?;
    if gate::listed(evidence) {
        return None;
    }
    alone(evidence, Some(file))
}

/// A page to be opened by itself that holds a form and not worse.
fn holds_form(file: &Attachment) -> bool {
    file.form && !file.inline && file.name.is_some() && !smuggles(file) && is_page(file)
}

fn asks_password(file: &Attachment) -> bool {
    file.inside.has(Trait::PasswordField)
}

pub(super) fn page_asks_password(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| holds_form(file) && asks_password(file))?;
    if gate::listed(evidence) {
        return None;
    }
    alone(evidence, Some(file))
}

pub(super) fn page_builds_file(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let hit = inside(evidence, &[Trait::Smuggling], |file| smuggles(file) || file.kind == FileKind::Archive)?;
    (!gate::listed(evidence)).then_some(hit)
}

pub(super) fn page_leads_on(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, &[Trait::Refresh], |file| is_page(file) && !file.form && !smuggles(file))
}

pub(super) fn program_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| file.kind == FileKind::Program && !pretends(file) && !lies(file))?;
    alone(evidence, Some(file))
}

pub(super) fn script_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| file.kind == FileKind::Script && !pretends(file) && !lies(file))?;
    // People who write programs talk over lists, and some scripts are called as sources are.
    let source = called(file)
        .rsplit('.')
        .next()
        .is_some_and(|ending| matches!(ending, "js" | "bat" | "cmd" | "ps1" | "reg" | "inf"));
    if source && gate::listed(evidence) {
        return None;
    }
    alone(evidence, Some(file))
}

pub(super) fn shortcut_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    alone(evidence, first(evidence, |file| file.kind == FileKind::Shortcut && !pretends(file) && !lies(file)))
}

pub(super) fn disk_image_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    alone(evidence, first(evidence, |file| file.kind == FileKind::DiskImage && !pretends(file) && !lies(file)))
}

/// The name of the file, or of something in it that acts, for which `test` holds.
fn named(evidence: &Seen<'_>, tricks: &[NameTrick]) -> Option<Hit> {
    let (file, name) = evidence.evidence().attachments.iter().find_map(|file| {
        if has_trick(file, tricks) {
            return Some((file, called(file)));
        }
        let entries = file.inside.listing.iter().flat_map(|listing| &listing.entries);
        // Programs first: no number of pages hides what one is called.
        let programs = entries.clone().filter(|entry| entry.kind.runs()).take(200);
        let pages = entries.filter(|entry| entry.kind.browses()).take(200);
        let found = programs
            .chain(pages)
            .map(|entry| entry.name.as_str())
            .find(|name| naming(name).tricks.iter().any(|trick| tricks.contains(trick)))?;
        Some((file, found))
    })?;
    Some(Hit::new([name], place(evidence, file)))
}

pub(super) fn name_turned_around(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    named(evidence, &[NameTrick::Direction])
}

pub(super) fn double_extension(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let turned = |file: &&Attachment| has_trick(file, &[NameTrick::Direction]);
    if evidence.attachments.iter().any(|file| turned(&file)) {
        return None;
    }
    named(evidence, &[NameTrick::DoubleEnding])
}

pub(super) fn ending_out_of_sight(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // Behind a doubled ending the blanks are part of the same trick; a harmless ending out of sight hides nothing.
    let file = first(evidence, |file| {
        has_trick(file, &[NameTrick::BlankRun, NameTrick::TrailingDots, NameTrick::Encoded])
            && !pretends(file)
            && (file.kind.acts() || matches!(file.kind, FileKind::DiskImage | FileKind::Archive))
    })?;
    alone(evidence, Some(file))
}

pub(super) fn attachment_type_lies(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, lies)?;
    Some(Hit::new([called(file), file.detected.unwrap_or_default()], place(evidence, file)))
}

/// What the file holds of these kinds; of a collection of many files only what is no source.
fn held<'a>(file: &'a Attachment, kinds: &[FileKind]) -> Option<&'a str> {
    let many = file.inside.listing.as_ref().is_some_and(|listing| listing.count > COLLECTION);
    let of = |kind: &FileKind| !(many && matches!(kind, FileKind::Script | FileKind::Page | FileKind::Drawing));
    kinds
        .iter()
        .filter(|kind| of(kind))
        .find_map(|kind| file.inside.find(Trait::Holds(*kind)))
        .map(|found| found.detail.as_str())
}

pub(super) fn holds_program(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let kinds = [FileKind::Program, FileKind::Shortcut, FileKind::DiskImage, FileKind::Script];
    let container = |file: &&Attachment| !file.kind.runs() && !pretends(file) && file.kind != FileKind::OneNote;
    let mut files = evidence.evidence().attachments.iter().filter(container);
    let (file, name) = files.find_map(|file| Some((file, held(file, &kinds)?)))?;
    if gate::listed(evidence) || named(evidence, &[NameTrick::Direction, NameTrick::DoubleEnding]).is_some() {
        return None;
    }
    Some(Hit::new([called(file), name], place(evidence, file)))
}

pub(super) fn archive_holds_page(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let few = |file: &&Attachment| file.inside.listing.as_ref().is_some_and(|listing| listing.count <= 5);
    let mut files = evidence.evidence().attachments.iter().filter(few);
    let (file, name) = files.find_map(|file| {
        let page = held(file, &[FileKind::Page])?;
        let told = file.inside.has(Trait::Smuggling) || held(file, &[FileKind::Program, FileKind::Script]).is_some();
        (!told).then_some((file, page))
    })?;
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    Some(Hit::new([called(file), name], place(evidence, file)))
}

pub(super) fn archive_locked(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| file.inside.has(Trait::PasswordFits))?;
    if gate::answering(evidence) {
        return None;
    }
    alone(evidence, Some(file))
}

pub(super) fn archive_in_archive(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let few = |file: &Attachment| file.inside.listing.as_ref().is_some_and(|listing| listing.count <= COLLECTION);
    let hit = inside(evidence, &[Trait::NestedArchive], few)?;
    (!gate::listed(evidence) && !gate::answering(evidence)).then_some(hit)
}

pub(super) fn archive_bomb(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, &[Trait::Bomb, Trait::Overlap], any)
}

pub(super) fn archive_leads_out(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, &[Trait::Traversal], any)
}

/// The document starts something by itself.
fn starts_itself(file: &Attachment) -> bool {
    [Trait::AutoMacro, Trait::ExcelFourMacro, Trait::Dde].iter().any(|what| file.inside.has(*what))
}

pub(super) fn macro_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| {
        (file.inside.has(Trait::Macro) || file.kind == FileKind::MacroOffice && !file.inside.has(Trait::Encrypted))
            && !starts_itself(file)
    })?;
    if gate::answering(evidence) {
        return None;
    }
    alone(evidence, Some(file))
}

pub(super) fn macro_starts_itself(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, &[Trait::AutoMacro, Trait::Dde, Trait::ExcelFourMacro], any)
}

pub(super) fn template_from_elsewhere(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, &[Trait::RemoteTemplate], any).or_else(|| {
        // An object that is a web page, named so that the page is run.
        let mut files = evidence.evidence().attachments.iter();
        let (file, target) = files.find_map(|file| {
            let feature = file.inside.features.iter().find(|feature| {
                feature.what == Trait::ExternalObject
                    && (feature.detail.ends_with('!')
                        || feature.detail.starts_with("mhtml:")
                        || feature.detail.starts_with("ms-"))
            })?;
            Some((file, feature.detail.as_str()))
        })?;
        Some(Hit::new([called(file), target], place(evidence, file)))
    })
}

pub(super) fn object_exploits(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, &[Trait::Equation, Trait::ObjectUpdate], |file| {
        // Formulas stand in old documents; in RTF the object is written out by hand.
        file.kind == FileKind::Rtf || file.detected == Some("application/rtf") || file.inside.has(Trait::ObjectUpdate)
    })
}

pub(super) fn onenote_with_files(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let mut files = evidence.evidence().attachments.iter();
    let (file, what) = files.find_map(|file| {
        let feature = file.inside.features.iter().find(|feature| {
            let document = ["application/pdf", "openxmlformats", "msword", "ms-excel", "ms-powerpoint", "opendocument"];
            feature.what == Trait::OneNoteFile && !document.iter().any(|kind| feature.detail.contains(kind))
        })?;
        Some((file, feature.detail.as_str()))
    })?;
    Some(Hit::new([called(file), what], place(evidence, file)))
}

pub(super) fn pdf_starts_program(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, &[Trait::PdfLaunch], any)
}

pub(super) fn pdf_script(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    alone(evidence, first(evidence, |file| file.inside.has(Trait::PdfScript) && !file.inside.has(Trait::PdfLaunch)))
}

pub(super) fn pdf_only_link(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| file.inside.has(Trait::PdfOnlyLink))?;
    // That a free address is the sender's own says nothing of who he is.
    let proved = gate::aligned(evidence) && !evidence.from_domain().is_some_and(gate::free_mail);
    if gate::listed(evidence) || proved || gate::answering(evidence) {
        return None;
    }
    let target = evidence.links.iter().find(|link| link.part == Some(file.part)).and_then(|link| link.url.as_ref());
    let host = target.map(|url| url.domain.host.as_str()).filter(|host| !host.is_empty())?;
    Some(Hit::new([called(file), host], place(evidence, file)))
}

pub(super) fn container_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let file = first(evidence, |file| file.kind == FileKind::Archive)?;
    if gate::listed(evidence) || gate::aligned(evidence) || gate::answering(evidence) {
        return None;
    }
    alone(evidence, Some(file))
}
