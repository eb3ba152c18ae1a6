//! The tables: one chain of migrations for three databases. Times are `BIGINT` milliseconds; what belongs to a site
//! has keys that begin with `site_id`; there are no foreign keys across accounts and sites.

use std::collections::{BTreeMap, HashSet};

use kernel::{AccountNumber, Result, macros::uuid::Uuid};
use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::{
        ColumnDef, ConnectionTrait, DbErr, Expr, ExprTrait, Index, IndexCreateStatement, MigrationName, Query,
        SchemaManager, Table, TableCreateStatement,
    },
    schema::{
        big_integer, big_integer_null, boolean, double_null, integer, integer_null, small_integer, small_integer_null,
        string_len, string_len_null, text, text_null, uuid, uuid_null, var_binary, var_binary_null,
    },
    sea_orm::DbBackend,
};
use serde_json::json;

use crate::Db;

/// The chain.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(M0001),
            Box::new(M0002),
            Box::new(M0003),
            Box::new(M0004),
            Box::new(M0005),
            Box::new(M0006),
            Box::new(M0007),
            Box::new(M0008),
        ]
    }
}

impl Db {
    /// Brings the tables up to date.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn migrate(url: &str) -> Result<()> {
        let role = if url.starts_with("sqlite:") { crate::connect::Role::Writer } else { crate::connect::Role::Server };
        let connection = crate::connect::pool(url, role).await?;
        Migrator::up(&connection, None).await?;
        Ok(connection.close().await?)
    }
}

/// A new table. On SQLite its rows lie in the order of their key, which saves a second tree. On MySQL it says its character set, lest a server whose default is latin1 refuse every Chinese name,
/// and compares bytes, as the others do.
fn table<const N: usize>(manager: &SchemaManager, name: &'static str, columns: [ColumnDef; N]) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    match manager.get_database_backend() {
        DbBackend::MySql => _ = table.character_set("utf8mb4").collate("utf8mb4_bin"),
        DbBackend::Sqlite => _ = table.extra("WITHOUT ROWID"),
        _ => {}
    }
    for mut column in columns {
        table.col(&mut column);
    }
    table
}

