//! When folders were changed, as file systems tell it: whether any of those that were walked through has to be looked at
//! again. Compares times and reads nothing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// When something was last changed: Unix seconds and nanoseconds.
pub(super) type When = (i64, u64);

/// File systems count time in steps up to this size.
const STEP: Duration = Duration::from_millis(50);

/// Whether something was changed a moment ago, by the clock that file systems use: the next change may get the same time.
pub(super) fn is_fresh(when: When) -> bool {
    is_after(when, SystemTime::now())
}

/// Whether a file system's time is not surely before the system's `then`: another change may have got the same.
pub(super) fn is_after((seconds, nanos): When, then: SystemTime) -> bool {
    let then = then.duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(STEP);
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default()) + Duration::from_nanos(nanos) >= then
}

/// What is noted of a folder in a walk that began at `began`: what changed while it was walked through may change again
/// within the same step of time.
pub(super) fn noted(changed: Option<When>, began: SystemTime) -> Option<When> {
    changed.filter(|when| !is_after(*when, began))
}

/// The folders of the last walk in its order, and when each was changed; `None` where that may not tell the next change.
#[derive(Debug)]
pub(super) struct Stamps<P>(Option<Vec<(P, Option<When>)>>);

impl<P> Default for Stamps<P> {
    fn default() -> Self {
        Self(None)
    }
}

impl<P: PartialEq> Stamps<P> {
    /// Whether another walk is due: there was none yet, or a folder is not as it was. `now` tells when one was changed.
    pub(super) fn is_due(&self, now: impl Fn(&P) -> Option<When>) -> bool {
        let Some(folders) = &self.0 else { return true };
        folders.iter().any(|(folder, before)| before.is_none() || now(folder) != *before)
    }

    /// Takes what a walk gave. Tells whether these are other folders than before.
    pub(super) fn replace(&mut self, folders: Vec<(P, Option<When>)>) -> bool {
        let others = !self.folders().eq(folders.iter().map(|(folder, _)| folder));
        self.0 = Some(folders);
        others
    }

    /// The folders.
    pub(super) fn folders(&self) -> impl Iterator<Item = &P> {
        self.0.iter().flatten().map(|(folder, _)| folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_due_before_the_first_and_where_a_folder_changed_or_may_have() {
        let began = UNIX_EPOCH + Duration::from_secs(1_000);
        let (long_ago, just_now) = ((900, 0), (1_000, 20_000_000));
        let mut stamps = Stamps::default();
        assert!(stamps.is_due(|_| None));
        assert!(stamps.replace(vec![("a", noted(Some(long_ago), began))]));
        assert!(!stamps.is_due(|_| Some(long_ago)));
        assert!(stamps.is_due(|_| Some(just_now)));
        assert!(stamps.is_due(|_| None), "it is gone");
        assert!(!stamps.replace(vec![("a", noted(Some(just_now), began))]), "the same folder");
        assert!(stamps.is_due(|_| Some(just_now)), "it may have changed twice within one step");
        assert!(stamps.replace(vec![]));
        assert!(!stamps.is_due(|_| Some(just_now)));
    }

    #[test]
    fn only_what_is_older_than_a_step_is_surely_before() {
        let then = UNIX_EPOCH + Duration::from_secs(1_000);
        assert!(!is_after((999, 0), then));
        assert!(is_after((999, 990_000_000), then));
        assert!(is_after((2_000, 0), then));
        assert!(!is_fresh((1_000, 0)));
    }
}
