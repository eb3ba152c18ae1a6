use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kernel::Timestamp;

use crate::{
    Class, Error,
    endpoint::{Endpoint, Limit},
    time::{next_china_day, span},
};

const THROTTLED: Duration = Duration::from_secs(60);

/// The APIs that WeChat wants left alone, each until its time: a minute when it was asked too often, until the next day in
/// China when the day's quota is used up.
#[derive(Default)]
pub(crate) struct Rests(Mutex<HashMap<&'static str, Rest>>);

struct Rest {
    until: Timestamp,
    code: i64,
}

impl Rests {
    /// # Errors
    /// [`Error::Resting`] while this API is to be left alone.
    pub(crate) fn check(&self, endpoint: &Endpoint, now: Timestamp) -> Result<(), Error> {
        match self.known().get(endpoint.api) {
            Some(rest) if now < rest.until => Err(Error::Resting { code: rest.code, wait: span(now, rest.until) }),
            _ => Ok(()),
        }
    }

    /// Remembers what `error` says of this API.
    pub(crate) fn note(&self, endpoint: &Endpoint, error: &Error, now: Timestamp) {
        let Error::Api { code, ref rid } = *error else { return };
        let until = match error.class() {
            Class::Throttled if endpoint.limit == Limit::App => now.after(THROTTLED),
            Class::DailyQuota => next_china_day(now),
            _ => return,
        };
        let before = self.known().insert(endpoint.api, Rest { until, code });
        if before.is_none_or(|rest| rest.until <= now) {
            tracing::error!(api = endpoint.api, errcode = code, rid, %until, "WeChat is left alone");
        }
    }

    /// Every entry is whole at any time, so a poisoned lock is as good as any.
    fn known(&self) -> MutexGuard<'_, HashMap<&'static str, Rest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
