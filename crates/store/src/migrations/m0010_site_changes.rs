use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager},
    schema::{big_integer, small_integer, uuid},
};

use super::helpers::{add_index, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// As the first migration.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            uuid("site_id"),
            big_integer("revision"),
            small_integer("kind"),
            uuid("object_id"),
            big_integer("changed_at"),
        ];
        let mut changes = table(manager, "site_changes", columns);
        let key = &mut key(["site_id", "revision", "kind", "object_id"]);
        manager.create_table(changes.primary_key(key).to_owned()).await?;
        add_index(manager, "site_changes_age", "site_changes", ["changed_at"]).await
    }
}
