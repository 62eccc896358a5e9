//! The machines that a mailbox's mail usually comes in through, as its own mails tell: the organization that wrote the
//! newest line of nearly all of them, and whatever stands before it on nearly every way (a forwarder, a filter service).
//! With them the trust boundary lies behind a gateway that nobody configured.
//!
//! ```text
//! by mx.example.net from gate3.filter.example (verified)    49 of 52 mails
//! by gate3.filter.example from a stranger                   48 of 52 mails    -> example.net, filter.example
//! ```
//!
//! A few forged mails must not make anybody's machine usual: lists and bulk mail do not count, a way counts only as far
//! as each line names the writer of the next by a verified name, and never into the sender's own organization.

use super::boundary::{is_fetched, is_foreign, vouches_for};
use super::path::{self, Hop};
use super::{Domain, Own};
use crate::message::{head, text_of};

/// Bytes of a head that are looked at: the newest lines stand on top.
pub const HEAD_BYTES: usize = 16 * 1024;
/// How many mails are looked at.
pub const SAMPLE: usize = 64;
/// Fewer mails than this make nothing usual.
const FEWEST: usize = 16;
/// The longest way.
const LEVELS: usize = 3;
/// The most Received lines that are read of one mail.
const LINES: usize = 8;

/// Through whose machines one mail came, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way(Vec<String>);

impl Way {
    /// Of the head of a mail; `None` where it tells nothing about the mailbox: no line that names its writer, or a mail
    /// that a list sent.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
        let scan = head::scan(bytes);
        let mut hops = Vec::new();
        let mut senders = Vec::new();
        for field in &scan.fields {
            let name = bytes.get(field.name.clone())?.trim_ascii();
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
            let value = || text_of(bytes.get(field.value.clone()).unwrap_or_default());
            if is("list-id") || is("list-post") || is("precedence") {
                return None;
            } else if is("received") && hops.len() < LINES {
                hops.push(path::read(&value()));
            } else if is("return-path") || is("from") {
                let value = value();
                let address = value.trim().trim_end_matches('>').rsplit([' ', '<']).next().unwrap_or_default();
                senders.extend(Domain::of_address(address));
            }
        }
        let mut hops = hops.iter().filter(|hop| hop.by.is_some()).peekable();
        let mut way = vec![writer(hops.peek()?)?.organization().to_owned()];
        while let Some(hop) = hops.next() {
            let Some(next) = hops.peek().and_then(|hop| writer(hop)) else { break };
            if !is_foreign(hop) || way.last().is_some_and(|last| last == next.organization()) {
                continue;
            }
            let own = senders.iter().any(|sender| sender.same_organization(&next));
            if own || !vouches_for(hop, next.organization()) || way.len() >= LEVELS {
                break;
            }
            way.push(next.organization().to_owned());
        }
        Some(Self(way))
    }
}

fn writer(hop: &Hop) -> Option<Domain> {
    hop.by.as_deref().map(Domain::of).filter(|by| by.registrable.is_some())
}

/// What is usual among these ways: organizations, the reader's own first; empty where nothing is.
#[must_use]
pub fn usual(ways: &[Way]) -> Vec<String> {
    let mut usual: Vec<String> = Vec::new();
    let mut of: Vec<&Way> = ways.iter().collect();
    while of.len() >= FEWEST && usual.len() < LEVELS {
        let level = usual.len();
        let here = |way: &Way| way.0.get(level).cloned();
        let Some(most) = majority(of.iter().filter_map(|way| here(way))) else { break };
        let all = of.len();
        of.retain(|way| way.0.get(level) == Some(&most));
        if of.len() * 4 < all * 3 {
            break;
        }
        usual.push(most);
    }
    usual
}

/// The only one that can be more than half (Boyer and Moore).
fn majority(names: impl Iterator<Item = String>) -> Option<String> {
    let mut best: (Option<String>, usize) = (None, 0);
    for name in names {
        if best.1 == 0 {
            best = (Some(name), 1);
        } else if best.0.as_ref() == Some(&name) {
            best.1 += 1;
        } else {
            best.1 -= 1;
        }
    }
    best.0
}

