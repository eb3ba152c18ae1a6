//! Rows never leave this file.

use kernel::{AccountId, NoticeId, Result, SiteId, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};
use store::keep_existing;

use crate::Notice;

mod notice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub topic: String,
        pub site_id: Uuid,
        pub title: String,
        pub body: String,
        pub created_at: i64,
        pub read_at: Option<i64>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Puts a notice in an inbox; its id is that of the message, so a message that comes twice is read once.
pub(crate) async fn insert(db: &impl ConnectionTrait, to: AccountId, new: &Notice) -> Result<()> {
    notice::Entity::insert(notice::ActiveModel {
        account_id: Set(to.uuid()),
        id: Set(new.id.uuid()),
        topic: Set(new.topic.clone()),
        site_id: Set(new.site.map_or(Uuid::nil(), SiteId::uuid)),
        title: Set(new.title.clone()),
        body: Set(new.body.clone()),
        created_at: Set(new.at.millis()),
        read_at: Set(None),
    })
    .on_conflict(keep_existing(&[notice::Column::AccountId, notice::Column::Id]))
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// An inbox, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    of: AccountId,
    before: Option<NoticeId>,
    limit: usize,
) -> Result<Vec<Notice>> {
    let mut query = notice::Entity::find().filter(notice::Column::AccountId.eq(of.uuid()));
    if let Some(before) = before {
        query = query.filter(notice::Column::Id.lt(before.uuid()));
    }
    let rows = query.order_by_desc(notice::Column::Id).limit(limit as u64).all(db).await?;
    Ok(rows.into_iter().map(notice).collect())
}

fn notice(row: notice::Model) -> Notice {
    Notice {
        id: NoticeId::from_uuid(row.id),
        topic: row.topic,
        site: (!row.site_id.is_nil()).then(|| SiteId::from_uuid(row.site_id)),
        title: row.title,
        body: row.body,
        at: Timestamp::from_millis(row.created_at),
    }
}

/// A whole inbox, oldest first.
pub(crate) async fn all(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<Notice>> {
    let query = notice::Entity::find().filter(notice::Column::AccountId.eq(of.uuid()));
    Ok(query.order_by_asc(notice::Column::Id).all(db).await?.into_iter().map(notice).collect())
}

/// One inbox is emptied into another.
pub(crate) async fn shift(db: &impl ConnectionTrait, from: AccountId, to: AccountId) -> Result<()> {
    notice::Entity::update_many()
        .col_expr(notice::Column::AccountId, Expr::value(to.uuid()))
        .filter(notice::Column::AccountId.eq(from.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub(crate) async fn forget(db: &impl ConnectionTrait, of: AccountId) -> Result<()> {
    notice::Entity::delete_many().filter(notice::Column::AccountId.eq(of.uuid())).exec(db).await?;
    Ok(())
}
