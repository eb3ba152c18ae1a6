//! What the store promises, on every database.
#![expect(clippy::unwrap_used, reason = "tests")]

mod cache;
mod changes;
mod each;
mod faults;
mod inbox;
mod lost;
mod memory;
mod migrations;
mod once;
mod outbox;
mod rows;
mod schema;
mod vault;
mod write;

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::BoxFuture;
use kernel::{Code, Kind, Result, SiteId, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, ExprTrait, entity::prelude::*};
use store::{Db, Tx};

/// Towards the end of 2026.
const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

const REFUSED: Code = Code::new(Kind::Conflict, "test-refused", "不行");

/// Numbers to write, in the simplest table there is.
mod number {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "revisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope_id: Uuid,
        pub revision: i64,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

fn some_id() -> Uuid {
    SiteId::new(NOW).uuid()
}

async fn put(tx: &Tx, id: Uuid, value: i64) -> Result<()> {
    let row = number::ActiveModel { scope_id: Set(id), revision: Set(value), changed_at: Set(NOW.millis()) };
    number::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

async fn add(tx: &Tx, id: Uuid, more: i64) -> Result<()> {
    let done = number::Entity::update_many()
        .col_expr(number::Column::Revision, Expr::col(number::Column::Revision).add(more))
        .filter(number::Column::ScopeId.eq(id))
        .exec(tx)
        .await?;
    assert_eq!(done.rows_affected, 1);
    Ok(())
}

/// All numbers there are.
async fn numbers(db: &Db) -> BTreeMap<Uuid, i64> {
    let rows = db.read(|db| async move { Ok(number::Entity::find().all(&db).await?) }).await.unwrap();
    rows.into_iter().map(|row| (row.scope_id, row.revision)).collect()
}

async fn write_number(db: &Db, id: Uuid, value: i64) -> Result<()> {
    db.write(move |tx| Box::pin(put(tx, id, value))).await
}

/// Waits for a condition that must come true.
async fn until<'a>(what: &str, mut holds: impl FnMut() -> BoxFuture<'a, bool>) {
    let patient = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), patient).await.unwrap_or_else(|_| panic!("never: {what}"));
}
