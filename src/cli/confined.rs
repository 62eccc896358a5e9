//! Starts the processes that mails are analyzed in, as the settings want them, and says what is missing.

use std::thread;

use crate::config::{Sandbox, Settings};
use crate::sandbox::{Pool, Setup};
use crate::text::Words;

/// How many workers `jobs` threads are: as many as there are cores for 0.
pub(super) fn count(jobs: usize) -> usize {
    match jobs {
        0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        jobs => jobs,
    }
    .min(64)
}

/// The workers; `None` where the settings want none.
///
/// # Errors
/// Why there can be none, ready to be shown.
pub(super) fn pool(settings: &Settings, setup: &Setup, count: usize) -> Result<Option<Pool>, String> {
    if settings.sandbox == Sandbox::Off {
        return Ok(None);
    }
    Pool::start(setup, count).map(Some).map_err(|why| {
        let words = if settings.sandbox == Sandbox::Require {
            Words::new(
                "the sandbox cannot be started ({0}), and sandbox = \"require\": nothing is analyzed",
                "サンドボックスを起動できません（{0}）。sandbox = \"require\" のため解析しません",
            )
        } else {
            Words::new(
                "the sandbox cannot be started ({0}); mails are analyzed without it (`gosanke doctor --sandbox` tells more)",
                "サンドボックスを起動できません（{0}）。隔離なしで解析します（詳しくは `gosanke doctor --sandbox`）",
            )
        };
        words.fill(settings.lang, &[&why.to_string()])
    })
}
