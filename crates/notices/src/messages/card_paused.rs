use kernel::{AccountId, BindingId, SiteId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

use super::NoticeMessage;

/// Why a bound card opens nothing for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardPause {
    /// Reported lost.
    Lost,
    Frozen,
    /// Another phone is on file now.
    PhoneChanged,
}

/// A bound card opens nothing for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPaused {
    pub account: AccountId,
    pub site: SiteId,
    pub binding: BindingId,
    pub why: CardPause,
}

impl OutboxMessage for CardPaused {
    const TOPIC: &'static str = "card.paused";
}

impl NoticeMessage for CardPaused {
    fn to(&self) -> AccountId {
        self.account
    }

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    fn text(&self) -> (&'static str, &'static str) {
        let body = match self.why {
            CardPause::Lost => "这张卡已挂失，暂时不能开门；找到后请到物业解除挂失，绑定会自动恢复",
            CardPause::Frozen => "这张卡已被物业冻结，暂时不能开门；恢复后绑定会自动生效",
            CardPause::PhoneChanged => "这张卡的登记手机已变更，暂时不能开门；请用新的登记手机重新绑定",
        };
        ("卡已暂停使用", body)
    }
}
