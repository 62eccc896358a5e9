//! How fast a provider may be asked: the most questions in a minute and in a day, the pauses that a service asks for, and
//! the waits between tries. Pure: time and jitter are parameters.
//!
//! The count is exact and not a bucket that refills: in no stretch of 60 seconds, wherever it begins, do more questions
//! leave than the operator allows.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::lookup::{Again, Pace};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
/// Seconds.
const HOUR: i64 = 3_600;
/// For how long a question waits for its provider's turn. Beyond that it is told why it was not asked: a question that
/// stands there as "queued" for half a day helps nobody.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);
/// The wait before the second try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest of these waits.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The most tries of a question, whatever a provider says.
const TRIES: u32 = 5;
/// The largest count that is kept exactly; more in a day than this is no limit.
const COUNTED: u32 = 100_000;

/// When a provider may be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Now.
    Now,
    /// Not before this.
    At(Instant),
    /// So late that what waits is better given up.
    Late(Why),
}

/// Why it takes so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The day's questions are used up.
    Spent,
    /// The service asked to be left alone.
    Asked,
}

/// The turns of one provider.
#[derive(Debug, Default)]
pub(super) struct Turns {
    minute: Option<Window>,
    day: Option<Window>,
    paused: Option<Instant>,
}

/// The last starts within a stretch of time.
#[derive(Debug)]
struct Window {
    most: usize,
    length: Duration,
    starts: VecDeque<Instant>,
}

impl Turns {
    pub(super) fn new(pace: &Pace) -> Self {
        let window = |most: Option<u32>, length| {
            most.filter(|most| *most < COUNTED).map(|most| Window {
                most: most.max(1) as usize,
                length,
                starts: VecDeque::new(),
            })
        };
        Self { minute: window(pace.per_minute, MINUTE), day: window(pace.per_day, DAY), paused: None }
    }

    /// When the next question may leave.
    pub(super) fn next(&mut self, now: Instant) -> Turn {
        let paused = self.paused.filter(|until| *until > now);
        let minute = self.minute.as_mut().and_then(|window| window.free(now));
        let day = self.day.as_mut().and_then(|window| window.free(now));
        let late = |until: Option<Instant>| until.is_some_and(|until| until.saturating_duration_since(now) > PATIENCE);
        if late(paused) {
            return Turn::Late(Why::Asked);
        }
        if late(day) {
            return Turn::Late(Why::Spent);
        }
        [paused, minute, day].into_iter().flatten().max().map_or(Turn::Now, Turn::At)
    }

    /// A question leaves.
    pub(super) fn take(&mut self, now: Instant) {
        for window in [&mut self.minute, &mut self.day].into_iter().flatten() {
            window.starts.push_back(now);
        }
    }

    /// There is a limit for a day.
    pub(super) fn has_day(&self) -> bool {
        self.day.is_some()
    }

    /// What earlier runs asked counts as well: hours (Unix seconds divided by 3,600) with their questions. An hour's
    /// questions count as asked at its end, so that a limit is rather met early than broken.
    pub(super) fn seed(&mut self, now: Instant, clock: i64, hours: impl IntoIterator<Item = (i64, u32)>) {
        let Some(day) = &mut self.day else { return };
        let mut earlier: Vec<Instant> = Vec::new();
        for (hour, count) in hours {
            // A clock that went wrong once must not lock a service for years.
            let begin = hour.saturating_mul(HOUR);
            if begin > clock.saturating_add(HOUR) {
                continue;
            }
            let end = begin.saturating_add(HOUR).min(clock);
            let age = Duration::from_secs(clock.saturating_sub(end).unsigned_abs());
            if age < day.length {
                let at = now.checked_sub(age).unwrap_or(now);
                earlier.extend(std::iter::repeat_n(at, count.min(COUNTED) as usize));
            }
        }
        earlier.sort_unstable();
        earlier.extend(day.starts.drain(..));
        day.starts = earlier.into();
    }

    /// The service is left alone until then.
    pub(super) fn pause(&mut self, until: Instant) {
        self.paused = self.paused.max(Some(until));
    }
}

impl Window {
    /// When there is room again; `None`: there is.
    fn free(&mut self, now: Instant) -> Option<Instant> {
        while self.starts.front().is_some_and(|start| now.saturating_duration_since(*start) >= self.length) {
            self.starts.pop_front();
        }
        if self.starts.len() < self.most {
            return None;
        }
        // The oldest of the last `most` starts has to be gone.
        let oldest = self.starts.len().saturating_sub(self.most);
        self.starts.get(oldest).map(|start| *start + self.length)
    }
}

/// How long to wait before the next try of a question that was tried `tries` times; `None`: it is not tried again.
/// `jitter`, 0 to 1, spreads questions that failed together.
pub(super) fn wait(again: Again, tries: u32, pace: &Pace, jitter: f64) -> Option<Duration> {
    if tries >= pace.tries.min(TRIES) {
        return None;
    }
    let doubled = FIRST_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST_WAIT);
    // Between the half and the whole: never at once, never all together.
    let own = doubled.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
    match again {
        Again::Soon => Some(own),
        Again::After(asked) | Again::NotBefore(asked) => (asked <= PATIENCE).then(|| asked.max(own)),
    }
}

