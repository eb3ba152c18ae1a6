use http_client::with_causes;
use kernel::{Fault, port::CARD_SYSTEM_AWAY};

/// Why a client of the installed card system could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting cannot work. Its value is not told.
    #[error("{setting} {problem}")]
    Settings {
        /// Which one, `carsafe.base_url`.
        setting: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The HTTP client could not be built; usually there are no root certificates.
    #[error("the HTTP client could not be built")]
    Build(#[source] reqwest::Error),
}

/// What a failed call says of the card system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It cannot be reached, is too slow or has trouble of its own: that passes.
    Away,
    /// It answers, and not as it should: somebody has to mend the settings here or something there.
    Wrong,
}

/// Why a call to the installed card system came to nothing. Holds nothing of the request, and of the answer only its
/// status, its flag, or the name of the part that makes no sense.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// No connection, so nothing was sent.
    #[error("the card system could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The connection broke; the request may have been carried out.
    #[error("the card system's answer was lost")]
    Lost(#[source] reqwest::Error),
    /// No whole answer before the deadline; the request may have been carried out.
    #[error("the card system did not answer in time")]
    Deadline,
    /// It did not answer lately and is left alone for a while; nothing was sent.
    #[error("the card system is left alone after several failures")]
    Open,
    /// Any HTTP status but 200.
    #[error("the card system answered with HTTP status {0}")]
    Status(u16),
    /// The answer is longer than 1 MiB.
    #[error("the card system's answer is too long")]
    TooLong,
    /// The answer is not one of a card system, such as a page of HTML or half of an answer.
    #[error("the card system's answer cannot be read")]
    Unreadable,
    /// It said no where cards or doors were expected. The signature may be wrong, the branch, or our clock.
    #[error("the card system refused with flag {0}")]
    Refused(i64),
    /// A part of its answer makes no sense, or was not asked for.
    #[error("{0} in the card system's answer makes no sense")]
    Senseless(&'static str),
}

impl Failure {
    /// What it says of the card system.
    pub const fn class(&self) -> Class {
        match self {
            Self::Unreachable(_) | Self::Lost(_) | Self::Deadline | Self::Open | Self::Status(500..) => Class::Away,
            Self::Status(_) | Self::TooLong | Self::Unreadable | Self::Refused(_) | Self::Senseless(_) => Class::Wrong,
        }
    }

    /// What the server hears of it.
    pub(super) fn fault(self, call: &'static str) -> Fault {
        self.log(call);
        CARD_SYSTEM_AWAY.caused_by(self)
    }

    /// One line of log, unless it is old news.
    pub(super) fn log(&self, call: &'static str) {
        match self.class() {
            Class::Wrong => {
                tracing::error!(cardsystem.call = call, error.cause = %self, "invalid answer of the card system")
            }
            Class::Away if matches!(self, Self::Open) => {}
            Class::Away => {
                tracing::warn!(cardsystem.call = call, error.cause = %with_causes(self), "card system call failed")
            }
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(source: reqwest::Error) -> Self {
        let is_unsent = source.is_connect() || source.is_builder();
        let source = source.without_url();
        if is_unsent { Self::Unreachable(source) } else { Self::Lost(source) }
    }
}
