//! Web pages and SVG drawings that are attached: forms, scripts, and pages that build another file or page out of encoded
//! text (smuggling). Scripts are looked at, never run.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::found::{Inside, Trait};
use super::inspect::{File, Inspector, add};
use super::scripts;
use crate::evidence::page;
use crate::message::html::{Event, Tag, read};
use crate::message::{clip, text_of};
use crate::text::Words;

/// A run of encoded letters in a script that is long enough to be a page or a file.
const ENCODED: usize = 800;

/// What scripts call to build or open a file or a page.
const CALLS: &[&str] = &[
    "createObjectURL",
    "msSaveOrOpenBlob",
    "msSaveBlob",
    "new Blob",
    "Uint8Array",
    "atob(",
    "unescape(",
    "decodeURIComponent(",
    "fromCharCode",
    "document.write",
    "innerHTML",
    "outerHTML",
    "eval(",
    "location.replace",
    "location.href",
    "window.location",
    ".download",
    "insertAdjacentHTML",
    "Function(",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(CALLS).ok());

/// What a page does.
#[derive(Default)]
struct Doings {
    called: [bool; CALLS.len()],
    encoded: bool,
    in_script: bool,
    scripts: u32,
}

impl Doings {
    fn script(&mut self, text: &str) {
        if let Some(finder) = FINDER.as_ref() {
            for found in finder.find_iter(text) {
                if let Some(flag) = self.called.get_mut(found.pattern().as_usize()) {
                    *flag = true;
                }
            }
        }
        self.encoded |= encoded_run(text);
    }

    fn calls(&self, name: &str) -> bool {
        CALLS.iter().zip(self.called).any(|(call, called)| called && *call == name)
    }

