use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager},
    schema::{big_integer, string_len, uuid, var_binary},
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
        let columns =
            [string_len("source", 96), var_binary("message_key", 32), uuid("delivery"), big_integer("received_at")];
        let mut inbox = table(manager, "inbox_messages", columns);
        manager.create_table(inbox.primary_key(&mut key(["source", "message_key"])).to_owned()).await?;
        let age = "inbox_messages_age";
        add_index(manager, age, "inbox_messages", ["received_at"]).await
    }
}
