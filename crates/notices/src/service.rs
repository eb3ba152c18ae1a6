use std::sync::Arc;

use edge::Caller;
use kernel::{
    AccountId, Clock, NoticeId, Result, SiteId, Timestamp,
    letter::{CardBound, CardUnbound, Letter},
};
use store::{Db, outbox::Envelope};

use crate::rows;

/// Inboxes.
#[derive(Clone)]
pub struct Notices {
    db: Db,
    clock: Arc<dyn Clock>,
}

/// A notice in somebody's inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id, that of the letter it came by.
    pub id: NoticeId,
    /// What it is about.
    pub topic: String,
    /// Which site.
    pub site: SiteId,
    /// Headline.
    pub title: String,
    /// What happened and what to do.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

impl Notices {
    /// Inboxes in this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    /// Carries out a letter, if it is one for an inbox; false when it is not.
    ///
    /// # Errors
    /// When the letter makes no sense, or the database is away.
    pub async fn carry(&self, envelope: &Envelope) -> Result<bool> {
        let (to, site, title, body) = match envelope.topic.as_str() {
            CardBound::TOPIC => {
                let letter: CardBound = envelope.letter()?;
                (letter.account, letter.site, "卡绑定成功", "现在可以用这张卡的二维码开门了")
            }
            CardUnbound::TOPIC => {
                let letter: CardUnbound = envelope.letter()?;
                let body = "这张卡已不在您名下，它的二维码不能再开门；如非本人操作，请联系管理处";
                (letter.account, letter.site, "卡已解除绑定", body)
            }
            _ => return Ok(false),
        };
        self.put(to, envelope, site, title, body).await?;
        Ok(true)
    }

    async fn put(&self, to: AccountId, envelope: &Envelope, site: SiteId, title: &str, body: &str) -> Result<()> {
        let notice = Notice {
            id: NoticeId::from_uuid(envelope.id.uuid()),
            topic: envelope.topic.clone(),
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
