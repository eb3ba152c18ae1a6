//! A site that runs an installed card system: its cards, its doors, and the days when it is away.

use std::{sync::Arc, time::Duration};

use kernel::{Clock, ManualClock, SystemClock};
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Cache, Person, Reader, TestApp, until};

/// The demo site whose cards an installed system keeps. Its first door is driven by it, its second is not.
const SITE: &str = "株洲动力谷";

async fn control(person: &Person, act: Value) {
    person.post("/_sim/carsafe/control", act).await.expect(204);
}

/// The door that the installed system drives.
const THEIRS: &str = "大门";
/// One that it does not.
const OURS: &str = "车库门";

async fn show_at(reader: &Reader, door: &str, code: &str) -> Value {
    let mut scan = reader.scan(code);
    let of_name = |one: &&Value| one["name"] == door;
    scan.body["door"] = reader.doors.as_array().unwrap().iter().find(of_name).expect("the door")["number"].clone();
    reader.send(&scan).await.expect(200)["reason"].clone()
}

async fn ready(app: &TestApp) -> (Person, Value, Reader) {
    let person = Person::new(&app.base).await;
    let card = person.cards_at(SITE, "stored_value").await[0].clone();
    let reader = Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
    (person, card, reader)
}

on_every_database! {
    async fn its_cards_are_found_and_its_doors_open_and_tell_how_they_stand(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        let seen = person.get(&format!("/v1/card-bindings/{}", bound.id)).await.expect(200);
        assert_eq!((&seen["card"]["balance"], &seen["card"]["state"]), (&card["balance"], &json!("active")));
        assert_eq!(show_at(&reader, THEIRS, &bound.code(0)).await, "ok");
        let pulses = async || person.get("/_sim/carsafe/doors/1001/1").await.expect(200)["pulses"].clone();
        assert_eq!(pulses().await, 1, "the installed system moved the lock");
        assert_eq!(show_at(&reader, THEIRS, &bound.code(0)).await, "replayed");
        assert_eq!(pulses().await, 1);
        let mut wrong = card.clone();
        wrong["phone"] = json!("13800009999");
        person.request(&wrong).await.expect(201);
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        let doors = format!("/v1/sites/{}/doors", card["siteId"].as_str().unwrap());
        control(&person, json!({ "act": "setDoor", "controller": "1001", "door": "1", "connected": true, "opened": true, "broken": true, "heldOpen": false })).await;
        app.running.app.doors.poll_statuses().await.unwrap();
        let told = admin.get(&doors).await.expect(200);
        let first = told.as_array().unwrap().iter().find(|door| door["name"] == THEIRS).unwrap();
        assert_eq!((&first["status"]["opened"], &first["status"]["broken"]), (&json!(true), &json!(true)));
        assert!(first["statusAt"].is_string());
        assert!(told.as_array().unwrap().iter().any(|door| door["status"].is_null()), "nobody tells of the other");
        assert_eq!(person.get(&doors).await.status, 403);
        app.stop().await;
    }

    async fn when_it_is_away_bound_cards_still_open_and_new_ones_wait(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let app = TestApp::with(db, &cache, clock.clone(), |_| ()).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        control(&person, json!({ "act": "stop" })).await;
        assert_eq!(show_at(&reader, OURS, &bound.code(0)).await, "ok", "a door that it does not drive");
        assert_eq!(show_at(&reader, THEIRS, &bound.code(1)).await, "door_offline", "one that it does");
        let seen = person.get(&format!("/v1/card-bindings/{}", bound.id)).await.expect(200);
        assert!(seen["card"]["asOf"].is_string(), "what is known of it, and since when: {seen}");
        let keys = person.get(&format!("/v1/sites/{}/credentials", bound.site)).await.expect(200);
        assert_eq!(keys["credentials"][0]["reason"], "ok");
        let other = person.cards_at(SITE, "stored_value").await[1].clone();
        let asked = person.request(&other).await.expect(201);
        let third = person.cards_at(SITE, "stored_value").await[2].clone();
        until("it is known to be away", async || person.request(&third).await.status == 503).await;
        assert_eq!(person.request(&third).await.code(), "card-system-unavailable");
        control(&person, json!({ "act": "start" })).await;
        clock.advance(Duration::from_secs(40));
        let (phone, mut looked) = (other["phone"].as_str().unwrap(), 0);
        until("what waited goes on", async || {
            looked += 1;
            // a try that failed after the clock went on is due a little later
            if looked % 100 == 0 {
                clock.advance(Duration::from_secs(6));
            }
            person.received(phone).await == 1
        }).await;
        let code = person.sms(phone).await;
        let path = format!("/v1/card-bindings/{}/confirm", asked["id"].as_str().unwrap());
        assert_eq!(person.post(&path, json!({ "code": code })).await.expect(200)["state"], "bound");
        app.stop().await;
    }

    async fn wrong_answers_bind_nothing_and_open_nothing(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        for (n, fault) in (0..).zip(["flagZero", "garbage", "html", "truncated", "flagText"]) {
            person.post("/_sim/faults", json!({ "target": "carsafe", "fault": fault, "times": 1 })).await.expect(204);
            let reason = show_at(&reader, THEIRS, &bound.code(n)).await;
            assert_eq!(reason, "door_not_opened", "{fault}");
        }
        app.stop().await;
    }

    async fn a_code_that_went_out_before_the_phone_changed_binds_nothing(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (former, card, reader) = ready(&app).await;
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        let site = card["siteId"].as_str().unwrap();
        let asked = former.request(&card).await.expect(201)["id"].as_str().unwrap().to_owned();
        let code = former.sms(card["phone"].as_str().unwrap()).await;
        control(&former, json!({ "act": "changePhone", "number": card["number"], "phone": "13800009997" })).await;
        admin.post(&format!("/v1/sites/{site}/reconciliations"), json!({})).await.expect(200);
        let mut theirs = card.clone();
        theirs["phone"] = json!("13800009997");
        let owner = Person::new(&app.base).await;
        let bound = owner.bind(&theirs).await;
        let late = former.post(&format!("/v1/card-bindings/{asked}/confirm"), json!({ "code": code })).await;
        assert_eq!(late.code(), "code-expired");
        assert_eq!(reader.show(&bound.code(0)).await, "ok", "the new owner keeps the card");
        let cards = admin.get(&format!("/v1/sites/{site}/cards?limit=100")).await.expect(200)["items"].clone();
        let copy = cards.as_array().unwrap().iter().find(|one| one["number"] == card["number"]).unwrap()["id"].clone();
        let path = format!("/v1/sites/{site}/cards/{}/state", copy.as_str().unwrap());
        assert_eq!(admin.put(&path, json!({ "state": "lost" })).await.code(), "card-kept-elsewhere", "its own system says so, or nobody");
        app.stop().await;
    }

    async fn what_it_says_of_its_cards_is_taken_over(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        let path = format!("/v1/sites/{}/reconciliations", card["siteId"].as_str().unwrap());
        let compare = async || admin.post(&path, json!({})).await.expect(200);
        assert_eq!(person.post(&path, json!({})).await.status, 403);
        let first = compare().await;
        assert_eq!(first["state"], "done", "{first}");
        let all = first["seen"].as_u64().unwrap();
        let same = compare().await;
        assert_eq!((&same["seen"], &same["new"], &same["changed"], &same["vanished"]), (&json!(all), &json!(0), &json!(0), &json!(0)));
        control(&person, json!({ "act": "report", "number": card["number"], "state": "lost" })).await;
        assert_eq!(reader.show(&bound.code(0)).await, "ok", "nobody has said so yet");
        assert_eq!(compare().await["changed"], 1);
        assert_eq!(reader.show(&bound.code(1)).await, "card_lost");
        control(&person, json!({ "act": "report", "number": card["number"], "state": "active" })).await;
        compare().await;
        assert_eq!(reader.show(&bound.code(2)).await, "ok");
        control(&person, json!({ "act": "changePhone", "number": card["number"], "phone": "13800009998" })).await;
        compare().await;
        assert_eq!(reader.show(&bound.code(3)).await, "binding_suspended");
        control(&person, json!({ "act": "changePhone", "number": card["number"], "phone": card["phone"] })).await;
        compare().await;
        assert_eq!(reader.show(&bound.code(4)).await, "ok");
        control(&person, json!({ "act": "remove", "number": card["number"] })).await;
        assert_eq!(compare().await["vanished"], 1);
        assert_eq!(reader.show(&bound.code(5)).await, "ok", "missed once");
        assert_eq!(compare().await["vanished"], 1);
        assert_eq!(reader.show(&bound.code(6)).await, "revoked", "missed twice");
        control(&person, json!({ "act": "stop" })).await;
        let failed = compare().await;
        assert_eq!((&failed["state"], &failed["reason"]), (&json!("failed"), &json!("card-system-unavailable")));
        let runs = admin.get(&path).await.expect(200);
        assert_eq!(runs["items"][0]["state"], "failed");
        let embedded = person.cards_at("测试Z停车场", "access").await[0]["siteId"].clone();
        let other = Person::new(&app.base).await.running(&embedded).await;
        let nothing = other.post(&format!("/v1/sites/{}/reconciliations", embedded.as_str().unwrap()), json!({})).await;
        assert_eq!(nothing.code(), "no-card-system");
        app.stop().await;
    }
}
