use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{Clock, Timestamp};

const FAILURES: usize = 5;
const WITHIN: Duration = Duration::from_secs(10);
const OPEN: Duration = Duration::from_secs(10);

/// A circuit breaker: leaves another system alone for 10 s after 5 failures within 10 s; then lets one call through to
/// see. What a failure is, the caller says. Shared between threads by reference.
pub struct Breaker {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

enum State {
    /// Calls pass; these failed lately, oldest first.
    Closed(VecDeque<Timestamp>),
    /// No call passes in the 10 s from then on.
    Open(Timestamp),
    /// It has been open from then on, and one call is on its way to see.
    Probing(Timestamp),
}

/// Leave for one call. Dropped without a verdict, as when the caller gave up waiting, it counts as a failure.
#[must_use = "a permit that is dropped counts as a failure"]
pub struct Permit<'a> {
    breaker: &'a Breaker,
    is_probe: bool,
    is_forgiving: bool,
    is_decided: bool,
}

impl Breaker {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::new(State::Closed(VecDeque::new())) }
    }

    /// Leave for one call, or none while the other system is left alone.
    pub fn enter(&self) -> Option<Permit<'_>> {
        let mut state = self.state();
        let is_probe = match *state {
            State::Closed(_) => false,
            State::Probing(_) => return None,
            State::Open(since) if rests(since, self.clock.now()) => return None,
            State::Open(since) => {
                *state = State::Probing(since);
                true
            }
        };
        Some(Permit { breaker: self, is_probe, is_forgiving: false, is_decided: false })
    }

    /// Whether a call would get no leave now. Asks for none, so nothing changes by it.
    pub fn is_open(&self) -> bool {
        match *self.state() {
            State::Closed(_) => false,
            State::Open(since) => rests(since, self.clock.now()),
            State::Probing(_) => true,
        }
    }

    /// How long it is until a call gets leave; zero when it would get it now. While one call is on its way to see, nobody
    /// knows: a second.
    pub fn wait(&self) -> Duration {
        match *self.state() {
            State::Closed(_) => Duration::ZERO,
            State::Open(since) => {
                let now = self.clock.now();
                let gone_by = u64::try_from(now.since(since)).map_or(OPEN, Duration::from_millis);
                OPEN.saturating_sub(gone_by)
            }
            State::Probing(_) => Duration::from_secs(1),
        }
    }

    /// Whether that opened it.
    fn note_failure(&self) -> bool {
        let (now, mut state) = (self.clock.now(), self.state());
        let opens = match &mut *state {
            State::Closed(failures) => {
                failures.retain(|at| *at > now.before(WITHIN));
                failures.push_back(now);
                failures.len() >= FAILURES
            }
            State::Open(_) => false,
            State::Probing(_) => true,
        };
        if opens {
            *state = State::Open(now);
        }
        opens
    }

    fn note_answer(&self) {
        let mut state = self.state();
        if matches!(*state, State::Probing(_)) {
            *state = State::Closed(VecDeque::new());
        }
    }

    /// The next call may see in place of a probe that saw nothing.
    fn note_nothing(&self) {
        let mut state = self.state();
        if let State::Probing(since) = *state {
            *state = State::Open(since);
        }
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what was opened then is left alone still. A clock that was set back must not keep it open.
fn rests(since: Timestamp, now: Timestamp) -> bool {
    (0..OPEN.as_millis()).contains(&u128::try_from(now.since(since)).unwrap_or(u128::MAX))
}

impl Permit<'_> {
    /// The same leave, which counts for nothing when it is dropped without a verdict: for calls that people outside can
    /// break off, five of whom must not close the way for all.
    pub fn forgiving(mut self) -> Self {
        self.is_forgiving = true;
        self
    }

    /// The other system is there, whatever it said.
    pub fn answered(mut self) {
        self.is_decided = true;
        self.breaker.note_answer();
    }

    /// The other system is not there, or has too much to do. Whether it is left alone from here on because of this.
    pub fn failed(mut self) -> bool {
        self.is_decided = true;
        self.breaker.note_failure()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.is_decided {
            return;
        }
        if !self.is_forgiving {
            self.breaker.note_failure();
        } else if self.is_probe {
            self.breaker.note_nothing();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::Breaker;
    use crate::{ManualClock, Timestamp};

    fn breaker() -> (Breaker, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        (Breaker::new(clock.clone()), clock)
    }

    fn fail(breaker: &Breaker, times: usize) {
        for _ in 0..times {
            breaker.enter().expect("leave").failed();
        }
    }

    #[test]
    fn it_opens_at_the_fifth_failure_within_ten_seconds() {
        let (breaker, clock) = breaker();
        fail(&breaker, 4);
        clock.advance(Duration::from_secs(10));
        fail(&breaker, 4);
        breaker.enter().expect("four of these, four too old").answered();
        fail(&breaker, 1);
        assert!(breaker.enter().is_none());
    }

    #[test]
    fn after_ten_seconds_one_call_sees_and_its_verdict_counts() {
        let (breaker, clock) = breaker();
        fail(&breaker, 5);
        clock.advance(Duration::from_millis(9_999));
        assert!(breaker.enter().is_none());
        clock.advance(Duration::from_millis(1));
        let probe = breaker.enter().expect("one probe");
        assert!(breaker.enter().is_none(), "and only one");
        probe.failed();
        assert!(breaker.enter().is_none(), "open again");
        clock.advance(Duration::from_secs(10));
        breaker.enter().expect("the next probe").answered();
        fail(&breaker, 4);
        assert!(breaker.enter().is_some(), "closed, and what was before is forgotten");
    }

    #[test]
    fn whether_it_is_open_can_be_asked_without_taking_the_probe() {
        let (breaker, clock) = breaker();
        assert!(!breaker.is_open());
        fail(&breaker, 5);
        assert!(breaker.is_open());
        clock.advance(Duration::from_secs(10));
        assert!(!breaker.is_open() && !breaker.is_open());
        let probe = breaker.enter().expect("the probe is still there");
        assert!(breaker.is_open());
        probe.answered();
        assert!(!breaker.is_open());
    }

    #[test]
    fn it_says_how_long_it_stays_open() {
        let (breaker, clock) = breaker();
        assert_eq!(breaker.wait(), Duration::ZERO);
        fail(&breaker, 5);
        assert_eq!(breaker.wait(), Duration::from_secs(10));
        clock.advance(Duration::from_millis(9_999));
        assert_eq!(breaker.wait(), Duration::from_millis(1));
        clock.advance(Duration::from_millis(1));
        assert_eq!(breaker.wait(), Duration::ZERO);
        let probe = breaker.enter().expect("the probe");
        assert_eq!(breaker.wait(), Duration::from_secs(1));
        probe.failed();
        clock.set(Timestamp::from_seconds(1_700_000_000));
        assert_eq!(breaker.wait(), Duration::ZERO, "a clock that was set back");
    }

    #[test]
    fn a_call_given_up_is_a_failure_and_locks_nobody_out() {
        let (breaker, clock) = breaker();
        fail(&breaker, 5);
        clock.advance(Duration::from_secs(10));
        drop(breaker.enter().expect("a probe"));
        assert!(breaker.enter().is_none());
        clock.advance(Duration::from_secs(10));
        assert!(breaker.enter().is_some());
    }

    #[test]
    fn a_forgiven_call_given_up_is_nothing_and_its_probe_is_taken_over() {
        let (breaker, clock) = breaker();
        for _ in 0..8 {
            drop(breaker.enter().expect("leave").forgiving());
        }
        fail(&breaker, 4);
        let early = breaker.enter().expect("leave").forgiving();
        assert!(breaker.enter().expect("leave").forgiving().failed(), "the fifth, which opens it");
        clock.advance(Duration::from_secs(10));
        let probe = breaker.enter().expect("a probe").forgiving();
        drop(early);
        assert!(breaker.enter().is_none(), "one of before does not end the probe");
        drop(probe);
        breaker.enter().expect("the next call sees in its place").answered();
        fail(&breaker, 4);
        assert!(breaker.enter().is_some(), "closed");
    }

    #[test]
    fn a_call_from_before_does_not_prolong_the_opening() {
        let (breaker, clock) = breaker();
        let late = breaker.enter().expect("leave");
        fail(&breaker, 5);
        clock.advance(Duration::from_secs(9));
        late.failed();
        clock.advance(Duration::from_secs(1));
        assert!(breaker.enter().is_some());
    }

    #[test]
    fn a_clock_set_back_does_not_keep_it_open() {
        let (breaker, clock) = breaker();
        fail(&breaker, 5);
        clock.set(Timestamp::from_seconds(1_700_000_000));
        assert!(breaker.enter().is_some());
    }
}
