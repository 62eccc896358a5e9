//! One look over the path of an address for all that is worth a second look: other addresses inside it, folders of a
//! site's software, numbers of targets. Most paths have nothing of it.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What a path seems to hold; a mark only says where to look closer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

/// Another address, plain, escaped or in base64.
pub(super) const ADDRESS: u8 = 1;
/// `/wp-`, `/.well-known/`
pub(super) const SITE: u8 = 1 << 1;
/// `/ipfs/`, `/ipns/`
pub(super) const IPFS: u8 = 1 << 2;
/// `rid=`
pub(super) const TARGET: u8 = 1 << 3;

const PATTERNS: [(&str, u8); 11] = [
    ("http:", ADDRESS),
    ("https:", ADDRESS),
    ("http%", ADDRESS),
    ("https%", ADDRESS),
    ("HTTP", ADDRESS),
    ("aHR0c", ADDRESS),
    ("/wp-", SITE),
    ("/.well-known/", SITE),
    ("/ipfs/", IPFS),
    ("/ipns/", IPFS),
    ("rid=", TARGET),
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = PATTERNS.iter().map(|(word, _)| word);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
});

impl Marks {
    /// Looks over a path.
    pub(super) fn of(path: &str) -> Self {
        let mut marks = 0;
        if path.len() > 8
            && let Some(finder) = &*FINDER
        {
            for hit in finder.find_iter(path).take(64) {
                marks |= PATTERNS.get(hit.pattern().as_usize()).map_or(0, |(_, mark)| *mark);
            }
        }
        Self(marks)
    }

    pub(super) fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }

    /// Where other addresses may begin, at most four places.
    pub(super) fn addresses(path: &str) -> impl Iterator<Item = usize> {
        let finder = FINDER.as_ref();
        finder
            .into_iter()
            .flat_map(move |finder| finder.find_iter(path).take(64))
            .filter(|hit| PATTERNS.get(hit.pattern().as_usize()).is_some_and(|(_, mark)| *mark == ADDRESS))
            .map(|hit| hit.start())
            .take(4)
    }
}
