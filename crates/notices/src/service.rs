use std::sync::Arc;

use async_trait::async_trait;
use edge::Caller;
use kernel::{
    AccountId, Clock, NoticeId, Result, SiteId, Timestamp,
    outbox_message::{
        AccountEvent, AccountNoted, CardBound, CardEnd, CardFollowed, CardPause, CardPaused, CardResumed, CardUnbound,
        OutboxMessage,
    },
};
use store::{AccountData, Db, Tx, outbox::ClaimedMessage};

use crate::rows;

#[derive(Clone)]
pub struct Notices {
    db: Db,
    clock: Arc<dyn Clock>,
}

/// A notice in somebody's inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id, that of the message it came by.
    pub id: NoticeId,
    /// What it is about.
    pub topic: String,
    /// Which site, where it is about one.
    pub site: Option<SiteId>,
    pub title: String,
    /// What happened and what to do.
    pub body: String,
    pub at: Timestamp,
}

impl Notices {
    /// Inboxes in this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    /// Carries out a message, if it is one for an inbox; false when it is not.
    ///
    /// # Errors
    /// When the message makes no sense, or the database is away.
    pub async fn carry(&self, claimed: &ClaimedMessage) -> Result<bool> {
        let (to, site, title, body) = match claimed.topic.as_str() {
            CardBound::TOPIC => {
                let message: CardBound = claimed.message()?;
                (message.account, Some(message.site), "卡绑定成功", "现在可以用这张卡的二维码开门了")
            }
            CardUnbound::TOPIC => {
                let message: CardUnbound = claimed.message()?;
                let body = match message.why {
                    CardEnd::Own => "这张卡已不在您名下，它的二维码不能再开门；如非本人操作，请联系管理处",
                    CardEnd::Superseded => {
                        "另一个账号验证了这张卡的登记手机，卡已转到该账号；如非本人操作，请联系管理处"
                    }
                    CardEnd::Returned => "这张卡已由物业退卡或注销，它的二维码不能再开门；如有疑问请联系管理处",
                };
                (message.account, Some(message.site), "卡已解除绑定", body)
            }
            CardPaused::TOPIC => {
                let message: CardPaused = claimed.message()?;
                let body = match message.why {
                    CardPause::Lost => "这张卡已挂失，暂时不能开门；找到后请到物业解除挂失，绑定会自动恢复",
                    CardPause::Frozen => "这张卡已被物业冻结，暂时不能开门；恢复后绑定会自动生效",
                    CardPause::PhoneChanged => "这张卡的登记手机已变更，暂时不能开门；请用新的登记手机重新绑定",
                };
                (message.account, Some(message.site), "卡已暂停使用", body)
            }
            CardResumed::TOPIC => {
                let message: CardResumed = claimed.message()?;
                (message.account, Some(message.site), "卡已恢复使用", "这张卡的二维码又可以开门了")
            }
            CardFollowed::TOPIC => {
                let message: CardFollowed = claimed.message()?;
                (message.account, Some(message.site), "卡已更换", "物业为您换了新卡，绑定已转到新卡，二维码照常使用")
            }
            AccountNoted::TOPIC => {
                let message: AccountNoted = claimed.message()?;
                let (title, body) = words(message.event);
                (message.account, None, title, body)
            }
            _ => return Ok(false),
        };
        self.put(to, claimed, site, title, body).await?;
        Ok(true)
    }

    async fn put(
        &self,
        to: AccountId,
        claimed: &ClaimedMessage,
        site: Option<SiteId>,
        title: &str,
        body: &str,
    ) -> Result<()> {
        let notice = Notice {
            id: NoticeId::from_uuid(claimed.id.uuid()),
            topic: claimed.topic.clone(),
            site,
            title: title.to_owned(),
            body: body.to_owned(),
            at: self.clock.now(),
        };
        self.db
            .write(move |tx| {
                let notice = notice.clone();
                Box::pin(async move { rows::insert(tx, to, &notice).await })
            })
            .await
    }

    /// So many of the caller's notices before that one, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, caller: Caller, before: Option<NoticeId>, limit: usize) -> Result<Vec<Notice>> {
        self.db.read(|db| async move { rows::list(&db, caller.account, before, limit).await }).await
    }
}

/// Headline and text of what happened to an account.
const fn words(event: AccountEvent) -> (&'static str, &'static str) {
    match event {
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

#[async_trait]
impl AccountData for Notices {
    fn name(&self) -> &'static str {
        "notices"
    }

    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, _: Timestamp) -> Result<Vec<SiteId>> {
        rows::shift(tx, from, to).await?;
        Ok(Vec::new())
    }

    async fn erase(&self, tx: &Tx, account: AccountId, _: Timestamp) -> Result<Vec<SiteId>> {
        rows::forget(tx, account).await?;
        Ok(Vec::new())
    }

    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        let all = self.db.read(|db| async move { rows::all(&db, account).await }).await?;
        let shown = all.into_iter().map(|one| {
            serde_json::json!({ "topic": one.topic, "siteId": one.site, "title": one.title, "body": one.body, "at": one.at })
        });
        Ok(shown.collect())
    }
}
