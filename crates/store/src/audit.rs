//! The audit log: who did what to which object, written in the transaction that did it.

use kernel::{AuditId, Result, SiteId, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: i64,
        pub actor: String,
        pub action: String,
        pub object: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Clone, Debug)]
pub struct Entry {
    /// The site it concerns; none for what belongs to accounts.
    pub site: Option<SiteId>,
    pub at: Timestamp,
    /// Who: `account:…`, `device:…`, `outbox worker`.
    pub actor: String,
    /// What: `noun.past-participle`.
    pub action: &'static str,
    /// To what: `table/id/column`.
    pub object: String,
}

/// Writes an entry.
///
/// # Errors
/// When the database refuses.
pub async fn record(db: &impl ConnectionTrait, entry: &Entry) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        site_id: Set(entry.site.map_or(Uuid::nil(), SiteId::uuid)),
        id: Set(AuditId::new(entry.at).uuid()),
        at: Set(entry.at.millis()),
        actor: Set(entry.actor.clone()),
        action: Set(entry.action.to_owned()),
        object: Set(entry.object.clone()),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}
