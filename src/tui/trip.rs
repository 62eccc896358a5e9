//! A door for tests to a program that breaks: what comes to a place that `GOSANKE_TEST_PANIC` names panics there. Behind the
//! feature `fuzzing`, which no build of the program has; nothing here may do anything else.

/// The screen's thread before its first frame, in a frame, each kind of thread with something to do, a task of the
/// look-ups.
pub(crate) const PLACES: [&str; 9] =
    ["screen", "frame", "analysis", "open", "list", "follow", "cache", "store", "lookups"];

/// Panics where a test wants this place to break.
///
/// # Panics
/// That is what it is for.
pub(crate) fn at(place: &str) {
    debug_assert!(PLACES.contains(&place), "{place} is not in the list");
    assert!(std::env::var_os("GOSANKE_TEST_PANIC").is_none_or(|asked| asked != place), "a test asked for it");
}
