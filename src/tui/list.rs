//! The list: rows as they arrive, their order, filter, cursor and selection. Cursor and selection stay on their
//! messages through sorting, filtering and arrival of more rows. No drawing, no I/O.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::analysis::Brief;
use crate::mailbox::{Identity, Progress};
use crate::store::Marked;
use crate::view::campaign::Campaign;

use super::filter::Filter;
pub use super::row::{Row, Sort};

/// The list of one folder.
#[derive(Debug, Default)]
pub struct List {
    /// Every row, in mailbox order.
    pub rows: Vec<Row>,
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
    /// Rows with a brief.
    pub analyzed: usize,
    /// Rows that will get one: all that can be read.
    pub readable: usize,
    selected: usize,
    /// Positions changed since the cursor last moved by hand: until then the first row stays first.
    pub touched: bool,
    /// Every row in order, whatever the filter says.
    sorted: Vec<u32>,
    by_identity: HashMap<Identity, Vec<u32>>,
    campaigns: HashMap<String, Vec<u32>>,
}

impl List {
    /// An empty list with an order.
    #[must_use]
    pub fn new(sort: Sort, reverse: bool) -> Self {
        Self { sort, reverse, height: 20, ..Self::default() }
    }

    /// Takes rows in; the cursor stays on its message once it was moved.
    pub fn add(&mut self, rows: Vec<Row>) {
        let first = self.rows.len() as u32;
        self.readable += rows.iter().filter(|row| row.entry.problem.is_none()).count();
        self.rows.extend(rows);
        let here = self.current_index();
        let added: Vec<u32> = (first..self.rows.len() as u32).collect();
        if self.sort == Sort::Mailbox && !self.reverse {
            let passing: Vec<u32> = added.iter().copied().filter(|index| self.passes(*index)).collect();
            self.order.extend(passing);
            self.sorted.extend(added);
        } else {
            self.merge(added);
            self.order = self.passing();
        }
        self.stay(here);
    }

    /// The rows that pass the filter, in order.
    fn passing(&self) -> Vec<u32> {
        if self.filter.is_empty() {
            return self.sorted.clone();
        }
        self.sorted.iter().copied().filter(|index| self.passes(*index)).collect()
    }

    /// Filters anew, where what the filter looks at has changed.
    pub fn filter_again(&mut self) {
        let here = self.current_index();
        self.order = self.passing();
        self.stay(here);
    }

    /// Merges sorted newcomers into the sorted order: one pass instead of a sort of everything for each batch.
    fn merge(&mut self, mut added: Vec<u32>) {
        added.sort_by(|a, b| self.compare(*a, *b));
        let old = std::mem::take(&mut self.sorted);
        let mut merged = Vec::with_capacity(old.len() + added.len());
        let (mut left, mut right) = (old.into_iter().peekable(), added.into_iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let next = if self.compare(*a, *b) == Ordering::Greater { right.next() } else { left.next() };
            merged.extend(next);
        }
        merged.extend(left);
        merged.extend(right);
        self.sorted = merged;
    }

    fn passes(&self, index: u32) -> bool {
        self.filter.is_empty() || self.rows.get(index as usize).is_some_and(|row| self.filter.passes(row))
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        let (Some(left), Some(right)) = (self.rows.get(a as usize), self.rows.get(b as usize)) else {
            return a.cmp(&b);
        };
        let order = match self.sort {
            Sort::Date => right.summary.date.cmp(&left.summary.date),
            Sort::Score => {
                let score = |row: &Row| row.digest().map(|digest| (digest.level, digest.score));
                score(right).cmp(&score(left))
            }
            Sort::Sender => left.sender_hay().cmp(right.sender_hay()),
            Sort::Subject => bare(left.subject_hay()).cmp(bare(right.subject_hay())),
            Sort::Mailbox => Ordering::Equal,
        }
        .then(a.cmp(&b));
        if self.reverse { order.reverse() } else { order }
    }

    /// Builds the order anew: after a change of sort, filter or of what they rest on.
    pub fn refresh(&mut self) {
        let here = self.current_index();
        let mut sorted: Vec<u32> = (0..self.rows.len() as u32).collect();
        if self.sort != Sort::Mailbox {
            sorted.sort_by(|a, b| self.compare(*a, *b));
        } else if self.reverse {
            sorted.reverse();
        }
        self.sorted = sorted;
        self.order = self.passing();
        self.stay(here);
    }

