use std::{fmt, time::Duration};

use serde::Deserialize;

/// Why the device has no answer to act on. The door stays shut in every case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server's address is none.
    #[error("{0} is not an http(s) address")]
    Address(String),
    /// The device does not serve that door.
    #[error("this device has no door {0}")]
    NoSuchDoor(u16),
    /// The connection could not be made, or was lost.
    #[error("the connection to the server failed")]
    Lost(#[from] reqwest::Error),
    /// Nothing came in time.
    #[error("no answer within {} ms", .0.as_millis())]
    Late(Duration),
    /// The reply may have come from anybody.
    #[error("the reply is not proved to be the server's: {why} (HTTP {status}{})", heard(.said))]
    Unproved {
        /// What its proof lacks.
        why: Unproved,
        /// Its HTTP status.
        status: u16,
        /// What it said. Good for a log, and for nothing else.
        said: Option<Problem>,
    },
    /// The server said no to the request itself.
    #[error("{0}")]
    Refused(Problem),
    /// The reply cannot be understood.
    #[error("the reply makes no sense: {0}")]
    Garbled(String),
}

/// What the proof of a reply lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// No signature, or no time.
    #[error("it is not signed")]
    Unsigned,
    /// Signed by somebody else, or for another request, or changed on the way.
    #[error("its signature is false")]
    FalseSignature,
    /// Made too long ago, or a clock is off.
    #[error("its time is not ours")]
    WrongTime,
}

/// A refusal of the server's (RFC 9457), as far as a device cares.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// Stable; what a client matches on.
    pub code: String,
    /// What happened and what to do.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail)
    }
}

impl Problem {
    /// The problem in a body, if there is one.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}

fn heard(said: &Option<Problem>) -> String {
    said.as_ref().map(|problem| format!(", it says {}: {}", problem.code, problem.detail)).unwrap_or_default()
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Garbled(error.to_string())
    }
}
