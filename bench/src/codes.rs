//! Which door code is shown next: every one once, the oldest that still opens first, so that none is wasted.

use std::num::NonZeroUsize;

use kernel::km1::{EARLY, LATE, STEP};

/// Codes one credential has in one step.
pub const PER_STEP: usize = 256;

/// A code is not used in the last of the seconds it is good for: it must still be on its way.
const TRAVEL: i64 = 5;
/// Nor in the very second it begins to be: clocks are read in whole seconds.
const LEAD: i64 = EARLY - 1;

/// Where a door stands in using up its credentials' codes.
pub struct Schedule {
    credentials: NonZeroUsize,
    first: i64,
    step: i64,
    used: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Code {
        /// When its step began.
        step_start: u32,
        credential: usize,
        /// Which of the step's.
        n: u8,
    },
    /// All used up until then, seconds since 1970.
    At(i64),
}

impl Schedule {
    /// Of so many credentials, whose keys are held for the time from `first`.
    pub fn new(credentials: NonZeroUsize, first: i64) -> Self {
        Self { credentials, first: first.div_euclid(i64::from(STEP)) * i64::from(STEP), step: 0, used: 0 }
    }

    /// The next code to use at `now`, seconds since 1970.
    pub fn next(&mut self, now: i64) -> Next {
        let step = i64::from(STEP);
        // first and last step whose codes may be used now
        let oldest = (now - (LATE - 1 - TRAVEL) + step - 1).div_euclid(step) * step;
        let newest = (now + LEAD).div_euclid(step) * step;
        if self.step < oldest.max(self.first) {
            (self.step, self.used) = (oldest.max(self.first), 0);
        }
        if self.used == self.credentials.get() * PER_STEP {
            (self.step, self.used) = (self.step + step, 0);
        }
        if self.step > newest {
            return Next::At(self.step - LEAD);
        }
        let code = Next::Code {
            step_start: u32::try_from(self.step).unwrap_or_default(),
            credential: self.used % self.credentials,
            n: (self.used / self.credentials) as u8,
        };
        self.used += 1;
        code
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::km1::{CredentialKey, Day, DayKey, Token, mint_at};

    use super::*;

    const NOON: i64 = 1_795_435_200;

    fn schedule(credentials: usize, first: i64) -> Schedule {
        Schedule::new(NonZeroUsize::new(credentials).expect("some"), first)
    }

    /// Uses codes at `now` until there are none.
    fn drain(schedule: &mut Schedule, now: i64) -> (Vec<(u32, usize, u8)>, i64) {
        let mut codes = Vec::new();
        loop {
            match schedule.next(now) {
                Next::Code { step_start, credential, n } => codes.push((step_start, credential, n)),
                Next::At(then) => return (codes, then),
            }
        }
    }

    #[test]
    fn every_code_comes_once_and_in_time() {
        let mut schedule = schedule(3, 0);
        let mut seen = HashSet::new();
        for second in 0..60 {
            let now = NOON + second;
            let (codes, then) = drain(&mut schedule, now);
            for code in codes {
                let age = now - i64::from(code.0);
                assert!((-EARLY + 1..LATE - TRAVEL).contains(&age), "a code of age {age}");
                assert!(code.1 < 3);
                assert!(seen.insert(code), "{code:?} came twice");
            }
            assert!(then > now && then <= now + i64::from(STEP), "waits from {now} until {then}");
        }
        // the steps that began at -15, 0, 15, 30, 45, and the one at 60, five seconds early
        assert_eq!(seen.len(), 6 * 3 * PER_STEP);
    }

    #[test]
    fn it_waits_no_longer_than_it_must() {
        let mut schedule = schedule(1, 0);
        let (codes, then) = drain(&mut schedule, NOON);
        assert_eq!((codes.len(), then), (2 * PER_STEP, NOON + 11));
        assert_eq!(schedule.next(then - 1), Next::At(then));
        let step_start = u32::try_from(NOON + 15).expect("in range");
        assert_eq!(schedule.next(then), Next::Code { step_start, credential: 0, n: 0 });
    }

    #[test]
    fn codes_nobody_used_in_time_are_left() {
        let mut schedule = schedule(2, 0);
        assert!(matches!(schedule.next(NOON), Next::Code { n: 0, .. }));
        let Next::Code { step_start, .. } = schedule.next(NOON + 600) else { panic!("no code") };
        assert_eq!(i64::from(step_start), NOON + 585);
    }

    #[test]
    fn a_day_without_a_key_has_no_codes() {
        let midnight = NOON + 12 * 3600;
        let mut schedule = schedule(1, midnight);
        let (codes, _) = drain(&mut schedule, midnight + 1);
        assert!(codes.iter().all(|code| i64::from(code.0) >= midnight));
        assert_eq!(codes.len(), PER_STEP);
    }

    #[test]
    fn the_server_would_take_them() {
        let now = kernel::Timestamp::from_seconds(NOON);
        let (site, handle) = (kernel::SiteId::new(now), [7; 8]);
        let day = |day: Day| DayKey::from_bytes([(day.0 % 251) as u8; 32]);
        let key: CredentialKey = day(Day::of(NOON)).member(&handle);
        let mut schedule = schedule(1, 0);
        for (step_start, _, n) in drain(&mut schedule, NOON).0 {
            let code = mint_at(&key, site, &handle, step_start, n, None);
            assert_eq!(Token::read(&code).expect("a code").verify(site, NOON, 1, day), Ok(()));
        }
    }
}
