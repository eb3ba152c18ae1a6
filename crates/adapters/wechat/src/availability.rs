use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kernel::Timestamp;

use crate::{
    Class, Error,
    endpoint::{Endpoint, Limit},
    error::PROBE_EVERY,
    time::span,
};

/// How long an API that was called too often is not called. WeChat counts these calls by the minute.
const THROTTLED: Duration = Duration::from_secs(60);

/// Whether WeChat's APIs can be used, as far as our calls have shown. Each process finds out for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Nothing is known against it.
    Ok,
    /// `wechat.app_id` or `wechat.app_secret` is not set: no call is made.
    NotConfigured,
    /// These APIs are refused, and were not answered since.
    Degraded(Vec<RefusedApi>),
}

/// An API that WeChat refuses for a reason that somebody has to see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedApi {
    /// WeChat's name of it: `jscode2session`.
    pub api: &'static str,
    /// WeChat's `errcode`, which says why.
    pub errcode: i64,
}

/// Which APIs WeChat refuses. A refused API is closed: calls fail without being sent, but for one probe each
/// [`PROBE_EVERY`]. A refusal of one API closes no other.
#[derive(Default)]
pub(crate) struct Availability(Mutex<BTreeMap<&'static str, State>>);

#[derive(Default)]
struct State {
    refused: Option<Refused>,
    recovered_at: Option<Timestamp>,
}

struct Refused {
    code: i64,
    since: Timestamp,
    /// When the next probe may be sent; none where calls go on, for they may succeed.
    closed_until: Option<Timestamp>,
    is_probing: bool,
}

/// Permission for one call and its repeats. Dropped without [`Pass::note`], as when the caller went away, it shows
/// nothing, and a probe is left to the next caller.
pub(crate) struct Pass<'a> {
    availability: &'a Availability,
    endpoint: &'a Endpoint,
    begun_at: Timestamp,
    is_probe: bool,
}

impl Availability {
    /// # Errors
    /// [`Error::Refused`] while this API is closed and it is not time for a probe, or another call is the probe.
    pub(crate) fn enter<'a>(&'a self, endpoint: &'a Endpoint, now: Timestamp) -> Result<Pass<'a>, Error> {
        let mut pass = Pass { availability: self, endpoint, begun_at: now, is_probe: false };
        if !endpoint.is_watched {
            return Ok(pass);
        }
        let mut states = self.states();
        let Some(refused) = states.get_mut(endpoint.api).and_then(|state| state.refused.as_mut()) else {
            return Ok(pass);
        };
        let Some(until) = refused.closed_until else { return Ok(pass) };
        let code = refused.code;
        let error = |wait| Err(Error::Refused { code, wait });
        // a clock that was set back must not keep it closed
        if now < until && now >= refused.since {
            return error(span(now, until));
        }
        if refused.is_probing {
            // what the probe shows is known by then
            return error(endpoint.deadline);
        }
        (refused.is_probing, pass.is_probe) = (true, true);
        Ok(pass)
    }

    /// The access token was refused, and so was the one fetched in its place. Calls go on: WeChat may take the next one.
    pub(crate) fn note_token_refused(&self, endpoint: &Endpoint, error: &Error, begun_at: Timestamp, now: Timestamp) {
        self.note_refusal(endpoint, error, None, begun_at, now);
    }

    pub(crate) fn health(&self) -> Health {
        let states = self.states();
        let refused = states.iter().filter_map(|(api, state)| {
            let errcode = state.refused.as_ref()?.code;
            Some(RefusedApi { api, errcode })
        });
        match refused.collect::<Vec<_>>() {
            none if none.is_empty() => Health::Ok,
            refused => Health::Degraded(refused),
        }
    }

