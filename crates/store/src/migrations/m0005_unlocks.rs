use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager},
    schema::{double_null, integer_null, text_null, uuid_null},
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
        let of_doors =
            [double_null("lng"), double_null("lat"), integer_null("beacon_major"), integer_null("beacon_minor")];
        add(manager, "doors", of_doors).await?;
        add(manager, "sites", [uuid_null("beacon_uuid")]).await?;
        let of_orders = [uuid_null("binding_id"), text_null("evidence")];
        add(manager, "unlock_commands", of_orders).await
    }
}
