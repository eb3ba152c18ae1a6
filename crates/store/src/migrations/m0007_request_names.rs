use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager},
    schema::{big_integer, uuid, var_binary},
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
        let mut names = table(
            manager,
            "request_names",
            [
                uuid("site_id"),
                uuid("name"),
                var_binary("question", 32),
                uuid("event_id"),
                uuid("boot_id"),
                big_integer("seq"),
                big_integer("at"),
                big_integer("used_at"),
            ],
        );
        manager.create_table(names.primary_key(&mut key(["site_id", "name"])).to_owned()).await?;
        let age = "request_names_age";
        add_index(manager, age, "request_names", ["used_at"]).await
    }
}