    /// Puts the cursor back on the row `index`, or near where it was.
    fn stay(&mut self, index: Option<u32>) {
        if self.touched
            && let Some(index) = index
            && let Some(position) = self.order.iter().position(|other| *other == index)
        {
            let above = self.cursor.saturating_sub(self.offset);
            self.cursor = position;
            self.offset = position.saturating_sub(above);
        }
        self.clamp();
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
    pub fn current(&self) -> Option<&Row> {
        self.rows.get(self.current_index()? as usize)
    }

    /// A row.
    #[must_use]
    pub fn row(&self, index: u32) -> Option<&Row> {
        self.rows.get(index as usize)
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

    /// Sets the filter.
    pub fn set_filter(&mut self, text: &str) {
        if text != self.filter_text {
            text.clone_into(&mut self.filter_text);
            self.filter = Filter::parse(text);
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
    pub fn brief(&mut self, index: u32, brief: Brief) {
        let Some(row) = self.rows.get_mut(index as usize) else { return };
        if row.brief.is_none() {
            self.analyzed += 1;
            if let Some(campaign) = brief.digest.as_ref().and_then(|digest| digest.campaign.clone()) {
                self.campaigns.entry(campaign).or_default().push(index);
            }
        }
        let identity = brief.identity;
        row.brief = Some(brief);
        if let Some(identity) = identity {
            self.name(index, identity);
        }
    }

    /// Takes which mail a row is.
    pub fn name(&mut self, index: u32, identity: Identity) {
        let Some(row) = self.rows.get_mut(index as usize) else { return };
        if row.identity.replace(identity).is_none() {
            self.by_identity.entry(identity).or_default().push(index);
        }
    }

    /// Takes all marks as they now stand.
    pub fn remark(&mut self, marks: &HashMap<Identity, Marked>) {
        let identities: Vec<Identity> = self.by_identity.keys().copied().collect();
        for identity in identities {
            self.marked(identity, marks.get(&identity));
        }
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
        let key = self.row(index).and_then(Row::digest).and_then(|digest| digest.campaign.as_deref());
        key.and_then(|key| self.campaigns.get(key)).map_or(0, Vec::len)
    }

    /// The campaign of a row, where other rows share its key.
    #[must_use]
    pub fn campaign(&self, index: u32) -> Option<Campaign> {
        let key = self.row(index)?.digest()?.campaign.as_deref()?;
        let rows = self.campaigns.get(key).filter(|rows| rows.len() > 1)?;
        // Senders are counted over so many rows only: a list of a million equal mails stays fluid.
        let members = rows.iter().take(1000).filter_map(|index| self.row(*index));
        let senders: std::collections::BTreeSet<&str> = members.map(|row| row.summary.address.as_str()).collect();
        Some(Campaign { mails: rows.len(), senders: senders.len(), by_link: key.starts_with("link:") })
    }

    /// Takes the mark of a message to all rows that hold it.
    pub fn marked(&mut self, identity: Identity, marked: Option<&Marked>) {
        for index in self.by_identity.get(&identity).into_iter().flatten() {
            if let Some(row) = self.rows.get_mut(*index as usize) {
                row.mark = marked.and_then(|marked| marked.mark);
                row.noted = marked.is_some_and(|marked| !marked.note.is_empty());
            }
        }
    }

    /// The rows that an action is for: the selected ones, else the one under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Vec<u32> {
        if self.selected == 0 {
            return self.current_index().into_iter().collect();
        }
        // Selected is selected, whether the filter of this moment shows it or not.
        self.sorted.iter().copied().filter(|index| self.row(*index).is_some_and(|row| row.selected)).collect()
    }

    /// Turns the selection of the current row and goes on.
    pub fn toggle(&mut self) {
        if let Some(row) = self.current_index().and_then(|index| self.rows.get_mut(index as usize)) {
            row.selected = !row.selected;
            self.selected = if row.selected { self.selected + 1 } else { self.selected.saturating_sub(1) };
        }
        self.go((self.cursor + 1).min(self.order.len().saturating_sub(1)));
    }

    /// Starts a range, or selects all from its start to the cursor.
    pub fn select_range(&mut self) {
        let Some(start) = self.range.take() else {
            self.range = self.current_index();
            return;
        };
        let Some(from) = self.order.iter().position(|index| *index == start) else { return };
        let (low, high) = (from.min(self.cursor), from.max(self.cursor));
        for index in self.order.iter().skip(low).take(high + 1 - low) {
            if let Some(row) = self.rows.get_mut(*index as usize)
                && !row.selected
            {
                row.selected = true;
                self.selected += 1;
            }
        }
    }

    /// Selects nothing.
    pub fn select_none(&mut self) {
        self.range = None;
        self.selected = 0;
        for row in &mut self.rows {
            row.selected = false;
        }
    }

    /// How many are selected.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// The next or previous position whose mail is rated medium or higher.
    #[must_use]
    pub fn next_finding(&self, forward: bool) -> Option<usize> {
        let rated = |position: &usize| {
            let row = self.order.get(*position).and_then(|index| self.row(*index));
            row.and_then(Row::digest).is_some_and(|digest| digest.level >= crate::verdict::Level::Medium)
        };
        if forward { (self.cursor + 1..self.order.len()).find(rated) } else { (0..self.cursor).rev().find(rated) }
    }
}

/// A subject without reply and forward prefixes.
fn bare(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    while let Some((prefix, after)) = rest.split_once(':') {
        if !matches!(prefix, "re" | "fw" | "fwd" | "aw" | "sv") {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::mailbox::Entry;
    use crate::message::Summary;
    use crate::store::Mark;
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

    fn dated(date: i64) -> Row {
        let mut row = row("x", "x@a.example", &format!("{date}"));
        row.summary.date = Some(date);
        row
    }

    fn subjects(list: &List) -> Vec<&str> {
        list.order.iter().map(|index| list.rows[*index as usize].summary.subject.as_str()).collect()
    }

    #[test]
    fn batches_arrive_in_order_of_date_and_the_top_stays_in_sight_until_the_cursor_moves() {
        let mut list = List::new(Sort::Date, false);
        list.add(vec![dated(5), dated(1)]);
        list.add(vec![dated(9), dated(3)]);
        assert_eq!(subjects(&list), ["9", "5", "3", "1"]);
        assert_eq!(list.cursor, 0);
        list.go(1);
        list.add(vec![dated(8)]);
        assert_eq!(list.current().unwrap().summary.subject, "5", "the cursor follows its message");
        list.reverse = true;
        list.refresh();
        assert_eq!(subjects(&list), ["1", "3", "5", "8", "9"]);
        assert_eq!(list.current().unwrap().summary.subject, "5");
    }

    #[test]
    fn cursor_and_selection_survive_sort_and_filter() {
        let mut list = List::new(Sort::Mailbox, false);
        list.add(vec![
            row("b", "b@a.example", "Re: beta"),
            row("a", "a@a.example", "alpha"),
            row("c", "c@a.example", "gamma"),
        ]);
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
    fn a_range_selects_from_its_start_to_the_cursor_in_either_direction() {
        let mut list = List::new(Sort::Mailbox, false);
        list.add((0..6).map(dated).collect());
        list.go(4);
        list.select_range();
        list.go(2);
        list.select_range();
        assert_eq!(list.chosen(), [2, 3, 4]);
        list.select_none();
        assert_eq!(list.chosen(), [2]);
    }

    #[test]
    fn the_screen_follows_the_cursor() {
        let mut list = List::new(Sort::Mailbox, false);
        list.add((0..100).map(dated).collect());
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
        list.add((0..3).map(dated).collect());
        list.name(0, one);
        list.brief(0, Brief::default());
        list.brief(1, Brief { identity: Some(other), ..Brief::default() });
        list.brief(2, Brief::default());
        list.name(2, one);
        list.marked(one, Some(&phish));
        assert_eq!(list.rows.iter().map(|row| row.mark).collect::<Vec<_>>(), [phish.mark, None, phish.mark]);
        list.brief(0, Brief::default());
        assert_eq!(list.row(0).unwrap().identity, Some(one), "a later brief without it takes nothing back");
        list.remark(&HashMap::from([(other, phish.clone())]));
        assert_eq!(list.rows.iter().map(|row| row.mark).collect::<Vec<_>>(), [None, phish.mark, None]);
    }

    #[test]
    fn scores_arrive_late_and_sort_then() {
        let mut list = List::new(Sort::Score, false);
        list.add((0..3).map(dated).collect());
        let digest = Digest { score: 90, level: crate::verdict::Level::High, ..Digest::default() };
        list.brief(2, Brief { digest: Some(digest), ..Brief::default() });
        assert!(list.rests_on_findings());
        list.refresh();
        assert_eq!(list.order, [2, 0, 1]);
        assert_eq!(list.analyzed, 1);
    }
}
