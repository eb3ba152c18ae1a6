use auth::CodeIssued;
use kernel::{BindingId, SiteId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

/// Somebody asked to bind a card. Whether there is such a card, and whether theirs is the phone on file, is looked up after
/// they were answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardWanted {
    pub site: SiteId,
    pub binding: BindingId,
    /// Sent when the phone is the one on file.
    pub code: CodeIssued,
}

impl OutboxMessage for CardWanted {
    const TOPIC: &'static str = "card.wanted";
}