    /// How the scripts build something that the bytes of the page do not show.
    fn smuggles(&self) -> Option<String> {
        let any = |names: &[&'static str]| names.iter().copied().find(|name| self.calls(name));
        let decodes = any(&["atob(", "unescape(", "decodeURIComponent(", "fromCharCode", "Uint8Array"]);
        let saves = any(&["msSaveOrOpenBlob", "msSaveBlob", "createObjectURL"]);
        let makes = any(&["new Blob", ".download"]);
        let writes = any(&["document.write", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function("]);
        let leads = any(&["location.replace", "location.href", "window.location"]);
        let parts = match (saves, makes, decodes) {
            (Some(save), Some(make), Some(decode)) => vec![decode, make, save],
            (Some(save @ ("msSaveOrOpenBlob" | "msSaveBlob")), ..) => vec![save],
            (Some(save), Some(make), None) if self.encoded => vec![make, save],
            _ => match (decodes, writes.or(leads)) {
                (Some(decode), Some(write)) if self.encoded || decode == "atob(" => vec![decode, write],
                _ => return None,
            },
        };
        Some(parts.join(" + "))
    }
}

/// How scripts build a page or a file that their bytes do not show.
pub(crate) fn builds<'a>(scripts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut doings = Doings::default();
    scripts.for_each(|script| doings.script(script));
    doings.smuggles()
}

/// Looks into a page.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let most = inspector.most.page_bytes;
    if file.bytes.len() > most {
        inspector
            .limits
            .hit(Words::new("pages: more of one than is read", "HTML ファイル：大きいため一部だけを読みました"));
    }
    let source = text_of(file.bytes.get(..most).unwrap_or(file.bytes));
    let source: &str = &source;
    if !file.links_known {
        for found in page::page_within(source, &inspector.most).links {
            inspector.link(&found.raw, found.text.as_deref());
        }
    }
    let mut doings = Doings::default();
    let mut carried = None;
    read(source, |event| match event {
        Event::Open(tag) => {
            doings.in_script = tag.name == "script";
            open(&tag, inspector, file, &mut doings, &mut carried, inside);
        }
        Event::Close(_) => doings.in_script = false,
        Event::Text(text, _) if doings.in_script => {
            doings.script(text);
            scripts::look(inspector, text);
        }
        Event::Text(..) | Event::Comment(..) => {}
    });
    if doings.scripts > 0 {
        add(inside, Trait::Scripted, "", file.within);
    }
    if let Some(how) = doings.smuggles().or(carried) {
        add(inside, Trait::Smuggling, &how, file.within);
    }
}

fn open(
    tag: &Tag<'_>,
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    doings: &mut Doings,
    carried: &mut Option<String>,
    inside: &mut Inside,
) {
    match tag.name {
        "form" => {
            let target = tag.get("action").unwrap_or_default();
            add(inside, Trait::Form, clip(target, 1_000), file.within);
        }
        "input" if tag.get("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("password")) => {
            add(inside, Trait::PasswordField, "", file.within);
        }
        "script" => doings.scripts += 1,
        "meta" if tag.get("http-equiv").is_some_and(|name| name.trim().eq_ignore_ascii_case("refresh")) => {
            let content = tag.get("content").unwrap_or_default();
            let low = content.to_ascii_lowercase();
            if let Some(at) = low.find("url=") {
                add(inside, Trait::Refresh, content.get(at + 4..).unwrap_or_default().trim(), file.within);
            }
        }
        _ => {}
    }
    let mut downloads = false;
    let mut data: Option<&str> = None;
    for (name, value, _) in tag.attributes() {
        if name.starts_with("on") && name.len() > 3 && value.len() > 3 {
            doings.scripts += 1;
            doings.script(value);
            scripts::look(inspector, value);
        }
        downloads |= name == "download";
        let is_target = matches!(name, "href" | "xlink:href" | "src" | "data" | "action" | "formaction");
        if is_target && let Some(rest) = value.trim_start().get(..40) {
            let low = rest.to_ascii_lowercase();
            let carries = low.starts_with("data:") && !low.starts_with("data:image") && !low.starts_with("data:font");
            data = data.or_else(|| carries.then_some(value));
        }
        if is_target && value.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:")) {
            doings.script(value);
            scripts::look(inspector, value);
        }
    }
    // A page or a file in the page itself, behind a frame or a link: only the encoded form of it is in the mail.
    if let Some(data) = data
        && data.len() > 200
        && (downloads || matches!(tag.name, "iframe" | "embed" | "object" | "frame" | "a" | "foreignobject"))
    {
        let kind = data.trim_start().split([',', ';']).next().unwrap_or_default();
        carried.get_or_insert_with(|| format!("<{}> {}", tag.name, clip(kind, 80)));
    }
}

/// A long run of letters as base64, percent signs or hexadecimal numbers write it.
fn encoded_run(text: &str) -> bool {
    let mut run = 0_usize;
    text.bytes().any(|byte| {
        let code = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'%' | b'\\' | b'-' | b'_');
        run = if code { run + 1 } else { 0 };
        run >= ENCODED
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::attachments::found::FileKind;

    fn found(page: &str) -> Vec<Trait> {
        let mut inspector = Inspector::new("", "", &crate::message::Limits::DEFAULT);
        let file = File {
            name: "a.html",
            bytes: page.as_bytes(),
            kind: FileKind::Page,
            detected: Some("text/html"),
            within: None,
            depth: 0,
            links_known: true,
        };
        inspector.attached(0, &file).features.into_iter().map(|feature| feature.what).collect()
    }

    #[test]
    fn pages_that_build_files_are_told_from_pages_with_scripts() {
        let long = "QUJD".repeat(300);
        for (page, expected) in [
            ("<p>report</p>".to_owned(), vec![]),
            (format!("<img src=\"data:image/png;base64,{long}\">"), vec![]),
            ("<script>document.write(new Date().getFullYear())</script>".to_owned(), vec![Trait::Scripted]),
            (
                "<form action=https://a.example/><input type=PASSWORD></form>".to_owned(),
                vec![Trait::Form, Trait::PasswordField],
            ),
            (
                format!(
                    "<script>var d=atob('{long}');var b=new Blob([d]);a.href=URL.createObjectURL(b);a.download='x.zip'</script>"
                ),
                vec![Trait::Scripted, Trait::Smuggling],
            ),
            (format!("<script>document.write(unescape('{long}'))</script>"), vec![Trait::Scripted, Trait::Smuggling]),
            (
                "<body onload=\"location.href=atob('aHR0cHM6Ly9hLmV4YW1wbGUv')\">".to_owned(),
                vec![Trait::Scripted, Trait::Smuggling],
            ),
            (
                format!("<a download=x.iso href=\"data:application/octet-stream;base64,{long}\">x</a>"),
                vec![Trait::Smuggling],
            ),
            ("<meta http-equiv=refresh content='0;URL=https://a.example/'>".to_owned(), vec![Trait::Refresh]),
            (
                format!("<svg xmlns='http://www.w3.org/2000/svg'><script>eval(atob('{long}'))</script></svg>"),
                vec![Trait::Scripted, Trait::Smuggling],
            ),
        ] {
            assert_eq!(found(&page), expected, "{}", clip(&page, 100));
        }
    }
}
