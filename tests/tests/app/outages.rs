//! What we depend on goes away: say so, lose nothing, come back alone.

use std::process::Stdio;

use serde_json::json;
use store::{on_every_database, testing::Backend};
use tests::{Cache, Person, Process, Proxy, Reader, TestApp, until};

on_every_database! {
    async fn a_database_lost_while_running_is_said_and_comes_back(db) {
        if db.backend == Backend::Sqlite {
            return; // a file does not go away by itself
        }
        let proxy = Proxy::before_url(&db.url).await;
        let through = proxy.instead_of(&db.url);
        let app = TestApp::with(db, &Cache::Own, std::sync::Arc::new(kernel::SystemClock), |settings| {
            settings.database.url = through.into();
            settings.database.connection_wait_ms = 1000;
        }).await;
        let person = Person::new(&app.base).await;
        let card = person.cards().await[0].clone();
        let bound = person.bind(&card).await;
        let reader = Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
        assert_eq!(reader.show(&bound.code(0)).await, "ok");
        proxy.cut();
        let answer = person.get("/v1/me").await;
        assert_eq!((answer.status, answer.code()), (503, "database-unavailable"));
        assert!(answer.retry_after.is_some());
        let answer = reader.send(&reader.scan(&bound.code(1))).await;
        assert_eq!(answer.status, 503, "what cannot be written down opens nothing: {:?}", answer.body);
        assert!(answer.retry_after.is_some());
        let ready = async || app.http.get(format!("{}/readyz", app.base)).send().await.unwrap().status().as_u16();
        until("the loss is noticed", async || ready().await == 503).await;
        proxy.heal();
        until("it is ready again", async || ready().await == 200).await;
        person.get("/v1/me").await.expect(200);
        until("doors open again", async || {
            let answer = reader.send(&reader.scan(&bound.code(2))).await;
            answer.status == 200 && ["ok", "replayed"].contains(&answer.body["reason"].as_str().unwrap())
        }).await;
        app.stop().await;
    }

    async fn without_redis_the_server_starts_and_doors_open(db) {
        let nobody = format!("redis://{}", Process::free_listen());
        let app = TestApp::over(db, &Cache::Redis(nobody)).await;
        let ready = app.http.get(format!("{}/readyz", app.base)).send().await.unwrap();
        assert_eq!(ready.status().as_u16(), 200);
        assert_eq!(ready.json::<serde_json::Value>().await.unwrap()["redis"], json!("degraded"));
        let person = Person::new(&app.base).await;
        let card = person.cards().await[0].clone();
        let bound = person.bind(&card).await;
        let reader = Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
        let code = bound.code(0);
        assert_eq!(reader.show(&code).await, "ok");
        assert_eq!(reader.show(&code).await, "replayed");
        let direct = sea_orm::Database::connect(&db.url).await.unwrap();
        let sql = "SELECT COUNT(*) FROM access_events WHERE reason = 0 AND flags = 1";
        let statement = sea_orm::Statement::from_string(sea_orm::ConnectionTrait::get_database_backend(&direct), sql);
        let row = sea_orm::ConnectionTrait::query_one_raw(&direct, statement).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1, "the event says that Redis was away");
        app.stop().await;
    }
}

#[tokio::test]
async fn a_database_missing_at_start_is_said_with_exit_69() {
    let folder = tempfile::TempDir::new().unwrap();
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://kaimen:secret-word@{}/kaimen", Process::free_listen());
        let output = Process::command(crate::BINARY, "127.0.0.1:0", &url, &Cache::Own, folder.path())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(69), "{said}");
        assert!(said.contains("数据库连不上"), "{said}");
        assert!(!said.contains("secret-word"), "{said}");
    }
}

#[tokio::test]
async fn settings_that_make_no_sense_are_said_with_exit_78() {
    let folder = tempfile::TempDir::new().unwrap();
    let output = Process::command(crate::BINARY, "0.0.0.0:0", "", &Cache::Own, folder.path())
        .env("KAIMEN__SIMULATORS__ENABLED", "true")
        .env("KAIMEN__SERVER__LISTEN", "0.0.0.0:0")
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(78), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_setting_that_there_is_not_is_said_with_exit_78() {
    let folder = tempfile::TempDir::new().unwrap();
    let output = Process::command(crate::BINARY, "127.0.0.1:0", "", &Cache::Own, folder.path())
        .env("KAIMEN__WECHAT__APP_SECRT", "secret-word")
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{said}");
    assert!(said.contains("no setting KAIMEN__WECHAT__APP_SECRT; the nearest is KAIMEN__WECHAT__APP_SECRET"), "{said}");
    assert!(!said.contains("secret-word"), "{said}");
}
