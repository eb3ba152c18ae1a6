use kernel::{AccountId, BindingId, SiteId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

use super::NoticeMessage;

/// A bound card was replaced by a new one, and the binding moved to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFollowed {
    pub account: AccountId,
    pub site: SiteId,
    pub binding: BindingId,
}

impl OutboxMessage for CardFollowed {
    const TOPIC: &'static str = "card.followed";
}

impl NoticeMessage for CardFollowed {
    fn to(&self) -> AccountId {
        self.account
    }

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    fn text(&self) -> (&'static str, &'static str) {
        ("卡已更换", "物业为您换了新卡，绑定已转到新卡，二维码照常使用")
    }
}
