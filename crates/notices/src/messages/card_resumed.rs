use kernel::{AccountId, BindingId, SiteId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

use super::NoticeMessage;

/// A suspended binding is active again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardResumed {
    pub account: AccountId,
    pub site: SiteId,
    pub binding: BindingId,
}

impl OutboxMessage for CardResumed {
    const TOPIC: &'static str = "card.resumed";
}

impl NoticeMessage for CardResumed {
    fn to(&self) -> AccountId {
        self.account
    }

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    fn text(&self) -> (&'static str, &'static str) {
        ("卡已恢复使用", "这张卡的二维码又可以开门了")
    }
}
