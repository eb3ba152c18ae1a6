use std::collections::BTreeMap;

use kernel::macros::uuid::Uuid;
use sea_orm_migration::{
    MigrationTrait,
    prelude::{ConnectionTrait, DbErr, DeriveMigrationName, Expr, ExprTrait, Index, Query, SchemaManager, Table},
    schema::{
        big_integer, big_integer_null, boolean, double_null, integer, integer_null, small_integer, small_integer_null,
        string_len, string_len_null, text, text_null, uuid, uuid_null, var_binary, var_binary_null,
    },
};
use serde_json::json;

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
