//! kill −9 during a stream of bindings and scans: nothing acknowledged is lost, nothing doubled.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Bound, Cache, Person, Process, Reader, Scan, until};

const STREAMS: usize = 6;

struct Shown {
    reader: Reader,
    scan: Scan,
    acknowledged: Option<Value>,
}

async fn scan_on(reader: Reader, bound: Bound, stop: Arc<AtomicBool>, done: Arc<AtomicUsize>) -> Vec<Shown> {
    let mut shown = Vec::new();
    for n in 0..=255 {
        let scan = reader.scan(&bound.code(n));
        let answer = reader.try_send(&scan).await.filter(|answer| answer.status == 200);
        let lost = answer.is_none();
        shown.push(Shown { reader: reader.clone(), scan, acknowledged: answer.map(|answer| answer.body) });
        done.fetch_add(1, Ordering::Relaxed);
        if lost || stop.load(Ordering::Relaxed) {
            break;
        }
    }
    shown
}

/// Binds card after card; the ids of those that were acknowledged as bound.
async fn bind_on(person: Person, cards: Vec<Value>, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut bound = Vec::new();
    for card in cards {
        let body = json!({
            "siteId": card["siteId"], "kind": card["kind"], "number": card["number"], "phone": card["phone"],
        });
        let Some(binding) = person.try_post("/v1/card-bindings", &body).await.filter(|one| one.status == 201) else {
            break;
        };
        let id = binding.body["id"].as_str().unwrap().to_owned();
        let mut code = None;
        while code.is_none() && !stop.load(Ordering::Relaxed) {
            let Some(sent) = person.try_get(&format!("/_sim/sms?phone={}", card["phone"].as_str().unwrap())).await
            else {
                break;
            };
            code = sent.body["items"][0]["code"].as_str().map(str::to_owned);
        }
        let Some(code) = code else { break };
        let path = format!("/v1/card-bindings/{id}/confirm");
        match person.try_post(&path, &json!({ "code": code })).await {
            Some(answer) if answer.status == 200 => bound.push(id),
            _ => break,
        }
    }
    bound
}

async fn count(db: &impl ConnectionTrait, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

on_every_database! {
    async fn kill_9_loses_nothing_acknowledged_and_doubles_nothing(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let folder = tempfile::TempDir::new().unwrap();
        let process = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let person = Person::new(&process.base).await;
        let cards = person.cards().await;
        let mut streams = Vec::new();
        for card in &cards[..STREAMS] {
            let bound = person.bind(card).await;
            streams.push((Reader::enrol(&process.base, card["siteId"].as_str().unwrap()).await, bound));
        }
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let scans: Vec<_> = streams
            .iter()
            .map(|(reader, bound)| tokio::spawn(scan_on(reader.clone(), bound.clone(), stop.clone(), done.clone())))
            .collect();
        let bindings = tokio::spawn(bind_on(person.clone(), cards[STREAMS..].to_vec(), stop.clone()));
        until("the streams flow", async || done.load(Ordering::Relaxed) >= 150).await;
        process.kill_9();
        stop.store(true, Ordering::Relaxed);
        let shown: Vec<Shown> = join_all(scans).await.into_iter().flat_map(Result::unwrap).collect();
        let bound = bindings.await.unwrap();

        let process = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let direct = Database::connect(&db.url).await.unwrap();
        let acknowledged: Vec<&Shown> = shown.iter().filter(|one| one.acknowledged.is_some()).collect();
        for one in &acknowledged {
            let mut again = one.scan.clone();
            again.nonce = one.reader.scan("").nonce;
            again.time = one.reader.scan("").time;
            let answer = one.reader.at(&process.base).send(&again).await.expect(200);
            assert_eq!(Some(&answer), one.acknowledged.as_ref(), "an acknowledged decision stands after the crash");
        }
        let cut: Vec<&Shown> = shown.iter().filter(|one| one.acknowledged.is_none()).collect();
        for one in &cut {
            let mut again = one.scan.clone();
            again.nonce = one.reader.scan("").nonce;
            again.time = one.reader.scan("").time;
            let reason = one.reader.at(&process.base).send(&again).await.expect(200)["reason"].clone();
            // an order that was written and not sent is waited for until its time is over
            let expected = ["ok", "stale_code", "device_busy", "door_not_opened"];
            assert!(expected.iter().any(|one| reason == *one), "a scan cut off is decided once: {reason}");
        }
        let granted = acknowledged.iter().filter(|one| one.acknowledged.as_ref().unwrap()["decision"] == "grant").count();
        let events = count(&direct, "SELECT COUNT(*) FROM access_events").await;
        let opened = count(&direct, "SELECT COUNT(*) FROM access_events WHERE reason = 0").await;
        let used = count(&direct, "SELECT COUNT(*) FROM used_codes").await;
        let orders = count(&direct, "SELECT COUNT(*) FROM unlock_commands").await;
        assert_eq!(events, shown.len() as i64, "one event a scan, none twice");
        assert_eq!((opened, used), (orders, orders), "one order for each code used");
        assert!(orders >= granted as i64);
        let person = person.at(&process.base);
        for id in &bound {
            assert_eq!(person.get(&format!("/v1/card-bindings/{id}")).await.expect(200)["state"], "bound");
        }
        let held = count(&direct, "SELECT COUNT(*) FROM card_bindings WHERE state = 2").await;
        let cards_held = count(&direct, "SELECT COUNT(DISTINCT card_id) FROM card_bindings WHERE state = 2").await;
        assert_eq!(held, cards_held, "no card is held twice");
        println!(
            "{:?}: {} scans acknowledged ({granted} granted), {} cut off; {} bindings acknowledged, {held} held; \
             after kill -9: lost 0, doubled 0",
            db.backend, acknowledged.len(), cut.len(), bound.len(),
        );
    }
}
