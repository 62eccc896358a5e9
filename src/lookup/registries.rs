//! What RDAP and WHOIS share: which registry answers for a key, how fast it may be asked, and what its texts are taken for.
//!
//! Sends nothing itself. The tables are read at the first question about a registration, so that a mail that asks none
//! costs nothing.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::name::{Host, host};
use super::reserved;
use crate::facts::phrases::{reason, registry};
use crate::facts::{Fact, Key, State};
use crate::text::Words;

mod book;
mod dates;
pub(crate) mod manners;
mod refresh;
mod texts;

pub(crate) use book::{Book, Source, WhoisServer};
pub(crate) use dates::date;
use manners::Manners;
pub use refresh::{RefreshError, Refreshed, Standing, any_fetched, forget, refresh, standing};
pub(crate) use texts::{clean, country, known_as, withheld};

/// Endings that nobody registers names under (RFC 2606, RFC 6761).
const UNREGISTERED: [&str; 2] = ["test", "example"];

/// The registries, for both protocols.
pub(crate) struct Registries {
    data_dir: Option<PathBuf>,
    book: OnceLock<Book>,
    /// How fast each of them is asked.
    pub(crate) manners: Manners,
}

impl Registries {
    /// The registries as this machine knows them: the shipped tables, or newer ones in the data directory.
    pub(crate) fn new(data_dir: Option<&Path>) -> Self {
        Self { data_dir: data_dir.map(Path::to_owned), book: OnceLock::new(), manners: Manners::default() }
    }

    #[cfg(test)]
    pub(crate) fn with(book: Book) -> Self {
        Self { data_dir: None, book: OnceLock::from(book), manners: Manners::default() }
    }

    /// Who answers for a key; `None` for a key that is no question for registries.
    pub(crate) fn source(&self, key: &Key) -> Option<Source<'_>> {
        if !matches!(key, Key::Owner(_) | Key::Block(_) | Key::System(_)) {
            return None;
        }
        let book = self.book.get_or_init(|| Book::load(self.data_dir.as_deref()));
        Some(match key {
            Key::Owner(name) => book.name(name),
            Key::Block(address) => book.address(*address),
            Key::System(number) => book.system(*number),
            _ => return None,
        })
    }

    /// What can be said without asking: that no registry has such a thing, or that its registry tells nobody.
    pub(crate) fn without_asking(&self, key: &Key) -> Option<Fact> {
        let why = match key {
            Key::Owner(name) => unregistered(name),
            Key::Block(address) => reserved::reserved(address.to_canonical()).map(|_| registry::NOBODYS_ADDRESS),
            Key::System(number) => nobodys(*number).then_some(registry::NOBODYS_NUMBER),
            _ => return None,
        };
        let why = why.or_else(|| matches!(self.source(key)?, Source::Nobody).then_some(registry::SILENT))?;
        Some(Fact { state: State::Failed(why.en.to_owned()), ..Fact::default() })
    }
}

/// Why a name cannot be asked for.
fn unregistered(name: &str) -> Option<Words> {
    match host(name) {
        Host::Name(name) => {
            let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            UNREGISTERED.contains(&last).then_some(reason::SPECIAL_NAME)
        }
        Host::Address(_) => Some(reason::NOT_A_NAME),
        Host::Refused(why) => Some(why),
    }
}

/// AS numbers that are given to nobody: IANA's special-purpose registry (RFC 7249), documentation (RFC 5398), private
/// use (RFC 6996), AS_TRANS (RFC 6793), the ends of both ranges (RFC 7300).
fn nobodys(number: u32) -> bool {
    matches!(number, 0 | 23_456 | 64_496..=65_551 | 4_200_000_000..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_registered_is_never_asked_for() {
        let registries = Registries::new(None);
        let why = |key: &Key| registries.without_asking(key).map(|fact| fact.state);
        let failed = |words: Words| Some(State::Failed(words.en.to_owned()));
        for (key, expected) in [
            (Key::Owner("evil.test".into()), failed(reason::SPECIAL_NAME)),
            (Key::Owner("evil.example".into()), failed(reason::SPECIAL_NAME)),
            (Key::Owner("intranet".into()), failed(reason::SPECIAL_NAME)),
            (Key::Owner("a b.com".into()), failed(reason::NOT_A_NAME)),
            (Key::Owner("192.0.2.1".into()), failed(reason::NOT_A_NAME)),
            (Key::Owner("example.gr".into()), failed(registry::SILENT)),
            (Key::Owner("example.com".into()), None),
            (Key::Owner("example.jp".into()), None),
            (Key::Block("192.0.2.1".parse().unwrap()), failed(registry::NOBODYS_ADDRESS)),
            (Key::Block("::ffff:10.0.0.1".parse().unwrap()), failed(registry::NOBODYS_ADDRESS)),
            (Key::Block("2001:db8::1".parse().unwrap()), failed(registry::NOBODYS_ADDRESS)),
            (Key::Block("193.0.6.139".parse().unwrap()), None),
            (Key::System(64_500), failed(registry::NOBODYS_NUMBER)),
            (Key::System(65_551), failed(registry::NOBODYS_NUMBER)),
            (Key::System(u32::MAX), failed(registry::NOBODYS_NUMBER)),
            (Key::System(2_497), None),
            (Key::Addresses("evil.test".into()), None),
        ] {
            assert_eq!(why(&key), expected, "{key:?}");
        }
    }
}
