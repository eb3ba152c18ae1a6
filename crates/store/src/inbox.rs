//! Messages that other systems deliver to us at least once: pushes of WeChat, receipts of SMS vendors, events. The row of
//! a message is written in the transaction of its effect, so that the effect happens once however often, and however many
//! at once, the message is delivered.

use std::time::Duration;

use kernel::{MessageId, Result, Timestamp, sha256};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{Tx, keep_existing};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "inbox_messages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub source: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_key: Vec<u8>,
        pub delivery: Uuid,
        pub received_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// How long a message is remembered. Longer than any sender goes on repeating, and longer than a signed message can be
/// replayed: WeChat's pushes are refused 10 minutes after they were signed.
pub const KEPT: Duration = Duration::from_secs(86_400);

/// Whether a message was delivered before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a repeat must have no effect"]
pub enum Delivery {
    /// It was not: this transaction carries out its effect.
    First,
    /// It was, and its effect is committed: acknowledge it and do nothing.
    Repeat,
}

/// Records the delivery of the message that `source` (at most 96 characters) names by `key`. Two deliveries at once wait
/// for each other: the second gets [`Delivery::Repeat`] when the first commits and [`Delivery::First`] when it fails.
/// The key may have any length and may hold what must not be stored: only its SHA-256 is kept.
///
/// # Errors
/// When the database refuses.
pub async fn receive(tx: &Tx, source: &str, key: &str, now: Timestamp) -> Result<Delivery> {
    let (key, delivery) = (sha256(key.as_bytes()).to_vec(), MessageId::new(now).uuid());
    row::Entity::insert(row::ActiveModel {
        source: Set(source.to_owned()),
        message_key: Set(key.clone()),
        delivery: Set(delivery),
        received_at: Set(now.millis()),
    })
    .on_conflict(keep_existing(&[row::Column::Source, row::Column::MessageKey]))
    .exec_without_returning(tx)
    .await?;
    // read back, for MySQL does not say whether the row is ours
    let first = row::Entity::find_by_id((source.to_owned(), key)).one(tx).await?;
    Ok(if first.is_some_and(|row| row.delivery == delivery) { Delivery::First } else { Delivery::Repeat })
}

/// Deletes the rows of messages received before `before`.
///
/// # Errors
/// When the database refuses.
pub async fn purge(tx: &Tx, before: Timestamp) -> Result<()> {
    row::Entity::delete_many().filter(row::Column::ReceivedAt.lt(before.millis())).exec(tx).await?;
    Ok(())
}
