use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use kernel::Clock;

use crate::{Budgets, Error, bucket::Bucket, endpoint::Endpoint};

/// Keeps calls within the budgets.
pub(crate) struct RateLimiter {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    budgets: Budgets,
    buckets: HashMap<&'static str, Bucket>,
}

impl RateLimiter {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Begins anew with these.
    pub(crate) fn set_budgets(&self, budgets: Budgets) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State { budgets, buckets: HashMap::new() };
    }

    /// Takes one call of this API.
    ///
    /// # Errors
    /// [`Error::OverBudget`] when none is left for now.
    pub(crate) fn take(&self, endpoint: &Endpoint) -> Result<(), Error> {
        // a bucket is whole at any time, so a poisoned lock is as good as any
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // asked under the lock: the times a bucket sees go back only if the clock does
        let now = self.clock.now();
        let State { budgets, buckets } = &mut *state;
        let bucket = buckets.entry(endpoint.api).or_insert_with(|| Bucket::full((endpoint.budget)(budgets), now));
        if bucket.take(now) { Ok(()) } else { Err(Error::OverBudget) }
    }
}
