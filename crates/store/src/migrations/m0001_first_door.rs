use sea_orm_migration::{
    MigrationTrait,
    prelude::{DbErr, DeriveMigrationName, SchemaManager},
    schema::{
        big_integer, big_integer_null, boolean, integer, small_integer, string_len, string_len_null, text, uuid,
        uuid_null, var_binary, var_binary_null,
    },
};

use super::helpers::{add_index, add_unique, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Whole or not at all, where the product can do that; on MySQL every step is one that may be done again.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        shared(manager).await?;
        accounts(manager).await?;
        sites(manager).await?;
        cards(manager).await?;
        doors(manager).await
    }
}

async fn shared(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut data_keys = table(
        manager,
        "data_keys",
        [uuid("site_id"), integer("version"), var_binary("wrapped", 128), big_integer("created_at")],
    );
    manager.create_table(data_keys.primary_key(&mut key(["site_id", "version"])).to_owned()).await?;
    let mut outbox = table(
        manager,
        "outbox",
        [
            uuid("site_id"),
            uuid("id"),
            string_len("topic", 64),
            string_len("fact", 190),
            text("payload"),
            small_integer("state"),
            integer("attempts"),
            big_integer("next_at"),
            big_integer("lease_until"),
            string_len("last_code", 64),
            big_integer("created_at"),
            big_integer("expires_at"),
        ],
    );
    manager.create_table(outbox.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
    add_unique(manager, "outbox_fact", "outbox", ["site_id", "fact"]).await?;
    add_index(manager, "outbox_due", "outbox", ["state", "next_at"]).await?;
    let mut idempotency = table(
        manager,
        "idempotency",
        [
            uuid("account_id"),
            string_len("route", 48),
            string_len("idem_key", 64),
            uuid("holder"),
            var_binary("body_hash", 32),
            var_binary_null("answer", 8192),
            big_integer("created_at"),
        ],
    );
    manager.create_table(idempotency.primary_key(&mut key(["account_id", "route", "idem_key"])).to_owned()).await?;
    add_index(manager, "idempotency_age", "idempotency", ["created_at"]).await?;
    let mut audit = table(
        manager,
        "audit_entries",
        [
            uuid("site_id"),
            uuid("id"),
            big_integer("at"),
            string_len("actor", 64),
            string_len("action", 64),
            string_len("object", 190),
        ],
    );
    manager.create_table(audit.primary_key(&mut key(["site_id", "id"])).to_owned()).await
}

async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut accounts = table(
        manager,
        "accounts",
        [uuid("id"), small_integer("state"), integer("version"), big_integer("created_at"), big_integer("updated_at")],
    );
    manager.create_table(accounts.primary_key(&mut key(["id"])).to_owned()).await?;
    let mut identities = table(
        manager,
        "wechat_identities",
        [
            string_len("app_id", 64),
            var_binary("openid_index", 16),
            var_binary("openid_sealed", 256),
            uuid("account_id"),
            big_integer("created_at"),
        ],
    );
    manager.create_table(identities.primary_key(&mut key(["app_id", "openid_index"])).to_owned()).await?;
    add_index(manager, "wechat_identities_account", "wechat_identities", ["account_id"]).await?;
    let mut sessions = table(
        manager,
        "sessions",
        [
            uuid("id"),
            uuid("account_id"),
            integer("generation"),
            var_binary("secret_hash", 32),
            big_integer("created_at"),
            big_integer("seen_at"),
            big_integer("expires_at"),
            big_integer_null("revoked_at"),
        ],
    );
    manager.create_table(sessions.primary_key(&mut key(["id"])).to_owned()).await?;
    add_index(manager, "sessions_account", "sessions", ["account_id"]).await?;
    let mut challenges = table(
        manager,
        "sms_challenges",
        [
            uuid("id"),
            uuid("account_id"),
            small_integer("purpose"),
            uuid("subject"),
            var_binary("code_hash", 32),
            integer("tries"),
            small_integer("state"),
            big_integer("created_at"),
            big_integer("expires_at"),
        ],
    );
    manager.create_table(challenges.primary_key(&mut key(["id"])).to_owned()).await?;
    add_index(manager, "sms_challenges_age", "sms_challenges", ["expires_at"]).await?;
    let mut notices = table(
        manager,
        "notices",
        [
            uuid("account_id"),
            uuid("id"),
            string_len("topic", 64),
            uuid("site_id"),
            string_len("title", 64),
            string_len("body", 200),
            big_integer("created_at"),
            big_integer_null("read_at"),
        ],
    );
    manager.create_table(notices.primary_key(&mut key(["account_id", "id"])).to_owned()).await
}

