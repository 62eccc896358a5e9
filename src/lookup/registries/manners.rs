//! How fast each registry is asked: so many times a second by our own measure, and not at all for as long as it asked to
//! be left alone. Counts by host, as one provider asks many registries.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::lookup::dial::Failure;

/// The longest wait for a turn; beyond it the question comes again later.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most hosts that are remembered: an answer may name any host.
const HOSTS: usize = 1_024;
/// For how long a registry is left alone that says "too many" and not for how long.
pub(crate) const PAUSE: Duration = Duration::from_mins(1);

/// Waits between two questions to the same host, where its operator's limits are known to be lower than usual.
const SLOW: &[(&str, Duration)] = &[
    ("rdap.lacnic.net", Duration::from_secs(2)),
    ("rdap.registro.br", Duration::from_secs(2)),
    ("whois.jprs.jp", Duration::from_secs(2)),
    ("whois.nic.ad.jp", Duration::from_secs(2)),
];

/// When each host may be asked next.
#[derive(Debug, Default)]
pub(crate) struct Manners {
    hosts: Mutex<HashMap<String, Turn>>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    /// The next question leaves no sooner.
    next: Instant,
    /// It asked to be left alone until then.
    until: Option<Instant>,
}

impl Manners {
    /// Waits for a host's turn; `usual` is the time between two questions.
    ///
    /// # Errors
    /// [`Failure::Wait`] where that would take too long: nothing was sent then.
    pub(crate) async fn turn(&self, host: &str, usual: Duration) -> Result<(), Failure> {
        let now = Instant::now();
        let start = self.book(host, usual, now)?;
        if start > now {
            tokio::time::sleep_until(start).await;
        }
        Ok(())
    }

    fn book(&self, host: &str, usual: Duration, now: Instant) -> Result<Instant, Failure> {
        let gap = SLOW.iter().find(|(slow, _)| *slow == host).map_or(usual, |(_, gap)| *gap);
        let mut hosts = self.hosts();
        let turn = hosts.entry(host.to_owned()).or_insert(Turn { next: now, until: None });
        let start = turn.next.max(turn.until.unwrap_or(now)).max(now);
        let wait = start.saturating_duration_since(now);
        if wait > PATIENCE {
            return Err(Failure::Wait(wait));
        }
        turn.next = start + gap;
        if hosts.len() > HOSTS {
            hosts.retain(|_, turn| turn.next.max(turn.until.unwrap_or(turn.next)) > now);
        }
        Ok(start)
    }

    /// A host asked to be left alone.
    pub(crate) fn leave_alone(&self, host: &str, time: Duration) {
        let now = Instant::now();
        let mut hosts = self.hosts();
        let turn = hosts.entry(host.to_owned()).or_insert(Turn { next: now, until: None });
        turn.until = turn.until.max(Some(now + time));
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Turn>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_secs(1);

    #[test]
    fn questions_to_one_host_stand_in_line_and_those_to_others_do_not_wait() {
        let manners = Manners::default();
        let now = Instant::now();
        let wait = |host: &str| manners.book(host, GAP, now).map(|start| (start - now).as_secs());
        assert_eq!([wait("a.test"), wait("a.test"), wait("a.test")], [Ok(0), Ok(1), Ok(2)]);
        assert_eq!(wait("b.test"), Ok(0));
        assert_eq!([wait("whois.jprs.jp"), wait("whois.jprs.jp")], [Ok(0), Ok(2)], "slower, as its operator wishes");
        for _ in 0..8 {
            let _ = wait("a.test");
        }
        assert_eq!(wait("a.test"), Err(Failure::Wait(Duration::from_secs(11))));
        assert_eq!(wait("a.test"), Err(Failure::Wait(Duration::from_secs(11))), "who was sent away takes no turn");
    }

    #[test]
    fn a_host_that_asks_for_it_is_left_alone() {
        let manners = Manners::default();
        manners.leave_alone("a.test", Duration::from_mins(5));
        manners.leave_alone("a.test", Duration::from_secs(5));
        let outcome = manners.book("a.test", GAP, Instant::now());
        assert!(matches!(outcome, Err(Failure::Wait(time)) if time > Duration::from_secs(290)), "{outcome:?}");
        assert!(manners.book("b.test", GAP, Instant::now()).is_ok());
    }

    #[test]
    fn hosts_that_answers_name_do_not_pile_up() {
        let manners = Manners::default();
        let now = Instant::now();
        for n in 0..5_000 {
            let _ = manners.book(&format!("{n}.test"), Duration::ZERO, now);
        }
        assert!(manners.hosts().len() <= HOSTS + 1);
    }
}
