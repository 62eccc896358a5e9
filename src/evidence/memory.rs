//! What this thread found out of hosts that it saw before. A mail names few hosts, each of them often, and a mailbox names the
//! same ones again and again.
//!
//! All of it follows from the name alone, so that what is remembered changes no result, and forgetting costs time only. Never
//! grows: a host takes the place of the one whose name hashes alike.

use std::cell::RefCell;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::Domain;
use super::classes;
use super::places::Place;
use super::url::{HostClass, UrlParts};

/// Places for hosts, a power of two.
const ROOM: usize = 1_024;
/// The longest name that is remembered.
const NAME_BYTES: usize = 100;

/// A host, what the lists know of it, and its classes.
struct Known {
    domain: Domain,
    place: Place,
    classes: Vec<HostClass>,
}

thread_local! {
    static HOSTS: RefCell<Vec<Option<Known>>> = const { RefCell::new(Vec::new()) };
}

/// Where a host has its place.
fn slot(host: &str) -> usize {
    FixedState::with_seed(0).hash_one(host) as usize % ROOM
}

/// The domain of a host name that is written as a browser would.
pub(super) fn domain(host: &str) -> Domain {
    let known = HOSTS.with_borrow(|hosts| {
        let known = hosts.get(slot(host))?.as_ref()?;
        (known.domain.host == host).then(|| known.domain.clone())
    });
    known.unwrap_or_else(|| Domain::of(host))
}

/// What the lists know of a URL's host, and its classes.
pub(super) fn classes(url: &UrlParts) -> (Place, Vec<HostClass>) {
    if url.address.is_some() || url.scheme == "mailto" {
        return (Place::default(), classes::of(url, Place::default()));
    }
    let at = slot(&url.domain.host);
    let known = HOSTS.with_borrow(|hosts| {
        let known = hosts.get(at)?.as_ref()?;
        (known.domain.host == url.domain.host).then(|| (known.place, known.classes.clone()))
    });
    known.unwrap_or_else(|| {
        let place = Place::of(&url.domain);
        let classes = classes::of(url, place);
        if url.domain.host.len() <= NAME_BYTES {
            let known = Known { domain: url.domain.clone(), place, classes: classes.clone() };
            HOSTS.with_borrow_mut(|hosts| {
                if hosts.is_empty() {
                    hosts.resize_with(ROOM, || None);
                }
                if let Some(slot) = hosts.get_mut(at) {
                    *slot = Some(known);
                }
            });
        }
        (place, classes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_would_be_found_out() {
        for round in 0..3 {
            for at in 0..3_000 {
                let raw = format!("https://h{at}.{}/", ["example.com", "github.io", "bit.ly", "co.jp"][at % 4]);
                let url = UrlParts::with(&raw, None, domain).unwrap();
                assert_eq!(Some(&url), UrlParts::of(&raw, None).as_ref(), "{round}");
                let place = Place::of(&url.domain);
                assert_eq!(classes(&url), (place, classes::of(&url, place)), "{round} {raw}");
            }
        }
    }
}
