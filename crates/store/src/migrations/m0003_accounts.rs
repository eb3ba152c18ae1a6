use std::collections::HashSet;

use kernel::{AccountNumber, macros::uuid::Uuid};
use sea_orm_migration::{
    MigrationTrait,
    prelude::{ConnectionTrait, DbErr, DeriveMigrationName, Expr, ExprTrait, Query, SchemaManager},
    schema::{
        big_integer, big_integer_null, small_integer, small_integer_null, string_len, string_len_null, uuid,
        var_binary, var_binary_null,
    },
};

use super::helpers::{add, add_index, add_unique, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// As the first migration.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_accounts = [
            string_len_null("number", 8),
            var_binary_null("phone_index", 16),
            var_binary_null("phone_sealed", 128),
            var_binary_null("email_index", 16),
            var_binary_null("email_sealed", 512),
            string_len_null("password_hash", 190),
            big_integer_null("erase_at"),
        ];
        add(manager, "accounts", of_accounts).await?;
        number_accounts(manager).await?;
        for (name, column) in
            [("accounts_number", "number"), ("accounts_phone", "phone_index"), ("accounts_email", "email_index")]
        {
            add_unique(manager, name, "accounts", [column]).await?;
        }
        let erasure = "accounts_erasure";
        add_index(manager, erasure, "accounts", ["erase_at"]).await?;
        let of_sessions = [
            small_integer_null("method"),
            string_len_null("device", 64),
            string_len_null("app_id", 64),
            var_binary_null("openid_index", 16),
        ];
        add(manager, "sessions", of_sessions).await?;
        let age = "sessions_age";
        add_index(manager, age, "sessions", ["expires_at"]).await?;
        let mut consents = table(
            manager,
            "consents",
            [
                uuid("account_id"),
                uuid("id"),
                small_integer("purpose"),
                string_len("text_version", 32),
                var_binary("text_hash", 32),
                var_binary_null("address_sealed", 128),
                string_len_null("device", 64),
                big_integer("given_at"),
                big_integer_null("withdrawn_at"),
            ],
        );
        let consents = consents.primary_key(&mut key(["account_id", "id"])).if_not_exists();
        manager.create_table(consents.to_owned()).await?;
        let mut roles = table(
            manager,
            "roles",
            [uuid("account_id"), uuid("site_id"), small_integer("role"), uuid("granted_by"), big_integer("granted_at")],
        );
        let roles = roles.primary_key(&mut key(["account_id", "site_id", "role"])).if_not_exists();
        manager.create_table(roles.to_owned()).await?;
        let site = "roles_site";
        add_index(manager, site, "roles", ["site_id", "account_id"]).await
    }
}

/// Gives a number to every account that was made before accounts had one.
async fn number_accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut given = HashSet::new();
    let unnumbered = Query::select().column("id").from("accounts").and_where(Expr::col("number").is_null()).to_owned();
    for row in db.query_all(&unnumbered).await? {
        let id: Uuid = row.try_get("", "id")?;
        let mut number = AccountNumber::draw();
        while !given.insert(number.clone()) {
            number = AccountNumber::draw();
        }
        let mut update = Query::update();
        update.table("accounts").value("number", number.as_str()).and_where(Expr::col("id").eq(id));
        db.execute(&update).await?;
    }
    Ok(())
}
