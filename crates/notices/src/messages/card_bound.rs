use kernel::{AccountId, BindingId, SiteId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

use super::NoticeMessage;

/// A card was bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBound {
    pub account: AccountId,
    pub site: SiteId,
    pub binding: BindingId,
}

impl OutboxMessage for CardBound {
    const TOPIC: &'static str = "card.bound";
}

impl NoticeMessage for CardBound {
    fn to(&self) -> AccountId {
        self.account
    }

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    fn text(&self) -> (&'static str, &'static str) {
        ("卡绑定成功", "现在可以用这张卡的二维码开门了")
    }
}