async fn sites(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut sites = table(
        manager,
        "sites",
        [
            uuid("id"),
            string_len("name", 64),
            string_len("sort_key", 190),
            string_len_null("address", 200),
            small_integer("state"),
            integer("key_version"),
            small_integer("cache_loss"),
            big_integer("created_at"),
        ],
    );
    manager.create_table(sites.primary_key(&mut key(["id"])).to_owned()).await?;
    add_index(manager, "sites_order", "sites", ["sort_key", "id"]).await?;
    let mut choices = table(manager, "site_choices", [uuid("account_id"), uuid("site_id"), big_integer("chosen_at")]);
    manager.create_table(choices.primary_key(&mut key(["account_id", "site_id"])).to_owned()).await?;
    let mut revisions =
        table(manager, "site_revisions", [uuid("site_id"), big_integer("revision"), big_integer("changed_at")]);
    manager.create_table(revisions.primary_key(&mut key(["site_id"])).to_owned()).await?;
    add_index(manager, "site_revisions_age", "site_revisions", ["changed_at"]).await?;
    let mut doors = table(
        manager,
        "doors",
        [
            uuid("site_id"),
            uuid("id"),
            string_len("name", 64),
            small_integer("zone"),
            small_integer("driver"),
            integer("pulse_ms"),
            integer("methods"),
            boolean("locked_down"),
        ],
    );
    manager.create_table(doors.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
    let mut policies = table(
        manager,
        "access_policies",
        [uuid("site_id"), uuid("id"), small_integer("card_kind").null().to_owned(), uuid_null("door_id")],
    );
    manager.create_table(policies.primary_key(&mut key(["site_id", "id"])).to_owned()).await
}

async fn cards(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut issued = table(
        manager,
        "issued_cards",
        [
            uuid("site_id"),
            uuid("id"),
            small_integer("kind"),
            string_len("number", 32),
            var_binary("holder_sealed", 512),
            var_binary("phone_sealed", 128),
            var_binary("phone_index", 16),
            small_integer("state"),
            big_integer_null("valid_until"),
            big_integer("updated_at"),
        ],
    );
    manager.create_table(issued.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
    add_unique(manager, "issued_cards_number", "issued_cards", ["site_id", "kind", "number"]).await?;
    let mut bindings = table(
        manager,
        "card_bindings",
        [
            uuid("site_id"),
            uuid("id"),
            uuid("account_id"),
            uuid_null("card_id"),
            uuid_null("held_card"),
            small_integer("kind"),
            string_len("number", 32),
            small_integer("state"),
            var_binary("handle", 8),
            uuid("challenge_id"),
            integer("version"),
            big_integer("created_at"),
            big_integer("updated_at"),
        ],
    );
    manager.create_table(bindings.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
    add_unique(manager, "card_bindings_held", "card_bindings", ["site_id", "held_card"]).await?;
    add_unique(manager, "card_bindings_handle", "card_bindings", ["site_id", "handle"]).await?;
    add_index(manager, "card_bindings_by_handle", "card_bindings", ["handle"]).await?;
    add_index(manager, "card_bindings_account", "card_bindings", ["account_id", "id"]).await
}

async fn doors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut devices = table(
        manager,
        "devices",
        [
            uuid("site_id"),
            uuid("id"),
            string_len("serial", 64),
            string_len("model", 64),
            string_len("firmware", 64),
            var_binary("key_sealed", 128),
            small_integer("state"),
            big_integer("created_at"),
        ],
    );
    manager.create_table(devices.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
    add_unique(manager, "devices_serial", "devices", ["site_id", "serial"]).await?;
    add_index(manager, "devices_id", "devices", ["id"]).await?;
    let mut device_doors =
        table(manager, "device_doors", [uuid("site_id"), uuid("device_id"), small_integer("number"), uuid("door_id")]);
    let device_doors = device_doors.primary_key(&mut key(["site_id", "device_id", "number"]));
    manager.create_table(device_doors.to_owned()).await?;
    let mut claims = table(
        manager,
        "device_claims",
        [
            uuid("site_id"),
            uuid("id"),
            var_binary("claim_hash", 32),
            text("door_ids"),
            big_integer("expires_at"),
            uuid_null("device_id"),
        ],
    );
    manager.create_table(claims.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
    add_index(manager, "device_claims_hash", "device_claims", ["claim_hash"]).await?;
    let mut used = table(
        manager,
        "used_codes",
        [uuid("site_id"), var_binary("tag", 16), uuid("scan_id"), uuid("attempt"), big_integer("used_at")],
    );
    manager.create_table(used.primary_key(&mut key(["site_id", "tag"])).to_owned()).await?;
    add_index(manager, "used_codes_age", "used_codes", ["used_at"]).await?;
    let mut events = table(
        manager,
        "access_events",
        [
            uuid("site_id"),
            uuid("device_id"),
            uuid("boot_id"),
            big_integer("seq"),
            big_integer("at"),
            uuid("id"),
            uuid("door_id"),
            uuid_null("binding_id"),
            small_integer("method"),
            small_integer("reason"),
            small_integer("flags"),
            uuid_null("command_id"),
            big_integer("received_at"),
        ],
    );
    let events = events.primary_key(&mut key(["site_id", "device_id", "boot_id", "seq", "at"]));
    manager.create_table(events.to_owned()).await?;
    add_index(manager, "access_events_binding", "access_events", ["site_id", "binding_id", "at"]).await?;
    let mut commands = table(
        manager,
        "unlock_commands",
        [
            uuid("site_id"),
            uuid("id"),
            uuid("door_id"),
            integer("pulse_ms"),
            big_integer("not_after"),
            small_integer("state"),
            big_integer("created_at"),
            big_integer("updated_at"),
        ],
    );
    manager.create_table(commands.primary_key(&mut key(["site_id", "id"])).to_owned()).await
}
