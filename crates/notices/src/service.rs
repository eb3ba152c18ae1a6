use std::sync::Arc;

use async_trait::async_trait;
use edge::Caller;
use kernel::{AccountId, Clock, NoticeId, Result, Timestamp};
use store::{AccountData, Db, Tx};

use crate::{Notice, rows};

/// Notices of every account.
#[derive(Clone)]
pub struct Notices {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Notices {
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Puts a notice into an inbox, once, however often it is put there.
    pub(crate) async fn put(&self, to: AccountId, notice: Notice) -> Result<()> {
        self.db.write_with(notice, move |tx, notice| Box::pin(rows::insert(tx, to, notice))).await
    }

    /// So many of the caller's notices before that one, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, caller: Caller, before: Option<NoticeId>, limit: usize) -> Result<Vec<Notice>> {
        self.db.read(|db| async move { rows::list(&db, caller.account, before, limit).await }).await
    }
}

#[async_trait]
impl AccountData for Notices {
    fn name(&self) -> &'static str {
        "notices"
    }

    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, _: Timestamp) -> Result<()> {
        rows::shift(tx, from, to).await?;
        Ok(())
    }

    async fn erase(&self, tx: &Tx, account: AccountId, _: Timestamp) -> Result<()> {
        rows::forget(tx, account).await?;
        Ok(())
    }

    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        let all = self.db.read(|db| async move { rows::all(&db, account).await }).await?;
        let shown = all.into_iter().map(|one| {
            serde_json::json!({ "topic": one.topic, "siteId": one.site, "title": one.title, "body": one.body, "at": one.at })
        });
        Ok(shown.collect())
    }
}