/// The line in which a usual machine names a stranger; `None` where the mail came another way.
pub(super) fn by_usual(hops: &[Hop], own: &Own) -> Option<usize> {
    let mut level = 0;
    let usual = own.usual.get(level)?;
    let mut usual = usual.as_str();
    for (at, hop) in hops.iter().enumerate() {
        if hop.by.is_none() && hop.address.is_none() || is_fetched(hop) {
            continue;
        }
        if writer(hop)?.organization() != usual {
            return None;
        }
        if !is_foreign(hop) {
            continue;
        }
        let next = own.usual.get(level + 1).filter(|next| {
            let follows = hops.get(at + 1).and_then(writer).is_some_and(|by| by.organization() == next.as_str());
            follows && vouches_for(hop, next)
        });
        let Some(next) = next else { return Some(at) };
        usual = next;
        level += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::auth::checks;
    use super::super::boundary::{Boundary, BoundaryReason, boundary};
    use super::super::path::hops;
    use super::*;
    use crate::message::Message;

    const GATE: &str = "Received: from gate3.filter.example (gate3.filter.example [203.0.113.7]) by mx.home.example with ESMTPS; date\n";
    const BEHIND: &str =
        "Received: from x (mail.sender.example [192.0.2.1]) by gate3.filter.example with ESMTP; date\n";
    const DIRECT: &str = "Received: from x (mail.sender.example [192.0.2.1]) by mx.home.example with ESMTP; date\n";

    fn way(head: &str) -> Option<Way> {
        Way::of(format!("{head}From: A <a@sender.example>\nSubject: x\n\n").as_bytes())
    }

    fn usual_of(parts: &[(&str, usize)]) -> Vec<String> {
        let ways: Vec<Way> =
            parts.iter().flat_map(|(head, count)| std::iter::repeat_n(way(head), *count)).flatten().collect();
        usual(&ways)
    }

    fn find(header: &str, usual: &[&str]) -> Option<(usize, BoundaryReason)> {
        let message = Message::parse(format!("{header}From: a@sender.example\n\nx").as_bytes());
        let own = Own { usual: usual.iter().map(|name| (*name).to_owned()).collect(), ..Own::default() };
        boundary(&message, &checks(&message), &hops(&message), &own).map(|Boundary { hop, reason }| (hop, reason))
    }

    #[test]
    fn what_three_quarters_came_through_is_usual() {
        let gated = [GATE, BEHIND].concat();
        let inner = [
            "Received: from mx.home.example (mx.home.example [10.0.0.2]) by store.home.example with LMTP; date\n",
            &gated,
        ]
        .concat();
        let greeting = gated.replace("gate3.filter.example [", "unknown [");
        let list = [&gated, "List-Id: <x.filter.example>\n"].concat();
        let service = gated.replace("filter.example", "sender.example");
        for (parts, wanted) in [
            (vec![(gated.as_str(), 20)], &["home.example", "filter.example"][..]),
            (vec![(&inner, 20)], &["home.example", "filter.example"]),
            (vec![(&gated, 16), (DIRECT, 4)], &["home.example", "filter.example"]),
            // Half of it comes past the filter; the greeting is no proof; the sender's own machine is no gateway.
            (vec![(&gated, 12), (DIRECT, 12)], &["home.example"]),
            (vec![(&greeting, 20)], &["home.example"]),
            (vec![(&service, 20)], &["home.example"]),
            // Too few, lists, nothing in common, nothing at all.
            (vec![(&gated, 15)], &[]),
            (vec![(&list, 40), (DIRECT, 15)], &[]),
            (vec![(&gated, 10), (&gated.replace("home", "office"), 10)], &[]),
            (vec![("", 40)], &[]),
            (vec![("Received: by mail (nothing); date\n", 40)], &[]),
        ] {
            assert_eq!(usual_of(&parts), wanted, "{parts:?}");
        }
    }

    #[test]
    fn the_boundary_lies_behind_the_usual_machines() {
        let home = &["home.example", "filter.example"];
        let gated = [GATE, BEHIND].concat();
        assert_eq!(find(&gated, home), Some((1, BoundaryReason::UsualOfMailbox)));
        assert_eq!(find(&gated, &[]), Some((0, BoundaryReason::FirstForeignClient)), "nothing is known of the filter");
        assert_eq!(find(DIRECT, home), Some((0, BoundaryReason::UsualOfMailbox)), "past the filter");
        let typed = [DIRECT, BEHIND].concat();
        assert_eq!(find(&typed, home), Some((0, BoundaryReason::UsualOfMailbox)), "typed by the sender");
        let greeted = gated.replace("gate3.filter.example [", "unknown [");
        assert_eq!(find(&greeted, home), Some((0, BoundaryReason::UsualOfMailbox)), "a greeting proves nothing");
        let unverified = gated.replace("[203.0.113.7]", "[203.0.113.7] (may be forged)");
        assert_eq!(find(&unverified, home), Some((0, BoundaryReason::UsualOfMailbox)));
        let other = gated.replace("home.example", "office.example");
        assert_eq!(find(&other, home), Some((0, BoundaryReason::FirstForeignClient)), "delivered elsewhere");
    }

    #[test]
    fn a_long_or_broken_head_is_bounded() {
        let long = format!("Received: by mx.home.example; date\n{}", "X: y\n".repeat(HEAD_BYTES));
        assert_eq!(way(&long).map(|way| way.0), Some(vec!["home.example".to_owned()]));
        for head in ["\u{0}\n", "Received:\n", ":\n:\n", "Received: from (((( by ))))"] {
            assert_eq!(way(head), None, "{head:?}");
        }
        let many = Way(vec!["a.example".to_owned(); 9]);
        assert_eq!(usual(&vec![many; 20]).len(), LEVELS);
    }
}
