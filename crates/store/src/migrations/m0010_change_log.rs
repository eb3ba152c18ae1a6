use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, Index, SchemaManager, Table},
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

    /// Revisions begin anew: they are compared with those in memory only.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [uuid("scope_id"), big_integer("revision"), big_integer("changed_at")];
        let mut revisions = table(manager, "revisions", columns);
        manager.create_table(revisions.primary_key(&mut key(["scope_id"])).to_owned()).await?;
        // with all that is read of a row: without, SQLite would rather read the whole table
        add_index(manager, "revisions_age", "revisions", ["changed_at", "scope_id", "revision"]).await?;
        let columns = [
            uuid("scope_id"),
            big_integer("revision"),
            small_integer("kind"),
            uuid("object_id"),
            big_integer("changed_at"),
        ];
        let mut changes = table(manager, "changes", columns);
        let key = &mut key(["scope_id", "revision", "kind", "object_id"]);
        manager.create_table(changes.primary_key(key).to_owned()).await?;
        add_index(manager, "changes_age", "changes", ["changed_at"]).await?;
        // by the card alone: with the site before it SQLite, that knows nothing of how many cards a site has, reads the whole site
        add_index(manager, "card_bindings_by_card", "card_bindings", ["card_id"]).await?;
        if manager.has_index("card_bindings", "card_bindings_card").await? {
            manager.drop_index(Index::drop().name("card_bindings_card").table("card_bindings").to_owned()).await?;
        }
        if manager.has_table("site_revisions").await? {
            manager.drop_table(Table::drop().table("site_revisions").to_owned()).await?;
        }
        Ok(())
    }
}
