use std::time::Duration;

use reqwest::Method;

use crate::{Budget, Budgets, Class, Error};

/// One of WeChat's APIs, and how it is to be called.
pub(crate) struct Endpoint {
    /// Its name in metrics and logs.
    pub api: &'static str,
    pub method: Method,
    pub path: &'static str,
    pub auth: Auth,
    pub repeat: Repeat,
    /// Whom "too often" is said of.
    pub limit: Limit,
    /// Codes of refusals that are about what the user sent here, though elsewhere they are about our settings.
    pub of_the_user: &'static [i64],
    /// Whether a refusal for a limit or for our settings closes it to further calls.
    pub is_watched: bool,
    /// How often we may call it.
    pub budget: fn(&Budgets) -> Budget,
    /// For the whole call: token, repeats and pauses included.
    pub deadline: Duration,
}

/// What proves who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Auth {
    /// The app secret, which the caller puts into the request.
    Secret,
    /// The access token, which is added to the query.
    Token,
}

/// When a call may be sent again.
#[derive(Clone, Copy)]
pub(crate) enum Repeat {
    /// Once, if the connection failed before anything was written.
    Unsent,
    /// Three times, whenever it may work in a moment: the call is idempotent.
    Transient,
}

/// Whom WeChat counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    App,
    User,
}

impl Endpoint {
    /// How long to pause before each repeat.
    pub(crate) fn pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        let pauses: &[u64] = match self.repeat {
            Repeat::Unsent => &[0],
            Repeat::Transient => &[200, 500, 1000],
        };
        pauses.iter().copied().map(Duration::from_millis)
    }

    pub(crate) fn may_repeat(&self, error: &Error) -> bool {
        match self.repeat {
            Repeat::Unsent => error.never_sent(),
            Repeat::Transient => error.class() == Class::Transient,
        }
    }
}
