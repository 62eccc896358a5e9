//! Which brands a page shows, and where: in its title, its logos, its line of copyright, its host, its pictures, its text.
//!
//! The list of brands is the one that mails are held against. Whether the page may show them is judged elsewhere.

use std::collections::HashSet;

use crate::evidence::{EVERYDAY, SERVICE, apart, mentions};
use crate::facts::visit::{Mark, Place};
use crate::message::clip;

/// The most marks that are kept.
const MARK_LIMIT: usize = 24;
/// The most mentions that are looked at in one text.
const MENTION_LIMIT: usize = 400;
/// The most of a text that is kept with a mark, in characters.
const SAID_CHARS: usize = 100;

/// Words behind an everyday name that make it a brand's, as Japanese titles have them.
const SERVICE_JA: &[&str] =
    &["アカウント", "カード", "サポート", "セキュリティ", "ログイン", "会員", "公式", "銀行", "ポイント", "ペイ"];

/// A picture of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Picture {
    /// Its address as written.
    pub(super) source: String,
    /// What it says where it is not shown.
    pub(super) says: String,
    /// Classes and id, which often say that it is the logo.
    pub(super) classes: String,
}

/// The brands of a page, the most telling places first.
#[derive(Debug, Default)]
pub(super) struct Brands {
    marks: Vec<Mark>,
    /// By brand and place: what is found often is kept once.
    known: HashSet<(&'static str, Place)>,
}

impl Brands {
    /// Title, or the name that the page gives its site.
    pub(super) fn title(&mut self, title: &str) {
        self.look(title, Place::Title, Everyday::InTitle);
    }

    /// A picture: its file's name and what it says.
    pub(super) fn picture(&mut self, picture: &Picture) {
        let file = file_name(&picture.source);
        let names: [&str; 3] = [&file, &picture.says, &picture.classes];
        let logo = names.iter().any(|name| {
            let name = name.to_lowercase();
            name.contains("logo") || name.contains("ロゴ")
        });
        let place = if logo { Place::Logo } else { Place::Picture };
        let everyday = if logo { Everyday::Counts } else { Everyday::Never };
        self.look(&file, place, everyday);
        self.look(&picture.says, place, everyday);
    }

    /// The host, where it is another's.
    pub(super) fn host(&mut self, host: &str) {
        self.look(&host.replace(['.', '-', '_'], " "), Place::Host, Everyday::Never);
    }

    /// What a reader sees.
    pub(super) fn text(&mut self, text: &str) {
        for line in text.lines() {
            let low = line.to_lowercase();
            let owned = ["©", "(c)", "copyright", "all rights reserved"].iter().any(|sign| low.contains(sign));
            if owned {
                self.look(line, Place::Copyright, Everyday::InCopyright);
            }
        }
        self.look(text, Place::Text, Everyday::Never);
    }

    fn look(&mut self, text: &str, place: Place, everyday: Everyday) {
        let lower = text.to_lowercase();
        for found in mentions(&lower).take(MENTION_LIMIT) {
            let before = lower.get(..found.at.start).unwrap_or_default();
            let after = lower.get(found.at.end..).unwrap_or_default();
            let whole = apart(before.chars().next_back(), found.name.chars().next())
                && apart(after.chars().next(), found.name.chars().next_back());
            if !whole || EVERYDAY.contains(&found.name) && !everyday.counts(before, after) {
                continue;
            }
            if self.marks.len() < MARK_LIMIT && self.known.insert((found.brand.id, place)) {
                // Lower and upper case may differ in length: what is said is cut from the text that was searched.
                let from = before.char_indices().rev().nth(SAID_CHARS / 3).map_or(0, |(at, _)| at);
                let said: String = lower.get(from..).unwrap_or_default().chars().take(SAID_CHARS).collect();
                let short = text.chars().count() <= SAID_CHARS;
                let said = if short { text.trim().to_owned() } else { said.trim().replace('\n', " ") };
                self.marks.push(Mark { brand: found.brand.id.to_owned(), place, said });
            }
        }
    }

