//! A server that is told to stop finishes what it has begun.

use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::json;
use store::on_every_database;
use tests::{Cache, PASSWORD, Person, Process};

on_every_database! {
    async fn a_code_that_is_being_sent_at_sigterm_arrives_once(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let folder = tempfile::TempDir::new().unwrap();
        let process = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let person = Person::stranger(&process.base);
        let (phone, agreements) = ("13800005555", person.agreements().await);
        // the vendor delivers at once and answers two seconds late
        let slow = json!({ "target": "sms", "vendor": "aliyun", "fault": { "slow": 2000 }, "times": 1 });
        person.post("/_sim/faults", slow).await.expect(204);
        let (challenge, code) = person.code("register", phone, phone).await;
        let rows = Database::connect(&db.url).await.unwrap();
        let messages = async || {
            let sql = "SELECT state, attempts FROM outbox WHERE topic = 'code.issued'";
            let found = rows.query_all_raw(Statement::from_string(rows.get_database_backend(), sql)).await.unwrap();
            let row = |row: &sea_orm::QueryResult| {
                (row.try_get_by_index::<i16>(0).unwrap(), row.try_get_by_index::<i32>(1).unwrap())
            };
            found.iter().map(row).collect::<Vec<_>>()
        };
        assert_eq!(messages().await, [(SENDING, 1)], "the vendor has not answered yet");

        assert!(process.terminate().await.success());
        assert_eq!(messages().await, [(DONE, 1)], "what was under way was finished and written down");

        let next = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let person = Person::stranger(&next.base);
        let new = json!({
            "phone": phone, "challengeId": challenge, "code": code, "password": PASSWORD, "device": "测试手机",
            "agreements": agreements,
        });
        person.post("/v1/auth/register", new).await.expect(201);
        let ready = person.get("/readyz").await;
        assert_eq!(ready.body["workers"]["outbox"], "ok", "{:?}", ready.body);
        assert_eq!(person.received(phone).await, 0, "the next server sends nothing again");
    }
}

const SENDING: i16 = 1;
const DONE: i16 = 2;
