//! Two control questions, once in a run: does the name server invent names, or deny all of them?
//!
//! ```text
//! A <chance letters>.invalid.   must not be there (RFC 6761 section 6.4); an address is what it gives for every name
//! NS .                          must be there; else it says of every name that it is not
//! ```
//!
//! They go out beside the first question of a run. What such a server says is no answer: "this domain does not exist" and
//! "it is at this address" would be findings about the server and not about the sender. A control question that is not
//! answered proves nothing, and then answers are taken as they are.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::sync::OnceCell;

use super::resolver::{Found, Nothing, Resolver};
use super::{absolute_control, read};
use crate::facts::phrases::reason;
use crate::text::Words;

/// What is known of the name server.
#[derive(Debug)]
pub(crate) struct Control {
    /// The name that is not there, absolute.
    name: String,
    found: OnceCell<Trust>,
    told: AtomicBool,
}

/// How far its answers can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Trust {
    /// The addresses that it gives for names that are not there.
    invents: Vec<IpAddr>,
    /// It says of every name that it is not there.
    denies: bool,
}

impl Trust {
    fn words(&self) -> Vec<Words> {
        let both = [(!self.invents.is_empty(), reason::RESOLVER_INVENTS), (self.denies, reason::RESOLVER_DENIES)];
        both.into_iter().filter(|(is, _)| *is).map(|(_, words)| words).collect()
    }
}

impl Control {
    pub(super) fn new() -> Self {
        // Letters that nobody can have prepared an answer for.
        let mut number = RandomState::new().hash_one(0_u8);
        let mut label = String::new();
        for _ in 0..13 {
            label.push(char::from(b'a' + (number % 26) as u8));
            number /= 26;
        }
        Self { name: format!("{label}.invalid."), found: OnceCell::new(), told: AtomicBool::new(false) }
    }

    /// The questions that still have to go out, as a plan says them.
    pub(super) fn asks(&self) -> Vec<String> {
        if self.found.initialized() { Vec::new() } else { vec![format!("A {}", self.name), "NS .".to_owned()] }
    }

    /// What a person has to know, the first time that somebody asks.
    pub(super) fn warnings(&self) -> Vec<Words> {
        let Some(trust) = self.found.get().filter(|trust| **trust != Trust::default()) else { return Vec::new() };
        if self.told.swap(true, Ordering::Relaxed) {
            return Vec::new();
        }
        trust.words()
    }

    /// What there is to say of the name server: nothing of one that can be believed.
    pub(super) async fn words(&self, resolver: &Resolver, patience: Duration) -> Vec<Words> {
        self.trust(resolver, patience).await.words()
    }

    /// An answer, where it can be one.
    pub(super) async fn check(
        &self,
        resolver: &Resolver,
        patience: Duration,
        asked: &Name,
        answer: impl Future<Output = Result<Found, Nothing>>,
    ) -> Result<Found, Nothing> {
        let (answer, trust) = tokio::join!(answer, self.trust(resolver, patience));
        match answer {
            Err(Nothing::Absent { no_name: true, .. }) if trust.denies => Err(Nothing::Failed(reason::DENIES, None)),
            Ok(found) if !trust.invents.is_empty() => {
                let addresses = read::belonging(asked, &found.records, read::address).list;
                // Real names keep their real addresses with most of these servers.
                let invented = !addresses.is_empty() && addresses.iter().all(|one| trust.invents.contains(one));
                if invented { Err(Nothing::Failed(reason::INVENTS, None)) } else { Ok(found) }
            }
            answer => answer,
        }
    }

    async fn trust(&self, resolver: &Resolver, patience: Duration) -> &Trust {
        self.found
            .get_or_init(|| async {
                let both = async { tokio::join!(self.invented(resolver), denies(resolver)) };
                // The question beside it must not wait for servers that drop such names.
                tokio::time::timeout(patience, both)
                    .await
                    .map_or_else(|_| Trust::default(), |(invents, denies)| Trust { invents, denies })
            })
            .await
    }

    async fn invented(&self, resolver: &Resolver) -> Vec<IpAddr> {
        let Some(name) = absolute_control(&self.name) else { return Vec::new() };
        match resolver.ask(name.clone(), RecordType::A).await {
            Ok(found) => read::belonging(&name, &found.records, read::address).list,
            Err(_) => Vec::new(),
        }
    }
}

/// The root has name servers, whoever is asked.
async fn denies(resolver: &Resolver) -> bool {
    match resolver.ask(Name::root(), RecordType::NS).await {
        Ok(found) => found.no_name,
        Err(Nothing::Absent { .. }) => true,
        Err(Nothing::Failed(..)) => false,
    }
}
