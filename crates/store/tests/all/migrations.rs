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

    async fn imports_there_were_are_of_cards_and_a_phone_is_one_host_of_a_site(database) {
        let db = blank(&database.url, database.backend).await;
        Migrator::up(&db, Some(5)).await.unwrap();
        insert(&db, "imports", [
            ("site_id", some_id().into()), ("id", some_id().into()), ("account_id", some_id().into()),
            ("subject", 1_i16.into()), ("state", 5_i16.into()), ("file_name", "会员卡.csv".into()),
            ("file_hash", vec![0_u8; 32].into()), ("rows_seen", 1_i64.into()), ("rows_done", 1_i64.into()),
            ("cards_new", 1_i64.into()), ("cards_changed", 0_i64.into()), ("cards_same", 0_i64.into()),
            ("outcome", "{}".into()), ("attempts", 0.into()), ("lease_until", 0_i64.into()),
            ("created_at", 0_i64.into()), ("updated_at", 0_i64.into()),
        ]).await;
        Migrator::up(&db, None).await.unwrap();
        let forget = Query::delete().from_table("seaql_migrations").and_where(Expr::col("version").eq("m0006_hosts")).to_owned();
        db.execute(&forget).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let cards = Query::select().column("subject").from("imports").to_owned();
        assert_eq!(db.query_one(&cards).await.unwrap().unwrap().try_get::<i16>("", "subject").unwrap(), 1);
        let host = |site: Uuid| -> [(&'static str, SimpleExpr); 12] {
            [
                ("site_id", site.into()), ("id", some_id().into()), ("phone_sealed", vec![1_u8; 39].into()),
                ("phone_index", vec![2_u8; 16].into()), ("name_sealed", vec![3_u8; 40].into()),
                ("name_index", vec![4_u8; 16].into()), ("department", "三栋1201".into()), ("may_approve", true.into()),
                ("active", true.into()), ("version", 1.into()), ("created_at", 0_i64.into()), ("updated_at", 0_i64.into()),
            ]
        };
        let site = some_id();
        for site in [site, some_id()] {
            insert(&db, "hosts", host(site)).await;
        }
        let mut again = Query::insert();
        let row = host(site);
        again.into_table("hosts").columns(row.iter().map(|(column, _)| Alias::new((*column).to_owned())));
        again.values_panic(row.map(|(_, value)| value));
        assert!(db.execute(&again).await.is_err());
        db.close().await.unwrap();
    }
}

on_every_database! {
    async fn sites_of_one_branch_are_left_to_people_and_no_branch_is_said_one_way(database) {
        let db = blank(&database.url, database.backend).await;
        Migrator::up(&db, Some(8)).await.unwrap();
        let sites = [some_id(), some_id(), some_id(), some_id()];
        for (id, branch) in sites.iter().zip(["7", "7", "", ""]) {
            insert(&db, "sites", [
                ("id", (*id).into()), ("name", "测试Z停车场".into()), ("state", 1_i16.into()), ("key_version", 1.into()),
                ("cache_loss", 0_i16.into()), ("created_at", 0_i64.into()), ("branch_no", branch.into()),
            ]).await;
        }
        let refused = Migrator::up(&db, None).await.unwrap_err().to_string();
        assert!(refused.contains("branch_no '7'"), "{refused}");
        let to = |id: Uuid, branch: &'static str| {
            Query::update().table("sites").value("branch_no", branch).and_where(Expr::col("id").eq(id)).to_owned()
        };
        db.execute(&to(sites[1], "8")).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let select = Query::select().columns(["branch_no", "settings_version"]).from("sites").to_owned();
        let rows = db.query_all(&select).await.unwrap();
        let mut branches: Vec<Option<String>> = rows.iter().map(|row| row.try_get("", "branch_no").unwrap()).collect();
        branches.sort_unstable();
        assert_eq!(branches, [None, None, Some("7".to_owned()), Some("8".to_owned())]);
        assert!(rows.iter().all(|row| row.try_get::<i32>("", "settings_version").unwrap() == 1));
        assert!(db.execute(&to(sites[1], "7")).await.is_err(), "it is taken");
        db.close().await.unwrap();
    }
}

/// SQLite undoes no change of tables of an earlier statement: a file that may not grow stops the chain anywhere.
#[tokio::test]
async fn migrations_of_sqlite_that_find_no_room_are_finished_by_the_next_start() {
    let folder = std::env::temp_dir().join(format!("kaimen-migrations-{}", some_id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut stopped = 0;
    for pages in (2..).step_by(4) {
        let url = format!("sqlite://{}", folder.join(format!("{pages}.db")).display());
        let mut options = sea_orm::ConnectOptions::new(format!("{url}?mode=rwc"));
        options.max_connections(1).min_connections(1);
        let db = Database::connect(options).await.unwrap();
        db.execute_unprepared(&format!("PRAGMA max_page_count = {pages}")).await.unwrap();
        let ended = Migrator::up(&db, None).await.is_ok();
        db.close().await.unwrap();
        store::Db::migrate(&url).await.unwrap_or_else(|fault| panic!("after {pages} pages: {fault}"));
        crate::write_number(&store::Db::connect(&url).await.unwrap(), some_id(), 1).await.unwrap();
        if ended {
            break;
        }
        stopped += 1;
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(stopped > 5, "it was stopped in between: {stopped}");
}
