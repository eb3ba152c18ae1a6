use kernel::macros::uuid::Uuid;
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{Tx, keep_existing};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub route: String,
        #[sea_orm(primary_key, auto_increment = false, column_name = "idem_key")]
        pub key: String,
        pub holder: Uuid,
        pub body_hash: Vec<u8>,
        pub answer: Option<Vec<u8>>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Inserts a row and deletes it: whether anything can be written.
pub(crate) async fn write_and_forget(tx: &Tx) -> Result<(), DbErr> {
    let (owner, route) = (Uuid::nil(), "writes");
    let row = row::ActiveModel {
        account_id: Set(owner),
        route: Set(route.to_owned()),
        key: Set(String::new()),
        holder: Set(owner),
        body_hash: Set(Vec::new()),
        answer: Set(None),
        created_at: Set(0),
    };
    row::Entity::insert(row)
        .on_conflict(keep_existing(&[row::Column::AccountId, row::Column::Route, row::Column::Key]))
        .exec_without_returning(tx)
        .await?;
    row::Entity::delete_by_id((owner, route.to_owned(), String::new())).exec(tx).await?;
    Ok(())
}
