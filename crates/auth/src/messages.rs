use kernel::{Bytes, ChallengeId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

/// A one-time code waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeIssued {
    /// Also what the vendor is given to recognise a repeat by.
    pub challenge: ChallengeId,
    /// The phone, e-mail address or 车安通 ID, sealed.
    pub to: Bytes,
    /// Whether it is sent only to an account that goes by `to`, and to what is on file there. The account is looked up when
    /// the message is carried out, so that the answer to the request cannot tell whether there is one.
    pub by_account: bool,
    /// Whether nothing is sent. The message is carried out all the same, so that the server is as busy as if it were.
    #[serde(default)]
    pub held_back: bool,
    /// The code, sealed.
    pub code: Bytes,
}

impl OutboxMessage for CodeIssued {
    const TOPIC: &'static str = "code.issued";
}
