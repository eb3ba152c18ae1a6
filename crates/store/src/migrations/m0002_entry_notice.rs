use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager},
    schema::string_len_null,
};

use super::helpers::add;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// As the first migration.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "sites", [string_len_null("entry_notice", 500)]).await
    }
}
