use kernel::{AccountId, SiteId};
use serde::{Deserialize, Serialize};
use store::outbox::OutboxMessage;

use super::NoticeMessage;

/// What happened to an account that its owner must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountEvent {
    /// The password was changed, or set for the first time.
    PasswordChanged,
    /// The password was reset with a one-time code.
    PasswordReset,
    PhoneChanged,
    /// Somebody else proved the phone after long inactivity and registered with it.
    PhoneLost,
    /// The e-mail address was changed or removed.
    EmailChanged,
    WechatLinked,
    WechatUnlinked,
    /// The WeChat user logs in to another account now.
    WechatMoved,
    /// The cards and records of a WeChat-only account were merged into this one.
    ShadowMerged,
    /// A refresh token was used twice, so somebody may have a copy; the session was ended.
    TokenReused,
    /// The owner asked to close the account.
    Closing,
    /// The owner cancelled the closure.
    Kept,
}

/// Something happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountNoted {
    pub account: AccountId,
    pub event: AccountEvent,
}

impl OutboxMessage for AccountNoted {
    const TOPIC: &'static str = "account.noted";
}

impl NoticeMessage for AccountNoted {
    fn to(&self) -> AccountId {
        self.account
    }

    fn site(&self) -> Option<SiteId> {
        None
    }

    fn text(&self) -> (&'static str, &'static str) {
        match self.event {
            AccountEvent::PasswordChanged => ("密码已修改", "其他设备上的登录已结束；如非本人操作，请立即找回密码"),
            AccountEvent::PasswordReset => ("密码已重置", "所有设备上的登录已结束；如非本人操作，请立即找回密码"),
            AccountEvent::PhoneChanged => ("手机号已更换", "以后请用新手机号登录；如非本人操作，请联系管理处"),
            AccountEvent::PhoneLost => (
                "手机号已解除",
                "原手机号已由他人验证并注册新账号，您可以在“我的”中绑定新的手机号；如非号码转让，请联系管理处",
            ),
            AccountEvent::EmailChanged => ("邮箱已更改", "如非本人操作，请修改密码并联系管理处"),
            AccountEvent::WechatLinked => ("微信已关联", "以后可以用微信一键登录；如非本人操作，请解除关联并修改密码"),
            AccountEvent::WechatUnlinked => {
                ("微信已解除关联", "以后请用密码或短信登录；如非本人操作，请修改密码并联系管理处")
            }
            AccountEvent::WechatMoved => {
                ("微信已转到其他账号", "该微信以后登录的是另一个车安通账号；如非本人操作，请修改密码并联系管理处")
            }
            AccountEvent::ShadowMerged => ("账号已合并", "您之前用微信登录时绑定的卡和记录，已合并到现在的账号"),
            AccountEvent::TokenReused => {
                ("登录异常，已结束", "有设备重复使用了登录凭证，可能已被复制，该登录已结束；如非本人操作，请修改密码")
            }
            AccountEvent::Closing => ("账号将被注销", "冷静期内登录后可以撤销注销；到期后将删除您的个人信息"),
            AccountEvent::Kept => ("已撤销注销", "您的账号继续保留"),
        }
    }
}
