//! The list: rows as they arrive, their order, filter, cursor and selection. Cursor and selection stay on their
//! messages through sorting, filtering and arrival of more rows. No drawing, no I/O.

mod inside;
mod order;
mod selection;

use std::sync::Arc;

use crate::analysis::Brief;
use crate::mailbox::{Identity, Progress};
use crate::view::campaign::Campaign;

use super::filter::Filter;
use super::marks::{Book, Held};
pub use super::row::{Row, Sort};
use super::rows::{Campaigns, Findings, Heads, Rows};
use inside::Sought;

/// The list of one folder.
#[derive(Debug, Default)]
pub struct List {
    /// Every row, in mailbox order.
    pub rows: Rows,
    /// Indices of the rows that pass the filter, in the order shown.
    pub order: Vec<u32>,
    /// Position in [`List::order`].
    pub cursor: usize,
    /// First position on the screen.
    pub offset: usize,
    /// Order.
    pub sort: Sort,
    /// Turned round.
    pub reverse: bool,
    /// As typed.
    pub filter_text: String,
    filter: Filter,
    /// Rows that could be shown at once when last drawn.
    pub height: usize,
    /// Where a range selection began.
    pub range: Option<u32>,
    /// The index run goes on.
    pub indexing: Option<Progress>,
    /// Why the folder could not be listed, or not to its end.
    pub unlisted: Option<String>,
    /// Rows with a brief.
    pub analyzed: usize,
    /// Rows that will get one: all that can be read.
    pub readable: usize,
    selected: usize,
    /// Positions changed since the cursor last moved by hand: until then the first row stays first.
    pub touched: bool,
    /// Every row in order, whatever the filter says.
    sorted: Vec<u32>,
    /// Which rows pass the filter; empty where there is none.
    passing: Vec<bool>,
    /// What was found inside the mails.
    sought: Sought,
    campaigns: Campaigns,
}

impl List {
    /// An empty list with an order.
    #[must_use]
    pub fn new(sort: Sort, reverse: bool) -> Self {
        Self { sort, reverse, height: 20, ..Self::default() }
    }

    /// Takes rows in; the cursor stays on its message once it was moved.
    pub fn add(&mut self, batch: Batch) {
        let here = self.current_index();
        let first = self.rows.len() as u32;
        let Self { campaigns, analyzed, rows, readable, .. } = self;
        for (heads, findings) in batch.0 {
            *readable += (0..heads.len()).filter(|at| heads.is_readable(*at)).count();
            rows.push(heads, findings.as_deref(), &mut |campaign| {
                *analyzed += 1;
                if campaign > 0 {
                    *campaigns.entry(campaign).or_default() += 1;
                }
            });
        }
        self.arrived(first);
        self.stay(here);
    }

    /// Puts batches of rows as they are now in the place of the old ones; `again` stand for other bytes than before, so what
    /// was found of them and their place in the order do not hold any more.
    pub(in crate::tui) fn replace(&mut self, parts: Vec<(usize, Arc<Heads>)>, again: &[u32]) {
        for (part, heads) in parts {
            self.readable = self.readable.saturating_add_signed(self.rows.replace(part, heads));
        }
        for index in again {
            if let Some(campaign) = self.rows.forget(*index) {
                self.analyzed = self.analyzed.saturating_sub(1);
                if let Some(count) = self.campaigns.get_mut(&campaign) {
                    *count = count.saturating_sub(1);
                }
            }
        }
        self.sought.forget(again);
        if again.is_empty() {
            // No row is sorted by its flags or its file's name; a filter may look at them.
            self.filter_again();
        } else {
            // Texts may be others now.
            self.rows.take_ranks(Vec::new());
            self.refresh();
        }
    }

    /// Puts the cursor back on the row `index`, or on the one that now stands in its place.
    fn stay(&mut self, index: Option<u32>) {
        if self.touched
            && let Some(index) = index
        {
            let found = self.order.iter().position(|other| *other == index);
            let position = found.unwrap_or_else(|| self.place_of(index));
            let above = self.cursor.saturating_sub(self.offset);
            self.cursor = position;
            self.offset = position.saturating_sub(above);
        }
        self.clamp();
    }

    /// Puts the cursor on the row `index`, or on the one that stands in its place where it does not pass the filter.
    pub fn keep_near(&mut self, index: Option<u32>) {
        if index.is_some() {
            self.touched = true;
            self.stay(index);
        }
    }

    /// How many of these mails have a row, as far as it is known which mails the rows are. They come in order.
    #[must_use]
    pub fn held(&self, mails: &[Identity]) -> usize {
        let mut held = vec![false; mails.len()];
        for mail in (0..self.rows.len() as u32).filter_map(|index| self.rows.identity(index)) {
            if let Some(held) = mails.binary_search(&mail).ok().and_then(|at| held.get_mut(at)) {
                *held = true;
            }
        }
        held.into_iter().filter(|held| *held).count()
    }