    /// The marks, and the brands, each once.
    pub(super) fn finish(mut self) -> (Vec<Mark>, Vec<String>) {
        self.marks.sort_by_key(|mark| mark.place);
        let mut brands: Vec<String> = Vec::new();
        for mark in &self.marks {
            if !brands.contains(&mark.brand) {
                brands.push(mark.brand.clone());
            }
        }
        (self.marks, brands)
    }
}

/// When an everyday word stands for a brand.
#[derive(Debug, Clone, Copy)]
enum Everyday {
    /// Wherever it stands.
    Counts,
    /// Where it is a piece of the title by itself, or a word of service follows.
    InTitle,
    /// Where it stands at the end of the line or in front of what such lines end with.
    InCopyright,
    Never,
}

impl Everyday {
    fn counts(self, before: &str, after: &str) -> bool {
        match self {
            Self::Counts => true,
            Self::Never => false,
            Self::InTitle => {
                let starts = before.trim_end().is_empty() || before.trim_end().ends_with(BETWEEN);
                let ends = after.trim_start().is_empty() || after.trim_start().starts_with(BETWEEN);
                starts && ends || served(after)
            }
            Self::InCopyright => {
                let after = after.trim_start_matches([' ', ',', '.', '。', '、']);
                let corporate = ["inc", "co", "corp", "ltd", "llc", "plc", "limited", "all rights"];
                let year = |text: &str| text.trim_end().ends_with(|last: char| last.is_ascii_digit() || last == '©');
                after.is_empty() && year(before) || corporate.iter().any(|word| after.starts_with(word)) && year(before)
            }
        }
    }
}

/// What stands between the pieces of a title.
const BETWEEN: &[char] =
    &['|', '｜', '-', '–', '—', ':', '：', '•', '·', '・', '»', '«', '【', '】', '(', ')', '（', '）'];

/// A word of service follows.
fn served(after: &str) -> bool {
    let after = after.trim_start();
    let word = after.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    SERVICE.contains(&word) || SERVICE_JA.iter().any(|word| after.starts_with(word))
}

/// The words of the last part of a path: `/i/amazon_logo.v2.png` is `amazon logo v2 png`.
fn file_name(source: &str) -> String {
    let source = source.trim();
    if source.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return String::new();
    }
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    clip(name, 200).replace("%20", " ").replace(['_', '-', '.', '+', '@'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(title: &str) -> Vec<String> {
        let mut brands = Brands::default();
        brands.title(title);
        brands.finish().1
    }

    #[test]
    fn a_title_names_a_brand() {
        for (title, brand) in [
            ("Amazonサインイン", "amazon"),
            ("三井住友カード｜Vpassログイン", "smbc_card"),
            ("Sign in - Google Accounts", "google"),
            ("ログイン - Google アカウント", "google"),
            ("Apple", "apple"),
            ("Verify | Chase Online", "chase"),
            ("PayPal: Log in", "paypal"),
        ] {
            assert_eq!(titled(title).first().map(String::as_str), Some(brand), "{title}");
        }
        for title in ["Apple pie recipes", "How to chase a dream", "オンライン講座", "Steam engines", "Log in"] {
            assert_eq!(titled(title), [""; 0], "{title}");
        }
    }

    #[test]
    fn logos_pictures_hosts_and_copyright_are_told_apart() {
        let mut brands = Brands::default();
        let picture = |source: &str, says: &str, classes: &str| Picture {
            source: source.into(),
            says: says.into(),
            classes: classes.into(),
        };
        brands.picture(&picture("/assets/img/logo_apple@2x.png?v=1", "", ""));
        brands.picture(&picture("x.png", "Netflix", "site-logo"));
        brands.picture(&picture("/pay/mastercard.svg", "", ""));
        brands.picture(&picture("/i/apple-tree.jpg", "An apple tree", ""));
        brands.picture(&picture("data:image/png;base64,cGF5cGFs", "", ""));
        brands.host("paypal-login.example.test");
        brands.text("Welcome\n© 2026 Visa. All rights reserved.\nHosted beside Dropbox users");
        let marks: Vec<(String, Place)> = brands.finish().0.into_iter().map(|mark| (mark.brand, mark.place)).collect();
        assert_eq!(
            marks,
            [
                ("apple".into(), Place::Logo),
                ("netflix".into(), Place::Logo),
                ("visa".into(), Place::Copyright),
                ("paypal".into(), Place::Host),
                ("mastercard".into(), Place::Picture),
                ("dropbox".into(), Place::Text),
            ]
        );
    }

    #[test]
    fn what_was_said_is_short() {
        let mut brands = Brands::default();
        brands.text(&format!("{} PayPal {}", "x ".repeat(5_000), "y ".repeat(5_000)));
        let (marks, _) = brands.finish();
        assert!(marks[0].said.contains("paypal") && marks[0].said.chars().count() <= SAID_CHARS);
    }
}
