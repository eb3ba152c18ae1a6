use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kernel::{Clock, Timestamp};

const FAILURES: usize = 5;
const WITHIN: Duration = Duration::from_secs(10);
const OPEN: Duration = Duration::from_secs(10);

/// Leaves a vendor alone for 10 s after 5 failures within 10 s; then lets one call through to see.
pub(crate) struct Breaker {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

enum State {
    /// Calls pass; these failed lately, oldest first.
    Closed(VecDeque<Timestamp>),
    /// No call passes in the 10 s from then on.
    Open(Timestamp),
    /// One call is on its way to see.
    Probing,
}

/// Leave for one call. Dropped without a verdict, as when the caller gave up waiting, it counts as a failure.
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    is_undecided: bool,
}

impl Breaker {
    /// Closed: calls pass.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::new(State::Closed(VecDeque::new())) }
    }

    /// Leave for one call, or none while the vendor is left alone.
    pub(crate) fn enter(&self) -> Option<Permit<'_>> {
        let mut state = self.state();
        match *state {
            State::Closed(_) => {}
            State::Probing => return None,
            State::Open(since) => {
                // a clock that was set back must not keep it open
                let open_for = self.clock.now().since(since);
                if (0..OPEN.as_millis()).contains(&u128::try_from(open_for).unwrap_or(u128::MAX)) {
                    return None;
                }
                *state = State::Probing;
            }
        }
        Some(Permit { breaker: self, is_undecided: true })
    }

    fn failed(&self) {
        let (now, mut state) = (self.clock.now(), self.state());
        let opens = match &mut *state {
            State::Closed(failures) => {
                failures.retain(|at| *at > now.before(WITHIN));
                failures.push_back(now);
                failures.len() >= FAILURES
            }
            State::Open(_) => false,
            State::Probing => true,
        };
        if opens {
            *state = State::Open(now);
        }
    }

    fn answered(&self) {
        let mut state = self.state();
        if matches!(*state, State::Probing) {
            *state = State::Closed(VecDeque::new());
        }
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// The vendor is there, whatever it said.
    pub(crate) fn answered(mut self) {
        self.is_undecided = false;
        self.breaker.answered();
    }

    /// The vendor is not there, or has too much to do.
    pub(crate) fn failed(self) {
        drop(self);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.is_undecided {
            self.breaker.failed();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use kernel::{ManualClock, Timestamp};

    use super::Breaker;

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
