use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager},
    schema::{big_integer, boolean, integer, string_len_null, uuid, var_binary},
};

use super::helpers::{add_unique, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// As the first migration.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut hosts = table(
            manager,
            "hosts",
            [
                uuid("site_id"),
                uuid("id"),
                var_binary("phone_sealed", 128),
                var_binary("phone_index", 16),
                var_binary("name_sealed", 512),
                var_binary("name_index", 16),
                string_len_null("department", 64),
                boolean("may_approve"),
                boolean("active"),
                integer("version"),
                big_integer("created_at"),
                big_integer("updated_at"),
            ],
        );
        manager.create_table(hosts.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
        let phone = "hosts_phone";
        add_unique(manager, phone, "hosts", ["site_id", "phone_index"]).await
    }
}