fn index<const N: usize>(name: &'static str, on: &'static str, columns: [&'static str; N]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(on);
    for column in columns {
        index.col(column);
    }
    index
}

fn key<const N: usize>(columns: [&'static str; N]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(column);
    }
    index
}

struct M0001;

impl MigrationName for M0001 {
    fn name(&self) -> &str {
        "m0001_first_door"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0001 {
    /// Whole or not at all, where the product can do that; on MySQL every step is one that may be done again.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        app(manager).await?;
        accounts(manager).await?;
        sites(manager).await?;
        cards(manager).await?;
        doors(manager).await
    }
}

struct M0002;

impl MigrationName for M0002 {
    fn name(&self) -> &str {
        "m0002_entry_notice"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0002 {
    /// As [`M0001`].
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "sites", [string_len_null("entry_notice", 500)]).await
    }
}

struct M0003;

impl MigrationName for M0003 {
    fn name(&self) -> &str {
        "m0003_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0003 {
    /// As [`M0001`].
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

struct M0004;

impl MigrationName for M0004 {
    fn name(&self) -> &str {
        "m0004_sites_and_cards"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0004 {
    /// As [`M0001`].
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_sites = [
            double_null("lng"),
            double_null("lat"),
            string_len_null("zone", 64),
            boolean("hidden").default(false).to_owned(),
            small_integer_null("card_format"),
            small_integer_null("household_limit"),
            string_len_null("branch_no", 32),
            text_null("visiting_hours"),
        ];
        add(manager, "sites", of_sites).await?;
        if manager.has_column("sites", "sort_key").await? {
            if manager.has_index("sites", "sites_order").await? {
                manager.drop_index(Index::drop().name("sites_order").table("sites").to_owned()).await?;
            }
            manager.alter_table(Table::alter().table("sites").drop_column("sort_key").to_owned()).await?;
        }
        let mut access = table(
            manager,
            "site_access",
            [uuid("site_id"), integer("version"), text("document"), big_integer("updated_at")],
        );
        manager.create_table(access.primary_key(&mut key(["site_id"])).to_owned()).await?;
        if manager.has_table("access_policies").await? {
            access_documents(manager).await?;
            manager.drop_table(Table::drop().table("access_policies").to_owned()).await?;
        }
        if manager.has_column("doors", "locked_down").await? {
            manager.alter_table(Table::alter().table("doors").drop_column("locked_down").to_owned()).await?;
        }
        add(manager, "doors", [string_len_null("controller_no", 32), string_len_null("door_no", 32)]).await?;
        issued_cards(manager).await?;
        add(manager, "card_bindings", [var_binary_null("proved_phone", 16)]).await?;
        // what was bound until now was bound with the phone on file, which could not change
        let on_file = Query::select()
            .column("phone_index")
            .from("issued_cards")
            .and_where(Expr::col(("issued_cards", "site_id")).equals(("card_bindings", "site_id")))
            .and_where(Expr::col(("issued_cards", "id")).equals(("card_bindings", "card_id")))
            .to_owned();
        let mut proved = Query::update();
        proved.table("card_bindings").value("proved_phone", Expr::SubQuery(None, Box::new(on_file.into())));
        proved.and_where(Expr::col("proved_phone").is_null()).and_where(Expr::col("card_id").is_not_null());
        manager.get_connection().execute(&proved).await?;
        let card = "card_bindings_card";
        add_index(manager, card, "card_bindings", ["site_id", "card_id"]).await?;
        jobs(manager).await
    }
}

struct M0005;

impl MigrationName for M0005 {
    fn name(&self) -> &str {
        "m0005_unlocks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0005 {
    /// As [`M0001`].
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

struct M0006;

impl MigrationName for M0006 {
    fn name(&self) -> &str {
        "m0006_hosts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0006 {
    /// As [`M0001`].
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

struct M0007;

impl MigrationName for M0007 {
    fn name(&self) -> &str {
        "m0007_request_names"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0007 {
    /// As [`M0001`].
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

struct M0008;

impl MigrationName for M0008 {
    fn name(&self) -> &str {
        "m0008_inbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M0008 {
    /// As [`M0001`].
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

async fn issued_cards(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let of_cards = [
        string_len_null("printed", 32),
        big_integer_null("raw_value"),
        small_integer_null("raw_width"),
        integer_null("raw_middle"),
        boolean("shared").default(false).to_owned(),
        var_binary_null("holder_index", 16),
        var_binary_null("plates_sealed", 512),
        var_binary_null("plates_index", 16),
        big_integer_null("balance"),
        string_len_null("holder_groups", 400),
        uuid_null("replaced_by"),
        small_integer("source").default(0).to_owned(),
        big_integer_null("confirmed_at"),
    ];
    add(manager, "issued_cards", of_cards).await?;
    // not by site and kind first: PostgreSQL, while it knows nothing of the table, would take it for looking up a number
    let raw = "issued_cards_raw";
    add_index(manager, raw, "issued_cards", ["raw_middle", "site_id"]).await
}

async fn jobs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut imports = table(
        manager,
        "imports",
        [
            uuid("site_id"),
            uuid("id"),
            uuid("account_id"),
            small_integer("subject"),
            small_integer("state"),
            string_len("file_name", 190),
            var_binary("file_hash", 32),
            var_binary_null("basis_hash", 32),
            big_integer("rows_seen"),
            big_integer("rows_done"),
            big_integer("cards_new"),
            big_integer("cards_changed"),
            big_integer("cards_same"),
            text("outcome"),
            uuid_null("applies_to"),
            integer("attempts"),
            uuid_null("lease_holder"),
            big_integer("lease_until"),
            big_integer("created_at"),
            big_integer("updated_at"),
        ],
    );
    manager.create_table(imports.primary_key(&mut key(["site_id", "id"])).to_owned()).await?;
    // one import of a site is applied at a time
    let one = "imports_applied";
    add_unique(manager, one, "imports", ["applies_to"]).await?;
    let state = "imports_state";
    add_index(manager, state, "imports", ["state", "lease_until"]).await?;
    let mut reconciliations = table(
        manager,
        "reconciliations",
        [
            uuid("site_id"),
            uuid("id"),
            small_integer("state"),
            big_integer("cards_seen"),
            big_integer("cards_new"),
            big_integer("cards_changed"),
            big_integer("cards_vanished"),
            string_len("last_code", 64),
            big_integer("started_at"),
            big_integer_null("ended_at"),
        ],
    );
    manager.create_table(reconciliations.primary_key(&mut key(["site_id", "id"])).to_owned()).await
}

/// What policies and locked doors said, as the document of each site.
async fn access_documents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut documents: BTreeMap<Uuid, (Vec<serde_json::Value>, BTreeMap<String, serde_json::Value>)> = BTreeMap::new();
    let policies =
        Query::select().columns(["site_id", "id", "card_kind", "door_id"]).from("access_policies").to_owned();
    for row in db.query_all(&policies).await? {
        let (site, id): (Uuid, Uuid) = (row.try_get("", "site_id")?, row.try_get("", "id")?);
        let (kind, door): (Option<i16>, Option<Uuid>) = (row.try_get("", "card_kind")?, row.try_get("", "door_id")?);
        let subject = match kind {
            Some(1) => json!({ "who": "kind", "kind": "member" }),
            Some(2) => json!({ "who": "kind", "kind": "stored_value" }),
            Some(3) => json!({ "who": "kind", "kind": "access" }),
            _ => json!({ "who": "any" }),
        };
        let doors = door.map_or(json!({ "which": "all" }), |door| json!({ "which": "door", "doorId": door }));
        let all_day = |weekday: i32| json!({ "weekday": weekday, "from": "00:00", "to": "24:00" });
        let schedule: Vec<_> = (1..=7).map(all_day).collect();
        let so_far = documents.get(&site).map_or(0, |(rules, _)| rules.len());
        let name = if so_far == 0 { "通行".to_owned() } else { format!("通行{}", so_far + 1) };
        let methods = ["qr", "shake"];
        let rule = json!({
            "id": id, "name": name, "subject": subject, "doors": doors, "schedule": schedule, "methods": methods,
        });
        documents.entry(site).or_default().0.push(rule);
    }
    let locked = Query::select()
        .columns(["site_id", "id"])
        .from("doors")
        .and_where(Expr::col("locked_down").eq(true))
        .to_owned();
    for row in db.query_all(&locked).await? {
        let (site, id): (Uuid, Uuid) = (row.try_get("", "site_id")?, row.try_get("", "id")?);
        documents.entry(site).or_default().1.insert(id.to_string(), json!({ "mode": "lockdown" }));
    }
    db.execute(Query::delete().from_table("site_access")).await?;
    for (site, (rules, modes)) in documents {
        let document = json!({ "rules": rules, "modes": modes }).to_string();
        let mut insert = Query::insert();
        insert.into_table("site_access").columns(["site_id", "version", "document", "updated_at"]);
        insert
            .values([site.into(), 1.into(), document.into(), 0_i64.into()])
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        db.execute(&insert).await?;
    }
    Ok(())
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

/// Adds columns to a table that may have rows, those that are missing; one statement each, for SQLite takes no more.
async fn add<const N: usize>(
    manager: &SchemaManager<'_>,
    to: &'static str,
    columns: [ColumnDef; N],
) -> Result<(), DbErr> {
    for mut column in columns {
        if !manager.has_column(to, column.get_column_name()).await? {
            manager.alter_table(Table::alter().table(to).add_column(&mut column).to_owned()).await?;
        }
    }
    Ok(())
}

async fn add_index<const N: usize>(
    manager: &SchemaManager<'_>,
    name: &'static str,
    on: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    if manager.has_index(on, name).await? { Ok(()) } else { manager.create_index(index(name, on, columns)).await }
}

async fn add_unique<const N: usize>(
    manager: &SchemaManager<'_>,
    name: &'static str,
    on: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    let unique = index(name, on, columns).unique().to_owned();
    if manager.has_index(on, name).await? { Ok(()) } else { manager.create_index(unique).await }
}

async fn app(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