    /// `closed_for` is none where calls go on.
    fn note_refusal(
        &self,
        endpoint: &Endpoint,
        error: &Error,
        closed_for: Option<Duration>,
        begun_at: Timestamp,
        now: Timestamp,
    ) {
        let Some(code) = error.errcode() else { return };
        let mut states = self.states();
        let state = states.entry(endpoint.api).or_default();
        if state.recovered_at.is_some_and(|recovered_at| begun_at < recovered_at) {
            return; // what was asked before shows nothing of how it is since
        }
        let before = state.refused.take();
        let is_new = before.as_ref().is_none_or(|before| before.code != code);
        let since = before.map_or(now, |before| before.since);
        let closed_until = closed_for.map(|span| now.after(span));
        state.refused = Some(Refused { code, since, closed_until, is_probing: false });
        drop(states);
        if is_new {
            let (api, class, rid) = (endpoint.api, error.class().name(), error.rid());
            let probe_in = closed_for.map(|span| span.as_secs());
            tracing::error!(
                wechat.api = api,
                wechat.errcode = code,
                wechat.class = class,
                wechat.rid = rid,
                wechat.probe_in = probe_in,
                "WeChat refuses this API"
            );
            metrics::counter!("kaimen_wechat_refused_total", "api" => api, "class" => class).increment(1);
            metrics::gauge!("kaimen_wechat_refused", "api" => api).set(1.0);
        }
    }

    fn note_answer(&self, endpoint: &Endpoint, begun_at: Timestamp, is_probe: bool, now: Timestamp) {
        let mut states = self.states();
        let Some(state) = states.get_mut(endpoint.api) else { return };
        // a call that began before the refusal, and is answered after it, shows nothing of how it is since
        let is_shown = |refused: &Refused| is_probe || refused.closed_until.is_none() && begun_at >= refused.since;
        let Some(refused) = state.refused.take_if(|refused| is_shown(refused)) else { return };
        state.recovered_at = Some(now);
        drop(states);
        let seconds = now.since(refused.since) / 1000;
        tracing::info!(
            wechat.api = endpoint.api,
            wechat.errcode = refused.code,
            outage.duration_s = seconds,
            "WeChat answers this API again"
        );
        metrics::gauge!("kaimen_wechat_refused", "api" => endpoint.api).set(0.0);
    }

    fn give_back_probe(&self, endpoint: &Endpoint) {
        if let Some(refused) = self.states().get_mut(endpoint.api).and_then(|state| state.refused.as_mut()) {
            refused.is_probing = false;
        }
    }

    /// Every entry is whole at any time, so a poisoned lock is as good as any.
    fn states(&self) -> MutexGuard<'_, BTreeMap<&'static str, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// What came of one attempt.
    pub(crate) fn note(&mut self, error: Option<&Error>, now: Timestamp) {
        if !self.endpoint.is_watched {
            return;
        }
        let closed_for = error.and_then(|error| self.endpoint.closed_for(error));
        match error {
            // the quota and our settings are looked at before what the user sent
            None => self.answered(now),
            Some(error) if self.endpoint.is_about_the_user(error) => self.answered(now),
            Some(error) if closed_for.is_some() => {
                self.is_probe = false;
                self.availability.note_refusal(self.endpoint, error, closed_for, self.begun_at, now);
            }
            Some(_) => {} // shows nothing
        }
    }

    fn answered(&mut self, now: Timestamp) {
        self.availability.note_answer(self.endpoint, self.begun_at, self.is_probe, now);
        self.is_probe = false;
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.is_probe {
            self.availability.give_back_probe(self.endpoint);
        }
    }
}

impl Endpoint {
    /// How long this API is not called after this refusal; none where it says nothing of other calls.
    fn closed_for(&self, error: &Error) -> Option<Duration> {
        match error {
            Error::Api { .. } if self.is_about_the_user(error) => None,
            Error::Api { .. } => match error.class() {
                Class::Throttled if self.limit == Limit::App => Some(THROTTLED),
                Class::DailyQuota | Class::Config | Class::Retired => Some(PROBE_EVERY),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether WeChat refused what the user sent, and took the call itself.
    fn is_about_the_user(&self, error: &Error) -> bool {
        match error {
            Error::Api { code, .. } => {
                self.of_the_user.contains(code) || matches!(error.class(), Class::Input | Class::UserState)
            }
            _ => false,
        }
    }
}
