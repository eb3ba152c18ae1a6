use std::sync::Arc;

use futures_util::future::BoxFuture;
use kernel::{AccountId, Code, Fault, Kind, Result, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Db, FieldRef, SiteCipher, Tx, idempotency::row, keep_existing};

/// The key was used for something else.
pub const KEY_REUSED: Code =
    Code::new(Kind::Invalid, "idempotency-key-reused", "同一个请求编号不能用于不同的内容，请刷新后重试");

/// What makes two requests the same request: an Idempotency-Key of one person on one route.
#[derive(Clone, Debug)]
pub struct Once {
    /// Who asks: the account, or what stands for somebody who has none yet.
    pub owner: Uuid,
    pub route: &'static str,
    /// The key the client chose.
    pub key: String,
    /// Hash of the body, lest one key stand for two requests.
    pub body_hash: [u8; 32],
}

const ANSWER: (&str, &str) = ("idempotency", "answer");

impl Once {
    /// The key a signed-in person sent, if one was sent.
    pub fn of(account: AccountId, route: &'static str, key: Option<String>, body_hash: [u8; 32]) -> Option<Self> {
        key.map(|key| Self { owner: account.uuid(), route, key, body_hash })
    }
}

impl Db {
    /// The answer that was given before to this very request, if it was made before.
    ///
    /// # Errors
    /// `idempotency-key-reused` for another body under the same key.
    pub async fn earlier<T: DeserializeOwned>(&self, once: &Once, cipher: &SiteCipher) -> Result<Option<T>> {
        let key = (once.owner, once.route.to_owned(), once.key.clone());
        let find = |db: DatabaseConnection| async move { Ok(row::Entity::find_by_id(key).one(&db).await?) };
        match self.read(find).await? {
            None => Ok(None),
            Some(first) => answer_of(&first, once, cipher).map(Some),
        }
    }

    /// Writes like [`Db::write`], once per [`Once`]: a repeat gets the first answer and does nothing. The answer is
    /// kept sealed. Without a key it simply writes. An inner `Err` is a refusal whose traces stay, such as a spent try:
    /// what was written is committed, and a repeat is judged anew.
    ///
    /// # Errors
    /// `idempotency-key-reused` for another body under the same key; the refusal; else as [`Db::write`].
    pub async fn write_once<T, F>(
        &self,
        once: Option<Once>,
        cipher: Arc<SiteCipher>,
        now: Timestamp,
        act: F,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<Result<T, Fault>>> + Send + Sync + 'static,
    {
        let Some(once) = once else { return self.write(act).await? };
        let (act, once, holder) = (Arc::new(act), Arc::new(once), kernel::MessageId::new(now).uuid());
        self.write(move |tx| {
            let (act, once, cipher) = (act.clone(), once.clone(), cipher.clone());
            Box::pin(async move {
                let field = FieldRef { table: ANSWER.0, column: ANSWER.1, row: holder };
                match take(tx, &once, holder, now).await? {
                    Some(first) => Ok(Ok(answer_of(&first, &once, &cipher)?)),
                    None => {
                        let value = match act(tx).await? {
                            Ok(value) => value,
                            Err(refusal) => {
                                mine(row::Entity::delete_many(), &once).exec(tx).await?;
                                return Ok(Err(refusal));
                            }
                        };
                        let answer = cipher.seal(field, &serde_json::to_vec(&value)?);
                        let update = row::Entity::update_many().col_expr(row::Column::Answer, Expr::value(answer));
                        mine(update, &once).exec(tx).await?;
                        Ok(Ok(value))
                    }
                }
            })
        })
        .await?
    }
}

fn mine<Q: QueryFilter>(query: Q, once: &Once) -> Q {
    query
        .filter(row::Column::AccountId.eq(once.owner))
        .filter(row::Column::Route.eq(once.route))
        .filter(row::Column::Key.eq(once.key.as_str()))
}

fn answer_of<T: DeserializeOwned>(first: &row::Model, once: &Once, cipher: &SiteCipher) -> Result<T> {
    if first.body_hash != once.body_hash {
        return Err(KEY_REUSED.into());
    }
    let field = FieldRef { table: ANSWER.0, column: ANSWER.1, row: first.holder };
    Ok(serde_json::from_slice(&cipher.open(field, first.answer.as_deref().unwrap_or_default())?)?)
}

/// The row of whoever was first, unless that is us.
async fn take(tx: &Tx, once: &Once, holder: Uuid, now: Timestamp) -> Result<Option<row::Model>> {
    row::Entity::insert(row::ActiveModel {
        account_id: Set(once.owner),
        route: Set(once.route.to_owned()),
        key: Set(once.key.clone()),
        holder: Set(holder),
        body_hash: Set(once.body_hash.to_vec()),
        answer: Set(None),
        created_at: Set(now.millis()),
    })
    .on_conflict(keep_existing(&[row::Column::AccountId, row::Column::Route, row::Column::Key]))
    .exec_without_returning(tx)
    .await?;
    let first = row::Entity::find_by_id((once.owner, once.route.to_owned(), once.key.clone())).one(tx).await?;
    Ok(first.filter(|row| row.holder != holder))
}

/// Forgets keys older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn purge(tx: &Tx, before: Timestamp) -> Result<()> {
    row::Entity::delete_many().filter(row::Column::CreatedAt.lt(before.millis())).exec(tx).await?;
    Ok(())
}