    fn clamp(&mut self) {
        self.cursor = self.cursor.min(self.order.len().saturating_sub(1));
        let height = self.height.max(1);
        if self.cursor < self.offset {
            self.offset = self.cursor;
        } else if self.cursor >= self.offset + height {
            self.offset = self.cursor + 1 - height;
        }
        self.offset = self.offset.min(self.order.len().saturating_sub(height));
    }

    /// Tells how many rows fit.
    pub fn fit(&mut self, height: usize) {
        self.height = height;
        self.clamp();
    }

    /// Moves the cursor.
    pub fn go(&mut self, position: usize) {
        self.touched = true;
        self.cursor = position;
        self.clamp();
    }

    /// Index of the row under the cursor.
    #[must_use]
    pub fn current_index(&self) -> Option<u32> {
        self.order.get(self.cursor).copied()
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<Row> {
        self.rows.get(self.current_index()?)
    }

    /// A row, unpacked: for the few that are looked at.
    #[must_use]
    pub fn row(&self, index: u32) -> Option<Row> {
        self.rows.get(index)
    }

    /// The rows on the screen and a screen below, for analysis first.
    #[must_use]
    pub fn visible(&self) -> Vec<u32> {
        self.order.iter().skip(self.offset).take(self.height * 2).copied().collect()
    }

    /// Terms of the filter whose value is not known.
    #[must_use]
    pub fn unknown_terms(&self) -> &[String] {
        self.filter.unknown()
    }

    /// Words of the filter that look like conditions and are none.
    #[must_use]
    pub fn plain_terms(&self) -> &[String] {
        self.filter.plain()
    }

    /// Sets the filter.
    pub fn set_filter(&mut self, text: &str) {
        if text != self.filter_text {
            text.clone_into(&mut self.filter_text);
            self.filter = Filter::parse(text);
            self.sought.ask(self.filter.query());
            self.touched = true;
            self.filter_again();
        }
    }

    /// Whether what the analysis finds can change the order or what passes the filter.
    #[must_use]
    pub fn rests_on_findings(&self) -> bool {
        self.sort == Sort::Score || !self.filter.is_empty()
    }

    /// Takes what the analysis found.
    pub fn brief(&mut self, index: u32, brief: &Brief) {
        if let Some(campaign) = self.rows.set_brief(index, brief) {
            self.analyzed += 1;
            if campaign > 0 {
                *self.campaigns.entry(campaign).or_default() += 1;
            }
        }
        if let Some(identity) = brief.identity {
            self.name(index, identity);
        }
    }

    /// Takes which mail a row is.
    pub fn name(&mut self, index: u32, identity: Identity) {
        self.rows.set_identity(index, identity);
    }

    /// Takes all marks as they now stand.
    pub fn remark(&mut self, marks: &Book) {
        self.rows.remark(|identity| Some(marks.get(identity)));
    }

    /// Takes the marks of these mails as they now stand, to all rows that hold them. The mails come in order.
    pub fn changed(&mut self, mails: &[Identity], marks: &Book) {
        self.rows.remark(|identity| mails.binary_search(identity).is_ok().then(|| marks.get(identity)));
    }

    /// Takes the mark of one row.
    pub fn mark_row(&mut self, index: u32, held: Held<'_>) {
        self.rows.set_mark(index, held);
    }

    /// Puts the cursor on a row, where it passes the filter.
    pub fn go_to(&mut self, index: u32) {
        if let Some(position) = self.order.iter().position(|other| *other == index) {
            self.go(position);
        }
    }

    /// How many rows share the campaign of a row, itself included; 0 where no other does.
    #[must_use]
    pub fn campaign_size(&self, index: u32) -> usize {
        let key = self.rows.campaign(index);
        key.and_then(|(key, _)| self.campaigns.get(&key)).map_or(0, |count| *count as usize)
    }

    /// The campaign of a row, where other rows share its key.
    #[must_use]
    pub fn campaign(&self, index: u32) -> Option<Campaign> {
        let (key, by_link) = self.rows.campaign(index)?;
        let mails = self.campaigns.get(&key).map(|count| *count as usize).filter(|count| *count > 1)?;
        // Senders are counted over so many rows only: a list of a million equal mails stays fluid.
        let senders: std::collections::BTreeSet<&str> = self.rows.senders(key, mails.min(1000)).collect();
        Some(Campaign { mails, senders: senders.len(), by_link })
    }

    /// The next or previous position whose mail is rated medium or higher.
    #[must_use]
    pub fn next_finding(&self, forward: bool) -> Option<usize> {
        let rated = |position: &usize| {
            let found = self.order.get(*position).and_then(|index| self.rows.found(*index));
            found.is_some_and(|found| found.is_judged() && found.level() >= crate::verdict::Level::Medium)
        };
        if forward { (self.cursor + 1..self.order.len()).find(rated) } else { (0..self.cursor).rev().find(rated) }
    }
}

/// Rows that arrive together, with what is known of them already.
#[derive(Debug, Clone, Default)]
pub struct Batch(Vec<Arrived>);

/// Rows, and what was found in them before, where they were seen before.
pub(in crate::tui) type Arrived = (Arc<Heads>, Option<Arc<Findings>>);

impl Batch {
    /// The rows as the threads share them.
    pub(in crate::tui) fn parts(&self) -> &[Arrived] {
        &self.0
    }
}

impl From<Vec<Row>> for Batch {
    fn from(rows: Vec<Row>) -> Self {
        Self(rows.chunks(super::rows::MOST).map(|rows| (Arc::new(Heads::of(rows)), None)).collect())
    }
}

impl From<Vec<Arrived>> for Batch {
    fn from(parts: Vec<Arrived>) -> Self {
        Self(parts)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::mailbox::Entry;
    use crate::message::Summary;
    use crate::store::{Mark, Marked};
    use crate::view::row::Digest;

    pub(in crate::tui) fn row(name: &str, address: &str, subject: &str) -> Row {
        let entry = Entry {
            folder: 0,
            file: None,
            range: None,
            flags: crate::mailbox::Flags::default(),
            doubts: Vec::new(),
            problem: None,
        };
        Row::new(
            entry,
            Summary { name: name.into(), address: address.into(), subject: subject.into(), ..Summary::default() },
        )
    }

    pub(super) fn dated(date: i64) -> Row {
        let mut row = row("x", "x@a.example", &format!("{date}"));
        row.summary.date = Some(date);
        row
    }

    fn subjects(list: &List) -> Vec<String> {
        list.order.iter().map(|index| list.row(*index).unwrap().summary.subject).collect()
    }

    #[test]
    fn batches_arrive_in_order_of_date_and_the_top_stays_in_sight_until_the_cursor_moves() {
        let mut list = List::new(Sort::Date, false);
        list.add(vec![dated(5), dated(1)].into());
        list.add(vec![dated(9), dated(3)].into());
        assert_eq!(subjects(&list), ["9", "5", "3", "1"]);
        assert_eq!(list.cursor, 0);
        list.go(1);
        list.add(vec![dated(8)].into());
        assert_eq!(list.current().unwrap().summary.subject, "5", "the cursor follows its message");
        list.reverse = true;
        list.refresh();
        assert_eq!(subjects(&list), ["1", "3", "5", "8", "9"]);
        assert_eq!(list.current().unwrap().summary.subject, "5");
    }

    #[test]
    fn cursor_and_selection_survive_sort_and_filter() {
        let mut list = List::new(Sort::Mailbox, false);
        list.add(
            vec![
                row("b", "b@a.example", "Re: beta"),
                row("a", "a@a.example", "alpha"),
                row("c", "c@a.example", "gamma"),
            ]
            .into(),
        );
        list.toggle();
        assert_eq!(list.current().unwrap().summary.subject, "alpha");
        list.sort = Sort::Subject;
        list.refresh();
        assert_eq!(subjects(&list), ["alpha", "Re: beta", "gamma"]);
        assert_eq!(list.current().unwrap().summary.subject, "alpha");
        list.set_filter("beta");
        assert_eq!(subjects(&list), ["Re: beta"]);
        list.set_filter("");
        assert_eq!(list.selected(), 1);
        assert_eq!(list.chosen().len(), 1);
    }

    #[test]
    fn the_screen_follows_the_cursor() {
        let mut list = List::new(Sort::Mailbox, false);
        list.add((0..100).map(dated).collect::<Vec<_>>().into());
        list.fit(10);
        list.go(50);
        assert_eq!(list.offset, 41);
        list.go(1000);
        assert_eq!((list.cursor, list.offset), (99, 90));
        list.fit(200);
        assert_eq!(list.offset, 0);
    }

    #[test]
    fn a_row_shows_its_mark_whenever_it_is_known_which_mail_it_is() {
        let (one, other) = (Identity([1; 32]), Identity([2; 32]));
        let phish = Marked { mark: Some(Mark::Malicious), ..Marked::default() };
        let mut list = List::new(Sort::Mailbox, false);
        list.add((0..3).map(dated).collect::<Vec<_>>().into());
        list.name(0, one);
        list.brief(0, &Brief::default());
        list.brief(1, &Brief { identity: Some(other), ..Brief::default() });
        list.brief(2, &Brief::default());
        list.name(2, one);
        list.changed(&[one], &Book::from_iter([(one, phish.clone())]));
        assert_eq!(list.rows.iter().map(|row| row.mark).collect::<Vec<_>>(), [phish.mark, None, phish.mark]);
        list.brief(0, &Brief::default());
        assert_eq!(list.row(0).unwrap().identity, Some(one), "a later brief without it takes nothing back");
        list.remark(&Book::from_iter([(other, phish.clone())]));
        assert_eq!(list.rows.iter().map(|row| row.mark).collect::<Vec<_>>(), [None, phish.mark, None]);
    }

    #[test]
    fn scores_arrive_late_and_sort_then() {
        let mut list = List::new(Sort::Score, false);
        list.add((0..3).map(dated).collect::<Vec<_>>().into());
        let digest = Digest { score: 90, level: crate::verdict::Level::High, ..Digest::default() };
        list.brief(2, &Brief { digest: Some(digest), ..Brief::default() });
        assert!(list.rests_on_findings());
        list.refresh();
        assert_eq!(list.order, [2, 0, 1]);
        assert_eq!(list.analyzed, 1);
    }
}
