//! One code, many readers: exactly one grant.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use store::on_every_database;
use tests::{Bound, Cache, Person, Process, Reader, Redis, TestApp, until};

const READERS: usize = 64;

async fn readers(base: &str, site: &str) -> Vec<Reader> {
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(Reader::enrol(base, site).await);
    }
    readers
}

/// All show the code at once: how many were told what.
async fn race(readers: &[Reader], code: &str) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for reason in join_all(readers.iter().map(|reader| reader.show(code))).await {
        *told.entry(reason).or_default() += 1;
    }
    told
}

#[track_caller]
fn assert_one_grant(told: &BTreeMap<String, usize>) {
    assert_eq!(told.get("ok"), Some(&1), "{told:?}");
    assert_eq!(told.get("replayed"), Some(&(READERS - 1)), "{told:?}");
}

async fn ready(app: &TestApp) -> (Bound, Vec<Reader>) {
    let person = Person::new(&app.base).await;
    let card = person.cards().await[0].clone();
    let bound = person.bind(&card).await;
    let readers = readers(&app.base, card["siteId"].as_str().unwrap()).await;
    (bound, readers)
}

on_every_database! {
    async fn race_of_64_readers_with_one_code_has_one_winner(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (bound, readers) = ready(&app).await;
        for round in 0..20 {
            assert_one_grant(&race(&readers, &bound.code(round)).await);
        }
        println!("{:?}: 20 rounds of {READERS} readers, one grant each", db.backend);
        app.stop().await;
    }

    async fn race_with_redis_killed_in_between_has_one_winner(db) {
        let mut redis = Redis::start().await;
        let app = TestApp::over(db, &Cache::Redis(redis.url())).await;
        let (bound, readers) = ready(&app).await;
        let code = bound.code(0);
        let (half, rest) = readers.split_at(READERS / 2);
        let mut told = race(half, &code).await;
        redis.kill_9();
        for (reason, times) in race(rest, &code).await {
            *told.entry(reason).or_default() += times;
        }
        assert_one_grant(&told);
        let state = async || {
            let ready = app.http.get(format!("{}/readyz", app.base)).send().await.unwrap();
            (ready.status().as_u16(), ready.json::<serde_json::Value>().await.unwrap()["redis"].clone())
        };
        until("the loss is noticed", async || state().await == (200, "degraded".into())).await;
        let code = bound.code(1);
        assert_one_grant(&race(&readers, &code).await);
        redis.up().await;
        until("redis is used again", async || state().await == (200, "ok".into())).await;
        assert_eq!(race(&readers, &code).await.get("ok"), None, "an empty Redis reopens nothing");
        assert_one_grant(&race(&readers, &bound.code(2)).await);
        app.stop().await;
    }

    async fn race_across_two_processes_has_one_winner(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let folder = tempfile::TempDir::new().unwrap();
        let one = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let two = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let person = Person::new(&one.base).await.with_inbox(&two.base);
        let card = person.cards().await[0].clone();
        let bound = person.bind(&card).await;
        let mut readers = readers(&one.base, card["siteId"].as_str().unwrap()).await;
        for reader in readers.iter_mut().skip(READERS / 2) {
            *reader = reader.at(&two.base);
        }
        for round in 0..10 {
            assert_one_grant(&race(&readers, &bound.code(round)).await);
        }
        let late = bound.code(100);
        person.at(&two.base).delete(&format!("/v1/card-bindings/{}", bound.id)).await.expect(204);
        assert_eq!(readers[READERS - 1].show(&late).await, "revoked", "where it was let go, at once");
        if let Cache::Redis(_) = cache {
            assert_eq!(readers[0].show(&bound.code(101)).await, "revoked", "and elsewhere, at the very next scan");
        }
        until("the other process knows too", async || readers[0].show(&late).await == "revoked").await;
    }
}
