//! Addresses in the words of an Office document: paragraphs, slides, cells, formulas. A document shows them as text, and its
//! program makes links of many. Runs of one paragraph are read together, since a change of style cuts an address in two.

use memchr::memmem;

use super::super::inspect::Inspector;
use super::super::zip::Archive;
use crate::message::html::{Event, read};
use crate::message::{Limits, text_of};
use crate::text::Words;

/// The most bytes of one of its parts.
const PART: usize = 4 * 1024 * 1024;
/// The most bytes of words that are kept of one part.
const WORDS: usize = 1024 * 1024;

/// A part that holds words and no fields.
pub(super) fn holds(low: &str) -> bool {
    let folder = ["ppt/slides/slide", "ppt/notesslides/notesslide", "xl/worksheets/", "xl/sharedstrings"];
    super::ends(low, "xml") && folder.iter().any(|start| low.starts_with(start))
}

/// What of a document was searched.
#[derive(Debug)]
pub(super) struct Texts {
    left: usize,
}

impl Texts {
    pub(super) fn within(limits: &Limits) -> Self {
        Self { left: limits.document_bytes }
    }

    /// Unpacks a part and searches it.
    pub(super) fn unpack(&mut self, inspector: &mut Inspector<'_>, archive: &mut Archive<'_>, index: usize) {
        let Ok(mut entry) = archive.by_index(index) else { return };
        let limit = PART.min(self.left);
        let unpacked = if limit == 0 { Some((Vec::new(), true)) } else { inspector.unpack(&mut entry, limit) };
        let Some((bytes, more)) = unpacked else { return };
        if more {
            told(inspector);
        }
        self.look(inspector, &bytes);
    }

    /// Searches a part.
    pub(super) fn look(&mut self, inspector: &mut Inspector<'_>, xml: &[u8]) {
        if xml.len() > self.left {
            told(inspector);
        }
        let xml = xml.get(..self.left).unwrap_or(xml);
        self.left -= xml.len();
        // Behind the root, which names its vocabularies by address.
        let root = memchr::memchr_iter(b'>', xml).nth(1).unwrap_or(0);
        let rest = xml.get(root..).unwrap_or_default();
        let names_any = |needle: &[u8]| memmem::find(rest, needle).is_some();
        if names_any(b"//") || names_any(b"www.") || xml.contains(&0) && names_any(b"/\0/") {
            inspector.links_of(&words(&text_of(xml)));
        }
    }
}

fn told(inspector: &mut Inspector<'_>) {
    inspector.limits.hit(Words::new(
        "documents: more text than is searched for links",
        "文書：本文が長く、一部だけでリンクを探しました",
    ));
}

/// The words and formulas of a part, a line for each paragraph and cell.
fn words(xml: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    read(xml, |event| match event {
        Event::Open(tag) => {
            inside = matches!(tag.name, "w:t" | "w:deltext" | "a:t" | "t" | "f");
            if matches!(tag.name, "w:br" | "w:tab" | "a:br" | "w:cr") {
                out.push('\n');
            }
        }
        Event::Close(name) => {
            inside = false;
            if matches!(name, "w:p" | "a:p" | "si" | "f" | "is" | "c") && !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
        }
        Event::Text(text, _) if inside && out.len() + text.len() <= WORDS => out.push_str(text),
        Event::Text(..) | Event::Comment(..) => {}
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_a_paragraph_are_one_line_and_cells_are_not() {
        for (xml, expected) in [
            (
                "<w:p><w:r><w:t>at https://txt.</w:t></w:r><w:proofErr/><w:r><w:t>test/x</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p>",
                "at https://txt.test/x\nb\n",
            ),
            ("<sst><si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r></si></sst>", "a\nbc\n"),
            (
                "<c><f>HYPERLINK(&quot;https://form.test/x&quot;)</f><v>1</v></c>",
                "HYPERLINK(\"https://form.test/x\")\n",
            ),
            ("<w:p><w:pPr>no words</w:pPr></w:p>", ""),
        ] {
            assert_eq!(words(xml), expected, "{xml}");
        }
    }
}
