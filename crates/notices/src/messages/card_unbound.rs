use kernel::{AccountId, BindingId, SiteId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

use super::NoticeMessage;

/// How a binding ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardEnd {
    /// Unbound by the account's owner.
    #[default]
    Own,
    /// Somebody else proved the phone on file.
    Superseded,
    /// The issuer took the card back.
    Returned,
}

/// A binding ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardUnbound {
    pub account: AccountId,
    pub site: SiteId,
    pub binding: BindingId,
    #[serde(default)]
    pub why: CardEnd,
}

impl OutboxMessage for CardUnbound {
    const TOPIC: &'static str = "card.unbound";
}

impl NoticeMessage for CardUnbound {
    fn to(&self) -> AccountId {
        self.account
    }

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    fn text(&self) -> (&'static str, &'static str) {
        let body = match self.why {
            CardEnd::Own => "这张卡已不在您名下，它的二维码不能再开门；如非本人操作，请联系管理处",
            CardEnd::Superseded => "另一个账号验证了这张卡的登记手机，卡已转到该账号；如非本人操作，请联系管理处",
            CardEnd::Returned => "这张卡已由物业退卡或注销，它的二维码不能再开门；如有疑问请联系管理处",
        };
        ("卡已解除绑定", body)
    }
}
