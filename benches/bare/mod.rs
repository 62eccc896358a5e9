//! The bare parser: the measure for everything else.

#![allow(unreachable_pub, missing_docs, reason = "a part of the benches")]

use std::borrow::Cow;
use std::cell::Cell;

use lol_html::html_content::Element;
use lol_html::{ElementContentHandlers, HtmlRewriter, Selector, Settings};
use mail_parser::PartKind;

/// Where links stand.
pub fn selectors() -> [(Selector, &'static str); 3] {
    [("a[href]", "href"), ("img[src]", "src"), ("form[action]", "action")]
        .map(|(selector, name)| (selector.parse::<Selector>().unwrap(), name))
}

/// What any program pays that decodes every part of a mail and takes the links out of its HTML: `mail_parser` and
/// `lol_html`, no more. The measure for everything else.
pub fn parse(mail: &[u8], selectors: &[(Selector, &'static str)]) -> usize {
    let Some(message) = mail_parser::MessageParser::default().parse(mail) else { return 0 };
    let mut sum = 0;
    for part in message.parts() {
        sum += match part.kind() {
            PartKind::Html => part.text().map_or(0, |html| html.len() + links(html.as_bytes(), selectors)),
            PartKind::Text => part.text().map_or(0, |text| text.len()),
            _ => part.decoded().len(),
        };
    }
    sum
}

/// Bytes of the links of a page.
fn links(html: &[u8], selectors: &[(Selector, &'static str)]) -> usize {
    let found = Cell::new(0);
    let mut settings = Settings::new();
    for (selector, name) in selectors {
        let found = &found;
        let handler = ElementContentHandlers::default().element(move |element: &mut Element<'_, '_>| {
            found.set(found.get() + element.get_attribute(name).map_or(0, |value| value.len()));
            Ok(())
        });
        settings = settings.append_element_content_handler((Cow::Borrowed(selector), handler));
    }
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(html).unwrap();
    rewriter.end().unwrap();
    found.get()
}
