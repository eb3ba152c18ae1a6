//! What people are told, a file for each topic: the outbox message, and the text of its notice.

mod account_noted;
mod card_bound;
mod card_followed;
mod card_paused;
mod card_resumed;
mod card_unbound;

pub use account_noted::{AccountEvent, AccountNoted};
pub use card_bound::CardBound;
pub use card_followed::CardFollowed;
pub use card_paused::{CardPause, CardPaused};
pub use card_resumed::CardResumed;
pub use card_unbound::{CardEnd, CardUnbound};

use kernel::{AccountId, SiteId};
use store::outbox::OutboxMessage;

/// A message that becomes a notice.
pub trait NoticeMessage: OutboxMessage {
    fn to(&self) -> AccountId;

    fn site(&self) -> Option<SiteId>;

    /// Title and body.
    fn text(&self) -> (&'static str, &'static str);
}
