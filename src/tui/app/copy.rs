//! Copying: always defanged, one line of printable ASCII per indicator; live only after a question.

use crate::text::{Words, defang, defang_address, defang_host, defang_url, show};
use crate::view::Target;
use crate::view::indicators::{Indicator, indicators};
use crate::view::summary::lines;

use super::super::action::Action;
use super::super::layer::{Confirm, Layer};
use super::super::msg::{Cmd, Collect};
use super::App;
use super::panes::NOT_ANALYZED;
use crate::view::{Line, Subject};

impl App {
    pub(super) fn copy_action(&mut self, action: Action) -> Vec<Cmd> {
        let collect = match action {
            Action::CopyUrls => Collect::Urls,
            Action::CopyDomains => Collect::Domains,
            Action::CopyAddresses => Collect::Addresses,
            Action::CopyMails => Collect::Mails,
            Action::CopyHashes => Collect::Hashes,
            Action::CopyAll => Collect::All,
            Action::CopySummary => Collect::Summary,
            _ => {
                let value = self.value_here().map(|target| defanged(&target)).unwrap_or_default();
                let what = Words::new("this value", "この値").get(self.lang);
                return self.copy(what.to_owned(), value);
            }
        };
        let chosen = self.chosen();
        let unread = self.not_analyzed().filter(|_| chosen.len() == 1 && collect != Collect::Hashes);
        if let Some(why) = unread {
            // A summary of nothing would read as one of a harmless mail.
            return self.tell(NOT_ANALYZED, &[&why]);
        }
        match self.open_mail() {
            Some(mail) if chosen == [mail.index] => {
                let text = self.with_subject(mail, |subject| collected(subject, collect));
                self.copy(name(collect).get(self.lang).to_owned(), text)
            }
            _ => vec![Cmd::Collect(collect, chosen)],
        }
    }

    /// Copies a text, or says that there is none.
    pub(super) fn copy(&mut self, what: String, text: String) -> Vec<Cmd> {
        if text.trim().is_empty() {
            return self.tell(Words::new("nothing to copy: {0}", "コピーする内容がありません: {0}"), &[&what]);
        }
        vec![Cmd::Copy { what, text, tried: false }]
    }

    pub(super) fn copy_live(&mut self) -> Vec<Cmd> {
        let Some(target) = self.value_here() else { return Vec::new() };
        let text = live(&target);
        if text.is_empty() {
            return self.tell(Words::new("no value on this line", "この行に値はありません"), &[]);
        }
        let title = Words::new("Copy this value live? It can be pressed and pasted.", "無害化せずにコピーしますか？")
            .get(self.lang)
            .to_owned();
        let what = Words::new("live value", "そのままの値").get(self.lang).to_owned();
        let yes = Some(Cmd::Copy { what, text: text.clone(), tried: false });
        self.open_layer(Layer::Confirm(Confirm { title, lines: vec![text], yes, offset: 0 }))
    }
}

/// The name of a collection.
#[must_use]
pub(super) fn name(collect: Collect) -> Words {
    match collect {
        Collect::Urls => Action::CopyUrls,
        Collect::Domains => Action::CopyDomains,
        Collect::Addresses => Action::CopyAddresses,
        Collect::Mails => Action::CopyMails,
        Collect::Hashes => Action::CopyHashes,
        Collect::All => Action::CopyAll,
        Collect::Summary => Action::CopySummary,
    }
    .row()
    .help
}

/// What is collected of one mail: defanged, a line each.
#[must_use]
pub(super) fn collected(subject: &Subject, collect: Collect) -> String {
    if collect == Collect::Summary {
        return text_of(lines(subject).iter().map(Line::text));
    }
    let found = indicators(subject);
    let mut chosen: Vec<&[Indicator]> = Vec::new();
    for (kind, list) in [
        (Collect::Urls, &found.urls),
        (Collect::Domains, &found.domains),
        (Collect::Addresses, &found.addresses),
        (Collect::Mails, &found.mail_addresses),
        (Collect::Hashes, &found.hashes),
    ] {
        if collect == kind || collect == Collect::All {
            chosen.push(list);
        }
    }
    if collect == Collect::All {
        chosen.extend([found.phones.as_slice(), &found.wallets, &found.accounts]);
    }
    text_of(chosen.into_iter().flatten().map(|indicator| indicator.defanged.clone()))
}

/// Lines with their line ends.
fn text_of(lines: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

pub(super) fn defanged(target: &Target) -> String {
    match target {
        Target::Url(url) => defang_url(url),
        Target::Host(host) => defang_host(host),
        Target::Address(address) => defang_address(address),
        Target::Hash(hash) => hash.clone(),
        Target::Value(text) => show(&defang(text)).as_str().to_owned(),
        Target::Nested(_) | Target::Source(_) | Target::Item(_) => String::new(),
    }
}

/// One line without control characters: what is pasted into a shell must not press Enter by itself.
fn live(target: &Target) -> String {
    let text = match target {
        Target::Url(text) | Target::Host(text) | Target::Address(text) | Target::Hash(text) | Target::Value(text) => {
            text
        }
        Target::Nested(_) | Target::Source(_) | Target::Item(_) => "",
    };
    text.chars().filter(|c| !c.is_control()).collect()
}
