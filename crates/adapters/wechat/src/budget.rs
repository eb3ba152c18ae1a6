mod bucket;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use kernel::Clock;

use self::bucket::Bucket;
use crate::{Error, endpoint::Endpoint};

/// How often one process may call an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls per second in the long run.
    pub per_second: u32,
    /// Calls at once after a pause; 0 allows none at all.
    pub burst: u32,
}

impl Budget {
    /// More than any process makes.
    pub const UNLIMITED: Self = Self::of(u32::MAX);

    /// This many calls per second, and as many at once.
    pub const fn of(per_second: u32) -> Self {
        Self { per_second, burst: per_second }
    }
}

/// How often one process may call each API, by WeChat's names. Repeats count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Logins; 200 per second unless set.
    pub jscode2session: Budget,
    /// Phone numbers; 100 per second unless set.
    pub getuserphonenumber: Budget,
    /// Access tokens, of which one lasts two hours; 10 per second unless set.
    pub stable_token: Budget,
}

impl Budgets {
    /// No limit on any API, for a simulator.
    pub const UNLIMITED: Self = Self {
        jscode2session: Budget::UNLIMITED,
        getuserphonenumber: Budget::UNLIMITED,
        stable_token: Budget::UNLIMITED,
    };
}

impl Default for Budgets {
    fn default() -> Self {
        Self { jscode2session: Budget::of(200), getuserphonenumber: Budget::of(100), stable_token: Budget::of(10) }
    }
}

/// What is left of the budgets.
pub(crate) struct Purse {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    budgets: Budgets,
    buckets: HashMap<&'static str, Bucket>,
}

impl Purse {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Begins anew with these.
    pub(crate) fn fill(&self, budgets: Budgets) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State { budgets, buckets: HashMap::new() };
    }

    /// Takes one call of this API.
    ///
    /// # Errors
    /// [`Error::OverBudget`] when none is left for now.
    pub(crate) fn pay(&self, endpoint: &Endpoint) -> Result<(), Error> {
        // a bucket is whole at any time, so a poisoned lock is as good as any
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // asked under the lock: the times a bucket sees go back only if the clock does
        let now = self.clock.now();
        let State { budgets, buckets } = &mut *state;
        let bucket = buckets.entry(endpoint.api).or_insert_with(|| Bucket::full((endpoint.budget)(budgets), now));
        if bucket.take(now) { Ok(()) } else { Err(Error::OverBudget) }
    }
}