/// A number from 0 to 1 that is another one for each question and try, and the same for the same `seed`
/// (the mixing step of SplitMix64).
pub(super) fn jitter(seed: u64, id: u64, tries: u32) -> f64 {
    let mut z = seed ^ id.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(tries).rotate_left(32);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(per_minute: Option<u32>, per_day: Option<u32>) -> Pace {
        Pace { per_minute, per_day, tries: 4, ..Pace::default() }
    }

    #[test]
    fn in_no_minute_do_more_leave_than_allowed() {
        let start = Instant::now();
        let mut turns = Turns::new(&pace(Some(4), None));
        let mut left: Vec<Duration> = Vec::new();
        let mut now = start;
        while left.len() < 40 {
            match turns.next(now) {
                Turn::Now => {
                    turns.take(now);
                    left.push(now - start);
                    // Some seconds pass between questions now and then.
                    now += Duration::from_secs(left.len() as u64 % 3 * 7);
                }
                Turn::At(when) => {
                    assert!(when > now);
                    now = when;
                }
                Turn::Late(why) => panic!("{why:?}"),
            }
        }
        for (index, first) in left.iter().enumerate() {
            let within = left.iter().skip(index).take_while(|at| **at < *first + MINUTE).count();
            assert!(within <= 4, "{within} within the minute from {first:?}");
        }
        assert!(left[39] < Duration::from_mins(10), "{:?}", left[39]);
    }

    #[test]
    fn what_earlier_runs_asked_counts_for_a_day_and_no_longer() {
        let (now, clock) = (Instant::now(), 1_795_132_800 + 1_800);
        let hour = clock / HOUR;
        for (hours, left) in [
            (vec![], 10),
            (vec![(hour, 4)], 6),
            (vec![(hour - 3, 4), (hour, 5)], 1),
            (vec![(hour - 23, 7), (hour - 24, 2)], 1),
            (vec![(hour - 25, 10)], 10),
            (vec![(hour - 1, u32::MAX)], 0),
            (vec![(hour + 50, 10), (i64::MAX, 10), (i64::MIN, 10)], 10),
        ] {
            let mut turns = Turns::new(&pace(None, Some(10)));
            turns.seed(now, clock, hours.clone());
            let mut free = 0;
            while turns.next(now) == Turn::Now && free < 20 {
                turns.take(now);
                free += 1;
            }
            assert_eq!(free, left, "{hours:?}");
            assert_eq!(turns.next(now + Duration::from_hours(25)), Turn::Now, "{hours:?}");
        }
        let mut free = Turns::new(&pace(Some(5), None));
        free.seed(now, clock, [(hour, 100)]);
        assert!(!free.has_day() && free.next(now) == Turn::Now);
    }

    #[test]
    fn a_day_that_is_used_up_is_told_and_the_next_one_begins() {
        let start = Instant::now();
        let mut turns = Turns::new(&pace(Some(100), Some(3)));
        for _ in 0..3 {
            assert_eq!(turns.next(start), Turn::Now);
            turns.take(start);
        }
        assert_eq!(turns.next(start), Turn::Late(Why::Spent));
        assert_eq!(
            turns.next(start + Duration::from_mins(24 * 60 - 1)),
            Turn::At(start + DAY),
            "what is near is waited for"
        );
        assert_eq!(turns.next(start + DAY), Turn::Now);
    }

    #[test]
    fn a_service_that_asks_for_a_pause_gets_it() {
        let start = Instant::now();
        let mut turns = Turns::new(&pace(None, None));
        turns.pause(start + MINUTE);
        turns.pause(start + MINUTE / 2);
        assert_eq!(turns.next(start), Turn::At(start + MINUTE));
        assert_eq!(turns.next(start + MINUTE), Turn::Now);
        turns.pause(start + DAY);
        assert_eq!(turns.next(start), Turn::Late(Why::Asked));
    }

    #[test]
    fn tries_are_spread_and_bounded() {
        let pace = pace(None, None);
        let seconds = |again, tries, jitter| wait(again, tries, &pace, jitter).map(|wait| wait.as_secs_f64());
        assert_eq!(seconds(Again::Soon, 1, 0.0), Some(0.25));
        assert_eq!(seconds(Again::Soon, 1, 1.0), Some(0.5));
        assert_eq!(seconds(Again::Soon, 3, 1.0), Some(2.0));
        assert_eq!(seconds(Again::Soon, 4, 1.0), None);
        assert_eq!(seconds(Again::After(Duration::from_secs(7)), 1, 1.0), Some(7.0));
        assert_eq!(seconds(Again::After(Duration::ZERO), 1, 1.0), Some(0.5), "never at once");
        assert_eq!(seconds(Again::After(DAY), 1, 1.0), None);
        let greedy = Pace { tries: u32::MAX, ..pace };
        assert_eq!(wait(Again::Soon, TRIES, &greedy, 0.5), None);
        assert_eq!(wait(Again::Soon, 1, &Pace::default(), 0.5), None, "once, where a provider says nothing");
    }

    #[test]
    fn jitter_is_spread_and_repeatable() {
        let drawn: Vec<f64> = (0..1_000).map(|id| jitter(7, id, 1)).collect();
        assert!(drawn.iter().all(|value| (0.0..1.0).contains(value)));
        let tenths = |tenth: usize| drawn.iter().filter(|value| (**value * 10.0) as usize == tenth).count();
        assert!(
            (0..10).all(|tenth| (50..200).contains(&tenths(tenth))),
            "{:?}",
            (0..10).map(tenths).collect::<Vec<_>>()
        );
        assert!((jitter(7, 3, 1) - drawn[3]).abs() < f64::EPSILON);
        assert!((jitter(8, 3, 1) - drawn[3]).abs() > f64::EPSILON);
    }
}
