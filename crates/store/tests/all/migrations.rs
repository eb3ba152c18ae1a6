use kernel::macros::uuid::Uuid;
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, ExprTrait,
    sea_query::{Alias, Expr, Query, SimpleExpr},
};
use sea_orm_migration::MigratorTrait;
use store::{migrations::Migrator, on_every_database, testing::Backend};

use crate::some_id;

/// A database beside that one, without tables.
async fn blank(url: &str, backend: Backend) -> DatabaseConnection {
    if backend == Backend::Sqlite {
        return Database::connect(format!("{}.blank?mode=rwc", url)).await.unwrap();
    }
    let (server, name) = url.rsplit_once('/').unwrap();
    let admin = Database::connect(url).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}_blank")).await.unwrap();
    Database::connect(format!("{server}/{name}_blank")).await.unwrap()
}

async fn insert<const N: usize>(db: &DatabaseConnection, table: &str, row: [(&str, SimpleExpr); N]) {
    let mut insert = Query::insert();
    insert
        .into_table(Alias::new(table.to_owned()))
        .columns(row.iter().map(|(column, _)| Alias::new((*column).to_owned())));
    insert.values_panic(row.map(|(_, value)| value));
    db.execute(&insert).await.unwrap();
}

async fn documents(db: &DatabaseConnection) -> Vec<(Uuid, serde_json::Value)> {
    let select = Query::select().columns(["site_id", "document"]).from("site_access").to_owned();
    let rows = db.query_all(&select).await.unwrap();
    let read = |row: &sea_orm::QueryResult| {
        let document: String = row.try_get("", "document").unwrap();
        (row.try_get("", "site_id").unwrap(), serde_json::from_str(&document).unwrap())
    };
    rows.iter().map(read).collect()
}

on_every_database! {
    async fn policies_and_locked_doors_become_the_documents_of_their_sites(database) {
        let db = blank(&database.url, database.backend).await;
        Migrator::up(&db, Some(3)).await.unwrap();
        let (site, other, door, policy) = (some_id(), some_id(), some_id(), some_id());
        for (id, name) in [(site, "测试Z停车场"), (other, "麓谷科技园")] {
            insert(&db, "sites", [
                ("id", id.into()), ("name", name.into()), ("sort_key", "x".into()), ("state", 1_i16.into()),
                ("key_version", 1.into()), ("cache_loss", 0_i16.into()), ("created_at", 0_i64.into()),
            ]).await;
        }
        insert(&db, "doors", [
            ("site_id", site.into()), ("id", door.into()), ("name", "大门".into()), ("zone", 0_i16.into()),
            ("driver", 1_i16.into()), ("pulse_ms", 3000.into()), ("methods", 3.into()), ("locked_down", true.into()),
        ]).await;
        insert(&db, "access_policies", [
            ("site_id", site.into()), ("id", policy.into()), ("card_kind", 3_i16.into()), ("door_id", door.into()),
        ]).await;
        insert(&db, "access_policies", [("site_id", other.into()), ("id", some_id().into())]).await;
        Migrator::up(&db, None).await.unwrap();
        let made = documents(&db).await;
        let of = |id| made.iter().find(|(of, _)| *of == id).map(|(_, document)| document).unwrap();
        let rule = &of(site)["rules"][0];
        assert_eq!((&rule["subject"]["kind"], &rule["doors"]["doorId"]), (&"access".into(), &door.to_string().into()));
        assert_eq!((&rule["id"], rule["schedule"].as_array().unwrap().len()), (&policy.to_string().into(), 7));
        assert_eq!(of(site)["modes"][door.to_string()]["mode"], "lockdown");
        assert_eq!(of(other)["rules"][0]["subject"]["who"], "any");
        // where a product cannot undo a change of tables, a migration that was cut short is begun again
        let forget = Query::delete()
            .from_table("seaql_migrations")
            .and_where(Expr::col("version").eq("m0004_sites_and_cards"))
            .to_owned();
        db.execute(&forget).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(documents(&db).await, made);
        db.close().await.unwrap();
    }
}
