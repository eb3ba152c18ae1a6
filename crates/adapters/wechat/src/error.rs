use std::{sync::Arc, time::Duration};

/// Between two probes of an API that WeChat refuses because a quota is used up, because of our settings, or because it has
/// taken the API away. All of these end by an act of somebody (a cleared quota, a mended setting) that we are not told of,
/// or at a time that WeChat does not say; a call that sees for itself costs little. Short enough that people wait minutes
/// and not hours, long enough that a refused app makes 480 calls a day.
pub const PROBE_EVERY: Duration = Duration::from_secs(180);
/// Whole seconds are all that `Retry-After` can say.
const BUDGET_PAUSE: Duration = Duration::from_secs(1);

/// Why a call to WeChat came to nothing. Holds neither the URL (the secret and the login code are in it) nor any part of
/// the answer but its `errcode` and `rid`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings cannot work; which one, and why.
    #[error("wechat settings: {0}")]
    Settings(&'static str),
    /// The HTTP client could not be built; usually there are no root certificates.
    #[error("the HTTP client could not be built")]
    Build(#[source] reqwest::Error),
    #[error("wechat could not be reached, ambiguous: {ambiguous}")]
    Transport {
        /// Whether the request may have been written, and so the login code be burnt.
        ambiguous: bool,
        /// What failed, without its URL.
        #[source]
        source: reqwest::Error,
    },
    /// No whole answer before the deadline.
    #[error("wechat did not answer in time")]
    Deadline,
    /// Any HTTP status but 200: WeChat answers 200 for errors too, so this is something in between.
    #[error("wechat answered with HTTP status {0}")]
    Status(u16),
    /// The answer is longer than any answer of WeChat's.
    #[error("wechat's answer is too long")]
    TooLarge,
    /// The answer is no JSON, or lacks what a success has. Nothing of it is kept: it may hold a session key.
    #[error("wechat's answer makes no sense")]
    Decode,
    /// WeChat said no.
    #[error("wechat refused with errcode {code}, rid {}", .rid.as_deref().unwrap_or("none"))]
    Api {
        /// Its `errcode`.
        code: i64,
        /// The request id of its `errmsg`: what its support asks for, good for 7 days.
        rid: Option<String>,
    },
    /// WeChat refused this API before; nothing was sent.
    #[error("wechat refused this API with errcode {code}, the next probe is in {} s", .wait.as_secs())]
    Refused {
        /// Its `errcode`.
        code: i64,
        /// How long it is until the next probe.
        wait: Duration,
    },
    /// Nothing that came back lately was WeChat's, so it is left alone for 10 s; nothing was sent.
    #[error("wechat is left alone after several failures")]
    Open {
        /// How long it is until a call is let through.
        wait: Duration,
    },
    /// We have called this API as often as we may; nothing was sent.
    #[error("the budget of this API is used up for now")]
    OverBudget,
    /// No access token was to be had, so the call itself was not made.
    #[error("there is no access token")]
    NoToken(#[source] Arc<Error>),
    /// The task that fetched the access token ended without an outcome.
    #[error("the fetch of the access token was broken off")]
    Aborted,
}

/// What a failure calls for. The codes of each class are WeChat's, grouped by what we do about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// The access token is stale: fetch it anew and try once more.
    Token,
    /// It may work in a moment.
    Transient,
    /// Asked too often: leave that API alone for a minute.
    Throttled,
    /// Used up until tomorrow, China time, or until an operator clears the quota: probe every few minutes.
    DailyQuota,
    /// The platform or the user does not want it: no retry.
    UserState,
    /// What we were given is no good: no retry.
    Input,
    /// Somebody has to mend the settings here or at WeChat: probe every few minutes.
    Config,
    /// WeChat has taken that API away: as [`Class::Config`].
    Retired,
    /// Nothing that WeChat documents.
    Unknown,
}

impl Class {
    /// Its name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Transient => "transient",
            Self::Throttled => "throttled",
            Self::DailyQuota => "daily_quota",
            Self::UserState => "user_state",
            Self::Input => "input",
            Self::Config => "config",
            Self::Retired => "retired",
            Self::Unknown => "unknown",
        }
    }
}

impl Error {
    /// What this failure calls for.
    pub fn class(&self) -> Class {
        match self {
            Self::Settings(_) | Self::Build(_) => Class::Config,
            Self::Transport { .. } | Self::Deadline | Self::Status(500..) | Self::Open { .. } => Class::Transient,
            Self::Status(429) | Self::OverBudget => Class::Throttled,
            Self::Status(_) | Self::TooLarge | Self::Decode | Self::Aborted => Class::Unknown,
            Self::Api { code, .. } | Self::Refused { code, .. } => class_of(*code),
            Self::NoToken(cause) => cause.class(),
        }
    }

    /// WeChat's `errcode`, if it was WeChat that said no.
    pub fn errcode(&self) -> Option<i64> {
        match self {
            Self::Api { code, .. } | Self::Refused { code, .. } => Some(*code),
            Self::NoToken(cause) => cause.errcode(),
            _ => None,
        }
    }

    /// WeChat's request id, if it was WeChat that said no.
    pub fn rid(&self) -> Option<&str> {
        match self {
            Self::Api { rid, .. } => rid.as_deref(),
            Self::NoToken(cause) => cause.rid(),
            _ => None,
        }
    }

    /// How long to wait before another call makes sense, where that is known.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Refused { wait, .. } | Self::Open { wait } => Some(*wait),
            Self::Api { .. } if self.closes() => Some(PROBE_EVERY),
            Self::OverBudget => Some(BUDGET_PAUSE),
            Self::NoToken(cause) => cause.wait(),
            _ => None,
        }
    }

    /// Whether it closes the API until a probe is answered, on any API where it is not about the user.
    fn closes(&self) -> bool {
        matches!(self.class(), Class::DailyQuota | Class::Config | Class::Retired)
    }

    /// Whether it was logged when it began, or is counted and not worth a line.
    pub(crate) fn is_old_news(&self) -> bool {
        match self {
            Self::NoToken(_) | Self::Refused { .. } | Self::Open { .. } | Self::OverBudget | Self::Settings(_) => true,
            Self::Api { .. } => self.closes() || self.class() == Class::Token,
            _ => false,
        }
    }

    /// Whether the request surely was never written, so that it may be sent again.
    pub(crate) fn never_sent(&self) -> bool {
        matches!(self, Self::Transport { ambiguous: false, .. })
    }
}

impl From<reqwest::Error> for Error {
    fn from(source: reqwest::Error) -> Self {
        Self::Transport { ambiguous: !source.is_connect(), source: source.without_url() }
    }
}

fn class_of(code: i64) -> Class {
    match code {
        40001 | 40014 | 42001 => Class::Token,
        -1 | 43108 | 44990 | 85431 | 268488001 => Class::Transient,
        44991 | 45011 => Class::Throttled,
        44993 | 45009 | 85406 => Class::DailyQuota,
        40226 | 43004 | 43101 | 61010 => Class::UserState,
        40003 | 40029 | 40037 | 40097 | 40129 | 40163 | 40165 | 40169 | 40212 | 41030 | 44002 | 45168 | 47001
        | 47003 | 85401 | 85402 => Class::Input,
        40002
        | 40013
        | 40125
        | 40164
        | 40243
        | 41001
        | 41002
        | 41004
        | 43002
        | 48001
        | 48004
        | 50002
        | 50004
        | 50007
        | 61007
        | 85079
        | 85407
        | 85408
        | 89002
        | 89500..=89599 => Class::Config,
        45109 => Class::Retired,
        _ => Class::Unknown,
    }
}
